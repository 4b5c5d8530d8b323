use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use vault_sessions::wire::BaseUri;
use zeroize::Zeroizing;

use super::Route;

/// Reads the URI of a proxy, which may have credentials (RFC 3986 §3.2.1).
///
/// The rest follows the rules of the base URI. What is not understood is refused: a password with an
/// `@`, `/`, `#` or `?` that is not percent-encoded would end up in the host, and be shown.
pub(super) fn parse(text: &str) -> Option<Route> {
    let (scheme, rest) = match text.split_once("://") {
        None if is_without_slashes(text) => return None,
        None => ("http", text),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
        Some(_) => return None,
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (credentials, authority) = match rest.split_once('@') {
        None => (None, rest),
        Some((credentials, authority)) => (Some(credentials), authority),
    };
    if authority.contains(['/', '@', '\\']) {
        return None;
    }
    let base: BaseUri = format!("{scheme}://{authority}").parse().ok()?;
    let proxy: Uri = base.as_uri().clone();
    let authorization = match credentials {
        None => None,
        Some(credentials) => Some(basic(credentials)?),
    };
    Some(Route {
        proxy,
        authorization,
    })
}

/// What is before the `:` of a proxy's URI, and hardly ever the name of its host.
const SCHEMES: [&str; 7] = [
    "http", "https", "socks", "socks4", "socks4a", "socks5", "socks5h",
];

/// Whether a text without `://` may be a URI whose slashes were forgotten. Read as a host, or as user and
/// password, it would become something else.
fn is_without_slashes(text: &str) -> bool {
    let is_scheme = |first: &str| {
        let mut schemes = SCHEMES.iter();
        schemes.any(|scheme| first.eq_ignore_ascii_case(scheme))
    };
    let first = text.split_once(':').map(|(first, _)| first);
    text.contains('@') || first.is_some_and(is_scheme)
}

/// The value of `Proxy-Authorization` for `user:password` (RFC 7617 §2).
fn basic(credentials: &str) -> Option<HeaderValue> {
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let (user, password) = (decode(user)?, decode(password)?);
    if user.is_empty() || user.contains(':') {
        return None;
    }
    let pair = Zeroizing::new(format!("{}:{}", *user, *password));
    let encoded = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
    let mut value = HeaderValue::from_str(&encoded).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Decodes one half of the user information, unless it has a character that had to be encoded.
fn decode(text: &str) -> Option<Zeroizing<String>> {
    let bytes = text.as_bytes();
    let is_written_well = bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => bytes
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(byte),
    });
    if !is_written_well {
        return None;
    }
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    let is_text = !decoded.chars().any(char::is_control);
    is_text.then(|| Zeroizing::new(decoded.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_proxy_is_and_what_it_is_shown() {
        for (text, proxy, shown) in [
            ("proxy.example:3128", "http://proxy.example:3128/", None),
            ("HTTP://p", "http://p/", None),
            ("https://[::1]:1/", "https://[::1]:1/", None),
            ("http://user:p%40ss@p:1", "http://p:1/", Some("user:p@ss")),
            ("http://user@p", "http://p/", Some("user:")),
            ("http", "http://http/", None),
            ("httpd:3128", "http://httpd:3128/", None),
            ("socksd.example:3128", "http://socksd.example:3128/", None),
            ("[::1]:3128", "http://[::1]:3128/", None),
            ("http://user:@p", "http://p/", Some("user:")),
            (
                "http://user@[fd00::1]:80",
                "http://[fd00::1]:80/",
                Some("user:"),
            ),
            ("http://u:%2520@p", "http://p/", Some("u:%20")),
            ("http://u:a:b@p", "http://p/", Some("u:a:b")),
            ("http://u:%23%2F%3F%25@p", "http://p/", Some("u:#/?%")),
            ("http://u:%C3%A9@p", "http://p/", Some("u:é")),
        ] {
            let route = parse(text).unwrap();
            assert_eq!(route.proxy, proxy, "{text}");
            let expected = shown.map(|shown| format!("Basic {}", STANDARD.encode(shown)));
            let value = route.authorization;
            assert!(value.iter().all(HeaderValue::is_sensitive));
            assert_eq!(
                value.map(|value| value.to_str().unwrap().to_owned()),
                expected
            );
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "http://",
            "http:///",
            "http://user:ppp@ssWORD@127.0.0.1:1",
            "http://user:pass/word@127.0.0.1:1",
            "http://user:pass#word@127.0.0.1:1",
            "http://user:pass?word@127.0.0.1:1",
            "http://user:pass\\word@127.0.0.1:1",
            "http://user:pass word@127.0.0.1:1",
            "http://user:pass%word@127.0.0.1:1",
            "http://user:pass%0Aword@127.0.0.1:1",
            "http://user:%FF@127.0.0.1:1",
            "http://us%3Aer:password@127.0.0.1:1",
            "http://user:pässword@127.0.0.1:1",
            "http://:password@127.0.0.1:1",
            "http://@127.0.0.1:1",
            "user:password:3128",
            "http://p:1/path",
            "http://p:1//",
            "http://p:1?query",
            "http://p:1#fragment",
            "http://[fe80::1%25eth0]:1",
            "http://user:password@[::1",
            "http://pröxy:1",
            " http://p:1",
            "http://p:65536",
            "http://p:password",
            "http://a b",
            "socks5://p:1",
            "http:p:1",
            "http:3128",
            "HTTPS:443",
            "socks:1080",
            "Socks5h:1080",
            "http:u:secret@h",
            "http:/u:secret@h",
            "https:u:secret@h",
            "u:secret@h",
            "user@p",
            "//p:1",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
