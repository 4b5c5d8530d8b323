#![deny(unused_must_use)]

use vault_sessions::CreateSession;
use vault_sessions_client::{Client, Error};

async fn redirect(client: &Client, request: &CreateSession) -> Result<String, Error> {
    client.create_session(request);
    let created = client.create_session(request)?;
    Ok(created.uri().expose_secret().to_owned())
}

fn main() {
    let _ = redirect;
}
