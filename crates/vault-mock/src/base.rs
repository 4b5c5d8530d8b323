//! Where the mock is, as seen by whoever asks: what the URLs in an answer start with.

use std::{borrow::Cow, net::Ipv6Addr};

use http::{header::HOST, request::Parts};
use vault_sessions::wire::BaseUri;

use crate::vault::Vault;

/// What URLs start with where nobody knows better: a mock without a server is nowhere.
pub(crate) const NOWHERE: &str = "https://vault.invalid";

/// Bytes of the longest authority: a name of 253 (RFC 1035 §2.3.4), a colon and a port.
const LONGEST: usize = 253 + 1 + 5;

impl Vault {
    /// What a session URI starts with in the answer to this request.
    pub(crate) fn public_base_for<'a>(&'a self, parts: &Parts) -> Cow<'a, str> {
        self.base_for(self.settings().public_base.as_ref(), parts)
    }

    /// What links to the API start with in the answer to this request.
    pub(crate) fn api_base_for<'a>(&'a self, parts: &Parts) -> Cow<'a, str> {
        self.base_for(self.settings().api_base.as_ref(), parts)
    }

    /// The base that was given, otherwise the origin that the request came with, otherwise the
    /// address that the mock listens on.
    fn base_for<'a>(&'a self, given: Option<&BaseUri>, parts: &Parts) -> Cow<'a, str> {
        if let Some(given) = given {
            return given.to_string().into();
        }
        self.visited(parts)
            .map_or(self.address().into(), Cow::Owned)
    }

    /// The origin that a request came with: the scheme is the listener's, or the request's own where
    /// there is no listener.
    pub(crate) fn visited(&self, parts: &Parts) -> Option<String> {
        let authority = named(parts)?;
        let own = self.address().split(':').next();
        let scheme = match parts.uri.scheme_str() {
            Some(scheme @ ("http" | "https")) if self.address() == NOWHERE => scheme,
            _ => own.unwrap_or("http"),
        };
        Some([scheme, "://", authority].concat())
    }
}

/// The authority that a request names (RFC 9110 §7.2), if it is one that can stand in a URL.
///
/// It is the caller's to choose. It leads nobody else anywhere: whoever names another host gets URLs
/// that only they see.
pub(crate) fn named(parts: &Parts) -> Option<&str> {
    let text = match parts.uri.authority() {
        Some(authority) => authority.as_str(),
        None => host(parts)?,
    };
    is_plain(text).then_some(text)
}

/// The value of `Host`, unless there are several.
pub(crate) fn host(parts: &Parts) -> Option<&str> {
    let mut values = parts.headers.get_all(HOST).iter();
    let value = values.next().filter(|_| values.next().is_none());
    value?.to_str().ok()
}

/// Whether a text is a host and perhaps a port, without anything that is rarely part of them.
pub(crate) fn is_plain(text: &str) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let bracketed = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    let (is_host, port) = if let Some((address, port)) = bracketed {
        (address.parse::<Ipv6Addr>().is_ok(), port)
    } else {
        let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
        (!host.is_empty() && host.bytes().all(is_usual), port)
    };
    let is_port = match port.strip_prefix(':') {
        None => port.is_empty(),
        // A number may have a sign elsewhere.
        Some(port) => !port.starts_with('+') && port.parse::<u16>().is_ok_and(|port| port > 0),
    };
    text.len() <= LONGEST && is_host && is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_a_host_and_perhaps_a_port() {
        let longest = format!("{}:65535", "a".repeat(253));
        for good in [
            "localhost",
            "mock:8080",
            "a.example:65535",
            "127.0.0.1:1",
            "[::1]:8080",
            "[::1]",
            "my_mock.",
            &longest,
        ] {
            assert!(is_plain(good), "{good}");
        }
        let too_long = "a".repeat(260);
        for bad in [
            "",
            ":80",
            "user@a.example",
            "user:password@a.example",
            "a.example/path",
            "a.example?x",
            "a.example#x",
            "a b",
            "a.example:",
            "a.example:0",
            "a.example:65536",
            "a.example:+80",
            "a.example:80:80",
            "[::1",
            "::1",
            "[mock]",
            "[::1]x",
            "a.example\\x",
            "a\"b",
            "a'b",
            "a,b",
            "%61",
            &too_long,
        ] {
            assert!(!is_plain(bad), "{bad}");
        }
    }
}
