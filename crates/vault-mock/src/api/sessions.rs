use bytes::Bytes;
use http::{Response, StatusCode};
use vault_sessions::{AppId, ConsumerId};

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
    let token = issue(vault, &body, &app, &consumer, age);
    Ok(answer::json_text(
        StatusCode::OK,
        answer_with(vault.public_base(), &token),
    ))
}

fn issue(
    vault: &Vault,
    body: &Body<'_>,
    app: &AppId,
    consumer: &ConsumerId,
    age: Option<TokenAge>,
) -> String {
    let now = vault.clock().unix_seconds();
    let end = body.expires_at(now);
    let (issued_at, expires_at) =
        age.map_or((now, end), |age| age.times(now, end.saturating_sub(now)));
    token::issue(
        &vault.keys().current(),
        body,
        app,
        consumer,
        issued_at,
        expires_at,
    )
}

/// The text of a [`SessionCreated`](vault_sessions::SessionCreated). A base URL and a token have
/// nothing that JSON would escape.
fn answer_with(base: &str, token: &str) -> Vec<u8> {
    let parts = [
        r#"{"status_code":200,"status":"OK","data":{"session_uri":""#,
        base,
        "/session/",
        token,
        r#"","session_token":""#,
        token,
        r#""}}"#,
    ];
    parts.concat().into_bytes()
}

#[cfg(test)]
mod tests {
    use vault_sessions::SessionCreated;

    use super::*;

    #[test]
    fn the_answer_is_written_as_serde_writes_it() {
        let text = answer_with("http://[::1]:8080/a'b", "e30.e30.sig-_");
        let created: SessionCreated = serde_json::from_slice(&text).unwrap();
        assert_eq!(
            created.uri().as_str(),
            "http://[::1]:8080/a'b/session/e30.e30.sig-_"
        );
        assert_eq!(created.token().expose_secret(), "e30.e30.sig-_");
        assert_eq!(serde_json::to_vec(&created).unwrap(), text);
    }
}
