use std::borrow::{Borrow, Cow};

use super::{
    authority::authority_end,
    invalid::{InvalidValue, ValueProblem, length_problem},
    text::text_value,
};

const LIMIT: usize = 8192;

pub(crate) const RULE: &str = "write an absolute URL such as `https://example.com/path`, with spaces \
                    and non-ASCII characters percent-encoded";

/// An absolute URL: a link, an image, or the place the consumer returns to.
///
/// The syntax is that of RFC 3986, up to 8,192 bytes: a scheme, an authority after `//` with a host or an
/// IPv6 address in brackets and a port up to 65535, then path, query and one fragment, each of the
/// characters that the RFC allows there, with complete percent-encodings. An `http` or `https` URL needs
/// a host. Other schemes are accepted because an app may be the place to return to
/// (`myapp://connected`).
///
/// Two texts that the RFC allows are refused: one without a scheme whose host looks like one
/// (`localhost:3000`), and addresses of a future IP version. Browsers are more generous than the RFC
/// (spaces, brackets in a query) and stricter with hosts (`http://999.1.1.1`); both are left to them.
///
/// The text is kept exactly as written; nothing is normalised.
///
/// ```
/// use vault_sessions::Url;
///
/// const DASHBOARD: Url = Url::from_static("https://mysaas.com/dashboard");
/// let error = Url::new("https://my saas.com").unwrap_err();
/// assert_eq!(error.position(), Some(10));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url(Cow<'static, str>);

text_value! {
    Url,
    kind: "URL",
    expected: r#"a string such as "https://example.com/path""#,
    rule: RULE,
    check: problem
}

const fn problem(text: &str) -> Option<ValueProblem> {
    url_problem(text, LIMIT)
}

/// Checks `text` as a URL of up to `limit` bytes.
pub(crate) const fn url_problem(text: &str, limit: usize) -> Option<ValueProblem> {
    if let Some(problem) = length_problem(text, limit) {
        return Some(problem);
    }
    let bytes = text.as_bytes();
    if is_usual(bytes) {
        return None;
    }
    let colon = match scheme_end(bytes) {
        Ok(colon) => colon,
        Err(problem) => return Some(problem),
    };
    let is_web = is_http(bytes, colon);
    let start = colon + 1;
    let path = match bytes.split_at(start).1 {
        [b'/', b'/', ..] => match authority_end(bytes, start + 2, is_web) {
            Ok(end) => end,
            Err(problem) => return Some(problem),
        },
        // A web URL needs the second slash as well.
        [b'/', ..] if is_web => return Some(ValueProblem::at(bytes, start + 1)),
        after if !is_web && is_port(after) => return Some(ValueProblem::NoScheme),
        after if is_web || after.is_empty() => {
            return Some(ValueProblem::at(bytes, start));
        }
        _ => start,
    };
    rest_problem(bytes, path)
}

/// Whether a number stands after the colon: what looks like a scheme is a host then, and the scheme is
/// missing (`localhost:3000/callback`). RFC 3986 would take it for a scheme.
const fn is_port(after: &[u8]) -> bool {
    let mut index = 0;
    while index < after.len() && after[index].is_ascii_digit() {
        index += 1;
    }
    index > 0 && (index == after.len() || matches!(after[index], b'/' | b'?' | b'#'))
}

/// RFC 3986 §3.3 to §3.5: path, query and one fragment.
const fn rest_problem(bytes: &[u8], path: usize) -> Option<ValueProblem> {
    let mut position = path;
    let mut in_fragment = false;
    while position < bytes.len() {
        match bytes[position] {
            b'#' if in_fragment => return Some(ValueProblem::at(bytes, position)),
            b'#' => in_fragment = true,
            b':' | b'/' | b'?' | b'@' => {}
            b'%' => {
                if let Some(problem) = escape_problem(bytes, position) {
                    return Some(problem);
                }
            }
            byte if is_name(byte) => {}
            _ => return Some(ValueProblem::at(bytes, position)),
        }
        position += 1;
    }
    None
}

/// Whether this is a URL like most others, which one pass over its bytes shows: a host right after
/// `https://`, no user information or port, no fragment, nothing encoded.
const fn is_usual(bytes: &[u8]) -> bool {
    match bytes.split_first_chunk() {
        Some((b"https://", rest @ [first, ..])) => {
            first.is_ascii_alphanumeric() && has_plain_bytes(rest)
        }
        _ => false,
    }
}

/// Without an early exit, which would cost more than the few bytes that it saves.
const fn has_plain_bytes(bytes: &[u8]) -> bool {
    let mut is_plain_so_far = true;
    let mut position = 0;
    while position < bytes.len() {
        is_plain_so_far &= is_plain(bytes[position]);
        position += 1;
    }
    is_plain_so_far
}

/// What may stand anywhere after `https://`: unreserved characters, sub-delimiters, `/` and `?`.
const fn is_plain(byte: u8) -> bool {
    /// A table, because reading a body spends most of its checks here.
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = b'!';
        while byte < b'\x7f' {
            plain[byte as usize] = !matches!(
                byte,
                b'"' | b'#'
                    | b'%'
                    | b':'
                    | b'<'
                    | b'>'
                    | b'@'
                    | b'['
                    | b'\\'
                    | b']'
                    | b'^'
                    | b'`'
                    | b'{'
                    | b'|'
                    | b'}'
            );
            byte += 1;
        }
        plain
    };
    PLAIN[byte as usize]
}

/// RFC 3986 §2.2 and §2.3: unreserved characters and sub-delimiters.
pub(super) const fn is_name(byte: u8) -> bool {
    is_plain(byte) && byte != b'/' && byte != b'?'
}

/// RFC 3986 §3.1: a letter, then letters, digits, `+`, `-` and `.` up to the colon.
const fn scheme_end(bytes: &[u8]) -> Result<usize, ValueProblem> {
    let mut position = 0;
    while position < bytes.len() {
        match bytes[position] {
            b':' if position > 0 => return Ok(position),
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if position > 0 => {}
            _ => break,
        }
        position += 1;
    }
    // A host or a path, written as browsers show them.
    if position == bytes.len() || matches!(bytes[position], b'/' | b'?' | b'#') {
        return Err(ValueProblem::NoScheme);
    }
    Err(ValueProblem::at(bytes, position))
}

const fn is_http(bytes: &[u8], colon: usize) -> bool {
    (colon == 4 || (colon == 5 && bytes[4].eq_ignore_ascii_case(&b's')))
        && bytes[0].eq_ignore_ascii_case(&b'h')
        && bytes[1].eq_ignore_ascii_case(&b't')
        && bytes[2].eq_ignore_ascii_case(&b't')
        && bytes[3].eq_ignore_ascii_case(&b'p')
}

/// RFC 3986 §2.1: `%` and two hexadecimal digits.
pub(super) const fn escape_problem(bytes: &[u8], percent: usize) -> Option<ValueProblem> {
    let mut position = percent + 1;
    while position <= percent + 2 {
        if position >= bytes.len() || !bytes[position].is_ascii_hexdigit() {
            return Some(ValueProblem::at(bytes, position));
        }
        position += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_urls_in_use() {
        for text in [
            "https://mysaas.com/dashboard",
            "http://localhost:3000/?a=b#c",
            "https://user@host/",
            "https://u%20ser@host/@",
            "https://[::1]:8080/x%20y",
            "https://[2001:db8::192.0.2.1]",
            "https://host:/",
            "https://host:065535?a#/?:@",
            "https://u:p%40@host",
            "https://u:p@[::1]:00443/",
            "com.example.app:/oauth",
            "mailto:a@b.example",
            "file:///etc/hosts",
            "urn:isbn:0",
            "myapp://connected",
            "HTTPS://EXAMPLE.COM",
        ] {
            assert!(Url::new(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn takes_what_the_rfc_allows_wherever_it_stands() {
        const ALLOWED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~\
                               :/?#@!$&'()*+,;=";
        for byte in (0..128).filter(|&byte| byte != b'%') {
            let character = char::from(byte);
            let refused = !ALLOWED.contains(character);
            for (before, after) in (0..34).flat_map(|before| [(before, 0), (before, 17)]) {
                let text = format!("https://a/{:a<before$}{character}{:a<after$}", "", "");
                let position = match Url::new(text) {
                    Ok(_) => None,
                    Err(error) => error.position(),
                };
                assert_eq!(position, refused.then_some(10 + before), "{character:?}");
            }
        }
    }

    #[test]
    fn names_the_position() {
        for (text, position) in [
            ("https:", 6),
            ("https:/x", 7),
            ("https://", 8),
            ("https:///path", 8),
            ("https://@/path", 9),
            ("https://user@", 13),
            ("https://user@/path", 13),
            ("https://:80", 8),
            ("https://a/%2", 12),
            ("https://a/%zz", 11),
            ("https://a b", 9),
            ("https://münchen.de", 9),
            ("https://a/\r\nx: y", 10),
            ("x:", 2),
            ("https://a/#b#c", 12),
            ("https://a@b@c/", 11),
            ("myapp://a@b@c/", 11),
            ("https://a/[b]", 10),
            ("https://a/?b[]=c", 12),
            ("https://a[b]/", 9),
            ("https://[::1]a/", 13),
            ("https://[::1", 12),
            ("https://[]", 9),
            ("https://h:65536/", 14),
            ("https://h:000065536/", 18),
            ("https://[fe80::1%25eth0]/", 16),
            ("https://例え.jp/", 8),
            ("https://h:99999999999999999999/", 14),
            ("myapp://h:-1", 10),
            ("https://h:80:80/", 12),
            ("https://a:b/", 10),
        ] {
            let error = Url::new(text).unwrap_err();
            assert_eq!(error.position(), Some(position), "{text}: {error}");
        }
    }

    #[test]
    fn says_that_the_scheme_is_missing() {
        for text in [
            "mysaas.com",
            "mysaas.com/dashboard",
            "/dashboard",
            "//mysaas.com",
            "?a=b",
            "localhost:3000/callback",
            "example.com:443",
        ] {
            let error = Url::new(text).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("invalid URL: the scheme is missing; {RULE}")
            );
            assert_eq!(error.position(), None);
        }
    }
}
