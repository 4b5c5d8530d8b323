use bytes::Bytes;
use http::{Request, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

use vault_sessions::strategies::NearMiss;

use super::{Vault, create, send, strategies, vault};

/// Sends a body that no builder would write.
fn send_raw(vault: &Vault, body: &Value) -> (StatusCode, Value) {
    let key = vault.api_key().expose_secret();
    let request = Request::post("/vault/sessions")
        .header("authorization", format!("Bearer {key}"))
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "consumer")
        .header("content-type", "application/json")
        .body(Bytes::from(serde_json::to_vec(body).unwrap()));
    let response = vault.handle(request.unwrap());
    (
        response.status(),
        serde_json::from_slice(response.body()).unwrap(),
    )
}

/// The API's document has links and colours of session and theme as plain strings.
fn is_text_to_the_api(mistake: &NearMiss) -> bool {
    let value = mistake.body.pointer(&mistake.pointer);
    let plain = mistake.pointer == "/redirect_uri" || mistake.pointer.starts_with("/theme/");
    plain && value.is_some_and(Value::is_string)
}

proptest! {
    #[test]
    fn what_is_built_is_what_arrives(request in strategies::create_session()) {
        let vault = vault();
        prop_assert_eq!(send(&vault, &request).status(), StatusCode::OK);
        let received = vault.journal().last().unwrap();
        prop_assert_eq!(received.app_id().unwrap(), request.app_id().as_str());
        prop_assert_eq!(received.consumer_id().unwrap(), request.consumer_id().as_str());
        let received: Value = serde_json::from_slice(received.body()).unwrap();
        prop_assert_eq!(received, serde_json::to_value(request.session()).unwrap());
    }

    #[test]
    fn the_claims_are_the_body_and_what_the_service_adds(request in strategies::create_session()) {
        let vault = vault();
        let claims = create(&vault, &request).claims().unwrap();
        prop_assert_eq!(claims.application_id(), request.app_id());
        prop_assert_eq!(claims.consumer_id(), request.consumer_id());
        prop_assert_eq!(claims.issued_at(), vault.clock().now());

        let mut expected = serde_json::to_value(request.session()).unwrap();
        expected["scopes"] = json!([]);
        expected["data_scopes"] = json!({ "enabled": false });
        prop_assert_eq!(serde_json::to_value(claims.others()).unwrap(), expected);
    }

    #[test]
    fn a_length_is_kept_exactly_or_refused_by_name(
        (text, expected) in strategies::session_length_text()
    ) {
        let vault = vault();
        let body = json!({ "settings": { "session_length": text } });
        let (status, answer) = send_raw(&vault, &body);
        if let Some(length) = expected {
            let token: vault_sessions::SessionCreated = serde_json::from_value(answer).unwrap();
            let claims = token.token().claims().unwrap();
            prop_assert_eq!(claims.lifetime(), length.as_duration());
        } else {
            prop_assert_eq!(status, StatusCode::BAD_REQUEST);
            let named = &answer["detail"]["invalid"][0]["/settings/session_length"];
            prop_assert!(named.is_string(), "{}", answer);
        }
    }

    #[test]
    fn a_mistake_is_named_by_its_pointer(
        mistake in prop_oneof![strategies::near_miss(), strategies::unknown_name()]
            .prop_filter("a mistake for the types only", |mistake| !is_text_to_the_api(mistake))
    ) {
        let (status, answer) = send_raw(&vault(), &mistake.body);
        prop_assert_eq!(status, StatusCode::BAD_REQUEST, "{}", mistake.body);
        let named = answer["detail"]["invalid"].as_array().unwrap();
        let pointers: Vec<_> = named.iter().flat_map(|one| one.as_object().unwrap().keys()).collect();
        prop_assert_eq!(pointers, [&mistake.pointer]);
    }
}
