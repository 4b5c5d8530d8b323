//! An error body keeps everything, and reads as one line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use vault_sessions::ErrorBody;

fuzz_target!(|data: &[u8]| {
    let tree = serde_json::from_slice::<Map<String, Value>>(data).ok();
    let Ok(error) = serde_json::from_slice::<ErrorBody>(data) else {
        // A repeated member is an error, while a tree keeps the last one.
        if let Some(members) = tree.filter(has_the_shape) {
            let single = Value::from(members);
            serde_json::from_value::<ErrorBody>(single).expect("only the tree has the shape");
        }
        return;
    };
    let written = serde_json::to_vec(&error).unwrap();
    assert_eq!(
        serde_json::from_slice::<ErrorBody>(&written).unwrap(),
        error
    );

    let mut received = tree.expect("an error body that is no object was read");
    assert!(has_the_shape(&received));
    // A member of the shape that is null says as little as an absent one.
    received.retain(|name, value| error.extra.contains_key(name) || !value.is_null());
    assert_eq!(
        serde_json::to_value(&error).unwrap(),
        Value::Object(received)
    );
    let line = error.to_string();
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202E}');
    assert!(!line.contains(breaks), "{line}");
    // Three parts, each of 500 characters at most, of which an escape makes up to ten.
    assert!(line.chars().count() <= 3 * (10 * 500 + 1) + 4, "{line}");
});

/// Whether each member of the shape has its type; everything else may be there.
fn has_the_shape(members: &Map<String, Value>) -> bool {
    members.iter().all(|(name, value)| match name.as_str() {
        "status_code" => value.is_null() || value.as_u64().is_some_and(|code| code <= 0xFFFF),
        "error" | "type_name" | "message" | "ref" => value.is_null() || value.is_string(),
        _ => true,
    })
}
