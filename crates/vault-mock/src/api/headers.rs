//! What the endpoints ask of a request's headers.

use http::{
    HeaderMap, HeaderName, Method,
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE},
};
use vault_sessions::{
    AppId, ConsumerId, InvalidValue,
    wire::{APP_ID, CONSUMER_ID},
};

use super::error::ServiceError;
use crate::{identity, router::Call, vault::Vault};

const JSON: &str = "application/json";

const MERGE_PATCH: &str = "application/merge-patch+json";

/// What PATCH takes, as a list: JSON, and patches of its members (RFC 7396).
pub(crate) const PATCHES: &str = "application/json, application/merge-patch+json";

/// With the value `JWT`, the credentials are a session token.
pub(super) const AUTH_TYPE: HeaderName = HeaderName::from_static("x-apideck-auth-type");

/// Checks `Authorization: Bearer <API key>`.
pub(super) fn check_key(headers: &HeaderMap, vault: &Vault) -> Result<(), ServiceError> {
    if vault.is_api_key(bearer(headers)?) {
        Ok(())
    } else {
        Err(ServiceError::unauthorized("Invalid Authorization Token"))
    }
}

/// Reads `Authorization: Bearer …`.
pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, ServiceError> {
    let missing = ServiceError::unauthenticated;
    let credentials = single(headers, &AUTHORIZATION)?.ok_or_else(missing)?;
    identity::bearer_of(credentials).ok_or_else(missing)
}

/// Reads `x-apideck-app-id`.
pub(super) fn app_id<'a>(call: &Call<'a>) -> Result<&'a AppId, ServiceError> {
    id(call, &APP_ID, call.head.identity.app.as_ref())
}

/// Reads `x-apideck-consumer-id`.
pub(super) fn consumer_id<'a>(call: &Call<'a>) -> Result<&'a ConsumerId, ServiceError> {
    id(call, &CONSUMER_ID, call.head.identity.consumer.as_ref())
}

/// Asks for JSON where there is a body; a body-less request may say what it likes.
pub(super) fn check_content_type(call: &Call<'_>) -> Result<(), ServiceError> {
    if call.body.is_empty() || call.vault.look_at_rules(|rules| rules.any_content_type) {
        return Ok(());
    }
    let headers = &call.head.parts.headers;
    if is_encoded(headers) {
        return Err(ServiceError::content_encoding());
    }
    let method = &call.head.parts.method;
    let value = single(headers, &CONTENT_TYPE)?;
    let detail = match value.map(essence) {
        Some(essence) if is_json(essence, method) => return Ok(()),
        Some(essence) => format!("Send the body as {JSON}, not as {essence}"),
        None => format!("Send the header content-type: {JSON} with the body"),
    };
    let taken = match *method {
        Method::PATCH => PATCHES,
        _ => JSON,
    };
    Err(ServiceError::unsupported_media_type(taken, detail))
}

/// Whether a media type without parameters is one that a request with this method may have.
pub(crate) fn is_json(essence: &str, method: &Method) -> bool {
    let is_patch = || essence.eq_ignore_ascii_case(MERGE_PATCH);
    essence.eq_ignore_ascii_case(JSON) || (*method == Method::PATCH && is_patch())
}

/// Whether a body is a merge patch (RFC 7396), by what the request says.
pub(super) fn is_merge_patch(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    value.is_some_and(|value| essence(value).eq_ignore_ascii_case(MERGE_PATCH))
}

/// A media type without its parameters.
pub(crate) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Whether a body is compressed, or the like (RFC 9110 §8.4): nothing here decodes it.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|codings| {
        let codings = codings.to_str().unwrap_or("unknown").split(',');
        let mut codings = codings.map(str::trim).filter(|coding| !coding.is_empty());
        codings.any(|coding| !coding.eq_ignore_ascii_case("identity"))
    })
}

/// The ID in a header, which the request's identity has read if it is valid. An empty one counts as
/// missing, because some SDKs send a missing one that way.
fn id<'a, T>(call: &Call<'a>, name: &HeaderName, read: Option<&'a T>) -> Result<&'a T, ServiceError>
where
    T: for<'b> TryFrom<&'b str, Error = InvalidValue> + AsRef<str>,
{
    let text = single(&call.head.parts.headers, name)?.filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| ServiceError::headers(format!("Missing Header: {name}")))?;
    if let Some(id) = read.filter(|id| AsRef::as_ref(*id) == text) {
        return Ok(id);
    }
    let why = T::try_from(text).err();
    let why = why.map_or_else(String::new, |invalid| format!(": {invalid}"));
    Err(ServiceError::headers(format!(
        "Invalid Header: {name}{why}"
    )))
}

/// The value of a header that must not be given twice: two values could each mean another app.
pub(super) fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a str>, ServiceError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(ServiceError::headers(format!("Duplicate Header: {name}")));
    }
    let text = value.to_str().map(str::trim);
    text.map(Some)
        .map_err(|_| ServiceError::headers(format!("Invalid Header: {name}: it is not ASCII")))
}
