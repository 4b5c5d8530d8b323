//! What one created session costs a client: CPU, allocations and instructions, beside its peers.
//!
//! ```text
//! cargo bench -p vault-benches --bench client_cost                       # CPU and allocations
//! cargo bench -p vault-benches --bench client_cost -- --instructions     # under valgrind's callgrind
//! ```
//!
//! Every peer sends the same request, reads the same answer to its end and parses it with
//! `SessionCreated::from_http`. The server is another process with a canned answer, so that what is
//! counted here is the client's alone; the client has one thread.

mod instructions;
mod measure;
mod peer;
mod server;

use std::{
    env,
    io::{self, Write},
};

use self::{measure::Cost, peer::Peer};

#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

const IN_FLIGHT: [usize; 3] = [1, 16, 64];
/// The peer that ratios are taken to.
const YARDSTICK: Peer = Peer::HyperUtil;

fn main() -> io::Result<()> {
    let arguments: Vec<_> = env::args()
        .skip(1)
        .filter(|text| text != "--bench")
        .collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => compare(),
        ["--instructions"] => instructions::compare(),
        ["--serve"] => server::serve(),
        ["--run", peer, in_flight, port, calls] => {
            let number = |text: &str| text.parse().expect("a number");
            let peer = Peer::named(peer).expect("a peer");
            let port = u16::try_from(number(port)).expect("a port");
            measure::run(peer, number(in_flight), number(calls), port);
            Ok(())
        }
        _ => Err(io::Error::other("the only argument is --instructions")),
    }
}

fn compare() -> io::Result<()> {
    let server = server::Server::start()?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "per session created    in flight   CPU us        allocations    bytes"
    )?;
    for in_flight in IN_FLIGHT {
        for (peer, cost) in measure::compare(in_flight, server.port, YARDSTICK) {
            let Cost {
                microseconds: (microseconds, time_ratio),
                allocations: (allocations, allocation_ratio),
                bytes: (bytes, _),
            } = cost;
            writeln!(
                out,
                "{:<22} {in_flight:>9} {microseconds:>8.2} {time_ratio:>5.2} {allocations:>9.1} {allocation_ratio:>5.2} {bytes:>8.0}",
                peer.name(),
            )?;
        }
    }
    Ok(())
}
