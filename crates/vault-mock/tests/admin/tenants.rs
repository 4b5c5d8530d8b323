use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use vault_mock::{
    AdminAccess, Clock, RateLimit, Secret, Validation, Vault,
    fault::{Behaviour, fail},
};
use vault_sessions::{ApiKey, AppId, SessionToken};

use crate::{create, get, json, post, refused, request, send, settings::other_values, vault};

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
fn a_call_about_two_mocks_is_refused() {
    let vault = vault();
    send(&vault, Method::PUT, "/tenants", r#"{"app_id":"shop"}"#);
    for apps in [["shop", "bank"], ["bank", "shop"], ["shop", "shop"]] {
        let mut request = request(Method::GET, "/clock");
        for app in apps {
            request = request.header("x-apideck-app-id", app);
        }
        assert_eq!(
            vault.handle(request.body(Bytes::new()).unwrap()).status(),
            400
        );
    }
}

#[test]
fn parameters_that_a_call_does_not_know_are_refused() {
    let vault = vault();
    send(&vault, Method::PUT, "/tenants", r#"{"app_id":"shop"}"#);
    create(&vault, "c");
    for (method, path) in [
        (Method::GET, "/expectations/verify"),
        (Method::DELETE, "/expectations"),
        (Method::POST, "/reset"),
        (Method::DELETE, "/journal"),
        (Method::GET, "/clock"),
        (Method::HEAD, "/settings"),
        (Method::GET, "/tenants"),
    ] {
        let path = format!("{path}?app_id=shop");
        let response = send(&vault, method.clone(), &path, "");
        assert_eq!(response.status(), 400, "{method} {path}");
    }
    assert_eq!(vault.journal().len(), 1);
    // Who asks only whether the mock is there may add what proxies do not keep.
    assert_eq!(get(&vault, "/health?at=1").status(), 200);
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
    assert_ne!(shop.rules().enforce_actions, vault.rules().enforce_actions);
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

#[test]
fn directives_that_are_off_are_off_for_a_tenant_too() {
    let vault = Vault::builder().directives(false);
    let vault = vault.api_key(ApiKey::new("key").unwrap()).build();
    send(&vault, Method::PUT, "/tenants", r#"{"app_id":"shop"}"#);
    let request = Request::post("/vault/sessions")
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", "shop")
        .header("x-apideck-consumer-id", "consumer")
        .header("x-vault-mock", "status=503");
    let response = vault.handle(request.body(Bytes::new()).unwrap());
    assert_eq!(response.status(), 200);
}

#[test]
fn a_tenant_signs_with_the_key_that_the_mock_signs_with_now() {
    let vault = vault();
    let before = token(&post(&vault, "shop", "consumer", "{}"));
    vault.rotate_key(Secret::new("next").unwrap(), Duration::from_secs(60));
    send(&vault, Method::PUT, "/tenants", r#"{"app_id":"shop"}"#);
    let shop = vault.tenant(&SHOP).unwrap();

    let created = token(&post(&vault, "shop", "consumer", "{}"));
    assert!(vault.verify(&created).is_ok());
    assert!(shop.verify(&before).is_ok());
    shop.clock().advance(Duration::from_secs(60));
    assert!(shop.verify(&before).unwrap_err().is_forged());
}

fn token(response: &Response<Bytes>) -> SessionToken {
    let token = &json(response)["data"]["session_token"];
    token.as_str().unwrap().parse().unwrap()
}

#[test]
fn every_setting_is_the_same_for_a_tenant_and_comes_back_with_its_reset() {
    for (name, value) in other_values().as_object().unwrap() {
        let vault = vault();
        let changed = json!({ name: value }).to_string();
        let patch = request(Method::PATCH, "/settings").header("content-type", "application/json");
        let changed = vault.handle(patch.body(changed.into()).unwrap());
        assert_eq!(changed.status(), 200);
        let all = json(&get(&vault, "/settings"));
        assert_eq!(all[name], *value);
        send(&vault, Method::PUT, "/tenants", r#"{"app_id":"shop"}"#);
        let of_tenant = || json(&of_shop(&vault, Method::GET, "/settings", ""));
        assert_eq!(of_tenant(), all, "{name}");

        // What it was made with is what its reset returns to, whatever the mock does meanwhile.
        assert_eq!(of_shop(&vault, Method::POST, "/reset", "").status(), 204);
        assert_eq!(of_tenant(), all, "{name}");
        assert_eq!(send(&vault, Method::POST, "/reset", "").status(), 204);
        assert_ne!(json(&get(&vault, "/settings")), all, "{name}");
        assert_eq!(of_tenant(), all, "{name}");

        // It can also be made with it.
        let mut made = json!({ "app_id": "shop" });
        made[name] = value.clone();
        let put = request(Method::PUT, "/tenants").header("content-type", "application/json");
        let put = vault.handle(put.body(made.to_string().into()).unwrap());
        assert_eq!(put.status(), 200);
        assert_eq!(of_shop(&vault, Method::POST, "/reset", "").status(), 204);
        assert_eq!(of_tenant(), all, "{name}");
    }
}

#[test]
fn hooks_former_secrets_and_admin_access_are_the_same_for_a_tenant() {
    let former = Secret::new("former").unwrap();
    let clock = Clock::frozen();
    let before = Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .secret(former.clone())
        .clock(clock.clone());
    let before = token(&post(&before.build(), "shop", "consumer", "{}"));
    let vault = Vault::builder()
        .former_secret(former)
        .clock(clock)
        .admin(AdminAccess::off())
        .hook(async |_| None)
        .build();
    let shop = vault.add_tenant(SHOP, vault.to_builder());
    assert!(shop.verify(&before).is_ok());
    let health = Request::get("/__vault_mock/clock").header("x-apideck-app-id", "shop");
    assert_eq!(
        vault.handle(health.body(Bytes::new()).unwrap()).status(),
        404
    );
    assert!(format!("{shop:?}").contains("Hooks(1)"), "{shop:?}");
}

#[test]
fn faults_that_are_configured_come_back_with_a_reset() {
    let vault = Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .faults("status=503; times=1, ok".parse::<Behaviour>().unwrap())
        .build();
    let status = || post(&vault, "app", "consumer", "{}").status().as_u16();
    assert_eq!((status(), status()), (503, 200));
    vault.faults().inject(fail(500));
    assert_eq!(send(&vault, Method::POST, "/reset", "").status(), 204);
    assert_eq!((status(), status()), (503, 200));
    send(&vault, Method::PUT, "/tenants", r#"{"app_id":"shop"}"#);
    assert_eq!(post(&vault, "shop", "consumer", "{}").status(), 200);
}
