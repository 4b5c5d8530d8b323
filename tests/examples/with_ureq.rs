//! Opens a session with ureq, without a runtime.

use std::error::Error;

use vault_mock::VaultServer;
use vault_sessions::{AppId, ConsumerId, CreateSession, SessionCreated};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let vault = VaultServer::start_blocking();
    let request = CreateSession::builder()
        .app_id(const { AppId::from_static("my-app") })
        .consumer_id(const { ConsumerId::from_static("account:12345") })
        .build()
        .to_http(&vault.uri().parse()?, vault.api_key());

    // The error body of the API is worth more than ureq's error by status.
    let configuration = ureq::Agent::config_builder().http_status_as_error(false);
    let agent: ureq::Agent = configuration.build().into();
    let (parts, mut body) = agent.run(request.map(Vec::from))?.into_parts();
    let created = SessionCreated::from_http(parts.status, &parts.headers, body.read_to_vec()?)?;

    println!(
        "{:?} until {:?}",
        created.uri(),
        created.token().claims()?.expires_at()
    );
    Ok(())
}
