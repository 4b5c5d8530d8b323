use std::error::Error;

use vault_sessions_client::{Client, ClientBuilder};

fn configure(base: &str) -> Result<ClientBuilder, Box<dyn Error>> {
    Ok(Client::builder().base_uri(base.try_into()?))
}

fn main() {
    let _ = configure;
}
