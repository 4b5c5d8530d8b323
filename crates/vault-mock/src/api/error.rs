use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::ALLOW};
use vault_sessions::{Detail, ErrorBody};

use super::answer;
use crate::validate::BodyRefused;

/// A refusal in the service's shape: `{status_code, error, type_name, message, detail, ref}`.
///
/// Texts of 400 and 401 are the service's own, where they are published. The others are the mock's,
/// in the same style.
#[derive(Debug, PartialEq)]
pub(super) struct ServiceError {
    status: StatusCode,
    type_name: &'static str,
    message: &'static str,
    detail: Detail,
    /// The anchor in the error documentation, where it is not the type name in lower case.
    anchor: Option<&'static str>,
    allow: Option<&'static str>,
}

impl ServiceError {
    pub(super) fn new(
        status: StatusCode,
        type_name: &'static str,
        message: &'static str,
        detail: Detail,
    ) -> Self {
        Self {
            status,
            type_name,
            message,
            detail,
            anchor: None,
            allow: None,
        }
    }

    pub(super) fn unauthorized(detail: &str) -> Self {
        let status = StatusCode::UNAUTHORIZED;
        let detail = Detail::Text(detail.to_owned());
        Self::new(status, "UnauthorizedError", "Unauthorized Request", detail)
    }

    pub(super) fn headers(detail: String) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self {
            anchor: Some("unauthorizederror"),
            ..Self::new(
                status,
                "RequestHeadersValidationError",
                "Invalid Params",
                Detail::Text(detail),
            )
        }
    }

    pub(super) fn body(refused: &BodyRefused) -> Self {
        let status = StatusCode::BAD_REQUEST;
        let detail = refused.detail();
        Self::new(status, "RequestValidationError", "Invalid Params", detail)
    }

    pub(super) fn not_found(path: &str) -> Self {
        let status = StatusCode::NOT_FOUND;
        let detail = Detail::Text(format!("Could not find path: '{path}'"));
        Self::new(status, "EntityNotFoundError", "Unknown Path", detail)
    }

    pub(super) fn method_not_allowed(allow: &'static str) -> Self {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        let detail = Detail::Text(format!("This path answers to: {allow}"));
        Self {
            allow: Some(allow),
            ..Self::new(
                status,
                "MethodNotAllowedError",
                "Method Not Allowed",
                detail,
            )
        }
    }

    pub(super) fn unsupported_media_type(detail: String) -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(
            status,
            "UnsupportedMediaTypeError",
            "Unsupported Media Type",
            Detail::Text(detail),
        )
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        let detail = Detail::Text(format!("The body is larger than {limit} bytes"));
        Self::new(status, "PayloadTooLargeError", "Payload Too Large", detail)
    }

    pub(super) fn into_response(self) -> Response<Bytes> {
        let type_in_lower_case = self.type_name.to_ascii_lowercase();
        let anchor = self.anchor.unwrap_or(&type_in_lower_case);
        let mut body = ErrorBody::default();
        body.status_code = Some(self.status.as_u16());
        body.error = self.status.canonical_reason().map(str::to_owned);
        body.type_name = Some(self.type_name.to_owned());
        body.message = Some(self.message.to_owned());
        body.detail = Some(self.detail);
        body.reference = Some(format!("https://developers.apideck.com/errors#{anchor}"));
        let mut response = answer::json(self.status, &body);
        if let Some(allow) = self.allow {
            let allow = HeaderValue::from_static(allow);
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    }
}
