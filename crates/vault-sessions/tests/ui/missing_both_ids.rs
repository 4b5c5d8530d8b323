use vault_sessions::{CreateSession, Session};

fn main() {
    let _ = CreateSession::builder()
        .session(Session::builder().build())
        .build();
}
