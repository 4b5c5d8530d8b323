use vault_sessions_client::Client;

fn main() {
    let _ = Client::builder().root_certificates("-----BEGIN CERTIFICATE-----");
    let _ = Client::builder().only_added_roots();
}
