use vault_sessions::{ConsumerId, CreateSession};

fn main() {
    let _ = CreateSession::builder()
        .consumer_id(const { ConsumerId::from_static("consumer") })
        .build();
}
