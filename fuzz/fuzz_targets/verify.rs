//! The mock believes a token when jsonwebtoken does, and the stricter rules of a session hold:
//!
//! - the claims are those of a session, each of them once;
//! - it is not expired, without any leeway, and `exp` is there;
//! - it is not issued in the future;
//! - it is not longer than 2 MiB.

#![no_main]

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation, crypto, decode};
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
    assert_eq!(verdict.is_ok(), oracle(&token), "{text}: {verdict:?}");
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

fn oracle(token: &SessionToken) -> bool {
    let mut validation = Validation::new(Algorithm::HS256);
    // It compares with the system's time, and only with leeway.
    validation.validate_exp = false;
    // A session is for nobody in particular.
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(Secret::from_seed(1).expose_secret());
    let text = token.expose_secret();
    let is_genuine = decode::<Value>(text, &key, &validation).is_ok();
    let now = SystemTime::UNIX_EPOCH + NOW;
    is_genuine
        && text.len() <= LIMIT
        && token
            .claims()
            .is_ok_and(|claims| now < claims.expires_at() && claims.issued_at() <= now)
}
