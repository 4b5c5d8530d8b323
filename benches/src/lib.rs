//! What the benches of the workspace share.

use vault_sessions::{
    Action, Color, ConsumerMetadata, Session, SessionLength, Settings, Theme, UnifiedApi, Url,
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

const BLUE: Color = Color::from_static("#286efa");
const WHITE: Color = Color::from_static("#FFFFFF");
const ICON: Url = Url::from_static("https://res.cloudinary.com/apideck/icons/intercom");
const IMAGE: Url = Url::from_static("https://www.spacex.com/static/images/share.jpg");
const DASHBOARD: Url = Url::from_static("https://mysaas.com/dashboard");

/// The example without custom settings, through the builder.
#[must_use]
pub fn built() -> Session {
    let metadata = ConsumerMetadata::builder()
        .account_name("SpaceX")
        .user_name("Elon Musk")
        .email("elon@musk.com")
        .image(IMAGE);
    let settings = Settings::builder()
        .unified_apis([UnifiedApi::Crm])
        .hide_resource_settings(false)
        .sandbox_mode(false)
        .session_length(const { SessionLength::minutes(30) })
        .show_logs(true)
        .allow_actions([Action::Delete]);
    let theme = Theme::builder()
        .favicon(ICON)
        .logo(ICON)
        .primary_color(BLUE)
        .sidepanel_background_color(BLUE)
        .sidepanel_text_color(WHITE)
        .vault_name("Intercom");
    Session::builder()
        .consumer_metadata(metadata.build())
        .redirect_uri(DASHBOARD)
        .settings(settings.build())
        .theme(theme.build())
        .build()
}

/// The same as [`built`], field by field: what a struct literal comes to outside of the crate.
#[must_use]
pub fn assigned() -> Session {
    let mut metadata = ConsumerMetadata::default();
    metadata.account_name = Some("SpaceX".into());
    metadata.user_name = Some("Elon Musk".into());
    metadata.email = Some("elon@musk.com".into());
    metadata.image = Some(IMAGE);
    let mut settings = Settings::default();
    settings.unified_apis = Some(vec![UnifiedApi::Crm]);
    settings.hide_resource_settings = Some(false);
    settings.sandbox_mode = Some(false);
    settings.session_length = Some(const { SessionLength::minutes(30) });
    settings.show_logs = Some(true);
    settings.allow_actions = Some([Action::Delete].into());
    let mut theme = Theme::default();
    theme.favicon = Some(ICON);
    theme.logo = Some(ICON);
    theme.primary_color = Some(BLUE);
    theme.sidepanel_background_color = Some(BLUE);
    theme.sidepanel_text_color = Some(WHITE);
    theme.vault_name = Some("Intercom".into());
    let mut session = Session::default();
    session.consumer_metadata = Some(metadata);
    session.redirect_uri = Some(DASHBOARD);
    session.settings = Some(settings);
    session.theme = Some(theme);
    session
}
