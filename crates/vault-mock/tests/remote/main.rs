//! The handle of a mock that runs elsewhere: it does what the mock in process does, and says in one
//! sentence what is wrong with a mock that it cannot use.

mod expectations;
mod matching;
#[path = "../support/panic_text.rs"]
mod panic_text;
mod refusals;
mod replicas;
mod scenario;
mod steering;
mod tenants;
#[cfg(feature = "tls")]
mod tls;

use vault_mock::{RemoteVault, VaultServer};
use vault_sessions::{AppId, ConsumerId, CreateSession};

/// A server, and a handle to it. The server stands for one in another process: nothing but HTTP is
/// between the two.
async fn remote() -> (VaultServer, RemoteVault) {
    let server = VaultServer::start().await;
    let vault = RemoteVault::connect(server.uri()).await.unwrap();
    (server, vault)
}

fn request(app: &'static str, consumer: &'static str) -> CreateSession {
    CreateSession::builder()
        .app_id(AppId::from_static(app))
        .consumer_id(ConsumerId::from_static(consumer))
        .build()
}
