use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header::CONTENT_TYPE};

use super::api_error::{ApiError, Problem, is_encoded};
use crate::response::{ErrorBody, Mismatch, SessionCreated};

impl SessionCreated {
    /// Reads the service's answer.
    ///
    /// # Errors
    ///
    /// The status is not 2xx, or the body is not the JSON of a created session. [`ApiError`] keeps
    /// status, headers and the raw body in either case.
    pub fn from_http(response: Response<impl AsRef<[u8]>>) -> Result<Self, ApiError> {
        let (head, body) = response.into_parts();
        let body = body.as_ref();
        outcome(head.status, &head.headers, body).map_err(|problem| {
            let body = Bytes::copy_from_slice(body);
            ApiError::new(head.status, head.headers, body, problem)
        })
    }

    /// Reads the service's answer and leaves it, with its headers, to the caller.
    ///
    /// # Errors
    ///
    /// As [`from_http`](Self::from_http); the error has a copy of the answer.
    pub fn from_http_ref(response: &Response<impl AsRef<[u8]>>) -> Result<Self, ApiError> {
        let body = response.body().as_ref();
        outcome(response.status(), response.headers(), body).map_err(|problem| {
            let body = Bytes::copy_from_slice(body);
            ApiError::new(response.status(), response.headers().clone(), body, problem)
        })
    }
}

fn outcome(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<SessionCreated, Problem> {
    if status.is_success() {
        read(headers, body)
    } else {
        Err(Problem::Refused(recognized(body)))
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
    serde_json::from_str(text).map_err(|cause| Problem::Unreadable(Mismatch::new(&cause)))
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

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    const CREATED: &str = r#"{"status_code":200,"status":"OK","data":{"session_uri":"https://v/s/hush","session_token":"hush"}}"#;

    fn bodies() -> Vec<Vec<u8>> {
        let mut bodies = [
            "",
            CREATED,
            "hush",
            "null",
            "[\"hush\"]",
            "{\"hush\":1}",
            "{\"data\":{\"session_token\":\"hush\"}}",
            "{\"message\":\"Invalid\",\"hush\":\"hush\"}",
            "{\"message\":4711,\"hush\":\"hush\"}",
        ]
        .map(|body| body.as_bytes().to_vec())
        .to_vec();
        bodies.push(b"\xFFhush".to_vec());
        bodies.push([CREATED.as_bytes(), b"\xFF"].concat());
        bodies.push([CREATED.as_bytes(), b"{}"].concat());
        bodies
    }

    fn long_bodies() -> Vec<Vec<u8>> {
        let message = format!(r#"{{"message":"{}"}}"#, "x".repeat(1 << 20));
        vec![
            b"hush".repeat(1 << 18),
            message.into_bytes(),
            b"[".repeat(10_000),
            [CREATED.as_bytes(), &b" ".repeat(1 << 20)].concat(),
        ]
    }

    #[test]
    fn every_status_with_every_body_is_a_session_or_an_error_that_keeps_it() {
        for status in 100..=999 {
            for body in bodies() {
                check(status, body);
            }
        }
    }

    #[test]
    fn a_long_body_is_kept_and_not_shown() {
        for status in [200, 302, 404, 503] {
            for body in long_bodies() {
                check(status, body);
            }
        }
    }

    fn check(status: u16, body: Vec<u8>) {
        let is_success = (200..300).contains(&status);
        let answer = Response::builder()
            .status(status)
            .header("x-request-id", "hush")
            .body(body)
            .unwrap();
        let by_reference = SessionCreated::from_http_ref(&answer);
        let body = answer.body().clone();
        let error = match SessionCreated::from_http(answer) {
            Ok(created) => {
                assert!(is_success && body.trim_ascii_end() == CREATED.as_bytes());
                assert_eq!(by_reference.unwrap(), created);
                return;
            }
            Err(error) => error,
        };
        assert!(!is_success || body.trim_ascii_end() != CREATED.as_bytes());
        assert_eq!(error.status(), status);
        assert_eq!(error.headers()["x-request-id"], "hush");
        assert!(error.body() == &body);
        assert_eq!(error.is_unreadable(), is_success);
        let source = error.source().map(ToString::to_string);
        let shown = format!("{error} {error:?} {source:?}");
        assert!(!shown.contains("hush") && shown.len() < 2_000, "{shown}");
        assert_eq!(by_reference.unwrap_err().to_string(), error.to_string());
    }
}
