use vault_sessions::{Action, Color, Session, SessionLength, Settings, Theme, UnifiedApi, Url};

fn main() {
    let length: Option<SessionLength> = None;
    let _ = Settings::builder().session_length(length);
    let actions: Option<Vec<Action>> = None;
    let _ = Settings::builder().allow_actions(actions);
    let apis: Option<Vec<UnifiedApi>> = None;
    let _ = Settings::builder().unified_apis(apis);
    let api: Option<UnifiedApi> = None;
    let _ = Settings::builder().unified_api(api);
    let _ = Settings::builder().show_logs(Some(true));
    let color: Option<Color> = None;
    let _ = Theme::builder().primary_color(color).sidepanel_text_color(color);
    let name: Option<&str> = None;
    let _ = Theme::builder().vault_name(name);
    let url: Option<Url> = None;
    let _ = Session::builder().redirect_uri(url.clone());
    let _ = Theme::builder().logo(url);
    let settings: Option<Settings> = None;
    let _ = Session::builder().settings(settings);
}
