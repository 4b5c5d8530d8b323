//! Keeps an API key out of what the service says.

use std::{borrow::Cow, cmp::Reverse, collections::BTreeMap, iter, ops::Range};

use serde_json::{Map, Value};

use super::{
    api_error::ApiError,
    unescape::{ENTITIES, View, number, numeric_reference},
};
use crate::{
    response::{Detail, ErrorBody},
    values::ApiKey,
};

const MARK: &str = "[API key]";

/// A key of fewer bytes may be a part of any word: it is found only where it stands alone.
const SHORT: usize = 8;

impl ApiError {
    /// Replaces the key with `[API key]` in the service's words, so that the error can be logged. Words
    /// of this crate are left alone, however short the key is.
    ///
    /// The key is found in plain text, as JSON, URIs and HTML escape it, up to three times over, and in
    /// base64. A key of fewer than eight bytes, as tests use, is found in plain text and escaped only where
    /// no letter or digit stands beside it, so that it does not break up other words. [`headers`] and
    /// [`body`] stay as they came.
    ///
    /// [`headers`]: Self::headers
    /// [`body`]: Self::body
    ///
    /// ```
    /// use vault_sessions::{ApiKey, SessionCreated};
    ///
    /// let (status, headers) = (http::StatusCode::FORBIDDEN, http::HeaderMap::new());
    /// let body = r#"{"message":"Unknown key sk_live_1"}"#;
    /// let error = SessionCreated::from_http(status, &headers, body).unwrap_err();
    /// let error = error.redact(&ApiKey::new("sk_live_1")?);
    /// assert_eq!(error.to_string(), "the service answered 403 Forbidden: Unknown key [API key]");
    /// # Ok::<(), vault_sessions::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn redact(mut self, key: &ApiKey) -> Self {
        let redaction = Redaction::new(key);
        if let Some(body) = self.error_body_mut() {
            redaction.error_body(body);
        }
        self.hide_in_headers(key.clone());
        self
    }
}

/// Finds one key in texts.
pub(super) struct Redaction<'a> {
    key: &'a [u8],
    /// What base64 makes of the key, wherever it begins in what is encoded.
    encoded: Vec<String>,
}

impl<'a> Redaction<'a> {
    pub(super) fn new(key: &'a ApiKey) -> Self {
        let key = key.expose_secret().as_bytes();
        let encoded = (0..3).flat_map(|shift| base64(key, shift)).collect();
        Self { key, encoded }
    }

    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut found = self.found(text);
        found.sort_unstable_by_key(|place| (place.start, Reverse(place.end)));
        let (mut redacted, mut kept) = (String::new(), 0);
        for place in found {
            if place.start >= kept {
                redacted += &text[kept..place.start];
                redacted += MARK;
            }
            kept = kept.max(place.end);
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        Cow::Owned(redacted + &text[kept..])
    }

    /// Where the key stands: a form of it in the text itself, and in what is left of it without the
    /// escapes of one kind or two.
    fn found(&self, text: &str) -> Vec<Range<usize>> {
        let text = View::of(text);
        let once = text.unescaped();
        let twice: Vec<_> = once.iter().flat_map(View::unescaped).collect();
        let views = iter::once(&text).chain(&once).chain(&twice);
        views.flat_map(|view| self.found_in(view)).collect()
    }

    fn found_in(&self, view: &View) -> Vec<Range<usize>> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < view.bytes.len() {
            match self.length_at(&view.bytes, at) {
                None => at += 1,
                Some(length) => {
                    found.push(view.starts[at]..view.starts[at + length]);
                    at += length;
                }
            }
        }
        found
    }

    fn error_body(&self, body: &mut ErrorBody) {
        let texts = [
            &mut body.error,
            &mut body.type_name,
            &mut body.message,
            &mut body.reference,
        ];
        for text in texts.into_iter().flatten() {
            self.string(text);
        }
        match &mut body.detail {
            Some(Detail::Text(text)) => self.string(text),
            Some(Detail::Object(members)) => *members = self.members(members),
            Some(Detail::Other(value)) => self.value(value),
            None => {}
        }
        let extra = std::mem::take(&mut body.extra);
        let redacted = extra.into_iter().map(|(name, mut value)| {
            self.value(&mut value);
            (self.text(&name).into_owned(), value)
        });
        body.extra = redacted.collect::<BTreeMap<_, _>>();
    }

    fn string(&self, text: &mut String) {
        if let Cow::Owned(redacted) = self.text(text) {
            *text = redacted;
        }
    }

    fn members(&self, members: &mut Map<String, Value>) -> Map<String, Value> {
        let members = std::mem::take(members).into_iter();
        let redacted = members.map(|(name, mut value)| {
            self.value(&mut value);
            (self.text(&name).into_owned(), value)
        });
        redacted.collect()
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => {
                if let Cow::Owned(redacted) = self.text(&number.to_string()) {
                    *value = Value::String(redacted);
                }
            }
            Value::String(text) => self.string(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.value(value)),
            Value::Object(members) => *members = self.members(members),
        }
    }

    /// How many bytes of `text` are the key in some form, if it begins at `at`.
    fn length_at(&self, text: &[u8], at: usize) -> Option<usize> {
        let rest = &text[at..];
        let encoded = self
            .encoded
            .iter()
            .filter(|encoded| rest.starts_with(encoded.as_bytes()))
            .map(String::len);
        let escaped = self
            .escaped_lengths(rest)
            .into_iter()
            .filter(|length| self.key.len() >= SHORT || stands_alone(text, at, at + length));
        encoded.chain(escaped).max()
    }

    fn escaped_lengths(&self, text: &[u8]) -> Vec<usize> {
        // A backslash can stand for itself or escape what follows: all ways are followed.
        let mut ends = vec![0];
        for &byte in self.key {
            let mut next: Vec<usize> = Vec::new();
            for end in ends {
                next.extend(forms(&text[end..], byte).map(|length| end + length));
            }
            next.sort_unstable();
            next.dedup();
            if next.is_empty() {
                return next;
            }
            ends = next;
        }
        ends
    }
}

/// Whether there is no letter or digit right before `start` or right after `end`. The last letter of an
/// escape, such as that of `%3D`, is none.
fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    // No character has more than four bytes.
    let before = String::from_utf8_lossy(&text[start.saturating_sub(4)..start]);
    let after = String::from_utf8_lossy(&text[end..text.len().min(end + 4)]);
    let follows_word = before.ends_with(char::is_alphanumeric) && !ends_in_escape(&text[..start]);
    !follows_word && !after.starts_with(char::is_alphanumeric)
}

fn ends_in_escape(text: &[u8]) -> bool {
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    match text {
        [.., b'\\', b'b' | b'f' | b'n' | b'r' | b't'] => true,
        [.., b'%', high, low] => is_hex(&[*high, *low]),
        [.., b'\\', b'u', a, b, c, d] => is_hex(&[*a, *b, *c, *d]),
        _ => false,
    }
}

/// The lengths of the forms of a byte with which `text` begins: itself, or escaped.
fn forms(text: &[u8], byte: u8) -> impl Iterator<Item = usize> {
    let itself = (text.first() == Some(&byte)).then_some(1);
    // Likewise `%2525..`, where it is encoded several times over.
    let again = text.get(1..).unwrap_or_default().chunks_exact(2);
    let again = again.take_while(|pair| *pair == b"25").take(8).count();
    let percent = (0..=again).filter_map(move |count| {
        let digits = text.strip_prefix(b"%")?.get(2 * count..)?;
        Some(1 + 2 * count + hex(digits, b"", 2, byte)?)
    });
    let backslashes = text
        .iter()
        .take_while(|&&byte| byte == b'\\')
        .take(8)
        .count();
    // Escaped once or several times over, as JSON in a string of JSON is.
    let escaped = (1..=backslashes).filter_map(move |count| {
        let is_escaped = !byte.is_ascii_alphanumeric() && text.get(count) == Some(&byte);
        let digits = || hex(&text[count..], b"u", 4, byte);
        let escaped = if is_escaped { Some(1) } else { digits() };
        escaped.map(|length| count + length)
    });
    let entity = ENTITIES
        .iter()
        .filter(move |(entity, of)| *of == byte && text.starts_with(entity.as_bytes()))
        .map(|(entity, _)| entity.len())
        .chain(
            numeric_reference(text)
                .filter(|(of, _)| *of == byte)
                .map(|(_, length)| length),
        );
    itself
        .into_iter()
        .chain(percent)
        .chain(escaped)
        .chain(entity)
}

/// The length of a prefix and hexadecimal digits that stand for `byte`.
fn hex(text: &[u8], prefix: &[u8], digits: usize, byte: u8) -> Option<usize> {
    let number = number(text.strip_prefix(prefix)?.get(..digits)?, 16)?;
    (number == u32::from(byte)).then_some(prefix.len() + digits)
}

/// The characters of base64 that depend on nothing but the key, if it begins after `shift` bytes of
/// something else, in both alphabets. If they were too few, they would be found everywhere.
fn base64(key: &[u8], shift: usize) -> Vec<String> {
    const FEWEST: usize = 6;
    let bits: Vec<bool> = key
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1))
        .collect();
    let skipped = (6 - shift * 8 % 6) % 6;
    let sextets = bits.get(skipped..).unwrap_or_default().chunks_exact(6);
    let sextets: Vec<usize> = sextets
        .map(|sextet| {
            sextet
                .iter()
                .fold(0, |sum, &bit| sum << 1 | usize::from(bit))
        })
        .collect();
    if sextets.len() < FEWEST {
        return Vec::new();
    }
    let in_alphabet = |last: &[u8; 2]| {
        let alphabet = (b'A'..=b'Z')
            .chain(b'a'..=b'z')
            .chain(b'0'..=b'9')
            .chain(*last);
        let alphabet: Vec<u8> = alphabet.collect();
        sextets
            .iter()
            .map(|&sextet| char::from(alphabet[sextet]))
            .collect()
    };
    vec![in_alphabet(b"+/"), in_alphabet(b"-_")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_key_is_found() {
        let key = ApiKey::new(r#"sk"\/&<k%9"#).unwrap();
        let redaction = Redaction::new(&key);
        for form in [
            r#"sk"\/&<k%9"#,
            r#"sk\"\\/&<k%9"#,
            r#"sk\"\\\/&<k%9"#,
            r#"sk\\\"\\\\/&<k%9"#,
            r"\u0073k\u0022\u005C/\u0026\u003ck%9",
            "%73k%22%5c%2F%26%3Ck%259",
            r"sk&quot;\/&amp;&lt;k%9",
            r"&#115;&#x6B;&#34;&#092;&#x002F;&#38;&#60;k%9",
            "sk%2522%255c%252F%2526%253Ck%25259",
            "c2siXC8mPGslOQ==",
            "IHNrIlwvJjxrJTk=",
            "ICBzayJcLyY8ayU5",
        ] {
            let text = format!("no {form} no");
            let redacted = redaction.text(&text);
            assert!(redacted.contains(MARK), "{text}: {redacted}");
            assert!(!redacted.contains(form), "{text}: {redacted}");
        }
        assert_eq!(redaction.text("sk is no key"), "sk is no key");
    }

    #[test]
    fn a_key_is_found_however_it_was_escaped_three_times() {
        let json = |text: &str| {
            let text = text.replace('\\', r"\\").replace('"', r#"\""#);
            text.replace('<', r"\u003c")
        };
        let html = |text: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            text.replace('"', "&#34;").replace('\'', "&#x27;")
        };
        let uri = |text: &str| {
            let escape = |byte: u8| match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            };
            text.bytes().map(escape).collect::<String>()
        };
        let escapes: [&dyn Fn(&str) -> String; 4] = [&json, &html, &uri, &str::to_owned];
        for key in [
            r#"sk"\/&<'k%9+=="#,
            r#"\""#,
            "&amp;",
            "%25",
            "a<b",
            r"\u0041",
            "plain",
        ] {
            let api_key = ApiKey::new(key).unwrap();
            for first in escapes {
                for second in escapes {
                    for third in escapes {
                        let form = third(&second(&first(key)));
                        let text = format!("no é {form} é no");
                        let redacted = Redaction::new(&api_key).text(&text).into_owned();
                        assert_eq!(redacted, format!("no é {MARK} é no"), "{key}: {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn names_and_numbers_are_looked_at_and_structure_is_kept() {
        let key = ApiKey::new("47110815").unwrap();
        let mut value: Value = serde_json::from_str(
            r#"{"a47110815":[47110815,{"b":"x47110815y47110815"}],"c":[true,null,1.5]}"#,
        )
        .unwrap();
        Redaction::new(&key).value(&mut value);
        assert_eq!(
            value.to_string(),
            r#"{"a[API key]":["[API key]",{"b":"x[API key]y[API key]"}],"c":[true,null,1.5]}"#
        );
    }

    #[test]
    fn a_short_key_is_found_where_it_stands_alone_and_breaks_up_no_word() {
        let redacted = |key: &str, text: &str| {
            let key = ApiKey::new(key).unwrap();
            Redaction::new(&key).text(text).into_owned()
        };
        for text in [
            "Invalid Authorization Token",
            "Unknown Path",
            "k2 2k kk ké ék",
        ] {
            assert_eq!(redacted("k", text), text);
        }
        for (text, expected) in [
            ("k", "[API key]"),
            (
                "no key `k`, Bearer k.",
                "no key `[API key]`, Bearer [API key].",
            ),
            (r#"{"key":"\u006b"}"#, r#"{"key":"[API key]"}"#),
            ("?key%3Dk&k=%6B", "?key%3D[API key]&[API key]=[API key]"),
            (r"a\nk, \u0022k", r"a\n[API key], \u0022[API key]"),
        ] {
            assert_eq!(redacted("k", text), expected);
        }
        assert_eq!(redacted(r"k\", r"k\a, k\\"), r"k\a, [API key]");
        assert_eq!(redacted("sk_1234", "sk_12345"), "sk_12345");
        assert_eq!(redacted("sk_12345", "sk_123456"), "[API key]6");
        assert_eq!(redacted("4711", "x4711y 4711"), "x4711y [API key]");
    }
}
