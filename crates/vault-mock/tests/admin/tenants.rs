use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use vault_mock::{Clock, RateLimit, Secret, Validation, Vault, fault::fail};
use vault_sessions::{ApiKey, AppId};

use crate::{get, json, post, refused, request, send, vault};

const SHOP: AppId = AppId::from_static("shop");

/// Asks the admin API about the tenant for `shop`.
fn of_shop(vault: &Vault, method: Method, path: &str, body: &'static str) -> Response<Bytes> {
    let request = request(method, path)
        .header("x-apideck-app-id", "shop")
        .header("content-type", "application/json");
    vault.handle(request.body(Bytes::from_static(body.as_bytes())).unwrap())
}

fn listed(vault: &Vault) -> Value {
    json(&get(vault, "/tenants"))
}

#[test]
fn are_made_listed_and_removed() {
    let vault = vault();
    assert_eq!(listed(&vault), json!({ "tenants": [] }));
    let response = send(&vault, Method::PUT, "/tenants", r#"{"app_id":"shop"}"#);
    assert_eq!(response.status(), 200);
    assert_eq!(json(&response), json!({ "tenants": ["shop"] }));
    // Which app the request names does not matter here.
    let response = of_shop(&vault, Method::PUT, "/tenants", r#"{"app_id":"bank"}"#);
    assert_eq!(json(&response), json!({ "tenants": ["bank", "shop"] }));
    assert!(vault.tenant(&SHOP).is_some());

    let path = "/tenants?app_id=shop";
    assert_eq!(send(&vault, Method::DELETE, path, "").status(), 204);
    assert_eq!(listed(&vault), json!({ "tenants": ["bank"] }));
    refused(&send(&vault, Method::DELETE, path, ""), 404);
    refused(&send(&vault, Method::DELETE, "/tenants", ""), 400);
}

#[test]
fn are_steered_by_themselves() {
    let vault = vault();
    send(&vault, Method::PUT, "/tenants", r#"{"app_id":"shop"}"#);
    of_shop(&vault, Method::POST, "/clock/advance", r#"{"seconds":60}"#);
    of_shop(
        &vault,
        Method::PUT,
        "/faults",
        r#"{"behaviour":"status=503"}"#,
    );
    of_shop(&vault, Method::PATCH, "/settings", r#"{"request_limit":1}"#);

    let shop = vault.tenant(&SHOP).unwrap();
    let ahead = shop.clock().now().duration_since(vault.clock().now());
    assert_eq!(ahead.unwrap(), Duration::from_secs(60));
    let statuses = |app| {
        let mut statuses = [0; 3];
        statuses.fill_with(|| post(&vault, app, "consumer", "{}").status().as_u16());
        statuses
    };
    assert_eq!(statuses("shop"), [503, 200, 402]);
    assert_eq!(statuses("app"), [200, 200, 200]);
    assert_eq!(shop.journal().len(), 3);
    assert_eq!(vault.journal().len(), 3);
}

#[test]
fn begin_as_the_mock_is_and_go_their_own_way() {
    let clock = Clock::frozen();
    clock.advance(Duration::from_secs(7));
    let vault = Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .clock(clock)
        .validation(Validation::Lenient)
        .rate_limit(RateLimit::per_minute(9))
        .connections([])
        .journal_capacity(1)
        .build();
    vault.faults().inject(fail(503));
    let body = r#"{"app_id":"shop","enforce_actions":true,"rate_limit":null,"secret":"s"}"#;
    assert_eq!(send(&vault, Method::PUT, "/tenants", body).status(), 200);

    let shop = vault.tenant(&SHOP).unwrap();
    assert_eq!(shop.clock().now(), vault.clock().now());
    assert!(shop.seeded_connections().is_empty());
    post(&vault, "shop", "consumer", "{}");
    post(&vault, "shop", "consumer", "{}");
    assert_eq!(shop.journal().len(), 1);
    assert_eq!(shop.rules().validation, Validation::Lenient);
    assert_ne!(
        shop.rules().action_enforcement,
        vault.rules().action_enforcement
    );
    assert_eq!(
        (shop.rate_limit(), vault.rate_limit().is_some()),
        (None, true)
    );
    let created = json(&post(&vault, "shop", "consumer", "{}"));
    let token = created["data"]["session_token"].as_str().unwrap();
    let replica = Vault::builder()
        .secret(Secret::new("s").unwrap())
        .clock(shop.clock().clone());
    assert!(replica.build().verify(&token.parse().unwrap()).is_ok());
}

#[test]
fn have_the_key_that_they_are_given() {
    let vault = vault();
    let body = r#"{"app_id":"shop","api_key":"shop-key"}"#;
    send(&vault, Method::PUT, "/tenants", body);
    assert_eq!(post(&vault, "shop", "consumer", "{}").status(), 401);
    let request = Request::post("/vault/sessions")
        .header("authorization", "Bearer shop-key")
        .header("x-apideck-app-id", "shop")
        .header("x-apideck-consumer-id", "consumer");
    let response = vault.handle(request.body(Bytes::new()).unwrap());
    assert_eq!(response.status(), 200);
}

#[test]
fn whatever_is_wrong_is_told_and_no_tenant_is_made() {
    let vault = vault();
    let body = r#"{"app_id":"","api_key":"hu sh","secret":false,"validation":"loose","name":"x"}"#;
    let response = send(&vault, Method::PUT, "/tenants", body);
    let errors = refused(&response, 400);
    let pointers = errors.as_array().unwrap().iter();
    let pointers: Vec<_> = pointers
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        [
            "#/app_id",
            "#/api_key",
            "#/secret",
            "#/validation",
            "#/name"
        ]
    );
    assert!(!errors.to_string().contains("hu sh"), "{errors}");
    assert_eq!(listed(&vault), json!({ "tenants": [] }));
}
