//! Servers that speak TLS under an authority made for the test.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, rustls};
use vault_sessions_client::{BaseUri, ClientBuilder};

use super::{builder, created, listen};

/// A server's side of TLS as `localhost`, and the certificate of its authority.
pub(crate) fn identity() -> (ServerConfig, String) {
    identity_until(4096)
}

/// The same, with a certificate that is valid until a year.
pub(crate) fn identity_until(year: i32) -> (ServerConfig, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = authority.self_signed(&key).unwrap().pem();
    let authority = Issuer::new(authority, key);

    let key = KeyPair::generate().unwrap();
    let mut server = CertificateParams::new(["localhost".to_owned()]).unwrap();
    server.not_after = date_time_ymd(year, 1, 1);
    let certificate = server.signed_by(&key, &authority).unwrap();
    (presents(certificate.der(), &key), pem)
}

/// The same, with the authority's own certificate as that of the server.
pub(crate) fn identity_of_the_authority() -> (ServerConfig, String) {
    let key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(["localhost".to_owned()]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = authority.self_signed(&key).unwrap();
    (presents(certificate.der(), &key), certificate.pem())
}

/// The same, for a server that wants a certificate from its clients, too.
pub(crate) fn identity_that_wants_another() -> (ServerConfig, String) {
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = server.self_signed(&key).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let clients =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients.build().unwrap())
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    (config, certificate.pem())
}

fn presents(certificate: &CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap()
}

/// Serves one call over TLS.
pub(crate) struct TlsServer {
    pub(crate) port: u16,
    /// The certificate of its authority.
    pub(crate) pem: String,
    /// The request, unless the client broke off the handshake.
    pub(crate) request: JoinHandle<Option<String>>,
}

pub(crate) async fn serve_tls() -> TlsServer {
    serve_tls_with(created(), false).await
}

/// Answers with what is given, over HTTP/2 with the body of it.
pub(crate) async fn serve_tls_with(answer: String, http2: bool) -> TlsServer {
    serve_tls_as(identity(), answer, http2).await
}

pub(crate) async fn serve_tls_as(
    (mut config, pem): (ServerConfig, String),
    answer: String,
    http2: bool,
) -> TlsServer {
    if http2 {
        config.alpn_protocols = vec![b"h2".to_vec()];
    }
    let (listener, port) = listen().await;
    let request = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let mut stream = acceptor.accept(stream).await.ok()?;
        if http2 {
            serve_http2(stream, &answer).await;
            return None;
        }
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n{}") {
            request.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        Some(String::from_utf8(request).unwrap())
    });
    TlsServer { port, pem, request }
}

async fn serve_http2(stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let body = Full::new(Bytes::from(body.to_owned()));
    let answer = service_fn(move |_| {
        let response = Response::new(body.clone());
        async move { Ok::<_, Infallible>(response) }
    });
    let http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    // The client may leave without a word.
    let _ = http2.serve_connection(TokioIo::new(stream), answer).await;
}

/// Of clients for a server that speaks TLS.
pub(crate) fn to(host: &str, port: u16) -> ClientBuilder {
    builder().base_uri(BaseUri::new(format!("https://{host}:{port}")).unwrap())
}
