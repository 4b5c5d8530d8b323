//! A mock that knows one app gives the same verdict on another's token wherever it is shown, although
//! the two share their secret.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use vault_mock::{Clock, Secret, Vault, VaultBuilder};
use vault_sessions::{Action, AppId, SessionToken};

use crate::support::{APP, CONSUMER, Visitor};

const OTHER: AppId = AppId::from_static("the-one-that-is-known");

/// A session of `my-app`, at the mock that opened it and at one that knows another app.
fn replicas() -> (Visitor, Visitor) {
    let clock = Clock::frozen();
    let replica = |builder: VaultBuilder| builder.secret(Secret::from_seed(1)).clock(clock.clone());
    let own = Visitor::at(replica(Vault::builder()), &json!({}));
    let other = Visitor {
        vault: replica(Vault::builder().app_id(OTHER)).build(),
        token: own.token.clone(),
    };
    (own, other)
}

fn call(visitor: &Visitor, method: &str, path: &str) -> Response<Bytes> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {}", visitor.token))
        .header("x-apideck-auth-type", "JWT")
        .body(Bytes::new());
    visitor.vault.handle(request.unwrap())
}

#[test]
fn a_token_of_another_app_is_refused_everywhere() {
    const SALESFORCE: &str = "?connection=crm%2Bsalesforce";
    let (own, other) = replicas();
    let token = SessionToken::new(own.token.clone()).unwrap();
    assert!(own.vault.verify(&token).is_ok());
    assert!(other.vault.verify(&token).unwrap_err().is_other_app());
    let refused = other.vault.authorize(&token, Action::Delete).unwrap_err();
    assert!(refused.is_other_app() && !refused.is_forged());

    let before = other.vault.connections(&APP, &CONSUMER).all();
    for (path, method) in [
        ("/vault/connections", "GET"),
        ("/vault/connections/crm/salesforce", "DELETE"),
    ] {
        assert_eq!(call(&other, method, path).status(), 401, "{path}");
        assert!(call(&own, method, path).status().is_success(), "{path}");
    }
    assert_eq!(own.get("").status(), 200);
    assert_eq!(other.get("").status(), 401);
    assert_eq!(other.get(SALESFORCE).status(), 401);
    for form in ["action=delete", "action=disable", "advance=1h", "fault=503"] {
        assert_eq!(other.post(SALESFORCE, form).status(), 401, "{form}");
    }
    assert_eq!(other.vault.connections(&APP, &CONSUMER).all(), before);

    // After its end, too: the page of an expired session is the app's own.
    own.vault
        .clock()
        .advance(std::time::Duration::from_secs(3_600));
    assert_eq!(own.get("").status(), 410);
    assert_eq!(other.get("").status(), 401);
}

/// As at the API: whose the request is, its headers and its token say alike.
#[test]
fn headers_must_not_contradict_the_token() {
    let (own, _) = replicas();
    let lenient = Visitor::at(Vault::builder().foreign_ids(true), &json!({}));
    for (name, value, status) in [
        ("x-apideck-app-id", "my-app", 200),
        ("x-apideck-app-id", "", 200),
        ("x-apideck-app-id", OTHER.as_str(), 401),
        ("x-apideck-consumer-id", "somebody-else", 401),
    ] {
        for (visitor, status) in [(&own, status), (&lenient, 200)] {
            let page = Request::get(format!("/session/{}", visitor.token)).header(name, value);
            let page = visitor.vault.handle(page.body(Bytes::new()).unwrap());
            assert_eq!(page.status(), status, "{name}: {value}");
        }
    }
}

/// The state of an OAuth round trip is a token as well.
#[test]
fn a_round_trip_of_another_app_is_refused() {
    let (own, other) = replicas();
    let connection = call(&own, "GET", "/vault/connections/crm/salesforce");
    let connection: Value = serde_json::from_slice(connection.body()).unwrap();
    let url = connection["data"]["authorize_url"].as_str().unwrap();
    let path = url.strip_prefix("https://vault.invalid").unwrap();
    let path = format!("{path}&redirect_uri=http://localhost:3000/done");
    let visit = |vault: &Vault| vault.handle(Request::get(&path).body(Bytes::new()).unwrap());
    assert_eq!(visit(&own.vault).status(), 301);
    let refused = visit(&other.vault);
    assert_eq!(refused.status(), 422);
    assert!(String::from_utf8_lossy(refused.body()).contains("another app"));
}
