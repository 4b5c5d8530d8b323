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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_added_is_trusted_if_that_is_asked_for() {
        let key = rcgen::KeyPair::generate().unwrap();
        let own = rcgen::CertificateParams::new(Vec::new()).unwrap();
        let pem = own.self_signed(&key).unwrap().pem();
        let trusted = |only_added| {
            let mut roots = Roots {
                only_added,
                ..Roots::default()
            };
            roots.add_pem(pem.as_bytes()).unwrap();
            roots.into_store().unwrap().len()
        };
        assert_eq!(trusted(true), 1);
        let provided = cfg!(any(feature = "webpki-roots", feature = "native-roots"));
        assert_eq!(trusted(false) > 1, provided);
    }
}
