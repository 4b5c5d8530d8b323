use std::{io, sync::Arc};

use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use super::error::RemoteProblem;

/// The client's side of TLS, towards one host.
pub(super) struct RemoteTls {
    connector: TlsConnector,
    host: ServerName<'static>,
}

impl RemoteTls {
    pub(super) fn new(host: &str, ca_pem: Option<&str>) -> Result<Self, RemoteProblem> {
        let ca_pem = ca_pem.ok_or(RemoteProblem::Authority(None))?;
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(ca_pem.as_bytes()) {
            let certificate = certificate.map_err(unreadable)?;
            roots.add(certificate).map_err(unreadable)?;
        }
        if roots.is_empty() {
            return Err(unreadable("it has no PEM section `CERTIFICATE`"));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unreadable)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let host = ServerName::try_from(host.to_owned());
        Ok(Self {
            connector: Arc::new(config).into(),
            host: host.map_err(|invalid| RemoteProblem::NoAnswer(invalid.into()))?,
        })
    }

    pub(super) async fn connect(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.connector.connect(self.host.clone(), stream).await
    }
}

fn unreadable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> RemoteProblem {
    RemoteProblem::Authority(Some(cause.into()))
}
