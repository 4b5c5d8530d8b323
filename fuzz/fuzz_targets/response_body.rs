//! An answer is either read in full, or handed back byte for byte.

#![no_main]

use http::{Response, header::CONTENT_TYPE};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vault_sessions::SessionCreated;

fuzz_target!(|data: &[u8]| {
    let [choice, body @ ..] = data else { return };
    let status = [200, 201, 400, 401, 404, 422, 500, 503][usize::from(choice & 7)];
    let media_type = ["application/json", "text/html"][usize::from(choice >> 7)];
    let response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, media_type)
        .body(body)
        .unwrap();
    match SessionCreated::from_http(response) {
        Ok(created) => {
            let text = serde_json::to_string(&created).unwrap();
            let again: SessionCreated = serde_json::from_str(&text).unwrap();
            assert_eq!(again, created);
            let (Value::Object(answer), Value::Object(mut written)) = (
                serde_json::from_slice(body).unwrap(),
                serde_json::to_value(&created).unwrap(),
            ) else {
                panic!("an answer that is no object was read");
            };
            written.retain(|name, _| answer.contains_key(name));
            assert_eq!(written, answer);
        }
        Err(error) => {
            assert_eq!(&error.body()[..], body);
            assert_eq!(error.status(), status);
            assert_eq!(error.headers()[CONTENT_TYPE], media_type);
            assert_eq!(error.is_unreadable(), status < 300);
            assert!(!error.to_string().contains(char::is_control), "{error}");
        }
    }
});
