use std::time::SystemTime;

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{
        ALLOW, CONNECTION, CONTENT_TYPE, DATE, PROXY_AUTHENTICATE, UPGRADE, WWW_AUTHENTICATE,
    },
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::Clock;

/// An answer with a JSON body, not dated yet.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response<Bytes> {
    json_text(
        status,
        serde_json::to_vec(body).expect("the mock's own types are JSON"),
    )
}

/// An answer whose body is JSON already, not dated yet.
pub(super) fn json_text(status: StatusCode, body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

/// What the service answers to a request that went well: `{status_code, status, data}`.
#[expect(clippy::needless_pass_by_value, reason = "the data is built for this")]
pub(super) fn data(data: Value) -> Response<Bytes> {
    let body = json!({ "status_code": 200, "status": "OK", "data": data });
    json(StatusCode::OK, &body)
}

/// Adds the headers that HTTP demands along with a status, unless they are there, and takes the body
/// that it does not let an answer have.
pub(crate) fn complete(response: &mut Response<Bytes>) {
    let (name, value) = match response.status() {
        // RFC 9110 §15.3.5, §15.3.6 and §15.4.5
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED => {
            response.body_mut().clear();
            response.headers_mut().remove(CONTENT_TYPE);
            return;
        }
        // RFC 9110 §15.5.22 and §7.8
        StatusCode::UPGRADE_REQUIRED => {
            let upgrade = HeaderValue::from_static("upgrade");
            response.headers_mut().insert(CONNECTION, upgrade);
            (UPGRADE, "HTTP/2.0")
        }
        // RFC 9110 §15.5.2, §15.5.6 and §15.5.8. No method at all is a value of `Allow`.
        StatusCode::UNAUTHORIZED => (WWW_AUTHENTICATE, "Bearer realm=\"vault-mock\""),
        StatusCode::METHOD_NOT_ALLOWED => (ALLOW, ""),
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            (PROXY_AUTHENTICATE, "Basic realm=\"vault-mock\"")
        }
        _ => return,
    };
    let headers = response.headers_mut();
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}

/// An answer without a body: it went well, and there is nothing to say.
pub(crate) fn no_content() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Dates an answer by the mock's clock (RFC 9110 §6.6.1).
pub(crate) fn date(mut response: Response<Bytes>, clock: &Clock) -> Response<Bytes> {
    response.headers_mut().insert(DATE, clock.http_date());
    response
}

/// An instant as RFC 3339 writes it, to the second.
pub(super) fn timestamp(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}
