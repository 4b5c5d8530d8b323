//! A body survives the wire, and the direct writer writes what serde writes.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use vault_sessions::{AppId, ConsumerId, CreateSession, Session};

fuzz_target!(|data: &[u8]| {
    if let Ok(session) = serde_json::from_slice::<Session>(data) {
        survives(
            &CreateSession::builder()
                .app_id(AppId::from_static("app"))
                .consumer_id(ConsumerId::from_static("consumer"))
                .session(session)
                .build(),
        );
    }
    if let Ok(request) = CreateSession::arbitrary(&mut Unstructured::new(data)) {
        survives(&request);
    }
});

fn survives(request: &CreateSession) {
    let session = request.session();
    let body = request.body();
    assert_eq!(body, serde_json::to_vec(session).unwrap());
    let read: Session = serde_json::from_slice(&body).unwrap();
    assert_eq!(&read, session);
}
