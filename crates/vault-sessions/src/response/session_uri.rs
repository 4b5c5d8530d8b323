use std::fmt;

use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use crate::values::{InvalidValue, ValueProblem, read_from_text, url_problem};

const RULE: &str =
    "write an absolute http or https URL such as `https://vault.apideck.com/session/token`";

/// Where to send the consumer: the Hosted Vault page, with the session token as last path segment.
///
/// The token makes it a secret: whoever has the URI acts for the consumer. `Debug` shows scheme and host
/// only, there is no `Display`, and the memory is wiped when the URI is dropped. The token also makes
/// it as long as the session's body asks for: unlike a [`Url`](crate::Url) it has no limit of its own.
///
/// ```
/// use vault_sessions::SessionUri;
///
/// let uri = SessionUri::new("https://vault.apideck.com/session/e30.e30.sig")?;
/// assert_eq!(format!("{uri:?}"), "SessionUri(https://vault.apideck.com/redacted)");
/// # Ok::<(), vault_sessions::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SessionUri(Zeroizing<String>);

impl SessionUri {
    /// Takes an absolute `http` or `https` URL, as [`Url`](crate::Url) defines it.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the rule and the position, never the text.
    pub fn new(uri: impl Into<String>) -> Result<Self, InvalidValue> {
        let uri = Zeroizing::new(uri.into());
        match url_problem(&uri, usize::MAX).or_else(|| scheme_problem(&uri)) {
            None => Ok(Self(uri)),
            Some(problem) => Err(InvalidValue::new("session URI", RULE, problem)),
        }
    }

    /// The whole URI as plain text, for a `Location` header or a link.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

/// Where a URL stops being a web URL, one that a browser can be sent to.
fn scheme_problem(uri: &str) -> Option<ValueProblem> {
    let (scheme, _) = uri.split_once(':')?;
    if ["http", "https"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web))
    {
        return None;
    }
    let pairs = uri.bytes().zip(*b"https:");
    let position = pairs
        .take_while(|(found, web)| found.eq_ignore_ascii_case(web))
        .count();
    Some(ValueProblem::at(uri.as_bytes(), position))
}

impl fmt::Debug for SessionUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match origin(&self.0) {
            Some((scheme, host)) => write!(formatter, "SessionUri({scheme}://{host}/redacted)"),
            None => formatter.write_str("SessionUri(redacted)"),
        }
    }
}

read_from_text!(SessionUri);

/// Scheme and host with its port. User information is left out: it may be a password.
fn origin(uri: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = uri.split_once(':')?;
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Some((scheme, host))
}

impl Serialize for SessionUri {
    /// Writes the URI itself, as the service's answer carries it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SessionUri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
