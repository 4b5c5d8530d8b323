//! What the admin API takes without end it would keep without end. A test's own Rust is trusted.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::json;
use vault_mock::{
    Secret, Vault,
    fault::{Fault, Scope},
};
use vault_sessions::{ApiKey, AppId, ConsumerId, SessionToken};

use crate::{get, json, post, refused, request, send, vault};

/// One kind of thing that is kept until somebody removes it.
struct Bound {
    limit: u64,
    /// Adds the thing of this number, in Rust where there is a door without a bound.
    add: fn(&Vault, u64),
    /// One more over HTTP.
    more: (Method, &'static str, &'static str),
    refusal: &'static str,
    /// Checks that what was there goes on, and can be replaced.
    check: fn(&Vault),
    /// Makes room for one more.
    remove: fn(&Vault),
}

fn app(number: u64) -> AppId {
    AppId::new(format!("app-{number}")).unwrap()
}

fn delete(vault: &Vault, path: &str) {
    let request = request(Method::DELETE, path).body(Bytes::new()).unwrap();
    assert_eq!(vault.handle(request).status(), 204);
}

const BOUNDS: [Bound; 4] = [
    Bound {
        limit: 1_000,
        add: |vault, number| {
            let consumer = ConsumerId::new(format!("consumer-{number}")).unwrap();
            let scope = Scope::app(app(0)).and_consumer(consumer);
            vault
                .faults()
                .inject_for(scope, Fault::status(503).forever());
        },
        more: (Method::PUT, "/faults", r#"{"behaviour":"status=503"}"#),
        refusal: "there are faults for 1000 scopes already; DELETE ends them",
        check: |vault| {
            let known = r#"{"behaviour":"status=500","app_id":"app-0","consumer_id":"consumer-7"}"#;
            assert_eq!(send(vault, Method::PUT, "/faults", known).status(), 200);
            for (consumer, status) in [("consumer-7", 500), ("consumer-8", 503), ("consumer", 200)]
            {
                let response = post(vault, "app-0", consumer, "{}");
                assert_eq!(response.status(), status, "{consumer}");
            }
        },
        remove: |vault| delete(vault, "/faults?app_id=app-0&consumer_id=consumer-7"),
    },
    Bound {
        limit: 10_000,
        add: |vault, number| drop(vault.add_tenant(app(number), vault.to_builder())),
        more: (Method::PUT, "/tenants", r#"{"app_id":"app"}"#),
        refusal: "there are 10000 tenants already; DELETE removes one",
        check: |vault| {
            let known = r#"{"app_id":"app-7","api_key":"other"}"#;
            assert_eq!(send(vault, Method::PUT, "/tenants", known).status(), 200);
            for (app, status) in [("app-7", 401), ("app-8", 200), ("app", 200)] {
                assert_eq!(post(vault, app, "consumer", "{}").status(), status, "{app}");
            }
        },
        remove: |vault| delete(vault, "/tenants?app_id=app-7"),
    },
    Bound {
        limit: 100,
        add: |vault, number| {
            vault.rotate_key(Secret::from_seed(number + 1), Duration::from_secs(60));
        },
        more: (Method::POST, "/keys/rotate", r#"{"overlap":60}"#),
        refusal: "there are 100 former keys already whose overlap is not over",
        check: |vault| {
            for (seed, is_good) in [(1, true), (100, true), (101, false)] {
                let other = Vault::builder()
                    .clock(vault.clock().clone())
                    .api_key(ApiKey::new("key").unwrap())
                    .secret(Secret::from_seed(seed));
                let created = json(&post(&other.build(), "app", "consumer", "{}"));
                let token = created["data"]["session_token"].as_str().unwrap();
                let verified = vault.verify(&SessionToken::new(token).unwrap());
                assert_eq!(verified.is_ok(), is_good, "{seed}");
            }
        },
        remove: |vault| vault.clock().advance(Duration::from_secs(60)),
    },
    Bound {
        limit: 1_000,
        add: |vault, _| {
            let added = send(vault, Method::POST, "/expectations", r#"{"most":1}"#);
            assert_eq!(added.status(), 204);
        },
        more: (Method::POST, "/expectations", "{}"),
        refusal: "there are 1000 expectations already; DELETE forgets them",
        check: |vault| {
            let verified = get(vault, "/expectations/verify");
            assert_eq!(json(&verified), json!({ "met": 1_000 }));
        },
        remove: |vault| delete(vault, "/expectations"),
    },
];

#[test]
fn what_is_kept_over_http_has_a_bound_and_what_is_there_goes_on() {
    for bound in BOUNDS {
        let vault = vault();
        for number in 0..bound.limit {
            (bound.add)(&vault, number);
        }
        let (method, path, body) = bound.more;
        for _ in 0..2 {
            let refusal = send(&vault, method.clone(), path, body);
            refused(&refusal, 409);
            assert_eq!(json(&refusal)["detail"], bound.refusal);
            (bound.check)(&vault);
        }
        (bound.remove)(&vault);
        let added = send(&vault, method, path, body);
        assert!(added.status().is_success(), "{path}: {:?}", added.body());
    }
}
