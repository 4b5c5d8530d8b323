use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::config::{ConfigError, ConfigProblem};

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
            // The cause is not kept: it shows lines of the text, which may be those of a key.
            self.added.push(certificate.map_err(|_| problem(pem))?);
        }
        if self.added.len() == before {
            return Err(problem(pem).into());
        }
        Ok(())
    }

    pub(super) fn into_store(self) -> Result<RootCertStore, ConfigError> {
        let mut store = RootCertStore::empty();
        for certificate in self.added {
            store
                .add(certificate)
                .map_err(|cause| ConfigError::with(ConfigProblem::Root, cause))?;
        }
        if !self.only_added {
            #[cfg(feature = "webpki-roots")]
            store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            #[cfg(feature = "native-roots")]
            add_native(&mut store)?;
        }
        if store.is_empty() {
            return Err(ConfigProblem::NoRoots.into());
        }
        Ok(store)
    }
}

/// What is wrong with a text that has no certificate in it.
fn problem(pem: &[u8]) -> ConfigProblem {
    let has = |words: &[u8]| pem.windows(words.len()).any(|window| window == words);
    if has(b"PRIVATE KEY-----") && !has(b"-----BEGIN CERTIFICATE-----") {
        ConfigProblem::PemKey
    } else {
        ConfigProblem::Pem
    }
}

/// Adds what the operating system trusts. Part of that may be unreadable, or of a kind that no current
/// library accepts: it matters only if nothing else is trusted.
#[cfg(feature = "native-roots")]
fn add_native(store: &mut RootCertStore) -> Result<(), ConfigError> {
    let native = rustls_native_certs::load_native_certs();
    store.add_parsable_certificates(native.certs);
    match native.errors.into_iter().next() {
        Some(cause) if store.is_empty() => Err(ConfigError::with(ConfigProblem::NoRoots, cause)),
        _ => Ok(()),
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
        // A machine need not trust any authority.
        if cfg!(feature = "webpki-roots") {
            assert!(trusted(false) > 1);
        } else if cfg!(not(feature = "native-roots")) {
            assert_eq!(trusted(false), 1);
        }
    }
}
