//! The request of the SDK's documentation page, as types: each value stands where the page has it.

use std::error::Error;

use vault_mock::Vault;
use vault_sessions::{
    Action, AppId, Color, ConsumerId, ConsumerMetadata, CreateSession, Session, SessionLength,
    Settings, Theme, UnifiedApi, Url,
};

const APP: AppId = AppId::from_static("error");
const CONSUMER: ConsumerId = ConsumerId::from_static("temporibus");
const BLUE: Color = Color::from_static("#286efa");
const WHITE: Color = Color::from_static("#FFFFFF");
const ICON: Url = Url::from_static("https://res.cloudinary.com/apideck/icons/intercom");
const PICTURE: Url = Url::from_static("https://www.spacex.com/static/images/share.jpg");
const DASHBOARD: Url = Url::from_static("https://mysaas.com/dashboard");
const PRIVACY: Url = Url::from_static("https://compliance.apideck.com/privacy-policy");
const TERMS: Url =
    Url::from_static("https://www.termsfeed.com/terms-conditions/957c85c1b089ae9e3219c83eff65377e");

pub(crate) fn request() -> CreateSession {
    let metadata = ConsumerMetadata::builder()
        .account_name("SpaceX")
        .user_name("Elon Musk")
        .email("elon@musk.com")
        .image(PICTURE)
        .build();
    let settings = Settings::builder()
        .unified_apis([UnifiedApi::Crm])
        .hide_resource_settings(false)
        .sandbox_mode(false)
        .isolation_mode(false)
        .session_length(const { SessionLength::from_minutes(30) })
        .show_logs(false)
        .show_suggestions(false)
        .show_sidebar(false)
        .auto_redirect(false)
        .hide_guides(false)
        .allow_actions([
            Action::Disconnect,
            Action::Reauthorize,
            Action::Disable,
            Action::Delete,
        ])
        .build();
    let theme = Theme::builder()
        .favicon(ICON)
        .logo(ICON)
        .primary_color(BLUE)
        .sidepanel_background_color(BLUE)
        .sidepanel_text_color(WHITE)
        .vault_name("Intercom")
        .privacy_url(PRIVACY)
        .terms_url(TERMS)
        .build();
    let session = Session::builder()
        .consumer_metadata(metadata)
        .redirect_uri(DASHBOARD)
        .settings(settings)
        .theme(theme)
        .custom_consumer_settings([("quo", "sequi")])
        .build();
    CreateSession::builder()
        .app_id(APP)
        .consumer_id(CONSUMER)
        .session(session)
        .build()
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let vault = Vault::builder().build();
    let created = vault.create_session(&request())?;
    println!(
        "{:?} for {:?}",
        created.uri(),
        created.token().claims()?.consumer_id()
    );
    Ok(())
}
