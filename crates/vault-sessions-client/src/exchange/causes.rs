//! What the errors of hyper, rustls and the system say, wherever they are in a chain of causes.

use std::io;
#[cfg(feature = "http2")]
use std::{error::Error as StdError, fmt};

use hyper_util::client::legacy;
#[cfg(feature = "tls")]
use rustls::AlertDescription;

#[cfg(all(feature = "proxy", feature = "tls"))]
use crate::transport::ProxyRefused;
use crate::{
    chain::{Cause, chain},
    transport::{BoxError, ConnectTimedOut},
};

/// A transport of the user's own can also fail to connect; a refusal is the one cause that cannot
/// be mistaken for anything later.
pub(super) fn is_connect(cause: &Cause) -> bool {
    is_refused(cause)
        || chain(cause).any(|cause| {
            let pool = cause.downcast_ref::<legacy::Error>();
            pool.is_some_and(legacy::Error::is_connect) || cause.is::<ConnectTimedOut>()
        })
}

pub(super) fn is_refused(cause: &Cause) -> bool {
    any_io(cause, io::ErrorKind::ConnectionRefused)
}

/// Two timers watch a connection being made, and the one for TCP may be first.
pub(super) fn is_timeout(cause: &Cause) -> bool {
    any_io(cause, io::ErrorKind::TimedOut) || chain(cause).any(<Cause>::is::<ConnectTimedOut>)
}

fn any_io(cause: &Cause, kind: io::ErrorKind) -> bool {
    chain(cause).any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|io| io.kind() == kind)
    })
}

/// Whether the protocol says that the request was not processed.
///
/// - hyper gave the request back: not a byte of it was written (the connection was closed while idle).
/// - HTTP/2 refused the stream, or the server went away and names an earlier stream as its last
///   (RFC 9113 §8.7). The streams up to that one fail in another way.
///
/// A connection of HTTP/1.1 that ends after the request was written says nothing (RFC 9112 §9.3.1).
pub(super) fn is_unprocessed(cause: &Cause) -> bool {
    chain(cause).any(|cause| {
        let hyper = cause.downcast_ref::<hyper::Error>();
        hyper.is_some_and(hyper::Error::is_canceled) || is_refused_stream(cause)
    })
}

#[cfg(feature = "http2")]
fn is_refused_stream(cause: &Cause) -> bool {
    cause.downcast_ref::<h2::Error>().is_some_and(|error| {
        let is_refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        error.is_remote() && (error.is_go_away() || is_refused)
    })
}

#[cfg(not(feature = "http2"))]
fn is_refused_stream(_: &Cause) -> bool {
    false
}

/// Whether something came back that is not the head of an answer.
pub(super) fn is_unreadable_head(cause: &Cause) -> bool {
    chain(cause).any(|cause| {
        let hyper = cause.downcast_ref::<hyper::Error>();
        hyper.is_some_and(hyper::Error::is_parse)
    }) || is_unreadable_frame(cause)
}

/// Whether the head of the answer has too many headers or bytes. hyper has a method for that, but only
/// with its feature `server`.
pub(crate) fn is_head_too_large(cause: &Cause) -> bool {
    chain(cause).any(|cause| {
        let hyper = cause.downcast_ref::<hyper::Error>();
        hyper.is_some_and(|error| error.is_parse() && error.to_string().contains("too large"))
    })
}

/// Whether this side ended a stream or a connection of HTTP/2 because of what came over it. h2 gives the
/// same reason for a head with too many bytes as for one that breaks a rule.
#[cfg(feature = "http2")]
pub(crate) fn is_unreadable_frame(cause: &Cause) -> bool {
    chain(cause).any(|cause| cause.downcast_ref().is_some_and(h2::Error::is_library))
}

#[cfg(not(feature = "http2"))]
pub(crate) fn is_unreadable_frame(_: &Cause) -> bool {
    false
}

/// A cause that repeats nothing of what the service said: with GOAWAY it can say any text (RFC 9113 §6.8),
/// such as the API key, and h2 and hyper show it.
#[cfg(feature = "http2")]
pub(super) fn without_debug_data(cause: BoxError) -> BoxError {
    let gone_away = chain(&*cause).find_map(|cause| {
        let error = cause.downcast_ref::<h2::Error>();
        error.filter(|error| error.is_go_away() && error.is_remote())
    });
    match gone_away.and_then(h2::Error::reason) {
        Some(reason) => GoneAway(reason).into(),
        None => cause,
    }
}

#[cfg(not(feature = "http2"))]
pub(super) fn without_debug_data(cause: BoxError) -> BoxError {
    cause
}

/// The server closed a connection of HTTP/2.
#[cfg(feature = "http2")]
#[derive(Debug)]
struct GoneAway(h2::Reason);

#[cfg(feature = "http2")]
impl fmt::Display for GoneAway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(reason) = self;
        write!(formatter, "the server sent GOAWAY: {reason} ({reason:?})")
    }
}

#[cfg(feature = "http2")]
impl StdError for GoneAway {}

/// The TLS error, if the two sides did not agree.
#[cfg(feature = "tls")]
pub(super) fn tls(cause: &Cause) -> Option<rustls::Error> {
    // The source of an I/O error is not the error within it but the source of that one.
    fn within(error: &io::Error) -> Option<&rustls::Error> {
        let inner = error.get_ref()?;
        let nested = || inner.downcast_ref().and_then(within);
        inner.downcast_ref().or_else(nested)
    }
    let error = chain(cause).find_map(|cause| cause.downcast_ref().and_then(within));
    error.cloned().or_else(|| alert_within_http2(cause))
}

/// By which a server refuses the client's side of the handshake. In TLS 1.3 that is heard of only when the
/// client is done and may have sent its request, which nobody reads then (RFC 8446 §4.4.2.4 and §6.2).
#[cfg(feature = "tls")]
const REFUSALS: [AlertDescription; 4] = [
    AlertDescription::CertificateRequired,
    AlertDescription::BadCertificate,
    AlertDescription::AccessDenied,
    AlertDescription::HandshakeFailure,
];

#[cfg(feature = "tls")]
pub(super) fn is_refused_handshake(cause: &Cause) -> bool {
    matches!(tls(cause), Some(rustls::Error::AlertReceived(alert)) if REFUSALS.contains(&alert))
}

/// Such an alert after which HTTP/2 was to begin. Of an I/O error, h2 keeps the text.
#[cfg(feature = "http2")]
fn alert_within_http2(cause: &Cause) -> Option<rustls::Error> {
    let error = chain(cause).find_map(|cause| cause.downcast_ref::<io::Error>())?;
    let text = error.to_string();
    let mut alerts = REFUSALS.into_iter().map(rustls::Error::AlertReceived);
    alerts.find(|alert| alert.to_string() == text)
}

#[cfg(all(feature = "tls", not(feature = "http2")))]
fn alert_within_http2(_: &Cause) -> Option<rustls::Error> {
    None
}

#[cfg(not(feature = "tls"))]
pub(super) fn is_refused_handshake(_: &Cause) -> bool {
    false
}

/// How a proxy refused a tunnel.
#[cfg(all(feature = "proxy", feature = "tls"))]
pub(super) fn refused_by_proxy(cause: &Cause) -> Option<ProxyRefused> {
    chain(cause).find_map(|cause| cause.downcast_ref().copied())
}
