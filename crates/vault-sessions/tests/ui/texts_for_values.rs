use vault_sessions::{CreateSession, Session, Settings, Theme};

fn main() {
    let _ = CreateSession::builder().app_id("my-app").consumer_id("consumer");
    let _ = Settings::builder().session_length("30m");
    let _ = Settings::builder().session_length(30);
    let _ = Theme::builder().primary_color("#286efa");
    let _ = Session::builder().redirect_uri("https://mysaas.com/dashboard");
}
