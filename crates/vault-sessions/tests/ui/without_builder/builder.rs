use vault_sessions::{AppId, ConsumerId, CreateSession, Session};

fn main() {
    let _ = CreateSession::builder()
        .app_id(const { AppId::from_static("my-app") })
        .consumer_id(const { ConsumerId::from_static("account:12345") })
        .session(Session::builder().build())
        .build();
}
