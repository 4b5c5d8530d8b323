use bytes::Bytes;
use http::Request;
use serde_json::json;

use crate::support::{builder, open, send};

#[test]
fn the_request_after_the_limit_is_402_in_the_shape_of_the_service() {
    let session = open(builder().request_limit(2), &json!({}));
    session.get("/vault/connections").data();
    let answer = session.get("/vault/connections");
    let (type_name, detail) = answer.refused(402);
    assert_eq!(type_name, "RequestLimitError");
    assert_eq!(detail, "You have reached your limit of 2");
    assert_eq!(answer.body["message"], "Request Limit Reached");
    assert_eq!(answer.body["error"], "Payment Required");
    assert_eq!(
        answer.body["ref"],
        "https://developers.apideck.com/errors#requestlimiterror"
    );
    session.vault.reset_request_count();
    session.get("/vault/connections").data();
    assert_eq!(session.vault.request_count(), 1);
}

#[test]
fn requests_without_good_credentials_do_not_count() {
    let session = open(builder().request_limit(2), &json!({}));
    for _ in 0..5 {
        let bare = Request::get("/vault/connections")
            .body(Bytes::new())
            .unwrap();
        send(&session.vault, bare).refused(401);
        session.call("OPTIONS", "/vault/connections", &json!(null));
    }
    session.get("/vault/connections").data();
    assert_eq!(session.vault.request_count(), 2);
}

#[test]
fn the_backend_counts_too() {
    let vault = builder().request_limit(1).build();
    let call = || {
        Request::get("/vault/connections")
            .header("authorization", "Bearer key")
            .header("x-apideck-app-id", "app")
            .header("x-apideck-consumer-id", "consumer")
            .body(Bytes::new())
            .unwrap()
    };
    send(&vault, call()).data();
    send(&vault, call()).refused(402);
}
