use std::{error::Error, fmt, time::Duration};

use http::HeaderName;

use crate::transport::BoxError;

/// Why a client cannot be built as configured.
///
/// `Display` is one line that says what to change.
#[derive(Debug)]
pub struct ConfigError {
    problem: ConfigProblem,
    cause: Option<BoxError>,
}

#[derive(Debug)]
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
    PlainHttpToProxy {
        base: String,
        proxy: String,
    },
    #[cfg(feature = "blocking")]
    NoThread,
    #[cfg(feature = "tls")]
    Pem,
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

impl From<ConfigProblem> for ConfigError {
    fn from(problem: ConfigProblem) -> Self {
        let cause = None;
        Self { problem, cause }
    }
}

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
                "the {name} is zero, so no call could succeed; give a longer one or leave it out"
            ),
            ConfigProblem::ManyAttempts { limit } => write!(
                formatter,
                "the retry policy has more than {limit} attempts, and a failed call keeps what came \
                 of each"
            ),
            ConfigProblem::Order { inner, outer } => write!(
                formatter,
                "the {} of {:?} is longer than the {} of {:?}, so it could never take effect; \
                 shorten it or lengthen the other",
                inner.0, inner.1, outer.0, outer.1
            ),
            ConfigProblem::UserAgent => formatter
                .write_str("the user agent has a line break or another byte no header can carry"),
            ConfigProblem::HeaderName => formatter.write_str(
                "the name of an extra header has a byte that no header name can have \
                 (RFC 9110 §5.6.2)",
            ),
            ConfigProblem::HeaderValue(name) => write!(
                formatter,
                "the extra header `{name}` has a line break or another byte no header can carry"
            ),
            ConfigProblem::OwnedHeader(name) => write!(
                formatter,
                "the extra header `{name}` belongs to the request itself; leave it out"
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
                "{origin} holds no HTTP proxy; write it like `http://proxy.example:3128`"
            ),
            ConfigProblem::PlainHttpToProxy { base, proxy } => write!(
                formatter,
                "`{base}` would send the API key unencrypted through the proxy `{proxy}`; use \
                 https, except the host from the proxy, or add `.allow_plain_http()`"
            ),
            #[cfg(feature = "blocking")]
            ConfigProblem::NoThread => {
                formatter.write_str("the system gives no thread to a blocking client")
            }
            #[cfg(feature = "tls")]
            ConfigProblem::Pem => formatter.write_str(
                "the added roots are not PEM certificates; they begin with \
                 `-----BEGIN CERTIFICATE-----`",
            ),
            #[cfg(feature = "tls")]
            ConfigProblem::Root => {
                formatter.write_str("an added root is not a certificate of an authority")
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
