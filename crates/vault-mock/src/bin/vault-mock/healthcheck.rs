use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, StatusCode, header::HOST};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use super::arguments::Healthcheck;

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn healthcheck(arguments: &Healthcheck) -> Result<(), String> {
    let address = reachable(arguments.addr);
    let limit = Duration::from_secs(arguments.timeout);
    let trust = arguments.cacert.as_deref().map(trust).transpose();
    let tls = trust.map_err(|problem| format!("--cacert: {problem}"))?;
    let asked = timeout(limit, ask(address, tls)).await;
    let problem = match asked {
        Ok(Ok(StatusCode::OK)) => return Ok(()),
        Ok(Ok(status)) => format!("it answers {status}"),
        Ok(Err(problem)) => problem,
        Err(_) => format!("no answer within {} s", limit.as_secs()),
    };
    Err(format!("{address}: {problem}"))
}

/// Nobody can connect to an address that stands for all addresses.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// A client that trusts the authorities in a PEM file, and nobody else.
fn trust(file: &Path) -> Result<TlsConnector, String> {
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| error.to_string())?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() {
        return Err("the file has no certificate".to_owned());
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config).into())
}

async fn ask(address: SocketAddr, tls: Option<TlsConnector>) -> Result<StatusCode, String> {
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|error| error.to_string())?;
    let Some(tls) = tls else {
        return ask_over(stream, address).await;
    };
    let name = ServerName::IpAddress(address.ip().into());
    let stream = tls.connect(name, stream).await;
    ask_over(stream.map_err(|error| error.to_string())?, address).await
}

async fn ask_over<S>(stream: S, address: SocketAddr) -> Result<StatusCode, String>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let text = |error: &dyn std::error::Error| error.to_string();
    let connection = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = connection.map_err(|error| text(&error))?;
    tokio::spawn(connection);
    let request = Request::get("/health")
        .header(HOST, address.to_string())
        .body(Empty::<Bytes>::new())
        .map_err(|error| text(&error))?;
    let response = sender.send_request(request).await;
    response
        .map(|response| response.status())
        .map_err(|error| text(&error))
}
