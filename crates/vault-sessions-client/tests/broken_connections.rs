//! Servers that refuse, reset, fall silent, or speak something else than HTTP.

mod support;

use std::error::Error as _;

use support::{
    End, answer, builder_at, client, created, fail_with, listen, read_request, request, serve,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn a_refused_connection_certainly_reached_nobody() {
    let (listener, port) = listen().await;
    drop(listener);
    let error = client(port).create_session(&request()).await.unwrap_err();
    assert!(error.is_connect() && !error.is_timeout());
    assert!(!error.may_have_reached_server());
    assert_eq!(
        error.to_string(),
        format!(
            "could not connect to http://127.0.0.1:{port}: nothing listens there; check the port, and \
             that the server is still running: a mock stops when its handle is dropped or its runtime \
             ends"
        )
    );
    assert!(error.source().is_some());
}

#[tokio::test]
async fn a_connection_lost_before_the_status_leaves_the_outcome_open() {
    let huge = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(600_000));
    for (script, end) in [
        ("", End::Close),
        ("", End::Reset),
        ("HTTP/1.1 200 OK\r\ncontent-ty", End::Close),
        ("HTTP/1.1 200 OK\r\ncontent-ty", End::Reset),
        ("\u{0}\u{1}garbage\r\n\r\n", End::Close),
        ("SSH-2.0-OpenSSH_9.6\r\n", End::Close),
        (&huge, End::Close),
    ] {
        let error = fail_with(script, end).await;
        assert!(error.is_interrupted(), "{error:?}");
        assert!(error.may_have_reached_server());
        assert!(!error.is_connect() && !error.is_timeout());
        assert_eq!((error.status(), error.body()), (None, None));
        assert!(error.source().is_some());
    }
}

#[tokio::test]
async fn a_server_of_this_machine_that_is_gone_may_have_been_a_mock() {
    let error = fail_with("", End::Close).await;
    assert_eq!(
        error.to_string(),
        "the connection failed before an answer came; the session may have been created; if this was \
         a mock, check that its handle is still alive: a mock stops when its handle is dropped or its \
         runtime ends"
    );
}

#[tokio::test]
async fn half_a_body_is_kept_with_status_and_headers() {
    for (head, body) in [
        ("content-length: 100\r\n\r\n", "{\"data\":"),
        ("transfer-encoding: chunked\r\n\r\n8\r\n", "{\"data\":"),
    ] {
        let script = format!("HTTP/1.1 503 Service Unavailable\r\nretry-after: 3\r\n{head}{body}");
        let error = fail_with(script, End::Close).await;
        assert!(
            error.is_interrupted() && error.is_server_error(),
            "{error:?}"
        );
        assert_eq!(error.status().unwrap(), 503);
        assert_eq!(error.headers().unwrap()["retry-after"], "3");
        assert_eq!(error.body().unwrap(), body);
        assert!(error.api_error().is_none());
    }
}

/// The head is here whole, so it decides, however the body ends.
#[tokio::test]
async fn a_refusal_stays_one_whatever_becomes_of_its_body() {
    let json = r#"{"status_code":422,"type_name":"T","message":"bad colour",
        "detail":{"invalid":[{"/theme/primary_color":"write #rgb"}]}}"#;
    let half = &json[..40];
    let chunk = |body: &str| {
        let length = body.len();
        format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n")
    };
    for (status, is_unprocessed, is_retryable) in [
        ("401 Unauthorized", true, false),
        ("408 Request Timeout", true, true),
        ("421 Misdirected Request", true, true),
        ("422 Unprocessable Entity", true, false),
        ("425 Too Early", true, true),
        ("409 Conflict", false, false),
        ("503 Service Unavailable", false, true),
    ] {
        for (rest, is_whole_json) in [
            (format!("content-length: 500\r\n\r\n{json}"), true),
            (format!("content-length: 500\r\n\r\n{half}"), false),
            (chunk(json), true),
            // More than the limit, and so long that the attempt ends before.
            (
                format!("content-length: 9999\r\n\r\n{json}{}", " ".repeat(2000)),
                true,
            ),
            (
                format!("content-length: 9999\r\nx-hangs: yes\r\n\r\n{json}"),
                true,
            ),
            (
                format!("content-length: 9999\r\nx-hangs: yes\r\n\r\n{half}"),
                false,
            ),
        ] {
            let script = format!("HTTP/1.1 {status}\r\n{rest}");
            let error = if rest.contains("x-hangs") {
                hang_with(&script).await
            } else {
                let port = serve([(script.into_bytes(), End::Close)]).await;
                let client = builder_at(port).response_limit(1000).build().unwrap();
                client.create_session(&request()).await.unwrap_err()
            };
            let line = error.to_string();
            assert!(
                line.starts_with(&format!("the service answered {status}")),
                "{line}"
            );
            assert_eq!(error.may_have_reached_server(), !is_unprocessed, "{line}");
            assert!(!line.contains("may have been created"), "{line}");
            assert_eq!(error.is_retryable(), is_retryable, "{line}");
            assert_eq!(error.is_unauthorized(), status.starts_with("401"));
            let endings = [
                error.is_interrupted(),
                error.is_timeout(),
                error.is_body_too_large(),
            ];
            assert_eq!(endings.iter().filter(|&&is| is).count(), 1, "{line}");
            let words = error.api_error().unwrap().error_body().unwrap();
            assert_eq!(words.type_name.as_deref(), Some("T"));
            assert_eq!(line.contains("bad colour"), is_whole_json, "{line}");
            assert_eq!(
                error.violations().len(),
                usize::from(is_whole_json),
                "{line}"
            );
            assert!(!error.is_unreadable(), "{line}");
        }
    }
}

/// Says a script and then nothing, on a clock that goes on as soon as both sides wait.
async fn hang_with(script: &str) -> vault_sessions_client::Error {
    let (listener, port) = listen().await;
    let script = script.to_owned();
    let (said, was_said) = tokio::sync::oneshot::channel();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(script.as_bytes()).await.unwrap();
        said.send(()).unwrap();
        // Until the client gives up.
        let _ = stream.read_u8().await;
    });
    let client = client(port);
    let call = tokio::spawn(async move { client.create_session(&request()).await });
    was_said.await.unwrap();
    tokio::time::pause();
    let error = call.await.unwrap().unwrap_err();
    tokio::time::resume();
    server.await.unwrap();
    error
}

#[tokio::test]
async fn a_reset_or_a_bad_chunk_within_the_body_is_an_interruption() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let error = fail_with(format!("{head}zz\r\n"), End::Close).await;
    assert!(error.is_interrupted() && error.source().is_some());
    assert_eq!(error.status().unwrap(), 200);
    // A reset may overtake the head on its way.
    let error = fail_with(format!("{head}8\r\n{{"), End::Reset).await;
    assert!(error.is_interrupted() && error.may_have_reached_server());
}

#[tokio::test]
async fn a_body_over_the_limit_is_cut_at_it() {
    let page = answer("502 Bad Gateway", "server: proxy\r\n", "0123456789");
    for (limit, too_large) in [(9, true), (10, false)] {
        let port = serve([(page.clone().into_bytes(), End::Close)]).await;
        let client = builder_at(port).response_limit(limit).build().unwrap();
        let error = client.create_session(&request()).await.unwrap_err();
        assert_eq!(error.is_body_too_large(), too_large, "{error}");
        assert_eq!(error.status().unwrap(), 502);
        assert_eq!(error.headers().unwrap()["server"], "proxy");
        assert_eq!(error.body().unwrap(), &"0123456789"[..limit]);
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let (listener, port) = listen().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(listener);
        for _ in 0..3 {
            read_request(&mut stream).await;
            stream.write_all(created().as_bytes()).await.unwrap();
        }
    });
    let client = client(port);
    for _ in 0..3 {
        client.clone().create_session(&request()).await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_the_server_closed_while_idle_is_replaced() {
    let (listener, port) = listen().await;
    let (closed, was_closed) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        read_request(&mut first).await;
        first.write_all(created().as_bytes()).await.unwrap();
        first.shutdown().await.unwrap();
        // The client closes its side once it has seen the end.
        assert_eq!(first.read(&mut [0]).await.unwrap(), 0);
        closed.send(()).unwrap();
        let (mut second, _) = listener.accept().await.unwrap();
        read_request(&mut second).await;
        second.write_all(created().as_bytes()).await.unwrap();
    });
    let client = client(port);
    client.create_session(&request()).await.unwrap();
    was_closed.await.unwrap();
    client.create_session(&request()).await.unwrap();
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_the_client_usable() {
    let (listener, port) = listen().await;
    let client = client(port);
    let abandoned = tokio::spawn({
        let client = client.clone();
        async move { client.create_session(&request()).await }
    });
    let (mut first, _) = listener.accept().await.unwrap();
    read_request(&mut first).await;
    abandoned.abort();
    assert_eq!(first.read(&mut [0]).await.unwrap(), 0);
    let call = tokio::spawn(async move { client.create_session(&request()).await });
    let (mut second, _) = listener.accept().await.unwrap();
    read_request(&mut second).await;
    second.write_all(created().as_bytes()).await.unwrap();
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_answer_with_many_headers_is_read_and_one_with_too_many_says_so() {
    let with = |count: usize| {
        let headers = (0..count).map(|n| format!("x-{n}: {n}\r\n"));
        let headers = headers.collect::<Vec<_>>().concat();
        created().replacen("\r\n", &format!("\r\n{headers}"), 1)
    };
    let port = serve([(with(120).into_bytes(), End::Close)]).await;
    let response = client(port).create_session(&request()).await.unwrap();
    assert_eq!(response.headers()["x-119"], "119");
    let error = fail_with(with(1000), End::Close).await;
    assert!(error.to_string().contains("more headers than"), "{error}");
    assert!(error.may_have_reached_server() && error.is_interrupted());
}

#[tokio::test]
async fn what_is_not_http_is_told_so() {
    let alert = b"\x15\x03\x03\x00\x02\x02\x32".to_vec();
    for script in [
        alert,
        b"220 mail.example ESMTP\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nx: \0\r\n\r\n".to_vec(),
    ] {
        let error = fail_with(script, End::Close).await;
        assert!(
            error.to_string().starts_with("what came back is not HTTP"),
            "{error}"
        );
        assert!(error.may_have_reached_server() && error.is_interrupted());
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_session_that_is_here_is_given_although_its_answer_does_not_end_well() {
    let whole = created();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    let length = body.len();
    let chunked =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n");
    let longer = head.replace(
        &format!("content-length: {length}"),
        &format!("content-length: {}", length + 7),
    );
    for script in [
        format!("{longer}\r\n\r\n{body}"),
        chunked.clone(),
        format!("{chunked}zz\r\n"),
    ] {
        let port = serve([(script.into_bytes(), End::Close)]).await;
        let response = client(port).create_session(&request()).await.unwrap();
        assert_eq!(response.token().expose_secret(), support::TOKEN);
    }
}

#[tokio::test]
async fn the_limit_counts_the_bytes_of_all_frames() {
    let chunks = "4\r\n0123\r\n4\r\n4567\r\n4\r\n89ab\r\n0\r\n\r\n";
    let page = format!("HTTP/1.1 502 Bad Gateway\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");
    for (limit, too_large) in [(3, true), (4, true), (8, true), (11, true), (12, false)] {
        let port = serve([(page.clone().into_bytes(), End::Close)]).await;
        let client = builder_at(port).response_limit(limit).build().unwrap();
        let error = client.create_session(&request()).await.unwrap_err();
        assert_eq!(error.is_body_too_large(), too_large, "{error}");
        assert_eq!(error.body().unwrap(), &"0123456789ab"[..limit]);
    }
}

#[tokio::test]
async fn debug_says_what_display_says_and_more() {
    let (closed, port) = listen().await;
    drop(closed);
    let refused = client(port).create_session(&request()).await.unwrap_err();
    for error in [fail_with("", End::Close).await, refused] {
        let shown = format!("{error:?}");
        assert!(
            shown.starts_with(&format!("Error {{ message: {error}, attempts: 1, ")),
            "{shown}"
        );
        let causes = std::iter::successors(error.source(), |&cause| cause.source());
        let causes: Vec<_> = causes.map(ToString::to_string).collect();
        assert!(causes.len() > 1);
        assert!(shown.contains(&causes.join(": ")), "{shown}");
    }
}
