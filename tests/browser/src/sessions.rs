//! Sessions worth looking at.

use serde_json::{Value, json};
use vault_sessions::Session;

/// A session, and where on its page there is most to see.
pub struct Showcase {
    pub name: &'static str,
    pub session: Session,
    pub query: &'static str,
    pub expired: bool,
}

/// The five sessions of the README's pictures.
pub fn showcases() -> [Showcase; 5] {
    let consumer = json!({
        "account_name": "Salesforce, Inc", "user_name": "Elon Musk", "email": "elon@musk.com",
    });
    let showcase = |name, session: Value, query| Showcase {
        name,
        session: session_of(&session),
        query,
        expired: false,
    };
    [
        showcase(
            "default",
            json!({ "redirect_uri": "https://mysaas.com/dashboard", "consumer_metadata": consumer }),
            "",
        ),
        showcase(
            "themed",
            json!({
                "redirect_uri": "https://mysaas.com/dashboard",
                "consumer_metadata": consumer,
                "settings": {
                    "session_length": "30m", "sandbox_mode": true, "show_suggestions": true,
                },
                "theme": {
                    "vault_name": "Intercom",
                    "primary_color": "#286efa",
                    "sidepanel_background_color": "#286efa",
                    "sidepanel_text_color": "#FFFFFF",
                    "privacy_url": "https://compliance.intercom.com/privacy",
                    "terms_url": "https://www.intercom.com/terms-and-policies#terms",
                },
            }),
            "?connection=crm%2Bsalesforce",
        ),
        showcase(
            "isolation",
            json!({
                "redirect_uri": "https://mysaas.com/dashboard",
                "consumer_metadata": consumer,
                "settings": { "isolation_mode": true, "unified_apis": ["hris"], "show_sidebar": false },
                "theme": { "vault_name": "Blossom", "primary_color": "#0f766e" },
            }),
            "",
        ),
        showcase(
            "limited-actions",
            json!({
                "redirect_uri": "https://mysaas.com/dashboard",
                "consumer_metadata": consumer,
                "settings": {
                    "allow_actions": ["reauthorize"],
                    "unified_apis": ["crm"],
                    "hide_resource_settings": true,
                    "hide_guides": true,
                    "show_logs": false,
                },
                "theme": {
                    "vault_name": "Marigold",
                    "primary_color": "#b45309",
                    "sidepanel_background_color": "#fff7e6",
                    "sidepanel_text_color": "#4a2c05",
                },
            }),
            "?connection=crm%2Bsalesforce",
        ),
        Showcase {
            expired: true,
            ..showcase(
                "expired",
                json!({
                    "redirect_uri": "https://mysaas.com/dashboard",
                    "theme": { "vault_name": "Intercom", "primary_color": "#286efa" },
                }),
                "",
            )
        },
    ]
}

/// A session as its body writes it.
pub fn session_of(body: &Value) -> Session {
    serde_json::from_value(body.clone()).unwrap()
}
