//! Session tokens: keys that change, times at the border, and what is no token at all.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::Request;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation, crypto};
use serde_json::{Value, json};
use vault_mock::{Clock, ExpiryRule, Secret, Vault, VaultBuilder};
use vault_sessions::{Action, SessionCreated, SessionToken};

const START: u64 = 1_700_000_000;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn builder() -> VaultBuilder {
    Vault::builder()
        .clock(Clock::frozen_at(at(START)))
        .secret(Secret::from_seed(1))
}

fn create(vault: &Vault) -> SessionToken {
    let request = Request::post("/vault/sessions")
        .header(
            "authorization",
            format!("Bearer {}", vault.api_key().expose_secret()),
        )
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "consumer")
        .body(Bytes::new());
    let answer = vault.handle(request.unwrap());
    let created: SessionCreated = serde_json::from_slice(answer.body()).unwrap();
    created.token().clone()
}

fn signed(claims: &str) -> SessionToken {
    let header = r#"{"alg":"HS256","typ":"JWT"}"#;
    signed_parts(
        &URL_SAFE_NO_PAD.encode(header),
        &URL_SAFE_NO_PAD.encode(claims),
    )
}

/// Signs header and payload as they are, base64url or not.
fn signed_parts(header: &str, payload: &str) -> SessionToken {
    let message = format!("{header}.{payload}");
    let key = EncodingKey::from_secret(Secret::from_seed(1).expose_secret());
    let tag = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    SessionToken::new(format!("{message}.{tag}")).unwrap()
}

fn with_times(iat: &Value, exp: &Value) -> SessionToken {
    let claims = json!({ "consumer_id": "c", "application_id": "a", "iat": iat, "exp": exp });
    signed(&claims.to_string())
}

#[test]
fn replicas_of_one_secret_verify_each_other() {
    for secret in [Secret::from_seed(1), Secret::new("shared").unwrap()] {
        let replica = |_| builder().secret(secret.clone()).build();
        let replicas: Vec<_> = (0..5).map(replica).collect();
        for issuing in &replicas {
            let token = create(issuing);
            assert!(replicas.iter().all(|other| other.verify(&token).is_ok()));
        }
        let of_its_own = Vault::builder().clock(Clock::frozen_at(at(START)));
        for stranger in [builder().secret(Secret::from_seed(2)), of_its_own] {
            let refused = stranger.build().verify(&create(&replicas[0]));
            assert!(refused.unwrap_err().is_forged());
        }
    }
}

#[test]
fn a_rotated_key_is_good_until_its_overlap_ends() {
    let vault = builder().build();
    let [first, second, third] = [1, 2, 3].map(Secret::from_seed);
    let only = |secret: &Secret| {
        builder()
            .secret(secret.clone())
            .clock(vault.clock().clone())
            .build()
    };
    let old = create(&vault);
    vault.rotate_key(second.clone(), Duration::from_secs(60));
    let new = create(&vault);
    assert!(only(&first).verify(&new).unwrap_err().is_forged());
    assert!(only(&second).verify(&new).is_ok());

    vault.clock().advance(Duration::from_secs(59));
    assert!(vault.verify(&old).is_ok());
    vault.rotate_key(third, Duration::from_secs(60));
    assert!(
        [&old, &new]
            .into_iter()
            .all(|token| vault.verify(token).is_ok())
    );
    vault.clock().advance(Duration::from_secs(1));
    assert!(vault.verify(&old).unwrap_err().is_forged());
    assert!(vault.verify(&new).is_ok());
    vault.clock().advance(Duration::from_secs(59));
    assert!(vault.verify(&new).unwrap_err().is_forged());
    assert!(vault.verify(&create(&vault)).is_ok());
}

#[test]
fn a_clock_that_is_set_back_brings_no_key_back_that_a_rotation_has_dropped() {
    let vault = builder().build();
    let old = create(&vault);
    vault.rotate_key(Secret::from_seed(2), Duration::from_secs(60));
    vault.clock().advance(Duration::from_secs(60));
    vault.rotate_key(Secret::from_seed(3), Duration::from_secs(60));
    vault.clock().set(at(START));
    assert!(vault.verify(&old).unwrap_err().is_forged());
}

#[test]
fn without_overlap_an_old_token_dies_at_once_and_with_a_long_one_it_still_expires() {
    let vault = builder().build();
    let old = create(&vault);
    vault.rotate_key(Secret::from_seed(2), Duration::ZERO);
    assert!(vault.verify(&old).unwrap_err().is_forged());
    let new = create(&vault);
    vault.rotate_key(Secret::from_seed(3), Duration::MAX);
    vault.clock().advance(Duration::from_secs(3_599));
    assert!(vault.verify(&new).is_ok());
    vault.clock().advance(Duration::from_secs(1));
    assert!(vault.verify(&new).unwrap_err().is_expired());
}

#[test]
fn the_verdict_says_by_how_much_at_every_border() {
    let leeway = ExpiryRule::Leeway(Duration::from_secs(5));
    let tick = Duration::from_millis(1);
    let exp = Duration::from_secs(3_600);
    for (rule, dead_at, said) in [
        (ExpiryRule::Rfc7519, exp, "at this very instant"),
        (ExpiryRule::Inclusive, exp + tick, "0.001 s ago"),
        (leeway, exp + Duration::from_secs(5), "5 s ago"),
    ] {
        let vault = builder().expiry_rule(rule).build();
        let token = create(&vault);
        vault.clock().advance(dead_at.saturating_sub(tick));
        assert!(vault.verify(&token).is_ok(), "{rule:?}");
        vault.clock().advance(tick);
        let refused = vault.verify(&token).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("the session expired {said}"),
            "{rule:?}"
        );
        let unauthorized = vault.authorize(&token, Action::Delete).unwrap_err();
        assert_eq!(unauthorized.to_string(), refused.to_string());
        assert_eq!(refused.expired_since(), Some(dead_at.saturating_sub(exp)));
        vault.clock().advance(Duration::from_secs(1));
        let ago = vault.verify(&token).unwrap_err().expired_since();
        assert_eq!(
            ago,
            Some(dead_at.saturating_sub(exp) + Duration::from_secs(1))
        );
    }
}

#[test]
fn a_token_from_the_future_is_refused_beyond_the_tolerance() {
    let token = |ahead: u64| with_times(&json!(START + ahead), &json!(START + 9_999));
    let strict = builder().build();
    assert!(strict.verify(&token(0)).is_ok());
    let refused = strict.verify(&token(1)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the session is issued 1 s in the future"
    );
    assert!(!refused.is_forged() && !refused.is_expired());
    let last = with_times(&json!(253_402_300_000_u64), &json!(253_402_300_799_u64));
    assert!(strict.verify(&last).is_err());

    let tolerance = Duration::from_secs(30);
    let leeway = ExpiryRule::Leeway(tolerance);
    for tolerant in [
        builder().issued_at_tolerance(tolerance),
        builder().expiry_rule(leeway),
    ] {
        let tolerant = tolerant.build();
        assert!(tolerant.verify(&token(30)).is_ok());
        assert!(tolerant.verify(&token(31)).is_err());
    }
}

#[test]
fn sessions_end_no_later_than_the_clock() {
    let vault = builder().build();
    let last = at(253_402_300_799);
    vault.clock().set(last - Duration::from_secs(60));
    let token = create(&vault);
    let claims = vault.verify(&token).unwrap();
    assert_eq!(claims.expires_at(), last);
    assert_eq!(claims.lifetime(), Duration::from_secs(60));
    vault.clock().set(last);
    assert!(vault.verify(&token).unwrap_err().is_expired());
}

#[test]
fn claims_without_usable_times_hold_no_session() {
    let vault = builder().build();
    let good = json!(START);
    assert!(vault.verify(&with_times(&good, &json!(START + 1))).is_ok());
    for bad in [
        json!("1700000001"),
        json!("soon"),
        json!(null),
        json!(-1),
        json!(1e30),
        json!(u64::MAX),
        json!(253_402_300_800_u64),
    ] {
        for token in [with_times(&good, &bad), with_times(&bad, &json!(START + 1))] {
            let refused = vault.verify(&token).unwrap_err();
            assert!(
                refused
                    .to_string()
                    .starts_with("the token holds no session"),
                "{bad}: {refused}"
            );
        }
    }
    let missing = signed(r#"{"consumer_id":"c","application_id":"a","iat":1700000000}"#);
    let refused = vault.verify(&missing).unwrap_err();
    assert!(
        refused.to_string().contains("missing field `exp`"),
        "{refused}"
    );
    assert!(vault.verify(&signed("{}")).is_err());
    let twice = signed(
        r#"{"consumer_id":"c","application_id":"a","iat":1700000000,"exp":1700000001,"exp":1900000001}"#,
    );
    assert!(vault.verify(&twice).is_err());
}

/// Every other way to write the same bits, in each part; jsonwebtoken refuses them too.
#[test]
fn base64_that_is_not_canonical_is_refused() {
    let vault = builder().build();
    let token = create(&vault);
    let text = token.expose_secret();
    let parts: Vec<&str> = text.split('.').collect();
    let mut edits = vec![format!("{text}="), format!("{text}%20")];
    for part in 0..3 {
        for edited in [
            format!("{}=", parts[part]),
            format!("{}A", parts[part]),
            parts[part].replacen('-', "+", 1),
            with_trailing_bit(parts[part]),
        ] {
            let mut all = parts.clone();
            all[part] = &edited;
            edits.push(all.join("."));
        }
    }
    let key = DecodingKey::from_secret(Secret::from_seed(1).expose_secret());
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    for edit in edits.iter().filter(|edit| *edit != text) {
        let edited = SessionToken::new(edit.clone()).unwrap();
        assert!(vault.verify(&edited).unwrap_err().is_forged(), "{edit}");
        assert!(
            jsonwebtoken::decode::<Value>(edit, &key, &validation).is_err(),
            "{edit}"
        );
    }
    assert!(jsonwebtoken::decode::<Value>(text, &key, &validation).is_ok());
}

/// The signature fits what is written, so that only the rule for base64 can refuse it.
#[test]
fn a_signed_token_must_be_canonical_base64_too() {
    let vault = builder().build();
    // 28 bytes, and 74: both leave bits to spare.
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT" }"#);
    let payload = URL_SAFE_NO_PAD
        .encode(r#"{"consumer_id":"c","application_id":"a","iat":1700000000,"exp":1700000001}"#);
    assert!(vault.verify(&signed_parts(&header, &payload)).is_ok());
    let edits = |part: &str| {
        let padded = format!("{part}{}", "=".repeat(4 - part.len() % 4));
        [with_trailing_bit(part), padded]
    };
    let bad_headers = edits(&header).map(|header| signed_parts(&header, &payload));
    let bad_payloads = edits(&payload).map(|payload| signed_parts(&header, &payload));
    for token in bad_headers.into_iter().chain(bad_payloads) {
        let refused = vault.verify(&token).unwrap_err();
        assert!(refused.to_string().contains("base64url"), "{refused}");
    }
}

/// Sets a bit that decoding throws away, if the part has one to spare.
fn with_trailing_bit(part: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut edited = part.as_bytes().to_vec();
    if let (Some(last), true) = (edited.last_mut(), !part.len().is_multiple_of(4)) {
        let value = ALPHABET.iter().position(|letter| letter == last).unwrap();
        *last = ALPHABET[value | 1];
    }
    String::from_utf8(edited).unwrap()
}

#[test]
fn a_token_of_any_size_is_answered() {
    let vault = builder().build();
    let huge = SessionToken::new("a".repeat(3 * 1024 * 1024)).unwrap();
    let refused = vault.verify(&huge).unwrap_err();
    assert!(refused.is_forged());
    assert!(refused.to_string().contains("3145728 bytes"), "{refused}");
}
