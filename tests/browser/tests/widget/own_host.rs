//! The widget's option `unifyBaseUrl` names the mock: another origin than the application's.

use std::time::Duration;

use serde_json::{Value, json};
use vault_browser_tests::{Browser, pages};
use vault_mock::{Provider, VaultServer, connections::ConnectionState};
use vault_sessions::Action;

use crate::{AVAILABLE, STATE, Visit};

async fn visit() -> Visit {
    Visit {
        browser: Browser::start().await,
        application: pages::only().start().await.unwrap(),
        vault: VaultServer::start().await,
    }
}

/// Opens the widget of a session that returns to the application.
async fn open(visit: &Visit, settings: &Value) {
    let body = json!({
        "redirect_uri": format!("{}/return", visit.application.uri()),
        "settings": settings,
    });
    let options = json!({ "unifyBaseUrl": visit.vault.uri() });
    visit.open("application", &body, options).await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn actions_change_the_connection() {
    let visit = visit().await;
    let id = "crm+salesforce";
    for (action, said, state) in [
        ("Disable", "Disabled", (ConnectionState::Callable, false)),
        ("Enable", "Connected", (ConnectionState::Callable, true)),
        ("Disconnect", "Unauthorized", (ConnectionState::Added, true)),
    ] {
        // Opened anew for each: the toast of the last action would be in front of the menu.
        open(&visit, &json!({})).await;
        visit.choose("[data-testid='crm+salesforce']").await;
        visit.act(action).await;
        visit.wait_for_text(STATE, said).await;
        assert_eq!(visit.state(id), state, "{action}");
    }
    visit.act("Delete").await;
    visit
        .choose_text("[role=dialog] .max-w-xs button", "Delete")
        .await;
    visit
        .wait_for_text("#said li", "delete crm+salesforce available")
        .await;
    assert_eq!(visit.state(id).0, ConnectionState::Available);
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn an_api_key_makes_a_connection_callable() {
    let visit = visit().await;
    open(&visit, &json!({})).await;
    visit.choose(AVAILABLE).await;
    visit.choose("[data-testid='crm+close']").await;
    let key = visit.find("input[name=api_key]").await;
    assert_eq!(visit.state("crm+close"), (ConnectionState::Added, true));
    key.send_keys("made-up").await.unwrap();
    visit.choose("form button[type=submit]").await;
    visit
        .wait_for_text("#said li", "change crm+close callable")
        .await;
    assert_eq!(visit.state("crm+close"), (ConnectionState::Callable, true));
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn authorization_goes_through_the_provider_in_a_window_of_its_own() {
    let visit = visit().await;
    visit.vault.set_oauth_provider(Provider::Asks);
    open(&visit, &json!({})).await;
    visit.choose(AVAILABLE).await;
    visit.choose("[data-testid='accounting+xero']").await;
    visit
        .choose_text("#react-vault-content button", "Authorize Xero")
        .await;
    let application = visit.enter_popup().await;
    visit.choose("#agree").await;
    // The page that it returns to closes the window, which the widget waits for.
    visit.driver.switch_to_window(application).await.unwrap();
    visit
        .wait_for_text("#said li", "change accounting+xero authorized")
        .await;
    visit.wait_for_text(STATE, "Needs configuration").await;
    assert_eq!(
        visit.state("accounting+xero").0,
        ConnectionState::Authorized
    );
    // The provider's page has no icon.
    let complaints = visit.complaints().await;
    assert!(
        complaints.iter().all(|one| one.contains("/favicon.ico")),
        "{complaints:?}"
    );
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_menu_has_the_actions_that_the_session_allows() {
    let visit = visit().await;
    let labels = [
        (Action::Reauthorize, "Re-authorize"),
        (Action::Disable, "Disable"),
        (Action::Disconnect, "Disconnect"),
        (Action::Delete, "Delete"),
    ];
    let sessions = labels
        .iter()
        .map(|(action, _)| json!({ "allow_actions": [action] }));
    for settings in sessions.chain([json!({ "allow_actions": [] }), json!({})]) {
        open(&visit, &settings).await;
        visit.choose("[data-testid='crm+salesforce']").await;
        visit.wait_for_text(STATE, "Connected").await;
        visit.choose("[data-testid=dropdown] > button").await;
        visit.wait_for_text("[role=menuitem]", "Close").await;
        // Not the rendered text: the menu fades in.
        let shown = visit
            .evaluate(
                "arguments[0]([...document.querySelectorAll('[role=menuitem]')]
                    .map((item) => item.textContent.trim()))",
            )
            .await;
        let shown = shown.as_array().unwrap();
        let allowed = settings.get("allow_actions").and_then(Value::as_array);
        for (action, label) in labels {
            let is_allowed = allowed.is_none_or(|allowed| allowed.contains(&json!(action)));
            assert_eq!(
                shown.iter().any(|shown| shown == label),
                is_allowed,
                "{action}: {settings}"
            );
        }
    }
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_session_that_is_over_is_said_to_be() {
    let visit = visit().await;
    open(&visit, &json!({ "session_length": "30m" })).await;
    visit.find("[data-testid='hris+bamboohr']").await;
    visit.vault.clock().advance(Duration::from_secs(30 * 60));
    visit.choose("[data-testid='hris+bamboohr']").await;
    visit
        .wait_for_text("p", "Your session is invalid or has been expired")
        .await;
    let complaints = visit.complaints().await;
    assert!(
        complaints.iter().all(|one| one.contains("401")),
        "{complaints:?}"
    );
    visit.leave().await;
}
