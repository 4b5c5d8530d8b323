//! The mock believes a token when jsonwebtoken believes its signature, and what a verifier must check
//! of header and claims holds (RFC 7515 §4.1, RFC 7519 §4.1), and the stricter rules of a session:
//!
//! - the claims are those of a session, and each name is there once;
//! - it is not expired, without any leeway, and `exp` is there;
//! - it is not issued in the future;
//! - it is not longer than 2 MiB.

#![no_main]

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vault_mock::{Clock, Secret, Vault};
use vault_sessions::SessionToken;

const NOW: Duration = Duration::from_secs(1_700_000_000);

const LIMIT: usize = 2 * 1024 * 1024;

static VAULT: LazyLock<Vault> = LazyLock::new(|| {
    Vault::builder()
        .secret(Secret::from_seed(1))
        .clock(Clock::frozen_at(SystemTime::UNIX_EPOCH + NOW))
        .build()
});

// Two lines are header and payload, to be signed with the right key. A text that begins with a dot
// is put behind the header of a session token, and any other one is a whole token.
fuzz_target!(|data: &[u8]| {
    let text = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => signed(&data[..end], &data[end + 1..]),
        None => {
            let Ok(text) = str::from_utf8(data) else {
                return;
            };
            match text.strip_prefix('.') {
                Some(rest) => format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{rest}"),
                None => text.to_owned(),
            }
        }
    };
    let Ok(token) = SessionToken::new(text.as_str()) else {
        return;
    };
    let verdict = VAULT.verify(&token);
    let is_good = oracle(&token);
    if verdict.is_err() && is_good {
        let once = SessionToken::new(with_each_name_once(&text)).unwrap();
        assert!(VAULT.verify(&once).is_ok(), "{text}: {verdict:?}");
    } else {
        assert_eq!(verdict.is_ok(), is_good, "{text}: {verdict:?}");
    }
    if let Err(refused) = verdict {
        assert!(!(refused.is_forged() && refused.is_expired()));
        // A shorter text may be a word of the refusal by chance.
        assert!(text.len() < 16 || !refused.to_string().contains(&text));
    }
});

fn signed(header: &[u8], payload: &[u8]) -> String {
    let encode = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
    let message = format!("{}.{}", encode(header), encode(payload));
    let key = EncodingKey::from_secret(Secret::from_seed(1).expose_secret());
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256);
    format!("{message}.{}", signature.expect("HMAC signs any message"))
}

/// The token with another header: a tree keeps the last of several members of one name.
fn with_each_name_once(token: &str) -> String {
    let header = decoded(token, 0).unwrap().to_string();
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap());
    signed(header.as_bytes(), &payload.unwrap())
}

fn oracle(token: &SessionToken) -> bool {
    let text = token.expose_secret();
    text.len() <= LIMIT
        && is_genuine(text)
        && decoded(text, 0).is_some_and(|header| has_good_header(&header))
        && decoded(text, 1).is_some_and(|claims| has_good_claims(&claims))
        && token.claims().is_ok_and(|claims| {
            let now = SystemTime::UNIX_EPOCH + NOW;
            now < claims.expires_at() && claims.issued_at() <= now
        })
}

fn is_genuine(token: &str) -> bool {
    let Some((message, signature)) = token.rsplit_once('.') else {
        return false;
    };
    let key = DecodingKey::from_secret(Secret::from_seed(1).expose_secret());
    let is_signed = crypto::verify(signature, message.as_bytes(), &key, Algorithm::HS256);
    message.split('.').count() == 2 && is_signed.is_ok_and(|is_signed| is_signed)
}

fn decoded(token: &str, part: usize) -> Option<Value> {
    let json = URL_SAFE_NO_PAD.decode(token.split('.').nth(part)?).ok()?;
    serde_json::from_slice(&json).ok().filter(Value::is_object)
}

fn has_good_header(header: &Value) -> bool {
    let is_text = |name: &str| header.get(name).is_none_or(Value::is_string);
    let texts = ["typ", "cty", "kid", "jku", "x5u", "x5t", "x5t#S256"];
    let is_chain = |chain: &Value| {
        let certificates = chain.as_array();
        certificates.is_some_and(|chain| chain.iter().all(Value::is_string))
    };
    header["alg"] == "HS256"
        && texts.into_iter().all(is_text)
        && !header["cty"]
            .as_str()
            .unwrap_or_default()
            .eq_ignore_ascii_case("jwt")
        && header.get("jwk").is_none_or(Value::is_object)
        && header.get("x5c").is_none_or(is_chain)
        && header.get("crit").is_none()
        && header.get("b64").is_none_or(|encoded| *encoded == true)
}

fn has_good_claims(claims: &Value) -> bool {
    let is_text = |name: &str| claims.get(name).is_none_or(Value::is_string);
    let has_begun = |begin: &Value| {
        let begin = begin.as_f64();
        begin.is_some_and(|begin| 0.0 <= begin && begin <= NOW.as_secs_f64())
    };
    ["iss", "sub", "jti"].into_iter().all(is_text)
        && claims.get("aud").is_none()
        && claims.get("nbf").is_none_or(has_begun)
}
