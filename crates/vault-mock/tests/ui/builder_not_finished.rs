use vault_mock::{Vault, VaultServer};
use vault_sessions::CreateSession;

async fn opens_a_session(request: &CreateSession) {
    let vault = Vault::builder();
    let _ = vault.create_session(request);
    let vault = VaultServer::builder().start().await;
    let _ = vault.uri();
}

fn main() {
    let _ = opens_a_session;
}
