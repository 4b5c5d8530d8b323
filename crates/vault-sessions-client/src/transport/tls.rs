use std::sync::Arc;

use rustls::{ClientConfig, crypto::CryptoProvider};

use super::Roots;
use crate::config::{ConfigError, ConfigProblem};

/// TLS with a provider named here: the default of the process is not ours to read or to set.
pub(crate) fn client_config(roots: Roots) -> Result<ClientConfig, ConfigError> {
    let provider = provider().ok_or(ConfigProblem::NoTls)?;
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|cause| ConfigError::with(ConfigProblem::Tls, cause))?
        .with_root_certificates(roots.into_store()?)
        .with_no_client_auth();
    Ok(config)
}

#[cfg(feature = "ring")]
#[expect(clippy::unnecessary_wraps, reason = "without a feature there is none")]
fn provider() -> Option<CryptoProvider> {
    Some(rustls::crypto::ring::default_provider())
}

#[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
#[expect(clippy::unnecessary_wraps, reason = "without a feature there is none")]
fn provider() -> Option<CryptoProvider> {
    Some(rustls::crypto::aws_lc_rs::default_provider())
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
fn provider() -> Option<CryptoProvider> {
    None
}
