//! TLS against an authority made for the test: trusted when it is added, refused otherwise.
#![cfg(feature = "ring")]

mod support;

use std::{error::Error as _, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use support::{builder, created, request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{TlsAcceptor, rustls};
use vault_sessions_client::ClientBuilder;

/// A server's side of TLS as `localhost`, and the certificate of its authority.
fn identity() -> (ServerConfig, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = authority.self_signed(&key).unwrap().pem();
    let authority = Issuer::new(authority, key);

    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = server.signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    (config, pem)
}

/// Serves one call over TLS; gives the port and the authority's certificate.
async fn serve_tls() -> (u16, String) {
    let (config, pem) = identity();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        // A client that does not trust the certificate breaks off here.
        let Ok(mut stream) = acceptor.accept(stream).await else {
            return;
        };
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n{}") {
            request.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(created().as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    });
    (port, pem)
}

fn to(host: &str, port: u16) -> ClientBuilder {
    builder().base_uri(format!("https://{host}:{port}").parse().unwrap())
}

#[tokio::test]
async fn an_added_root_is_trusted() {
    let (port, pem) = serve_tls().await;
    let client = to("localhost", port)
        .only_added_roots()
        .root_certificates(pem);
    let client = client.build().unwrap();
    client.create_session(&request()).await.unwrap();
}

#[tokio::test]
async fn an_unknown_authority_and_a_wrong_host_are_refused() {
    let (unknown, _) = serve_tls().await;
    let (_, other) = serve_tls().await;
    let (wrong_host, pem) = serve_tls().await;
    // Both authorities bear the same name, so that only the signature tells them apart.
    for (client, cause) in [
        (
            to("localhost", unknown).root_certificates(other),
            "BadSignature",
        ),
        (
            to("127.0.0.1", wrong_host).root_certificates(pem),
            "not valid for name",
        ),
    ] {
        let client = client.only_added_roots().build().unwrap();
        let error = client.create_session(&request()).await.unwrap_err();
        assert!(error.is_connect() && !error.is_timeout());
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

#[cfg(feature = "http2")]
#[tokio::test]
async fn http2_is_spoken_only_if_asked_for() {
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
