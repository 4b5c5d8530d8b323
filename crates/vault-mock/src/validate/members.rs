//! The members of a JSON object as text, in the order in which they came.

use std::collections::{HashMap, hash_map::Entry};

use memchr::{memchr, memchr_iter, memchr3_iter};

use super::json::{Json, Object};

/// The claims that are not the body's to make, which only a validation that is not strict lets past.
const SERVICE_CLAIMS: [&str; 6] = [
    "consumer_id",
    "application_id",
    "scopes",
    "data_scopes",
    "iat",
    "exp",
];

/// Writes the members of an object, without its braces and without white space. A member that is
/// given twice is written once, and one that the service adds itself is left out.
///
/// `text` is what `object` was read from.
pub(super) fn write(text: &str, object: &Object<'_>, out: &mut Vec<u8>) {
    if let Some(members) = plain(text, object) {
        return compact(members, out);
    }
    let members = deduplicated(object).into_iter();
    let members = members.filter(|(name, _)| !SERVICE_CLAIMS.contains(name));
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut *out, name).expect("a text is JSON");
        out.push(b':');
        serde_json::to_writer(&mut *out, value).expect("it was JSON");
    }
}

/// The text between the braces, if all of it is to be written.
fn plain<'a>(text: &'a str, object: &Object<'_>) -> Option<&'a str> {
    /// More than the API knows. Whether a name is there twice is looked up name by name.
    const FEW: usize = 8;
    let mut names = object.names();
    let is_few = names.len() <= FEW;
    let is_plain = is_few
        && names.all(|name| {
            let once = object.names().filter(|other| *other == name).count() == 1;
            once && !SERVICE_CLAIMS.contains(&name)
        });
    let inner = text.trim_ascii().strip_prefix('{')?.strip_suffix('}')?;
    is_plain.then_some(inner)
}

/// Values by name. Of a name given twice, the last value stands where the first stood.
fn deduplicated<'a>(object: &'a Object<'_>) -> Vec<(&'a str, &'a Json<'a>)> {
    let mut members: Vec<(&str, &Json<'_>)> = Vec::new();
    let mut positions = HashMap::<_, usize>::new();
    for (name, value) in object.members() {
        match positions.entry(name) {
            Entry::Occupied(position) => members[*position.get()].1 = value,
            Entry::Vacant(position) => {
                position.insert(members.len());
                members.push((name, value));
            }
        }
    }
    members
}

/// Copies valid JSON without the white space between its tokens (RFC 8259 §2).
///
/// Programs write little of it, so that is what is looked for. A line break or a tab cannot stand in a
/// string as such; a space can.
fn compact(json: &str, out: &mut Vec<u8>) {
    let json = json.as_bytes();
    let mut is_in_string = false;
    for line in split(json, memchr3_iter(b'\n', b'\r', b'\t', json)) {
        for (index, piece) in split(line, memchr_iter(b' ', line)).enumerate() {
            if index > 0 && is_in_string {
                out.push(b' ');
            }
            out.extend_from_slice(piece);
            is_in_string ^= quotes(piece) % 2 == 1;
        }
    }
}

/// What stands before, between and after the bytes at some positions.
fn split(text: &[u8], at: impl Iterator<Item = usize>) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    at.chain([text.len()]).map(move |end| {
        let piece = &text[start..end];
        start = end + 1;
        piece
    })
}

/// How many strings begin or end in a piece of JSON.
fn quotes(json: &[u8]) -> usize {
    let mut escaped = 0;
    let mut rest = json;
    while let Some(position) = memchr(b'\\', rest) {
        escaped += usize::from(rest.get(position + 1) == Some(&b'"'));
        rest = rest.get(position + 2..).unwrap_or_default();
    }
    memchr_iter(b'"', json).count() - escaped
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn written(text: &str) -> String {
        let json: Json = serde_json::from_str(text).unwrap();
        let mut out = Vec::new();
        write(text, json.as_object().unwrap(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn keeps_order_and_text_and_drops_white_space() {
        assert_eq!(
            written(" { \"b\" : [ 1 , 2.50 ],\n\"a\":{\"x y\": \"\\\" : \\\\\"} , \"c\" : null } "),
            r#""b":[1,2.50],"a":{"x y":"\" : \\"},"c":null"#
        );
        assert_eq!(written("{}"), "");
        assert_eq!(written("\t{ }\n"), "");
    }

    #[test]
    fn white_space_is_dropped_only_between_tokens() {
        for text in [
            r#"{"a":"\\","b":" ","\"":"\\\" ","c ":[" \\"," "]}"#,
            r#"{"":"\u00e9 \t ","\\\\":"\\\" \\"}"#,
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            for spaced in [
                pretty.replace('\n', "\r\n"),
                pretty.replace("  ", "\t"),
                pretty,
            ] {
                let written = format!("{{{}}}", written(&spaced));
                let read: Value = serde_json::from_str(&written).unwrap();
                assert_eq!(read, value);
                assert_eq!(written, serde_json::to_string(&value).unwrap());
            }
        }
    }

    #[test]
    fn the_last_of_two_counts() {
        assert_eq!(written(r#"{"a":1,"b": 2,"\u0061":3}"#), r#""a":3,"b":2"#);
    }

    #[test]
    fn the_claims_of_the_service_are_left_out() {
        assert_eq!(
            written(r#"{"exp":1,"a":{"exp":2}, "i\u0061t":3}"#),
            r#""a":{"exp":2}"#
        );
        assert_eq!(written(r#"{"exp":1}"#), "");
    }

    #[test]
    fn a_hundred_thousand_names_are_each_looked_up_once() {
        let members: Vec<_> = (0..100_000).map(|n| format!("\"{n}\":{n}")).collect();
        let members = members.join(",");
        assert_eq!(written(&format!("{{{members}}}")), members);
    }
}
