use std::{error::Error, fmt, net::IpAddr, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use crate::{admin::HostName, builder::VaultBuilder, rules::InvalidName};

/// The server's side of TLS: certificates, a key, and HTTP/2 or HTTP/1.1 as the client chooses (ALPN).
///
/// The crypto provider is ring, regardless of the process default. `Debug` shows no key. Needs the
/// feature `tls`.
#[derive(Clone)]
pub struct Tls {
    pub(super) acceptor: TlsAcceptor,
    ca_pem: Option<Arc<str>>,
}

impl Tls {
    /// A new authority, and a certificate under it for `localhost`, `127.0.0.1` and `::1`.
    ///
    /// # Panics
    ///
    /// The system has no source of randomness.
    #[must_use]
    pub fn generated() -> Self {
        let made = Self::generated_for(["localhost", "127.0.0.1", "::1"]);
        made.expect("these names can stand in a certificate")
    }

    /// A new authority, and a certificate under it for these host names and IP addresses.
    ///
    /// # Errors
    ///
    /// A name is neither a host name, with or without `*.` before it, nor an IP address; or the system
    /// has no source of randomness.
    pub fn generated_for<I>(names: I) -> Result<Self, InvalidTls>
    where
        I: IntoIterator<Item: Into<String>>,
    {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        // OpenSSL takes a certificate for self-signed if its issuer has the same name.
        let name = &mut authority.distinguished_name;
        name.push(DnType::CommonName, "vault-mock authority");
        let key = KeyPair::generate().map_err(InvalidTls::new)?;
        let ca_pem = authority.self_signed(&key).map_err(InvalidTls::new)?.pem();
        let authority = Issuer::new(authority, key);

        let names = names.into_iter().map(|name| subject(name.into()));
        let names: Result<Vec<_>, _> = names.collect();
        let names = names.map_err(InvalidTls::new)?;
        let key = KeyPair::generate().map_err(InvalidTls::new)?;
        let certificate = CertificateParams::new(names)
            .and_then(|server| server.signed_by(&key, &authority))
            .map_err(InvalidTls::new)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(InvalidTls::new)?;
        Self::new(vec![certificate.der().clone()], key, Some(ca_pem.into()))
    }

    /// Certificates of your own, the server's first, and the server's key; all PEM.
    ///
    /// # Errors
    ///
    /// A text has no PEM section of its kind, or the key does not belong to the certificate.
    pub fn from_pem(certificates: &str, key: &str) -> Result<Self, InvalidTls> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(certificates.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(InvalidTls::new)?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(InvalidTls::new)?;
        Self::new(certificates, key, None)
    }

    fn new(
        certificates: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
        ca_pem: Option<Arc<str>>,
    ) -> Result<Self, InvalidTls> {
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                config
                    .with_no_client_auth()
                    .with_single_cert(certificates, key)
            })
            .map_err(InvalidTls::new)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: Arc::new(config).into(),
            ca_pem,
        })
    }

    /// The certificate of the generated authority, as PEM: clients must trust it.
    ///
    /// `None` for certificates of your own.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }
}

/// A name as a certificate has it, or an error for one that no client looks for, such as with a port.
fn subject(name: String) -> Result<String, InvalidName> {
    if name.parse::<IpAddr>().is_ok() {
        return Ok(name);
    }
    match name.strip_prefix("*.") {
        Some(domain) => Ok(format!("*.{}", domain.parse::<HostName>()?)),
        None => Ok(name.parse::<HostName>()?.to_string()),
    }
}

impl VaultBuilder {
    /// Makes the server use TLS; it then refuses plain HTTP. Needs the feature `tls`.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Tls")
            .field("ca_pem", &self.ca_pem)
            .finish_non_exhaustive()
    }
}

/// Names, certificates or a key that a server cannot use for TLS (feature `tls`).
#[derive(Debug)]
pub struct InvalidTls(Box<dyn Error + Send + Sync>);

impl InvalidTls {
    fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for InvalidTls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("invalid names, certificates or key for TLS")
    }
}

impl Error for InvalidTls {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}
