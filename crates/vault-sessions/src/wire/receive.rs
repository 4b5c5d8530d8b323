use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};

use super::api_error::{AnswerProblem, ApiError, is_encoded};
use crate::response::{ErrorBody, JsonMismatch, SessionCreated};

impl SessionCreated {
    /// Reads the service's answer: its status, headers and whole body, from any HTTP stack (feature
    /// `http`).
    ///
    /// A 2xx answer counts if a session's URI and token can be read from the body. Headers and other
    /// members do not matter then; they explain why an answer cannot be read.
    ///
    /// # Errors
    ///
    /// The status is not 2xx, or the body does not hold a session. [`ApiError`] keeps status, headers
    /// and body in either case.
    pub fn from_http(
        status: StatusCode,
        headers: &HeaderMap,
        body: impl AsRef<[u8]>,
    ) -> Result<Self, ApiError> {
        let body = body.as_ref();
        let outcome = if status.is_success() {
            read(headers, body)
        } else {
            Err(AnswerProblem::Refused(
                ErrorBody::recognize(body).map(Box::new),
            ))
        };
        outcome.map_err(|problem| {
            let body = Bytes::copy_from_slice(body);
            ApiError::new(status, headers.clone(), body, problem)
        })
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<SessionCreated, AnswerProblem> {
    // Most of the time of `from_slice` goes into checking each string for UTF-8 on its own.
    let problem = match str::from_utf8(body) {
        Ok(text) => match serde_json::from_str(text) {
            Ok(created) => return Ok(created),
            Err(cause) => AnswerProblem::Unreadable(JsonMismatch::new(&cause)),
        },
        Err(cause) => AnswerProblem::NotUtf8(cause),
    };
    if let Some(created) = SessionCreated::salvage(body) {
        return Ok(created);
    }
    Err(if !may_be_json(headers) {
        AnswerProblem::NotJson
    } else if is_encoded(headers) {
        AnswerProblem::Encoded
    } else if body.is_empty() {
        AnswerProblem::Empty
    } else {
        problem
    })
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
                check(status, &body);
            }
        }
    }

    #[test]
    fn a_long_body_is_kept_and_not_shown() {
        for status in [200, 302, 404, 503] {
            for body in long_bodies() {
                check(status, &body);
            }
        }
    }

    fn check(status: u16, body: &[u8]) {
        let is_success = (200..300).contains(&status);
        let status = StatusCode::from_u16(status).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", "hush".parse().unwrap());
        let has_session = body.starts_with(CREATED.as_bytes());
        let Err(error) = SessionCreated::from_http(status, &headers, body) else {
            return assert!(is_success && has_session);
        };
        assert!(!is_success || !has_session);
        assert_eq!(error.status(), status);
        assert_eq!(error.headers()["x-request-id"], "hush");
        assert!(error.body() == body);
        assert_eq!(error.is_unreadable(), is_success);
        let source = error.source().map(ToString::to_string);
        let shown = format!("{error} {error:?} {source:?}");
        assert!(!shown.contains("hush") && shown.len() < 2_000, "{shown}");
    }
}
