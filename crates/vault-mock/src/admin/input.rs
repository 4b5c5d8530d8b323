use std::{fmt::Display, str::FromStr, time::Duration};

use http::{Method, header::CONTENT_TYPE};
use serde_json::Value;

use super::problem::{AdminProblem, Wrong};
use crate::{
    api,
    router::Call,
    validate::{self, BodyRefused, Checker, Object},
};

/// Reads the body of a request; it must be a JSON object, and say that it is JSON. The latter also keeps
/// simple requests of web pages out, which cannot (Fetch standard, CORS).
pub(super) fn read<'a>(call: &Call<'a>) -> Result<Object<'a>, AdminProblem> {
    let headers = &call.head.parts.headers;
    if api::is_encoded(headers) {
        return Err(AdminProblem::content_encoding());
    }
    let media_type = headers.get(CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    let essence = media_type.map_or("", api::essence);
    if !api::is_json(essence, &call.head.parts.method) {
        return Err(AdminProblem::unsupported_media_type());
    }
    validate::parse(call.body).map_err(|refused| {
        let why = match refused {
            BodyRefused::Syntax(why) => why,
            BodyRefused::Violations(_) => "it must be an object".to_owned(),
        };
        AdminProblem::invalid(vec![Wrong::at("", why)])
    })
}

impl<'a> Checker<'a> {
    /// Takes a member that must be there.
    pub(super) fn take<T>(&mut self, name: &'a str, read: Reader<T>) -> Option<T> {
        self.required(name, |checker, json| checker.convert(&json.into(), read))
    }

    /// Takes a member that may be absent or null. One that is wrong makes `finish_closed` fail.
    pub(super) fn take_if_there<T>(&mut self, name: &'a str, read: Reader<T>) -> Option<T> {
        self.member(name, |checker, json| checker.convert(&json.into(), read))
    }

    /// What was read, unless a member is wrong or was not asked for.
    pub(super) fn finish_closed<T>(mut self, read: Option<T>) -> Result<T, AdminProblem> {
        self.closed();
        let read = self.finish(read).map_err(|violations| {
            let wrong = violations.into_iter();
            let wrong = wrong.map(|violation| Wrong::at(&violation.pointer, violation.rule));
            AdminProblem::invalid(wrong.collect())
        })?;
        read.ok_or_else(|| AdminProblem::invalid(Vec::new()))
    }

    fn convert<T>(&mut self, value: &Value, read: Reader<T>) -> Option<T> {
        read(value).map_err(|rule| self.violation(rule)).ok()
    }
}

/// Reads a value, or says what it must be.
pub(super) type Reader<T> = fn(&Value) -> Result<T, String>;

/// A text that a type can be read from.
pub(super) fn text<T: FromStr<Err: Display>>(value: &Value) -> Result<T, String> {
    let text = value.as_str().ok_or("it must be a text")?;
    text.parse().map_err(|invalid: T::Err| invalid.to_string())
}

/// A method of HTTP, which is case-sensitive (RFC 9110 §9.1): `post` would be met by no request.
pub(super) fn method(value: &Value) -> Result<Method, String> {
    text(value).and_then(spelled)
}

/// As [`method`], of a parameter.
pub(super) fn spelled(method: Method) -> Result<Method, String> {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let known = KNOWN
        .iter()
        .find(|known| known.eq_ignore_ascii_case(method.as_str()));
    match known {
        Some(known) if method != **known => {
            Err(format!("a method is case-sensitive: write `{known}`"))
        }
        _ => Ok(method),
    }
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
