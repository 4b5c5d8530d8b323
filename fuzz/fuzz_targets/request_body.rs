//! A body survives the wire with all it holds, and the direct writer writes what serde writes.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use vault_sessions::{AppId, ConsumerId, CreateSession, Session};

fuzz_target!(|data: &[u8]| {
    if let Ok(session) = serde_json::from_slice::<Session>(data) {
        let (Value::Object(read), Value::Object(written)) = (
            serde_json::from_slice(data).unwrap(),
            serde_json::to_value(&session).unwrap(),
        ) else {
            panic!("a body that is no object was read");
        };
        keeps(&read, &written);
        survives(
            &CreateSession::builder()
                .app_id(AppId::from_static("app"))
                .consumer_id(ConsumerId::from_static("consumer"))
                .session(session)
                .build(),
        );
    }
    let request = CreateSession::arbitrary(&mut Unstructured::new(data));
    survives(&request.expect("any bytes become a request"));
});

fn survives(request: &CreateSession) {
    let session = request.session();
    let body = request.body();
    assert_eq!(body, serde_json::to_vec(session).unwrap());
    let read: Session = serde_json::from_slice(&body).unwrap();
    assert_eq!(&read, session);
}

/// Holds what was read against what is written: only a null may be missing, and nothing is new.
fn keeps(read: &Map<String, Value>, written: &Map<String, Value>) {
    for (name, value) in read {
        match (name.as_str(), value, written.get(name)) {
            (_, Value::Null, None) => {}
            ("settings" | "theme" | "consumer_metadata", Value::Object(read), Some(written)) => {
                keeps(read, written.as_object().unwrap());
            }
            // Written in their shortest form, and in the API's order.
            ("session_length" | "allow_actions", _, Some(_)) => {}
            (_, value, Some(written)) => assert_eq!(value, written, "{name}"),
            (_, _, None) => panic!("{name} is lost"),
        }
    }
    assert!(written.keys().all(|name| read.contains_key(name)));
}
