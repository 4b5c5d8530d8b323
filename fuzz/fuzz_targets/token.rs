//! Claims are what a second decoder finds in the token.

#![no_main]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::time::{Duration, SystemTime};
use vault_sessions::{AppId, Claims, ConsumerId, Session, SessionToken};

/// The end of the year 9999.
const LATEST: u64 = 253_402_300_799;

// A text that begins like an object is a payload, any other is a whole token.
fuzz_target!(|data: &[u8]| {
    let text = if data.starts_with(b"{") {
        with_payload(data)
    } else {
        let Ok(text) = str::from_utf8(data) else {
            return;
        };
        text.to_owned()
    };
    let Ok(token) = SessionToken::new(text.as_str()) else {
        assert!(text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()));
        return;
    };
    assert_eq!(token.expose_secret(), text);
    assert_eq!(format!("{token:?}"), "SessionToken(redacted)");
    match (token.claims(), oracle(&text)) {
        (Ok(claims), Some(payload)) => agree(&claims, &payload),
        // A member that no tree can hold is left out, and the others are read.
        (Ok(claims), None) => {
            let payload = parts(&text).expect("it has claims").0;
            let tree = serde_json::from_slice::<Value>(&payload);
            assert!(tree.is_err(), "only the crate finds claims in {text}");
            let written = serde_json::to_value(&claims).unwrap();
            assert_eq!(serde_json::from_value::<Claims>(written).unwrap(), claims);
        }
        // A repeated claim is an error, while a tree keeps the last one.
        (Err(_), Some(payload)) => {
            let single = with_payload(payload.to_string().as_bytes());
            let payload = oracle(&single).expect("what it wrote is what it reads");
            let claims = SessionToken::new(single).unwrap().claims();
            agree(
                &claims.expect("only the second decoder finds claims"),
                &payload,
            );
        }
        (Err(error), None) => assert!(!error.to_string().is_empty()),
    }
});

fn with_payload(payload: &[u8]) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
}

fn agree(claims: &Claims, payload: &Value) {
    let at = |name: &str| SystemTime::UNIX_EPOCH + time(&payload[name]).unwrap();
    assert_eq!(claims.issued_at(), at("iat"));
    assert_eq!(claims.expires_at(), at("exp"));
    assert_eq!(claims.remaining(at("exp")), Duration::ZERO);
    assert_eq!(claims.remaining(at("iat")), claims.lifetime());
    let written = serde_json::to_value(claims).unwrap();
    assert_eq!(without(&TIMES, &written), without(&TIMES, payload));
    assert_eq!(&serde_json::from_value::<Claims>(written).unwrap(), claims);

    let body = without(&OWN, payload);
    assert_eq!(
        claims.session().ok(),
        serde_json::from_value::<Session>(body).ok()
    );
}

fn without(names: &[&str], object: &Value) -> Value {
    let mut object = object.clone();
    let members = object.as_object_mut().unwrap();
    members.retain(|name, _| !names.contains(&name.as_str()));
    object
}

/// The claims that may be written in several ways: `2`, `2.0` and `2e0` are one time.
const TIMES: [&str; 2] = ["iat", "exp"];

/// The claims that are not the body's.
const OWN: [&str; 4] = ["consumer_id", "application_id", "iat", "exp"];

/// The payload as it was encoded, and the signature.
fn parts(token: &str) -> Option<(Vec<u8>, &str)> {
    let (_, rest) = token.split_once('.')?;
    let (payload, signature) = rest.split_once('.')?;
    Some((base64url(payload)?, signature))
}

fn oracle(token: &str) -> Option<Value> {
    let (payload, signature) = parts(token)?;
    let payload = serde_json::from_slice::<Value>(&payload).ok()?;
    let consumer = payload.get("consumer_id")?.as_str()?.to_owned();
    let app = payload.get("application_id")?.as_str()?.to_owned();
    let good = !signature.contains('.')
        && ConsumerId::new(consumer).is_ok()
        && AppId::new(app).is_ok()
        && time(&payload["iat"]).is_some()
        && time(&payload["exp"]).is_some();
    good.then_some(payload)
}

/// Seconds since 1970, with or without a fraction (RFC 7519 §2).
fn time(claim: &Value) -> Option<Duration> {
    let time = match claim.as_u64() {
        Some(seconds) => Duration::from_secs(seconds),
        None => Duration::try_from_secs_f64(claim.as_f64()?).ok()?,
    };
    (time.as_secs() <= LATEST).then_some(time)
}

/// RFC 4648 §5 without padding, bit by bit.
fn base64url(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = Vec::new();
    for character in text.chars() {
        let sextet = ALPHABET.find(character)?;
        bits.extend((0..6).rev().map(|shift| sextet >> shift & 1));
    }
    let whole = bits.len() / 8 * 8;
    let rest = &bits[whole..];
    if rest.len() >= 6 || rest.contains(&1) {
        return None;
    }
    let bytes = bits[..whole].chunks(8);
    Some(
        bytes
            .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | *bit as u8))
            .collect(),
    )
}
