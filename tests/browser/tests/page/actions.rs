use serde_json::json;
use vault_mock::{Provider, VaultServer, connections::ConnectionState};
use vault_sessions::Action;

use vault_browser_tests::{APP, CONSUMER};

use crate::Visit;

const SALESFORCE: &str = "?connection=crm%2Bsalesforce";

#[tokio::test]
#[ignore = "needs Chromium"]
async fn all_sixteen_subsets_show_their_buttons() {
    let mut visit = Visit::to(&json!({})).await;
    for bits in 0..16_u8 {
        let all = Action::ALL.iter().copied().enumerate();
        let subset: Vec<Action> = all
            .filter(|(bit, _)| bits & (1 << bit) != 0)
            .map(|(_, action)| action)
            .collect();
        let body = json!({ "settings": { "allow_actions": subset } });
        visit.reopen(&body).await;
        visit.show(SALESFORCE).await;
        for &action in Action::ALL {
            let shown = visit.has(&format!("#action-{action}")).await;
            assert_eq!(shown, subset.contains(&action), "{action} in {subset:?}");
        }
    }
    visit.leave().await;
}

fn state(vault: &VaultServer, id: &str) -> (ConnectionState, bool) {
    let connections = vault.connections(&APP, &CONSUMER);
    let connection = connections.find(&id.parse().unwrap()).unwrap();
    (connection.state(), connection.is_enabled())
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn buttons_act() {
    let id = "crm+salesforce";
    let visit = Visit::to(&json!({})).await;
    visit.show(SALESFORCE).await;
    visit.press("#action-disable").await;
    visit.wait_for_text("#status", "Disabled").await;
    assert_eq!(state(&visit.vault, id), (ConnectionState::Callable, false));
    visit.press("#action-enable").await;
    visit.wait_for_text("#status", "Connected").await;
    visit.press("#action-disconnect").await;
    visit.wait_for_text("#status", "Disconnected").await;
    assert_eq!(state(&visit.vault, id), (ConnectionState::Added, true));
    visit.press("#action-delete summary").await;
    visit.press("#action-delete button").await;
    visit.wait_for_text("#status", "Available").await;
    assert_eq!(state(&visit.vault, id).0, ConnectionState::Available);
    visit.press("#action-add").await;
    visit.wait_for_text("#status", "Needs authorization").await;
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn settings_make_a_connection_callable_and_lead_back_to_the_application() {
    // The application is the mock's own health endpoint: nothing is asked of another server.
    let application = VaultServer::start().await;
    let visit = Visit::to(&json!({
        "redirect_uri": format!("{}/health", application.uri()),
        "settings": { "auto_redirect": true },
    }))
    .await;
    visit.show("?connection=crm%2Bclose").await;
    visit.press("#action-add").await;
    visit.wait_for_text("#status", "Needs settings").await;
    let key = visit.find("#settings input").await;
    key.send_keys("made-up").await.unwrap();
    visit.press("#settings button").await;
    // The browser shows JSON like this.
    visit.find("body > pre").await;
    let address = visit.driver.current_url().await.unwrap();
    let expected = format!("{}/health?authorizedConnection=close", application.uri());
    assert_eq!(address.as_str(), expected);
    assert_eq!(
        state(&visit.vault, "crm+close"),
        (ConnectionState::Callable, true)
    );
    // That page has no icon, unlike the mock's.
    visit.complaints().await;
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn connecting_goes_to_the_provider_and_back() {
    let visit = Visit::to(&json!({})).await;
    visit.vault.set_oauth_provider(Provider::Asks);
    visit.show("?connection=accounting%2Bxero").await;
    visit.press("#action-add").await;
    visit.press("#action-authorize").await;
    visit.press("#refuse").await;
    visit.find("#toast.bad").await;
    assert_eq!(
        state(&visit.vault, "accounting+xero").0,
        ConnectionState::Added
    );
    visit.press("#action-authorize").await;
    visit.press("#agree").await;
    visit
        .wait_for_text("#toast", "Xero has been authorized.")
        .await;
    visit.press("#settings option[value=demo-company-uk]").await;
    visit.press("#settings button").await;
    visit.wait_for_text("#status", "Connected").await;
    assert_eq!(
        state(&visit.vault, "accounting+xero").0,
        ConnectionState::Callable
    );
    visit.complaints().await;
    visit.leave().await;
}
