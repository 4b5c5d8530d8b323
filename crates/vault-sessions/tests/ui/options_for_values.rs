use vault_sessions::{Color, Session, SessionLength, Settings, Theme, Url};

fn main() {
    let length: Option<SessionLength> = None;
    let _ = Settings::builder().session_length(length);
    let color: Option<Color> = None;
    let _ = Theme::builder().primary_color(color);
    let url: Option<Url> = None;
    let _ = Session::builder().redirect_uri(url);
}
