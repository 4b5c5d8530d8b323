use proptest::prelude::any;
use vault_sessions::{CreateSession, Session};

fn main() {
    let _ = any::<Session>();
    let _ = any::<CreateSession>();
}
