//! Timeouts on a paused clock: they end a call when they say, and lose nothing that arrived.

mod support;

use std::{convert::Infallible, future::pending, time::Duration};

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use support::{builder, request};
use tokio::time::sleep;
use tower::service_fn;
use vault_sessions_client::BaseUri;

/// Runs a call that must fail; says how long it took on the paused clock.
async fn timed(client: vault_sessions_client::Client) -> (vault_sessions_client::Error, Duration) {
    let start = sleep(Duration::ZERO).deadline();
    let error = client.create_session(&request()).await.unwrap_err();
    (error, sleep(Duration::ZERO).deadline() - start)
}

#[tokio::test(start_paused = true)]
async fn silence_ends_with_the_attempt() {
    let silence = service_fn(|_| pending::<Result<Response<Full<Bytes>>, Infallible>>());
    let (error, took) = timed(builder().transport(silence).build().unwrap()).await;
    assert_eq!(took.as_secs(), 30);
    assert!(error.is_timeout() && error.may_have_reached_server());
    assert!(!error.is_connect() && error.status().is_none());
    assert_eq!(
        error.to_string(),
        "no answer within 30s (attempt timeout); the session may have been created"
    );
}

#[tokio::test(start_paused = true)]
async fn a_shorter_total_ends_it_sooner() {
    let silence = service_fn(|_| pending::<Result<Response<Full<Bytes>>, Infallible>>());
    let total = Duration::from_secs(5);
    let client = builder().total_timeout(total).transport(silence).build();
    let (error, took) = timed(client.unwrap()).await;
    assert_eq!(took, total);
    assert!(error.to_string().contains("5s (total timeout)"), "{error}");
}

#[cfg(all(feature = "ring", feature = "webpki-roots"))]
#[tokio::test(start_paused = true)]
async fn a_tls_handshake_without_answer_ends_with_the_connect_timeout() {
    let (_listener, port) = support::listen().await;
    let base = BaseUri::new(format!("https://127.0.0.1:{port}")).unwrap();
    let (error, took) = timed(builder().base_uri(base).build().unwrap()).await;
    assert_eq!(took.as_secs(), 10);
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
    assert!(!error.may_have_reached_server());
    assert!(error.to_string().contains("in time"), "{error}");
}
