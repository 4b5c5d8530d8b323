use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower_service::Service;
use vault_mock::{
    AdminAccess, Vault, VaultBuilder, VaultServer,
    connections::{Change, ConnectionState},
    fault::{Scope, fail},
};
use vault_sessions::{Action, ApiKey, AppId, ConsumerId, SessionCreated, SessionToken};

use crate::{
    oauth::follow_to_the_end,
    panic_text::panic_text,
    support::{Session, XERO, builder, send},
};

const SHOP: AppId = AppId::from_static("shop");
const BANK: AppId = AppId::from_static("bank");
const CONSUMER: ConsumerId = ConsumerId::from_static("consumer");

fn tenant(key: &str) -> VaultBuilder {
    Vault::builder().api_key(ApiKey::new(key.to_owned()).unwrap())
}

fn shared() -> Vault {
    builder()
        .tenant(SHOP, tenant("shop-key"))
        .tenant(BANK, tenant("bank-key"))
        .build()
}

fn create(vault: &Vault, app: &str, key: &str, body: &Value) -> Request<Bytes> {
    let _ = vault;
    Request::post("/vault/sessions")
        .header("authorization", format!("Bearer {key}"))
        .header("x-apideck-app-id", app)
        .header("x-apideck-consumer-id", "consumer")
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap()
}

/// A session whose calls name no app but in their token.
fn open(vault: &Vault, app: &str, key: &str, body: &Value) -> Session {
    let response = vault.handle(create(vault, app, key, body));
    let created: SessionCreated = serde_json::from_slice(response.body()).unwrap();
    let token = created.token().expose_secret().to_owned();
    Session {
        vault: vault.clone(),
        token,
    }
}

fn call(session: &Session, method: &str, path: &str, body: &Value) -> crate::support::Answer {
    let mut request = session.request(method, path, body);
    request.headers_mut().remove("x-apideck-app-id");
    send(&session.vault, request)
}

#[test]
fn each_has_its_own_key_and_tokens() {
    let vault = shared();
    for (app, key, status) in [
        ("shop", "shop-key", 200),
        ("shop", "bank-key", 401),
        ("bank", "bank-key", 200),
        ("bank", "key", 401),
        ("other", "key", 200),
        ("other", "shop-key", 401),
    ] {
        let answer = send(&vault, create(&vault, app, key, &json!({})));
        assert_eq!(answer.status, status, "{app} with {key}");
    }
    let session = open(&vault, "shop", "shop-key", &json!({}));
    let token = SessionToken::new(session.token).unwrap();
    assert!(vault.tenant(&SHOP).unwrap().verify(&token).is_ok());
    assert!(
        vault
            .tenant(&BANK)
            .unwrap()
            .verify(&token)
            .unwrap_err()
            .is_forged()
    );
    // Whoever asks the shared mock is led to the app's own, as a request with the token is.
    assert!(vault.verify(&token).is_ok());
    assert!(vault.authorize(&token, Action::Delete).is_ok());
    let shop = vault.tenant(&SHOP).unwrap();
    shop.clock().advance(Duration::from_secs(3600));
    assert!(vault.verify(&token).unwrap_err().is_expired());
    assert!(
        vault
            .authorize(&token, Action::Delete)
            .unwrap_err()
            .is_expired()
    );
}

#[test]
fn each_has_its_own_clock_journal_faults_and_connections() {
    let vault = shared();
    let [shop, bank] = [SHOP, BANK].map(|app| vault.tenant(&app).unwrap());
    let in_shop = open(
        &vault,
        "shop",
        "shop-key",
        &json!({ "settings": { "session_length": "30m" } }),
    );
    let in_bank = open(
        &vault,
        "bank",
        "bank-key",
        &json!({ "settings": { "session_length": "30m" } }),
    );

    call(&in_shop, "PATCH", XERO, &json!({ "enabled": true })).data();
    let state = |vault: &Vault, app: &AppId| {
        let connections = vault.connections(app, &ConsumerId::from_static("consumer"));
        connections
            .find(&"accounting+xero".parse().unwrap())
            .unwrap()
            .state()
            .as_str()
    };
    assert_eq!(
        (state(&shop, &SHOP), state(&bank, &BANK)),
        ("added", "available")
    );
    // Whoever asks the shared mock is led to the app's own.
    assert_eq!(state(&vault, &SHOP), "added");
    let journals = [&shop, &bank, &vault].map(|vault| vault.journal().requests().len());
    assert_eq!(journals, [2, 1, 0]);

    bank.faults().inject(fail(503).times(1));
    assert_eq!(
        call(&in_shop, "GET", "/vault/connections", &Value::Null).status,
        200
    );
    assert_eq!(
        call(&in_bank, "GET", "/vault/connections", &Value::Null).status,
        503
    );

    shop.clock().advance(Duration::from_secs(30 * 60));
    assert_eq!(
        call(&in_shop, "GET", "/vault/connections", &Value::Null).status,
        401
    );
    assert_eq!(
        call(&in_bank, "GET", "/vault/connections", &Value::Null).status,
        200
    );
}

#[test]
fn each_has_its_own_policy() {
    let strict = tenant("shop-key").enforce_actions(true);
    let vault = builder()
        .tenant(SHOP, strict)
        .tenant(BANK, tenant("bank-key"))
        .build();
    let none = json!({ "settings": { "allow_actions": [] } });
    for (app, key, status) in [("shop", "shop-key", 403), ("bank", "bank-key", 204)] {
        let session = open(&vault, app, key, &none);
        let answer = call(
            &session,
            "DELETE",
            "/vault/connections/crm/salesforce",
            &Value::Null,
        );
        assert_eq!(answer.status, status, "{app}");
    }
}

#[test]
fn round_trips_stay_with_their_tenant() {
    let vault = shared();
    let body = json!({ "redirect_uri": "https://shop.example/done" });
    let session = open(&vault, "shop", "shop-key", &body);
    let connection = call(&session, "GET", XERO, &Value::Null).data();
    let end = follow_to_the_end(&vault, connection["authorize_url"].as_str().unwrap());
    assert_eq!(end, "https://shop.example/done");
    assert_eq!(
        call(&session, "GET", XERO, &Value::Null).data()["state"],
        "authorized"
    );
}

#[test]
fn a_link_whose_state_is_no_good_is_still_the_tenants() {
    let vault = shared();
    let link = Request::get("/vault/authorize/xero/shop?state=bad");
    send(&vault, link.body(Bytes::new()).unwrap()).refused(422);
    let journals =
        [vault.tenant(&SHOP).unwrap(), vault.clone()].map(|vault| vault.journal().requests().len());
    assert_eq!(journals, [1, 0]);
}

#[test]
fn the_page_of_a_session_is_the_tenants() {
    let vault = shared();
    let session = open(&vault, "shop", "shop-key", &json!({}));
    let page = Request::get(format!("/session/{}", session.token)).body(Bytes::new());
    let _ = vault.handle(page.unwrap());
    let journals =
        [vault.tenant(&SHOP).unwrap(), vault.clone()].map(|vault| vault.journal().requests().len());
    assert_eq!(journals, [2, 0]);
}

/// However a request comes in, it is the tenant's.
#[tokio::test]
async fn servers_and_services_know_tenants() {
    let server = VaultServer::builder().tenant(SHOP, tenant("shop-key"));
    let server = server.start().await.unwrap();
    let vault = shared();
    for vault in [&*server, &vault] {
        let request = create(vault, "shop", "shop-key", &json!({}));
        let response = vault.service().call(request.map(Full::new)).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    let mut stream = tokio::net::TcpStream::connect(server.address())
        .await
        .unwrap();
    let request = "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\
        authorization: Bearer shop-key\r\nx-apideck-app-id: shop\r\n\
        x-apideck-consumer-id: consumer\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(server.tenant(&SHOP).unwrap().journal().len(), 2);
}

#[test]
fn a_tenant_knows_its_own_app_only_and_is_steered_as_its_server() {
    let outer = builder().admin(AdminAccess::off());
    let vault = outer.tenant(SHOP, tenant("shop-key")).build();
    let shop = vault.tenant(&SHOP).unwrap();
    let foreign = create(&shop, "bank", "shop-key", &json!({}));
    send(&shop, foreign).refused(401);
    let steer = Request::get("/__vault_mock/clock").body(Bytes::new());
    send(&shop, steer.unwrap()).refused(404);
}

#[test]
fn tenants_come_and_go() {
    let vault = builder().build();
    let shop = vault.add_tenant(SHOP, tenant("shop-key"));
    let status = |key| send(&vault, create(&vault, "shop", key, &json!({}))).status;
    assert_eq!((status("shop-key"), status("key")), (200, 401));
    assert_eq!(shop.public_base(), vault.public_base());
    assert!(vault.remove_tenant(&SHOP).is_some());
    assert_eq!((status("shop-key"), status("key")), (401, 200));
    assert!(vault.tenant(&SHOP).is_none() && vault.remove_tenant(&SHOP).is_none());
}

/// What is set on the mock that all share, for an app that has its own, would do nothing.
#[test]
fn what_is_set_for_an_app_with_a_mock_of_its_own_reaches_it_or_is_refused() {
    let vault = shared();
    let scope = || Scope::app(SHOP);
    let only = |what: &dyn Fn()| {
        let why = panic_text(what);
        assert!(why.contains("app `shop`"), "{why}");
    };
    only(&|| vault.faults().inject_for(scope(), fail(503)));
    let narrow = scope().and_consumer(CONSUMER);
    only(&|| vault.faults().inject_for(narrow.clone(), fail(503)));
    only(&|| vault.faults().clear_for(&scope()));
    let bank = vault.tenant(&BANK).unwrap();
    only(&|| bank.faults().inject_for(scope(), fail(503)));
    only(&|| drop(bank.connections(&SHOP, &CONSUMER)));
    assert!(vault.faults().injected().is_empty());

    let change = Change::Refuse;
    let salesforce = "crm+salesforce".parse().unwrap();
    let connections = vault.connections(&SHOP, &CONSUMER);
    connections.apply(&salesforce, change).unwrap();
    let shop = vault.tenant(&SHOP).unwrap();
    let seen = shop.connections(&SHOP, &CONSUMER).find(&salesforce);
    assert_eq!(seen.unwrap().state(), ConnectionState::Invalid);

    shop.faults().inject_for(scope(), fail(503));
    vault.faults().inject(fail(503));
    vault.remove_tenant(&SHOP);
    vault.faults().inject_for(scope(), fail(503));
}
