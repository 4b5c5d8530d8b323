#![deny(unused_must_use)]

use vault_mock::{Matching, VaultServer};

async fn opens_a_session() {
    let vault = VaultServer::start();
    let _ = vault.uri();
    let vault = VaultServer::start().await;
    vault.expect(Matching::sessions()).times(1).verify();
}

fn main() {
    let _ = opens_a_session;
}
