use bytes::Bytes;
use http::{Method, Response, request::Parts};

use super::{error::ServiceError, health::health, sessions};
#[cfg(feature = "page")]
use crate::page;
use crate::{validate::BodyRefused, vault::Vault};

/// Finds the endpoint for a request and lets it answer.
pub(crate) fn respond(vault: &Vault, parts: &Parts, body: &Bytes) -> Response<Bytes> {
    #[cfg(feature = "page")]
    if let Some(response) = page::respond(vault, parts, body) {
        return response;
    }
    let outcome = match (parts.uri.path(), &parts.method) {
        ("/vault/sessions", &Method::POST) => sessions::create(vault, parts, body),
        ("/vault/sessions", _) => Err(ServiceError::method_not_allowed("POST")),
        ("/health", &Method::GET | &Method::HEAD) => Ok(health()),
        ("/health", _) => Err(ServiceError::method_not_allowed("GET, HEAD")),
        (path, _) => Err(ServiceError::not_found(path)),
    };
    outcome.unwrap_or_else(ServiceError::into_response)
}

/// Why a request's body was not read to its end.
#[derive(Clone, Copy)]
pub(crate) enum Unread {
    TooLarge,
    Broken,
}

/// Answers a request whose body was not read to its end.
pub(crate) fn refuse_unread(vault: &Vault, unread: Unread) -> Response<Bytes> {
    let refusal = match unread {
        Unread::TooLarge => ServiceError::too_large(vault.body_limit()),
        Unread::Broken => ServiceError::body(&BodyRefused::Syntax(
            "The body ends early, or its framing is broken".to_owned(),
        )),
    };
    refusal.into_response()
}
