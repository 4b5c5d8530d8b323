//! An answer is either read in full, or handed back byte for byte.

#![no_main]

use http::{Response, header::CONTENT_TYPE};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use vault_sessions::{SessionCreated, SessionToken, SessionUri};

fuzz_target!(|data: &[u8]| {
    let [choice, body @ ..] = data else { return };
    let status = [200, 201, 400, 401, 404, 422, 500, 503][usize::from(choice & 7)];
    let media_type = ["application/json", "text/html"][usize::from(choice >> 7)];
    let response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, media_type)
        .body(body)
        .unwrap();
    let by_reference = SessionCreated::from_http_ref(&response);
    match SessionCreated::from_http(response) {
        Ok(created) => {
            assert!(status < 300 && media_type == "application/json");
            assert_eq!(by_reference.unwrap(), created);
            let text = serde_json::to_string(&created).unwrap();
            let again: SessionCreated = serde_json::from_str(&text).unwrap();
            assert_eq!(again, created);
            let shown = format!("{created:?}");
            assert!(shown.contains("SessionToken(redacted)"), "{shown}");
            let mut answer = object(body).expect("an answer that is no object was read");
            assert!(is_a_session(&answer));
            // What only repeats the HTTP status may be null, which says as little as its absence.
            answer.retain(|name, value| !REPEATED.contains(&name.as_str()) || !value.is_null());
            let mut written = object(text.as_bytes()).unwrap();
            written.retain(|name, _| answer.contains_key(name));
            assert_eq!(written, answer);
        }
        Err(error) => {
            assert_eq!(&error.body()[..], body);
            assert_eq!(error.status(), status);
            assert_eq!(error.headers()[CONTENT_TYPE], media_type);
            assert_eq!(error.is_unreadable(), status < 300);
            assert!(!error.to_string().contains(char::is_control), "{error}");
            assert_eq!(by_reference.unwrap_err().to_string(), error.to_string());
            if error.is_unreadable() {
                assert!(error.error_body().is_none());
            }
        }
    }
    // A repeated member is an error, while a tree keeps the last one.
    if let Some(answer) = object(body).filter(is_a_session) {
        let single = Value::from(answer).to_string();
        SessionCreated::from_http(Response::new(single)).expect("only the tree has a session");
    }
});

const REPEATED: [&str; 2] = ["status_code", "status"];

fn object(json: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(json).ok()
}

/// Whether the tree has what a session needs.
fn is_a_session(answer: &Map<String, Value>) -> bool {
    let [code, status] = REPEATED.map(|name| answer.get(name).unwrap_or(&Value::Null));
    let text = |name: &str| Some(answer.get("data")?.get(name)?.as_str()?.to_owned());
    (code.is_null() || code.as_u64().is_some_and(|code| code <= 0xFFFF))
        && (status.is_null() || status.is_string())
        && text("session_uri").is_some_and(|uri| SessionUri::new(uri).is_ok())
        && text("session_token").is_some_and(|token| SessionToken::new(token).is_ok())
}
