use std::time::Duration;

use vault_sessions::{CreateSession, Session, Settings, Theme};

fn main() {
    let _ = CreateSession::builder().app_id("my-app").consumer_id("consumer");
    let _ = CreateSession::builder().app_id(String::from("my-app")).consumer_id(12_345);
    let _ = Settings::builder().session_length("30m");
    let _ = Settings::builder().session_length(30);
    let _ = Settings::builder().session_length(Duration::from_secs(30 * 60));
    let _ = Settings::builder().unified_apis(["crm"]).unified_api("crm");
    let _ = Settings::builder().unified_apis("crm");
    let _ = Settings::builder().allow_actions(["disable"]);
    let _ = Settings::builder().allow_actions("disable");
    let _ = Settings::builder().show_logs("false").hide_guides(0);
    let _ = Theme::builder().primary_color("#286efa").primary_color(0x28_6efa);
    let _ = Theme::builder().vault_name(7);
    let _ = Session::builder().redirect_uri("https://mysaas.com/dashboard");
}
