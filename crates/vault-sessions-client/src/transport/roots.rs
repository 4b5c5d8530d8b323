use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::config::{ConfigError, Problem};

/// The certificate authorities to trust.
#[derive(Default)]
pub(crate) struct Roots {
    /// Whether to leave out the roots that the features provide.
    pub(crate) only_added: bool,
    pub(crate) added: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// Adds every certificate of a PEM text.
    pub(crate) fn add_pem(&mut self, pem: &[u8]) -> Result<(), ConfigError> {
        let before = self.added.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate =
                certificate.map_err(|cause| ConfigError::with(Problem::Pem, cause))?;
            self.added.push(certificate);
        }
        if self.added.len() == before {
            return Err(Problem::Pem.into());
        }
        Ok(())
    }

    pub(super) fn into_store(self) -> Result<RootCertStore, ConfigError> {
        let mut store = RootCertStore::empty();
        for certificate in self.added {
            store
                .add(certificate)
                .map_err(|cause| ConfigError::with(Problem::Root, cause))?;
        }
        if !self.only_added {
            #[cfg(feature = "webpki-roots")]
            store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            // Stores of operating systems hold certificates that no current library accepts.
            #[cfg(feature = "native-roots")]
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        if store.is_empty() {
            return Err(Problem::NoRoots.into());
        }
        Ok(store)
    }
}
