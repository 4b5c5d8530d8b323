use std::{pin::pin, time::Duration};

use http::Method;
use serde_json::json;
use vault_mock::fault::Behaviour;
use vault_sessions::AppId;

use crate::{
    create, get, json,
    paused_time::{passed, running},
    refused, send, vault,
};

#[test]
fn are_declared_verified_and_forgotten() {
    let vault = vault();
    let body = r#"{"name":"two sessions","least":2,"most":2,"method":"POST","path":"/vault/sessions",
        "app_id":"app","consumer_id":"c","status":200,"headers":{"content-type":"application/json"}}"#;
    assert_eq!(
        send(&vault, Method::POST, "/expectations", body).status(),
        204
    );
    create(&vault, "c");
    let response = get(&vault, "/expectations/verify");
    refused(&response, 409);
    let report = json(&response)["detail"].as_str().unwrap().to_owned();
    assert!(
        report.contains("two sessions") && report.contains("exactly 2"),
        "{report}"
    );

    create(&vault, "c");
    create(&vault, "d");
    let response = get(&vault, "/expectations/verify");
    assert_eq!(
        (response.status().as_u16(), json(&response)),
        (200, json!({ "met": 1 }))
    );

    create(&vault, "c");
    refused(&get(&vault, "/expectations/verify"), 409);
    assert_eq!(
        send(&vault, Method::DELETE, "/expectations", "").status(),
        204
    );
    assert_eq!(
        json(&get(&vault, "/expectations/verify")),
        json!({ "met": 0 })
    );
}

#[test]
fn the_body_is_compared_by_pointer() {
    let vault = vault();
    create(&vault, "c");
    for (body, status) in [
        (r#"{"body":{"":{}}}"#, 200),
        (r#"{"body":{"/settings/session_length":"30m"}}"#, 409),
    ] {
        send(&vault, Method::POST, "/expectations", body);
        assert_eq!(
            get(&vault, "/expectations/verify").status(),
            status,
            "{body}"
        );
    }
    let report = json(&get(&vault, "/expectations/verify"))["detail"].to_string();
    assert!(report.contains("/settings/session_length"), "{report}");
}

#[test]
fn each_member_narrows_what_is_expected() {
    for wrong in [
        r#"{"method":"GET"}"#,
        r#"{"path":"/elsewhere"}"#,
        r#"{"app_id":"other"}"#,
        r#"{"consumer_id":"other"}"#,
        r#"{"status":400}"#,
        r#"{"headers":{"content-type":"text/plain"}}"#,
        r#"{"body":{"/theme":{}}}"#,
    ] {
        let vault = vault();
        create(&vault, "c");
        let declared = send(&vault, Method::POST, "/expectations", wrong);
        assert_eq!(declared.status(), 204, "{wrong}");
        refused(&get(&vault, "/expectations/verify"), 409);
    }
}

#[test]
fn without_a_number_one_is_enough_and_most_alone_allows_none() {
    let vault = vault();
    send(
        &vault,
        Method::POST,
        "/expectations",
        r#"{"most":0,"consumer_id":"nobody"}"#,
    );
    assert_eq!(get(&vault, "/expectations/verify").status(), 200);
    send(&vault, Method::POST, "/expectations", "{}");
    refused(&get(&vault, "/expectations/verify"), 409);
    create(&vault, "c");
    create(&vault, "c");
    assert_eq!(get(&vault, "/expectations/verify").status(), 200);
    send(&vault, Method::POST, "/reset", "");
    assert_eq!(
        json(&get(&vault, "/expectations/verify")),
        json!({ "met": 0 })
    );
}

#[test]
fn mistakes_are_told_and_their_number_is_bounded() {
    let vault = vault();
    let body =
        r#"{"least":2,"most":1,"status":20,"headers":{"a":1},"body":{"x":1},"consumer":"c"}"#;
    let errors = refused(&send(&vault, Method::POST, "/expectations", body), 400);
    let told: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(
        told,
        ["#/most", "#/status", "#/headers", "#/body", "#/consumer"]
    );
    for _ in 0..1_000 {
        assert_eq!(
            send(&vault, Method::POST, "/expectations", "{}").status(),
            204
        );
    }
    refused(&send(&vault, Method::POST, "/expectations", "{}"), 409);
}

#[test]
fn actions_are_compared_as_a_set() {
    let vault = vault();
    let sent = r#"{"settings":{"allow_actions":["disable","delete"]}}"#;
    crate::post(&vault, "app", "c", sent);
    for (actions, status) in [
        (r#"{"allow_actions":["delete","disable"],"most":1}"#, 200),
        (r#"{"allow_actions":["delete"],"most":0}"#, 200),
        (r#"{"allow_actions":[]}"#, 409),
    ] {
        assert_eq!(
            send(&vault, Method::POST, "/expectations", actions).status(),
            204
        );
        assert_eq!(
            get(&vault, "/expectations/verify").status(),
            status,
            "{actions}"
        );
    }
    let wrong = send(
        &vault,
        Method::POST,
        "/expectations",
        r#"{"allow_actions":["pause"]}"#,
    );
    let errors = refused(&wrong, 400);
    assert_eq!(errors[0]["pointer"], "#/allow_actions");
    assert!(
        errors[0]["detail"]
            .as_str()
            .unwrap()
            .contains("reauthorize"),
        "{errors}"
    );
}

#[test]
fn what_two_conditions_allow_together_is_taken() {
    let vault = vault();
    for body in [
        r#"{"outcome":"session_created","method":"POST","path":"/vault/sessions","status":200}"#,
        r#"{"app_id":"a","headers":{"x-apideck-app-id":"a"},"no_headers":["x"]}"#,
        r#"{"app_id":"a","no_headers":["x-apideck-app-id"]}"#,
        r#"{"no_body":["/settings/sandbox"],"body":{"/settings":{}}}"#,
        r#"{"no_body":["/settings"],"body":{"/settings_of_old":1}}"#,
        r#"{"body":{"/settings":{"a":[1.0]},"/settings/a/0":1},"no_body":["/settings/a/1"]}"#,
        r#"{"allow_actions":["delete","disable"],
            "body":{"/settings":{"allow_actions":["disable","delete"]}}}"#,
        r#"{"least":0,"most":3}"#,
    ] {
        let taken = send(&vault, Method::POST, "/expectations", body);
        assert_eq!(taken.status(), 204, "{body}: {:?}", taken.body());
    }
}

#[test]
fn what_no_request_can_fulfil_is_refused() {
    let vault = vault();
    for (body, pointer) in [
        (r#"{"body":{"settings.x":1}}"#, "#/body"),
        (r#"{"body":{"/a~2":1}}"#, "#/body"),
        (r#"{"headers":{"user agent":"x"}}"#, "#/headers"),
        (r#"{"headers":{"x":"a\nb"}}"#, "#/headers"),
        (r#"{"path":"vault/sessions"}"#, "#/path"),
        (r#"{"path":"/vault/sessions?x=1"}"#, "#/path"),
        (r#"{"status":99}"#, "#/status"),
        (r#"{"app_id":""}"#, "#/app_id"),
        // What is about a part of a request, and can be no part of any.
        (r#"{"headers":{"x":" a"}}"#, "#/headers"),
        (r#"{"method":"post"}"#, "#/method"),
        (r#"{"path":"/__vault_mock/reset"}"#, "#/path"),
        // What two conditions exclude, of which each could be fulfilled.
        (
            r#"{"outcome":"session_created","method":"GET"}"#,
            "#/outcome",
        ),
        (
            r#"{"outcome":"session_created","path":"/health"}"#,
            "#/outcome",
        ),
        (
            r#"{"app_id":"a","headers":{"X-Apideck-App-Id":"b"}}"#,
            "#/headers",
        ),
        (
            r#"{"consumer_id":"a","headers":{"x-apideck-consumer-id":"b"}}"#,
            "#/headers",
        ),
        (
            r#"{"no_body":["/settings"],"body":{"/settings/sandbox":1}}"#,
            "#/no_body",
        ),
        (
            r#"{"no_body":["/settings"],"allow_actions":[]}"#,
            "#/no_body",
        ),
        // One value contains the place of the other, and says something else of it.
        (
            r#"{"body":{"/settings":{"session_length":"1h"},"/settings/session_length":"2h"}}"#,
            "#/body",
        ),
        (r#"{"body":{"/a":1,"/a/b":2}}"#, "#/body"),
        (r#"{"body":{"":{"a":[1]},"/a/1":2}}"#, "#/body"),
        (
            r#"{"no_body":["/settings/session_length"],
                "body":{"/settings":{"session_length":"1h"}}}"#,
            "#/no_body",
        ),
        (
            r#"{"allow_actions":["delete"],"body":{"/settings":{"allow_actions":[]}}}"#,
            "#/body",
        ),
        (
            r#"{"allow_actions":["delete"],"body":{"/settings/allow_actions/0":"disable"}}"#,
            "#/body",
        ),
        // What opens a session names app and consumer, has a key, an object for a body, and 200.
        (
            r#"{"outcome":"session_created","no_headers":["x-apideck-app-id"]}"#,
            "#/no_headers",
        ),
        (
            r#"{"outcome":"session_created","no_headers":["X-Apideck-Consumer-Id"]}"#,
            "#/no_headers",
        ),
        (
            r#"{"outcome":"session_created","headers":{"authorization":"Basic a"}}"#,
            "#/headers",
        ),
        (r#"{"outcome":"session_created","body":{"":[]}}"#, "#/body"),
        (r#"{"outcome":"session_created","status":201}"#, "#/outcome"),
        // Answers are from 200 to 599, and some requests leave nothing in the journal.
        (r#"{"status":150}"#, "#/status"),
        (r#"{"status":700}"#, "#/status"),
        (r#"{"path":"/session/assets/page.css"}"#, "#/path"),
        // Whatever comes, it is met.
        (r#"{"least":0}"#, "#/least"),
        (r#"{"least":0,"most":null,"path":"/health"}"#, "#/least"),
    ] {
        // Without the page there are no assets either.
        if cfg!(not(feature = "page")) && body.contains("assets") {
            continue;
        }
        let response = send(&vault, Method::POST, "/expectations", body);
        assert_eq!(refused(&response, 400)[0]["pointer"], pointer, "{body}");
    }
    assert_eq!(
        json(&get(&vault, "/expectations/verify")),
        json!({ "met": 0 })
    );
}

/// What names a tenant's app has to be said to the tenant: here it would do nothing.
#[test]
fn what_is_about_a_tenants_app_is_refused_at_the_root() {
    let vault = vault();
    send(&vault, Method::PUT, "/tenants", r#"{"app_id":"shop"}"#);
    let fault = r#"{"app_id":"shop","behaviour":"status=503"}"#;
    let connection =
        r#"{"app_id":"shop","consumer_id":"c","id":"crm+salesforce","state":"callable"}"#;
    let change = r#"{"app_id":"shop","consumer_id":"c","id":"crm+salesforce","change":"revoke"}"#;
    for (method, path, body) in [
        (
            Method::POST,
            "/expectations",
            r#"{"app_id":"shop","most":0}"#,
        ),
        (
            Method::POST,
            "/expectations",
            r#"{"headers":{"X-Apideck-App-ID":"shop"},"most":0}"#,
        ),
        (Method::PUT, "/faults", fault),
        (Method::DELETE, "/faults?app_id=shop", ""),
        (Method::PUT, "/connections", connection),
        (Method::POST, "/connections/change", change),
        (Method::GET, "/connections?app_id=shop&consumer_id=c", ""),
        (Method::DELETE, "/connections?app_id=shop&consumer_id=c", ""),
        (Method::GET, "/journal?app_id=shop", ""),
        (Method::GET, "/journal?path=/vault/authorize/xero/shop", ""),
        (
            Method::POST,
            "/expectations",
            r#"{"path":"/vault/revoke/xero/shop","most":0}"#,
        ),
    ] {
        let response = send(&vault, method, path, body);
        refused(&response, 409);
        let detail = json(&response)["detail"].as_str().unwrap().to_owned();
        assert!(
            detail.contains("x-apideck-app-id: shop"),
            "{path}: {detail}"
        );
    }
    // At the tenant it holds, and another app's is refused there.
    let at_the_tenant = |body: &'static str| {
        let request = crate::request(Method::POST, "/expectations")
            .header("x-apideck-app-id", "shop")
            .header("content-type", "application/json");
        let body = bytes::Bytes::from_static(body.as_bytes());
        vault.handle(request.body(body).unwrap()).status().as_u16()
    };
    assert_eq!(at_the_tenant(r#"{"app_id":"shop","most":0}"#), 204);
    assert_eq!(at_the_tenant(r#"{"app_id":"other","most":0}"#), 409);
    assert_eq!(at_the_tenant(r#"{"most":0}"#), 204);
}

/// A token names the app as well as an ID does, wherever it stands.
#[test]
fn what_names_a_tenants_app_by_a_token_is_refused_at_the_root() {
    let vault = vault();
    for app in ["shop", "bank"] {
        vault.add_tenant(AppId::new(app).unwrap(), vault.to_builder());
    }
    let opened = json(&crate::post(&vault, "shop", "c", "{}"));
    let token = opened["data"]["session_token"].as_str().unwrap();
    let before = vault.clock().now();
    let ask = |app: &str, method: Method, path: &str, body: &str| {
        let request = crate::request(method, path)
            .header("x-apideck-app-id", app)
            .header("content-type", "application/json");
        vault.handle(request.body(body.to_owned().into()).unwrap())
    };
    let (expiry, authorize) = (
        format!(r#"{{"session_token":"{token}"}}"#),
        format!(r#"{{"session_token":"{token}","action":"delete"}}"#),
    );
    let (bearer, page, journal) = (
        format!(r#"{{"headers":{{"authorization":"Bearer {token}"}},"most":0}}"#),
        format!(r#"{{"path":"/session/{token}","most":0}}"#),
        format!("/journal?path=/session/{token}"),
    );
    for (method, path, body) in [
        (Method::POST, "/clock/expiry", expiry.as_str()),
        (Method::POST, "/authorize", &expiry),
        (Method::POST, "/authorize", &authorize),
        (Method::POST, "/expectations", &bearer),
        (Method::POST, "/expectations/check", &bearer),
        (Method::POST, "/expectations", &page),
        (Method::GET, &journal, ""),
    ] {
        for elsewhere in ["other", "bank"] {
            if (elsewhere, path) == ("bank", "/authorize") {
                // The verdict of another app's mock is true: there the token opens nothing.
                let verdict = json(&ask(elsewhere, method.clone(), path, body));
                assert!(verdict["refused"].is_object(), "{verdict}");
                continue;
            }
            let response = ask(elsewhere, method.clone(), path, body);
            assert_eq!(response.status(), 409, "{elsewhere}: {path} {body}");
            refused(&response, 409);
            let told = String::from_utf8_lossy(response.body()).into_owned();
            assert!(told.contains("shop") && !told.contains(token), "{told}");
        }
        assert!(
            ask("shop", method, path, body).status().is_success(),
            "{path} {body}"
        );
    }
    assert_eq!(vault.clock().now(), before);

    // A token of an app without a mock of its own is for the mock that all share.
    let opened = json(&create(&vault, "c"));
    let token = opened["data"]["session_token"].as_str().unwrap();
    let body = format!(r#"{{"session_token":"{token}"}}"#);
    for path in ["/authorize", "/clock/expiry"] {
        assert_eq!(ask("other", Method::POST, path, &body).status(), 200);
    }
}

fn session() -> http::Request<bytes::Bytes> {
    let request = http::Request::post("/vault/sessions")
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "c");
    request.body(bytes::Bytes::new()).unwrap()
}

fn verification() -> http::Request<bytes::Bytes> {
    let request = crate::request(Method::GET, "/expectations/verify");
    request.body(bytes::Bytes::new()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_verdict_waits_for_requests_in_flight() {
    let vault = running();
    vault
        .faults()
        .inject("delay=2s".parse::<Behaviour>().unwrap());
    let none = r#"{"status":200,"most":0}"#;
    send(&vault, Method::POST, "/expectations", none);
    let (held, verdict) = tokio::join!(vault.call(session()), vault.call(verification()));
    assert_eq!(held.unwrap().status(), 200);
    refused(&verdict.unwrap(), 409);
    assert_eq!(passed(&vault), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_verdict_that_is_not_final_says_so() {
    let vault = running();
    vault
        .faults()
        .inject("delay=1h".parse::<Behaviour>().unwrap());
    let none = r#"{"status":200,"most":0}"#;
    send(&vault, Method::POST, "/expectations", none);
    let mut held = pin!(vault.call(session()));
    tokio::select! {
        biased;
        _ = &mut held => panic!("it is held for an hour"),
        verdict = vault.call(verification()) => assert_eq!(
            json(&verdict.unwrap()),
            json!({ "met": 1, "in_flight": 1 })
        ),
    }
    assert_eq!(passed(&vault), Duration::from_secs(5));
    // Whoever may not call is told so at once.
    let stranger = crate::request(Method::GET, "/expectations/verify").header("host", "a.example");
    let stranger = stranger.body(bytes::Bytes::new()).unwrap();
    tokio::select! {
        biased;
        _ = &mut held => panic!("it is held for an hour"),
        verdict = vault.call(stranger) => assert!(verdict.unwrap().status().is_client_error()),
    }
    assert_eq!(passed(&vault), Duration::from_secs(5));
}

#[tokio::test]
async fn verifying_does_not_count_itself() {
    use http_body_util::{BodyExt, Full};
    use tower_service::Service;

    let vault = vault();
    send(&vault, Method::POST, "/expectations", r#"{"least":1}"#);
    let request = crate::request(Method::GET, "/expectations/verify");
    let request = request.body(Full::<bytes::Bytes>::default()).unwrap();
    let response = vault.service().call(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&body);
    assert!(
        text.contains("found 0") && !text.contains("in flight"),
        "{text}"
    );
}
