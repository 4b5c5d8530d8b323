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

/// With the value `JWT`, the credentials are a session token.
pub(super) const AUTH_TYPE: HeaderName = HeaderName::from_static("x-apideck-auth-type");

/// Checks `Authorization: Bearer <API key>`.
pub(super) fn check_key(headers: &HeaderMap, vault: &Vault) -> Result<(), ServiceError> {
    let (presented, key) = (bearer(headers)?, vault.api_key().expose_secret());
    if vault.key().are_same(presented.as_bytes(), key.as_bytes()) {
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
    id(call, &APP_ID, call.identity.app.as_ref())
}

/// Reads `x-apideck-consumer-id`.
pub(super) fn consumer_id<'a>(call: &Call<'a>) -> Result<&'a ConsumerId, ServiceError> {
    id(call, &CONSUMER_ID, call.identity.consumer.as_ref())
}

/// Asks for JSON where there is a body; a body-less request may say what it likes.
pub(super) fn check_content_type(call: &Call<'_>) -> Result<(), ServiceError> {
    if call.body.is_empty() || call.vault.look_at_rules(|rules| rules.any_content_type) {
        return Ok(());
    }
    let headers = &call.parts.headers;
    if is_encoded(headers) {
        return Err(ServiceError::content_encoding());
    }
    // RFC 7396: a patch of JSON members.
    let taken = match call.parts.method {
        Method::PATCH => "application/json, application/merge-patch+json",
        _ => "application/json",
    };
    let value = single(headers, &CONTENT_TYPE)?;
    let essence = value.and_then(|value| value.split(';').next());
    let Some(essence) = essence.map(str::trim) else {
        let detail = "Send the header content-type: application/json with the body".to_owned();
        return Err(ServiceError::unsupported_media_type(taken, detail));
    };
    if taken
        .split(", ")
        .any(|taken| essence.eq_ignore_ascii_case(taken))
    {
        return Ok(());
    }
    let detail = format!("Send the body as application/json, not as {essence}");
    Err(ServiceError::unsupported_media_type(taken, detail))
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
/// missing, because some SDKs send a missing one like that.
fn id<'a, T>(call: &Call<'a>, name: &HeaderName, read: Option<&'a T>) -> Result<&'a T, ServiceError>
where
    T: for<'b> TryFrom<&'b str, Error = InvalidValue> + AsRef<str>,
{
    let text = single(&call.parts.headers, name)?.filter(|text| !text.is_empty());
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
