//! What the endpoints ask of a request's headers.

use http::HeaderMap;
use vault_sessions::{AppId, ConsumerId, InvalidValue};

use super::error::ServiceError;
use crate::{identity, router::Call, vault::Vault};

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
    let missing = || ServiceError::unauthorized("Missing authentication");
    let credentials = single(headers, "authorization")?.ok_or_else(missing)?;
    identity::bearer_of(credentials).ok_or_else(missing)
}

/// Reads `x-apideck-app-id`.
pub(super) fn app_id<'a>(call: &Call<'a>) -> Result<&'a AppId, ServiceError> {
    id(call, "x-apideck-app-id", call.identity.app.as_ref())
}

/// Reads `x-apideck-consumer-id`.
pub(super) fn consumer_id<'a>(call: &Call<'a>) -> Result<&'a ConsumerId, ServiceError> {
    id(
        call,
        "x-apideck-consumer-id",
        call.identity.consumer.as_ref(),
    )
}

/// Asks for JSON where there is a body; a body-less request may say what it likes.
pub(super) fn check_content_type(headers: &HeaderMap, body: &[u8]) -> Result<(), ServiceError> {
    if body.is_empty() {
        return Ok(());
    }
    let value = single(headers, "content-type")?;
    let essence = value.and_then(|value| value.split(';').next());
    match essence.map(str::trim) {
        Some(essence) if essence.eq_ignore_ascii_case("application/json") => Ok(()),
        Some(essence) => Err(ServiceError::unsupported_media_type(format!(
            "Send the body as application/json, not as {essence}"
        ))),
        None => Err(ServiceError::unsupported_media_type(
            "Send the header content-type: application/json with the body".to_owned(),
        )),
    }
}

/// The ID in a header, which the request's identity has read if it is valid. An empty one counts as
/// missing, because some SDKs send a missing one like that.
fn id<'a, T>(
    call: &Call<'a>,
    name: &'static str,
    read: Option<&'a T>,
) -> Result<&'a T, ServiceError>
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
    name: &'static str,
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
