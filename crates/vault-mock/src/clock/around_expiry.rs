use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime},
};

use vault_sessions::{InvalidToken, SessionToken};

use super::{
    change::InvalidClockChange,
    clock::{Clock, later},
};

/// An instant before, at or after the `exp` of a token. Text: `-1s`, `0`, `+1s`.
// Exhaustive on purpose: an instant has no fourth side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AroundExpiry {
    /// This long before `exp`: the token is still valid.
    Before(Duration),
    /// At `exp`: expired by RFC 7519, still valid under [`ExpiryRule::Inclusive`](crate::ExpiryRule).
    At,
    /// This long after `exp`.
    After(Duration),
}

impl Clock {
    /// Sets the clock to an instant around the `exp` of a token, forward or back.
    ///
    /// The token is only read, not verified: another mock may have issued it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use vault_mock::{AroundExpiry, Vault};
    /// # use vault_sessions::{AppId, ConsumerId, CreateSession};
    /// # let request = CreateSession::builder()
    /// #     .app_id(AppId::from_static("my-app"))
    /// #     .consumer_id(ConsumerId::from_static("account:12345"))
    /// #     .build();
    ///
    /// let vault = Vault::builder().build();
    /// let created = vault.create_session(&request)?;
    /// let second = Duration::from_secs(1);
    /// vault.clock().set_around_expiry(created.token(), AroundExpiry::Before(second))?;
    /// assert!(vault.verify(created.token()).is_ok());
    /// vault.clock().set_around_expiry(created.token(), AroundExpiry::At)?;
    /// assert!(vault.verify(created.token()).unwrap_err().is_expired());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The token is not a JWT with the claims of a session.
    pub fn set_around_expiry(
        &self,
        token: &SessionToken,
        instant: AroundExpiry,
    ) -> Result<(), InvalidToken> {
        self.set(instant.of(token)?);
        Ok(())
    }
}

impl AroundExpiry {
    /// The time that this is for a token.
    pub(crate) fn of(self, token: &SessionToken) -> Result<SystemTime, InvalidToken> {
        let expiry = token.claims()?.expires_at();
        Ok(match self {
            Self::Before(by) => expiry.checked_sub(by).unwrap_or(SystemTime::UNIX_EPOCH),
            Self::At => expiry,
            Self::After(by) => later(expiry, by),
        })
    }
}

impl FromStr for AroundExpiry {
    type Err = InvalidClockChange;

    fn from_str(text: &str) -> Result<Self, InvalidClockChange> {
        let duration = |text: &str| {
            humantime::parse_duration(text).map_err(|error| {
                let form = "an instant around an expiry is written as -1s, 0 or +1s";
                InvalidClockChange::new(format!("{form}: {error}"))
            })
        };
        let side = match text.split_at_checked(1) {
            Some(("-", by)) => Self::Before(duration(by)?),
            Some(("+", by)) => Self::After(duration(by)?),
            _ => Self::After(duration(text)?),
        };
        Ok(match side {
            Self::Before(Duration::ZERO) | Self::After(Duration::ZERO) => Self::At,
            side => side,
        })
    }
}

impl fmt::Display for AroundExpiry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before(by) => write!(formatter, "-{}", humantime::format_duration(*by)),
            Self::At => formatter.write_str("0"),
            Self::After(by) => write!(formatter, "+{}", humantime::format_duration(*by)),
        }
    }
}
