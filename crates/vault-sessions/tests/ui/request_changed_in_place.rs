use vault_sessions::{AppId, ConsumerId, CreateSession};

fn main() {
    let mut request = CreateSession::builder()
        .app_id(const { AppId::from_static("app") })
        .consumer_id(const { ConsumerId::from_static("consumer") })
        .build();
    request.app_id = const { AppId::from_static("other") };
}
