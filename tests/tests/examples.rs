//! The examples do what they say.

#[path = "../examples/client_in_process.rs"]
mod client_in_process;

#[path = "../examples/client_recording.rs"]
mod client_recording;

#[path = "../examples/client_unit_test.rs"]
mod client_unit_test;

#[path = "../examples/sdk_page.rs"]
mod sdk_page;

#[path = "../examples/with_reqwest.rs"]
mod with_reqwest;

#[path = "../examples/with_ureq.rs"]
mod with_ureq;

use serde_json::{Value, json};
use vault_mock::Vault;

#[test]
fn the_emulator_is_the_transport() {
    client_in_process::main().unwrap();
}

#[test]
fn a_layer_records_every_attempt() {
    client_recording::main().unwrap();
}

#[test]
fn a_test_plays_the_service() {
    client_unit_test::main().unwrap();
}

#[test]
fn the_request_of_the_sdk_page_arrives_value_for_value() {
    sdk_page::main().unwrap();
    let vault = Vault::builder().build();
    let created = vault.create_session(&sdk_page::request()).unwrap();
    let claims = created.token().claims().unwrap();
    assert_eq!(claims.application_id().as_str(), "error");
    assert_eq!(claims.consumer_id().as_str(), "temporibus");
    let arrived: Value = serde_json::from_slice(vault.journal().requests()[0].body()).unwrap();
    let icon = "https://res.cloudinary.com/apideck/icons/intercom";
    assert_eq!(
        arrived,
        json!({
            "consumer_metadata": {
                "account_name": "SpaceX",
                "user_name": "Elon Musk",
                "email": "elon@musk.com",
                "image": "https://www.spacex.com/static/images/share.jpg",
            },
            "redirect_uri": "https://mysaas.com/dashboard",
            "settings": {
                "unified_apis": ["crm"],
                "hide_resource_settings": false,
                "sandbox_mode": false,
                "isolation_mode": false,
                "session_length": "30m",
                "show_logs": false,
                "show_suggestions": false,
                "show_sidebar": false,
                "auto_redirect": false,
                "hide_guides": false,
                // A set: written in the order of the API's document.
                "allow_actions": ["delete", "disconnect", "reauthorize", "disable"],
            },
            "theme": {
                "favicon": icon,
                "logo": icon,
                "primary_color": "#286efa",
                "sidepanel_background_color": "#286efa",
                "sidepanel_text_color": "#FFFFFF",
                "vault_name": "Intercom",
                "privacy_url": "https://compliance.apideck.com/privacy-policy",
                "terms_url":
                    "https://www.termsfeed.com/terms-conditions/957c85c1b089ae9e3219c83eff65377e",
            },
            "custom_consumer_settings": { "quo": "sequi" },
        })
    );
}

#[test]
fn a_session_is_created_with_reqwest() {
    with_reqwest::main().unwrap();
}

#[test]
fn a_session_is_created_with_ureq() {
    with_ureq::main().unwrap();
}
