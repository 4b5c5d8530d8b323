use std::net::{IpAddr, Ipv6Addr};

use http::{Uri, uri::Scheme};
use ipnet::IpNet;

/// The services that are reached without a proxy.
pub(super) struct Exceptions(Vec<Exception>);

struct Exception {
    host: Host,
    port: Option<u16>,
}

enum Host {
    Any,
    Network(IpNet),
    Name {
        name: String,
        /// Whether only the names below it are meant.
        only_below: bool,
    },
}

impl Exceptions {
    /// Reads a list, separated by commas or white space. The error is the position of an entry that
    /// cannot be read, counted from one: if it were skipped, requests would go to the proxy unnoticed.
    pub(super) fn parse(text: &str) -> Result<Self, usize> {
        let entries = text.split([',', ' ', '\t', '\r', '\n']);
        let entries = entries.filter(|entry| !entry.is_empty());
        let read = |(index, entry)| exception(entry).ok_or(index + 1);
        entries
            .enumerate()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn cover(&self, service: &Uri) -> bool {
        let host = service.host().unwrap_or_default();
        let host = host.trim_matches(['[', ']']).trim_end_matches('.');
        let host = host.to_ascii_lowercase();
        let address = host
            .parse()
            .ok()
            .map(|address: IpAddr| address.to_canonical());
        let is_secure = service.scheme() == Some(&Scheme::HTTPS);
        let port = service
            .port_u16()
            .unwrap_or(if is_secure { 443 } else { 80 });
        self.0.iter().any(|exception| {
            exception.port.is_none_or(|only| only == port) && exception.host.is(&host, address)
        })
    }
}

impl Host {
    fn is(&self, host: &str, address: Option<IpAddr>) -> bool {
        match self {
            Self::Any => true,
            Self::Network(network) => address.is_some_and(|address| network.contains(&address)),
            Self::Name { name, only_below } => match host.strip_suffix(name.as_str()) {
                Some("") => !only_below,
                Some(before) => before.ends_with('.'),
                None => false,
            },
        }
    }
}

fn exception(text: &str) -> Option<Exception> {
    if let Some(host) = host(text) {
        return Some(Exception { host, port: None });
    }
    let (text, port) = text.rsplit_once(':')?;
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.parse().ok().filter(|_| is_number)?;
    // The port of a network would look like a part of its length, or of its address.
    let host = host(text).filter(|_| !text.contains('/'))?;
    Some(Exception {
        host,
        port: Some(port),
    })
}

fn host(text: &str) -> Option<Host> {
    if text == "*" {
        return Some(Host::Any);
    }
    if let Some(bracketed) = text.strip_prefix('[') {
        let address: Ipv6Addr = bracketed.strip_suffix(']')?.parse().ok()?;
        return Some(Host::Network(IpAddr::V6(address).to_canonical().into()));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(Host::Network(address.to_canonical().into()));
    }
    if let Ok(network) = text.parse::<IpNet>() {
        let is_mapped =
            |address| matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
        return (!is_mapped(network.addr())).then_some(Host::Network(network));
    }
    let only_below = text.starts_with("*.");
    let name = text
        .strip_prefix("*.")
        .or(text.strip_prefix('.'))
        .unwrap_or(text);
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        (1..=63).contains(&label.len()) && label.bytes().all(is_allowed)
    };
    // What ends in a number is meant as an address, and is not a valid one.
    let last = name.rsplit('.').next()?;
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    (name.split('.').all(is_label) && !is_number).then(|| Host::Name {
        name: name.to_ascii_lowercase(),
        only_below,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_entry_matches_what_it_names() {
        for (entries, service, expected) in [
            ("*", "https://any.example", true),
            ("example.com", "https://example.com", true),
            ("example.com", "https://a.b.Example.COM", true),
            ("example.com.", "https://example.com", true),
            ("example.com", "https://notexample.com", false),
            (".example.com", "https://example.com", true),
            ("*.example.com", "https://a.example.com", true),
            ("*.example.com", "https://example.com", false),
            ("vault", "http://vault", true),
            ("_a.example", "http://x.example", false),
            ("example.com:8443", "https://example.com:8443", true),
            ("example.com:443", "https://example.com", true),
            ("example.com:443", "http://example.com", false),
            ("10.1.2.3", "http://10.1.2.3", true),
            ("10.1.2.3:80", "http://10.1.2.3", true),
            ("10.1.2.3:81", "http://10.1.2.3", false),
            ("10.0.0.0/8", "http://10.255.0.1", true),
            ("10.0.0.0/8", "http://11.0.0.1", false),
            ("10.0.0.0/8", "http://[::ffff:10.0.0.1]", true),
            ("::ffff:10.0.0.1", "http://10.0.0.1", true),
            ("fd00::/8", "http://[fd12::1]", true),
            ("::1", "http://[::1]:8080", true),
            ("[fd00::1]", "http://[fd00:0::1]", true),
            ("[fd00::1]:80", "http://[fd00::1]", true),
            ("[fd00::1]:81", "http://[fd00::1]", false),
            ("*:8443", "https://any.example:8443", true),
            ("*:8443", "https://any.example", false),
            (".EXAMPLE.com:8443", "https://a.example.com:8443", true),
            ("0.0.0.0/0", "http://[fd00::1]", false),
            ("a.example, ,b.example", "http://b.example", true),
            ("a.example b.example", "http://b.example", true),
            ("", "http://b.example", false),
        ] {
            let exceptions = Exceptions::parse(entries).unwrap();
            let covered = exceptions.cover(&Uri::from_static(service));
            assert_eq!(covered, expected, "{entries} for {service}");
        }
    }

    #[test]
    fn an_entry_that_would_match_nothing_is_refused_by_its_position() {
        for entry in [
            "10.0.0.*",
            "10.1",
            "300.1.1.1",
            "10.0.0.0/33",
            "10.0.0.0/255.0.0.0",
            "::ffff:10.0.0.0/104",
            "fe80::1%eth0",
            "10.0.0.0/8:8080",
            "fd00::/8:80",
            "[10.0.0.1]",
            "[fd00::]/8",
            "[::1]:",
            "[::1",
            "exam*ple.com",
            "**.example.com",
            "a..b",
            "http://example.com",
            "example.com/path",
            "example.com:",
            "example.com:+80",
            "example.com:65536",
            "user@example.com",
            "müller.example",
            "<local>",
            "a;b",
            ".",
        ] {
            let refused = Exceptions::parse(&format!("ok.example, {entry}")).err();
            assert_eq!(refused, Some(2), "{entry}");
        }
    }
}
