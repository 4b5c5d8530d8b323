//! What RFC 9110 and RFC 9112 ask of a server, beside the service's own rules.

mod support;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use support::{connect, session_request, whole_body};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tower_service::Service;
use vault_mock::{
    Provider, Vault, VaultServer,
    fault::{Fault, Script},
};
use vault_sessions::ApiKey;

const CALLER: &str = "authorization: Bearer key\r\nx-apideck-app-id: app\r\n\
    x-apideck-consumer-id: consumer\r\nconnection: close\r\n";

/// A path of the Hosted Vault page, where there is one.
const HOSTED_PAGE: Option<&str> = if cfg!(feature = "page") {
    Some("/session/x")
} else {
    None
};

fn vault() -> Vault {
    Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .build()
}

/// The head of an answer to raw bytes, in lower case.
async fn head(vault: &Vault, request: &str) -> String {
    let mut stream = connect(vault);
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    answer.split("\r\n\r\n").next().unwrap().to_owned()
}

async fn status(vault: &Vault, request: &str) -> String {
    let head = head(vault, request).await;
    head.split(' ').nth(1).unwrap_or("none").to_owned()
}

fn call(
    vault: &Vault,
    method: &str,
    path: &str,
    header: (&str, &str),
    body: &str,
) -> Response<Bytes> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "consumer")
        .header(header.0, header.1);
    vault.handle(request.body(Bytes::from(body.to_owned())).unwrap())
}

#[tokio::test]
async fn a_request_has_one_host_that_is_one() {
    let vault = vault();
    for (line, hosts, expected) in [
        (
            "POST /vault/sessions HTTP/1.1",
            "host: mock:8080\r\n",
            "200",
        ),
        (
            "POST /vault/sessions HTTP/1.1",
            "host: [::1]:8080\r\n",
            "200",
        ),
        ("POST /vault/sessions HTTP/1.1", "host:\r\n", "200"),
        ("POST /vault/sessions HTTP/1.0", "", "200"),
        (
            "POST http://mock/vault/sessions HTTP/1.1",
            "host: other\r\n",
            "200",
        ),
        ("POST /vault/sessions HTTP/1.1", "", "400"),
        ("POST http://mock/vault/sessions HTTP/1.1", "", "400"),
        (
            "POST http://user@mock/vault/sessions HTTP/1.1",
            "host: mock\r\n",
            "400",
        ),
        (
            "POST /vault/sessions HTTP/1.1",
            "host: a\r\nhost: a\r\n",
            "400",
        ),
        ("POST /vault/sessions HTTP/1.1", "host: a b\r\n", "400"),
        (
            "POST /vault/sessions HTTP/1.1",
            "host: user@mock\r\n",
            "400",
        ),
        (
            "POST /vault/sessions HTTP/1.1",
            "host: mock/path\r\n",
            "400",
        ),
        (
            "POST /vault/sessions HTTP/1.1",
            "host: mock:99999\r\n",
            "400",
        ),
        ("POST /vault/sessions HTTP/1.1", "host: mock:x\r\n", "400"),
        (
            "GET /__vault_mock/health HTTP/1.1",
            "host: a\r\nhost: b\r\n",
            "400",
        ),
    ] {
        let request = format!("{line}\r\n{hosts}{CALLER}\r\n");
        assert_eq!(status(&vault, &request).await, expected, "{line} {hosts}");
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let mock = VaultServer::start().await;
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..2 {
        sender.ready().await.unwrap();
        let answer = sender.send_request(session_request(&mock)).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(whole_body(answer).await.is_ok());
    }
}

#[tokio::test]
async fn codings_and_expectations_that_are_unknown_are_refused() {
    let vault = vault();
    for (headers, expected) in [
        ("transfer-encoding: chunked\r\n", "200"),
        ("transfer-encoding: gzip, chunked\r\n", "501"),
        ("transfer-encoding: chunked, chunked\r\n", "501"),
        (
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
            "501",
        ),
        ("expect: 100-Continue\r\ncontent-length: 0\r\n", "200"),
        ("expect: 200-ok\r\ncontent-length: 0\r\n", "417"),
    ] {
        let body = if headers.contains("chunked") {
            "0\r\ntrailer: x\r\n\r\n"
        } else {
            ""
        };
        let request =
            format!("POST /vault/sessions HTTP/1.1\r\nhost: mock\r\n{CALLER}{headers}\r\n{body}");
        let found = status(&vault, &request).await;
        // An interim answer may come first.
        assert!(
            found == expected || (expected == "200" && found == "100"),
            "{headers}: {found}"
        );
    }
}

#[tokio::test]
async fn options_asks_about_a_path_or_about_all() {
    let vault = vault();
    let star = "OPTIONS * HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n";
    assert_eq!(status(&vault, star).await, "204");
    let paths = ["/vault/sessions", "/__vault_mock/clock", "/health"];
    for path in paths.into_iter().chain(HOSTED_PAGE) {
        let options =
            format!("OPTIONS {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        let head = head(&vault, &options).await;
        assert!(head.starts_with("http/1.1 204 "), "{head}");
        assert!(head.contains("\r\nallow: "), "{head}");
    }
}

#[test]
fn a_compressed_body_is_refused_with_what_is_taken() {
    let vault = vault();
    let calls = [
        ("POST", "/vault/sessions"),
        ("PATCH", "/vault/connections/crm/salesforce"),
        ("PUT", "/__vault_mock/faults"),
    ];
    let to_the_page = HOSTED_PAGE.map(|path| ("POST", path));
    for (method, path) in calls.into_iter().chain(to_the_page) {
        for coding in ["gzip", "identity, br", "GZIP"] {
            let answer = call(&vault, method, path, ("content-encoding", coding), "{}");
            assert_eq!(answer.status(), 415, "{path}");
            assert_eq!(answer.headers()["accept-encoding"], "identity", "{path}");
        }
    }
    let mut request = Request::post("/vault/sessions")
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", "app")
        .header("x-apideck-consumer-id", "consumer")
        .header("content-type", "application/json");
    request = request.header("content-encoding", "identity");
    assert_eq!(
        vault.handle(request.body("{}".into()).unwrap()).status(),
        200
    );
}

#[test]
fn what_status_demands_which_header_comes_with_it() {
    let vault = vault();
    let demands = |answer: &Response<Bytes>, name: &str| {
        assert!(
            answer.headers().contains_key(name),
            "{} {name}",
            answer.status()
        );
    };
    let calls = [
        ("POST", "/vault/sessions"),
        ("GET", "/vault/connections"),
        ("GET", "/vault/logs"),
    ];
    let of_the_page = HOSTED_PAGE.map(|path| ("GET", path));
    for (method, path) in calls.into_iter().chain(of_the_page) {
        let request = Request::builder().method(method).uri(path);
        let answer = vault.handle(request.body(Bytes::new()).unwrap());
        assert_eq!(answer.status(), 401, "{path}");
        demands(&answer, "www-authenticate");
    }
    let wrong = call(
        &vault,
        "GET",
        "/vault/connections",
        ("x-apideck-auth-type", "JWT"),
        "",
    );
    let challenge = wrong.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    for (fault, name) in [
        ("status=401", "www-authenticate"),
        ("status=401; body=\"{}\"", "www-authenticate"),
        ("html=401", "www-authenticate"),
        ("status=405", "allow"),
        ("status=407", "proxy-authenticate"),
    ] {
        let fault: Fault = fault.parse().unwrap();
        vault.faults().inject(fault);
        demands(
            &call(&vault, "GET", "/vault/connections", ("a", "b"), ""),
            name,
        );
    }
}

#[test]
fn a_merge_patch_is_a_patch() {
    let vault = vault();
    let salesforce = "/vault/connections/crm/salesforce";
    let merge = ("content-type", "application/merge-patch+json");
    let body = r#"{"enabled":true}"#;
    assert_eq!(call(&vault, "PATCH", salesforce, merge, body).status(), 200);
    let settings = "/__vault_mock/settings";
    assert_eq!(call(&vault, "PATCH", settings, merge, "{}").status(), 200);
    for (method, path) in [("POST", "/vault/sessions"), ("PUT", "/__vault_mock/faults")] {
        let answer = call(&vault, method, path, merge, "{}");
        assert_eq!(answer.status(), 415);
        assert!(answer.headers().contains_key("accept"), "{path}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let vault = vault();
    let json = ("content-type", "application/json");
    for (path, detail) in [
        ("/vault/sessions", "detail"),
        ("/__vault_mock/keys/rotate", "errors"),
    ] {
        for (body, named) in [
            ("\u{feff}{}", "byte order mark"),
            (r#"{"a":"\ud800"}"#, r"\\ud800 at byte 6"),
            (r#"{"\udc00":1}"#, r"\\udc00 at byte 2"),
        ] {
            let answer = call(&vault, "POST", path, json, body);
            assert_eq!(answer.status(), 400);
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            assert!(text.contains(named) && text.contains(detail), "{text}");
        }
    }
}

#[test]
fn strict_validation_reads_queries_too() {
    let ask = |vault: &Vault, path: &str| {
        let answer = call(vault, "GET", path, ("a", "b"), "");
        (
            answer.status().as_u16(),
            String::from_utf8_lossy(answer.body()).into_owned(),
        )
    };
    for path in [
        "/vault/connections?configured=null",
        "/vault/connections?configured=",
        "/vault/connections?configured=TRUE",
        "/vault/connections?configured=true&configured=false",
        "/vault/connections?api=crm&api=hris",
        "/vault/logs?limit=0",
        "/vault/logs?limit=201",
        "/vault/logs?limit=x",
    ] {
        let (status, text) = ask(&vault(), path);
        assert_eq!(status, 400, "{path}");
        assert!(text.contains("Query Parameter"), "{text}");
        let lenient = Vault::builder()
            .api_key(ApiKey::new("key").unwrap())
            .validation(vault_mock::Validation::Lenient);
        assert_eq!(ask(&lenient.build(), path).0, 200, "{path}");
    }
    for path in [
        "/vault/connections?configured=true&api=",
        "/vault/logs?limit=200&cursor=",
    ] {
        assert_eq!(ask(&vault(), path).0, 200, "{path}");
    }
}

#[test]
fn pages_of_the_provider_keep_to_themselves() {
    let vault = Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .oauth_provider(Provider::Asks)
        .build();
    let xero = call(
        &vault,
        "GET",
        "/vault/connections/accounting/xero",
        ("host", "mock"),
        "",
    );
    let xero: serde_json::Value = serde_json::from_slice(xero.body()).unwrap();
    let link = xero["data"]["authorize_url"].as_str().unwrap();
    let link = link.strip_prefix("https://mock").unwrap();
    let link = format!("{link}&redirect_uri=http://localhost/");
    let to_provider = call(&vault, "GET", &link, ("host", "mock"), "");
    let location = to_provider.headers()["location"].to_str().unwrap();
    let page = call(&vault, "GET", location, ("host", "mock"), "");
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
}

#[test]
fn a_code_of_the_provider_reaches_the_redirect() {
    for code in ["server_error", "access_denied", "temporarily_unavailable"] {
        let provider: Provider = format!("refuses={code}").parse().unwrap();
        let vault = Vault::builder()
            .api_key(ApiKey::new("key").unwrap())
            .oauth_provider(provider)
            .build();
        let xero = call(
            &vault,
            "GET",
            "/vault/connections/accounting/xero",
            ("a", "b"),
            "",
        );
        let xero: serde_json::Value = serde_json::from_slice(xero.body()).unwrap();
        let link = xero["data"]["authorize_url"].as_str().unwrap();
        let mut next = format!("{link}&redirect_uri=http://localhost/");
        for _ in 0..3 {
            let path = next
                .strip_prefix("https://vault.invalid")
                .unwrap()
                .to_owned();
            let answer = call(&vault, "GET", &path, ("a", "b"), "");
            next = answer.headers()["location"].to_str().unwrap().to_owned();
        }
        assert!(next.starts_with("http://localhost/?"), "{next}");
        assert!(next.contains(code), "{next}");
    }
}

/// What `.ci/graph` is about: with `serde_json/arbitrary_precision` a number comes as an object.
#[test]
fn numbers_stay_numbers_whatever_the_graph_has_switched_on() {
    let vault = vault();
    let json = ("content-type", "application/json");
    let numbers = r#"{"ratio":0.5,"count":-3,"large":1e300}"#;
    let body = format!(r#"{{"custom_consumer_settings":{numbers}}}"#);
    let created = call(&vault, "POST", "/vault/sessions", json, &body);
    assert_eq!(created.status(), 200, "{:?}", created.body());
    let created: vault_sessions::SessionCreated = serde_json::from_slice(created.body()).unwrap();
    let claims = vault.verify(created.token()).unwrap();
    let kept = &claims.others()["custom_consumer_settings"];
    assert_eq!(kept["ratio"].as_f64(), Some(0.5));
    assert_eq!(kept["count"].as_i64(), Some(-3));

    let salesforce = "/vault/connections/crm/salesforce";
    let settings = r#"{"settings":{"ratio":0.5}}"#;
    let changed = call(&vault, "PATCH", salesforce, json, settings);
    let text = String::from_utf8_lossy(changed.body()).into_owned();
    assert!(text.contains(r#""ratio":0.5"#), "{text}");

    for (body, status) in [
        (r#"{"custom_consumer_settings":1.5}"#, 400),
        (r#"{"custom_consumer_settings":{"x":1e400}}"#, 400),
        (r#"{"custom_consumer_settings":{"x":1.50}}"#, 200),
    ] {
        let answer = call(&vault, "POST", "/vault/sessions", json, body);
        assert_eq!(answer.status(), status, "{body}");
    }
}

/// RFC 9110 §9.3.2, also where no HTTP server takes the body away.
#[tokio::test]
async fn the_answer_to_head_has_no_body_in_process() {
    let vault = vault();
    for (path, fault) in [
        ("/health", "ok"),
        ("/vault/sessions", "ok"),
        ("/nowhere", "ok"),
        ("/nowhere", "html=502; times=9"),
        ("/nowhere", "garbage; times=9"),
    ] {
        vault.faults().inject(fault.parse::<Script>().unwrap());
        let request = |method| Request::builder().method(method).uri(path);
        let get = vault.handle(request("GET").body(Bytes::new()).unwrap());
        let head = vault.handle(request("HEAD").body(Bytes::new()).unwrap());
        assert_eq!(head.status(), get.status(), "{path} {fault}");
        assert_eq!(head.body(), "", "{path} {fault}");
        let length = head.headers()["content-length"].to_str().unwrap();
        assert_eq!(length, get.body().len().to_string(), "{path} {fault}");
        let request = request("HEAD").body(Full::<Bytes>::default());
        let Ok(head) = vault.service().call(request.unwrap()).await else {
            assert!(fault.starts_with("garbage"));
            continue;
        };
        let body = head.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, "", "{path} {fault}");
    }
}

#[tokio::test]
async fn the_answer_to_head_has_no_broken_body_either() {
    let vault = vault();
    for fault in ["bad-chunk", "truncated-body", "content-length=short"] {
        vault.faults().inject(fault.parse::<Script>().unwrap());
        let mut stream = connect(&vault);
        let request = b"HEAD /nowhere HTTP/1.1\r\nhost: mock\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, "", "{fault}");
    }
}

#[tokio::test]
async fn what_an_injected_answer_must_not_have_is_left_out() {
    let vault = vault();
    let ask = async |method: &str, directive: &str| {
        let request = format!(
            "{method} /vault/connections HTTP/1.1\r\nhost: mock\r\n{CALLER}x-vault-mock: {directive}\r\n\r\n"
        );
        let mut stream = connect(&vault);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        answer.to_ascii_lowercase()
    };
    for method in ["GET", "HEAD"] {
        for directive in ["status=204", "html=204", "status=205", "status=304"] {
            let answer = ask(method, directive).await;
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            assert!(length.is_none_or(|length| length == "0"), "{answer}");
            assert!(length.is_none() || !directive.contains("204"), "{answer}");
            assert!(
                !head.contains("content-type") && body.is_empty(),
                "{answer}"
            );
        }
        let answer = ask(method, "bad-chunk").await;
        assert!(!answer.contains("content-length"), "{answer}");
        let answer = ask(method, "status=426").await;
        assert!(answer.contains("\nupgrade: http/2.0\r"), "{answer}");
        assert!(answer.contains("\nconnection: upgrade"), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_in_place_of_continue_says_that_the_connection_closes() {
    let request = "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\ncontent-length: 2\r\n\
        expect: 100-continue\r\nx-vault-mock: status=503\r\n\r\n";
    let head = head(&vault(), request).await;
    assert!(
        head.starts_with("http/1.1 503") && head.contains("connection: close"),
        "{head}"
    );
}
