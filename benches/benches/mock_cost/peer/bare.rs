//! Servers without a mock around them: hyper alone, and axum.

use std::convert::Infallible;

use axum::{Router, body::Body, routing::post};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::{constant, signing, spliced};

/// The body of the answer to a body.
type Answer = Box<dyn Fn(&[u8]) -> Bytes + Send + Sync>;

pub(super) fn constant() -> Answer {
    let answer = Bytes::from(constant::answer());
    Box::new(move |_| answer.clone())
}

pub(super) fn spliced() -> Answer {
    Box::new(|body| spliced::answer(body).into())
}

pub(super) fn signing() -> Answer {
    Box::new(|body| signing::answer(body).into())
}

pub(super) async fn serve(make_answer: fn() -> Answer) -> u16 {
    let (listener, port) = listen().await;
    let answer: &'static _ = Box::leak(make_answer());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let service = service_fn(async move |request: Request<Incoming>| {
                let body = request.into_body().collect().await;
                let body = body.expect("a whole body").to_bytes();
                let response = Response::builder()
                    .header("content-type", "application/json")
                    .body(Full::new(answer(&body)));
                Ok::<_, Infallible>(response.expect("a response"))
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    port
}

pub(super) async fn axum() -> u16 {
    let (listener, port) = listen().await;
    let create = async |body: Bytes| {
        Response::builder()
            .header("content-type", "application/json")
            .body(Body::from(signing::answer(&body)))
            .expect("a response")
    };
    let router = Router::new().route("/vault/sessions", post(create));
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("a bound socket").port();
    (listener, port)
}
