//! What one created session costs a server: CPU, time to start and memory, beside its peers.
//!
//! ```text
//! cargo bench -p vault-benches --bench mock_cost               # CPU per session, 16 connections
//! cargo bench -p vault-benches --bench mock_cost -- --start    # from nothing to the first answer
//! cargo bench -p vault-benches --bench mock_cost -- --memory   # resident after many requests
//! ```
//!
//! Each server is a process of its own and reports its own CPU time, so that the load is not counted.

mod load;
mod memory;
mod peer;
mod process;
mod start;

use std::{
    env,
    io::{self, Write},
};

use tokio::runtime::Runtime;
use vault_benches::median;

use self::{load::Load, peer::Peer, process::Process};

const CONNECTIONS: usize = 16;
/// Requests of each peer and round.
const REQUESTS: usize = 8_000;
const ROUNDS: usize = 21;
/// The peer that ratios are taken to.
const YARDSTICK: Peer = Peer::HyperSigning;

fn main() -> io::Result<()> {
    let arguments: Vec<_> = env::args()
        .skip(1)
        .filter(|text| text != "--bench")
        .collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let runtime = Runtime::new()?;
    match arguments[..] {
        [] => runtime.block_on(compare()),
        ["--start"] => runtime.block_on(start::compare()),
        ["--memory"] => runtime.block_on(memory::compare()),
        ["--serve", peer] => {
            process::serve(runtime, Peer::named(peer).expect("a peer"));
            Ok(())
        }
        _ => Err(io::Error::other("the arguments are --start and --memory")),
    }
}

/// The CPU that each peer took, in the median of several rounds in which they take turns, and its ratio
/// to the yardstick's in the same round: how fast a machine is differs from minute to minute.
async fn compare() -> io::Result<()> {
    let mut servers = Vec::new();
    for peer in Peer::ALL {
        let process = Process::start(peer)?;
        let load = Load::connect(process.port, CONNECTIONS).await?;
        servers.push((peer, process, load));
    }
    let mut rounds = Vec::new();
    for _ in 0..=ROUNDS {
        let mut round = Vec::new();
        for (_, process, load) in &mut servers {
            let before = process.cpu_microseconds()?;
            load.run(REQUESTS).await?;
            round.push(per_request(process.cpu_microseconds()? - before));
        }
        rounds.push(round);
    }
    // The first round only warms up.
    let rounds = &rounds[1..];
    let yardstick = Peer::ALL.iter().position(|peer| *peer == YARDSTICK);
    let yardstick = yardstick.expect("the yardstick is a peer");
    let mut out = io::stdout().lock();
    writeln!(out, "{:<40} CPU us, ratio", "per session created")?;
    for (index, peer) in Peer::ALL.iter().enumerate() {
        let spent = median(rounds.iter().map(|round| round[index]));
        let ratio = median(rounds.iter().map(|round| round[index] / round[yardstick]));
        writeln!(out, "{:<40} {spent:>6.2} {ratio:>5.2}", peer.name())?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn per_request(microseconds: u64) -> f64 {
    microseconds as f64 / REQUESTS as f64
}
