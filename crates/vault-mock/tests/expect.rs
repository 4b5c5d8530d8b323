//! Expectations: what meets them, and the texts of those that are not met.

#[path = "support/panic_text.rs"]
mod panic_text;

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::{Method, Request};
use panic_text::panic_text;
use vault_mock::{Clock, Expectation, Matching, Vault, VaultServer};
use vault_sessions::{Action, ActionSet, ApiKey, ConsumerId, SessionLength, Settings};

const CONSUMER: ConsumerId = ConsumerId::from_static("account:12345");

fn vault() -> Vault {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    Vault::builder()
        .api_key(ApiKey::new("KEYSECRET").unwrap())
        .clock(Clock::frozen_at(at))
        .journal_capacity(10)
        .build()
}

fn request(consumer: &str, body: &'static str) -> Request<Bytes> {
    Request::post("/vault/sessions")
        .header("authorization", "Bearer KEYSECRET")
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", consumer)
        .header("content-type", "application/json")
        .body(Bytes::from_static(body.as_bytes()))
        .unwrap()
}

fn send(vault: &Vault, consumer: &str, body: &'static str) {
    let _ = vault.handle(request(consumer, body));
}

/// Compares the text of a failure, which never holds a credential.
fn fails(expectation: &Expectation, text: &Expect) {
    let unmet = expectation.check_blocking().unwrap_err();
    assert_eq!(format!("{unmet:?}"), unmet.to_string());
    for secret in ["KEYSECRET", "eyJ", "BODYSECRET"] {
        assert!(!unmet.to_string().contains(secret), "{unmet}");
    }
    text.assert_eq(&unmet.to_string());
}

#[test]
fn every_condition_holds_for_what_was_sent_and_fails_for_another() {
    let vault = vault();
    let body = r#"{"settings":{"session_length":"30m","show_logs":false,"allow_actions":["disable","delete"]}}"#;
    send(&vault, CONSUMER.as_str(), body);
    let length = SessionLength::from_minutes(30);
    let settings = Settings::builder()
        .session_length(length)
        .show_logs(false)
        .build();
    let other_settings = Settings::builder().show_logs(true).build();
    let matching = Matching::requests;
    let cases = [
        (
            matching().method(Method::POST),
            matching().method(Method::PUT),
        ),
        (
            matching().path("/vault/sessions"),
            matching().path("/vault"),
        ),
        (matching().app("app"), matching().app("App")),
        (matching().consumer(&CONSUMER), matching().consumer("other")),
        (
            matching().header("Content-Type", "application/json"),
            matching().header("content-type", "text/plain"),
        ),
        (
            matching().no_header("cookie"),
            matching().no_header("Authorization"),
        ),
        (
            matching().header("authorization", "Bearer KEYSECRET"),
            matching().header("authorization", "Bearer OTHER"),
        ),
        (
            matching().body("/settings/session_length", "30m"),
            matching().body("/settings/session_length", "1h"),
        ),
        (
            matching().no_body("/theme"),
            matching().no_body("/settings/show_logs"),
        ),
        (
            matching().settings(&settings),
            matching().settings(&other_settings),
        ),
        (
            matching().allow_actions([Action::Delete, Action::Disable]),
            matching().allow_actions(ActionSet::NONE),
        ),
        (matching().status(200), matching().status(201)),
        (
            Matching::session_for(&CONSUMER),
            Matching::sessions().consumer("other"),
        ),
    ];
    for (right, wrong) in cases {
        assert_eq!(vault.journal().find(&right).len(), 1, "{right:?}");
        assert_eq!(vault.journal().find(&wrong).len(), 0, "{wrong:?}");
    }
}

#[test]
fn times_are_numbers_and_ranges() {
    let vault = vault();
    let expect = || vault.expect(Matching::session_for(&CONSUMER));
    assert!(expect().times(0).check_blocking().is_ok());
    assert!(expect().check_blocking().is_err());
    for _ in 0..3 {
        send(&vault, CONSUMER.as_str(), "{}");
    }
    assert!(expect().check_blocking().is_ok());
    for (is_met, expectation) in [
        (true, expect().times(3)),
        (false, expect().times(2)),
        (true, expect().times(3..)),
        (false, expect().times(4..)),
        (true, expect().times(2..=3)),
        (false, expect().times(1..=2)),
        (true, expect().times(..=3)),
        (false, expect().times(..=2)),
    ] {
        assert_eq!(
            expectation.check_blocking().is_ok(),
            is_met,
            "{expectation:?}"
        );
    }
}

#[test]
fn the_text_names_the_pointer_and_decodes_the_token() {
    let vault = vault();
    send(&vault, "other", "{}");
    send(
        &vault,
        CONSUMER.as_str(),
        r#"{"settings":{"session_length":"1h","allow_actions":["delete"]},"custom_consumer_settings":{"api_key":"BODYSECRET"}}"#,
    );
    let settings = Settings::builder()
        .session_length(SessionLength::from_minutes(30))
        .build();
    let expectation = vault
        .expect(
            Matching::session_for(&CONSUMER)
                .settings(&settings)
                .allow_actions([Action::Disable]),
        )
        .times(1)
        .named("the dashboard's session");
    fails(
        &expectation,
        &expect![[r#"
        the dashboard's session: expected exactly 1, found 0
          method POST
          path /vault/sessions
          outcome session created
          consumer ID account:12345
          body /settings/session_length: "30m"
          body /settings/allow_actions: disable
        the nearest of 2 requests:
          #2 POST /vault/sessions: 200, session created
          body /settings/session_length differs (- expected, + found):
            -"30m"
            +"1h"
          body /settings/allow_actions differs (- expected, + found):
             [
            -  "disable"
            +  "delete"
             ]
          the claims of its token, not verified:
            {
              "application_id": "app",
              "consumer_id": "account:12345",
              "custom_consumer_settings": {
                "api_key": "***"
              },
              "data_scopes": {
                "enabled": false
              },
              "exp": 1700003600,
              "iat": 1700000000,
              "scopes": [],
              "settings": {
                "allow_actions": [
                  "delete"
                ],
                "session_length": "1h"
              }
            }"#]],
    );
}

#[test]
fn the_text_names_the_header() {
    let vault = vault();
    send(&vault, "account:12354", "{}");
    let expectation = vault.expect(
        Matching::session_for(&CONSUMER)
            .header("authorization", "Bearer ANOTHER_KEYSECRET")
            .header("user-agent", "backend/1.0"),
    );
    fails(
        &expectation,
        &expect![[r#"
            requests: expected at least 1, found 0
              method POST
              path /vault/sessions
              outcome session created
              consumer ID account:12345
              header authorization: Bearer ***
              header user-agent: backend/1.0
            the one request that arrived:
              #1 POST /vault/sessions: 200, session created
              consumer ID differs (- expected, + found):
                -account:12345
                +account:12354
              header authorization differs (- expected, + found):
                another credential, which is not shown
              header user-agent differs (- expected, + found):
                -backend/1.0
                +(absent)
              the claims of its token, not verified:
                {
                  "application_id": "app",
                  "consumer_id": "account:12354",
                  "data_scopes": {
                    "enabled": false
                  },
                  "exp": 1700003600,
                  "iat": 1700000000,
                  "scopes": []
                }"#]],
    );
}

#[test]
fn no_text_shows_what_a_pointer_calls_a_credential() {
    let vault = vault();
    send(
        &vault,
        "a",
        r#"{"custom_consumer_settings":{"password":"SECRET"}}"#,
    );
    for pointer in ["/custom_consumer_settings/password", "/credentials/0/value"] {
        let expected = Matching::sessions().body(pointer, "EXPECTED-SECRET");
        let shown = format!("{expected:?}");
        let unmet = vault.expect(expected.clone()).check_blocking().unwrap_err();
        let contradiction = panic_text(|| drop(expected.no_body(pointer)));
        for text in [shown, unmet.to_string(), contradiction] {
            assert!(text.contains(pointer), "{text}");
            assert!(!text.contains("SECRET"), "{text}");
        }
    }
}

#[test]
fn the_text_says_why_a_request_was_refused() {
    let vault = vault();
    send(
        &vault,
        CONSUMER.as_str(),
        r#"{"settings":{"session_length":"8d"}}"#,
    );
    fails(
        &vault.expect(Matching::session_for(&CONSUMER)),
        &expect![[r#"
            requests: expected at least 1, found 0
              method POST
              path /vault/sessions
              outcome session created
              consumer ID account:12345
            the one request that arrived:
              #1 POST /vault/sessions: 400, refused: RequestValidationError: Invalid Params: {"invalid":[{"/settings/session_length":"invalid session length: it is out of range; write a whole number and one unit (s, m, h, d or w), from `1s` to `1w`"}]}
              outcome differs (- expected, + found):
                -session created
                +refused: RequestValidationError: Invalid Params: {"invalid":[{"/settings/session_length":"invalid session length: it is out of range; write a whole number and one unit (s, m, h, d or w), from `1s` to `1w`"}]}"#]],
    );
}

#[test]
fn the_text_lists_what_was_too_much() {
    let vault = vault();
    for _ in 0..7 {
        send(&vault, CONSUMER.as_str(), "{}");
    }
    let expectation = vault
        .expect(Matching::sessions())
        .times(1)
        .named("one session");
    fails(
        &expectation,
        &expect![[r"
            one session: expected exactly 1, found 7
              method POST
              path /vault/sessions
              outcome session created
            found:
              #1 POST /vault/sessions: 200, session created (account:12345, 2023-11-14T22:13:20Z)
              #2 POST /vault/sessions: 200, session created (account:12345, 2023-11-14T22:13:20Z)
              #3 POST /vault/sessions: 200, session created (account:12345, 2023-11-14T22:13:20Z)
              #4 POST /vault/sessions: 200, session created (account:12345, 2023-11-14T22:13:20Z)
              #5 POST /vault/sessions: 200, session created (account:12345, 2023-11-14T22:13:20Z)
              and 2 more"]],
    );
}

#[test]
fn the_text_for_an_empty_journal_and_for_a_large_difference() {
    let vault = vault();
    let expectation = vault.expect(Matching::requests().body(
        "",
        serde_json::json!({ "theme": { "logo": "a", "vault_name": "b" } }),
    ));
    fails(
        &expectation,
        &expect![[r#"
            requests: expected at least 1, found 0
              body: {"theme":{"logo":"a","vault_name":"b"}}
            no request has arrived; the mock has no address: requests come by `create_session`, `handle`, `service` or `connector`"#]],
    );
    send(
        &vault,
        CONSUMER.as_str(),
        r#"{"theme":{"logo":"a","vault_name":"c"}}"#,
    );
    fails(
        &expectation,
        &expect![[r#"
            requests: expected at least 1, found 0
              body: {"theme":{"logo":"a","vault_name":"b"}}
            the one request that arrived:
              #1 POST /vault/sessions: 200, session created
              body differs (- expected, + found):
                     "logo": "a",
                -    "vault_name": "b"
                +    "vault_name": "c"
                   }
              the claims of its token, not verified:
                {
                  "application_id": "app",
                  "consumer_id": "account:12345",
                  "data_scopes": {
                    "enabled": false
                  },
                  "exp": 1700003600,
                  "iat": 1700000000,
                  "scopes": [],
                  "theme": {
                    "logo": "a",
                    "vault_name": "c"
                  }
                }"#]],
    );
}

#[test]
fn an_upper_bound_is_not_met_by_requests_that_were_dropped() {
    let vault = vault();
    let expectation = vault
        .expect(Matching::sessions().consumer("first"))
        .times(..=1);
    for _ in 0..2 {
        send(&vault, "first", "{}");
    }
    for _ in 0..10 {
        send(&vault, "second", "{}");
    }
    fails(
        &expectation,
        &expect![[r"
            requests: expected at most 1, found 0
              method POST
              path /vault/sessions
              outcome session created
              consumer ID first
            the journal has dropped 2 requests, so the count is not certain: raise `journal_capacity`, or clear the journal before the part that counts"]],
    );
    vault.journal().clear();
    assert!(expectation.check_blocking().is_ok());
}

#[test]
fn verification_is_explicit_and_reports_everything_at_once() {
    let vault = vault();
    let _first = vault.expect(Matching::sessions()).named("a first thing");
    let _second = vault
        .expect(Matching::requests().status(404))
        .named("a second thing");
    let journal = vault.journal().clone();
    let text = panic_text(|| journal.assert_met_blocking());
    assert!(
        text.contains("a first thing: expected at least 1, found 0"),
        "{text}"
    );
    assert!(text.contains("a second thing"), "{text}");
    assert!(text.starts_with(file!()), "{text}");
    // The panic itself names the line that asserts.
    assert_eq!(text.matches(file!()).count(), 2, "{text}");
}

struct VerifiesOnDrop(Vault);

impl Drop for VerifiesOnDrop {
    fn drop(&mut self) {
        self.0.journal().assert_met_blocking();
    }
}

/// A second panic would abort the whole test program.
#[test]
fn a_thread_that_panics_already_is_left_alone() {
    let vault = vault();
    let expectation = vault.expect(Matching::sessions());
    let text = panic_text(|| {
        let (_unverified, _verifies) = (expectation, VerifiesOnDrop(vault));
        panic!("the first reason");
    });
    assert_eq!(text, "the first reason");
}

#[tokio::test(start_paused = true)]
async fn waits_for_a_request_in_flight_and_no_longer_than_it_says() {
    use http_body_util::{BodyExt, StreamBody};
    use tower_service::Service;

    let vault = vault();
    let (mut parts, _) = request(CONSUMER.as_str(), "").into_parts();
    parts.headers.remove("content-type");
    let (send_end, end) = tokio::sync::oneshot::channel::<()>();
    let body = StreamBody::new(futures_of(end)).boxed_unsync();
    let mut service = vault.service();
    let answering = tokio::spawn(service.call(Request::from_parts(parts, body)));
    while vault.journal().in_flight() == 0 {
        tokio::task::yield_now().await;
    }
    let expectation = vault.expect(Matching::session_for(&CONSUMER)).times(1);
    let started = paused_now();
    let unmet = expectation
        .clone()
        .within(Duration::from_secs(3))
        .check()
        .await
        .unwrap_err();
    assert_eq!(started.elapsed(), Duration::from_secs(3));
    assert!(unmet.to_string().contains("still in flight: 1"), "{unmet}");

    let verifying = tokio::spawn({
        let expectation = expectation.within(Duration::from_secs(3));
        async move { expectation.verify().await }
    });
    tokio::task::yield_now().await;
    assert!(!verifying.is_finished());
    send_end.send(()).unwrap();
    verifying.await.unwrap();
    answering.await.unwrap().unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is looked at is tokio's paused time"
)]
fn paused_now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

/// A body that ends when it is told to.
fn futures_of(
    end: tokio::sync::oneshot::Receiver<()>,
) -> impl futures_core::Stream<Item = Result<hyper::body::Frame<Bytes>, std::io::Error>> {
    End(end)
}

struct End(tokio::sync::oneshot::Receiver<()>);

impl futures_core::Stream for End {
    type Item = Result<hyper::body::Frame<Bytes>, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let end = std::pin::Pin::new(&mut self.0);
        Future::poll(end, context).map(|_| None)
    }
}

#[tokio::test]
async fn wait_for_returns_the_request_when_it_comes() {
    let vault = vault();
    let later = tokio::spawn({
        let vault = vault.clone();
        async move { send(&vault, CONSUMER.as_str(), "{}") }
    });
    let found = vault.wait_for(Matching::session_for(&CONSUMER)).await;
    assert_eq!(found.consumer_id().unwrap(), CONSUMER.as_str());
    later.await.unwrap();
    vault.expect(Matching::sessions()).times(1).wait().await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "requests: expected at least 1, found 0")]
async fn wait_for_says_what_did_not_come() {
    let _ = vault().wait_for(Matching::sessions()).await;
}

/// Also inside a runtime, where a test with a blocking client is.
#[tokio::test(flavor = "current_thread")]
async fn a_blocking_mock_is_waited_for_on_the_thread() {
    use std::{io::Write, net::TcpStream};

    let mock = VaultServer::start_blocking();
    let mut stream = TcpStream::connect(&mock.uri()["http://".len()..]).unwrap();
    stream
        .write_all(b"GET /health HTTP/1.1\r\nhost: mock\r\n\r\n")
        .unwrap();
    let health = Matching::requests().path("/health");
    let found = mock.wait_for(health.clone()).blocking();
    assert_eq!(found.method(), "GET");
    mock.expect(Matching::requests()).times(1).verify_blocking();
    let answered = mock.journal().find(&health);
    assert_eq!(answered[0].status().unwrap(), 200);
}
