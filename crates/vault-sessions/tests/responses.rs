//! Answers are read today and tomorrow: nothing is lost, nothing secret is shown.

use serde_json::{Value, json};
use vault_sessions::{Detail, ErrorBody, SessionCreated, SessionToken, SessionUri};

const CREATED: &str = r#"{"status_code":200,"status":"OK","data":{"session_uri":"https://vault.apideck.com/session/e30.e30.sig","session_token":"e30.e30.sig"}}"#;

fn created() -> SessionCreated {
    SessionCreated::new(
        SessionUri::new("https://vault.apideck.com/session/e30.e30.sig").unwrap(),
        SessionToken::new("e30.e30.sig").unwrap(),
    )
}

fn error_body(json: Value) -> ErrorBody {
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_created_session_is_read_and_written_byte_for_byte() {
    let read: SessionCreated = serde_json::from_str(CREATED).unwrap();
    assert_eq!(read, created());
    assert_eq!(serde_json::to_string(&read).unwrap(), CREATED);
    assert_eq!((read.status_code(), read.status()), (200, "OK"));
    assert_eq!(read.token().expose_secret(), "e30.e30.sig");
    assert!(read.uri().expose_secret().ends_with("/session/e30.e30.sig"));
    assert!(read.extra().is_empty() && read.data_extra().is_empty());
}

#[test]
fn members_of_tomorrow_are_kept_each_in_its_place() {
    let json = json!({
        "status_code": 201, "status": "Created", "Status": "other case", "meta": {"a": [1, null]},
        "data": {
            "session_uri": "https://a/b", "session_token": "t",
            "ttl": 3600, "SESSION_TOKEN": "other case", "$serde_json::private::Number": "1",
        },
    });
    let read: SessionCreated = serde_json::from_value(json.clone()).unwrap();
    assert_eq!((read.status_code(), read.status()), (201, "Created"));
    assert_eq!(read.extra().keys().collect::<Vec<_>>(), ["Status", "meta"]);
    assert_eq!(
        read.data_extra().keys().collect::<Vec<_>>(),
        ["$serde_json::private::Number", "SESSION_TOKEN", "ttl"]
    );
    assert_eq!(serde_json::to_value(&read).unwrap(), json);
}

#[test]
fn only_the_session_is_needed() {
    let data = json!({"session_uri": "https://a/b", "session_token": "t"});
    for json in [
        json!({"data": data}),
        json!({"data": data, "status": null, "status_code": null}),
    ] {
        let read: SessionCreated = serde_json::from_value(json).unwrap();
        assert_eq!((read.status_code(), read.status()), (200, ""));
    }
    for (json, missing) in [
        (json!({}), "data"),
        (json!({"data": {"session_token": "t"}}), "session_uri"),
        (
            json!({"data": {"session_uri": "https://a/b"}}),
            "session_token",
        ),
    ] {
        let error = serde_json::from_value::<SessionCreated>(json).unwrap_err();
        assert_eq!(error.to_string(), format!("missing field `{missing}`"));
    }
}

#[test]
fn a_session_uri_and_a_token_may_be_of_any_length() {
    let token = "t".repeat(1 << 20);
    let uri = format!("https://vault.apideck.com/session/{token}");
    let json = json!({"data": {"session_uri": uri, "session_token": token}});
    let read: SessionCreated = serde_json::from_value(json).unwrap();
    assert_eq!(read.uri().expose_secret(), uri);
    assert_eq!(read.token().expose_secret(), token);
}

#[test]
fn a_session_uri_shows_scheme_and_host_only() {
    for (uri, shown) in [
        (
            "https://v.example/session/SECRET",
            "https://v.example/redacted",
        ),
        (
            "https://v.example/session/SECRET/",
            "https://v.example/redacted",
        ),
        (
            "https://v.example/SECRET?next=https://b/c",
            "https://v.example/redacted",
        ),
        (
            "https://v.example?token=SECRET/a",
            "https://v.example/redacted",
        ),
        ("https://v.example#SECRET/a", "https://v.example/redacted"),
        (
            "https://SECRET@v.example:8443/a",
            "https://v.example:8443/redacted",
        ),
        ("http://[::1]:80/SECRET", "http://[::1]:80/redacted"),
    ] {
        let uri = SessionUri::new(uri).unwrap();
        assert_eq!(format!("{uri:?}"), format!("SessionUri({shown})"));
        assert_eq!(serde_json::to_value(&uri).unwrap(), uri.expose_secret());
    }
}

#[test]
fn a_session_uri_leads_to_a_page_of_the_web() {
    for uri in ["http://localhost:8080/s/t", "HTTPS://v.example/t"] {
        assert!(SessionUri::new(uri).is_ok(), "{uri}");
    }
    for (uri, position) in [
        ("myapp://session/SECRET", Some(0)),
        ("javascript:alert(1)", Some(0)),
        ("htt://a/SECRET", Some(3)),
        ("httpx://a/SECRET", Some(4)),
        ("httpsx://a/SECRET", Some(5)),
        ("https:SECRET", Some(6)),
        ("/session/SECRET", None),
    ] {
        let error = SessionUri::new(uri).unwrap_err();
        assert_eq!(error.position(), position, "{error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("SECRET"), "{shown}");
    }
}

#[test]
fn a_value_that_nobody_knows_is_not_shown() {
    let read: SessionCreated = serde_json::from_value(json!({
        "status": "OK", "refresh": "SECRET",
        "data": {"session_uri": "https://a/SECRET", "session_token": "SECRET", "jwt": "SECRET"},
    }))
    .unwrap();
    let shown = format!("{read:?}");
    assert_eq!(
        shown,
        r#"SessionCreated { status_code: 200, status: "OK", data: Data { session_uri: SessionUri(https://a/redacted), session_token: SessionToken(redacted), extra: {"jwt"} }, extra: {"refresh"} }"#
    );
    let error = error_body(json!({
        "status_code": 503, "error": "Unavailable", "type_name": "T", "message": "m",
        "detail": "d", "ref": "https://a/r", "data": {"session_token": "SECRET"},
    }));
    assert_eq!(
        format!("{error:?}"),
        r#"ErrorBody { status_code: Some(503), error: Some("Unavailable"), type_name: Some("T"), message: Some("m"), detail: Some(Text("d")), reference: Some("https://a/r"), extra: {"data"} }"#
    );
}

#[test]
fn an_error_is_recognized_by_what_it_says() {
    for (json, recognized) in [
        (json!({"error": "a"}), true),
        (json!({"type_name": "a"}), true),
        (json!({"message": "a"}), true),
        (json!({"detail": "a"}), true),
        (json!({"detail": {}}), true),
        (json!({"status_code": 500}), false),
        (json!({"ref": "https://a"}), false),
        (json!({"Error": "a", "msg": "b"}), false),
        (json!({"error": null, "message": null}), false),
        (json!({}), false),
    ] {
        assert_eq!(
            error_body(json.clone()).is_recognized(),
            recognized,
            "{json}"
        );
    }
}

#[test]
fn an_error_has_each_member_in_its_field() {
    let body = error_body(json!({
        "status_code": 422, "error": "e", "type_name": "t", "message": "m", "detail": [1],
        "ref": "r", "Message": "other case",
    }));
    assert_eq!(body.status_code, Some(422));
    let texts = [&body.error, &body.type_name, &body.message, &body.reference];
    let texts = texts.map(|text| text.as_deref().unwrap());
    assert_eq!(texts, ["e", "t", "m", "r"]);
    assert_eq!(body.detail, Some(Detail::Other(json!([1]))));
    assert_eq!(body.extra["Message"], "other case");
    let object = error_body(json!({"detail": {"missing": []}})).detail;
    assert!(matches!(object, Some(Detail::Object(members)) if members.contains_key("missing")));
}

#[test]
fn an_error_reads_as_one_line() {
    for (json, line) in [
        (json!({}), ""),
        (json!({"status_code": 500, "error": "E", "ref": "r"}), "E"),
        (json!({"error": "E", "detail": "d"}), "E: d"),
        (json!({"error": "E", "type_name": "T"}), "T"),
        (json!({"error": "E", "message": "m"}), "m"),
        (json!({"error": "E\n", "message": "", "detail": ""}), r"E\n"),
        (
            json!({"error": "", "type_name": "", "message": "", "detail": ""}),
            "",
        ),
        (
            json!({"type_name": "T", "message": "", "detail": "d"}),
            "T: d",
        ),
        (json!({"message": " ", "detail": "d"}), "d"),
        (json!({"detail": {}}), "{}"),
        (
            json!({"type_name": "T", "message": "m", "detail": "d"}),
            "T: m: d",
        ),
        (json!({"message": "m"}), "m"),
        (
            json!({"type_name": "T", "detail": {"a": ["b", 1]}}),
            r#"T: {"a":["b",1]}"#,
        ),
        (
            json!({"message": "m", "detail": ["b", null]}),
            r#"m: ["b",null]"#,
        ),
        (
            json!({"message": "a b\r\n\t\u{1b}[2J\u{7f}\u{85}é日"}),
            r"a b\r\n\t\u{1b}[2J\u{7f}\u{85}é日",
        ),
        (
            json!({"message": "a\u{2028}b\u{2029}c\u{202e}d\u{2066}e\u{2069}\u{200f}\u{200e}\u{61c}"}),
            r"a\u{2028}b\u{2029}c\u{202e}d\u{2066}e\u{2069}\u{200f}\u{200e}\u{61c}",
        ),
        (
            json!({"message": "\u{202f}\u{2027}\u{2065}\u{206a}\u{200d}"}),
            "\u{202f}\u{2027}\u{2065}\u{206a}\u{200d}",
        ),
    ] {
        assert_eq!(error_body(json.clone()).to_string(), line, "{json}");
    }
}

#[test]
fn each_part_of_the_line_ends_after_500_characters() {
    for (length, shown) in [
        (499, "é".repeat(499)),
        (500, "é".repeat(500)),
        (501, format!("{}…", "é".repeat(500))),
    ] {
        let text = "é".repeat(length);
        let body = error_body(json!({"type_name": "T", "message": text, "detail": text}));
        assert_eq!(body.to_string(), format!("T: {shown}: {shown}"));
    }
}
