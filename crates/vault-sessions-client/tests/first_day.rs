//! What the client says of the mistakes of a first day, word by word.

mod support;

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{Context, Waker},
    thread,
    time::Duration,
};

use support::{End, answer, builder, client, fail_with, request};
use vault_sessions::{ApiKey, wire::BaseUri};
use vault_sessions_client::{Client, ClientBuilder, RetryPolicy, SessionKeeper};

fn refusal(builder: ClientBuilder) -> String {
    builder.build().unwrap_err().to_string()
}

fn base(text: &str) -> BaseUri {
    text.parse().unwrap()
}

#[test]
fn settings_that_cannot_work() {
    let second = Duration::from_secs(1);
    for (builder, expected) in [
        (
            Client::builder(),
            "the API key is missing; add `.api_key(..)`, or set APIDECK_API_KEY and use `from_env`",
        ),
        (
            builder().base_uri(base("http://vault.example")),
            "`http://vault.example` would send the API key unencrypted to another machine; use https, or \
             add `.allow_plain_http()`",
        ),
        (
            builder().response_limit(0),
            "the response limit is zero, so no call could succeed; set a larger one, or leave it unset",
        ),
        (
            builder().concurrency_limit(0),
            "the concurrency limit is zero, so no call could succeed; set a larger one, or leave it unset",
        ),
        (
            builder().pool_idle_timeout(Duration::ZERO),
            "the idle timeout of the pool is zero, so no call could succeed; set a larger one, or leave \
             it unset",
        ),
        (
            builder().connect_timeout(Duration::ZERO),
            "the connect timeout is zero, so no call could succeed; set a larger one, or leave it unset",
        ),
        (
            builder().attempt_timeout(Duration::ZERO),
            "the attempt timeout is zero, so no call could succeed; set a larger one, or leave it unset",
        ),
        (
            builder().total_timeout(Duration::ZERO),
            "the total timeout is zero, so no call could succeed; set a larger one, or leave it unset",
        ),
        (
            builder().attempt_timeout(2 * second).total_timeout(second),
            "the attempt timeout of 2s is longer than the total timeout of 1s, so it could never take \
             effect; shorten it or lengthen the other",
        ),
        (
            builder().retry(RetryPolicy::default().max_attempts(0)),
            "the number of attempts is zero, so no call could succeed; set a larger one, or leave it unset",
        ),
        (
            builder().user_agent(""),
            "the user agent must be visible ASCII characters, with spaces only between them, and not \
             empty",
        ),
    ] {
        assert_eq!(refusal(builder), expected);
    }
}

#[test]
fn texts_that_are_no_values() {
    let base = |text: &str| text.parse::<BaseUri>().unwrap_err().to_string();
    for (said, expected) in [
        (
            base("127.0.0.1:8080"),
            "invalid base URI `127.0.0.1:8080`: scheme or host is missing; write it like \
             `https://unify.apideck.com`",
        ),
        (
            base("unify.apideck.com"),
            "invalid base URI `unify.apideck.com`: scheme or host is missing; write it like \
             `https://unify.apideck.com`",
        ),
        (
            base("ftp://unify.apideck.com"),
            "invalid base URI `ftp://unify.apideck.com/`: the scheme is neither http nor https; write it \
             like `https://unify.apideck.com`",
        ),
        (
            base("https://unify.apideck.com/vault/sessions"),
            "invalid base URI `https://unify.apideck.com/vault/sessions`: it ends with `/vault/sessions`, \
             which is added to it; write it like `https://unify.apideck.com`",
        ),
        (
            base("https://sk_live@unify.apideck.com"),
            "invalid base URI: it has user information; the API key is set elsewhere; write it like \
             `https://unify.apideck.com`",
        ),
        (
            ApiKey::new("").unwrap_err().to_string(),
            "invalid API key: it is empty; use visible ASCII characters without white space, and leave `Bearer` out",
        ),
        (
            ApiKey::new("Bearer sk_live").unwrap_err().to_string(),
            "invalid API key: byte 6 is 0x20; use visible ASCII characters without white space, and leave `Bearer` out",
        ),
    ] {
        assert_eq!(said, expected);
    }
}

#[test]
fn a_call_without_a_runtime() {
    let call = || {
        let (client, request) = (client(1), request());
        let mut call = pin!(client.create_session(&request));
        let mut context = Context::from_waker(Waker::noop());
        let _ = call.as_mut().poll(&mut context);
    };
    let kept = || {
        let (keeper, request) = (SessionKeeper::new(client(1)), request());
        let mut call = pin!(keeper.current(&request));
        let mut context = Context::from_waker(Waker::noop());
        let _ = call.as_mut().poll(&mut context);
    };
    let here = catch_unwind(AssertUnwindSafe(call)).unwrap_err();
    let elsewhere = thread::spawn(call).join().unwrap_err();
    let of_a_keeper = catch_unwind(AssertUnwindSafe(kept)).unwrap_err();
    for panic in [here, elsewhere, of_a_keeper] {
        assert_eq!(
            *panic.downcast::<&str>().unwrap(),
            "a client needs a tokio runtime: call it under `#[tokio::main]` or `#[tokio::test]`, or take \
             `build_blocking` (feature `blocking`) where there is none"
        );
    }
}

#[tokio::test]
async fn a_wrong_key() {
    let body = r#"{"status_code":401,"error":"Unauthorized","type_name":"UnauthorizedError","message":"Unauthorized Request","detail":"Unauthorized","ref":"https://developers.apideck.com/errors#unauthorizederror"}"#;
    let script = answer(
        "401 Unauthorized",
        "content-type: application/json\r\n",
        body,
    );
    let error = fail_with(script, End::Close).await;
    assert_eq!(
        error.to_string(),
        "the service answered 401 Unauthorized: UnauthorizedError: Unauthorized Request: Unauthorized; \
         check the API key, and that it belongs to the app ID"
    );
}
