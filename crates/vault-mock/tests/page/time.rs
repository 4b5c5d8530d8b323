//! The end of a session in view: the countdown, the expired page, and tokens that are none.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use vault_mock::{AdminAccess, Peer, Vault};
use vault_sessions::ApiKey;

use crate::support::{APP, CONSUMER, Visitor, location, text};

fn session() -> Visitor {
    Visitor::new(&json!({
        "redirect_uri": "https://app.example/dashboard",
        "settings": { "session_length": "30m" },
        "theme": { "vault_name": "Intercom", "primary_color": "#1d4ed8" },
    }))
}

fn clock(visitor: &Visitor) -> Value {
    let response = visitor.get("?view=clock");
    assert_eq!(response.status(), 200);
    serde_json::from_slice(response.body()).unwrap()
}

#[test]
fn the_countdown_follows_the_mocks_clock() {
    let visitor = session();
    assert!(visitor.page("").contains("Session ends in <b>30:00</b>"));
    visitor.vault.clock().advance(Duration::from_millis(60_500));
    assert!(visitor.page("").contains("<b>29:00</b>"));
    assert_eq!(
        clock(&visitor),
        json!({ "alive": true, "remaining": "29:00", "milliseconds": 1_739_500 })
    );
}

#[test]
fn at_the_end_the_page_is_gone_and_leads_back() {
    let visitor = session();
    visitor.vault.clock().advance(Duration::from_secs(30 * 60));
    let response = visitor.get("");
    let page = text(&response);
    assert_eq!(response.status(), 410);
    assert!(page.contains("Your session has expired"), "{page}");
    assert!(
        page.contains("href=\"https://app.example/dashboard\""),
        "{page}"
    );
    assert!(
        page.contains("<title>Your session has expired · Intercom Vault</title>"),
        "{page}"
    );
    assert!(
        visitor
            .page("?view=theme.css")
            .contains("--primary:#1d4ed8")
    );
    assert_eq!(
        clock(&visitor),
        json!({ "alive": false, "remaining": "0:00", "milliseconds": 0 })
    );

    let refused = visitor.post("?connection=crm%2Bsalesforce", "action=disable");
    assert_eq!(refused.status(), 410);
    assert!(visitor.find("crm+salesforce").is_enabled());
}

#[test]
fn a_token_that_is_none_of_ours_is_invalid() {
    let visitor = session();
    let foreign = Visitor::at(Vault::builder(), &json!({})).token;
    let edited = visitor.token.replacen("eyJ", "eyK", 2);
    let cut = visitor.token[..visitor.token.len() - 1].to_owned();
    for token in [
        foreign,
        edited,
        cut,
        "x".to_owned(),
        "%00".to_owned(),
        "a.b.c".to_owned(),
    ] {
        for query in [
            "",
            "?view=clock",
            "?view=theme.css",
            "?connection=crm%2Bsalesforce",
        ] {
            let path = format!("/session/{token}{query}");
            let response = visitor
                .vault
                .handle(Request::get(path).body(Bytes::new()).unwrap());
            let page = text(&response);
            assert_eq!(response.status(), 401, "{page}");
            assert_eq!(
                response.headers()["www-authenticate"],
                "Bearer error=\"invalid_token\""
            );
            assert!(page.contains("href=\"assets/theme.css\"") && !page.contains("?view="));
            assert!(page.contains("This session is invalid") && !page.contains("app.example"));
        }
    }
}

#[test]
fn a_session_of_the_future_is_not_valid_yet() {
    let visitor = session();
    let clock = visitor.vault.clock();
    clock.set(clock.now() - Duration::from_secs(60));
    assert_eq!(visitor.get("").status(), 401);
}

#[test]
fn the_developers_corner_advances_the_clock() {
    let visitor = session();
    assert!(visitor.page("").contains("name=\"advance\" value=\"60\""));
    let response = visitor.post("?corner", "advance=60");
    assert_eq!(location(&response), "?corner#corner");
    assert!(visitor.page("?corner").contains("<b>29:00</b>"));
    for (form, status) in [
        ("advance=-1", 400),
        ("advance=x", 400),
        ("advance=99999999999", 400),
    ] {
        assert_eq!(visitor.post("?corner", form).status(), status, "{form}");
    }
    let foreign = visitor.post_from(Some("https://evil.example"), "?corner", "advance=60");
    assert_eq!(foreign.status(), 403);
    assert!(visitor.page("?corner").contains("<b>29:00</b>"));
}

#[test]
fn the_developers_corner_injects_faults() {
    let visitor = session();
    let create = |consumer: &str| {
        let key = visitor.vault.api_key().expose_secret();
        let request = Request::post("/vault/sessions")
            .header("authorization", format!("Bearer {key}"))
            .header("x-apideck-app-id", APP.as_str())
            .header("x-apideck-consumer-id", consumer);
        let response = visitor.vault.handle(request.body(Bytes::new()).unwrap());
        response.status().as_u16()
    };
    location(&visitor.post("?corner", "fault=status%3D503"));
    assert!(
        visitor
            .page("?corner")
            .contains("<code id=\"injected\">status=503</code>")
    );
    assert_eq!(
        (
            create("somebody else"),
            create(CONSUMER.as_str()),
            create(CONSUMER.as_str())
        ),
        (200, 503, 200)
    );
    location(&visitor.post("?corner", "fault=status%3D503"));
    location(&visitor.post("?corner", "heal=1"));
    assert!(!visitor.page("?corner").contains("id=\"injected\""));
    assert_eq!(create(CONSUMER.as_str()), 200);
    for form in ["fault=", "fault=status%3D1000000", "fault=%00", "x=y"] {
        assert_eq!(visitor.post("?corner", form).status(), 400, "{form}");
    }
    for fault in visitor.page("").split("name=\"fault\" value=\"").skip(1) {
        let script = fault.split('"').next().unwrap();
        assert!(
            script.parse::<vault_mock::fault::Script>().is_ok(),
            "{script}"
        );
    }
}

/// Checks that there is no corner, neither in view nor by its requests.
fn has_no_corner(visitor: &Visitor) {
    assert!(!visitor.page("").contains("id=\"corner\""));
    assert_eq!(visitor.get("?view=journal").status(), 404);
    assert_eq!(visitor.post("?corner", "advance=60").status(), 400);
    assert_eq!(visitor.post("?corner", "fault=status%3D503").status(), 400);
    assert!(visitor.page("").contains("<b>1:00:00</b>"));
    assert!(visitor.vault.faults().injected().is_empty());
}

#[test]
fn the_developers_corner_can_be_switched_off() {
    let builder = Vault::builder().developer_corner(false);
    has_no_corner(&Visitor::at(builder, &json!({})));
}

#[test]
fn the_developers_corner_is_for_those_who_may_use_the_admin_api() {
    let builder = Vault::builder().admin(AdminAccess::off());
    has_no_corner(&Visitor::at(builder, &json!({})));
    let token = ApiKey::new("for-the-test-runner-only").unwrap();
    let builder = Vault::builder().admin(AdminAccess::token(token));
    has_no_corner(&Visitor::at(builder, &json!({})));

    let visitor = session();
    let open_from = |address: [u8; 4]| {
        let path = format!("/session/{}", visitor.token);
        let request = Request::get(path)
            .header("host", "127.0.0.1")
            .extension(Peer((address, 49_152).into()));
        text(&visitor.vault.handle(request.body(Bytes::new()).unwrap()))
    };
    assert!(open_from([127, 0, 0, 1]).contains("id=\"corner\""));
    let outside = open_from([203, 0, 113, 7]);
    assert!(outside.contains("Session ends in") && !outside.contains("id=\"corner\""));
}

#[test]
fn the_developers_corner_shows_claims_request_and_journal() {
    let visitor = session();
    let other = Request::post("/vault/sessions").body(Bytes::new()).unwrap();
    let _ = visitor.vault.handle(other);
    let page = visitor.page("");
    let claims = page.split("id=\"claims\"").nth(1).unwrap();
    let (claims, request) = claims.split_once("id=\"created-by\"").unwrap();
    assert!(
        claims.contains("&#34;application_id&#34;: &#34;my-app&#34;"),
        "{claims}"
    );
    assert!(request.contains("POST /vault/sessions"), "{request}");
    assert!(
        request.contains("x-apideck-consumer-id: account:12345"),
        "{request}"
    );
    assert!(
        request.contains("&#34;session_length&#34;: &#34;30m&#34;"),
        "{request}"
    );
    let journal = visitor.page("?view=journal");
    assert!(journal.contains("POST /vault/sessions") && journal.contains(">401 Unauthorized<"));
    visitor.vault.journal().clear();
    assert!(
        visitor
            .page("")
            .contains("no longer, or not yet, in the journal")
    );
}

#[test]
fn the_journal_tells_what_people_do_and_keeps_tokens_out_of_sight() {
    let visitor = session();
    for query in [
        "?view=clock",
        "?view=theme.css",
        "?view=icon.svg",
        "?view=journal",
    ] {
        assert_eq!(visitor.get(query).status(), 200);
    }
    assert_eq!(visitor.vault.journal().requests().len(), 1);
    visitor.page("");
    assert_eq!(visitor.vault.journal().requests().len(), 2);
    assert!(!visitor.page("?view=journal").contains(&visitor.token));
}
