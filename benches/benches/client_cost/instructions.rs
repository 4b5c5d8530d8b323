//! Instructions per call, as callgrind counts them.

use std::{
    env,
    io::{self, Write},
    process::Command,
};

use crate::{IN_FLIGHT, YARDSTICK, peer::Peer, server::Server};

/// The difference between two runs is what the calls cost, without the start of the process.
const CALLS: (u64, u64) = (1_024, 5_120);

pub(crate) fn compare() -> io::Result<()> {
    let server = Server::start()?;
    let mut out = io::stdout().lock();
    writeln!(out, "per session created    in flight   instructions")?;
    for in_flight in IN_FLIGHT {
        let yardstick = per_call(YARDSTICK, in_flight, server.port)?;
        for peer in Peer::ALL {
            let count = per_call(peer, in_flight, server.port)?;
            #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
            let ratio = count as f64 / yardstick as f64;
            writeln!(
                out,
                "{:<22} {in_flight:>9} {count:>14} {ratio:>5.2}",
                peer.name()
            )?;
        }
    }
    Ok(())
}

fn per_call(peer: Peer, in_flight: usize, port: u16) -> io::Result<u64> {
    let few = total(peer, in_flight, CALLS.0, port)?;
    let many = total(peer, in_flight, CALLS.1, port)?;
    Ok(many.saturating_sub(few) / (CALLS.1 - CALLS.0))
}

fn total(peer: Peer, in_flight: usize, calls: u64, port: u16) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args(["--run", peer.name()])
        .args([in_flight.to_string(), calls.to_string(), port.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let count = collected.and_then(|(_, count)| count.trim().parse().ok());
    count.ok_or_else(|| io::Error::other(said.into_owned()))
}
