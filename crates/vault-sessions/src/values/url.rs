use std::{
    borrow::{Borrow, Cow},
    fmt,
};

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    invalid::{InvalidValue, Problem, length_problem},
    text::{TextVisitor, text_value},
};

const LIMIT: usize = 8192;

pub(crate) const RULE: &str = "write an absolute URL such as `https://example.com/path`, with spaces and all \
                    that is not ASCII percent-encoded";

/// An absolute URL: a link, an image, or the place the consumer returns to.
///
/// Syntax of RFC 3986: a scheme, a colon, then only characters that the RFC allows, with complete
/// percent-encodings; up to 8,192 bytes. An `http` or `https` URL also needs a host. Other schemes
/// are accepted because an app may be the place to return to (`myapp://connected`).
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
    rule: RULE,
    check: problem
}

const fn problem(text: &str) -> Option<Problem> {
    url_problem(text, LIMIT)
}

/// Checks `text` as a URL of up to `limit` bytes.
pub(crate) const fn url_problem(text: &str, limit: usize) -> Option<Problem> {
    if let Some(problem) = length_problem(text, limit) {
        return Some(problem);
    }
    let bytes = text.as_bytes();
    if is_plain(bytes) {
        return None;
    }
    let colon = match scheme_end(bytes) {
        Ok(colon) => colon,
        Err(problem) => return Some(problem),
    };
    if is_http(bytes, colon)
        && let Some(problem) = authority_problem(bytes, colon + 1)
    {
        return Some(problem);
    }
    let mut position = colon + 1;
    if position == bytes.len() {
        return Some(Problem::Ends { position });
    }
    loop {
        position = skip_plain_bytes(bytes, position);
        if position == bytes.len() {
            return None;
        }
        match bytes[position] {
            b'@' => {}
            b'%' => {
                if let Some(problem) = escape_problem(bytes, position) {
                    return Some(problem);
                }
            }
            byte => return Some(Problem::Byte { position, byte }),
        }
        position += 1;
    }
}

/// Whether this is a URL as most are, which one look at its bytes shows: a host right after
/// `https://`, no user information, nothing encoded.
const fn is_plain(bytes: &[u8]) -> bool {
    match bytes.split_first_chunk() {
        Some((b"https://", rest @ [first, ..])) => {
            first.is_ascii_alphanumeric() && skip_plain_bytes(rest, 1) == rest.len()
        }
        _ => false,
    }
}

/// The position of the first byte, from `position` on, that needs a closer look.
///
/// Many bytes at a time, without an early exit among them: reading a body spends most of its checks
/// here.
const fn skip_plain_bytes(bytes: &[u8], mut position: usize) -> usize {
    while let Some(block) = bytes.split_at(position).1.first_chunk::<16>() {
        let mut clean = true;
        let mut index = 0;
        while index < block.len() {
            clean &= PLAIN_BYTES[block[index] as usize];
            index += 1;
        }
        if !clean {
            break;
        }
        position += block.len();
    }
    while position < bytes.len() && PLAIN_BYTES[bytes[position] as usize] {
        position += 1;
    }
    position
}

/// RFC 3986 §3.1: a letter, then letters, digits, `+`, `-` and `.` up to the colon.
const fn scheme_end(bytes: &[u8]) -> Result<usize, Problem> {
    let mut position = 0;
    while position < bytes.len() {
        let byte = bytes[position];
        match byte {
            b':' if position > 0 => return Ok(position),
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if position > 0 => {}
            _ => return Err(Problem::Byte { position, byte }),
        }
        position += 1;
    }
    Err(Problem::Ends { position })
}

const fn is_http(bytes: &[u8], colon: usize) -> bool {
    (colon == 4 || (colon == 5 && bytes[4].eq_ignore_ascii_case(&b's')))
        && bytes[0].eq_ignore_ascii_case(&b'h')
        && bytes[1].eq_ignore_ascii_case(&b't')
        && bytes[2].eq_ignore_ascii_case(&b't')
        && bytes[3].eq_ignore_ascii_case(&b'p')
}

/// RFC 9110 §4.2.1: `//`, optional user information, then a host that is not empty.
const fn authority_problem(bytes: &[u8], start: usize) -> Option<Problem> {
    let mut position = start;
    while position < start + 2 {
        if position >= bytes.len() {
            return Some(Problem::Ends { position });
        }
        if bytes[position] != b'/' {
            let byte = bytes[position];
            return Some(Problem::Byte { position, byte });
        }
        position += 1;
    }
    let mut host = position;
    while position < bytes.len() && !matches!(bytes[position], b'/' | b'?' | b'#') {
        if bytes[position] == b'@' {
            host = position + 1;
        }
        position += 1;
    }
    if host == bytes.len() {
        return Some(Problem::Ends { position: host });
    }
    if host == position || bytes[host] == b':' {
        let byte = bytes[host];
        return Some(Problem::Byte {
            position: host,
            byte,
        });
    }
    None
}

/// RFC 3986 §2.1: `%` and two hexadecimal digits.
const fn escape_problem(bytes: &[u8], percent: usize) -> Option<Problem> {
    let mut position = percent + 1;
    while position <= percent + 2 {
        if position >= bytes.len() {
            return Some(Problem::Ends { position });
        }
        let byte = bytes[position];
        if !byte.is_ascii_hexdigit() {
            return Some(Problem::Byte { position, byte });
        }
        position += 1;
    }
    None
}

const PLAIN_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte as usize] = is_plain_byte(byte);
        byte += 1;
    }
    table
};

/// RFC 3986 §2.2 and §2.3: reserved and unreserved characters, but for `@`, which may end user
/// information.
const fn is_plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b':'
                | b'/'
                | b'?'
                | b'#'
                | b'['
                | b']'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
        )
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
            "myapp://connected",
            "HTTPS://EXAMPLE.COM",
        ] {
            assert!(Url::new(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn names_the_position() {
        for (text, position) in [
            ("/dashboard", 0),
            ("mysaas.com", 10),
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
        ] {
            let error = Url::new(text).unwrap_err();
            assert_eq!(error.position(), Some(position), "{text}: {error}");
        }
    }
}
