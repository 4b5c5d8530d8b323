use vault_sessions::{ApiKey, CreateSession};
use vault_sessions_client::Client;

async fn open(key: ApiKey, request: &CreateSession) {
    let client = Client::builder().api_key(key.clone());
    let _ = client.create_session(request).await;
    let client = Client::builder().api_key(key).build();
    let _ = client.create_session(request).await;
}

fn main() {
    let _ = open;
}
