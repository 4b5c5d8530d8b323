use std::fmt;

use serde::{Deserialize, Serialize};

use crate::values::{InvalidValue, Url};

/// Where to send the consumer: the Hosted Vault page, with the session token as last path segment.
///
/// The token makes it a secret, so `Debug` shows only what comes before, and there is no `Display`.
///
/// ```
/// use vault_sessions::SessionUri;
///
/// let uri = SessionUri::new("https://vault.apideck.com/session/e30.e30.sig")?;
/// assert_eq!(format!("{uri:?}"), "SessionUri(https://vault.apideck.com/session/redacted)");
/// # Ok::<(), vault_sessions::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionUri(Url);

impl SessionUri {
    /// Takes an absolute URL.
    ///
    /// # Errors
    ///
    /// The text is not a URL, as [`Url`] defines it.
    pub fn new(uri: impl Into<String>) -> Result<Self, InvalidValue> {
        Url::new(uri.into()).map(Self)
    }

    /// The whole URI, for a `Location` header or a link. What it is written to is no longer redacted.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for SessionUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = self.as_str().rsplit_once('/').map_or("", |(page, _)| page);
        write!(formatter, "SessionUri({page}/redacted)")
    }
}
