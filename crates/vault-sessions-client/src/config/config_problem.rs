use std::{fmt, time::Duration};

use http::HeaderName;

/// What is wrong with a configuration.
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
    /// Counted from one, because a name that is not one cannot be told: it may be a value.
    HeaderName {
        number: usize,
    },
    HeaderValue(HeaderName),
    OwnedHeader(HeaderName),
    ManyHeaders {
        limit: usize,
    },
    /// An environment variable that does not hold what is expected.
    Variable {
        name: &'static str,
        expected: &'static str,
        /// What it holds, if that is certainly not a secret.
        shown: Option<String>,
        cure: &'static str,
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

impl ConfigProblem {
    /// The sentence of a problem that needs no more than that.
    fn sentence(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoApiKey => {
                "the API key is missing; add `.api_key(..)`, or set APIDECK_API_KEY and use `from_env`"
            }
            Self::NoTls => {
                "an https base URI or proxy needs TLS; enable the feature `ring` or `aws-lc-rs`, or \
                 give a transport"
            }
            Self::UserAgent => {
                "the user agent must be visible ASCII characters, with spaces only between them, \
                 and not empty"
            }
            #[cfg(feature = "blocking")]
            Self::NoThread => "the system could not start a thread for the blocking client",
            #[cfg(feature = "tls")]
            Self::Pem => {
                "the text given to `root_certificates` holds no valid PEM certificates; each begins \
                 with `-----BEGIN CERTIFICATE-----`"
            }
            #[cfg(feature = "tls")]
            Self::PemKey => {
                "the text given to `root_certificates` holds a private key and no certificate; give the \
                 certificate of the authority, and keep the key where it is"
            }
            #[cfg(feature = "tls")]
            Self::Root => "one of the `root_certificates` is not a certificate of an authority",
            #[cfg(feature = "tls")]
            Self::NoRoots if cfg!(feature = "native-roots") => {
                "no certificate authority is trusted, and none was found on this machine; install its \
                 certificates, or add `.root_certificates(pem)`"
            }
            #[cfg(feature = "tls")]
            Self::NoRoots => {
                "no certificate authority is trusted; enable the feature `webpki-roots` or \
                 `native-roots`, or add `.root_certificates(pem)`"
            }
            #[cfg(feature = "tls")]
            Self::Tls => "the cryptographic provider cannot speak TLS",
            _ => return None,
        })
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlainHttp(base) => write!(
                formatter,
                "`{base}` would send the API key unencrypted to another machine; use https, or \
                 add `.allow_plain_http()`"
            ),
            Self::Zero(name) => write!(
                formatter,
                "the {name} is zero, so no call could succeed; set a larger one, or leave it unset"
            ),
            Self::ManyAttempts { limit } => write!(
                formatter,
                "the retry policy has more than {limit} attempts; set fewer, because a failed call keeps \
                 the outcome of each"
            ),
            Self::Order { inner, outer } => write!(
                formatter,
                "the {} of {:?} is longer than the {} of {:?}, so it could never take effect; \
                 shorten it or lengthen the other",
                inner.0, inner.1, outer.0, outer.1
            ),
            Self::HeaderName { number } => write!(
                formatter,
                "the name of extra header number {number} is empty, too long, or has a byte that no \
                 header name can have; use letters, digits and `-` (RFC 9110 §5.6.2)"
            ),
            Self::HeaderValue(name) => write!(
                formatter,
                "the value of the extra header `{name}` must be visible ASCII characters, with spaces \
                 and tabs only between them"
            ),
            Self::OwnedHeader(name) => write!(
                formatter,
                "the client sets the header `{name}` itself; remove it from the extra headers"
            ),
            Self::ManyHeaders { limit } => write!(
                formatter,
                "there are more than {limit} extra headers, which many servers refuse"
            ),
            Self::Variable {
                name,
                expected,
                shown: None,
                cure,
            } => write!(
                formatter,
                "the environment variable {name} does not hold {expected}; {cure}"
            ),
            Self::Variable {
                name,
                expected,
                shown: Some(value),
                cure,
            } => write!(
                formatter,
                "the environment variable {name} holds `{value}`, which is not {expected}; {cure}"
            ),
            #[cfg(feature = "proxy")]
            Self::Proxy(origin) => write!(
                formatter,
                "{origin} holds no HTTP proxy; write it like `http://proxy.example:3128` or \
                 `http://user:password@proxy.example:3128`, with `%40` for `@`, `%2F` for `/` and so on \
                 in user and password"
            ),
            #[cfg(feature = "proxy")]
            Self::Exception { origin, number } => write!(
                formatter,
                "entry {number} of {origin} is not understood; write a host name, an address, a \
                 network such as `10.0.0.0/8`, or `*`; a name or an address may end with `:port`"
            ),
            Self::PlainHttpToProxy { base, proxy } => write!(
                formatter,
                "`{base}` would send the API key unencrypted through the proxy `{proxy}`; use \
                 https, except the host from the proxy, or add `.allow_plain_http()`"
            ),
            other => formatter.write_str(other.sentence().unwrap_or_default()),
        }
    }
}
