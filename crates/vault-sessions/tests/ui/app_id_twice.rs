use vault_sessions::{AppId, CreateSession};

const APP: AppId = AppId::from_static("app");

fn main() {
    let _ = CreateSession::builder().app_id(APP).app_id(APP);
}
