use vault_sessions::{CreateSession, Session, Settings, Theme};

fn main() {
    let _ = CreateSession::builder().session(Settings::builder().show_logs(false).build());
    let _ = CreateSession::builder().session(Theme::builder());
    let session: Option<Session> = None;
    let _ = CreateSession::builder().session(session);
}
