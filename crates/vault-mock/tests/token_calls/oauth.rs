use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Request};
use serde_json::{Value, json};
use vault_mock::{
    Provider, Vault,
    connections::{Connection, Connector, IntegrationState, ServiceId},
};
use vault_sessions::{ApiKey, UnifiedApi};

use crate::support::{Answer, SALESFORCE, Session, XERO, builder, open, send};

const HOME: &str = "https://app.example/integrations";

/// One step of a browser within the mock.
pub(crate) fn follow(vault: &Vault, url: &str) -> Answer {
    let path = url.strip_prefix("https://vault.invalid").unwrap();
    send(vault, Request::get(path).body(Bytes::new()).unwrap())
}

/// Redirects within the mock, until one leads out of it.
pub(crate) fn follow_to_the_end(vault: &Vault, url: &str) -> String {
    let mut answer = follow(vault, url);
    for _ in 0..4 {
        let location = answer.location();
        if !location.starts_with("https://vault.invalid") {
            return location.to_owned();
        }
        answer = follow(vault, location);
    }
    panic!("the redirects do not end: {answer:?}");
}

fn session() -> Session {
    open(builder(), &json!({ "redirect_uri": HOME }))
}

/// A link as the widget makes it: the parameters appended without any encoding.
fn link(session: &Session, path: &str, kind: &str, rest: &str) -> String {
    let connection = session.get(path).data();
    format!("{}{rest}", connection[kind].as_str().unwrap())
}

fn authorize(session: &Session, rest: &str) -> String {
    link(session, XERO, "authorize_url", rest)
}

#[test]
fn without_a_nonce_the_round_trip_is_one_step() {
    let session = session();
    let url = authorize(
        &session,
        "&redirect_uri=https://app.example/integrations?tab=1",
    );
    let provider = follow(&session.vault, &url);
    assert_eq!(provider.headers["cache-control"], "no-store");
    assert!(
        provider
            .location()
            .contains("/mock-provider/authorize?response_type=code&")
    );
    let callback = follow(&session.vault, provider.location());
    assert!(
        callback
            .location()
            .starts_with("https://vault.invalid/vault/callback?state=")
    );
    let end = follow(&session.vault, callback.location());
    assert_eq!(end.location(), "https://app.example/integrations?tab=1");
    // Xero is authorized, and waits for the choice of an organization.
    assert_eq!(session.state(XERO), ("authorized".to_owned(), true));
    let settings = json!({ "settings": { "tenant_id": "demo-company-uk" } });
    assert_eq!(
        session.call("PATCH", XERO, &settings).data()["state"],
        "callable"
    );
}

fn confirm_token(session: &Session) -> String {
    let rest = format!("&redirect_uri={HOME}&nonce=a1b2 c3");
    let rest = rest.replace(' ', "%20");
    let url = link(session, SALESFORCE, "authorize_url", &rest);
    let end = follow_to_the_end(&session.vault, &url);
    let (home, fragment) = end.split_once('#').unwrap();
    assert_eq!(home, HOME);
    let fragment: Vec<(String, String)> = form_urlencoded::parse(fragment.as_bytes())
        .into_owned()
        .collect();
    let names: Vec<_> = fragment.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["nonce", "confirm_token", "service_id"]);
    assert_eq!(fragment[0].1, "a1b2 c3");
    assert_eq!(fragment[2].1, "salesforce");
    fragment[1].1.clone()
}

fn confirm(session: &Session, path: &str, token: &str) -> Answer {
    let body = json!({ "confirm_token": token });
    session.call("POST", &format!("{path}/confirm"), &body)
}

#[test]
fn with_a_nonce_it_waits_for_one_confirmation() {
    let session = session();
    let token = confirm_token(&session);
    let waiting = session.get(SALESFORCE).data();
    assert_eq!(waiting["state"], "authorized");
    assert_eq!(waiting["health"], "pending_confirmation");

    let unknown = confirm(&session, SALESFORCE, "550e8400-e29b-41d4-a716-446655440000");
    assert_eq!(unknown.refused(404).0, "EntityNotFoundError");
    confirm(&session, XERO, &token).refused(401);
    let other = Session::open(session.vault.clone(), "other", &json!({}));
    let mut request = other.request(
        "POST",
        &format!("{SALESFORCE}/confirm"),
        &json!({ "confirm_token": token }),
    );
    request.headers_mut().remove("x-apideck-consumer-id");
    send(&other.vault, request).refused(401);

    assert_eq!(
        confirm(&session, SALESFORCE, &token).data(),
        json!({ "confirmed": true })
    );
    assert_eq!(session.state(SALESFORCE).0, "callable");
    confirm(&session, SALESFORCE, &token).refused(404);
    let path = format!("{SALESFORCE}/confirm");
    let empty = session.call("POST", &path, &json!({}));
    assert_eq!(
        empty.refused(400).1["invalid"][0]["/confirm_token"],
        "is required"
    );
}

#[test]
fn a_confirm_token_lives_for_30_minutes_of_the_mock() {
    let session = session();
    let first = confirm_token(&session);
    session
        .vault
        .clock()
        .advance(Duration::from_secs(30 * 60) - Duration::from_nanos(1));
    confirm(&session, SALESFORCE, &first).data();
    let second = confirm_token(&session);
    session.vault.clock().advance(Duration::from_secs(30 * 60));
    let session = Session::open(session.vault, "consumer", &json!({}));
    assert_eq!(
        confirm(&session, SALESFORCE, &second).refused(404).0,
        "EntityNotFoundError"
    );
    assert_eq!(session.state(SALESFORCE).0, "authorized");
}

#[test]
fn accounts_without_the_protection_ignore_the_nonce() {
    let session = open(
        builder().oauth_confirmation(false),
        &json!({ "redirect_uri": HOME }),
    );
    let url = link(&session, SALESFORCE, "authorize_url", "&nonce=x");
    assert_eq!(follow_to_the_end(&session.vault, &url), HOME);
    assert_eq!(session.state(SALESFORCE).0, "callable");
}

#[test]
fn a_provider_that_refuses_is_reported_on_the_redirect() {
    let session = session();
    session.vault.set_oauth_provider(Provider::Refuses {
        error: "access_denied".to_owned(),
        description: "No & no".to_owned(),
    });
    let end = follow_to_the_end(&session.vault, &authorize(&session, ""));
    let (home, query) = end.split_once('?').unwrap();
    assert_eq!(home, HOME);
    let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let query: Vec<_> = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        query,
        [
            ("error_type", "OAuthConnectorError"),
            ("error_message", "access_denied: No & no"),
            ("origin", "authorize"),
            ("service_id", "xero"),
            ("application_id", "app"),
            (
                "ref",
                "https://developers.apideck.com/errors#oauthconnectorerror"
            ),
        ]
    );
    assert_eq!(session.state(XERO).0, "available");
}

#[test]
fn a_provider_that_asks_shows_two_links() {
    for (choice, state) in [("agree", "authorized"), ("refuse", "available")] {
        let session = open(
            builder().oauth_provider(Provider::Asks),
            &json!({ "redirect_uri": HOME }),
        );
        let provider = follow(&session.vault, &authorize(&session, ""))
            .location()
            .to_owned();
        let path = provider.strip_prefix("https://vault.invalid").unwrap();
        let page = session
            .vault
            .handle(Request::get(path).body(Bytes::new()).unwrap());
        let html = str::from_utf8(page.body()).unwrap();
        let link = html
            .split_once(&format!("id=\"{choice}\" href=\""))
            .unwrap()
            .1;
        let link = link.split_once('"').unwrap().0.replace("&amp;", "&");
        let end = follow_to_the_end(&session.vault, &link);
        assert_eq!(end == HOME, choice == "agree", "{end}");
        assert_eq!(session.state(XERO).0, state);
    }
}

#[test]
fn states_are_believed_only_if_the_mock_signed_them_for_this_path_and_now() {
    let session = session();
    let url = authorize(&session, "");
    let refused = |url: &str| follow(&session.vault, url).refused(422).0.to_owned();
    for trick in [
        url.replace("/authorize/xero/", "/authorize/salesforce/"),
        url.replace("/xero/app", "/xero/other"),
        url.replace("?state=e", "?state=f"),
        url.split_once('?').unwrap().0.to_owned(),
        format!(
            "https://vault.invalid/vault/authorize/xero/app?state={}",
            session.token
        ),
    ] {
        assert_eq!(refused(&trick), "OAuthInvalidStateError", "{trick}");
    }
    // The state of a link is none for the callback.
    let state = url.split_once("state=").unwrap().1;
    let callback = format!("https://vault.invalid/vault/callback?state={state}&code=x");
    assert_eq!(refused(&callback), "OAuthInvalidStateError");
    // Nor is the state of the callback one for a link.
    let provider = follow(&session.vault, &url);
    let flow = provider
        .location()
        .rsplit_once("&state=")
        .unwrap()
        .1
        .to_owned();
    assert_eq!(
        refused(&url.replace(state, &flow)),
        "OAuthInvalidStateError"
    );
    session.vault.clock().advance(Duration::from_secs(86_400));
    assert_eq!(refused(&url), "OAuthInvalidStateError");
    let odd = follow(
        &session.vault,
        "https://vault.invalid/vault/authorize/%2e%2e/app?state=x",
    );
    assert_eq!(odd.refused(404).0, "ConnectorNotFoundError");
}

#[test]
fn codes_are_good_once_and_for_their_own_state() {
    let session = session();
    let start = |path: &str| {
        let provider = follow(&session.vault, &link(&session, path, "authorize_url", ""));
        follow(&session.vault, provider.location())
            .location()
            .to_owned()
    };
    let (one, other) = (start(XERO), start(SALESFORCE));
    let code = |url: &str| url.rsplit_once("code=").unwrap().1.to_owned();
    let swapped = one.replace(&code(&one), &code(&other));
    let without = one.split_once("&code").unwrap().0.to_owned();
    for bad in [swapped, without, one.replace(&code(&one), "made-up")] {
        let end = follow(&session.vault, &bad).location().to_owned();
        assert!(end.contains("error_type=OAuthCodeExchangeError"), "{end}");
    }
    assert_eq!(follow(&session.vault, &one).location(), HOME);
    let again = follow(&session.vault, &one).location().to_owned();
    assert!(
        again.contains("error_type=OAuthCodeExchangeError"),
        "{again}"
    );
}

#[test]
fn codes_live_for_ten_minutes_of_the_mock() {
    for (passed, good) in [(599, true), (600, false)] {
        let session = session();
        let provider = follow(&session.vault, &authorize(&session, ""));
        let callback = follow(&session.vault, provider.location());
        session.vault.clock().advance(Duration::from_secs(passed));
        let end = follow(&session.vault, callback.location());
        assert_eq!(end.location() == HOME, good, "{}", end.location());
    }
}

#[test]
fn a_nonce_has_at_most_256_bytes() {
    let session = session();
    let with = |length| {
        let nonce = format!("&nonce={}", "n".repeat(length));
        follow(&session.vault, &authorize(&session, &nonce))
    };
    assert!(with(256).location().contains("/mock-provider/authorize"));
    assert_eq!(with(257).refused(400).0, "RequestValidationError");
}

#[test]
fn a_confirm_token_is_no_good_for_another_app() {
    let session = session();
    let token = confirm_token(&session);
    let path = format!("{SALESFORCE}/confirm");
    let body = json!({ "confirm_token": token });
    let mut other = session.request("POST", &path, &body);
    let headers = other.headers_mut();
    headers.remove("x-apideck-auth-type");
    headers.insert("authorization", HeaderValue::from_static("Bearer key"));
    headers.insert("x-apideck-app-id", HeaderValue::from_static("other"));
    send(&session.vault, other).refused(401);
    confirm(&session, SALESFORCE, &token).data();
}

#[test]
fn what_cannot_be_authorized_comes_back_before_the_provider_is_asked() {
    let salesforce = ServiceId::from_static("salesforce");
    let connector = Connector::oauth2(UnifiedApi::Crm, salesforce, "Salesforce")
        .with_integration_state(IntegrationState::NeedsConfiguration);
    let seeded = builder().connections([Connection::available(connector)]);
    let session = open(seeded, &json!({ "redirect_uri": HOME }));
    let url = link(&session, SALESFORCE, "authorize_url", "");
    let back = follow(&session.vault, &url).location().to_owned();
    assert!(back.starts_with(HOME), "{back}");
    assert!(back.contains("error_type=InvalidStateError"), "{back}");
}

#[test]
fn redirects_lead_home_and_nowhere_else() {
    let session = session();
    for kind in ["authorize_url", "revoke_url"] {
        let evil = link(
            &session,
            SALESFORCE,
            kind,
            "&redirect_uri=https://evil.example/",
        );
        let answer = follow(&session.vault, &evil);
        assert_eq!(answer.refused(400).0, "OAuthRedirectUriError");
        assert_eq!(answer.headers.get("location"), None);
    }
    assert_eq!(session.state(SALESFORCE).0, "callable");
    let homeless = open(builder(), &json!({}));
    let missing = follow(&homeless.vault, &authorize(&homeless, ""));
    assert_eq!(missing.refused(400).0, "OAuthRedirectUriError");
    let widget = "https://vault.apideck.com/oauth/callback";
    let url = authorize(&homeless, &format!("&redirect_uri={widget}"));
    assert_eq!(follow_to_the_end(&homeless.vault, &url), widget);
}

#[test]
fn the_backend_may_return_anywhere_on_the_web() {
    let vault = builder().api_key(ApiKey::new("key").unwrap()).build();
    let request = Request::get(XERO)
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "consumer")
        .body(Bytes::new())
        .unwrap();
    let connection = send(&vault, request).data();
    let url = connection["authorize_url"].as_str().unwrap();
    let end = follow_to_the_end(
        &vault,
        &format!("{url}&redirect_uri=https%3A%2F%2Fany.example%2F"),
    );
    assert_eq!(end, "https://any.example/");
}

#[test]
fn revoking_takes_the_authorization_back_and_keeps_the_record() {
    let session = session();
    let url = link(&session, SALESFORCE, "revoke_url", "");
    assert_eq!(follow(&session.vault, &url).location(), HOME);
    let after = session.get(SALESFORCE).data();
    assert_eq!(
        (&after["state"], &after["health"]),
        (&json!("added"), &json!("revoked"))
    );
    assert_eq!(after["revoke_url"], Value::Null);
    let again = follow(&session.vault, &url).location().to_owned();
    assert!(
        again.contains("error_type=InvalidStateError") && again.contains("origin=revoke"),
        "{again}"
    );
}

#[test]
fn an_authorization_from_elsewhere_comes_back_with_a_state_made_for_it() {
    let session = session();
    let path = format!("{XERO}/callback-state");
    let evil = session.call(
        "POST",
        &path,
        &json!({ "redirect_uri": "https://evil.example/" }),
    );
    assert_eq!(evil.refused(400).0, "OAuthRedirectUriError");
    let data = session
        .call("POST", &path, &json!({ "redirect_uri": HOME }))
        .data();
    let state = data["state"].as_str().unwrap();
    let url = format!("https://vault.invalid/vault/callback?state={state}&code=of-their-own");
    assert_eq!(follow(&session.vault, &url).location(), HOME);
    assert_eq!(session.state(XERO).0, "authorized");
}

#[test]
fn round_trips_begin_until_the_last_second_of_the_clock() {
    let session = session();
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    let path = format!("{XERO}/callback-state");
    let body = json!({ "redirect_uri": "https://any.example/" });
    let vault = &session.vault;
    vault.clock().set(last - Duration::from_secs(1));
    let url = as_backend(&session, "GET", XERO, &Value::Null).data()["authorize_url"].clone();
    let url = format!(
        "{}&redirect_uri=https://any.example/",
        url.as_str().unwrap()
    );
    assert_eq!(follow_to_the_end(vault, &url), "https://any.example/");

    let data = as_backend(&session, "POST", &path, &body).data();
    let state = data["state"].as_str().unwrap().to_owned();
    let url = format!("https://vault.invalid/vault/callback?state={state}&code=of-their-own");
    assert_eq!(follow(vault, &url).location(), "https://any.example/");

    vault.clock().set(last);
    let data = as_backend(&session, "POST", &path, &body).data();
    assert_ne!(data["state"], state);
}

/// A call with the API key.
fn as_backend(session: &Session, method: &str, path: &str, body: &Value) -> Answer {
    let mut request = session.request(method, path, body);
    let headers = request.headers_mut();
    headers.remove("x-apideck-auth-type");
    headers.insert("authorization", HeaderValue::from_static("Bearer key"));
    send(&session.vault, request)
}

#[test]
fn apps_with_odd_ids_get_links_that_work() {
    let vault = builder().build();
    let request = Request::get(XERO)
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", "my app/1?#%")
        .header("x-apideck-consumer-id", "consumer")
        .body(Bytes::new())
        .unwrap();
    let connection = send(&vault, request).data();
    let url = connection["authorize_url"].as_str().unwrap();
    let end = follow_to_the_end(&vault, &format!("{url}&redirect_uri=https://any.example/"));
    assert_eq!(end, "https://any.example/");
}
