use bytes::Bytes;
use http::{HeaderMap, Response, header::CONTENT_TYPE};

use super::api_error::{ApiError, Problem, is_encoded};
use crate::response::{ErrorBody, SessionCreated};

impl SessionCreated {
    /// Reads the service's answer.
    ///
    /// # Errors
    ///
    /// The status is not 2xx, or the body is not the JSON of a created session. [`ApiError`] keeps
    /// status, headers and the raw body in either case.
    pub fn from_http(response: Response<impl AsRef<[u8]>>) -> Result<Self, ApiError> {
        let (parts, body) = response.into_parts();
        let body = body.as_ref();
        let problem = if parts.status.is_success() {
            match read(&parts.headers, body) {
                Ok(created) => return Ok(created),
                Err(problem) => problem,
            }
        } else {
            Problem::Refused(recognized(body))
        };
        let body = Bytes::copy_from_slice(body);
        Err(ApiError::new(parts.status, parts.headers, body, problem))
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<SessionCreated, Problem> {
    if !may_be_json(headers) {
        return Err(Problem::NotJson);
    }
    if is_encoded(headers) {
        return Err(Problem::Encoded);
    }
    if body.is_empty() {
        return Err(Problem::Empty);
    }
    // Most of the time of `from_slice` goes into checking each string for UTF-8 on its own.
    let text = str::from_utf8(body).map_err(Problem::NotUtf8)?;
    serde_json::from_str(text).map_err(Problem::Unreadable)
}

fn recognized(body: &[u8]) -> Option<Box<ErrorBody>> {
    let error: Box<ErrorBody> = serde_json::from_slice(body).ok()?;
    error.is_recognized().then_some(error)
}

/// A missing content type is given the benefit of the doubt (RFC 9110 §8.3).
fn may_be_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_none_or(|value| {
        let value = value.as_bytes();
        let end = value.iter().position(|&byte| byte == b';');
        let essence = value[..end.unwrap_or(value.len())].trim_ascii();
        let essence = essence.to_ascii_lowercase();
        essence == b"application/json" || essence.ends_with(b"+json")
    })
}
