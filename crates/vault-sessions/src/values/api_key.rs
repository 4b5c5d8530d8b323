use std::{
    env::{self, VarError},
    error::Error,
    fmt,
};

use serde_core::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::{
    field_value::bearer_problem,
    invalid::InvalidValue,
    text::{TextVisitor, read_from_text},
};
use crate::error_debug::debug_as_display;

const KIND: &str = "API key";
const RULE: &str = "use visible ASCII characters without white space, and leave `Bearer` out";
const LIMIT: usize = 4096;

/// The secret key of a Unify application, sent as `Authorization: Bearer <key>`.
///
/// `Debug` is redacted, there is no `Display`, and the memory is wiped when the key is dropped.
/// One to 4,096 visible ASCII bytes without white space, as RFC 6750 §2.1 asks of a bearer token.
///
/// ```
/// use vault_sessions::ApiKey;
///
/// let key = ApiKey::new("sk_live_secret")?;
/// assert_eq!(format!("{key:?}"), "ApiKey(redacted)");
/// # Ok::<(), vault_sessions::InvalidValue>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// The environment variable that the official SDKs read: `APIDECK_API_KEY`.
    pub const VARIABLE: &'static str = "APIDECK_API_KEY";

    /// Checks a text as an API key, without the word `Bearer` before it.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] names the rule and the position, never the text.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidValue> {
        let key = Zeroizing::new(key.into());
        match bearer_problem(&key, LIMIT) {
            None => Ok(Self(key)),
            Some(problem) => Err(InvalidValue::new(KIND, RULE, problem)),
        }
    }

    /// Reads the key from the environment variable [`ApiKey::VARIABLE`].
    ///
    /// # Errors
    ///
    /// The variable is not set, is not valid Unicode, or does not hold a valid key.
    pub fn from_env() -> Result<Self, ApiKeyFromEnvError> {
        match env::var(Self::VARIABLE) {
            Ok(key) => Self::new(key).map_err(Problem::Invalid),
            Err(VarError::NotPresent) => Err(Problem::NotSet),
            Err(VarError::NotUnicode(_)) => Err(Problem::NotUnicode),
        }
        .map_err(ApiKeyFromEnvError)
    }

    /// The key itself, as plain text: wherever you write it, it can be read.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(redacted)")
    }
}

read_from_text!(ApiKey);

/// Reads the key from a configuration. There is no `Serialize`: a key is not written by accident.
impl<'de> Deserialize<'de> for ApiKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(TextVisitor::new("a string, the API key"))
    }
}

/// Why [`ApiKey::from_env`] found no key.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeyFromEnvError(Problem);

#[derive(Clone, PartialEq, Eq)]
enum Problem {
    NotSet,
    NotUnicode,
    Invalid(InvalidValue),
}

impl fmt::Display for ApiKeyFromEnvError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variable = ApiKey::VARIABLE;
        write!(formatter, "the environment variable {variable} ")?;
        match &self.0 {
            Problem::NotSet => {
                formatter.write_str("is not set; set it to the API key of your Unify application")
            }
            Problem::NotUnicode => formatter
                .write_str("is not valid Unicode; set it to the API key of your Unify application"),
            Problem::Invalid(invalid) => {
                write!(
                    formatter,
                    "does not hold a valid API key; {}",
                    invalid.rule()
                )
            }
        }
    }
}

debug_as_display!(ApiKeyFromEnvError);

impl Error for ApiKeyFromEnvError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Problem::NotSet | Problem::NotUnicode => None,
            Problem::Invalid(invalid) => Some(invalid),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_from_a_configuration() {
        let key: ApiKey = serde_json::from_str(r#""sk_live""#).unwrap();
        assert_eq!(key.expose_secret(), "sk_live");
        let error = serde_json::from_str::<ApiKey>(r#""sk_live\n""#).unwrap_err();
        assert!(!error.to_string().contains("live"), "{error}");
        assert!(error.to_string().contains("byte 7 is 0x0A"), "{error}");
    }

    #[test]
    fn refuses_what_no_header_can_carry_without_repeating_it() {
        for key in [
            "",
            "Bearer secret",
            "se\r\ncret",
            "secrét",
            " secret",
            &"x".repeat(4097),
        ] {
            let message = ApiKey::new(key).unwrap_err().to_string();
            assert!(!message.contains("secr"), "{message}");
        }
    }
}
