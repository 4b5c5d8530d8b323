use vault_sessions_client::Client;

async fn opens_a_session() {
    let _ = Client::from_env()?;
}

fn main() {
    let _ = Client::from_env()?;
    let _ = opens_a_session;
}
