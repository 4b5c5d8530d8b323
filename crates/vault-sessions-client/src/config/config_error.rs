use std::{error::Error, fmt};

use super::ConfigProblem;
use crate::{chain::causes, transport::BoxError};

/// Why a client cannot be built as configured.
///
/// `Display` is one line that says what to change; `Debug` shows its causes, too.
pub struct ConfigError {
    problem: ConfigProblem,
    cause: Option<BoxError>,
}

impl ConfigError {
    pub(crate) fn with(problem: ConfigProblem, cause: impl Into<BoxError>) -> Self {
        Self {
            problem,
            cause: Some(cause.into()),
        }
    }

    /// Whether no API key was given.
    #[must_use]
    pub fn is_missing_api_key(&self) -> bool {
        matches!(self.problem, ConfigProblem::NoApiKey)
    }

    /// Whether the API key would leave this machine unencrypted, to the service or to a proxy.
    #[must_use]
    pub fn is_insecure(&self) -> bool {
        matches!(
            self.problem,
            ConfigProblem::PlainHttp(_) | ConfigProblem::PlainHttpToProxy { .. }
        )
    }

    /// Whether two settings contradict each other, such as an attempt timeout and a shorter total one.
    #[must_use]
    pub fn is_contradiction(&self) -> bool {
        matches!(self.problem, ConfigProblem::Order { .. })
    }

    /// Whether TLS is needed and there is none: no feature for it is enabled, or no authority is trusted.
    #[must_use]
    pub fn is_tls_missing(&self) -> bool {
        match self.problem {
            ConfigProblem::NoTls => true,
            #[cfg(feature = "tls")]
            ConfigProblem::NoRoots => true,
            _ => false,
        }
    }

    /// The environment variable with an invalid value, if there is one.
    #[must_use]
    pub fn variable(&self) -> Option<&'static str> {
        match self.problem {
            ConfigProblem::Variable { name, .. } => Some(name),
            #[cfg(feature = "proxy")]
            ConfigProblem::Proxy(name) | ConfigProblem::Exception { origin: name, .. } => {
                // What the builder was given is named in code quotes.
                (!name.starts_with('`')).then_some(name)
            }
            _ => None,
        }
    }
}

/// Begins with the line of `Display`, since `main` and `unwrap` print this.
impl fmt::Debug for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfigError")
            .field("message", &format_args!("{self}"))
            .field("source", &causes(self))
            .finish()
    }
}

impl From<ConfigProblem> for ConfigError {
    fn from(problem: ConfigProblem) -> Self {
        let cause = None;
        Self { problem, cause }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.problem)
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

#[cfg(all(test, feature = "tls"))]
mod tests {
    use super::*;

    /// With a provider and authorities at hand, no configuration fails like this.
    #[test]
    fn tls_that_cannot_be_had_is_told() {
        let roots = ConfigError::from(ConfigProblem::NoRoots);
        assert!(roots.is_tls_missing());
        let text = roots.to_string();
        assert!(
            text.starts_with("no certificate authority is trusted"),
            "{text}"
        );
        let provider = ConfigError::with(ConfigProblem::Tls, "no version in common");
        assert!(!provider.is_tls_missing());
        assert_eq!(
            provider.to_string(),
            "the cryptographic provider cannot speak TLS"
        );
        assert!(format!("{provider:?}").contains("no version in common"));
    }
}
