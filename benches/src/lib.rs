//! What the benches of the workspace share.

pub mod borrowed;
mod callgrind;
pub mod direct;
pub mod literal;
mod side_by_side;

use vault_sessions::{
    Action, AppId, Color, ConsumerId, ConsumerMetadata, CreateSession, Session, SessionLength,
    Settings, Theme, UnifiedApi, Url,
};

pub use self::{
    callgrind::instructions,
    side_by_side::{Contender, beside, side_by_side},
};

/// The body of the code sample of `sessionsCreate` in the API's document, compact.
pub const EXAMPLE: &str = concat!(
    r#"{"consumer_metadata":{"account_name":"SpaceX","user_name":"Elon Musk","#,
    r#""email":"elon@musk.com","image":"https://www.spacex.com/static/images/share.jpg"},"#,
    r#""redirect_uri":"https://mysaas.com/dashboard","settings":{"unified_apis":["crm"],"#,
    r#""hide_resource_settings":false,"sandbox_mode":false,"isolation_mode":false,"#,
    r#""session_length":"30m","show_logs":true,"show_suggestions":false,"show_sidebar":true,"#,
    r#""auto_redirect":false,"hide_guides":false,"allow_actions":["delete"]},"#,
    r#""theme":{"favicon":"https://res.cloudinary.com/apideck/icons/intercom","#,
    r#""logo":"https://res.cloudinary.com/apideck/icons/intercom","#,
    r##""primary_color":"#286efa","sidepanel_background_color":"#286efa","##,
    r##""sidepanel_text_color":"#FFFFFF","vault_name":"Intercom","##,
    r#""privacy_url":"https://compliance.apideck.com/privacy-policy","#,
    r#""terms_url":"https://www.termsfeed.com/terms-conditions/957c85c1b089ae9e3219c83eff65377e"},"#,
    r#""custom_consumer_settings":{"feature_flag_1":true,"#,
    r#""tax_rates":[{"id":"6","label":"6%"},{"id":"21","label":"21%"}]}}"#,
);

/// The session of [`EXAMPLE`].
///
/// # Panics
///
/// The example does not fit the types any more.
#[must_use]
pub fn example() -> Session {
    serde_json::from_str(EXAMPLE).expect("the example fits the types")
}

/// A request with the session of [`EXAMPLE`].
#[must_use]
pub fn example_request() -> CreateSession {
    CreateSession::builder()
        .app_id(const { AppId::from_static("app") })
        .consumer_id(const { ConsumerId::from_static("consumer") })
        .session(example())
        .build()
}

const BLUE: Color = Color::from_static("#286efa");
const WHITE: Color = Color::from_static("#FFFFFF");
const ICON: Url = Url::from_static("https://res.cloudinary.com/apideck/icons/intercom");
const IMAGE: Url = Url::from_static("https://www.spacex.com/static/images/share.jpg");
const DASHBOARD: Url = Url::from_static("https://mysaas.com/dashboard");

/// The example without custom settings, through the builders.
#[inline(never)]
#[must_use]
pub fn built() -> Session {
    let (metadata, settings, theme) = (built_metadata(), built_settings(), built_theme());
    Session::builder()
        .consumer_metadata(metadata)
        .redirect_uri(DASHBOARD)
        .settings(settings)
        .theme(theme)
        .build()
}

/// As [`built`], with each part made where the session takes it.
#[inline(never)]
#[must_use]
pub fn built_in_one_chain() -> Session {
    Session::builder()
        .consumer_metadata(built_metadata())
        .redirect_uri(DASHBOARD)
        .settings(built_settings())
        .theme(built_theme())
        .build()
}

/// The example's metadata, through the builder.
#[expect(clippy::inline_always, reason = "a request is written in one place")]
#[inline(always)]
#[must_use]
pub fn built_metadata() -> ConsumerMetadata {
    ConsumerMetadata::builder()
        .account_name("SpaceX")
        .user_name("Elon Musk")
        .email("elon@musk.com")
        .image(IMAGE)
        .build()
}

/// Some of the example's settings, through the builder.
#[expect(clippy::inline_always, reason = "a request is written in one place")]
#[inline(always)]
#[must_use]
pub fn built_settings() -> Settings {
    Settings::builder()
        .unified_apis([UnifiedApi::Crm])
        .hide_resource_settings(false)
        .sandbox_mode(false)
        .session_length(const { SessionLength::from_minutes(30) })
        .show_logs(true)
        .allow_actions([Action::Delete])
        .build()
}

/// Most of the example's theme, through the builder.
#[expect(clippy::inline_always, reason = "a request is written in one place")]
#[inline(always)]
#[must_use]
pub fn built_theme() -> Theme {
    Theme::builder()
        .favicon(ICON)
        .logo(ICON)
        .primary_color(BLUE)
        .sidepanel_background_color(BLUE)
        .sidepanel_text_color(WHITE)
        .vault_name("Intercom")
        .build()
}
