use bytes::Bytes;
use http::{Response, StatusCode};

use super::{answer, caller::Caller, error::ServiceError, headers::check_content_type};
use crate::{
    clock,
    router::Call,
    token::{self, Hs256},
    validate::Body,
};

/// `POST /vault/sessions`: checks the key, the IDs and the body, and issues a token.
///
/// The order of the checks is the service's as far as it is known: who calls comes before what.
pub(super) fn create(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let Call {
        vault,
        head,
        body,
        token_age,
        ..
    } = *call;
    let (app, consumer) = Caller::backend_for_consumer(
        call,
        "Failed to generate valid JWT Session. Verify applicationId is correct",
    )?;
    check_content_type(call)?;
    let rules = vault.rules();
    let body = Body::read(body, &rules).map_err(|refused| ServiceError::schema(vault, &refused))?;
    let now = vault.clock().unix_seconds();
    let end = body.expires_at(now);
    let (issued_at, expires_at) =
        token_age.map_or((now, end), |age| age.times(now, end.saturating_sub(now)));
    let [issued_at, expires_at] = [issued_at, expires_at].map(|time| time.min(clock::LATEST));
    let claims = token::session_claims(
        &body,
        app,
        consumer,
        issued_at,
        expires_at,
        rules.scope_claims,
    );
    let answer = answer_with(
        &vault.public_base_for(&head.parts),
        &vault.keys().current(),
        &claims,
    );
    Ok(answer::json_text(StatusCode::OK, answer))
}

/// The text of a [`SessionCreated`](vault_sessions::SessionCreated). A base URL and a token have
/// nothing that JSON would escape.
fn answer_with(base: &str, key: &Hs256, claims: &[u8]) -> Vec<u8> {
    const URI: &str = r#"{"status_code":200,"status":"OK","data":{"session_uri":""#;
    const PAGE: &str = "/session/";
    const TOKEN: &str = r#"","session_token":""#;
    const END: &str = r#""}}"#;
    let fixed = [URI, base, PAGE, TOKEN, END].map(str::len);
    let length = fixed.iter().sum::<usize>() + 2 * token::signed_length(claims);
    let mut text = Vec::with_capacity(length);
    for part in [URI, base, PAGE] {
        text.extend_from_slice(part.as_bytes());
    }
    let start = text.len();
    token::sign_onto(&mut text, key, claims);
    let token = start..text.len();
    text.extend_from_slice(TOKEN.as_bytes());
    text.extend_from_within(token);
    text.extend_from_slice(END.as_bytes());
    text
}

#[cfg(test)]
mod tests {
    use vault_sessions::SessionCreated;

    use super::*;
    use crate::token::Secret;

    #[test]
    fn the_answer_is_written_as_serde_writes_it() {
        let key = Hs256::new(&Secret::new("secret").unwrap());
        let text = answer_with("http://[::1]:8080/a'b", &key, b"{}");
        assert_eq!(text.capacity(), text.len());
        let text = String::from_utf8(text).unwrap();
        let token = token::sign(&key, b"{}");
        let created: SessionCreated = serde_json::from_str(&text).unwrap();
        let uri = format!("http://[::1]:8080/a'b/session/{token}");
        assert_eq!(created.uri().expose_secret(), uri);
        assert_eq!(created.token().expose_secret(), token);
        assert_eq!(serde_json::to_string(&created).unwrap(), text);
    }
}
