//! A server in a process of its own, which reports what it has used.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};
use tokio::runtime::Runtime;

use crate::peer::Peer;

pub(crate) struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    pub(crate) port: u16,
}

impl Process {
    pub(crate) fn start(peer: Peer) -> io::Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .args(["--serve", peer.name()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take().expect("it is piped");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let port = number(&mut stdout)?;
        Ok(Self {
            child,
            stdin,
            stdout,
            port: u16::try_from(port).map_err(io::Error::other)?,
        })
    }

    /// User and system time of the process until now.
    pub(crate) fn cpu_microseconds(&mut self) -> io::Result<u64> {
        self.ask("cpu")
    }

    /// The memory that the process holds now, in kilobytes.
    pub(crate) fn resident_kilobytes(&mut self) -> io::Result<u64> {
        self.ask("resident")
    }

    fn ask(&mut self, question: &str) -> io::Result<u64> {
        writeln!(self.stdin, "{question}")?;
        number(&mut self.stdout)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn number(lines: &mut impl BufRead) -> io::Result<u64> {
    let mut line = String::new();
    lines.read_line(&mut line)?;
    line.trim().parse().map_err(io::Error::other)
}

/// Serves until the standard input ends, and answers what is asked there.
pub(crate) fn serve(runtime: Runtime, peer: Peer) {
    let server = runtime.block_on(peer.start());
    println!("{}", server.port());
    for question in io::stdin().lines().map_while(Result::ok) {
        println!(
            "{}",
            match question.as_str() {
                "cpu" => cpu_microseconds(),
                _ => resident_kilobytes(),
            }
        );
    }
    drop(server);
    drop(runtime);
}

fn cpu_microseconds() -> i64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("usage of this process");
    (usage.user_time() + usage.system_time()).num_microseconds()
}

/// From `/proc`, so 0 on a system that has none.
pub(crate) fn resident_kilobytes() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
