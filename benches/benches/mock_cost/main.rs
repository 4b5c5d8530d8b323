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
use vault_benches::beside;

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

/// The CPU that each peer took, beside the yardstick, in rounds in which they take turns.
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
        let of = |index: usize| rounds.iter().map(move |round| round[index]);
        let (spent, ratio) = beside(of(index), of(yardstick));
        writeln!(out, "{:<40} {spent:>6.2} {ratio:>5.2}", peer.name())?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn per_request(microseconds: u64) -> f64 {
    microseconds as f64 / REQUESTS as f64
}
