use vault_sessions::{AppId, ConsumerId, CreateSession, Session};

fn main() {
    let _ = CreateSession {
        app_id: AppId::from_static("app"),
        consumer_id: ConsumerId::from_static("consumer"),
        session: Session::builder().build(),
    };
}
