use vault_sessions::{ConsumerId, SessionLength};

fn main() {
    let _ = ConsumerId::new("account:12345")?;
    let _ = "30m".parse::<SessionLength>()?;
}
