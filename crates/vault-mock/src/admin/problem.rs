use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{
    api,
    router::{Allow, Call},
};

/// A refusal of the admin API: problem details (RFC 9457), with every place that is wrong.
#[derive(Debug)]
pub(super) struct AdminProblem {
    status: StatusCode,
    detail: String,
    errors: Vec<Wrong>,
    /// What HTTP asks for beside the status.
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

const CHALLENGE: &str = "Bearer realm=\"vault-mock admin\"";

/// One place that is wrong: a member of the body or a parameter of the query.
#[derive(Debug)]
pub(super) struct Wrong {
    place: Place,
    detail: String,
}

#[derive(Debug)]
enum Place {
    /// A JSON pointer as a URI fragment (RFC 6901 §6), as in the example of RFC 9457.
    Pointer(String),
    Parameter(String),
}

/// Refuses what is about an app whose requests do not arrive here: it would be accepted and do
/// nothing.
pub(super) fn arrives_here(call: &Call<'_>, app: Option<&str>) -> Result<(), AdminProblem> {
    match app.and_then(|app| call.vault.journal().never_sees(app)) {
        Some(why) => Err(AdminProblem::new(StatusCode::CONFLICT, why)),
        None => Ok(()),
    }
}

impl Wrong {
    /// `pointer` is a plain JSON pointer; empty for the body itself.
    pub(super) fn at(pointer: &str, detail: impl Into<String>) -> Self {
        Self {
            place: Place::Pointer(format!("#{pointer}")),
            detail: detail.into(),
        }
    }

    pub(super) fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self {
            place: Place::Parameter(name.to_owned()),
            detail: detail.into(),
        }
    }
}

impl AdminProblem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            errors: Vec::new(),
            header: None,
        }
    }

    pub(super) fn invalid(errors: Vec<Wrong>) -> Self {
        Self {
            errors,
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "the request is not as the API describes it",
            )
        }
    }

    pub(super) fn unauthorized(detail: &str) -> Self {
        Self {
            header: Some(Box::new((
                WWW_AUTHENTICATE,
                HeaderValue::from_static(CHALLENGE),
            ))),
            ..Self::new(StatusCode::UNAUTHORIZED, detail)
        }
    }

    pub(super) fn unsupported_media_type() -> Self {
        Self {
            header: Some(Box::new((ACCEPT, HeaderValue::from_static(api::PATCHES)))),
            ..Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "send a JSON object with the header content-type: application/json",
            )
        }
    }

    pub(super) fn content_encoding() -> Self {
        Self {
            header: Some(Box::new((
                ACCEPT_ENCODING,
                HeaderValue::from_static("identity"),
            ))),
            ..Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "send the body as it is, without content-encoding",
            )
        }
    }

    pub(super) fn no_room() -> Self {
        Self {
            header: Some(Box::new((RETRY_AFTER, HeaderValue::from_static("1")))),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the requests in flight take all the memory that the mock has for them",
            )
        }
    }

    pub(super) fn forbidden(detail: String) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    pub(super) fn method_not_allowed(methods: &Allow) -> Self {
        let detail = format!("this path answers to: {}", methods.as_str());
        Self {
            header: Some(Box::new(methods.header())),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        }
    }

    pub(super) fn into_response(self) -> Response<Bytes> {
        let body = Body {
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: self.detail,
            errors: self.errors,
        };
        let mut response = api::json(self.status, &body);
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, media_type);
        response
            .headers_mut()
            .extend(self.header.map(|header| *header));
        response
    }
}

struct Body {
    title: &'static str,
    status: u16,
    detail: String,
    errors: Vec<Wrong>,
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let has_errors = !self.errors.is_empty();
        let mut body = serializer.serialize_struct("Body", 3 + usize::from(has_errors))?;
        body.serialize_field("title", self.title)?;
        body.serialize_field("status", &self.status)?;
        body.serialize_field("detail", &self.detail)?;
        if has_errors {
            body.serialize_field("errors", &self.errors)?;
        }
        body.end()
    }
}

impl Serialize for Wrong {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, place) = match &self.place {
            Place::Pointer(pointer) => ("pointer", pointer),
            Place::Parameter(parameter) => ("parameter", parameter),
        };
        let mut wrong = serializer.serialize_struct("Wrong", 2)?;
        wrong.serialize_field(name, place)?;
        wrong.serialize_field("detail", &self.detail)?;
        wrong.end()
    }
}
