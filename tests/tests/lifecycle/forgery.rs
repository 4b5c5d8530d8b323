use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, crypto};
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use vault_mock::{Secret, Vault};
use vault_sessions::{Session, SessionToken};

use super::{SECRET, create, request, strategies, vault};

fn is_refused(vault: &Vault, token: &str) -> bool {
    let token = SessionToken::new(token).unwrap();
    vault
        .verify(&token)
        .is_err_and(|refused| refused.is_forged())
}

proptest! {
    #[test]
    fn jsonwebtoken_accepts_every_token_that_is_issued(request in strategies::create_session()) {
        let token = create(&vault(), &request);
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        let key = DecodingKey::from_secret(SECRET.as_bytes());
        let data = jsonwebtoken::decode::<Value>(token.expose_secret(), &key, &validation).unwrap();
        prop_assert_eq!(data.header, Header::new(Algorithm::HS256));
        prop_assert_eq!(data.claims, serde_json::to_value(token.claims().unwrap()).unwrap());
    }

    /// Any other character, anywhere: in the header, the payload, the signature, even in the spare
    /// bits at the end of a part.
    #[test]
    fn one_changed_character_is_refused(
        request in strategies::create_session(),
        at in any::<Index>(),
        other in "[A-Za-z0-9_.=-]",
    ) {
        let vault = vault();
        let token = create(&vault, &request);
        let mut edited = token.expose_secret().to_owned();
        let position = at.index(edited.len());
        prop_assume!(edited[position..=position] != other);
        edited.replace_range(position..=position, &other);
        prop_assert!(is_refused(&vault, &edited), "{}", edited);
    }

    #[test]
    fn a_token_of_another_key_is_refused(request in strategies::create_session(), key in ".{1,80}") {
        prop_assume!(key != SECRET);
        let stranger = Vault::builder().secret(Secret::new(key).unwrap()).build();
        let token = create(&stranger, &request);
        prop_assert!(is_refused(&vault(), token.expose_secret()));
    }

    #[test]
    fn other_parts_are_refused_and_never_panic(token in "[!-~]{1,200}") {
        prop_assert!(is_refused(&vault(), &token));
    }
}

/// Even with a tag that fits: the header is part of what is signed, and it must say HS256.
#[test]
fn a_header_that_names_no_or_another_algorithm_is_refused() {
    let vault = vault();
    let token = create(&vault, &request(Session::default()));
    let payload = token.expose_secret().split('.').nth(1).unwrap();
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let token = |alg| {
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT" }).to_string());
        let signed = format!("{header}.{payload}");
        let tag = crypto::sign(signed.as_bytes(), &key, Algorithm::HS256).unwrap();
        (format!("{signed}."), tag)
    };
    for alg in ["none", "None", "HS384", "HS512", "RS256", "ES256", "XX"] {
        let (signed, tag) = token(alg);
        for tag in ["", &tag] {
            assert!(is_refused(&vault, &format!("{signed}{tag}")), "{alg}");
        }
    }
    let (signed, tag) = token("HS256");
    assert!(!is_refused(&vault, &(signed + &tag)));
}

#[test]
fn a_token_signed_with_the_right_key_and_the_wrong_algorithm_is_refused() {
    let vault = vault();
    let claims = create(&vault, &request(Session::default()))
        .claims()
        .unwrap();
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let sign = |algorithm| jsonwebtoken::encode(&Header::new(algorithm), &claims, &key).unwrap();
    assert!(is_refused(&vault, &sign(Algorithm::HS512)));
    assert!(!is_refused(&vault, &sign(Algorithm::HS256)));
}

#[test]
fn a_signed_token_without_a_session_is_refused() {
    let vault = vault();
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    for claims in [
        json!({}),
        json!({ "consumer_id": "c", "application_id": "a", "iat": 0 }),
        json!({ "consumer_id": "c", "application_id": "a", "iat": 0, "exp": "soon" }),
        json!({ "consumer_id": "c", "application_id": "a", "iat": 253_402_300_000_u64, "exp": 253_402_300_799_u64 }),
    ] {
        let token = jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap();
        assert!(
            vault.verify(&SessionToken::new(token).unwrap()).is_err(),
            "{claims}"
        );
    }
}
