use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use crate::{arguments::Healthcheck, files, options::DEFAULT_ADDR, port_file};

/// The mock that is asked, and how.
pub(super) struct Target {
    pub(super) address: SocketAddr,
    /// Whom to trust, and the name that the certificate must have.
    pub(super) tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Target {
    /// What the flags say, and the file of `serve` where they say nothing.
    pub(super) fn of(arguments: &Healthcheck) -> Result<Self, String> {
        let Healthcheck {
            cacert,
            server_name,
            ..
        } = arguments;
        let mut address = reachable(arguments.addr.unwrap_or(DEFAULT_ADDR));
        if address.port() == 0 {
            let file = arguments.port_file.as_deref();
            let file = file.ok_or("port 0 stands for any: give --port-file, or another --addr")?;
            address.set_port(port_file::read(file)?);
        }
        let speaks_tls = cacert.is_some() || arguments.tls == Some(true);
        if !speaks_tls {
            return match server_name {
                Some(_) => Err("--server-name needs --cacert, or --tls true".to_owned()),
                None => Ok(Self { address, tls: None }),
            };
        }
        let (flag, file) = match (cacert, &arguments.ca_out) {
            (Some(file), _) => ("cacert", file),
            (None, Some(file)) => ("ca-out", file),
            (None, None) => return Err("TLS needs --cacert: whom to trust".to_owned()),
        };
        let tls = trust(&files::read(flag, file)?);
        let tls = tls.map_err(|why| files::problem(flag, file, why))?;
        let name = server_name.clone();
        let name = name.unwrap_or_else(|| ServerName::IpAddress(address.ip().into()));
        Ok(Self {
            address,
            tls: Some((tls, name)),
        })
    }

    /// The header `Host` of a request.
    pub(super) fn host(&self) -> String {
        match &self.tls {
            Some((_, ServerName::DnsName(name))) => {
                format!("{}:{}", name.as_ref(), self.address.port())
            }
            _ => self.address.to_string(),
        }
    }
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
fn trust(pem: &[u8]) -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
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
