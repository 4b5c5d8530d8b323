use vault_sessions::CreateSession;

fn main() {
    let _: CreateSession = serde_json::from_str("{}").unwrap();
}
