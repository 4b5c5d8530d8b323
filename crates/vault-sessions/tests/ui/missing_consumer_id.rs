use vault_sessions::{AppId, CreateSession};

fn main() {
    let _ = CreateSession::builder()
        .app_id(const { AppId::from_static("app") })
        .build();
}
