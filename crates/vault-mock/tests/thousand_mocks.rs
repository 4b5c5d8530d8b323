//! A thousand mocks at once: each with a listener of its own, none with a thread of its own.
//!
//! Alone in its file, because it counts the threads of the process and takes most of the open files
//! that systems allow by default.

mod support;

use std::collections::HashSet;

use support::{send, session_in, session_request, whole_body};
use tokio::net::TcpStream;
use vault_mock::VaultServer;

#[tokio::test(flavor = "current_thread")]
async fn a_thousand_mocks_live_at_once() {
    let threads = threads();
    let mut mocks = Vec::new();
    for _ in 0..1_000 {
        mocks.push(VaultServer::start().await);
    }
    let addresses: HashSet<_> = mocks.iter().map(VaultServer::address).collect();
    assert_eq!(addresses.len(), 1_000);
    for mock in &mocks {
        let stream = TcpStream::connect(mock.address()).await.unwrap();
        let response = send(stream, session_request(mock)).await.unwrap();
        let created = session_in(&whole_body(response).await.unwrap());
        assert!(mock.verify(created.token()).is_ok());
        assert_eq!(mock.journal().requests().len(), 1);
    }
    assert_eq!(self::threads(), threads);
}

/// How many threads the process has, where the system tells it in a file.
fn threads() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("Threads:"))?;
    Some(line.to_owned())
}
