use std::{
    sync::RwLock,
    time::{Duration, SystemTime},
};

use vault_sessions::Claims;

use super::{hs256::Hs256, secret::Secret, token_error::TokenError, verify::read};
use crate::{argument::SecretArgument, builder::VaultBuilder, sync, vault::Vault};

/// The keys of a running mock.
#[derive(Debug)]
pub(crate) struct Keys(RwLock<KeyRing>);

/// The key that signs, and those that it has taken over from.
#[derive(Clone, Debug)]
pub(crate) struct KeyRing {
    current: Hs256,
    /// Keys whose tokens are still good, and until when.
    former: Vec<(Hs256, SystemTime)>,
}

impl Vault {
    /// Signs new tokens with another secret. Tokens signed with the former one stay valid for `overlap`
    /// on the mock's clock, or until they expire.
    ///
    /// How the service rotates its keys is not published; this is the mock's own way. The next rotation
    /// removes keys whose overlap is over; setting the clock back does not restore them. Over HTTP
    /// 100 former keys may be good at a time, in Rust as many as the test wants.
    ///
    /// ```
    /// use std::time::Duration;
    /// use vault_mock::{Secret, Vault};
    ///
    /// let vault = Vault::builder().build();
    /// vault.rotate_key(Secret::new("the next one")?, Duration::from_secs(60));
    /// # Ok::<(), vault_mock::InvalidSecret>(())
    /// ```
    pub fn rotate_key(&self, new: impl SecretArgument, overlap: Duration) {
        self.keys().rotate(&new.into(), self.clock().now(), overlap);
    }

    /// The same for mocks that sign alike, sessions as well as states of round trips. It says nothing of
    /// the secret itself, and is a signature of nothing.
    pub(crate) fn secret_fingerprint(&self) -> String {
        let of_states = self.key().tag(b"fingerprint");
        let tag = self.keys().current().tag(&of_states);
        format!(
            "{:032x}",
            u128::from_be_bytes(*tag.first_chunk().expect("a tag has 32 bytes"))
        )
    }
}

impl VaultBuilder {
    /// How far in the future the `iat` of a token may be. Default: not at all.
    ///
    /// For replicas whose clocks differ. [`ExpiryRule::Leeway`](crate::ExpiryRule::Leeway) already
    /// allows its own length.
    pub fn issued_at_tolerance(mut self, tolerance: Duration) -> Self {
        self.settings.rules.issued_at_tolerance = tolerance;
        self
    }
}

impl KeyRing {
    pub(crate) fn new(secret: &Secret) -> Self {
        Self {
            current: Hs256::new(secret),
            former: Vec::new(),
        }
    }

    /// The key that signs.
    pub(crate) fn current(&self) -> &Hs256 {
        &self.current
    }

    pub(crate) fn set_current(&mut self, secret: &Secret) {
        self.current = Hs256::new(secret);
    }

    pub(crate) fn add_former(&mut self, secret: &Secret) {
        let until = SystemTime::UNIX_EPOCH + FOREVER;
        self.former.push((Hs256::new(secret), until));
    }
}

impl Keys {
    pub(crate) fn new(ring: KeyRing) -> Self {
        Self(RwLock::new(ring))
    }

    /// The keys as they are now.
    pub(crate) fn ring(&self) -> KeyRing {
        let ring = sync::read(&self.0);
        ring.clone()
    }

    /// The key that signs.
    pub(crate) fn current(&self) -> Hs256 {
        let state = sync::read(&self.0);
        state.current.clone()
    }

    /// Reads a token that one of the keys that are good now has signed.
    pub(super) fn read(&self, token: &str, now: SystemTime) -> Result<Claims, TokenError> {
        let state = sync::read(&self.0);
        let former = state.former.iter().filter(|(_, until)| now < *until);
        let keys = [&state.current]
            .into_iter()
            .chain(former.map(|(key, _)| key));
        read(keys, token)
    }

    /// How many former keys are good at a time.
    pub(crate) fn count_former(&self, now: SystemTime) -> usize {
        let former = &sync::read(&self.0).former;
        former.iter().filter(|(_, until)| now < *until).count()
    }

    fn rotate(&self, new: &Secret, now: SystemTime, overlap: Duration) {
        let mut state = sync::write(&self.0);
        state.former.retain(|(_, until)| now < *until);
        let before = std::mem::replace(&mut state.current, Hs256::new(new));
        // An overlap beyond what a time can say has no end that anybody will see.
        let until = now.checked_add(overlap).unwrap_or(now + FOREVER);
        state.former.push((before, until));
    }
}

/// Longer than any clock of the mock goes: it ends with the year 9999.
const FOREVER: Duration = Duration::from_secs(300_000_000_000);
