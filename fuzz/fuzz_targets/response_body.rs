//! An answer is either a session, however much of it is bad, or handed back byte for byte.

#![no_main]

use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use vault_sessions::{SessionCreated, SessionToken, SessionUri};

fuzz_target!(|data: &[u8]| {
    let [choice, body @ ..] = data else { return };
    let status = [200, 201, 400, 401, 404, 422, 500, 503][usize::from(choice & 7)];
    let status = StatusCode::from_u16(status).unwrap();
    let media_type = ["application/json", "text/html"][usize::from(choice >> 7)];
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media_type))]);
    let tree = object(body).filter(is_a_session);
    match SessionCreated::from_http(status, &headers, body) {
        Ok(created) => {
            assert!(status.is_success());
            let text = serde_json::to_string(&created).unwrap();
            let again: SessionCreated = serde_json::from_str(&text).unwrap();
            assert_eq!(again, created);
            let shown = format!("{created:?}");
            assert!(shown.contains("SessionToken(redacted)"), "{shown}");
            // A tree keeps the last of repeated members, as the reader of a bad answer does.
            if let Some(tree) = tree {
                let text = |name: &str| tree["data"][name].as_str();
                assert_eq!(text("session_uri"), Some(created.uri().expose_secret()));
                assert_eq!(text("session_token"), Some(created.token().expose_secret()));
            }
        }
        Err(error) => {
            assert!(!status.is_success() || tree.is_none());
            assert_eq!(&error.body()[..], body);
            assert_eq!(error.status(), status);
            assert_eq!(error.headers()[CONTENT_TYPE], media_type);
            assert_eq!(error.is_unreadable(), status.is_success());
            assert!(!error.to_string().contains(char::is_control), "{error}");
            if error.is_unreadable() {
                assert!(error.error_body().is_none());
            }
        }
    }
});

fn object(json: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(json).ok()
}

/// Whether the tree has what a session needs.
fn is_a_session(answer: &Map<String, Value>) -> bool {
    let text = |name: &str| Some(answer.get("data")?.get(name)?.as_str()?.to_owned());
    text("session_uri").is_some_and(|uri| SessionUri::new(uri).is_ok())
        && text("session_token").is_some_and(|token| SessionToken::new(token).is_ok())
}
