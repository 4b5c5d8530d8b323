//! The example of the service's document, value for value.

use serde_json::{Value, json};
use vault_sessions::{
    Action, AppId, Color, ConsumerId, ConsumerMetadata, CreateSession, Session, SessionLength,
    Settings, Theme, UnifiedApi, Url,
};

/// The body of the code sample of `sessionsCreate` in the API's document.
const EXAMPLE: &str = include_str!("../fixtures/create_session.json");

fn session() -> Session {
    const BLUE: Color = Color::from_static("#286efa");
    const ICON: Url = Url::from_static("https://res.cloudinary.com/apideck/icons/intercom");
    let metadata = ConsumerMetadata::builder()
        .account_name("SpaceX")
        .user_name("Elon Musk")
        .email("elon@musk.com")
        .image(Url::from_static(
            "https://www.spacex.com/static/images/share.jpg",
        ));
    let settings = Settings::builder()
        .unified_apis([UnifiedApi::Crm])
        .hide_resource_settings(false)
        .sandbox_mode(false)
        .isolation_mode(false)
        .session_length(const { SessionLength::from_minutes(30) })
        .show_logs(true)
        .show_suggestions(false)
        .show_sidebar(true)
        .auto_redirect(false)
        .hide_guides(false)
        .allow_actions([Action::Delete]);
    let theme = Theme::builder()
        .favicon(ICON)
        .logo(ICON)
        .primary_color(BLUE)
        .sidepanel_background_color(BLUE)
        .sidepanel_text_color(const { Color::from_static("#FFFFFF") })
        .vault_name("Intercom")
        .privacy_url(Url::from_static(
            "https://compliance.apideck.com/privacy-policy",
        ))
        .terms_url(Url::from_static(
            "https://www.termsfeed.com/terms-conditions/957c85c1b089ae9e3219c83eff65377e",
        ));
    let tax_rates = json!([{ "id": "6", "label": "6%" }, { "id": "21", "label": "21%" }]);
    Session::builder()
        .consumer_metadata(metadata.build())
        .redirect_uri(Url::from_static("https://mysaas.com/dashboard"))
        .settings(settings.build())
        .theme(theme.build())
        .custom_consumer_settings([
            ("feature_flag_1".to_owned(), json!(true)),
            ("tax_rates".to_owned(), tax_rates),
        ])
        .build()
}

#[test]
fn is_written_value_for_value_and_in_order() {
    let request = CreateSession::builder()
        .app_id(AppId::from_static(
            "dSBdXd2H6Mqwfg0atXHXYcysLJE9qyn1VwBtXHX",
        ))
        .consumer_id(ConsumerId::from_static("test-consumer"))
        .session(session())
        .build();
    let body = String::from_utf8(request.body()).unwrap();
    assert_eq!(body, compact(EXAMPLE));
    let value: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(value, serde_json::from_str::<Value>(EXAMPLE).unwrap());
}

#[test]
fn is_read_into_the_same_types() {
    let read: Session = serde_json::from_str(EXAMPLE).unwrap();
    assert_eq!(read, session());
}

/// Takes the white space between tokens away, and nothing else.
fn compact(json: &str) -> String {
    let mut in_string = false;
    json.chars()
        .filter(|&character| {
            in_string ^= character == '"';
            in_string || !character.is_whitespace()
        })
        .collect()
}
