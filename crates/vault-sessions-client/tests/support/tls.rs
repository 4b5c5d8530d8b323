//! Servers that speak TLS under an authority made for the test.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, rustls};
use vault_sessions_client::ClientBuilder;

use super::{builder, created};

/// A server's side of TLS as `localhost`, and the certificate of its authority.
pub(crate) fn identity() -> (ServerConfig, String) {
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

/// Serves one call over TLS.
pub(crate) struct TlsServer {
    pub(crate) port: u16,
    /// The certificate of its authority.
    pub(crate) pem: String,
    /// The request, unless the client broke off the handshake.
    pub(crate) request: JoinHandle<Option<String>>,
}

pub(crate) async fn serve_tls() -> TlsServer {
    let (config, pem) = identity();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let request = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let mut stream = acceptor.accept(stream).await.ok()?;
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n{}") {
            request.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(created().as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        Some(String::from_utf8(request).unwrap())
    });
    TlsServer { port, pem, request }
}

/// Of clients for a server that speaks TLS.
pub(crate) fn to(host: &str, port: u16) -> ClientBuilder {
    builder().base_uri(format!("https://{host}:{port}").parse().unwrap())
}
