use vault_sessions::{AppId, ConsumerId, CreateSession};

const APP: AppId = AppId::from_static("app");
const CONSUMER: ConsumerId = ConsumerId::from_static("consumer");

fn main() {
    let _ = CreateSession::builder()
        .consumer_id(CONSUMER)
        .app_id(APP)
        .consumer_id(CONSUMER)
        .build();
}
