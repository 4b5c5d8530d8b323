use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, DATE},
};
use serde::Serialize;

use crate::clock::Clock;

/// An answer with a JSON body, not dated yet.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response<Bytes> {
    let body = serde_json::to_vec(body).expect("the mock's own types are JSON");
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

/// Dates an answer by the mock's clock (RFC 9110 §6.6.1).
pub(crate) fn date(mut response: Response<Bytes>, clock: &Clock) -> Response<Bytes> {
    let date = httpdate::fmt_http_date(clock.now());
    let date = HeaderValue::try_from(date).expect("a date is ASCII");
    response.headers_mut().insert(DATE, date);
    response
}
