//! Resident memory: after many requests, and of many mocks at once.

use std::io::{self, Write};

use vault_mock::VaultServer;

use crate::{
    CONNECTIONS,
    load::Load,
    peer::Peer,
    process::{Process, resident_kilobytes},
};

/// Requests until each look.
const LOOKS: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// wiremock keeps every request: it is looked at for as long as its memory allows.
const LOOKS_AT_WIREMOCK: usize = 3;
const MOCKS: u32 = 1_000;

pub(crate) async fn compare() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{:<40} requests   resident kB", "in one server")?;
    for (peer, looks) in [
        (Peer::VaultServer, LOOKS.len()),
        (Peer::WiremockSigning, LOOKS_AT_WIREMOCK),
    ] {
        let mut process = Process::start(peer)?;
        let mut load = Load::connect(process.port, CONNECTIONS).await?;
        let mut sent = 0;
        for requests in LOOKS.into_iter().take(looks) {
            load.run(requests - sent).await?;
            sent = requests;
            let resident = process.resident_kilobytes()?;
            writeln!(out, "{:<40} {requests:>8} {resident:>13}", peer.name())?;
        }
    }
    let before = resident_kilobytes();
    let mut mocks = Vec::new();
    for _ in 0..MOCKS {
        mocks.push(VaultServer::start().await);
    }
    let each = (resident_kilobytes() - before) * 1024 / i64::from(MOCKS);
    writeln!(out, "{MOCKS} mocks that live at once: {each} bytes each")?;
    Ok(())
}
