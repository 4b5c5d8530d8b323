use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;
use vault_sessions::{Claims, SessionToken};

use super::{
    input::{self, LONGEST, integer, seconds},
    problem::{self, AdminProblem},
};
use crate::{
    api,
    clock::parse_rfc3339,
    clock::{AroundExpiry, LATEST},
    router::Call,
    validate::Checker,
};

type Answer = Result<Response<Bytes>, AdminProblem>;

/// `GET /clock`
pub(super) fn read(call: &Call<'_>) -> Response<Bytes> {
    api::json(StatusCode::OK, &call.vault.clock().state())
}

/// `PUT /clock` with `unix_seconds`, or with `now` as RFC 3339 writes it, in UTC.
pub(super) fn set(call: &Call<'_>) -> Answer {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let by_number = checker.take_if_there("unix_seconds", unix_seconds);
    let now = checker.take_if_there("now", rfc3339);
    let time = match (by_number, now) {
        (Some(time), None) | (None, Some(time)) => Some(time),
        _ if !checker.is_content() => None,
        _ => {
            checker.refuse("unix_seconds", "give either it or `now`".to_owned());
            None
        }
    };
    call.vault.clock().set(checker.finish_closed(time)?);
    Ok(read(call))
}

/// `POST /clock/advance` with `seconds`.
pub(super) fn advance(call: &Call<'_>) -> Answer {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let by = checker.take("seconds", seconds);
    call.vault.clock().advance(checker.finish_closed(by)?);
    Ok(read(call))
}

/// `POST /clock/expiry` with a `session_token`, and `seconds` to be before (negative) or after its
/// `exp`.
pub(super) fn expiry(call: &Call<'_>) -> Answer {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let token = checker.take("session_token", session_token);
    let instant = checker.take_if_there("seconds", around_expiry);
    let (token, claims) = checker.finish_closed(token)?;
    problem::arrives_here(call, Some(claims.application_id().as_str()))?;
    let instant = instant.unwrap_or(AroundExpiry::At);
    // The token was read before, so that this cannot fail.
    let _ = call.vault.clock().set_around_expiry(&token, instant);
    Ok(read(call))
}

/// `PUT /clock/scale` with `scale`.
pub(super) fn scale(call: &Call<'_>) -> Answer {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let scale = checker.take("scale", |value| {
        let scale = integer(value).and_then(|scale| u32::try_from(scale).ok());
        scale.ok_or_else(|| format!("it must be an integer from 0 to {}", u32::MAX))
    });
    call.vault.clock().scale(checker.finish_closed(scale)?);
    Ok(read(call))
}

/// `POST /clock/freeze`
pub(super) fn freeze(call: &Call<'_>) -> Response<Bytes> {
    call.vault.clock().freeze();
    read(call)
}

/// `POST /clock/resume`
pub(super) fn resume(call: &Call<'_>) -> Response<Bytes> {
    call.vault.clock().resume();
    read(call)
}

fn unix_seconds(value: &Value) -> Result<SystemTime, String> {
    let seconds = integer(value).filter(|seconds| *seconds <= LATEST);
    let seconds = seconds.ok_or_else(|| format!("it must be an integer from 0 to {LATEST}"))?;
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

fn rfc3339(value: &Value) -> Result<SystemTime, String> {
    let time = value.as_str();
    let time = time.and_then(parse_rfc3339);
    time.ok_or_else(|| "it must be a time such as `2026-01-01T00:00:00Z`".to_owned())
}

fn session_token(value: &Value) -> Result<(SessionToken, Claims), String> {
    let token = value.as_str().and_then(|text| SessionToken::new(text).ok());
    let read = token.and_then(|token| {
        let claims = token.claims().ok()?;
        Some((token, claims))
    });
    read.ok_or_else(|| "it must be a session token: a JWT with the claims of a session".to_owned())
}

fn around_expiry(value: &Value) -> Result<AroundExpiry, String> {
    let seconds = value.as_f64().filter(|seconds| seconds.abs() <= LONGEST);
    let seconds = seconds.ok_or("it must be a number of seconds, from -1e12 to 1e12")?;
    let distance = Duration::from_secs_f64(seconds.abs());
    Ok(if seconds < 0.0 {
        AroundExpiry::Before(distance)
    } else {
        AroundExpiry::After(distance)
    })
}
