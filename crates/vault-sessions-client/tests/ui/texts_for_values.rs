use vault_sessions_client::Client;

fn main() {
    let _ = Client::builder().api_key("k");
    let _ = Client::builder().api_key(String::from("k"));
    let _ = Client::builder().base_uri("http://127.0.0.1:8080");
}
