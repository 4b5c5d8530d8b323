//! Starts the binary and talks to it.

#[cfg(unix)]
use std::os::{fd::OwnedFd, unix::net::UnixStream};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
};

use serde_json::Value;

/// The binary with an environment that says nothing to it.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vault-mock"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("VAULT_MOCK_") {
            command.env_remove(name);
        }
    }
    command
}

/// `serve` with one option: as a flag, as a variable, and in the file.
pub(crate) fn each_way(name: &str, value: &str) -> [Command; 3] {
    let on_a_free_port = || {
        let mut command = program();
        command.args(["serve", "--addr", "127.0.0.1:0"]);
        command
    };
    let mut by_flag = on_a_free_port();
    by_flag.arg(format!("--{name}")).arg(value);

    let mut by_variable = on_a_free_port();
    let variable = format!("VAULT_MOCK_{}", name.replace('-', "_").to_uppercase());
    by_variable.env(variable, value);

    let quoted = match value {
        "true" | "false" | "1" | "5" | "7" | "10" | "60" | "422" => value.to_owned(),
        _ => format!("\"{value}\""),
    };
    let content = format!("addr = \"127.0.0.1:0\"\n{name} = {quoted}\n");
    let config = file(&format!("option-{name}"), content);
    let mut by_file = program();
    by_file.args(["serve", "--config", &config]);
    [by_flag, by_variable, by_file]
}

/// What a finished run left.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the binary to its end.
pub(crate) fn run(arguments: &[&str], input: &str) -> Finished {
    finish(program().args(arguments), input)
}

pub(crate) fn finish(command: &mut Command, input: &str) -> Finished {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.stderr(Stdio::piped()).spawn().unwrap();
    // A program that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Finished {
        status: output.status,
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A running mock; it is killed when the test ends.
pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) announced: Value,
}

impl Serving {
    /// Starts the binary on a free port and reads its first line.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let addr = ["serve", "--addr", "127.0.0.1:0"];
        Self::spawn(program().args(addr).args(arguments))
    }

    pub(crate) fn spawn(command: &mut Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.as_mut().unwrap());
        stdout.read_line(&mut line).unwrap();
        let announced = serde_json::from_str(&line).unwrap_or_else(|_| {
            let mut problem = String::new();
            let stderr = child.stderr.as_mut().unwrap();
            stderr.read_to_string(&mut problem).unwrap();
            panic!("instead of JSON: {line:?}, and {problem}")
        });
        Self { child, announced }
    }

    pub(crate) fn address(&self) -> &str {
        let url = self.announced["url"].as_str().unwrap();
        url.strip_prefix("http://").unwrap()
    }

    /// The API key, where it was generated.
    pub(crate) fn key(&self) -> &str {
        self.announced["api_key"].as_str().unwrap()
    }

    /// Sends a request and returns the whole answer.
    pub(crate) fn call(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.call(&format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        ))
    }

    /// Lists connections with a session token.
    pub(crate) fn connections(&self, token: &str) -> String {
        self.call(&format!(
            "GET /vault/connections HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             authorization: Bearer {token}\r\nx-apideck-auth-type: JWT\r\n\r\n"
        ))
    }

    /// How the mock behaves, by its admin API.
    pub(crate) fn settings(&self) -> Value {
        body(&self.get("/__vault_mock/settings"))
    }

    /// Creates a session for the consumer `c`.
    pub(crate) fn create(&self, key: &str, app: &str) -> String {
        self.call(&format!(
            "POST /vault/sessions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-length: 0\r\nauthorization: Bearer {key}\r\n\
             x-apideck-app-id: {app}\r\nx-apideck-consumer-id: c\r\n\r\n"
        ))
    }

    /// Sends a body to create a session from.
    pub(crate) fn create_with(&self, key: &str, body: &str) -> String {
        self.call(&format!(
            "POST /vault/sessions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\
             authorization: Bearer {key}\r\n\
             x-apideck-app-id: app\r\nx-apideck-consumer-id: c\r\n\r\n{body}",
            body.len()
        ))
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args([signal, &id]).status();
        assert!(kill.unwrap().success());
    }

    /// Begins a request that does not end before its connection.
    #[cfg(unix)]
    pub(crate) fn hold_a_request(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        let head = "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\ncontent-length: 2\r\n\
                    expect: 100-continue\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        // The interim answer shows that the request is in flight.
        stream.read_exact(&mut [0; 12]).unwrap();
        stream
    }

    /// Reads standard error until a line has this text.
    #[cfg(unix)]
    pub(crate) fn wait_for_the_log(&mut self, text: &str) {
        let stderr = self.child.stderr.as_mut().unwrap();
        let mut seen = String::new();
        while !(seen.contains(text) && seen.ends_with('\n')) {
            let mut byte = [0];
            stderr.read_exact(&mut byte).unwrap();
            seen.push(char::from(byte[0]));
        }
    }

    /// Sends a signal and waits for the end, without reading standard error.
    #[cfg(unix)]
    pub(crate) fn stop_unread(mut self, signal: &str) -> ExitStatus {
        self.signal(signal);
        self.child.wait().unwrap()
    }

    /// Sends a signal, waits for the end, and returns what came on standard error.
    #[cfg(unix)]
    pub(crate) fn stop(mut self, signal: &str) -> (ExitStatus, String) {
        self.signal(signal);
        let mut stderr = String::new();
        let pipe = self.child.stderr.as_mut().unwrap();
        pipe.read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap(), stderr)
    }
}

/// What can be written to no more, as long as the other end is kept and not read.
#[cfg(unix)]
pub(crate) fn full() -> (Stdio, UnixStream) {
    let (unread, mut full) = UnixStream::pair().unwrap();
    full.set_nonblocking(true).unwrap();
    while full.write(&[0]).is_ok() {}
    full.set_nonblocking(false).unwrap();
    (OwnedFd::from(full).into(), unread)
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The body of an answer, as JSON.
pub(crate) fn body(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// The session token in an answer of [`Serving::create`].
pub(crate) fn token_in(created: &str) -> String {
    let created = body(created);
    let token = created["data"]["session_token"].as_str();
    token.unwrap_or_else(|| panic!("{created}")).to_owned()
}

/// A directory for one test, empty at its start.
pub(crate) fn directory(test: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("binary")
        .join(test);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// Writes a file into a directory of its own and returns its path.
pub(crate) fn file(test: &str, content: impl AsRef<[u8]>) -> String {
    let path = directory(test).join("file");
    fs::write(&path, content).unwrap();
    path.into_os_string().into_string().unwrap()
}
