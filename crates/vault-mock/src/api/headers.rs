//! What the endpoints ask of a request's headers.

use http::HeaderMap;
use vault_sessions::{ApiKey, AppId, ConsumerId, InvalidValue};

use super::error::ServiceError;

/// Checks `Authorization: Bearer <API key>`.
pub(super) fn check_key(headers: &HeaderMap, key: &ApiKey) -> Result<(), ServiceError> {
    if bearer(headers)? != key.expose_secret() {
        return Err(ServiceError::unauthorized("Invalid Authorization Token"));
    }
    Ok(())
}

/// Reads `Authorization: Bearer …`; the scheme's name is case-insensitive (RFC 9110 §11.1).
pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, ServiceError> {
    let missing = || ServiceError::unauthorized("Missing authentication");
    let credentials = single(headers, "authorization")?.ok_or_else(missing)?;
    let (scheme, token) = credentials.split_once(' ').ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token.trim())
    } else {
        Err(missing())
    }
}

/// Reads `x-apideck-app-id`.
pub(super) fn app_id(headers: &HeaderMap) -> Result<AppId, ServiceError> {
    id(headers, "x-apideck-app-id")
}

/// Reads `x-apideck-consumer-id`.
pub(super) fn consumer_id(headers: &HeaderMap) -> Result<ConsumerId, ServiceError> {
    id(headers, "x-apideck-consumer-id")
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

/// Reads an ID; an empty one counts as missing, because some SDKs send a missing one like that.
fn id<T>(headers: &HeaderMap, name: &'static str) -> Result<T, ServiceError>
where
    T: for<'a> TryFrom<&'a str, Error = InvalidValue>,
{
    match single(headers, name)? {
        None | Some("") => Err(ServiceError::headers(format!("Missing Header: {name}"))),
        Some(text) => T::try_from(text)
            .map_err(|invalid| ServiceError::headers(format!("Invalid Header: {name}: {invalid}"))),
    }
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
