use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use vault_mock::{SchemaFault, SessionLengthDialect, Validation, VaultBuilder};
use vault_sessions::SessionToken;

use crate::support::{Answer, SALESFORCE, Session, builder, send};

fn create(builder: VaultBuilder, body: &Value) -> (Session, Answer) {
    let vault = builder.build();
    let request = Request::post("/vault/sessions")
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "consumer")
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let answer = send(&vault, request);
    let token = answer
        .body
        .pointer("/data/session_token")
        .and_then(Value::as_str);
    let token = token.unwrap_or_default().to_owned();
    (Session { vault, token }, answer)
}

fn claims(session: &Session) -> Value {
    let token = SessionToken::new(session.token.clone()).unwrap();
    serde_json::to_value(session.vault.verify(&token).unwrap()).unwrap()
}

#[test]
fn schema_faults_are_400_or_422_and_syntax_is_always_400() {
    let wrong = json!({ "settings": { "sandbox_mode": 1, "new": 1 } });
    for (fault, status) in [
        (SchemaFault::BadRequest, 400),
        (SchemaFault::UnprocessableContent, 422),
    ] {
        let (session, answer) = create(builder().schema_fault(fault), &wrong);
        let (type_name, detail) = answer.refused(status);
        assert_eq!(type_name, "RequestValidationError");
        let invalid = detail["invalid"].as_array().unwrap();
        assert_eq!(
            invalid[0]["/settings/sandbox_mode"],
            "must be a boolean, not a number"
        );
        assert_eq!(invalid[1]["/settings/new"], "is not a field of the API");
        let mut request = session.request("POST", "/vault/sessions", &Value::Null);
        request
            .headers_mut()
            .insert("authorization", "Bearer key".parse().unwrap());
        *request.body_mut() = Bytes::from_static(b"{");
        send(&session.vault, request).refused(400);
    }
}

#[test]
fn a_theme_has_texts_and_metadata_is_merged() {
    let theme = json!({ "theme": { "logo": 1, "vault_name": [], "other": 1 } });
    let (session, answer) = create(builder(), &theme);
    let invalid = answer.refused(400).1["invalid"].clone();
    assert_eq!(
        invalid,
        json!([
            { "/theme/logo": "must be a string, not a number" },
            { "/theme/vault_name": "must be a string, not an array" },
        ])
    );
    let session = Session::open(session.vault, "consumer", &json!({}));
    for metadata in [json!({ "a": 1, "b": 1 }), json!({ "b": 2 })] {
        let update = json!({ "metadata": metadata });
        session.call("PATCH", SALESFORCE, &update).data();
    }
    let connection = session.get(SALESFORCE).data();
    assert_eq!(connection["metadata"], json!({ "a": 1, "b": 2 }));
}

#[test]
fn lenient_copies_what_is_unknown_into_the_claims() {
    let body = json!({
        "new": { "a": 1 },
        "settings": { "newer": true, "session_length": "30m" },
        "consumer_id": "forged",
        "application_id": "forged",
        "scopes": ["forged"],
        "iat": 1,
        "exp": 99_999_999_999_u64,
    });
    create(builder(), &body).1.refused(400);
    let (session, answer) = create(builder().validation(Validation::Lenient), &body);
    answer.data();
    let claims = claims(&session);
    assert_eq!(claims["new"], json!({ "a": 1 }));
    assert_eq!(claims["settings"]["newer"], true);
    assert_eq!(claims["consumer_id"], "consumer");
    assert_eq!(claims["application_id"], "app");
    assert_eq!(claims["scopes"], json!([]));
    let lifetime = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert_eq!(lifetime, 1_800);
    let wrong = json!({ "settings": { "allow_actions": ["erase"] } });
    create(builder().validation(Validation::Lenient), &wrong)
        .1
        .refused(400);
}

#[test]
fn off_takes_any_object() {
    let body = json!({ "settings": { "allow_actions": "all", "session_length": 5 }, "theme": 1 });
    let (session, answer) = create(builder().validation(Validation::Off), &body);
    answer.data();
    let claims = claims(&session);
    assert_eq!(claims["theme"], 1);
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        3_600
    );
    create(builder().validation(Validation::Off), &json!([]))
        .1
        .refused(400);
}

#[test]
fn the_dialect_of_ms_is_a_switch() {
    let body = json!({ "settings": { "session_length": "1.5h" } });
    create(builder(), &body).1.refused(400);
    let ms = || builder().session_length_dialect(SessionLengthDialect::Ms);
    let (session, answer) = create(ms(), &body);
    answer.data();
    let claims = claims(&session);
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        5_400
    );
    assert_eq!(claims["settings"]["session_length"], "1.5h");
    create(ms(), &json!({ "settings": { "session_length": "8d" } }))
        .1
        .refused(400);

    let (dead, answer) = create(ms(), &json!({ "settings": { "session_length": "-1h" } }));
    answer.data();
    let token = SessionToken::new(dead.token.clone()).unwrap();
    assert!(dead.vault.verify(&token).unwrap_err().is_expired());
}
