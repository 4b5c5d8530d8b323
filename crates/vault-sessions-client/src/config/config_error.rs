use std::{error::Error, fmt, time::Duration};

use http::HeaderName;

use crate::transport::BoxError;

/// Why a client cannot be built as configured.
///
/// `Display` is one line that says what to change.
pub struct ConfigError {
    problem: ConfigProblem,
    cause: Option<BoxError>,
}

pub(crate) enum ConfigProblem {
    NoApiKey,
    PlainHttp(String),
    NoTls,
    Zero(&'static str),
    ManyAttempts {
        limit: u32,
    },
    Order {
        inner: (&'static str, Duration),
        outer: (&'static str, Duration),
    },
    UserAgent,
    HeaderName,
    HeaderValue(HeaderName),
    OwnedHeader(HeaderName),
    ManyHeaders {
        limit: usize,
    },
    /// An environment variable that holds something else than expected.
    Variable {
        name: &'static str,
        expected: &'static str,
    },
    /// Named by what gave it, since its text may have a password in it.
    #[cfg(feature = "proxy")]
    Proxy(&'static str),
    /// An entry of a list of exceptions, counted from one, and what gave the list.
    #[cfg(feature = "proxy")]
    Exception {
        origin: &'static str,
        number: usize,
    },
    PlainHttpToProxy {
        base: String,
        proxy: String,
    },
    #[cfg(feature = "blocking")]
    NoThread,
    #[cfg(feature = "tls")]
    Pem,
    #[cfg(feature = "tls")]
    PemKey,
    #[cfg(feature = "tls")]
    Root,
    #[cfg(feature = "tls")]
    NoRoots,
    #[cfg(feature = "tls")]
    Tls,
}

impl ConfigError {
    pub(crate) fn with(problem: ConfigProblem, cause: impl Into<BoxError>) -> Self {
        Self {
            problem,
            cause: Some(cause.into()),
        }
    }
}

impl ConfigError {
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
            .field("source", &self.source().map(ToString::to_string))
            .finish()
    }
}

impl From<ConfigProblem> for ConfigError {
    fn from(problem: ConfigProblem) -> Self {
        let cause = None;
        Self { problem, cause }
    }
}

#[allow(
    clippy::too_many_lines,
    reason = "a sentence for each problem, and fewer with fewer features"
)]
impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            ConfigProblem::NoApiKey => {
                formatter.write_str(
                "the API key is missing; add `.api_key(..)`, or set APIDECK_API_KEY and use `from_env`",
            )
            }
            ConfigProblem::PlainHttp(base) => write!(
                formatter,
                "`{base}` would send the API key unencrypted to another machine; use https, or \
                 add `.allow_plain_http()`"
            ),
            ConfigProblem::NoTls => formatter.write_str(
                "an https base URI or proxy needs TLS; enable the feature `ring` or `aws-lc-rs`, or \
                 give a transport",
            ),
            ConfigProblem::Zero(name) => write!(
                formatter,
                "the {name} is zero, so no call could succeed; set a larger one, or leave it unset"
            ),
            ConfigProblem::ManyAttempts { limit } => write!(
                formatter,
                "the retry policy has more than {limit} attempts; set fewer, because a failed call keeps \
                 the outcome of each"
            ),
            ConfigProblem::Order { inner, outer } => write!(
                formatter,
                "the {} of {:?} is longer than the {} of {:?}, so it could never take effect; \
                 shorten it or lengthen the other",
                inner.0, inner.1, outer.0, outer.1
            ),
            ConfigProblem::UserAgent => formatter
                .write_str(
                    "the user agent must be visible ASCII characters, with spaces only between them, \
                     and not empty",
                ),
            ConfigProblem::HeaderName => formatter.write_str(
                "the name of an extra header has a byte that no header name can have \
                 (RFC 9110 §5.6.2)",
            ),
            ConfigProblem::HeaderValue(name) => write!(
                formatter,
                "the value of the extra header `{name}` has a line break or another byte that no header \
                 can hold"
            ),
            ConfigProblem::OwnedHeader(name) => write!(
                formatter,
                "the client sets the header `{name}` itself; remove it from the extra headers"
            ),
            ConfigProblem::ManyHeaders { limit } => write!(
                formatter,
                "there are more than {limit} extra headers, which many servers refuse"
            ),
            ConfigProblem::Variable { name, expected } => write!(
                formatter,
                "the environment variable {name} does not hold {expected}"
            ),
            #[cfg(feature = "proxy")]
            ConfigProblem::Proxy(origin) => write!(
                formatter,
                "{origin} holds no HTTP proxy; write it like `http://proxy.example:3128` or \
                 `http://user:password@proxy.example:3128`, with `%40` for `@`, `%2F` for `/` and so on \
                 in user and password"
            ),
            #[cfg(feature = "proxy")]
            ConfigProblem::Exception { origin, number } => write!(
                formatter,
                "entry {number} of {origin} is not understood; write a host name, an address, a \
                 network such as `10.0.0.0/8`, or `*`; a name or an address may end with `:port`"
            ),
            ConfigProblem::PlainHttpToProxy { base, proxy } => write!(
                formatter,
                "`{base}` would send the API key unencrypted through the proxy `{proxy}`; use \
                 https, except the host from the proxy, or add `.allow_plain_http()`"
            ),
            #[cfg(feature = "blocking")]
            ConfigProblem::NoThread => {
                formatter.write_str("the system could not start a thread for the blocking client")
            }
            #[cfg(feature = "tls")]
            ConfigProblem::Pem => formatter.write_str(
                "the text given to `root_certificates` holds no valid PEM certificates; each begins \
                 with `-----BEGIN CERTIFICATE-----`",
            ),
            #[cfg(feature = "tls")]
            ConfigProblem::PemKey => formatter.write_str(
                "the text given to `root_certificates` holds a private key and no certificate; give the \
                 certificate of the authority, and keep the key where it is",
            ),
            #[cfg(feature = "tls")]
            ConfigProblem::Root => {
                formatter.write_str(
                    "one of the `root_certificates` is not a certificate of an authority",
                )
            }
            #[cfg(feature = "tls")]
            ConfigProblem::NoRoots => formatter.write_str(
                if cfg!(feature = "native-roots") {
                    "no certificate authority is trusted, and none was found on this machine; \
                     install its certificates, or add `.root_certificates(pem)`"
                } else {
                    "no certificate authority is trusted; enable the feature `webpki-roots` or \
                     `native-roots`, or add `.root_certificates(pem)`"
                },
            ),
            #[cfg(feature = "tls")]
            ConfigProblem::Tls => formatter.write_str("the cryptographic provider cannot speak TLS"),
        }
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
