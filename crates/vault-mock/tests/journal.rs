//! The journal: what became of each request, and nothing that a log must not show.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use http::Request;
use vault_mock::{Matching, Outcome, Recorded, Vault};
use vault_sessions::{ApiKey, SessionCreated, Violation};

fn vault() -> Vault {
    let key = ApiKey::new("KEYSECRET").unwrap();
    Vault::builder().api_key(key).build()
}

fn send(vault: &Vault, method: &str, uri: &str, body: &'static str) -> Recorded {
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header("Authorization", "Bearer KEYSECRET")
        .header("X-Apideck-App-Id", "app")
        .header("x-apideck-consumer-id", "account:12345")
        .header("content-type", "application/json")
        .body(Bytes::from_static(body.as_bytes()));
    let _ = vault.handle(request.unwrap());
    vault.journal().last().unwrap()
}

#[test]
fn an_opened_session_is_recorded_with_its_claims() {
    let vault = vault();
    let body = r#"{"settings":{"session_length":"30m"}}"#;
    let entry = send(&vault, "POST", "/vault/sessions", body);
    let Outcome::SessionCreated(claims) = entry.outcome() else {
        panic!("{entry}");
    };
    assert_eq!(claims.consumer_id().as_str(), "account:12345");
    assert_eq!(claims.lifetime().as_secs(), 1_800);
    assert_eq!(entry.created().unwrap().token().claims().unwrap(), *claims);
    assert_eq!(entry.body(), body.as_bytes());
    assert_eq!(entry.at(), vault.clock().now());
    assert_eq!(entry.app_id(), Some("app"));
    assert_eq!(entry.consumer_id(), Some("account:12345"));
    assert_eq!(entry.header("X-APIDECK-APP-ID").as_deref(), Some("app"));
    assert_eq!(
        entry.to_string(),
        "#1 POST /vault/sessions: 200, session created"
    );
}

#[test]
fn a_refusal_is_recorded_with_its_type_and_violations() {
    let vault = vault();
    let body = r#"{"settings":{"session_length":"8d","x":1}}"#;
    let entry = send(&vault, "POST", "/vault/sessions", body);
    assert_eq!(entry.status().unwrap(), 400);
    let outcome = entry.outcome();
    let refusal = outcome.refusal().unwrap();
    assert_eq!(refusal.type_name.as_deref(), Some("RequestValidationError"));
    let violations = outcome.violations();
    let pointers: Vec<_> = violations.iter().map(Violation::pointer).collect();
    assert_eq!(pointers, ["/settings/session_length", "/settings/x"]);

    let elsewhere = send(&vault, "GET", "/nowhere", "");
    assert!(
        elsewhere
            .to_string()
            .starts_with("#2 GET /nowhere: 404, refused: EntityNotFoundError"),
        "{elsewhere}"
    );
    assert_eq!(
        send(&vault, "GET", "/health", "").outcome(),
        Outcome::Answered
    );
    assert_eq!(vault.journal().requests().len(), 3);
}

#[test]
fn credentials_are_shown_only_when_asked_for() {
    let vault = vault();
    let entry = send(
        &vault,
        "POST",
        "/vault/sessions",
        r#"{"custom_consumer_settings":{"api_key":"BODYSECRET"}}"#,
    );
    let created: SessionCreated = serde_json::from_slice(entry.answer()).unwrap();
    let token = created.token().expose_secret();
    let page = send(
        &vault,
        "GET",
        &format!("/session/{token}?code=QUERYSECRET"),
        "",
    );
    for shown in [
        format!("{entry} {entry:?} {page} {page:?}"),
        format!("{vault:?} {:?}", vault.journal()),
        format!(
            "{:?} {:?}",
            entry.headers().collect::<Vec<_>>(),
            page.path()
        ),
    ] {
        for secret in ["KEYSECRET", "BODYSECRET", "QUERYSECRET", token] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
    assert_eq!(entry.header("authorization").as_deref(), Some("Bearer ***"));
    assert_eq!(
        entry.expose_header("Authorization"),
        Some(&b"Bearer KEYSECRET"[..])
    );
    assert!(page.expose_uri().ends_with("?code=QUERYSECRET"));
}

#[test]
fn a_token_that_a_refusal_quotes_is_not_shown() {
    let entry = send(&vault(), "GET", "/eyJh.eyJi.SIGNATURE", "");
    let shown = format!("{entry} {:?} {}", entry.outcome(), entry.outcome());
    assert!(shown.contains("refused"), "{shown}");
    assert!(!shown.contains("SIGNATURE"), "{shown}");
    assert!(entry.expose_uri().contains("SIGNATURE"));
}

#[test]
fn clearing_keeps_the_count_of_requests_and_what_is_expected() {
    let vault = vault();
    let expected = vault.journal().expect(Matching::requests());
    send(&vault, "GET", "/health", "");
    vault.journal().clear();
    assert_eq!(send(&vault, "GET", "/health", "").number(), 2);
    vault.journal().clear();
    let failed = catch_unwind(AssertUnwindSafe(|| vault.journal().assert_met_blocking()));
    assert!(failed.is_err(), "nothing in the journal meets it");
    drop(expected);
}
