use vault_sessions::{AppId, ConsumerId, CreateSession};

const APP: AppId = AppId::from_static("app");
const CONSUMER: ConsumerId = ConsumerId::from_static("consumer");

fn main() {
    let _ = CreateSession::builder()
        .app_id(CONSUMER)
        .consumer_id(APP)
        .build();
}
