//! The shape that every error of the service has.

use http::StatusCode;
use serde_json::Value;

/// Checks all six members; gives `type_name` and `detail`.
#[track_caller]
pub(crate) fn error_shape(status: u16, body: &Value) -> (&str, &Value) {
    let mut members: Vec<_> = body.as_object().unwrap().keys().collect();
    members.sort();
    let expected = [
        "detail",
        "error",
        "message",
        "ref",
        "status_code",
        "type_name",
    ];
    assert_eq!(members, expected);
    assert_eq!(body["status_code"], status);
    let reason = StatusCode::from_u16(status).unwrap().canonical_reason();
    assert_eq!(body["error"], reason.unwrap());
    assert!(!body["message"].as_str().unwrap().is_empty());
    assert!(!body["detail"].is_array(), "the Python SDK breaks on it");
    let reference = body["ref"].as_str().unwrap();
    assert!(reference.starts_with("https://developers.apideck.com/errors#"));
    (body["type_name"].as_str().unwrap(), &body["detail"])
}
