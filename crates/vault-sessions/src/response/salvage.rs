//! Reads the members of a JSON object one by one, so that a bad one does not cost the others.

#[cfg(feature = "http")]
use std::collections::BTreeMap;

#[cfg(feature = "http")]
use serde_core::de::DeserializeOwned;
use serde_core::de::IgnoredAny;
#[cfg(feature = "http")]
use serde_json::Value;

use crate::open_object::AnyValue;

/// The members of an object: each name, and the text that should be its value.
///
/// A byte-order mark before the object is ignored, and so is whatever follows its end, and a member
/// whose name is not a JSON string. Text that is not an object has no members.
pub(super) fn members(json: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();
    let json = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
    let mut rest = json.trim_ascii_start().strip_prefix(b"{").unwrap_or(b"");
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (name, after) = split(rest, b':');
            let (value, after) = split(after, b',');
            rest = after;
            if let Ok(name) = serde_json::from_slice(name) {
                return Some((name, value));
            }
        }
        None
    })
}

/// Reads a value unless it has another type or is not JSON; if several can be read, the last counts.
#[cfg(feature = "http")]
pub(super) fn read<T: DeserializeOwned>(json: &[u8], member: &mut Option<T>) {
    if let Ok(value) = serde_json::from_slice::<Option<T>>(json) {
        *member = value.or_else(|| member.take());
    }
}

/// Reads the value of a member that has no field.
#[cfg(feature = "http")]
pub(super) fn read_extra(name: String, json: &[u8], members: &mut BTreeMap<String, Value>) {
    if let Ok(AnyValue(value)) = serde_json::from_slice(json) {
        members.insert(name, value);
    }
}

/// The object without the members whose values nothing here can hold, such as a number beyond 64 bits
/// or half a surrogate pair, except for the `needed` ones. There is none if the text is no JSON: where
/// it is cut, a value may be.
pub(super) fn readable(json: &[u8], needed: &[&str]) -> Option<Vec<u8>> {
    serde_json::from_slice::<IgnoredAny>(json).ok()?;
    let mut object = Vec::new();
    for (name, value) in members(json) {
        if needed.contains(&name.as_str()) || serde_json::from_slice::<AnyValue>(value).is_ok() {
            object.push(if object.is_empty() { b'{' } else { b',' });
            serde_json::to_writer(&mut object, &name).ok()?;
            object.push(b':');
            object.extend_from_slice(value);
        }
    }
    object.push(b'}');
    Some(object)
}

/// Splits at the first `separator` outside of strings and brackets. The bracket that ends the object
/// ends the text.
fn split(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (index, &byte) in text.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return (&text[..index], b""),
            b'}' | b']' => depth -= 1,
            _ if byte == separator && depth == 0 => return (&text[..index], &text[index + 1..]),
            _ => {}
        }
    }
    (text, b"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_stands_for_itself() {
        for (json, expected) in [
            ("", &[][..]),
            ("[1,2]", &[]),
            ("{}", &[]),
            ("{\"a\":1}", &[("a", "1")]),
            ("\u{FEFF} {\"a\":1}x", &[("a", "1")]),
            (
                r#"{"a":NaN,"b":{"c":[1,"}"]},"d":'"#,
                &[("a", "NaN"), ("b", r#"{"c":[1,"}"]}"#), ("d", "'")],
            ),
            (
                r#"{a:1,"b":"\",:{","c":2,}"#,
                &[("b", r#""\",:{""#), ("c", "2")],
            ),
            (r#"{"a":1,:,"b" : 2 } }"#, &[("a", "1"), ("b", " 2 ")]),
            (r#"{"a":[1}],"b":2}"#, &[("a", "[1}")]),
            (r#"{"cut":"text"#, &[("cut", r#""text"#)]),
        ] {
            let found: Vec<_> = members(json.as_bytes()).collect();
            let found: Vec<_> = found
                .iter()
                .map(|(name, value)| (&name[..], str::from_utf8(value).unwrap()))
                .collect();
            assert_eq!(found, expected, "{json}");
        }
    }
}
