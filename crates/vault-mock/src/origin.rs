use std::net::IpAddr;

use http::Uri;

/// The origin of an `http` or `https` URL: scheme, host and port (RFC 6454 §4).
///
/// Case makes no difference, and a port that is left out is the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) scheme: String,
    host: Host,
    port: u16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Name(String),
    Address(IpAddr),
}

impl Origin {
    /// The origin of a URL; `None` if it is not of the web, or has user information, which hides
    /// where a URL leads.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let uri: Uri = url.split('#').next()?.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority = uri.authority()?;
        let host = authority.host();
        if authority.as_str().contains('@') || host.is_empty() {
            return None;
        }
        let port = match authority.as_str().get(host.len()..)? {
            "" | ":" => default_port,
            port => port.strip_prefix(':')?.parse().ok()?,
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let host = match bare.parse::<IpAddr>() {
            Ok(address) => Host::Address(address),
            Err(_) => Host::Name(host.to_ascii_lowercase()),
        };
        Some(Self { scheme, host, port })
    }

    /// Whether it is on this machine: 127.0.0.0/8, `::1` or `localhost` (RFC 6761 §6.3).
    pub(crate) fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Name(name) => name == "localhost",
            Host::Address(address) => address.to_canonical().is_loopback(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_triples() {
        let same = |one, other| Origin::of(one).unwrap() == Origin::of(other).unwrap();
        for (one, other) in [
            ("https://a.example", "https://a.example:443/x?y#z"),
            ("http://a.example:80/", "HTTP://A.Example"),
            ("http://a.example:/", "http://a.example"),
            ("http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080/"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("https://a.example", "http://a.example"),
            ("https://a.example:80", "http://a.example:80"),
            ("https://a.example", "https://a.example:8443"),
            ("https://a.example", "https://b.a.example"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
        for none in [
            "ftp://a.example",
            "javascript:alert(1)",
            "https://user@a.example",
            "//a.example",
            "/x",
            "null",
            "",
            "http://a.example:65536",
            "https://:443",
        ] {
            assert_eq!(Origin::of(none), None, "{none}");
        }
    }

    #[test]
    fn this_machine_has_many_addresses() {
        let is_loopback = |url| Origin::of(url).unwrap().is_loopback();
        for here in [
            "http://127.0.0.1:3000/",
            "http://127.9.9.9",
            "https://[::1]:1",
            "http://[::ffff:127.0.0.1]/",
            "http://LOCALHOST:3000",
        ] {
            assert!(is_loopback(here), "{here}");
        }
        for elsewhere in [
            "http://128.0.0.1",
            "http://0.0.0.0",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://[::2]",
        ] {
            assert!(!is_loopback(elsewhere), "{elsewhere}");
        }
    }
}
