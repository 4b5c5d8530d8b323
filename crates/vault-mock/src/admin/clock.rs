use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{input::Input, problem::Problem, route::Call};
use crate::{api, clock::Clock};

type Answer = Result<Response<Bytes>, Problem>;

/// `GET /clock`
pub(super) fn read(call: &Call<'_>) -> Response<Bytes> {
    show(call.vault.clock())
}

/// `PUT /clock` with `unix_seconds`, or with `date` as HTTP writes it (RFC 9110 §5.6.7).
pub(super) fn set(call: &Call<'_>) -> Answer {
    let mut input = Input::read(call)?;
    let seconds = input.optional("unix_seconds", unix_seconds);
    let date = input.optional("date", http_date);
    let time = match (seconds, date) {
        (Some(time), None) | (None, Some(time)) => Some(time),
        _ if input.is_wrong() => None,
        _ => {
            input.complain("unix_seconds", "give either it or `date`".to_owned());
            None
        }
    };
    call.vault.clock().set(input.finish(time)?);
    Ok(read(call))
}

/// `POST /clock/advance` with `seconds`.
pub(super) fn advance(call: &Call<'_>) -> Answer {
    let mut input = Input::read(call)?;
    let by = input.required("seconds", duration);
    call.vault.clock().advance(input.finish(by)?);
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

fn show(clock: &Clock) -> Response<Bytes> {
    let now = clock.now();
    let since_epoch = now.duration_since(SystemTime::UNIX_EPOCH);
    let since_epoch = since_epoch.unwrap_or_default();
    let shown = json!({
        "unix_seconds": since_epoch.as_secs(),
        "nanoseconds": since_epoch.subsec_nanos(),
        "date": httpdate::fmt_http_date(now),
    });
    api::json(StatusCode::OK, &shown)
}

fn unix_seconds(value: &Value) -> Result<SystemTime, String> {
    let seconds = value.as_u64().filter(|seconds| *seconds <= LATEST);
    let seconds = seconds.ok_or_else(|| format!("it must be an integer from 0 to {LATEST}"))?;
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

fn http_date(value: &Value) -> Result<SystemTime, String> {
    let date = value
        .as_str()
        .and_then(|text| httpdate::parse_http_date(text).ok());
    date.ok_or_else(|| "it must be a date such as `Thu, 01 Jan 2026 00:00:00 GMT`".to_owned())
}

fn duration(value: &Value) -> Result<Duration, String> {
    let seconds = value.as_f64().filter(|seconds| *seconds <= 1e12);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "it must be a number of seconds, from 0 to 1e12".to_owned())
}

/// The end of the year 9999, the last second of HTTP's dates.
const LATEST: u64 = 253_402_300_799;
