use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, RETRY_AFTER, WWW_AUTHENTICATE},
};
use vault_sessions::{Detail, ErrorBody};

use super::answer;
use crate::{
    connections::ChangeError, router::Allow, token::TokenError, validate::BodyRefused, vault::Vault,
};

/// A refusal in the service's shape: `{status_code, error, type_name, message, detail, ref}`.
///
/// Texts of 400, 401, 402, 404 and 422 are the service's own, where they are published. The others
/// are the mock's, in the same style.
#[derive(Debug, PartialEq)]
pub(crate) struct ServiceError {
    status: StatusCode,
    type_name: &'static str,
    message: &'static str,
    detail: Detail,
    /// The anchor in the error documentation, where it is not the type name in lower case.
    anchor: Option<&'static str>,
    /// What HTTP asks for beside the status.
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl ServiceError {
    pub(crate) fn new(
        status: StatusCode,
        type_name: &'static str,
        message: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            type_name,
            message,
            detail: Detail::Text(detail.into()),
            anchor: None,
            header: None,
        }
    }

    fn not_found(type_name: &'static str, message: &'static str, entity: &str, id: &str) -> Self {
        let detail = format!("Could not find {entity} with id: '{id}'");
        Self::new(StatusCode::NOT_FOUND, type_name, message, detail)
    }

    pub(crate) fn headers(detail: String) -> Self {
        let type_name = "RequestHeadersValidationError";
        Self {
            // The service's document gives this anchor.
            anchor: Some("unauthorizederror"),
            ..Self::new(StatusCode::BAD_REQUEST, type_name, "Invalid Params", detail)
        }
    }

    /// A body that cannot be read at all.
    pub(crate) fn body(refused: &BodyRefused) -> Self {
        let type_name = "RequestValidationError";
        Self {
            detail: refused.detail(),
            ..Self::new(StatusCode::BAD_REQUEST, type_name, "Invalid Params", "")
        }
    }

    /// A body that breaks the API's document: 400, or 422 where the mock is told so.
    pub(crate) fn schema(vault: &Vault, refused: &BodyRefused) -> Self {
        match refused {
            BodyRefused::Violations(_) => Self {
                status: vault.look_at_rules(|rules| rules.schema_fault).status(),
                ..Self::body(refused)
            },
            BodyRefused::Syntax(_) => Self::body(refused),
        }
    }

    pub(crate) fn unauthorized(detail: &str) -> Self {
        let status = StatusCode::UNAUTHORIZED;
        let (type_name, message) = ("UnauthorizedError", "Unauthorized Request");
        let challenge = "Bearer realm=\"vault-mock\", error=\"invalid_token\"";
        Self {
            header: Some(Box::new((
                WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            ))),
            ..Self::new(status, type_name, message, detail)
        }
    }

    /// Nothing says who calls: the challenge names no error then (RFC 6750 §3.1).
    pub(crate) fn unauthenticated() -> Self {
        Self {
            header: None,
            ..Self::unauthorized("Missing authentication")
        }
    }

    pub(crate) fn payment_required(limit: u64) -> Self {
        Self::new(
            StatusCode::PAYMENT_REQUIRED,
            "RequestLimitError",
            "Request Limit Reached",
            format!("You have reached your limit of {limit}"),
        )
    }

    pub(crate) fn no_room() -> Self {
        let (type_name, message) = ("ServiceUnavailableError", "Too Many Requests In Flight");
        let detail = "The requests in flight take all the memory that the mock has for them";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self {
            header: Some(Box::new((RETRY_AFTER, HeaderValue::from_static("1")))),
            ..Self::new(status, type_name, message, detail)
        }
    }

    pub(crate) fn not_allowed(refused: &TokenError) -> Self {
        let (type_name, message) = ("ForbiddenError", "Action Not Allowed");
        Self::new(
            StatusCode::FORBIDDEN,
            type_name,
            message,
            refused.to_string(),
        )
    }

    pub(crate) fn path_not_found(path: &str) -> Self {
        let detail = format!("Could not find path: '{path}'");
        let (type_name, message) = ("EntityNotFoundError", "Unknown Path");
        Self::new(StatusCode::NOT_FOUND, type_name, message, detail)
    }

    pub(crate) fn connection_not_found(id: &str) -> Self {
        let type_name = "ConnectionNotFoundError";
        Self::not_found(type_name, "Unknown Connection", "connection", id)
    }

    pub(crate) fn connector_not_found(id: &str) -> Self {
        let type_name = "ConnectorNotFoundError";
        Self::not_found(type_name, "Unknown Connector", "connector", id)
    }

    pub(crate) fn resource_not_found(id: &str) -> Self {
        Self::not_found("EntityNotFoundError", "Unknown Resource", "resource", id)
    }

    pub(crate) fn mapping_not_found(id: &str) -> Self {
        let message = "Unknown Custom Mapping";
        Self::not_found("EntityNotFoundError", message, "custom mapping", id)
    }

    /// Does not repeat the token: it may be good for somebody else.
    pub(crate) fn confirm_token_not_found() -> Self {
        let detail = "Could not find this confirm token: it is unknown, used or expired";
        let (type_name, message) = ("EntityNotFoundError", "Unknown Confirm Token");
        Self::new(StatusCode::NOT_FOUND, type_name, message, detail)
    }

    pub(crate) fn method_not_allowed(allow: &Allow) -> Self {
        let detail = format!("This path answers to: {}", allow.as_str());
        let (type_name, message) = ("MethodNotAllowedError", "Method Not Allowed");
        Self {
            header: Some(Box::new(allow.header())),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, type_name, message, detail)
        }
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let detail = format!("The body is larger than {limit} bytes, the limit of the mock");
        let (type_name, message) = ("PayloadTooLargeError", "Payload Too Large");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, type_name, message, detail)
    }

    /// The body is of another type than those that are taken (RFC 9110 §15.5.16).
    pub(crate) fn unsupported_media_type(taken: &'static str, detail: String) -> Self {
        let (type_name, message) = ("UnsupportedMediaTypeError", "Unsupported Media Type");
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self {
            header: Some(Box::new((ACCEPT, HeaderValue::from_static(taken)))),
            ..Self::new(status, type_name, message, detail)
        }
    }

    /// The body is compressed, or the like (RFC 9110 §12.5.3).
    pub(crate) fn content_encoding() -> Self {
        let detail = "Send the body as it is, without Content-Encoding".to_owned();
        Self {
            header: Some(Box::new((
                ACCEPT_ENCODING,
                HeaderValue::from_static("identity"),
            ))),
            ..Self::unsupported_media_type("application/json", detail)
        }
    }

    /// An expectation that is none of RFC 9110 §10.1.1.
    pub(crate) fn expectation_failed() -> Self {
        let (type_name, message) = ("ExpectationFailedError", "Expectation Failed");
        let detail = "The only expectation that is known is 100-continue";
        Self::new(StatusCode::EXPECTATION_FAILED, type_name, message, detail)
    }

    /// A transfer coding that is not chunked (RFC 9112 §6.1).
    pub(crate) fn transfer_coding() -> Self {
        let (type_name, message) = ("NotImplementedError", "Not Implemented");
        let detail = "The only transfer coding that is known is chunked";
        Self::new(StatusCode::NOT_IMPLEMENTED, type_name, message, detail)
    }

    pub(crate) fn invalid_state(detail: impl Into<String>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, "InvalidStateError", "Invalid State", detail)
    }

    /// The state of an OAuth round trip that is not the mock's, or not good now.
    pub(crate) fn oauth_state(detail: impl Into<String>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, "OAuthInvalidStateError", "Invalid State", detail)
    }

    /// The provider refused.
    pub(crate) fn oauth_connector(detail: impl Into<String>) -> Self {
        let (type_name, message) = ("OAuthConnectorError", "Authorization Failed");
        Self::new(StatusCode::BAD_REQUEST, type_name, message, detail)
    }

    /// The provider's code is missing or no good.
    pub(crate) fn oauth_code(detail: impl Into<String>) -> Self {
        let (type_name, message) = ("OAuthCodeExchangeError", "Code Exchange Failed");
        Self::new(StatusCode::BAD_REQUEST, type_name, message, detail)
    }

    pub(crate) fn redirect_uri(detail: impl Into<String>) -> Self {
        let (type_name, message) = ("OAuthRedirectUriError", "Invalid Redirect Uri");
        Self::new(StatusCode::BAD_REQUEST, type_name, message, detail)
    }

    /// A parameter of the query that is missing or wrong.
    pub(crate) fn parameter(detail: impl Into<String>) -> Self {
        let type_name = "RequestValidationError";
        Self::new(StatusCode::BAD_REQUEST, type_name, "Invalid Params", detail)
    }

    /// The kind of error, such as `UnauthorizedError`.
    pub(crate) fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The particular part, on one line.
    pub(crate) fn detail(&self) -> String {
        self.detail.to_string()
    }

    /// A link to the documentation of the error.
    pub(crate) fn reference(&self) -> String {
        let type_in_lower_case = self.type_name.to_ascii_lowercase();
        let anchor = self.anchor.unwrap_or(&type_in_lower_case);
        format!("https://developers.apideck.com/errors#{anchor}")
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let mut body = ErrorBody::default();
        body.reference = Some(self.reference());
        body.status_code = Some(self.status.as_u16());
        body.error = self.status.canonical_reason().map(str::to_owned);
        body.type_name = Some(self.type_name.to_owned());
        body.message = Some(self.message.to_owned());
        body.detail = Some(self.detail);
        let mut response = answer::json(self.status, &body);
        response
            .headers_mut()
            .extend(self.header.map(|header| *header));
        answer::complete(&mut response);
        response
    }
}

impl From<ChangeError> for ServiceError {
    fn from(refused: ChangeError) -> Self {
        let detail = refused.to_string();
        if refused.is_not_found() {
            let (type_name, message) = ("ConnectionNotFoundError", "Unknown Connection");
            Self::new(StatusCode::NOT_FOUND, type_name, message, detail)
        } else if refused.is_missing_settings() || refused.is_too_large() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let (type_name, message) = ("ConnectionSettingsError", "Invalid Connection Settings");
            Self::new(status, type_name, message, detail)
        } else {
            Self::invalid_state(detail)
        }
    }
}
