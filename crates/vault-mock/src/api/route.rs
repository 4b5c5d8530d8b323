use bytes::Bytes;
use http::{Method, Response};

use super::{answer, cors, error::ServiceError, table::TABLE};
#[cfg(feature = "page")]
use crate::page;
use crate::{
    fault::TokenAge,
    identity::Head,
    router::{self, Call, Found},
    serve::NoRoom,
    validate::BodyRefused,
    vault::Vault,
};

/// Finds the endpoint for a request and lets it answer.
pub(crate) fn respond(
    vault: &Vault,
    head: &Head,
    body: &Bytes,
    token_age: Option<TokenAge>,
) -> Response<Bytes> {
    let parts = &head.parts;
    let path = parts.uri.path();
    let found = router::find(TABLE, &parts.method, path);
    #[cfg(feature = "page")]
    if found.is_none()
        && let Some(response) = page::respond(vault, head, body)
    {
        return response;
    }
    let outcome = match found {
        Some(Found::Endpoint(endpoint, captures)) => endpoint(&Call {
            vault,
            head,
            body,
            token_age,
            captures,
        }),
        Some(Found::NotAllowed(_)) if vault.look_at_rules(|rules| rules.concealed_methods) => {
            Err(ServiceError::path_not_found(path))
        }
        Some(Found::NotAllowed(allow)) => Err(ServiceError::method_not_allowed(&allow)),
        Some(Found::Options(allow)) => Ok(allow.options()),
        None if cors::is_preflight(&parts.method, &parts.headers) && cors::is_open(path) => {
            Ok(answer::no_content())
        }
        // The question of what the server can do at all (RFC 9110 §9.3.7).
        None if parts.method == Method::OPTIONS && path == "*" => Ok(answer::no_content()),
        None => Err(ServiceError::path_not_found(path)),
    };
    outcome.unwrap_or_else(ServiceError::into_response)
}

/// Why a request was not read to its end.
#[derive(Clone, Copy)]
pub(crate) enum Unread {
    TooLarge,
    TooSlow,
    Broken,
    /// Its caller left before it was all there.
    Left,
    /// The requests in flight take all the memory that there is for them.
    NoRoom,
    /// The head of the request is not as HTTP has it; the text names the header.
    InvalidHead(&'static str),
    UnknownExpectation,
    UnknownTransferCoding,
}

impl From<NoRoom> for Unread {
    fn from(_: NoRoom) -> Self {
        Self::NoRoom
    }
}

/// Answers a request that was not read to its end.
pub(crate) fn refuse_unread(vault: &Vault, unread: Unread) -> Response<Bytes> {
    let refusal = match unread {
        Unread::TooLarge => ServiceError::too_large(vault.body_limit()),
        // Not 408, which asks to send the request again (RFC 9110 §15.5.9), and official SDKs do.
        Unread::TooSlow => ServiceError::body(&BodyRefused::Syntax(
            "The body did not come in time".to_owned(),
        )),
        Unread::Broken | Unread::Left => ServiceError::body(&BodyRefused::Syntax(
            "The body ends early, or its framing is broken".to_owned(),
        )),
        Unread::NoRoom => ServiceError::no_room(),
        Unread::InvalidHead(why) => ServiceError::headers(why.to_owned()),
        Unread::UnknownExpectation => ServiceError::expectation_failed(),
        Unread::UnknownTransferCoding => ServiceError::transfer_coding(),
    };
    refusal.into_response()
}
