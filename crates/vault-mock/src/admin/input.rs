use std::{fmt::Display, str::FromStr, time::Duration};

use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use super::problem::{Problem, Wrong};
use crate::router::Call;

/// The members of a JSON body, taken one by one; whatever is wrong is collected.
///
/// `finish` refuses the members that nobody took, and hands out what was read if all is well.
pub(super) struct Input {
    pointer: String,
    members: Map<String, Value>,
    wrong: Vec<Wrong>,
}

impl Input {
    /// Reads the body of a request; it must be a JSON object, and say that it is JSON. The latter
    /// also keeps simple requests of web pages out, which cannot (Fetch standard, CORS).
    pub(super) fn read(call: &Call<'_>) -> Result<Self, Problem> {
        let essence = call.parts.headers.get(CONTENT_TYPE);
        let essence = essence.and_then(|value| value.to_str().ok()?.split(';').next());
        if !essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json")) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "send a JSON object with the header content-type: application/json",
            ));
        }
        let value = serde_json::from_slice(call.body).map_err(|error| {
            Problem::invalid(vec![Wrong::at("", format!("it is not JSON: {error}"))])
        })?;
        Self::of(value, String::new()).map_err(|wrong| Problem::invalid(vec![wrong]))
    }

    fn of(value: Value, pointer: String) -> Result<Self, Wrong> {
        match value {
            Value::Object(members) => Ok(Self {
                pointer,
                members,
                wrong: Vec::new(),
            }),
            _ => Err(Wrong::at(&pointer, "it must be an object")),
        }
    }

    /// A member that must be there.
    pub(super) fn required<T>(&mut self, name: &str, read: Reader<T>) -> Option<T> {
        let Some(value) = self.members.remove(name) else {
            self.complain(name, "it is missing".to_owned());
            return None;
        };
        self.read_member(name, &value, read)
    }

    /// A member that may be absent or null. One that is wrong makes `finish` fail.
    pub(super) fn optional<T>(&mut self, name: &str, read: Reader<T>) -> Option<T> {
        let value = self.members.remove(name).filter(|value| !value.is_null())?;
        self.read_member(name, &value, read)
    }

    /// A member as it is, whatever it is.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }

    pub(super) fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// What was read, unless anything was wrong.
    pub(super) fn finish<T>(mut self, read: Option<T>) -> Result<T, Problem> {
        for name in std::mem::take(&mut self.members).keys() {
            self.complain(name, "no such member is known here".to_owned());
        }
        match read {
            Some(read) if self.wrong.is_empty() => Ok(read),
            _ => Err(Problem::invalid(self.wrong)),
        }
    }

    pub(super) fn complain(&mut self, name: &str, detail: String) {
        let pointer = format!("{}/{}", self.pointer, escape(name));
        self.wrong.push(Wrong::at(&pointer, detail));
    }

    fn read_member<T>(&mut self, name: &str, value: &Value, read: Reader<T>) -> Option<T> {
        read(value).map_err(|rule| self.complain(name, rule)).ok()
    }
}

/// Reads a value, or says what it must be.
pub(super) type Reader<T> = fn(&Value) -> Result<T, String>;

/// A text that a type can be read from.
pub(super) fn text<T: FromStr<Err: Display>>(value: &Value) -> Result<T, String> {
    let text = value.as_str().ok_or("it must be a text")?;
    text.parse().map_err(|invalid: T::Err| invalid.to_string())
}

/// The longest way in seconds that the clock is asked to go: more than from one end to the other.
pub(super) const LONGEST: f64 = 1e12;

/// A number of seconds.
pub(crate) fn seconds(value: &Value) -> Result<Duration, String> {
    let seconds = value.as_f64().filter(|seconds| *seconds <= LONGEST);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "it must be a number of seconds, from 0 to 1e12".to_owned())
}

/// RFC 6901 §3.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The largest integer that every reader of JSON understands as it is (RFC 7493 §2.2).
pub(crate) const LARGEST: u64 = 9_007_199_254_740_991;

/// A whole number up to [`LARGEST`], which JSON Schema lets be written as `1.0` too.
pub(crate) fn integer(value: &Value) -> Option<u64> {
    let integer = value.as_u64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "floats saturate, and what is not exact is filtered out"
        )]
        (number >= 0.0).then_some(number as u64)
    });
    integer.filter(|integer| *integer <= LARGEST)
}
