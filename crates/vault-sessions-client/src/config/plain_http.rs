use std::net::{Ipv4Addr, Ipv6Addr};

use http::uri::Authority;

/// Whether a host is this machine itself: 127.0.0.0/8, `[::1]` or `localhost`.
pub(crate) fn stays_on_this_machine(authority: &Authority) -> bool {
    let host = authority.host();
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_loopback();
    }
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    if let Some(Ok(address)) = bracketed.map(str::parse::<Ipv6Addr>) {
        return address.is_loopback();
    }
    host.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_stays_on_this_machine() {
        for (authority, expected) in [
            ("127.0.0.1", true),
            ("127.255.0.9:8080", true),
            ("[::1]:80", true),
            ("[0:0:0:0:0:0:0:1]", true),
            ("localhost:1", true),
            ("LocalHost", true),
            ("128.0.0.1", false),
            ("0.0.0.0", false),
            ("[::]", false),
            ("[::ffff:10.0.0.1]", false),
            ("127.0.0.1.example.com", false),
            ("localhost.example.com", false),
            ("unify.apideck.com", false),
        ] {
            let authority = Authority::from_static(authority);
            assert_eq!(stays_on_this_machine(&authority), expected, "{authority}");
        }
    }
}
