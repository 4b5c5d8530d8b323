use vault_sessions::ConsumerId;

const CONSUMER: ConsumerId = ConsumerId::from_static("a\nb");

fn main() {
    let _ = CONSUMER;
}
