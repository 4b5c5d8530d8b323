//! Reads the members of a JSON object one by one, so that a bad one does not cost the others.

#[cfg(feature = "http")]
use std::collections::BTreeMap;

#[cfg(feature = "http")]
use serde_core::de::DeserializeOwned;
use serde_core::de::IgnoredAny;
#[cfg(feature = "http")]
use serde_json::Value;
#[cfg(feature = "http")]
use zeroize::Zeroizing;

use crate::open_object::AnyValue;

const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// The text without the byte-order marks before it.
pub(super) fn after_marks(mut json: &[u8]) -> &[u8] {
    while let Some(rest) = json.strip_prefix(BYTE_ORDER_MARK) {
        json = rest;
    }
    json
}

/// The text with spaces in place of what has no place between the tokens of JSON: comments, control
/// characters and byte-order marks.
#[cfg(feature = "http")]
pub(super) fn plain(json: &[u8]) -> Zeroizing<Vec<u8>> {
    // Where the last comment of each kind can end. What has no end is none, and is not looked for again.
    let last = |end: &[u8]| json.windows(end.len()).rposition(|found| found == end);
    let (last_block, last_line) = (last(b"*/"), last(b"\n"));
    let mut plain = Zeroizing::new(json.to_vec());
    let (mut at, mut in_string) = (0, false);
    while at < json.len() {
        let length = match &json[at..] {
            _ if in_string => 0,
            [b'/', b'*', ..] if last_block >= Some(at + 2) => length_to(&json[at + 2..], b"*/") + 2,
            // A scheme may stand there, without quotation marks.
            [b'/', b'/', ..] if last_line > Some(at) && !json[..at].ends_with(b":") => {
                length_to(&json[at..], b"\n")
            }
            rest if rest.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
            [byte, ..] => byte.is_ascii_control().into(),
            [] => 0,
        };
        plain[at..at + length].fill(b' ');
        match json[at] {
            b'\\' if in_string => at += 2,
            b'"' if length == 0 => {
                in_string = !in_string;
                at += 1;
            }
            _ => at += length.max(1),
        }
    }
    plain
}

/// How long the text is up to `end`, with it.
#[cfg(feature = "http")]
fn length_to(text: &[u8], end: &[u8]) -> usize {
    let start = text.windows(end.len()).position(|found| found == end);
    start.map_or(text.len(), |start| start + end.len())
}

/// The members of an object: each name, and the text that should be its value.
///
/// Whatever follows the object's end is ignored, and so is what stands between two commas and is no
/// member, or one whose name is not a JSON string. Text that is not an object has no members.
pub(super) fn members(json: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    let mut rest = json.trim_ascii_start().strip_prefix(b"{").unwrap_or(b"");
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (name, separator, after) = split(rest, b":,");
            rest = after;
            if separator == Some(b':') {
                let (value, _, after) = split(rest, b",");
                rest = after;
                if let Ok(name) = serde_json::from_slice(name) {
                    return Some((name, value));
                }
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

/// Splits at the first of `separators` outside of strings and brackets, and says which one it is. The
/// bracket that ends the object ends the text.
fn split<'a>(text: &'a [u8], separators: &[u8]) -> (&'a [u8], Option<u8>, &'a [u8]) {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (index, &byte) in text.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return (&text[..index], None, b""),
            b'}' | b']' => depth -= 1,
            _ if separators.contains(&byte) && depth == 0 => {
                return (&text[..index], Some(byte), &text[index + 1..]);
            }
            _ => {}
        }
    }
    (text, None, b"")
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
            (" {\"a\":1}x", &[("a", "1")]),
            (
                r#"{,"a":1,,"b","c" 1,[:],"d":2,"#,
                &[("a", "1"), ("d", "2")],
            ),
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

    #[cfg(feature = "http")]
    #[test]
    fn what_has_no_place_between_tokens_is_a_space() {
        for (json, expected) in [
            ("", ""),
            ("{\"a\": [1]}", "{\"a\": [1]}"),
            ("\u{FEFF}\u{FEFF}\0{", "       {"),
            ("a/*\"*/b/**/c/*/d*/e", "a     b    c      e"),
            ("a//\"\n\"//\n\"", "a    \"//\n\""),
            (
                "\"/*\\\"/*\0\u{FEFF}\\\\\"/**/",
                "\"/*\\\"/*\0\u{FEFF}\\\\\"    ",
            ),
            ("http://a\n", "http://a "),
            ("/* a // b", "/* a // b"),
            ("/*/ // b", "/*/ // b"),
            ("\"a\\", "\"a\\"),
        ] {
            assert_eq!(str::from_utf8(&plain(json.as_bytes())).unwrap(), expected);
        }
    }
}
