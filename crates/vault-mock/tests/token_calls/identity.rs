//! Whose request it is: header, else token, else path, for everything that asks.

use bytes::Bytes;
use http::Request;
use serde_json::json;
use vault_mock::{
    Matching, RateLimit, Vault,
    fault::{Scope, fail},
};
use vault_sessions::{ApiKey, AppId, ConsumerId};

use crate::support::{Session, builder, open, send};

const APP: AppId = AppId::from_static("app");
const CONSUMER: ConsumerId = ConsumerId::from_static("consumer");

/// A call that names nobody but by its token.
fn token_alone(session: &Session) -> Request<Bytes> {
    Request::get("/vault/connections")
        .header("authorization", format!("bearer  {}", session.token))
        .header("x-apideck-auth-type", "JWT")
        .body(Bytes::new())
        .unwrap()
}

#[test]
fn a_token_alone_meets_the_faults_of_its_app_and_consumer() {
    let session = open(builder(), &json!({}));
    let faults = session.vault.faults();
    let scopes = [
        Scope::app(APP),
        Scope::consumer(CONSUMER),
        Scope::app(APP).and_consumer(CONSUMER),
    ];
    for scope in scopes {
        faults.inject_for(scope.clone(), fail(503).times(1));
        assert_eq!(send(&session.vault, token_alone(&session)).status, 503);
        // The attempts of a consumer are one row, however they name themselves.
        session.get("/vault/connections").data();
        faults.clear_for(&scope);
    }
    faults.inject_for(
        Scope::consumer(ConsumerId::from_static("other")),
        fail(503).forever(),
    );
    send(&session.vault, token_alone(&session)).data();
}

#[test]
fn a_token_alone_is_in_the_window_of_its_app() {
    let session = open(builder(), &json!({}));
    session.vault.set_rate_limit(Some(RateLimit::per_minute(1)));
    send(&session.vault, token_alone(&session)).data();
    assert_eq!(session.get("/vault/connections").status, 429);
    // Who names nobody has a window of their own.
    let nobody = Request::get("/vault/connections").body(Bytes::new());
    assert_eq!(send(&session.vault, nobody.unwrap()).status, 401);
}

#[test]
fn a_token_alone_is_found_in_the_journal_and_by_expectations() {
    let session = open(builder(), &json!({}));
    session.vault.journal().clear();
    let meant = Matching::requests().app("app").consumer("consumer");
    send(&session.vault, token_alone(&session)).data();
    let recorded = session.vault.journal().last().unwrap();
    assert_eq!(recorded.app_id(), Some("app"));
    assert_eq!(recorded.consumer_id(), Some("consumer"));
    assert_eq!(session.vault.journal().find(&meant).len(), 1);
    let listed = Request::get("/__vault_mock/journal?app_id=app&consumer_id=consumer")
        .body(Bytes::new())
        .unwrap();
    let listed = send(&session.vault, listed);
    assert_eq!(listed.body["entries"][0]["consumer_id"], "consumer");
}

#[test]
fn headers_go_before_the_token_and_what_is_no_id_counts_as_absent() {
    let session = open(builder(), &json!({}));
    let long = "x".repeat(60_000);
    for (header, app) in [("other", "other"), ("", "app"), (long.as_str(), "app")] {
        let mut request = token_alone(&session);
        let headers = request.headers_mut();
        headers.insert("x-apideck-app-id", header.parse().unwrap());
        send(&session.vault, request);
        let recorded = session.vault.journal().last().unwrap();
        assert_eq!(recorded.app_id(), Some(app));
        assert_eq!(recorded.consumer_id(), Some("consumer"));
    }
}

#[test]
fn paths_and_states_name_an_app_too() {
    let session = open(builder(), &json!({}));
    let visit = |uri: String| {
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        let _ = session.vault.handle(request);
        let recorded = session.vault.journal().last().unwrap();
        let consumer = recorded.consumer_id().map(str::to_owned);
        (recorded.app_id().map(str::to_owned), consumer)
    };
    let both = (Some("app".to_owned()), Some("consumer".to_owned()));
    let token = &session.token;
    assert_eq!(visit(format!("/session/{token}")), both);
    assert_eq!(visit(format!("/vault/callback?state={token}")), both);
    assert_eq!(
        visit(format!("/vault/authorize/xero/shop%21?state={token}")),
        (Some("shop!".to_owned()), both.1)
    );
    assert_eq!(visit("/vault/authorize/xero".to_owned()), (None, None));
    assert_eq!(visit("/session/eyJ.eyJ.x".to_owned()), (None, None));
}

#[cfg(feature = "page")]
#[test]
fn what_a_page_loads_by_itself_is_in_nobodys_way() {
    let session = open(builder(), &json!({}));
    session.vault.set_rate_limit(Some(RateLimit::per_minute(1)));
    session.vault.faults().inject(fail(503).times(1));
    let get = |uri: &str| {
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        session.vault.handle(request).status().as_u16()
    };
    for _ in 0..3 {
        assert_eq!(get("/session/assets/page.css"), 200);
        let own = format!("/session/{}?view=theme.css", session.token);
        assert_eq!(get(&own), 200);
    }
    assert_eq!(session.get("/vault/connections").status, 503);
    session.get("/vault/connections").data();
    // The corner of a page injects for the page's consumer, and must not break the page.
    let scope = Scope::app(APP).and_consumer(CONSUMER);
    session.vault.set_rate_limit(None);
    session.vault.faults().inject_for(scope, fail(500).times(1));
    assert_eq!(get(&format!("/session/{}", session.token)), 200);
    assert_eq!(session.get("/vault/connections").status, 500);
}

#[test]
fn a_post_without_a_consumer_counts_as_a_get_does() {
    let vault = Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .request_limit(10)
        .build();
    for method in ["GET", "POST"] {
        let path = if method == "GET" {
            "/vault/connections/crm/salesforce"
        } else {
            "/vault/sessions"
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", "Bearer key")
            .header("x-apideck-app-id", "app")
            .body(Bytes::new())
            .unwrap();
        let before = vault.request_count();
        assert_eq!(
            send(&vault, request).refused(400).0,
            "RequestHeadersValidationError"
        );
        assert_eq!(vault.request_count(), before + 1, "{method}");
    }
}
