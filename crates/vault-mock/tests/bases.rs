//! Where URLs in an answer lead: to the host that was asked, and nobody else's.

mod support;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use support::{Way, session_request};
use vault_mock::{BaseUri, Vault, VaultBuilder, VaultServer};
use vault_sessions::{ApiKey, SessionCreated};

const XERO: &str = "/vault/connections/accounting/xero";

fn builder() -> VaultBuilder {
    Vault::builder().api_key(ApiKey::new("key").unwrap())
}

fn ask(
    vault: &Vault,
    method: &str,
    path: &str,
    host: &str,
    token: Option<&str>,
) -> Response<Bytes> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", host)
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "consumer")
        .header(
            "authorization",
            format!("Bearer {}", token.unwrap_or("key")),
        );
    if token.is_some() {
        request = request.header("x-apideck-auth-type", "JWT");
    }
    vault.handle(request.body(Bytes::new()).unwrap())
}

fn created(vault: &Vault, host: &str) -> SessionCreated {
    let response = ask(vault, "POST", "/vault/sessions", host, None);
    serde_json::from_slice(response.body()).unwrap()
}

/// What a session's URI starts with.
fn base(vault: &Vault, host: &str) -> String {
    let created = created(vault, host);
    created
        .uri()
        .expose_secret()
        .split("/session/")
        .next()
        .unwrap()
        .to_owned()
}

fn location(response: &Response<Bytes>) -> &str {
    response.headers()["location"].to_str().unwrap()
}

#[test]
fn session_uris_lead_to_the_host_that_was_asked() {
    let vault = builder().build();
    assert_eq!(base(&vault, "vault-mock:8080"), "https://vault-mock:8080");
    assert_eq!(base(&vault, "[::1]:32768"), "https://[::1]:32768");
    let absolute = Request::post("http://mapped.example:1/vault/sessions")
        .header("host", "other.example")
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "consumer");
    let response = vault.handle(absolute.body(Bytes::new()).unwrap());
    let created: SessionCreated = serde_json::from_slice(response.body()).unwrap();
    assert!(
        created
            .uri()
            .expose_secret()
            .starts_with("http://mapped.example:1/session/")
    );
}

#[test]
fn what_is_no_authority_leads_to_the_address() {
    let vault = builder().build();
    let long = format!("{}.example", "a".repeat(300));
    for host in [
        "",
        "user@a.example",
        "a.example/path",
        "a b",
        "a.example:99999",
        "a.example:port",
        "a.example?x",
        "a.example\"",
        &long,
    ] {
        assert_eq!(base(&vault, host), "https://vault.invalid", "{host}");
    }
}

#[test]
fn a_base_that_is_given_goes_before() {
    let vault = builder()
        .public_base(BaseUri::new("https://vault.example/base/").unwrap())
        .api_base(BaseUri::new("https://api.example").unwrap())
        .build();
    assert_eq!(base(&vault, "mock"), "https://vault.example/base");
    assert_eq!(vault.public_base(), "https://vault.example/base");
    let xero = ask(&vault, "GET", XERO, "mock", None);
    let body: Value = serde_json::from_slice(xero.body()).unwrap();
    let url = body["data"]["authorize_url"].as_str().unwrap();
    assert!(
        url.starts_with("https://api.example/vault/authorize/"),
        "{url}"
    );
}

#[test]
fn the_whole_round_trip_stays_where_it_began() {
    let vault = builder().build();
    let host = "vault-mock:8080";
    let here = "https://vault-mock:8080";
    let created = created(&vault, host);
    let token = created.token().expose_secret();
    let xero = ask(&vault, "GET", XERO, host, Some(token));
    let body: Value = serde_json::from_slice(xero.body()).unwrap();
    let url = body["data"]["authorize_url"].as_str().unwrap();
    let back = format!("{here}/session/{token}?connection=accounting%2Bxero");
    let mut next = format!("{url}&redirect_uri={}", back.replace('+', "%2B"));
    for step in [
        "/vault/authorize/",
        "/mock-provider/authorize?",
        "/vault/callback?",
    ] {
        let path = next.strip_prefix(here).unwrap().to_owned();
        assert!(path.starts_with(step), "{path}");
        let answer = ask(&vault, "GET", &path, host, None);
        assert_eq!(answer.status(), 301);
        next = location(&answer).to_owned();
    }
    // Relative: it can lead nowhere but to where the browser is.
    assert!(next.starts_with("/session/"), "{next}");
}

#[test]
fn a_host_that_a_caller_makes_up_leads_nobody_there() {
    let vault = builder().build();
    let token = created(&vault, "mock").token().expose_secret().to_owned();
    for path in ["/", "/session/x"] {
        let xero = ask(&vault, "GET", XERO, "evil.example", Some(&token));
        let body: Value = serde_json::from_slice(xero.body()).unwrap();
        let url = body["data"]["authorize_url"].as_str().unwrap();
        let link = url.strip_prefix("https://evil.example").unwrap();
        let link = format!("{link}&redirect_uri=https://evil.example{path}");
        // By the link itself, with whatever host.
        assert_eq!(ask(&vault, "GET", &link, "mock", None).status(), 400);
        let answer = ask(&vault, "GET", &link, "evil.example", None);
        if path == "/" {
            assert_eq!(answer.status(), 400);
            continue;
        }
        // A page of the mock: the way ends there, wherever the browser is.
        let provider = location(&answer)
            .strip_prefix("https://evil.example")
            .unwrap();
        let callback = ask(&vault, "GET", provider, "mock", None);
        let callback = location(&callback)
            .strip_prefix("https://mock")
            .unwrap()
            .to_owned();
        let end = ask(&vault, "GET", &callback, "mock", None);
        assert!(
            location(&end).starts_with("/session/x"),
            "{}",
            location(&end)
        );
    }
}

#[tokio::test]
async fn a_server_on_every_address_is_reached_on_loopback() {
    for (address, reachable) in [
        ("0.0.0.0:0", "http://127.0.0.1:"),
        ("[::]:0", "http://[::1]:"),
    ] {
        let address: std::net::SocketAddr = address.parse().unwrap();
        let mock = match VaultServer::builder().address(address).start().await {
            // A machine without IPv6.
            Err(_) if address.is_ipv6() => continue,
            started => started.unwrap(),
        };
        assert!(mock.uri().starts_with(reachable), "{}", mock.uri());
        assert_eq!(mock.public_base(), mock.uri());
    }
}

#[tokio::test]
async fn a_mapped_port_is_found_by_the_host_header() {
    let mock = VaultServer::start().await;
    let mut request = session_request(&mock);
    let mapped = "localhost:32768".parse().unwrap();
    request.headers_mut().insert("host", mapped);
    let way = Way::Socket(mock);
    let response = way.send(request).await.unwrap();
    let created = support::session_in(&support::whole_body(response).await.unwrap());
    let uri = created.uri().expose_secret().to_owned();
    assert!(uri.starts_with("http://localhost:32768/session/"), "{uri}");
}
