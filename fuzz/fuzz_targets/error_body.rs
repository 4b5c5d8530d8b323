//! An error body keeps everything, and reads as one line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vault_sessions::ErrorBody;

fuzz_target!(|data: &[u8]| {
    let Ok(error) = serde_json::from_slice::<ErrorBody>(data) else {
        return;
    };
    let written = serde_json::to_vec(&error).unwrap();
    assert_eq!(
        serde_json::from_slice::<ErrorBody>(&written).unwrap(),
        error
    );

    let Value::Object(mut received) = serde_json::from_slice(data).unwrap() else {
        panic!("an error body that is no object was read");
    };
    // A member of the shape that is null says as little as an absent one.
    received.retain(|name, value| error.extra.contains_key(name) || !value.is_null());
    assert_eq!(
        serde_json::to_value(&error).unwrap(),
        Value::Object(received)
    );
    assert!(!error.to_string().contains(char::is_control), "{error}");
});
