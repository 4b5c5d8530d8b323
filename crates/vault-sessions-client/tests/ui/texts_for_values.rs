use vault_sessions_client::Client;

fn main() {
    let _ = Client::builder().api_key("k");
    let _ = Client::builder().api_key(String::from("k"));
    let _ = Client::builder().base_uri("http://127.0.0.1:8080");
    let _ = Client::builder().base_uri(8080);
    let _ = Client::builder().total_timeout(30);
    let _ = Client::builder().retry(3);
    let _ = Client::builder().response_limit("1 MiB");
}
