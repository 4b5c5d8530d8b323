//! Tests a caller against the emulator without a socket: the emulator is the client's transport.

use std::error::Error;

use vault_mock::Vault;
use vault_sessions::{Action, AppId, ConsumerId, CreateSession};
use vault_sessions_client::Client;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let vault = Vault::builder().build();
    let client = Client::builder()
        .api_key(vault.api_key().clone())
        .transport(vault.service())
        .build()?;

    let request = CreateSession::builder()
        .app_id(const { AppId::from_static("my-app") })
        .consumer_id(const { ConsumerId::from_static("account:12345") })
        .build();
    let created = client.create_session(&request).await?;
    assert!(vault.authorize(created.token(), Action::Disable).is_ok());
    println!("{:?}", created.token().claims()?);
    Ok(())
}
