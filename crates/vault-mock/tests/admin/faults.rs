use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use vault_mock::Vault;

use crate::{create, get, json, refused, request, send, vault};

#[test]
fn are_set_listed_and_cleared() {
    let vault = vault();
    let body = r#"{"behaviour":"status=503; times=2,ok"}"#;
    let listed = json!({ "faults": [
        { "app_id": null, "consumer_id": null, "method": null, "behaviour": "status=503; times=2, ok" },
    ] });
    assert_eq!(json(&send(&vault, Method::PUT, "/faults", body)), listed);
    assert_eq!(json(&get(&vault, "/faults")), listed);
    let statuses = [(); 3].map(|()| create(&vault, "c").status().as_u16());
    assert_eq!(statuses, [503, 503, 200]);

    send(
        &vault,
        Method::PUT,
        "/faults",
        r#"{"behaviour":"status=429; times=forever"}"#,
    );
    assert_eq!(create(&vault, "c").status(), 429);
    assert_eq!(send(&vault, Method::DELETE, "/faults", "").status(), 204);
    assert_eq!(create(&vault, "c").status(), 200);
    assert_eq!(json(&get(&vault, "/faults")), json!({ "faults": [] }));
}

#[test]
fn are_for_whom_they_are_set() {
    let vault = vault();
    let forever = "status=500; times=forever";
    for scope in [
        json!({ "consumer_id": "a b" }),
        json!({ "app_id": "other" }),
    ] {
        let mut body = scope;
        body["behaviour"] = forever.into();
        let request = request(Method::PUT, "/faults").header("content-type", "application/json");
        let response = vault.handle(request.body(body.to_string().into()).unwrap());
        assert_eq!(response.status(), 200);
    }
    assert_eq!(create(&vault, "a b").status(), 500);
    assert_eq!(create(&vault, "c").status(), 200);
    send(&vault, Method::DELETE, "/faults?consumer_id=a+b", "");
    assert_eq!(create(&vault, "a b").status(), 200);
    assert_eq!(
        json(&get(&vault, "/faults")),
        json!({ "faults": [{ "app_id": "other", "consumer_id": null, "method": null, "behaviour": forever }] })
    );
    send(&vault, Method::POST, "/reset", "");
    assert_eq!(json(&get(&vault, "/faults")), json!({ "faults": [] }));
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let body = r#"{"behaviour":"ok, status=9000","app_id":"","consumer":"c"}"#;
    let errors = refused(&send(&vault(), Method::PUT, "/faults", body), 400);
    assert_eq!(
        errors,
        json!([
            { "pointer": "#/behaviour", "detail": "invalid fault at byte 4: a status is a number from 200 to 599, not `9000`" },
            { "pointer": "#/app_id", "detail": "invalid app ID: it is empty; use 1 to 1024 visible ASCII characters, with spaces or tabs only inside" },
            { "pointer": "#/consumer", "detail": "is not a field of the API" },
        ])
    );
    // A fault for what no client sends would break nothing.
    let body = r#"{"behaviour":"status=503","method":"post"}"#;
    assert_eq!(
        refused(&send(&vault(), Method::PUT, "/faults", body), 400),
        json!([{ "pointer": "#/method", "detail": "a method is case-sensitive: write `POST`" }])
    );
    let response = send(&vault(), Method::DELETE, "/faults?method=post", "");
    assert_eq!(refused(&response, 400)[0]["parameter"], "method");
    let response = send(&vault(), Method::DELETE, "/faults?app_id=", "");
    assert_eq!(
        refused(&response, 400),
        json!([{ "parameter": "app_id", "detail": "it must be an app ID" }])
    );
}

fn directed(vault: &Vault, directive: &str) -> Response<Bytes> {
    let request = Request::post("/vault/sessions")
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "c")
        .header("x-vault-mock", directive);
    vault.handle(request.body(Bytes::new()).unwrap())
}

#[test]
fn a_request_can_ask_for_one() {
    let vault = vault();
    let response = directed(&vault, "status=429; retry-after=30");
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "30");
    assert_eq!(create(&vault, "c").status(), 200);
    let expired = json(&directed(&vault, "token=expired"));
    let token = expired["data"]["session_token"].as_str().unwrap();
    let token = vault_sessions::SessionToken::new(token).unwrap();
    assert!(vault.verify(&token).unwrap_err().is_expired());
}

#[test]
fn what_a_request_asks_for_goes_before_what_is_injected_and_counts_as_no_attempt() {
    let vault = vault();
    vault.faults().inject(vault_mock::fault::fail(503));
    assert_eq!(directed(&vault, "status=429").status(), 429);
    assert_eq!(directed(&vault, "ok").status(), 200);
    assert_eq!(
        [(); 2].map(|()| create(&vault, "c").status().as_u16()),
        [503, 200]
    );
}

#[test]
fn a_directive_that_is_none_is_refused_with_the_place() {
    let vault = vault();
    for (directive, detail) in [
        (
            "status=429; retry-afer=30",
            "Invalid Header: x-vault-mock: invalid fault at byte 12: ",
        ),
        (
            "",
            "Invalid Header: x-vault-mock: invalid fault at byte 0: ",
        ),
        (
            "status=1",
            "Invalid Header: x-vault-mock: invalid fault at byte 0: a status is a number from 200 to 599, not `1`",
        ),
    ] {
        let response = directed(&vault, directive);
        assert_eq!(response.status(), 400, "{directive}");
        let body = json(&response);
        assert_eq!(body["type_name"], "RequestHeadersValidationError");
        let told = body["detail"].as_str().unwrap();
        assert!(told.starts_with(detail), "{told}");
    }
    let twice = Request::post("/vault/sessions")
        .header("x-vault-mock", "ok")
        .header("x-vault-mock", "ok");
    let body = json(&vault.handle(twice.body(Bytes::new()).unwrap()));
    assert_eq!(
        body["detail"],
        "Invalid Header: x-vault-mock: it is given twice"
    );
}

#[test]
fn the_operator_is_spared() {
    let vault = vault();
    let request = request(Method::GET, "/clock").header("x-vault-mock", "status=500");
    assert_eq!(
        vault.handle(request.body(Bytes::new()).unwrap()).status(),
        200
    );
}

#[test]
fn directives_can_be_switched_off() {
    let builder = Vault::builder().api_key(vault_sessions::ApiKey::new("key").unwrap());
    let vault = builder.directives(false).build();
    assert_eq!(directed(&vault, "status=500").status(), 200);
    assert_eq!(directed(&vault, "nonsense").status(), 200);
    let _: Value = json(&get(&vault, "/clock"));
}
