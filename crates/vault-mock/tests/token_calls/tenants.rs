use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use vault_mock::{ActionEnforcement, Builder, Vault, fault::fail};
use vault_sessions::{ApiKey, AppId, ConsumerId, SessionCreated, SessionToken};

use crate::{
    oauth::follow_to_the_end,
    support::{Session, XERO, builder, send},
};

const SHOP: AppId = AppId::from_static("shop");
const BANK: AppId = AppId::from_static("bank");

fn tenant(key: &str) -> Builder {
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
    assert!(vault.verify(&token).unwrap_err().is_forged());
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
    assert_eq!(state(&vault, &SHOP), "available");
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
    let strict = tenant("shop-key").action_enforcement(ActionEnforcement::Enforced);
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
