//! Extra headers: what is sent, what is refused, and that no value is shown.

mod support;

use std::error::Error as _;

use http::{HeaderValue, header::COOKIE};
use support::{builder_at, created, listen, read_request, request};
use tokio::io::AsyncWriteExt;
use vault_sessions_client::ClientBuilder;

fn refusal(builder: ClientBuilder) -> String {
    let error = builder.build().unwrap_err();
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    error.to_string()
}

#[tokio::test]
async fn every_extra_header_goes_with_every_request() {
    let (listener, port) = listen().await;
    let requests = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut requests = Vec::new();
        for _ in 0..2 {
            requests.push(read_request(&mut stream).await);
            stream.write_all(created().as_bytes()).await.unwrap();
        }
        requests
    });
    let client = builder_at(port)
        .header("x-team", "billing")
        .header("X-Team".to_owned(), "support".to_owned())
        .header(COOKIE, HeaderValue::from_static("a=b"))
        .user_agent("ours/1.0")
        .build()
        .unwrap();
    for _ in 0..2 {
        client.create_session(&request()).await.unwrap();
    }
    for request in requests.await.unwrap() {
        for line in [
            "x-team: billing",
            "x-team: support",
            "cookie: a=b",
            "user-agent: ours/1.0",
        ] {
            assert!(request.contains(&format!("\r\n{line}\r\n")), "{request}");
        }
        assert_eq!(request.matches("user-agent").count(), 1, "{request}");
    }
}

#[test]
fn headers_of_the_request_itself_are_refused() {
    for name in [
        "authorization",
        "Authorization",
        "x-apideck-app-id",
        "X-Apideck-Anything",
        "content-type",
        "content-length",
        "content-language",
        "http2-settings",
        "content-encoding",
        "host",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "accept",
        "accept-encoding",
        "user-agent",
        "expect",
        "te",
        "trailer",
        "upgrade",
    ] {
        let refusal = refusal(builder_at(1).header(name, "hush"));
        let name = name.to_ascii_lowercase();
        let expected =
            format!("the client sets the header `{name}` itself; remove it from the extra headers");
        assert_eq!(refusal, expected);
    }
}

#[test]
fn impossible_headers_are_refused_and_the_first_one_is_told() {
    let name = builder_at(1)
        .header("x-a", "a")
        .header("hush hush", "a")
        .header("x-b", "\n");
    assert!(refusal(name).starts_with("the name of extra header number 2 is empty, too long, or"));
    for value in ["hush\r\nx: y", "hush\0", " hush", "hush\t", "hushé"] {
        let builder = builder_at(1).header("x-secret", value);
        assert!(refusal(builder).starts_with("the value of the extra header `x-secret` must"));
    }
    let error = builder_at(1).header("", "hush").build().unwrap_err();
    assert!(error.source().is_some());
    let many = |count| (0..count).fold(builder_at(1), |builder, _| builder.header("x-a", "b"));
    assert!(many(64).build().is_ok());
    assert!(refusal(many(65)).starts_with("there are more than 64 extra headers"));
}

#[test]
fn names_are_shown_and_values_are_not() {
    let builder = builder_at(1).header("x-secret", "hush");
    let of_builder = format!("{builder:?}");
    let shown = format!("{of_builder} {:?}", builder.build().unwrap());
    assert!(
        shown.contains("x-secret") && !shown.contains("hush"),
        "{shown}"
    );
}
