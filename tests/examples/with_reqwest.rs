//! Opens a session with reqwest: the types of `vault-sessions`, no client of ours.

use std::error::Error;

use vault_mock::VaultServer;
use vault_sessions::{AppId, ConsumerId, CreateSession, SessionCreated};

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let vault = VaultServer::start().await;
    let request = CreateSession::builder()
        .app_id(const { AppId::from_static("my-app") })
        .consumer_id(const { ConsumerId::from_static("account:12345") })
        .build()
        .to_http(&vault.uri().parse()?, vault.api_key());

    let client = reqwest::Client::new();
    let answer = client.execute(request.try_into()?).await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let created = SessionCreated::from_http(status, &headers, answer.bytes().await?)?;

    println!(
        "{:?} until {:?}",
        created.uri(),
        created.token().claims()?.expires_at()
    );
    Ok(())
}
