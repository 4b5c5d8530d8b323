use bytes::Bytes;
use http::{Response, StatusCode};
use vault_sessions::{AppId, ConsumerId, SessionCreated, SessionToken, SessionUri};

use super::{
    answer,
    asked::Asked,
    error::ServiceError,
    headers::{app_id, check_content_type, check_key, consumer_id},
};
use crate::{fault::TokenAge, token, validate::Body, vault::Vault};

/// `POST /vault/sessions`: checks the key, the IDs and the body, and issues a token.
///
/// The order of the checks is the service's as far as it is known: who calls comes before what.
pub(super) fn create(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let Asked {
        vault, parts, body, ..
    } = *asked;
    check_key(&parts.headers, vault.api_key())?;
    let app = app_id(&parts.headers)?;
    let consumer = consumer_id(&parts.headers)?;
    if vault.app_id().is_some_and(|known| *known != app) {
        return Err(ServiceError::unauthorized(
            "Failed to generate valid JWT Session. Verify applicationId is correct",
        ));
    }
    vault.count_request()?;
    check_content_type(&parts.headers, body)?;
    let rules = vault.rules();
    let body = Body::read(body, rules.validation, rules.dialect)
        .map_err(|refused| ServiceError::schema(vault, &refused))?;
    let age = parts.extensions.get().copied();
    let created = issue(vault, &body, &app, &consumer, age);
    Ok(answer::json(StatusCode::OK, &created))
}

fn issue(
    vault: &Vault,
    body: &Body,
    app: &AppId,
    consumer: &ConsumerId,
    age: Option<TokenAge>,
) -> SessionCreated {
    let now = vault.clock().unix_seconds();
    let end = body.expires_at(now);
    let (issued_at, expires_at) =
        age.map_or((now, end), |age| age.times(now, end.saturating_sub(now)));
    let token = token::issue(
        &vault.keys().current(),
        body,
        app,
        consumer,
        issued_at,
        expires_at,
    );
    let uri = format!("{}/session/{token}", vault.public_base());
    SessionCreated::new(
        SessionUri::new(uri).expect("a base URI and a token make a URL"),
        SessionToken::new(token).expect("a JWT is visible ASCII"),
    )
}
