//! Verification that could not fail: what no request can fulfil is refused, and a count that is blind
//! is not trusted.

#[path = "support/panic_text.rs"]
mod panic_text;

use bytes::Bytes;
use http::{Method, Request, request};
use panic_text::panic_text;
use serde_json::json;
use vault_mock::{Matching, Vault, VaultServer, fault::fail};
use vault_sessions::{Action, AppId, ConsumerId, CreateSession, Session, Settings};

const APP: AppId = AppId::from_static("shop");
const CONSUMER: ConsumerId = ConsumerId::from_static("account:12345");

type Make = Box<dyn FnOnce() -> Matching>;

fn request() -> CreateSession {
    CreateSession::builder()
        .app_id(APP)
        .consumer_id(CONSUMER)
        .build()
}

fn panic_of(make: impl FnOnce() -> Matching) -> String {
    panic_text(|| drop(make()))
}

/// Adds the headers of a good request.
fn good(vault: &Vault, request: request::Builder) -> request::Builder {
    request
        .header(
            "authorization",
            format!("Bearer {}", vault.api_key().expose_secret()),
        )
        .header("x-apideck-app-id", APP.as_str())
        .header("x-apideck-consumer-id", CONSUMER.as_str())
        .header("content-type", "application/json")
}

/// Sends a request with more headers than those of a good one.
fn send(vault: &Vault, uri: &str, headers: &[(&str, &str)], body: &'static str) {
    let mut request = good(vault, Request::post(uri));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let _ = vault.handle(request.body(Bytes::from_static(body.as_bytes())).unwrap());
}

#[test]
fn what_no_request_can_fulfil_is_refused_when_it_is_set() {
    let any = Matching::requests;
    let cases: Vec<(&str, Make)> = vec![
        (
            "JSON pointer",
            Box::new(move || any().body("settings.x", 1)),
        ),
        ("JSON pointer", Box::new(move || any().body("/a~2", 1))),
        ("JSON pointer", Box::new(move || any().no_body("/a~"))),
        ("name", Box::new(move || any().header("user agent", "x"))),
        ("name", Box::new(move || any().no_header(""))),
        ("name", Box::new(move || any().header("über", "x"))),
        ("control", Box::new(move || any().header("x", "a\nb"))),
        ("path", Box::new(move || any().path("vault/sessions"))),
        ("path", Box::new(move || any().path("/vault/sessions?x=1"))),
        ("path", Box::new(move || any().path("/a b"))),
        ("path", Box::new(move || any().path(""))),
        ("app ID", Box::new(move || any().app(""))),
        ("consumer ID", Box::new(move || any().consumer("a\nb"))),
        ("status", Box::new(move || any().status(99))),
        ("status", Box::new(move || any().status(1000))),
        ("status", Box::new(move || any().status(150))),
        ("status", Box::new(move || any().status(600))),
        (
            "admin API",
            Box::new(move || any().path("/__vault_mock/clock")),
        ),
        (
            "both",
            Box::new(move || any().body("/a", 1).body("/a/b", 2)),
        ),
        ("both", Box::new(|| Matching::sessions().status(201))),
        (
            "both",
            Box::new(|| Matching::sessions().no_header("x-apideck-app-id")),
        ),
        ("both", Box::new(move || any().status(200).status(503))),
        (
            "both",
            Box::new(move || any().header("x", "a").no_header("X")),
        ),
        ("both", Box::new(move || any().body("/a", 1).body("/a", 2))),
        ("both", Box::new(move || any().app("a").app("b"))),
        (
            "both",
            Box::new(|| Matching::sessions().method(Method::GET)),
        ),
        ("both", Box::new(|| Matching::sessions().status(503))),
        (
            "both",
            Box::new(|| Matching::session_for(&CONSUMER).consumer("other")),
        ),
    ];
    for (part, make) in cases {
        let text = panic_of(make);
        assert!(text.contains(part), "{part}: {text}");
    }
    // What says the same twice contradicts nothing.
    let _ = Matching::sessions().method(Method::POST).status(200);
    let _ = any().body("/a~0b/~1", 1).path("*");
}

#[cfg(feature = "page")]
#[test]
fn what_a_page_loads_is_not_in_the_journal() {
    let text = panic_of(|| Matching::requests().path("/session/assets/page.css"));
    assert!(text.contains("journal"), "{text}");
}

#[test]
fn any_number_of_requests_is_no_expectation() {
    let vault = Vault::builder().build();
    let text = panic_text(|| drop(vault.expect(Matching::requests()).times(0..)));
    assert!(text.contains("cannot fail"), "{text}");
    vault
        .expect(Matching::requests())
        .times(0..=1)
        .verify_blocking();
}

#[test]
fn a_session_counts_whatever_its_query() {
    let vault = Vault::builder().build();
    send(&vault, "/vault/sessions?x=1", &[], "{}");
    vault
        .expect(Matching::session_for(&CONSUMER))
        .times(1)
        .verify_blocking();
    assert!(vault.journal().last().unwrap().created().is_some());
}

#[test]
fn all_values_of_a_header_are_compared() {
    let vault = Vault::builder().build();
    let headers = [
        ("x-trace", "one"),
        ("cookie", "a=1"),
        ("x-trace", "two"),
        ("cookie", "b=2"),
    ];
    send(&vault, "/vault/sessions", &headers, "");
    let found = |name: &str, value: &str| {
        let matching = Matching::requests().header(name, value);
        vault.journal().find(&matching).len()
    };
    assert_eq!(found("x-trace", "one"), 0);
    assert_eq!(found("x-trace", "two"), 0);
    assert_eq!(found("X-Trace", "one, two"), 1);
    assert_eq!(found("cookie", "a=1; b=2"), 1);
}

#[test]
fn names_of_settings_are_escaped_and_actions_are_a_set() {
    let vault = Vault::builder()
        .validation(vault_mock::Validation::Lenient)
        .build();
    let settings = Settings::builder().allow_actions([Action::Delete, Action::Disable]);
    let mut sent = serde_json::to_value(settings.clone().build()).unwrap();
    sent["a/b~c"] = json!(true);
    let session: Session = serde_json::from_value(json!({ "settings": sent })).unwrap();
    let settings = session.settings.unwrap();
    send(
        &vault,
        "/vault/sessions",
        &[],
        r#"{"settings":{"a/b~c":true,"allow_actions":["disable","delete"]}}"#,
    );
    vault
        .expect(Matching::sessions().settings(&settings))
        .times(1)
        .verify_blocking();
}

#[test]
fn a_page_is_found_by_its_path_and_shown_without_its_token() {
    let vault = Vault::builder().build();
    let token = vault.issue_token(&request());
    let path = format!("/session/{}", token.expose_secret());
    let _ = vault.handle(Request::get(&path).body(Bytes::new()).unwrap());
    let page = Matching::requests().path(path.as_str());
    assert_eq!(vault.journal().find(&page).len(), 1);
    let unmet = vault.expect(page).times(0).check_blocking().unwrap_err();
    assert!(!unmet.to_string().contains("eyJ"), "{unmet}");
}

#[test]
fn an_app_with_a_mock_of_its_own_is_not_seen_here() {
    let vault = Vault::builder().build();
    let none = || vault.expect(Matching::sessions().app(&APP)).times(0);
    assert!(none().check_blocking().is_ok());
    let early = none();

    let shop = vault.add_tenant(APP, Vault::builder());
    vault.create_session(&request()).unwrap();
    for unmet in [none().check_blocking(), early.check_blocking()] {
        let text = unmet.unwrap_err().to_string();
        assert!(text.contains("app `shop` has a mock of its own"), "{text}");
    }
    let by_header = Matching::sessions().header("X-Apideck-App-Id", APP.as_str());
    for named in [Matching::sessions().app(&APP), by_header] {
        let unmet = vault.expect(named).times(0).check_blocking().unwrap_err();
        assert!(
            unmet.to_string().contains("x-apideck-app-id: shop"),
            "{unmet}"
        );
    }
    shop.expect(Matching::sessions().app(&APP))
        .times(1)
        .verify_blocking();
    let unmet = shop
        .expect(Matching::sessions().app("other"))
        .times(0)
        .check_blocking();
    assert!(
        unmet
            .unwrap_err()
            .to_string()
            .contains("the mock of app `shop`")
    );

    vault.remove_tenant(&APP);
    assert!(none().check_blocking().is_ok());
}

#[test]
fn what_was_dropped_is_told() {
    let vault = Vault::builder().journal_capacity(1).build();
    vault.create_session(&request()).unwrap();
    send(&vault, "/vault/sessions", &[], "{}");
    let matching = Matching::requests().status(200);
    let unmet = vault
        .expect(matching)
        .times(3)
        .check_blocking()
        .unwrap_err();
    let text = unmet.to_string();
    assert!(!text.contains("no other request has arrived"), "{text}");
    assert!(text.contains("which has dropped 1"), "{text}");
}

#[tokio::test]
async fn the_text_says_where_the_mock_listens() {
    let server = VaultServer::start().await;
    let unmet = server
        .expect(Matching::sessions())
        .check()
        .await
        .unwrap_err();
    let expected = format!(
        "no request has arrived; the mock listens at {}",
        server.uri()
    );
    assert!(unmet.to_string().contains(&expected), "{unmet}");

    let shop = server.add_tenant(APP, Vault::builder());
    let unmet = shop.expect(Matching::sessions()).check().await.unwrap_err();
    assert!(unmet.to_string().contains(server.uri()), "{unmet}");
}

#[test]
fn lines_that_say_the_same_are_told_apart() {
    let vault = Vault::builder().build();
    vault.create_session(&request()).unwrap();
    vault.clock().advance(std::time::Duration::from_secs(1));
    vault.create_session(&request()).unwrap();
    vault.faults().inject(fail(503));
    let _ = vault.create_session(&request());
    let unmet = vault
        .expect(Matching::requests())
        .times(1)
        .check_blocking()
        .unwrap_err();
    let text = unmet.to_string();
    assert_eq!(
        text.matches("session created (account:12345, 2").count(),
        2,
        "{text}"
    );
    assert!(
        text.contains("503, fault injected: status=503\n") || text.ends_with("status=503"),
        "{text}"
    );
}

#[test]
fn a_number_is_what_it_says_and_a_member_given_twice_is_no_single_value() {
    let vault = VaultServer::in_process();
    let body = r#"{"custom_consumer_settings":{"ratio":1.0,"tags":["a"],"tags":["b"]}}"#;
    send(&vault, "/vault/sessions", &[], body);
    let found = |pointer: &str, value: serde_json::Value| {
        let matching = Matching::requests().body(pointer, value);
        vault.journal().find(&matching).len()
    };
    let settings = "/custom_consumer_settings";
    for one in ["1", "1.0", "1e0", "10e-1"] {
        let one = serde_json::from_str(one).unwrap();
        assert_eq!(found(&format!("{settings}/ratio"), one), 1);
    }
    assert_eq!(found(&format!("{settings}/ratio"), json!(2)), 0);
    for (pointer, value) in [
        ("/tags", json!(["a"])),
        ("/tags", json!(["b"])),
        ("/tags/0", json!("b")),
        ("", json!({"ratio": 1.0, "tags": ["b"]})),
    ] {
        assert_eq!(
            found(&format!("{settings}{pointer}"), value),
            0,
            "{pointer}"
        );
    }
    let expected =
        vault.expect(Matching::requests().body(format!("{settings}/tags"), json!(["b"])));
    let report = expected.check_blocking().unwrap_err().to_string();
    assert!(
        report.contains("given twice: /custom_consumer_settings/tags"),
        "{report}"
    );
}

/// Members that `serde_json` takes for its own, where somebody has switched on its features.
#[test]
fn every_name_of_a_member_is_a_name() {
    let vault = VaultServer::in_process();
    for (body, value) in [
        (r#"{"$serde_json::private::Number":"x"}"#, "x"),
        (r#"{"$serde_json::private::RawValue":"{}"}"#, "{}"),
    ] {
        send(&vault, "/vault/sessions", &[], body);
        let recorded = vault.journal().last().unwrap().json().unwrap();
        let member = recorded.as_object().unwrap().values().next();
        assert_eq!(member, Some(&json!(value)), "{body}");
    }
}

#[test]
fn a_byte_order_mark_hides_nothing_of_the_body() {
    let vault = Vault::builder().byte_order_mark(true).build();
    let body = "\u{feff}{\"settings\":{\"session_length\":\"30m\"}}";
    send(&vault, "/vault/sessions", &[], body);
    let length = "/settings/session_length";
    let recorded = vault.journal().last().unwrap();
    assert_eq!(recorded.status().unwrap(), 200);
    assert!(Matching::sessions().body(length, "30m").is_match(&recorded));
    assert!(!Matching::sessions().no_body(length).is_match(&recorded));
    assert!(format!("{recorded:?}").contains("30m"));

    let twice = "\u{feff}{\"theme\":{\"vault_name\":\"a\",\"vault_name\":\"b\"}}";
    send(&vault, "/vault/sessions", &[], twice);
    let recorded = vault.journal().last().unwrap();
    let name = Matching::requests().body("/theme/vault_name", "b");
    assert!(!name.is_match(&recorded));
}

#[test]
fn where_a_byte_order_mark_is_taken_it_is_taken_of_every_body() {
    let vault = Vault::builder().byte_order_mark(true).build();
    let request = good(&vault, Request::patch("/vault/connections/crm/salesforce"));
    let body = Bytes::from_static("\u{feff}{\"enabled\":false}".as_bytes());
    assert_eq!(vault.handle(request.body(body).unwrap()).status(), 200);
}
