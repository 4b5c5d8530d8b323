//! The members of a JSON object as raw text, in the order in which they came.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The members of an object. Of a name given twice, the last value counts, as in ECMAScript's
/// `JSON.parse`, which the service most likely reads bodies with.
pub(super) struct Members<'a>(Vec<(String, &'a RawValue)>);

/// The claims that are not the body's to make, which only a validation that is not strict lets past.
const SERVICE_CLAIMS: [&str; 6] = [
    "consumer_id",
    "application_id",
    "scopes",
    "data_scopes",
    "iat",
    "exp",
];

impl Members<'_> {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let members = self.0.iter();
        let members = members.filter(|(name, _)| !SERVICE_CLAIMS.contains(&name.as_str()));
        for (index, (name, value)) in members.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            serde_json::to_writer(&mut *out, name).expect("a text is JSON");
            out.push(b':');
            compact(value.get(), out);
        }
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members: Vec<(String, &RawValue)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            match members.iter_mut().find(|(known, _)| *known == name) {
                Some((_, earlier)) => *earlier = value,
                None => members.push((name, value)),
            }
        }
        Ok(Members(members))
    }
}

/// Copies valid JSON without the white space between its tokens.
fn compact(json: &str, out: &mut Vec<u8>) {
    let bytes = json.as_bytes();
    let mut copied = 0;
    let mut in_string = false;
    let mut escaped = false;
    for (position, &byte) in bytes.iter().enumerate() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if byte.is_ascii_whitespace() {
            out.extend_from_slice(&bytes[copied..position]);
            copied = position + 1;
        } else {
            in_string = byte == b'"';
        }
    }
    out.extend_from_slice(&bytes[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(json: &str) -> String {
        let members: Members = serde_json::from_str(json).unwrap();
        let mut out = Vec::new();
        members.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn keeps_order_and_text_and_drops_white_space() {
        assert_eq!(
            copied("{ \"b\" : [ 1 , 2.50 ],\n\"a\":{\"x y\": \"\\\" : \\\\\"} , \"c\" : null }"),
            r#""b":[1,2.50],"a":{"x y":"\" : \\"},"c":null"#
        );
        assert_eq!(copied("{}"), "");
    }

    #[test]
    fn the_last_of_two_counts() {
        assert_eq!(copied(r#"{"a":1,"b":2,"a":3}"#), r#""a":3,"b":2"#);
    }
}
