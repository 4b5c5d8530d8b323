//! The widgets with their defaults: the browser finds the hosts of the service at the mock.

use serde_json::json;
use vault_browser_tests::{Browser, create, pages, sessions::session_of};
use vault_mock::{Builder, Tls, VaultMock, connections::ConnectionState};

use crate::{AVAILABLE, STATE, Visit};

/// What the widgets and the session URIs name.
const HOSTS: [&str; 3] = [
    "unify.apideck.com",
    "vault.apideck.com",
    "vaultjs.apideck.com",
];

/// The page in the frame of the widget for plain JavaScript is served beside the mock.
async fn visit(builder: Builder, frame: &VaultMock) -> Visit {
    let vault = builder
        .api_base("https://unify.apideck.com".parse().unwrap())
        .tls(Tls::generated_for(HOSTS.into_iter().chain(["127.0.0.1"])).unwrap());
    let vault = vault.start().await.unwrap();
    let [unify, hosted, vaultjs] = HOSTS;
    let rules = [(unify, &vault), (hosted, &vault), (vaultjs, frame)];
    let rules = rules.map(|(host, server)| format!("MAP {host} {}", server.address()));
    let rules = format!("--host-resolver-rules={}", rules.join(", "));
    let browser = Browser::start_with(&[&rules, "--ignore-certificate-errors"]).await;
    Visit {
        browser,
        application: pages::only().start().await.unwrap(),
        vault,
    }
}

async fn frame() -> VaultMock {
    let tls = Tls::generated_for(HOSTS).unwrap();
    pages::only().tls(tls).start().await.unwrap()
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_widget_for_react_returns_to_its_own_page() {
    let visit = visit(VaultMock::builder(), &frame().await).await;
    visit.open("application", &json!({}), json!({})).await;
    visit.choose(AVAILABLE).await;
    visit.choose("[data-testid='accounting+xero']").await;
    visit
        .choose_text("#react-vault-content button", "Authorize Xero")
        .await;
    let application = visit.enter_popup().await;
    let address = visit.driver.current_url().await.unwrap();
    assert_eq!(address.as_str(), "https://vault.apideck.com/oauth/callback");
    visit.driver.close_window().await.unwrap();
    visit.driver.switch_to_window(application).await.unwrap();
    visit
        .wait_for_text("#said li", "change accounting+xero authorized")
        .await;
    assert_eq!(
        visit.state("accounting+xero").0,
        ConnectionState::Authorized
    );
    // The mock has no such page.
    let complaints = visit.complaints().await;
    assert!(
        complaints.iter().all(|one| one.contains("404")),
        "{complaints:?}"
    );
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_widget_for_plain_javascript_passes_token_and_changes_on() {
    let frame = frame().await;
    let visit = visit(VaultMock::builder(), &frame).await;
    visit
        .open("plain", &json!({}), json!({ "showConsumer": true }))
        .await;
    visit.wait_for_text("#said li", "ready").await;
    let vaultjs = visit.find("iframe").await;
    vaultjs.clone().enter_frame().await.unwrap();
    visit.choose("[data-testid='crm+salesforce']").await;
    visit.wait_for_text(STATE, "Connected").await;
    visit.act("Disable").await;
    visit.wait_for_text(STATE, "Disabled").await;
    assert_eq!(
        visit.state("crm+salesforce"),
        (ConnectionState::Callable, false)
    );
    visit.driver.enter_parent_frame().await.unwrap();
    visit
        .wait_for_text("#said li", "change crm+salesforce callable")
        .await;
    visit.evaluate("ApideckVault.close(); arguments[0]()").await;
    visit.wait_for_text("#said li", "close").await;
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_session_uri_is_the_services() {
    let public_base = "https://vault.apideck.com".parse().unwrap();
    let builder = VaultMock::builder().public_base(public_base);
    let visit = visit(builder, &frame().await).await;
    let created = create(&visit.vault, session_of(&json!({}))).await;
    let uri = created.uri().as_str();
    assert!(uri.starts_with("https://vault.apideck.com/session/"));
    visit.browser.open(uri).await;
    visit.wait_for_text("h1", "Integrations").await;
    visit.leave().await;
}
