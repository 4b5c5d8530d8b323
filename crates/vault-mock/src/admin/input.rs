use std::{fmt::Display, str::FromStr, time::Duration};

use http::{Method, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use super::problem::{AdminProblem, Wrong};
use crate::{
    api,
    router::Call,
    validate::{self, BodyRefused},
};

/// The members of a JSON body, taken one by one; whatever is wrong is collected.
///
/// `finish` refuses the members that nobody took, and hands out what was read if all is well.
pub(super) struct Input {
    members: Map<String, Value>,
    wrong: Vec<Wrong>,
}

impl Input {
    /// Reads the body of a request; it must be a JSON object, and say that it is JSON. The latter
    /// also keeps simple requests of web pages out, which cannot (Fetch standard, CORS).
    pub(super) fn read(call: &Call<'_>) -> Result<Self, AdminProblem> {
        let headers = &call.parts.headers;
        if api::is_encoded(headers) {
            return Err(AdminProblem::content_encoding());
        }
        let essence = headers.get(CONTENT_TYPE);
        let essence = essence.and_then(|value| value.to_str().ok()?.split(';').next());
        let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
        let is_json = match essence.as_str() {
            "application/json" => true,
            "application/merge-patch+json" => call.parts.method == Method::PATCH,
            _ => false,
        };
        if !is_json {
            return Err(AdminProblem::unsupported_media_type());
        }
        match validate::parse(call.body) {
            Ok(members) => Ok(Self {
                members: (&members).into(),
                wrong: Vec::new(),
            }),
            Err(BodyRefused::Syntax(why)) => Err(AdminProblem::invalid(vec![Wrong::at("", why)])),
            Err(BodyRefused::Violations(_)) => Err(AdminProblem::invalid(vec![Wrong::at(
                "",
                "it must be an object",
            )])),
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
    pub(super) fn finish<T>(mut self, read: Option<T>) -> Result<T, AdminProblem> {
        for name in std::mem::take(&mut self.members).keys() {
            self.complain(name, "no such member is known here".to_owned());
        }
        match read {
            Some(read) if self.wrong.is_empty() => Ok(read),
            _ => Err(AdminProblem::invalid(self.wrong)),
        }
    }

    pub(super) fn complain(&mut self, name: &str, detail: String) {
        let pointer = format!("/{}", validate::escaped(name));
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
