use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Method, Request};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use vault_mock::{Clock, Vault, VaultServer};

use crate::{create, get, json, refused, request, send, vault};

#[test]
fn other_methods_and_paths_are_refused() {
    let vault = vault();
    let response = send(&vault, Method::DELETE, "/clock", "");
    refused(&response, 405);
    assert_eq!(response.headers()["allow"], "GET, HEAD, PUT, OPTIONS");
    for path in [
        "/",
        "//clock",
        "/clock/",
        "/%63lock",
        "/clock%00",
        "/../vault/sessions",
    ] {
        refused(&get(&vault, path), 404);
    }
    for path in [
        "/__vault_mock",
        "/__vault_mocked/clock",
        "/x/__vault_mock/clock",
    ] {
        let request = Request::get(path).body(Bytes::new()).unwrap();
        assert_eq!(
            json(&vault.handle(request))["type_name"],
            "EntityNotFoundError",
            "{path}"
        );
    }
}

#[test]
fn a_body_that_is_no_json_object_is_refused() {
    let vault = vault();
    for (body, detail) in [
        (
            "",
            "The body is not JSON: EOF while parsing a value at line 1 column 0",
        ),
        (
            "{\"seconds\":",
            "The body is not JSON: EOF while parsing a value at line 1 column 11",
        ),
        (
            "{\"a\0\":1}",
            "The body is not JSON: control character (\\u0000-\\u001F) found while parsing a string at line 1 column 4",
        ),
        ("[]", "it must be an object"),
        ("null", "it must be an object"),
    ] {
        let response = send(&vault, Method::POST, "/clock/advance", body);
        assert_eq!(
            refused(&response, 400),
            json!([{ "pointer": "#", "detail": detail }])
        );
    }
    let deep = "[".repeat(100_000);
    let request = request(Method::PUT, "/clock").header("content-type", "application/json");
    refused(&vault.handle(request.body(deep.into()).unwrap()), 400);
}

#[test]
fn a_body_must_say_that_it_is_json() {
    for media_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let request = request(Method::POST, "/clock/advance").header("content-type", media_type);
        let body = Bytes::from_static(br#"{"seconds":1}"#);
        refused(&vault().handle(request.body(body).unwrap()), 415);
    }
}

#[test]
fn a_large_body_is_refused() {
    let request =
        request(Method::POST, "/clock/advance").header("content-type", "application/json");
    let body = vec![b' '; 1024 * 1024 + 1];
    refused(&vault().handle(request.body(body.into()).unwrap()), 413);
}

#[tokio::test]
async fn a_body_that_is_not_read_is_refused_in_the_same_shape() {
    let vault = VaultServer::start().await;
    let head = "POST /__vault_mock/clock/advance HTTP/1.1\r\nhost: localhost\r\n";
    for (request, expected) in [
        ("content-length: 1048577\r\n\r\n", "HTTP/1.1 413 "),
        ("transfer-encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 "),
    ] {
        let mut stream = TcpStream::connect(vault.address()).await.unwrap();
        stream
            .write_all(format!("{head}{request}").as_bytes())
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(expected), "{answer}");
        assert!(answer.contains("application/problem+json"), "{answer}");
    }
    assert!(vault.journal().requests().is_empty());
}

#[test]
fn metrics_count_by_status() {
    let vault = vault();
    create(&vault, "c");
    create(&vault, "c");
    create(&vault, "");
    // What a browser asks by itself is no request of the app.
    let preflight = Request::options("/vault/sessions")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST");
    let preflight = vault.handle(preflight.body(Bytes::new()).unwrap());
    assert_eq!(preflight.status(), 204);
    vault.journal().clear();
    let response = get(&vault, "/metrics");
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    let lines = text
        .lines()
        .filter(|line| line.starts_with("vault_mock_requests_total"));
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "vault_mock_requests_total{status=\"200\"} 2",
            "vault_mock_requests_total{status=\"400\"} 1",
        ]
    );
    assert!(text.contains("\nvault_mock_journal_entries 0\n"));
}

#[test]
fn metrics_tell_of_the_journal_and_the_clock() {
    let clock = Clock::frozen_at(SystemTime::UNIX_EPOCH + Duration::from_millis(90_500));
    let vault = Vault::builder().journal_capacity(2).clock(clock).build();
    for _ in 0..5 {
        create(&vault, "c");
    }
    let response = get(&vault, "/metrics");
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    for line in [
        "vault_mock_journal_entries 2",
        "vault_mock_journal_dropped 3",
        "vault_mock_clock_seconds 90.5",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}: {text}");
    }
}

#[test]
fn head_is_answered_like_get() {
    let vault = vault();
    let response = vault.handle(request(Method::HEAD, "/clock").body(Bytes::new()).unwrap());
    assert_eq!(response.status(), 200);
}
