//! The members of a JSON object as text, in the order in which they came.

use std::collections::{HashMap, hash_map::Entry};

use memchr::memchr2;

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

/// Copies valid JSON without the white space between its tokens.
fn compact(json: &str, out: &mut Vec<u8>) {
    let bytes = json.as_bytes();
    let mut copied = 0;
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        if *byte == b'"' {
            position += string_length(&bytes[position..]);
            continue;
        }
        if byte.is_ascii_whitespace() {
            out.extend_from_slice(&bytes[copied..position]);
            copied = position + 1;
        }
        position += 1;
    }
    out.extend_from_slice(&bytes[copied..]);
}

/// Bytes of the string that valid JSON begins with, quotes included.
fn string_length(json: &[u8]) -> usize {
    let mut length = 1;
    while let Some(found) = memchr2(b'"', b'\\', &json[length..]) {
        length += found;
        if json[length] == b'"' {
            return length + 1;
        }
        // What is escaped is not the end of the string.
        length += 2;
    }
    json.len()
}

#[cfg(test)]
mod tests {
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
