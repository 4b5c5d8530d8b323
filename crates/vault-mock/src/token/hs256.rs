use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::secret::Secret;

/// HMAC with SHA-256 (RFC 7518 §3.2).
///
/// `jsonwebtoken` is only the oracle of the tests: it asks for a crypto provider of the whole
/// process, and panics when a program has enabled none, or two.
#[derive(Clone)]
pub(crate) struct Hs256(Hmac<Sha256>);

impl Hs256 {
    /// Prepares the key; signing then starts from the prepared state.
    pub(crate) fn new(secret: &Secret) -> Self {
        let state = Hmac::new_from_slice(secret.expose_secret());
        Self(state.expect("HMAC takes keys of any length"))
    }

    pub(crate) fn tag(&self, message: &[u8]) -> [u8; 32] {
        let mut state = self.0.clone();
        state.update(message);
        state.finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub(crate) fn is_tag(&self, message: &[u8], tag: &[u8]) -> bool {
        let mut state = self.0.clone();
        state.update(message);
        state.verify_slice(tag).is_ok()
    }
}

impl fmt::Debug for Hs256 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Hs256(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_the_example_of_rfc_7515() {
        // RFC 7515 appendix A.1: the key as octets, the signing input, the signature.
        let key = base64::Engine::decode(
            &base64::engine::general_purpose::URL_SAFE_NO_PAD,
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        )
        .unwrap();
        let message = b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
            eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let tag = base64::Engine::decode(
            &base64::engine::general_purpose::URL_SAFE_NO_PAD,
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        )
        .unwrap();
        let hs256 = Hs256::new(&Secret::new(key).unwrap());
        assert_eq!(hs256.tag(message), *tag);
        assert!(hs256.is_tag(message, &tag));
        assert!(!hs256.is_tag(message, &tag[..31]));
    }
}
