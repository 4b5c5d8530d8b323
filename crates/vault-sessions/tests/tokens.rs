//! Claims are what stands in the token, read without a key and without a promise.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use vault_sessions::{Claims, InvalidToken, Session, SessionToken};

/// The last second of the year 9999.
const LATEST: u64 = 253_402_300_799;

fn read(token: &str) -> Result<Claims, InvalidToken> {
    SessionToken::new(token).unwrap().claims()
}

fn read_payload(payload: &str) -> Result<Claims, InvalidToken> {
    read(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload)))
}

fn read_times(iat: &str, exp: &str) -> Result<Claims, InvalidToken> {
    read_payload(&format!(
        r#"{{"consumer_id":"c","application_id":"a","iat":{iat},"exp":{exp}}}"#
    ))
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn cause(error: &InvalidToken) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn times_are_those_of_the_claims() {
    for (iat, exp) in [
        (1_700_000_000, 1_700_001_800),
        (0, LATEST),
        (0, 0),
        (LATEST, LATEST),
    ] {
        let claims = read_times(&iat.to_string(), &exp.to_string()).unwrap();
        assert_eq!(claims.issued_at(), at(iat));
        assert_eq!(claims.expires_at(), at(exp));
        assert_eq!(claims.lifetime(), Duration::from_secs(exp - iat));
    }
    let backwards = read_times("2", "1").unwrap();
    assert_eq!(backwards.lifetime(), Duration::ZERO);
}

#[test]
fn what_remains_is_counted_at_every_instant() {
    let claims = read_times("1700000000", "1700001800").unwrap();
    let (expiry, tick) = (at(1_700_001_800), Duration::from_micros(1));
    for (now, remaining) in [
        (at(1_700_000_000), Duration::from_secs(1_800)),
        (expiry - tick, tick),
        (expiry, Duration::ZERO),
        (expiry + tick, Duration::ZERO),
        (at(LATEST), Duration::ZERO),
        (at(0), Duration::from_secs(1_700_001_800)),
        (
            at(0) - Duration::from_secs(1_000_000_000),
            Duration::from_secs(2_700_001_800),
        ),
    ] {
        assert_eq!(claims.remaining(now), remaining, "{now:?}");
    }
}

#[test]
fn a_time_is_a_number_of_seconds_from_1970_until_the_year_9999() {
    for time in ["1.5", "1.0", "1e3", "-0"] {
        assert!(read_times(time, "2000").is_ok(), "{time}");
    }
    for time in [
        "-1",
        "null",
        "true",
        "[]",
        r#""1""#,
        "253402300800",
        "18446744073709551615",
        "18446744073709551616",
        "1e400",
    ] {
        for error in [read_times(time, "2"), read_times("1", time)] {
            let error = error.unwrap_err();
            assert!(!cause(&error).is_empty(), "{time}: {error}");
        }
    }
    let late = read_times("1", "253402300800").unwrap_err();
    assert!(
        cause(&late).starts_with("a time after the year 9999 at line 1 column"),
        "{}",
        cause(&late)
    );
}

#[test]
fn a_token_has_three_parts() {
    let payload =
        URL_SAFE_NO_PAD.encode(r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":2}"#);
    assert_eq!(
        read("abc").unwrap_err().to_string(),
        "the token has no dots; a JWT has 3 parts separated by dots"
    );
    for (token, parts) in [
        (format!("e30.{payload}"), 2),
        (format!("e30.{payload}.c2ln.x"), 4),
        // Encrypted tokens have five (RFC 7516 §3.1).
        (format!("e30.{payload}.{payload}.x.x"), 5),
        (".".repeat(1 << 20), (1 << 20) + 1),
    ] {
        assert_eq!(
            read(&token).unwrap_err().to_string(),
            format!("the token has {parts} parts separated by dots; a JWT has 3")
        );
    }
    // What stands around the payload is for whoever has the key.
    for token in [
        format!("e30.{payload}.c2ln"),
        format!("e30.{payload}."),
        format!(".{payload}."),
        format!("*.{payload}.*"),
        format!("W10.{payload}.c2ln"),
    ] {
        assert_eq!(read(&token).unwrap().consumer_id().as_str(), "c", "{token}");
    }
}

#[test]
fn the_payload_is_base64url_without_padding() {
    // One byte beyond the threes for the padding, and `>` and `?` for the alphabet.
    let payload = r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":2,"x":"~~??>>~"}"#;
    assert_eq!(payload.len() % 3, 1);
    let text = URL_SAFE_NO_PAD.encode(payload);
    let (standard, last) = (STANDARD.encode(payload), text.len() - 1);
    assert!(read(&format!("e30.{text}.x")).is_ok());
    assert_ne!(URL_SAFE.encode(payload), standard);
    for broken in [
        URL_SAFE.encode(payload),
        format!("{text}="),
        standard.trim_end_matches('=').to_owned(),
        // The last character says two bits more than there are.
        format!("{}R", &text[..last]),
        text[..last].to_owned(),
        format!("{text}!"),
        format!("%7B{text}"),
    ] {
        let error = read(&format!("e30.{broken}.x")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the payload of the token is not base64url",
            "{broken}"
        );
        assert!(!cause(&error).is_empty());
    }
    for white in [format!("e30. {text}.x"), format!("e30.{text}\n.x")] {
        assert!(SessionToken::new(white).is_err());
    }
}

/// What `.ci/graph` is about: with features of `serde_json`, `Value` takes these for its own.
#[test]
fn a_byte_order_mark_before_the_payload_is_ignored() {
    let claims = r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":2,"big":"#;
    for value in ["1", "1e400"] {
        for mark in ["\u{FEFF}", "\u{FEFF}\u{FEFF}", "\u{FEFF} "] {
            let read = read_payload(&format!("{mark}{claims}{value}}}")).unwrap();
            assert_eq!(read.application_id().as_str(), "a");
            assert_eq!(read.expires_at(), at(2));
        }
    }
    assert!(read_payload("\u{FEFF}").is_err());
}

#[test]
fn every_name_of_a_claim_is_a_name() {
    for name in ["Number", "RawValue"] {
        for value in ["x", "1", "{}"] {
            let name = format!("$serde_json::private::{name}");
            let member = json!({ name.clone(): value });
            let mut body = json!({
                "custom_consumer_settings": { "one": member, "several": [member] },
                "settings": { "new": member },
                "newer": member,
            });
            body[&name] = value.into();
            let session = Session::from_json_strict(
                &json!({ "custom_consumer_settings": body["custom_consumer_settings"] })
                    .to_string(),
            );
            assert!(session.is_ok(), "{session:?}");
            let session: Session = serde_json::from_str(&body.to_string()).unwrap();
            assert_eq!(serde_json::to_value(&session).unwrap(), body);

            let claims = json!({"consumer_id": "c", "application_id": "a", "iat": 1, "exp": 2});
            let payload = format!("{},{}", trimmed(&claims), &body.to_string()[1..]);
            let claims = read_payload(&payload).unwrap();
            for (name, value) in body.as_object().unwrap() {
                assert_eq!(claims.others()[name], *value, "{payload}");
            }
            assert_eq!(claims.session().unwrap(), session);
        }
    }
}

/// An object that goes on.
fn trimmed(object: &Value) -> String {
    let text = object.to_string();
    text.trim_end_matches('}').to_owned()
}

#[test]
fn each_claim_is_needed_once_and_under_its_name() {
    let claims = json!({"consumer_id": "c", "application_id": "a", "iat": 1, "exp": 2});
    for name in ["consumer_id", "application_id", "iat", "exp"] {
        let mut without = claims.clone();
        let value = without.as_object_mut().unwrap().remove(name).unwrap();
        let error = read_payload(&without.to_string()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the payload of the token does not hold a session's claims"
        );
        assert!(
            cause(&error).starts_with(&format!("missing field `{name}`")),
            "{}",
            cause(&error)
        );

        let mut other_case = without.clone();
        other_case[name.to_uppercase()] = value.clone();
        assert!(read_payload(&other_case.to_string()).is_err());

        let twice = format!(r#"{{"{name}":{value},{}"#, &claims.to_string()[1..]);
        let error = read_payload(&twice).unwrap_err();
        assert!(
            cause(&error).starts_with(&format!("duplicate field `{name}`")),
            "{}",
            cause(&error)
        );
    }
    let escaped = r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":2,"\u0069at":3}"#;
    assert!(cause(&read_payload(escaped).unwrap_err()).starts_with("duplicate field `iat`"));
}

#[test]
fn every_other_claim_is_kept() {
    let payload = json!({
        "consumer_id": "c", "application_id": "a", "iat": 1, "exp": 2,
        "IAT": 3, "Exp": null, "aud": ["x"], "nbf": 1.5, "\u{0}": {"a": [-0.0, u64::MAX]},
        "settings": {"session_length": "30m"}, "theme": null,
    });
    let claims = read_payload(&payload.to_string()).unwrap();
    let names: Vec<&str> = claims.others().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["\0", "Exp", "IAT", "aud", "nbf", "settings", "theme"]
    );
    let written = serde_json::to_string(&claims).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), payload);
    assert_eq!(serde_json::from_str::<Claims>(&written).unwrap(), claims);

    let session = claims.session().unwrap();
    let rest: Vec<&str> = session.extra.keys().map(String::as_str).collect();
    assert_eq!(rest, ["\0", "Exp", "IAT", "aud", "nbf"]);
    assert!(session.settings.unwrap().session_length.is_some());
    assert!(session.theme.is_none());
}

/// The client asks for a new session whenever it cannot read a token's expiry.
#[test]
fn a_claim_that_cannot_be_read_does_not_cost_the_others() {
    let needed = r#""consumer_id":"c","application_id":"a","iat":1,"exp":2"#;
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for value in [
        "1e400",
        "[-1e400]",
        r#"{"user_name":"\ud800"}"#,
        r#""\udc00,\"}""#,
        &deep,
    ] {
        for payload in [
            format!(r#"{{"consumer_metadata":{value},{needed},"y":3}}"#),
            format!(r#" {{ "y":3,{needed} , "consumer_metadata" : {value} }} "#),
            format!(r#"{{{needed},"\ud800":{value},"y":3}}"#),
        ] {
            let claims = read_payload(&payload).unwrap();
            assert_eq!(claims.expires_at(), at(2), "{payload}");
            assert_eq!(claims.others()["y"], 3, "{payload}");
            assert!(claims.session().unwrap().consumer_metadata.is_none());
        }
        for needed in [
            // Absent, of another type, twice, cut, or no JSON.
            r#"{"consumer_id":"c","application_id":"a","iat":1,"x":V}"#,
            r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":"2","x":V}"#,
            r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":V,"x":V}"#,
            r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":2,"exp":V}"#,
            r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":2,"x":V,"exp":2}"#,
            r#"{"consumer_id":"c","application_id":"a","iat":1,"x":V,"exp":2"#,
            r#"{"consumer_id":"c","application_id":"a","iat":1,"x":V,"exp":2}]"#,
            r#"{"consumer_id":"c","application_id":"a","iat":1,x:V,"exp":2}"#,
            r#"[{"consumer_id":"c","application_id":"a","iat":1,"x":V,"exp":2}]"#,
        ] {
            let payload = needed.replace('V', value);
            let error = read_payload(&payload).unwrap_err();
            assert!(!cause(&error).is_empty(), "{payload}");
        }
    }
    let mut payload = format!("{{{needed},\"y\":3,\"x\":\"").into_bytes();
    payload.extend(b"\xFF\"}");
    let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
    assert_eq!(read(&token).unwrap().others()["y"], 3);
}

#[test]
fn of_a_repeated_other_claim_the_last_counts() {
    let claims = read_payload(
        r#"{"x":1,"consumer_id":"c","application_id":"a","iat":1,"exp":2,"x":2,"\u0078":3}"#,
    );
    assert_eq!(claims.unwrap().others()["x"], 3);
}

#[test]
fn a_body_that_is_none_leaves_the_claims_readable() {
    let claims = read_payload(
        r#"{"consumer_id":"c","application_id":"a","iat":1,"exp":2,"settings":{"session_length":"8d"}}"#,
    )
    .unwrap();
    let error = claims.session().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the claims of the token do not hold the body of a session"
    );
    assert!(cause(&error).contains("out of range"), "{}", cause(&error));
    assert_eq!(claims.others()["settings"]["session_length"], "8d");
}

#[test]
fn a_token_may_be_long() {
    let name = "n".repeat(1 << 20);
    let claims = read_payload(
        &json!({"consumer_id": "c", "application_id": "a", "iat": 1, "exp": 2, "x": name})
            .to_string(),
    );
    assert_eq!(claims.unwrap().others()["x"], name);
}
