use vault_sessions_client::Client;

fn main() {
    let _ = Client::builder().build_blocking();
    let _ = Client::builder().proxy("http://127.0.0.1:3128");
    let _ = Client::builder().http2(true);
}
