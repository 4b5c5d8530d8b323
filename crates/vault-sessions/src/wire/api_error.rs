use std::{borrow::Cow, error::Error, fmt, str::Utf8Error};

use bytes::Bytes;
use http::{
    HeaderMap, StatusCode, Uri,
    header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION},
};

use super::{redact::Redaction, retry_after::RetryAfter};
use crate::{
    error_debug::debug_as_display,
    response::{ErrorBody, JsonMismatch},
    values::ApiKey,
    violation::Violation,
};

/// The service answered, but the answer is not a created session (feature `http`).
///
/// It keeps the whole answer: status, headers and raw body. `Debug` and `Display` show neither headers
/// nor the raw body, which may hold a token. They show type, message and detail of the service's error,
/// or its `error` without type and message, on one line, each cut after 500 characters.
pub struct ApiError(Box<Answer>);

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    problem: AnswerProblem,
    /// Never shown.
    hidden: Option<ApiKey>,
}

pub(super) enum AnswerProblem {
    Refused(Option<Box<ErrorBody>>),
    NotJson,
    Encoded,
    Empty,
    NotUtf8(Utf8Error),
    Unreadable(JsonMismatch),
}

impl ApiError {
    pub(super) fn new(
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        problem: AnswerProblem,
    ) -> Self {
        Self(Box::new(Answer {
            status,
            headers,
            body,
            problem,
            hidden: None,
        }))
    }

    pub(super) fn error_body_mut(&mut self) -> Option<&mut ErrorBody> {
        match &mut self.0.problem {
            AnswerProblem::Refused(body) => body.as_deref_mut(),
            _ => None,
        }
    }

    pub(super) fn hide_in_headers(&mut self, key: ApiKey) {
        self.0.hidden = Some(key);
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The body of the answer, byte for byte.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// The service's error, if the body is one.
    #[must_use]
    pub fn error_body(&self) -> Option<&ErrorBody> {
        match &self.0.problem {
            AnswerProblem::Refused(body) => body.as_deref(),
            _ => None,
        }
    }

    /// The places in the request that broke a rule, if the service lists them.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.error_body()
            .map(ErrorBody::violations)
            .unwrap_or_default()
    }

    /// Whether the API key was refused (401): it is wrong, or does not belong to the app ID.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.status() == StatusCode::UNAUTHORIZED
    }

    /// When the service asks to be called again (`Retry-After`); [`None`] if it does not ask.
    ///
    /// The header can come with any status; 429 and 503 are the usual ones.
    #[must_use]
    pub fn retry_after(&self) -> Option<RetryAfter> {
        RetryAfter::from_headers(self.headers())
    }

    /// Whether the status says success but the body cannot be read as a created session. The service
    /// may have created one all the same.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        !matches!(self.0.problem, AnswerProblem::Refused(_))
    }

    fn advice(&self) -> Option<&'static str> {
        Some(match self.0.status {
            StatusCode::UNAUTHORIZED => "check the API key, and that it belongs to the app ID",
            StatusCode::PAYMENT_REQUIRED => "the plan's request limit is used up",
            StatusCode::NOT_FOUND => "check the base URI",
            StatusCode::TOO_MANY_REQUESTS => "wait as long as `retry-after` says, then try again",
            status if status.is_redirection() => "check the base URI; redirects are not followed",
            status if status.is_server_error() => "the service or a proxy failed; try again later",
            _ => return None,
        })
    }
}

debug_as_display!(ApiError);

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer {
            status,
            headers,
            body,
            problem,
            hidden,
        } = &*self.0;
        let is_hidden = |text: &str| {
            let key = hidden.as_ref();
            key.is_some_and(|key| matches!(Redaction::new(key).text(text), Cow::Owned(_)))
        };
        write!(formatter, "the service answered {status}")?;
        match problem {
            AnswerProblem::Refused(Some(error)) => match error.to_string() {
                text if text.is_empty() => {}
                text => write!(formatter, ": {text}")?,
            },
            _ if is_encoded(headers) => write!(
                formatter,
                " with {} bytes in a content coding that was not requested",
                body.len()
            )?,
            AnswerProblem::Refused(None) | AnswerProblem::NotJson => {
                write!(
                    formatter,
                    " with {} bytes of {}",
                    body.len(),
                    media_type(headers)
                        .filter(|media_type| !is_hidden(media_type))
                        .unwrap_or("no known media type")
                )?;
                formatter.write_str(" instead of the API's JSON")?;
            }
            // Said above.
            AnswerProblem::Encoded => {}
            AnswerProblem::Empty => formatter.write_str(" with an empty body")?,
            AnswerProblem::NotUtf8(_) => formatter.write_str(" with a body that is not UTF-8")?,
            AnswerProblem::Unreadable(_) => {
                write!(
                    formatter,
                    " with {} bytes that are not a created session",
                    body.len()
                )?;
            }
        }
        if let Some(host) = redirect_host(*status, headers).filter(|host| !is_hidden(host)) {
            write!(formatter, ", a redirect to {host}")?;
        }
        match self.advice() {
            Some(advice) => write!(formatter, "; {advice}"),
            None => Ok(()),
        }
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0.problem {
            AnswerProblem::Unreadable(cause) => Some(cause),
            AnswerProblem::NotUtf8(cause) => Some(cause),
            _ => None,
        }
    }
}

/// Whether the body is compressed or otherwise coded (RFC 9110 §8.4).
pub(super) fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The host that a redirect leads to, without path and query, which may hold a token.
fn redirect_host(status: StatusCode, headers: &HeaderMap) -> Option<String> {
    let location = headers.get(LOCATION).filter(|_| status.is_redirection())?;
    let location: Uri = location.to_str().ok()?.parse().ok()?;
    let scheme = location.scheme_str()?;
    let host = location.host().filter(|host| host.len() <= 255)?;
    let port = location.port().map(|port| format!(":{port}"));
    Some(format!("{scheme}://{host}{}", port.unwrap_or_default()))
}

/// The media type of an answer, if it looks like one.
fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next()?.trim();
    (essence.len() <= 100 && essence.contains('/')).then_some(essence)
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use crate::response::SessionCreated;

    use super::*;

    fn error(
        status: u16,
        headers: &[(HeaderName, &'static str)],
        body: impl AsRef<[u8]>,
    ) -> ApiError {
        let status = StatusCode::from_u16(status).unwrap();
        let headers = headers.iter().cloned();
        let headers = headers.map(|(name, value)| (name, value.parse().unwrap()));
        SessionCreated::from_http(status, &headers.collect(), body).unwrap_err()
    }

    fn refusal(status: u16, media_type: &'static str, body: &str) -> ApiError {
        error(status, &[(CONTENT_TYPE, media_type)], body)
    }

    #[test]
    fn a_refusal_reads_as_one_line_with_advice() {
        let body = r#"{"status_code":401,"error":"Unauthorized","type_name":"UnauthorizedError",
            "message":"Unauthorized Request","detail":"Missing authentication"}"#;
        let error = refusal(401, "application/json", body);
        assert_eq!(
            error.to_string(),
            "the service answered 401 Unauthorized: UnauthorizedError: Unauthorized Request: \
             Missing authentication; check the API key, and that it belongs to the app ID"
        );
        assert_eq!(&error.body()[..], body.as_bytes());
    }

    #[test]
    fn html_from_a_proxy_is_kept() {
        let error = refusal(502, "text/html; charset=utf-8", "<h1>Bad Gateway</h1>");
        assert_eq!(
            error.to_string(),
            "the service answered 502 Bad Gateway with 20 bytes of text/html instead of the API's \
             JSON; the service or a proxy failed; try again later"
        );
        assert_eq!(&error.body()[..], b"<h1>Bad Gateway</h1>");
        assert!(error.error_body().is_none());
    }

    #[test]
    fn a_success_that_is_none_is_told_apart() {
        for (media_type, body) in [
            ("text/html", "<p>ok</p>"),
            ("application/json", ""),
            ("application/json", "{\"status_code\":200"),
            (
                "application/json",
                "{\"status_code\":200,\"status\":\"OK\",\"data\":{}}",
            ),
            ("application/json; charset=utf-8", "[]"),
            ("application/json", "null"),
        ] {
            let error = refusal(200, media_type, body);
            assert!(error.is_unreadable(), "{error}");
            assert_eq!(&error.body()[..], body.as_bytes());
        }
    }

    #[test]
    fn a_redirect_names_the_host_and_no_more() {
        for (location, named) in [
            (
                "https://user:pass@vault.example:8443/session/e30.e30.x?a=b",
                "https://vault.example:8443",
            ),
            ("http://vault.example", "http://vault.example"),
        ] {
            let line = error(308, &[(LOCATION, location)], "").to_string();
            let expected =
                format!(", a redirect to {named}; check the base URI; redirects are not followed");
            assert!(line.ends_with(&expected), "{line}");
        }
        let error = error(308, &[(LOCATION, "/e30.e30.x")], "");
        assert!(!error.to_string().contains("redirect to"), "{error}");
    }

    #[test]
    fn a_coded_body_is_told_apart_from_a_broken_one() {
        for status in [200, 503] {
            let body = b"\x1f\x8b\x08\0";
            let headers = [
                (CONTENT_TYPE, "application/json"),
                (CONTENT_ENCODING, "gzip"),
            ];
            let error = error(status, &headers, body);
            assert_eq!(error.is_unreadable(), status == 200);
            assert_eq!(&error.body()[..], body);
            let line = error.to_string();
            assert!(line.contains("4 bytes in a content coding"), "{line}");
        }
    }

    #[test]
    fn a_token_in_a_broken_answer_is_not_shown() {
        let body = r#"{"status_code":200,"status":"OK","data":{"session_token":"e30.SECRET.x"}"#;
        let error = refusal(200, "application/json", body);
        let source = error.source().map(ToString::to_string);
        let shown = format!("{error} {error:?} {source:?}");
        assert!(!shown.contains("SECRET"), "{shown}");
    }
}
