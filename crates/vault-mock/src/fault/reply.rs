use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};

use super::{
    effect::{Effect, RetryAfter, Status},
    wire::{Broken, Played},
};
use crate::{api, clock::Clock};

/// What becomes of a request.
pub(crate) enum Reply {
    /// An answer that HTTP can carry.
    Whole(Response<Bytes>),
    /// Bytes and an end that no HTTP server would write.
    Broken(Box<Broken>),
    /// Nothing: the connection is closed.
    Ended,
}

/// The answer that comes instead of the true one, if the effect is a whole answer.
pub(crate) fn substitute(effect: &Effect, clock: &Clock) -> Option<Response<Bytes>> {
    let (status, media_type, body) = match effect {
        Effect::Status(status) => return Some(answer(status, clock)),
        Effect::Html(status) => (status.code(), "text/html; charset=utf-8", PAGE),
        Effect::InvalidJson => (
            StatusCode::OK,
            JSON,
            r#"{"status_code":200,"status":"OK","da"#,
        ),
        Effect::WrongShape => (
            StatusCode::OK,
            JSON,
            r#"{"status_code":200,"status":"OK","data":[]}"#,
        ),
        _ => return None,
    };
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static(media_type);
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    api::complete(&mut response);
    Some(response)
}

const JSON: &str = "application/json";

const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>Bad Gateway</title></head>\n\
    <body><h1>Bad Gateway</h1><p>The proxy got no answer.</p></body>\n</html>\n";

fn answer(status: &Status, clock: &Clock) -> Response<Bytes> {
    let mut response = match &status.body {
        None => super::injected::injected(status.code.code()),
        Some(body) => {
            let mut response = Response::new(Bytes::from(body.clone()));
            *response.status_mut() = status.code.code();
            let media_type = HeaderValue::from_static(JSON);
            response.headers_mut().insert(CONTENT_TYPE, media_type);
            response
        }
    };
    if let Some(after) = status.retry_after {
        let after = retry_after(after, clock);
        response.headers_mut().insert(RETRY_AFTER, after);
    }
    api::complete(&mut response);
    response
}

fn retry_after(after: RetryAfter, clock: &Clock) -> HeaderValue {
    match after {
        RetryAfter::Seconds(seconds) => seconds.into(),
        RetryAfter::Date(seconds) => {
            let date = clock.later(std::time::Duration::from_secs(seconds.into()));
            let date = httpdate::fmt_http_date(date);
            HeaderValue::try_from(date).expect("a date is ASCII")
        }
    }
}

/// Does to the true answer what the effect asks for.
pub(crate) fn spoil(
    effect: &Effect,
    mut response: Response<Bytes>,
) -> Result<Response<Bytes>, Box<Played>> {
    if let Effect::ContentType(media_type) = effect {
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, media_type.clone());
    }
    match Played::new(effect, &response) {
        None => Ok(response),
        Some(played) => Err(Box::new(played)),
    }
}
