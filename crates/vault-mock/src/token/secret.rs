use std::{error::Error, fmt};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The key that session tokens are signed with (HS256).
///
/// Mocks that share a secret verify each other's tokens. Any text of at least one byte will do,
/// although RFC 7518 §3.2 asks for 32 bytes where security matters. `Debug` is redacted.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes of a secret.
    ///
    /// # Errors
    ///
    /// [`InvalidSecret`] if there are no bytes: an empty key signs nothing.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, InvalidSecret> {
        let bytes = Zeroizing::new(bytes.into());
        if bytes.is_empty() {
            return Err(InvalidSecret(()));
        }
        Ok(Self(bytes))
    }

    /// Makes a secret of 256 random bits, written as 64 hexadecimal digits.
    ///
    /// # Panics
    ///
    /// The system has no source of randomness.
    #[must_use]
    pub fn random() -> Self {
        Self(Zeroizing::new(random_hex::<32>().into_bytes()))
    }

    /// Derives a secret from a number: the same in every run, and for every replica.
    ///
    /// For tests only: anybody who knows the number can sign tokens.
    ///
    /// ```
    /// use vault_mock::Secret;
    ///
    /// let (one, other) = (Secret::from_seed(7), Secret::from_seed(7));
    /// assert_eq!(one.expose_secret(), other.expose_secret());
    /// ```
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let mut hash = Sha256::new_with_prefix(b"vault-mock secret ");
        hash.update(seed.to_be_bytes());
        Self(Zeroizing::new(hex(&hash.finalize()).into_bytes()))
    }

    /// The secret itself, which is then no longer redacted: keep it out of logs.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(redacted)")
    }
}

/// A secret must have at least one byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSecret(());

impl fmt::Display for InvalidSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("invalid secret: it is empty; write at least one byte")
    }
}

impl Error for InvalidSecret {}

/// `N` random bytes as hexadecimal digits.
pub(crate) fn random_hex<const N: usize>() -> String {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has a source of randomness");
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)])
        .collect()
}
