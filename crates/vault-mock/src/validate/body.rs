use super::{
    check::check,
    json::{Json, Object, without_mark},
    members,
    requests::not_an_object,
    violation::BodyRefused,
};
use crate::rules::Rules;

/// A request body that the API describes.
pub(crate) struct Body<'a> {
    text: &'a str,
    members: Object<'a>,
    length: i64,
}

impl<'a> Body<'a> {
    /// Reads a body; no body at all counts as `{}`.
    pub(crate) fn read(bytes: &'a [u8], rules: &Rules) -> Result<Self, BodyRefused> {
        let none = || Self {
            text: "{}",
            members: Object::default(),
            length: rules.default_session_length.as_secs().into(),
        };
        let bytes = if rules.byte_order_mark {
            without_mark(bytes)
        } else {
            bytes
        };
        if bytes.is_empty() {
            return Ok(none());
        }
        let text = text(bytes)?;
        let json = read(text)?;
        if rules.null_body && json.is_null() {
            return Ok(none());
        }
        let length = check(&json, rules).map_err(BodyRefused::Violations)?;
        Ok(Self {
            text,
            members: object(json)?,
            length,
        })
    }

    /// When a session that begins at `issued_at` ends; both in seconds since the epoch.
    pub(crate) fn expires_at(&self, issued_at: u64) -> u64 {
        issued_at.saturating_add_signed(self.length)
    }

    /// Bytes of the text, which its members never exceed.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Writes the members of the object, without its braces, and without those that the service adds
    /// itself.
    pub(crate) fn write_members(&self, out: &mut Vec<u8>) {
        members::write(self.text, &self.members, out);
    }
}

/// Reads a body as a JSON object.
pub(crate) fn parse(bytes: &[u8]) -> Result<Object<'_>, BodyRefused> {
    object(read(text(bytes)?)?)
}

fn object(json: Json<'_>) -> Result<Object<'_>, BodyRefused> {
    match json {
        Json::Object(members) => Ok(members),
        other => Err(not_an_object(&other)),
    }
}

fn read(text: &str) -> Result<Json<'_>, BodyRefused> {
    serde_json::from_str(text).map_err(|error| syntax(text, &error))
}

fn text(bytes: &[u8]) -> Result<&str, BodyRefused> {
    let mark = match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some("UTF-8"),
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => Some("UTF-16"),
        _ => None,
    };
    if let Some(encoding) = mark {
        return Err(BodyRefused::Syntax(format!(
            "The body begins with a byte order mark of {encoding}: JSON is UTF-8 without one (RFC \
             8259 §8.1)"
        )));
    }
    str::from_utf8(bytes).map_err(|error| {
        let position = error.valid_up_to();
        BodyRefused::Syntax(format!("The body is not UTF-8 at byte {position}"))
    })
}

fn syntax(text: &str, error: &serde_json::Error) -> BodyRefused {
    BodyRefused::Syntax(match lone_surrogate(text) {
        Some((position, escape)) => format!(
            "The body is not JSON that can be read: {escape} at byte {position} is half of a \
             character (RFC 8259 §8.2)"
        ),
        None => format!("The body is not JSON: {error}"),
    })
}

/// The first escape of half a surrogate pair, and its position.
fn lone_surrogate(text: &str) -> Option<(usize, &str)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut position = 0;
    while let Some(found) = text.get(position..)?.find('\\') {
        position += found;
        position += match unit(position) {
            Some(0xd800..=0xdbff) if matches!(unit(position + 6), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => return Some((position, &text[position..position + 6])),
            Some(_) => 6,
            // Whatever is escaped is one character.
            None => 1 + text[position + 1..].chars().next()?.len_utf8(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_is_found_and_named() {
        for (text, found) in [
            (r#"{"a":"\ud800"}"#, Some((6, r"\ud800"))),
            (r#"{"a":"\uDC00"}"#, Some((6, r"\uDC00"))),
            (r#"{"a":"\ud800\u0041"}"#, Some((6, r"\ud800"))),
            (r#"{"a":"\ud83d\ude00 \udfff"}"#, Some((19, r"\udfff"))),
            (r#"{"a":"\ud83d\ude00"}"#, None),
            (r#"{"a":"\\ud800"}"#, None),
            (r#"{"a":"\é"}"#, None),
            (r#"{"a":"\"#, None),
        ] {
            assert_eq!(lone_surrogate(text), found, "{text}");
        }
    }
}
