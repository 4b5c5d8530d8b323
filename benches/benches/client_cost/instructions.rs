//! Instructions per call, as callgrind counts them.

use std::io::{self, Write};

use vault_benches::instructions;

use crate::{IN_FLIGHT, YARDSTICK, peer::Peer, server::Server};

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
    let [in_flight, port] = [in_flight.to_string(), port.to_string()];
    instructions(&["--run", peer.name(), &in_flight, &port])
}
