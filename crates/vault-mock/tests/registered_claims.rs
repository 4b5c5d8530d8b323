//! What a verifier must do with each registered header parameter and claim (RFC 7515 §4.1,
//! RFC 7519 §4.1), with jsonwebtoken as the oracle wherever it has an opinion.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation, crypto};
use serde_json::Value;
use vault_mock::{Clock, ExpiryRule, Secret, TokenError, Vault, VaultBuilder};
use vault_sessions::{Claims, SessionToken};

const START: u64 = 1_700_000_000;

fn builder() -> VaultBuilder {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(START);
    Vault::builder()
        .clock(Clock::frozen_at(start))
        .secret(Secret::from_seed(1))
}

fn signed(header: &str, claims: &str) -> SessionToken {
    signed_by(Algorithm::HS256, header, claims)
}

/// Whatever algorithm the header names.
fn signed_by(algorithm: Algorithm, header: &str, claims: &str) -> SessionToken {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    let message = format!("{header}.{claims}");
    let key = EncodingKey::from_secret(Secret::from_seed(1).expose_secret());
    let tag = crypto::sign(message.as_bytes(), &key, algorithm).unwrap();
    SessionToken::new(format!("{message}.{tag}")).unwrap()
}

/// A good token but for what is added to its header.
fn with_header(added: &str) -> SessionToken {
    let header = format!(r#"{{"alg":"HS256","typ":"JWT"{added}}}"#);
    signed(&header, &session(""))
}

/// A good token but for what is added to its claims.
fn with_claim(added: &str) -> SessionToken {
    signed(r#"{"alg":"HS256","typ":"JWT"}"#, &session(added))
}

fn session(added: &str) -> String {
    let (iat, exp) = (START, START + 3_600);
    format!(r#"{{"consumer_id":"c","application_id":"a","iat":{iat},"exp":{exp}{added}}}"#)
}

fn verify(token: &SessionToken) -> Result<Claims, TokenError> {
    builder().build().verify(token)
}

/// What jsonwebtoken says to signature, header and audience; the time is not its business here.
fn oracle_accepts(token: &SessionToken) -> bool {
    let key = DecodingKey::from_secret(Secret::from_seed(1).expose_secret());
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    jsonwebtoken::decode::<Value>(token.expose_secret(), &key, &validation).is_ok()
}

/// With `serde_json/arbitrary_precision` in the graph, it takes a fraction for an object.
fn oracle_reads_fractions() -> bool {
    let number: Value = serde_json::from_str("1.50").unwrap();
    !number.to_string().ends_with('0')
}

#[test]
fn a_header_parameter_that_changes_nothing_is_let_be() {
    for added in [
        "",
        r#","kid":"1""#,
        r#","jku":"https://example.com/keys""#,
        r#","x5u":"https://example.com/chain","x5t":"AA","x5t#S256":"AA","x5c":["AA"]"#,
        r#","cty":"text/plain""#,
        r#","x-own":{"a":1}"#,
    ] {
        let token = with_header(added);
        assert!(verify(&token).is_ok(), "{added}");
        assert!(oracle_accepts(&token), "{added}");
    }
    // RFC 7797: `true` is the default said aloud.
    assert!(verify(&with_header(r#","b64":true"#)).is_ok());
    // A key in the token itself is not believed, and does not get in the way.
    assert!(verify(&with_header(r#","jwk":{"kty":"oct","k":"AA"}"#)).is_ok());
    for header in [r#"{"alg":"HS256"}"#, r#"{"typ":"jwt","alg":"HS256"}"#] {
        let token = signed(header, &session(""));
        assert!(verify(&token).is_ok(), "{header}");
        assert!(oracle_accepts(&token), "{header}");
    }
}

#[test]
fn a_header_that_a_verifier_must_not_accept_is_refused() {
    for (added, named) in [
        (r#","crit":["exp"],"exp":1"#, "`crit`"),
        (r#","crit":["b64"],"b64":true"#, "`crit`"),
        (r#","crit":[]"#, "`crit`"),
        (r#","crit":null"#, "`crit`"),
        (r#","b64":false"#, "`b64`"),
        (r#","b64":"false""#, "`b64`"),
        (r#","cty":"JWT""#, "`cty`"),
        (r#","cty":"jwt""#, "`cty`"),
        (r#","cty":"application/JWT""#, "`cty`"),
        (r#","cty":1"#, "`cty`"),
        (r#","kid":1"#, "`kid`"),
        (r#","kid":null"#, "`kid`"),
        (r#","jwk":"key""#, "`jwk`"),
        (r#","jku":{}"#, "`jku`"),
        (r#","x5c":"AA""#, "`x5c`"),
        (r#","x5c":[1]"#, "`x5c`"),
        (r#","x5u":1"#, "`x5u`"),
        (r#","x5t":1"#, "`x5t`"),
        (r#","x5t#S256":1"#, "`x5t#S256`"),
        (r#","alg":"HS256""#, "names each member once"),
        (r#","typ":"JWT""#, "names each member once"),
        (r#","kid":"1","kid":"2""#, "names each member once"),
    ] {
        let refused = verify(&with_header(added)).unwrap_err();
        assert!(refused.is_forged(), "{added}");
        let text = refused.to_string();
        assert!(
            text.starts_with("the token's header is refused: ") && text.contains(named),
            "{added}: {text}"
        );
    }
    for header in [
        r#"{"typ":"JWT"}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"HS384"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"alg":"ES256"}"#,
        r#"{"alg":"XX"}"#,
        r#"{"alg":"HS256","typ":1}"#,
        r#"["alg","HS256"]"#,
        r#""HS256""#,
        "null",
        "",
    ] {
        let tagged = signed(header, &session(""));
        let (message, _) = tagged.expose_secret().rsplit_once('.').unwrap();
        let untagged = SessionToken::new(format!("{message}.")).unwrap();
        let by_another = signed_by(Algorithm::HS512, header, &session(""));
        for token in [tagged, untagged, by_another] {
            assert!(verify(&token).unwrap_err().is_forged(), "{header}");
            assert!(!oracle_accepts(&token), "{header}");
        }
    }
}

#[test]
fn a_claim_that_changes_nothing_is_let_be() {
    for added in [
        r#","iss":"https://example.com","sub":"c","jti":"1""#,
        r#","nbf":1700000000"#,
        r#","nbf":1.7e9,"nonce":1"#,
    ] {
        let token = with_claim(added);
        assert!(verify(&token).is_ok(), "{added}");
        assert!(oracle_accepts(&token), "{added}");
    }
}

#[test]
fn a_claim_that_a_verifier_must_not_accept_is_refused() {
    for audience in [r#""vault""#, r#"["vault","a"]"#, "[]", "null", "1", r#""""#] {
        let token = with_claim(&format!(r#","aud":{audience}"#));
        let text = verify(&token).unwrap_err().to_string();
        assert!(text.contains("`aud`"), "{audience}: {text}");
    }
    for audience in [r#""vault""#, r#"["vault","a"]"#] {
        assert!(!oracle_accepts(&with_claim(&format!(
            r#","aud":{audience}"#
        ))));
    }
    for (added, named) in [
        (r#","iss":1"#, "`iss`"),
        (r#","sub":null"#, "`sub`"),
        (r#","jti":["1"]"#, "`jti`"),
        (r#","nbf":"1700000000""#, "`nbf`"),
        (r#","nbf":null"#, "`nbf`"),
        (r#","nbf":-1"#, "`nbf`"),
        (r#","exp":1900000000"#, "same name"),
        (r#","application_id":"other""#, "same name"),
        (
            r#","settings":{},"settings":{"allow_actions":[]}"#,
            "same name",
        ),
    ] {
        let text = verify(&with_claim(added)).unwrap_err().to_string();
        let starts = "the token holds no session: ";
        assert!(
            text.starts_with(starts) && text.contains(named),
            "{added}: {text}"
        );
    }
}

#[test]
fn a_token_is_not_good_before_its_nbf() {
    let token = with_claim(r#","nbf":1700000010.5"#);
    let vault = builder().build();
    vault.clock().advance(Duration::from_secs(10));
    let refused = vault.verify(&token).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the session begins 0.500 s in the future (nbf)"
    );
    assert!(!refused.is_forged() && !refused.is_expired());
    vault.clock().advance(Duration::from_millis(500));
    assert!(vault.verify(&token).is_ok());

    // A tolerance for clocks that differ holds for it, too.
    let tolerance = Duration::from_secs(11);
    for tolerant in [
        builder().issued_at_tolerance(tolerance),
        builder().expiry_rule(ExpiryRule::Leeway(tolerance)),
    ] {
        assert!(tolerant.build().verify(&token).is_ok());
    }
}

#[test]
fn times_may_have_a_fraction_or_an_exponent() {
    for (iat, exp, lives) in [
        ("1700000000.0", "1700000001.5", 1_500),
        ("1.7e9", "1.700000001E9", 1_000),
        ("17e8", "1700000000.25", 250),
    ] {
        let claims =
            format!(r#"{{"consumer_id":"c","application_id":"a","iat":{iat},"exp":{exp}}}"#);
        let token = signed(r#"{"alg":"HS256"}"#, &claims);
        assert!(
            !oracle_reads_fractions() || oracle_accepts(&token),
            "{claims}"
        );
        let vault = builder().build();
        vault.clock().advance(Duration::from_millis(lives - 1));
        assert!(vault.verify(&token).is_ok(), "{claims}");
        vault.clock().advance(Duration::from_millis(1));
        assert!(vault.verify(&token).unwrap_err().is_expired(), "{claims}");
    }
}
