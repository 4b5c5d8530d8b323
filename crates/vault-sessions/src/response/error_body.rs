use std::{collections::BTreeMap, fmt};

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

#[cfg(feature = "http")]
use super::salvage::{members, plain, read, read_extra};
use crate::{
    open_object::{AnyValue, NamesOf, Written, open_object},
    violation::Violation,
};

/// The JSON body of the service's errors.
///
/// Every member may be missing, because a proxy may have sent the answer. `Debug` shows only the names
/// in `extra`, because its values may be secrets.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorBody {
    /// The HTTP status, repeated.
    pub status_code: Option<u16>,
    /// The reason phrase of the status. An object, as other services write, is read into `type_name`,
    /// `message` and `detail` where those are missing.
    pub error: Option<String>,
    /// The kind of error, such as `UnauthorizedError`.
    pub type_name: Option<String>,
    /// What went wrong, in general terms.
    pub message: Option<String>,
    /// The details of what went wrong.
    pub detail: Option<Detail>,
    /// A link to the documentation of the error (`ref`).
    pub reference: Option<String>,
    /// Members that this version of the crate does not know.
    pub extra: BTreeMap<String, Value>,
}

open_object!(ErrorBody, "body of an error", {
    optional status_code: "status_code";
    optional error: "error";
    optional type_name: "type_name";
    optional message: "message";
    optional detail: "detail";
    optional reference: "ref";
    ..extra
});

impl ErrorBody {
    /// The service's error in a body, with the members that can be read.
    #[cfg(feature = "http")]
    pub(crate) fn recognize(body: &[u8]) -> Option<Self> {
        let error: Self = serde_json::from_slice(body).unwrap_or_else(|_| Self::salvage(body));
        error.is_recognized().then_some(error)
    }

    #[cfg(feature = "http")]
    fn salvage(json: &[u8]) -> Self {
        let (mut error, mut inner) = (Self::default(), Self::default());
        for (name, value) in members(&plain(json)) {
            match name.as_str() {
                "status_code" => read(value, &mut error.status_code),
                "error" => {
                    read(value, &mut error.error);
                    inner.read_inner(value);
                }
                "type_name" => read(value, &mut error.type_name),
                "message" => read(value, &mut error.message),
                "detail" => read(value, &mut error.detail),
                "ref" => read(value, &mut error.reference),
                _ => read_extra(name, value, &mut error.extra),
            }
        }
        error.type_name = error.type_name.or(inner.type_name);
        error.message = error.message.or(inner.message);
        error.detail = error.detail.or(inner.detail);
        error
    }

    /// Reads what a proxy or another service says in an object, `{"error":{"message":"..."}}`.
    #[cfg(feature = "http")]
    fn read_inner(&mut self, json: &[u8]) {
        for (name, value) in members(json) {
            match name.as_str() {
                "type" | "type_name" => read(value, &mut self.type_name),
                "message" => read(value, &mut self.message),
                "detail" => read(value, &mut self.detail),
                _ => {}
            }
        }
    }

    /// The places in the request that broke a rule, if `detail` lists them: in the service's form,
    /// `{"missing":[{"foobar":"required"}]}`, or in `vault-mock`'s, with JSON pointers.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let Some(Detail::Object(groups)) = &self.detail else {
            return Vec::new();
        };
        let listed = groups.values().filter_map(Value::as_array).flatten();
        let places = listed.filter_map(Value::as_object).flatten();
        let violation = |(pointer, rule): (&String, &Value)| {
            let (pointer, rule) = (pointer.clone(), rule.as_str()?.to_owned());
            Some(Violation { pointer, rule })
        };
        places.filter_map(violation).collect()
    }

    /// Whether the body has `error`, `type_name`, `message` or `detail`, as the service's errors do.
    #[must_use]
    pub fn is_recognized(&self) -> bool {
        self.error.is_some()
            || self.type_name.is_some()
            || self.message.is_some()
            || self.detail.is_some()
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ErrorBody")
            .field("status_code", &self.status_code)
            .field("error", &self.error)
            .field("type_name", &self.type_name)
            .field("message", &self.message)
            .field("detail", &self.detail)
            .field("reference", &self.reference)
            .field("extra", &NamesOf(&self.extra))
            .finish()
    }
}

impl fmt::Display for ErrorBody {
    /// Type, message and detail on one line, with control characters and bidi marks escaped. Parts
    /// without a word are left out; without type and message, `error` stands in their place.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let (type_name, message) = (said(&self.type_name), said(&self.message));
        let has_either = type_name.is_some() || message.is_some();
        let error = said(&self.error).filter(|_| !has_either);
        let detail = said(&self.detail.as_ref().map(ToString::to_string));
        let parts = [error, type_name, message, detail];
        for (index, part) in parts.iter().flatten().enumerate() {
            let separator = if index > 0 { ": " } else { "" };
            write!(formatter, "{separator}{}", OneLine(part))?;
        }
        Ok(())
    }
}

/// The details of an error: a sentence, an object, or something newer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Detail {
    /// A sentence.
    Text(String),
    /// An object such as `{"missing":[{"foobar":"required"}]}`.
    Object(Map<String, Value>),
    /// Any other JSON; the service's document names only the two above.
    Other(Value),
}

impl Serialize for Detail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, Written(value))))
            }
            Self::Other(value) => Written(value).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Detail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let AnyValue(value) = AnyValue::deserialize(deserializer)?;
        Ok(match value {
            Value::String(text) => Self::Text(text),
            Value::Object(members) => Self::Object(members),
            other => Self::Other(other),
        })
    }
}

impl fmt::Display for Detail {
    /// The sentence, or the JSON on one line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Object(members) => {
                let json = serde_json::to_string(members).map_err(|_| fmt::Error)?;
                formatter.write_str(&json)
            }
            Self::Other(value) => write!(formatter, "{value}"),
        }
    }
}

/// Foreign text in an error message: cut to a limited length, with line breaks, terminal control and
/// whatever reorders the displayed text escaped.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LIMIT: usize = 500;
        for (index, character) in self.0.chars().enumerate() {
            if index == LIMIT {
                return formatter.write_str("…");
            }
            if character.is_control() || breaks_or_turns_a_line(character) {
                write!(formatter, "{}", character.escape_default())?;
            } else {
                write!(formatter, "{character}")?;
            }
        }
        Ok(())
    }
}

/// Line and paragraph separator, and the characters of Unicode's property `Bidi_Control`.
fn breaks_or_turns_a_line(character: char) -> bool {
    matches!(
        character,
        '\u{61C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_everything_in_a_round_trip() {
        for json in [
            r#"{"status_code":401,"error":"Unauthorized","type_name":"UnauthorizedError","message":"Unauthorized Request","detail":"Missing authentication","ref":"https://developers.apideck.com/errors#unauthorizederror"}"#,
            r#"{"detail":{"missing":[{"foobar":"required"}]}}"#,
            r#"{"detail":[1,2],"request":"new"}"#,
            "{}",
        ] {
            let body: ErrorBody = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&body).unwrap(), json);
        }
    }

    #[test]
    fn reads_as_one_line() {
        let body: ErrorBody = serde_json::from_str(
            r#"{"type_name":"A","message":"b\nc","detail":{"missing":["d"]}}"#,
        )
        .unwrap();
        assert_eq!(body.to_string(), r#"A: b\nc: {"missing":["d"]}"#);
    }
}
