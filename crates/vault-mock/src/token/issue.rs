use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use vault_sessions::{AppId, ConsumerId};

use super::hs256::Hs256;
use crate::validate::Body;

/// `{"alg":"HS256","typ":"JWT"}`, the header of every session token of the service.
pub(super) const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// The claims of a session: the body's members as they came, then what the service adds.
///
/// `issued_at` and `expires_at` are seconds since the epoch.
pub(crate) fn session_claims(
    body: &Body<'_>,
    app: &AppId,
    consumer: &ConsumerId,
    issued_at: u64,
    expires_at: u64,
    with_scopes: bool,
) -> Vec<u8> {
    let mut claims = Vec::with_capacity(body.len() + 256);
    claims.push(b'{');
    body.write_members(&mut claims);
    if claims.len() > 1 {
        claims.push(b',');
    }
    write_member(&mut claims, "\"consumer_id\":", consumer.as_str());
    write_member(&mut claims, ",\"application_id\":", app.as_str());
    if with_scopes {
        claims.extend_from_slice(br#","scopes":[],"data_scopes":{"enabled":false}"#);
    }
    write_member(&mut claims, ",\"iat\":", &issued_at);
    write_member(&mut claims, ",\"exp\":", &expires_at);
    claims.push(b'}');
    claims
}

fn write_member<T: Serialize + ?Sized>(claims: &mut Vec<u8>, key: &str, value: &T) {
    claims.extend_from_slice(key.as_bytes());
    serde_json::to_writer(claims, value).expect("texts and numbers are JSON");
}

/// Signs claims, which are JSON already.
pub(crate) fn sign(key: &Hs256, claims: &[u8]) -> String {
    let mut token = Vec::with_capacity(signed_length(claims));
    sign_onto(&mut token, key, claims);
    String::from_utf8(token).expect("a token is ASCII")
}

/// As [`sign`], at the end of a text.
pub(crate) fn sign_onto(text: &mut Vec<u8>, key: &Hs256, claims: &[u8]) {
    let start = text.len();
    text.extend_from_slice(HEADER.as_bytes());
    text.push(b'.');
    encode_onto(text, claims);
    let tag = key.tag(&text[start..]);
    text.push(b'.');
    encode_onto(text, &tag);
}

fn encode_onto(text: &mut Vec<u8>, bytes: &[u8]) {
    let start = text.len();
    text.resize(start + encoded_length(bytes.len()), 0);
    let encoded = URL_SAFE_NO_PAD.encode_slice(bytes, &mut text[start..]);
    encoded.expect("its length is known");
}

fn encoded_length(length: usize) -> usize {
    (length * 4).div_ceil(3)
}

/// How many bytes the token for claims has.
pub(crate) fn signed_length(claims: &[u8]) -> usize {
    HEADER.len() + 1 + encoded_length(claims.len()) + 1 + encoded_length(32)
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    use serde_json::{Value, json};

    use super::*;
    use crate::token::Secret;

    #[test]
    fn the_length_is_known_before() {
        let key = Hs256::new(&Secret::new("secret").unwrap());
        for length in 0..10 {
            let claims = vec![b'x'; length];
            assert_eq!(sign(&key, &claims).len(), signed_length(&claims));
        }
    }

    #[test]
    fn jsonwebtoken_reads_what_is_issued() {
        let key = Hs256::new(&Secret::new("secret").unwrap());
        let body = br#"{ "theme": {"logo": null, "vault_name": "a b"} }"#;
        let body = Body::read(body, &crate::rules::Rules::default()).unwrap();
        let app = AppId::from_static("app");
        let consumer = ConsumerId::from_static("quo\"te");
        let token = sign(
            &key,
            &session_claims(&body, &app, &consumer, 1_000, 4_600, true),
        );

        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        let secret = DecodingKey::from_secret(b"secret");
        let data = decode::<Value>(&token, &secret, &validation).unwrap();
        let claims = json!({
            "theme": { "logo": null, "vault_name": "a b" },
            "consumer_id": "quo\"te",
            "application_id": "app",
            "scopes": [],
            "data_scopes": { "enabled": false },
            "iat": 1_000,
            "exp": 4_600,
        });
        assert_eq!(data.claims, claims);
        assert_eq!(data.header.typ.as_deref(), Some("JWT"));
        assert_eq!(data.header.kid, None);
    }
}
