//! TLS against an authority made for the test: trusted when it is added, refused otherwise.
#![cfg(feature = "ring")]

mod support;

use std::{error::Error as _, sync::Arc, time::Duration};

use support::{
    created, listen, request,
    tls::{
        identity, identity_of_the_authority, identity_that_wants_another, identity_until,
        serve_tls, serve_tls_as, to,
    },
};
use tokio_rustls::TlsAcceptor;
use vault_sessions_client::RetryPolicy;

#[tokio::test]
async fn an_added_root_is_trusted() {
    let server = serve_tls().await;
    let client = to("localhost", server.port)
        .only_added_roots()
        .root_certificates(server.pem);
    let client = client.build().unwrap();
    client.create_session(&request()).await.unwrap();
}

#[tokio::test]
async fn an_unknown_authority_a_wrong_host_and_an_old_certificate_are_refused() {
    let unknown = serve_tls().await;
    let other = serve_tls().await;
    let wrong_host = serve_tls().await;
    let expired = serve_tls_as(identity_until(2001), created(), false).await;
    // Both authorities bear the same name, so that only the signature tells them apart.
    for (client, cause) in [
        (
            to("localhost", unknown.port).root_certificates(other.pem),
            "BadSignature",
        ),
        (
            to("127.0.0.1", wrong_host.port).root_certificates(wrong_host.pem),
            "not valid for name",
        ),
        (
            to("localhost", expired.port).root_certificates(expired.pem),
            "expired",
        ),
    ] {
        let client = client.only_added_roots().build().unwrap();
        let error = client.create_session(&request()).await.unwrap_err();
        assert!(error.is_connect() && error.is_tls() && !error.is_timeout());
        let line = error.to_string();
        assert!(
            line.starts_with("could not agree on TLS with https://"),
            "{line}"
        );
        assert!(!error.may_have_reached_server());
        let mut causes = String::new();
        let mut next = error.source();
        while let Some(error) = next {
            causes.push_str(&error.to_string());
            next = error.source();
        }
        assert!(causes.contains(cause), "{causes}");
    }
}

/// With both providers enabled, whoever leaves the choice to rustls panics; this client names its own.
#[cfg(feature = "aws-lc-rs")]
#[tokio::test]
async fn a_graph_with_two_providers_does_not_panic() {
    let undecided = std::panic::catch_unwind(rustls::ServerConfig::builder);
    assert!(undecided.is_err(), "only one provider is enabled");
    let server = serve_tls().await;
    let client = to("localhost", server.port)
        .only_added_roots()
        .root_certificates(server.pem);
    let client = client.build().unwrap();
    client.create_session(&request()).await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_told_apart_from_one_that_is_not_there() {
    let (listener, port) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer)
            .await
            .unwrap();
        // Until the client leaves, so that no reset overtakes the answer.
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut Vec::new()).await;
    });
    let client = to("localhost", port).build().unwrap();
    let error = client.create_session(&request()).await.unwrap_err();
    assert!(
        error.is_tls() && !error.may_have_reached_server(),
        "{error:?}"
    );
    server.await.unwrap();
    let client = to("localhost", port).build().unwrap();
    let error = client.create_session(&request()).await.unwrap_err();
    assert!(error.is_connect() && !error.is_tls(), "{error:?}");
}

#[tokio::test]
async fn the_certificate_of_an_authority_is_refused_for_what_it_is() {
    let server = serve_tls_as(identity_of_the_authority(), created(), false).await;
    let client = to("localhost", server.port)
        .only_added_roots()
        .root_certificates(server.pem)
        .build()
        .unwrap();
    let error = client.create_session(&request()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "could not agree on TLS with https://localhost:{}; its certificate is that of an \
             authority (`CA:TRUE`), which no server may use; issue one for the host",
            server.port
        )
    );
}

#[tokio::test]
async fn what_another_try_cannot_mend_is_tried_once_and_costs_no_retry() {
    let (listener, port) = listen().await;
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(identity().0));
        acceptor.accept(stream).await.unwrap_err();
        // What breaks off before a word of TLS may be better the next time.
        for _ in 0..2 {
            drop(listener.accept().await.unwrap());
        }
    });
    let policy = RetryPolicy::default()
        .max_attempts(2)
        .budget(1)
        .backoff(Duration::ZERO, Duration::ZERO);
    let client = to("localhost", port)
        .only_added_roots()
        .root_certificates(identity().1)
        .retry(policy)
        .build()
        .unwrap();
    let error = client.create_session(&request()).await.unwrap_err();
    assert!(error.is_tls() && !error.is_retryable(), "{error:?}");
    assert_eq!(error.attempts(), 1);
    // The budget still pays for what passes.
    let error = client.create_session(&request()).await.unwrap_err();
    assert!(error.is_connect() && !error.is_tls(), "{error:?}");
    assert_eq!(error.attempts(), 2);
    server.await.unwrap();
}

/// In TLS 1.3 the client is done first, and may have sent its request before it hears of it (RFC 8446 §4.4.2.4).
#[tokio::test]
async fn a_server_that_wants_a_certificate_is_told_and_tried_once() {
    let (mut config, pem) = identity_that_wants_another();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let (listener, port) = listen().await;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let refused = acceptor.accept(stream).into_fallible().await;
            let (_, mut stream) = refused.err().unwrap();
            // Until the client leaves, so that no reset overtakes the alert.
            let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut Vec::new()).await;
        }
    });
    let client = || {
        to("localhost", port)
            .only_added_roots()
            .root_certificates(&pem)
            .retry(RetryPolicy::default().retry_lost_responses())
    };
    for client in [
        client(),
        #[cfg(feature = "http2")]
        client().http2(true),
    ] {
        let client = client.build().unwrap();
        let error = client.create_session(&request()).await.unwrap_err();
        assert!(error.is_connect() && error.is_tls(), "{error:?}");
        assert!(!error.may_have_reached_server() && !error.is_retryable());
        assert_eq!(
            error.to_string(),
            format!(
                "could not agree on TLS with https://localhost:{port}; the server wants a certificate that \
                 this client does not have; use a `transport` that has one"
            )
        );
    }
}
