//! Cross-origin calls: the Vault widget lives on the pages of other origins.

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW,
    },
};

/// Whether pages of other origins may call this path: the API, and nothing else of the mock.
pub(super) fn is_open(path: &str) -> bool {
    path.starts_with("/vault/")
}

/// Answers `OPTIONS`, preflights among them: browsers send those without credentials, before every
/// call of the widget.
pub(super) fn options(allow: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let allow = HeaderValue::try_from(allow).expect("names of methods are ASCII");
    let headers = response.headers_mut();
    headers.insert(ALLOW, allow);
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH, DELETE"),
        // By name: `*` does not stand for authorization (Fetch §3.3.3).
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, x-apideck-app-id, x-apideck-consumer-id, \
             x-apideck-auth-type, x-apideck-service-id, x-vault-mock",
        ),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Lets pages of any origin read an answer, refusals too: otherwise the browser hides them. Nothing
/// is credentialed by the browser itself, so that every origin may be `*`.
pub(crate) fn share(mut response: Response<Bytes>, path: &str) -> Response<Bytes> {
    if is_open(path) {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("retry-after, x-apideck-request-id"),
        );
    }
    response
}
