use std::{error::Error as StdError, fmt};

use vault_sessions::wire::RetryAfter;

use super::causes;
#[cfg(all(feature = "proxy", feature = "tls"))]
use crate::transport::ProxyRefused;

/// Why there was no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectFailure {
    Other,
    Refused,
    TimedOut,
    /// The server was reached; the text says what to check.
    #[cfg_attr(
        not(feature = "tls"),
        expect(dead_code, reason = "without TLS nothing fails in it")
    )]
    Tls(&'static str),
    /// The proxy opens no tunnel to the service.
    #[cfg(all(feature = "proxy", feature = "tls"))]
    ProxyRefused(ProxyRefused),
}

impl ConnectFailure {
    pub(super) fn of(cause: &(dyn StdError + 'static)) -> Self {
        #[cfg(feature = "tls")]
        if let Some(error) = causes::tls(cause) {
            return Self::Tls(advice(&error));
        }
        #[cfg(all(feature = "proxy", feature = "tls"))]
        if let Some(refused) = causes::refused_by_proxy(cause) {
            return Self::ProxyRefused(refused);
        }
        if causes::is_timeout(cause) {
            Self::TimedOut
        } else if causes::is_refused(cause) {
            Self::Refused
        } else {
            Self::Other
        }
    }

    /// Whether another try cannot succeed: nothing will have changed by then.
    pub(crate) fn is_permanent(self) -> bool {
        match self {
            Self::Other | Self::Refused | Self::TimedOut => false,
            Self::Tls(_) => true,
            #[cfg(all(feature = "proxy", feature = "tls"))]
            Self::ProxyRefused(refused) => !crate::retry::may_pass(refused.status),
        }
    }

    /// How long the proxy asks to wait.
    pub(crate) fn asked_to_wait(self) -> Option<RetryAfter> {
        match self {
            Self::Other | Self::Refused | Self::TimedOut | Self::Tls(_) => None,
            #[cfg(all(feature = "proxy", feature = "tls"))]
            Self::ProxyRefused(refused) => refused.retry_after,
        }
    }

    pub(crate) fn describe(self, to: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tls(advice) => write!(formatter, "could not agree on TLS with {to}; {advice}"),
            #[cfg(all(feature = "proxy", feature = "tls"))]
            Self::ProxyRefused(refused) if refused.wants_credentials() => write!(
                formatter,
                "could not connect to {to}: the proxy wants credentials, or others than it was \
                 given; check user and password in the URI of the proxy"
            ),
            #[cfg(all(feature = "proxy", feature = "tls"))]
            Self::ProxyRefused(ProxyRefused { status, .. }) => write!(
                formatter,
                "could not connect to {to}: the proxy refused with {status}; check that it lets \
                 connections to this host and port through"
            ),
            Self::TimedOut => write!(
                formatter,
                "could not connect to {to} in time; check the base URI, the network and any proxy"
            ),
            Self::Refused if is_local(to) => write!(
                formatter,
                "could not connect to {to}: nothing listens there; check the port, and that the \
                 server is still running: a mock stops when its handle is dropped or its runtime ends"
            ),
            Self::Refused | Self::Other => write!(
                formatter,
                "could not connect to {to}; check the base URI, the network and any proxy"
            ),
        }
    }
}

/// Whether a destination, as it is shown, is a server on this machine.
pub(crate) fn is_local(to: &str) -> bool {
    let authority = to.split_once("://").map_or(to, |(_, rest)| rest);
    let authority = authority.split('/').next().unwrap_or_default();
    !to.contains(' ')
        && authority
            .parse()
            .is_ok_and(|authority| crate::config::stays_on_this_machine(&authority))
}

#[cfg(feature = "tls")]
fn advice(error: &rustls::Error) -> &'static str {
    use rustls::{AlertDescription, CertificateError, Error};

    match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired; renew it, or check this machine's clock"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet; check this machine's clock"
            }
            CertificateError::UnknownIssuer => {
                "its certificate comes from an authority that is not trusted; add the authority's \
                 certificate with `root_certificates`, or use the feature `native-roots`"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another host; check the base URI"
            }
            CertificateError::Revoked => "its certificate has been revoked; replace it",
            // webpki's own error, of a type that rustls does not name.
            other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
                "its certificate is that of an authority (`CA:TRUE`), which no server may use; issue \
                 one for the host"
            }
            _ => "its certificate is not acceptable; the source of this error says why",
        },
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "the server wants a certificate that this client does not have; use a `transport` that has one"
        }
        Error::AlertReceived(_) => "the server refused; the source of this error says why",
        Error::InvalidMessage(_) => "what answers there does not speak TLS; check scheme and port",
        _ => "the two have no version or cipher in common; the source of this error says more",
    }
}
