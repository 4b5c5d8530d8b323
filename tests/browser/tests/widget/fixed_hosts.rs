//! The widgets with their defaults: the browser finds the hosts of the service at the mock.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use vault_browser_tests::{Browser, create, pages, sessions::session_of};
use vault_mock::{BaseUri, Provider, Tls, VaultBuilder, VaultServer, connections::ConnectionState};

use crate::{AVAILABLE, STATE, Visit};

/// What the widgets and the session URIs name.
const HOSTS: [&str; 3] = [
    "unify.apideck.com",
    "vault.apideck.com",
    "vaultjs.apideck.com",
];

/// The page in the frame of the widget for plain JavaScript is served beside the mock.
async fn visit(builder: VaultBuilder, frame: &VaultServer) -> Visit {
    let vault = builder
        .api_base(BaseUri::new("https://unify.apideck.com").unwrap())
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

async fn frame() -> VaultServer {
    let tls = Tls::generated_for(HOSTS).unwrap();
    pages::only().tls(tls).start().await.unwrap()
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_widget_for_react_returns_to_the_services_page_which_closes() {
    let visit = visit(VaultServer::builder(), &frame().await).await;
    visit.open("application", &json!({}), json!({})).await;
    visit.choose(AVAILABLE).await;
    visit.choose("[data-testid='accounting+xero']").await;
    visit
        .choose_text("#react-vault-content button", "Authorize Xero")
        .await;
    visit
        .wait_for_text("#said li", "change accounting+xero authorized")
        .await;
    assert_eq!(
        visit.state("accounting+xero").0,
        ConnectionState::Authorized
    );
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_widget_for_plain_javascript_passes_token_and_changes_on() {
    let frame = frame().await;
    let visit = visit(VaultServer::builder(), &frame).await;
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

/// Newer versions of the widget, which are not published, wait for the message of that page.
#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_services_page_tells_its_opener_how_it_ended() {
    let visit = visit(VaultServer::builder(), &frame().await).await;
    let session = create(&visit.vault, session_of(&json!({}))).await;
    visit.browser.open(visit.vault.uri()).await;
    let enabled = Request::patch("/vault/connections/accounting/xero")
        .header(
            "authorization",
            format!("Bearer {}", session.token().expose_secret()),
        )
        .header("x-apideck-auth-type", "JWT")
        .header("content-type", "application/json")
        .body(Bytes::from_static(br#"{"enabled":true}"#))
        .unwrap();
    let xero: Value = serde_json::from_slice(visit.vault.handle(enabled).body()).unwrap();
    let authorize_url = xero["data"]["authorize_url"].as_str().unwrap();
    let returned = "https://vault.apideck.com/oauth/callback";
    let popup = format!("{authorize_url}&redirect_uri={returned}&nonce=n-1");
    let script = format!(
        "onmessage = ({{ data }}) => arguments[0](data); window.open({});",
        json!(popup)
    );

    let told = visit.evaluate(&script).await;
    assert_eq!(told["type"], "oauth_complete");
    assert_eq!(
        (&told["nonce"], &told["serviceId"]),
        (&json!("n-1"), &json!("xero"))
    );
    assert!(told["confirmToken"].is_string() && told["success"] == true);

    visit.vault.set_oauth_provider(Provider::Refuses {
        error: "access_denied".to_owned(),
        description: "not today".to_owned(),
    });
    let told = visit.evaluate(&script).await;
    assert_eq!(told["type"], "oauth_error");
    assert_eq!(told["errorDescription"], "access_denied: not today");
    visit.complaints().await;
    visit.leave().await;
}

#[tokio::test]
#[ignore = "needs Chromium"]
async fn the_session_uri_is_the_services() {
    let public_base = BaseUri::new("https://vault.apideck.com").unwrap();
    let builder = VaultServer::builder().public_base(public_base);
    let visit = visit(builder, &frame().await).await;
    let created = create(&visit.vault, session_of(&json!({}))).await;
    let uri = created.uri().expose_secret();
    assert!(uri.starts_with("https://vault.apideck.com/session/"));
    visit.browser.open(uri).await;
    visit.wait_for_text("h1", "Integrations").await;
    visit.leave().await;
}
