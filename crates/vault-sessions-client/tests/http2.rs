//! HTTP/2 over TLS: offered if asked for, chosen by the server, one connection for many calls.
#![cfg(all(feature = "ring", feature = "http2"))]

mod support;

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::{
    KEY, request,
    tls::{identity, to},
};
use tokio::{io::AsyncReadExt, net::TcpListener};
use tokio_rustls::TlsAcceptor;

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_eq!(request.version(), Version::HTTP_2);
    assert_eq!(request.uri().path(), "/vault/sessions");
    assert_eq!(request.headers()["authorization"], format!("Bearer {KEY}"));
    assert_eq!(request.headers()["x-apideck-consumer-id"], "account:12345");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "{}");
    let created = support::created();
    let (_, body) = created.split_once("\r\n\r\n").unwrap();
    Ok(Response::new(Full::new(Bytes::from(body.to_owned()))))
}

#[tokio::test]
async fn one_connection_carries_many_calls() {
    let (mut config, pem) = identity();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let stream = acceptor.accept(stream).await.unwrap();
            let http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            tokio::spawn(http2.serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    let client = to("localhost", port)
        .only_added_roots()
        .root_certificates(pem)
        .http2(true)
        .build()
        .unwrap();
    client.create_session(&request()).await.unwrap();
    let calls: Vec<_> = std::iter::repeat_with(|| {
        let client = client.clone();
        tokio::spawn(async move { client.create_session(&request()).await })
    })
    .take(50)
    .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(accepted.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn it_is_spoken_only_if_asked_for() {
    for (asked, start) in [(true, "PRI * HTTP/2.0"), (false, "POST /vault/se")] {
        let (mut config, pem) = identity();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let client = to("localhost", port)
            .only_added_roots()
            .root_certificates(pem);
        let client = client.http2(asked).build().unwrap();
        let call = tokio::spawn(async move { client.create_session(&request()).await });
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = TlsAcceptor::from(Arc::new(config))
            .accept(stream)
            .await
            .unwrap();
        let mut begin = [0; 14];
        stream.read_exact(&mut begin).await.unwrap();
        assert_eq!(str::from_utf8(&begin).unwrap(), start);
        drop(stream);
        assert!(call.await.unwrap().unwrap_err().is_interrupted());
    }
}

#[tokio::test]
async fn a_server_that_does_not_know_it_is_spoken_to_in_the_older_one() {
    let server = support::tls::serve_tls().await;
    let client = to("localhost", server.port)
        .only_added_roots()
        .root_certificates(server.pem);
    let client = client.http2(true).build().unwrap();
    client.create_session(&request()).await.unwrap();
    let request = server.request.await.unwrap().unwrap();
    assert!(request.starts_with("POST /vault/sessions HTTP/1.1\r\n"));
}
