//! Complete answers: the good one, the service's refusals, and what proxies say.

mod support;

use std::{error::Error as _, time::Duration};

use support::{
    End, KEY, TOKEN, answer, client, created, fail_with, listen, read_request, request, serve,
};
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn a_session_is_created_and_the_answers_headers_are_kept() {
    let (listener, port) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        let answer = created().replacen("\r\n", "\r\nx-request-id: abc\r\n", 1);
        stream.write_all(answer.as_bytes()).await.unwrap();
        request
    });
    let created = client(port).create_session(&request()).await.unwrap();
    assert_eq!(created.token().expose_secret(), TOKEN);
    assert_eq!(created.headers()["x-request-id"], "abc");
    assert_eq!(created.session().status(), "OK");
    assert!(created.uri().expose_secret().ends_with(TOKEN));

    let sent = server.await.unwrap();
    assert!(sent.starts_with("POST /vault/sessions HTTP/1.1\r\n"));
    for header in [
        format!("authorization: Bearer {KEY}\r\n"),
        "x-apideck-app-id: my-app\r\n".to_owned(),
        "x-apideck-consumer-id: account:12345\r\n".to_owned(),
        format!(
            "user-agent: vault-sessions-client/{}\r\n",
            env!("CARGO_PKG_VERSION")
        ),
    ] {
        assert!(sent.contains(&header), "{header} is not in {sent}");
    }
}

/// With any features; `leaks.rs` searches everything that is said with all of them.
#[tokio::test]
async fn nothing_that_is_made_for_logs_shows_the_key_or_the_token() {
    let cookie = format!("\r\nset-cookie: {TOKEN}\r\n");
    let whole = created().replacen("\r\n", &cookie, 1);
    let port = serve([(whole.clone().into_bytes(), End::Close)]).await;
    let client = client(port);
    let created = client.create_session(&request()).await.unwrap();
    let cut = whole.strip_suffix("\"}}").unwrap();
    let error = fail_with(cut, End::Close).await;
    let source = error.source().unwrap();
    let shown = format!("{client:?} {created:?} {error} {error:?} {source} {source:?}");
    assert!(!shown.contains(KEY) && !shown.contains(TOKEN), "{shown}");
}

#[tokio::test]
async fn every_status_is_told_with_its_answer() {
    for status in [
        "400 Bad Request",
        "401 Unauthorized",
        "402 Payment Required",
        "404 Not Found",
        "422 Unprocessable Entity",
        "429 Too Many Requests",
        "500 Internal Server Error",
        "503 Service Unavailable",
        "418 I'm a teapot",
        "599 Unknown",
    ] {
        let body = r#"{"type_name":"SomeError","message":"no","detail":"because"}"#;
        let headers = "content-type: application/json\r\nretry-after: 7\r\nx-request-id: abc\r\n";
        let error = fail_with(answer(status, headers, body), End::Close).await;
        let code: u16 = status[..3].parse().unwrap();
        assert_eq!(error.status().unwrap(), code);
        assert_eq!(error.body().unwrap(), body);
        assert_eq!(error.request_id(), Some("abc"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.is_unauthorized(), code == 401);
        assert_eq!(error.is_rate_limited(), code == 429);
        assert_eq!(error.is_server_error(), code >= 500);
        assert_eq!(error.attempts(), 1);
        let is_processed = ![400, 401, 422].contains(&code);
        assert_eq!(error.may_have_reached_server(), is_processed, "{code}");
        assert!(!error.is_unreadable() && !error.is_timeout() && !error.is_interrupted());
        let refusal = error.api_error().unwrap().error_body().unwrap();
        assert_eq!(refusal.type_name.as_deref(), Some("SomeError"));
        let line = error.to_string();
        assert!(line.contains("SomeError: no: because"), "{line}");
        assert!(!line.ends_with('.') && !line.contains('\n'), "{line}");
    }
}

#[tokio::test]
async fn what_is_not_the_apis_json_is_kept() {
    let html = "content-type: text/html\r\n";
    let json = "content-type: application/json\r\n";
    for (status, headers, body, unreadable) in [
        ("502 Bad Gateway", html, "<h1>Bad Gateway</h1>", false),
        ("502 Bad Gateway", json, "", false),
        (
            "307 Temporary Redirect",
            "location: http://127.0.0.1:1/\r\n",
            "",
            false,
        ),
        ("200 OK", html, "<p>please log in</p>", true),
        ("200 OK", json, "", true),
        ("200 OK", json, "{\"data\":", true),
        ("200 OK", json, "\u{fffd}", true),
    ] {
        let error = fail_with(answer(status, headers, body), End::Close).await;
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!(error.body().unwrap(), body);
        assert_eq!(error.is_unreadable(), unreadable, "{error}");
        assert!(error.api_error().unwrap().error_body().is_none());
    }
    let error = fail_with("HTTP/1.1 204 No Content\r\n\r\n", End::Close).await;
    assert!(error.is_unreadable());
    assert_eq!(error.status().unwrap(), 204);
}

#[tokio::test]
async fn the_cause_of_an_unreadable_answer_is_its_source() {
    let broken = answer("200 OK", "content-type: application/json\r\n", "{");
    let error = fail_with(broken, End::Close).await;
    assert!(error.source().unwrap().to_string().contains("EOF"));
    assert!(!error.to_string().contains("EOF"));
}

#[tokio::test]
async fn the_places_that_broke_a_rule_can_be_asked_for() {
    let html = fail_with(answer("502 Bad Gateway", "", "<p>"), End::Close).await;
    assert!(html.violations().is_empty());
    let body = r#"{"type_name":"RequestValidationError","detail":{"body":[{"/settings/session_length":"no"}]}}"#;
    let refused = fail_with(answer("422 Unprocessable Entity", "", body), End::Close).await;
    let [violation] = &refused.violations()[..] else {
        panic!("{refused:?}")
    };
    assert_eq!(violation.pointer(), "/settings/session_length");
    assert_eq!(violation.rule(), "no");
}

/// A session is not lost for a line beside it that no RFC allows. hyper takes anything but a NUL.
#[tokio::test]
async fn an_odd_header_costs_no_session() {
    for line in [
        "x-a: b\r\n c\r\n",
        "X-A : b\r\n",
        "garbage\r\n",
        "X A: b\r\n",
        ": b\r\n",
        "x-a: b\u{1}c\r\n",
        "\"x\": 1\r\n",
    ] {
        let body = created();
        let script = body.replacen("\r\n", &format!("\r\n{line}"), 1);
        let port = serve([(script.into_bytes(), End::Close)]).await;
        let session = client(port).create_session(&request()).await;
        assert!(session.is_ok(), "{line:?}: {session:?}");
    }
}

/// Where a body ends is not guessed: of two lengths that differ, neither is taken.
#[tokio::test]
async fn odd_headers_do_not_blur_where_an_answer_ends() {
    for line in [
        "content-length: 3\r\n",
        "content-length : 3\r\n",
        "content-length: 3\r\n 4\r\n",
    ] {
        let script = created().replacen("\r\n", &format!("\r\n{line}"), 1);
        let error = fail_with(script, End::Close).await;
        assert!(error.is_interrupted(), "{line:?}: {error:?}");
    }
    // A coding goes before a length, as RFC 9112 §6.3 has it, and the connection is not used again.
    let whole = created();
    let (_, body) = whole.split_once("\r\n\r\n").unwrap();
    for coding in [
        "transfer-encoding : chunked",
        "transfer-encoding:\r\n chunked",
    ] {
        let script = format!(
            "HTTP/1.1 200 OK\r\n{coding}\r\ncontent-length: 3\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        );
        let port = serve([
            (script.clone().into_bytes(), End::Close),
            (script.into_bytes(), End::Close),
        ])
        .await;
        let client = client(port);
        for _ in 0..2 {
            client.create_session(&request()).await.unwrap();
        }
    }
}
