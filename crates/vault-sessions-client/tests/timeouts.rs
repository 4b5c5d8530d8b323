//! Timeouts on a paused clock: they end a call when they say, and lose nothing that arrived.

mod support;

use std::{convert::Infallible, future::pending, time::Duration};

use bytes::Bytes;
use http::Response;
use http_body_util::{Full, StreamBody};
use support::{builder, request};
use tokio::time::sleep;
use tower::service_fn;

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

#[tokio::test(start_paused = true)]
async fn a_dripping_body_is_kept_as_far_as_it_came() {
    let drip = service_fn(async |_| {
        let mut response = Response::new(StreamBody::new(Drip(Box::pin(sleep(Duration::ZERO)))));
        *response.status_mut() = http::StatusCode::BAD_GATEWAY;
        Ok::<_, Infallible>(response)
    });
    let client = builder()
        .attempt_timeout(Duration::from_millis(2500))
        .transport(drip);
    let (error, took) = timed(client.build().unwrap()).await;
    assert_eq!(took.as_millis(), 2500);
    assert!(error.is_timeout());
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(error.body().unwrap(), "...");
}

/// A byte now and one each second, without end.
struct Drip(std::pin::Pin<Box<tokio::time::Sleep>>);

impl futures_core::Stream for Drip {
    type Item = Result<http_body::Frame<Bytes>, Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::ready!(self.0.as_mut().poll(context));
        self.0.set(sleep(Duration::from_secs(1)));
        let frame = http_body::Frame::data(Bytes::from_static(b"."));
        std::task::Poll::Ready(Some(Ok(frame)))
    }
}

#[cfg(all(feature = "ring", feature = "webpki-roots"))]
#[tokio::test(start_paused = true)]
async fn a_tls_handshake_without_answer_ends_with_the_connect_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let base = format!("https://127.0.0.1:{port}").parse().unwrap();
    let (error, took) = timed(builder().base_uri(base).build().unwrap()).await;
    assert_eq!(took.as_secs(), 10);
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
    assert!(!error.may_have_reached_server());
    assert!(error.to_string().contains("in time"), "{error}");
}
