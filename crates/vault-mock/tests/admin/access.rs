use std::net::SocketAddr;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use vault_mock::{AdminAccess, BaseUri, Peer, Vault, VaultServer};
use vault_sessions::{ApiKey, AppId};

use crate::{get, json, refused, request, vault};

const LOOPBACK: &str = "127.0.0.1:49152";
const OUTSIDE: &str = "203.0.113.7:49152";

fn with_token() -> Vault {
    let token = AdminAccess::token(ApiKey::new("TOKEN").unwrap());
    Vault::builder().admin(token).build()
}

/// The status that a call from `peer` gets; `headers` may replace `host`.
fn status(vault: &Vault, peer: &str, headers: &[(&'static str, &'static str)]) -> StatusCode {
    let mut request = Request::get("/__vault_mock/clock")
        .header("host", "localhost:8080")
        .extension(Peer(peer.parse::<SocketAddr>().unwrap()))
        .body(Bytes::new())
        .unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    vault.handle(request).status()
}

#[test]
fn only_callers_on_this_machine_may_call_without_a_token() {
    let vault = vault();
    for peer in [LOOPBACK, "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
        assert_eq!(status(&vault, peer, &[]), 200, "{peer}");
    }
    for peer in [
        OUTSIDE,
        "10.0.0.2:1",
        "[2001:db8::1]:1",
        "[::ffff:10.0.0.2]:1",
        "0.0.0.0:1",
    ] {
        assert_eq!(status(&vault, peer, &[]), 403, "{peer}");
    }
}

#[test]
fn what_a_proxy_passed_on_did_not_come_from_this_machine() {
    for header in [
        "forwarded",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
        "cf-connecting-ip",
    ] {
        assert_eq!(
            status(&vault(), LOOPBACK, &[(header, "x")]),
            403,
            "{header}"
        );
    }
}

#[test]
fn a_name_that_was_rebound_to_this_machine_is_refused() {
    let vault = vault();
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.:1",
        "[::1]:8080",
        "192.0.2.1:80",
    ] {
        assert_eq!(status(&vault, LOOPBACK, &[("host", host)]), 200, "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8080",
        "a b",
        "",
    ] {
        assert_eq!(status(&vault, LOOPBACK, &[("host", host)]), 403, "{host}");
    }
    let named = AdminAccess::loopback().host("vault.test".parse().unwrap());
    let vault = Vault::builder().admin(named).build();
    assert_eq!(
        status(&vault, LOOPBACK, &[("host", "Vault.Test:8080")]),
        200
    );
    assert_eq!(status(&vault, LOOPBACK, &[("host", "other.test")]), 403);
}

/// Whichever of several names a proxy or a browser has meant, each must be one of this machine.
#[test]
fn the_target_and_every_host_count() {
    for (target, hosts) in [
        ("http://evil.example", ["localhost"].as_slice()),
        ("http://localhost", &["evil.example"]),
        ("", &["localhost", "evil.example"]),
        ("", &["evil.example", "localhost"]),
    ] {
        let mut request = Request::get(format!("{target}/__vault_mock/clock"));
        for host in hosts {
            request = request.header("host", *host);
        }
        let response = vault().handle(request.body(Bytes::new()).unwrap());
        refused(&response, 403);
    }
}

#[test]
fn web_pages_of_other_origins_are_refused() {
    for vault in [vault(), with_token()] {
        for headers in [
            ("origin", "https://evil.example"),
            ("origin", "http://localhost:8081"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let token = ("x-vault-mock-token", "TOKEN");
            let status = status(&vault, LOOPBACK, &[headers, token]);
            assert_eq!(status, 403, "{headers:?}");
        }
    }
    let twice = request(Method::GET, "/clock")
        .header("origin", "http://127.0.0.1:8080")
        .header("origin", "https://evil.example");
    refused(&vault().handle(twice.body(Bytes::new()).unwrap()), 403);
    let own_page = [
        ("origin", "http://localhost:8080"),
        ("origin", "HTTP://LOCALHOST:08080"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(status(&vault(), LOOPBACK, &own_page), 200);
}

#[test]
fn with_a_token_it_is_asked_of_everybody_and_enough() {
    let vault = with_token();
    for peer in [LOOPBACK, OUTSIDE] {
        assert_eq!(status(&vault, peer, &[]), 401);
        for (name, value) in [
            ("authorization", "Bearer token"),
            ("authorization", "Bearer TOKENS"),
            ("authorization", "Bearer "),
            ("authorization", "Basic TOKEN"),
            ("x-vault-mock-token", "TOKE"),
        ] {
            assert_eq!(status(&vault, peer, &[(name, value)]), 401, "{value}");
        }
        for headers in [
            [
                ("authorization", "Bearer TOKEN"),
                ("host", "vault-mock:8080"),
            ],
            [
                ("authorization", "bearer TOKEN"),
                ("host", "vault-mock:8080"),
            ],
            [("x-vault-mock-token", "TOKEN"), ("host", "vault-mock:8080")],
        ] {
            assert_eq!(status(&vault, peer, &headers), 200, "{headers:?}");
        }
    }
    let refusal = get(&vault, "/clock");
    refused(&refusal, 401);
    assert_eq!(
        refusal.headers()["www-authenticate"],
        "Bearer realm=\"vault-mock admin\""
    );
    assert!(!format!("{vault:?}").contains("TOKEN"));
}

#[test]
fn health_answers_everybody() {
    for vault in [vault(), with_token()] {
        for path in ["/health", "/ready"] {
            let outside = Peer(OUTSIDE.parse().unwrap());
            let request = request(Method::GET, path).extension(outside);
            let response = vault.handle(request.body(Bytes::new()).unwrap());
            assert_eq!(response.status(), 200);
            assert_eq!(json(&response)["status"], "ok");
        }
    }
}

#[test]
fn switched_off_it_is_not_there() {
    let vault = Vault::builder().admin(AdminAccess::off()).build();
    let response = get(&vault, "/clock");
    assert_eq!(response.status(), 404);
    assert_eq!(json(&response)["type_name"], "EntityNotFoundError");
}

/// The server tells who calls: a caller that reached the mock by another address than loopback is
/// refused. A machine without any other address has no such callers.
#[tokio::test]
async fn the_server_hands_on_the_address_of_the_peer() {
    let any = SocketAddr::from(([0, 0, 0, 0], 0));
    let builder = VaultServer::builder().address(any);
    let builder = builder.admin(AdminAccess::loopback());
    let vault = builder.start().await.unwrap();
    let port = vault.address().port();
    let own = std::net::UdpSocket::bind(any).and_then(|socket| {
        socket
            .connect("192.0.2.1:9")
            .and_then(|()| socket.local_addr())
    });
    let own = own.map(|address| address.ip()).ok();
    let addresses = [Some(([127, 0, 0, 1]).into()), own];
    for (address, expected) in addresses.into_iter().zip(["200", "403"]) {
        let Some(address) = address else { continue };
        let mut stream = TcpStream::connect((address, port)).await.unwrap();
        let request =
            "GET /__vault_mock/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {expected} ")),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_server_that_others_can_reach_generates_a_token_unless_it_is_told_who_may() {
    let base = || BaseUri::new("https://vault.test").unwrap();
    let local = VaultServer::builder().start().await.unwrap();
    assert_eq!(local.admin_token(), None);
    let told = VaultServer::builder().public_base(base());
    let told = told.admin(AdminAccess::loopback()).start().await.unwrap();
    assert_eq!(told.admin_token(), None);
    assert_eq!(status(&told, LOOPBACK, &[]), 200);

    let everywhere = VaultServer::builder().address(([0, 0, 0, 0], 0));
    for builder in [
        everywhere,
        VaultServer::builder().public_base(base()),
        VaultServer::builder().api_base(base()),
    ] {
        let vault = builder.start().await.unwrap();
        let token = vault.admin_token().unwrap().expose_secret().to_owned();
        assert_eq!(status(&vault, LOOPBACK, &[]), 401);
        let header: &'static str = format!("Bearer {token}").leak();
        assert_eq!(status(&vault, OUTSIDE, &[("authorization", header)]), 200);
        // What is called in process needs no token, and a tenant asks for the same one.
        assert_eq!(get(&vault, "/clock").status(), 200);
        let shop = vault.add_tenant(AppId::from_static("shop"), Vault::builder());
        assert_eq!(shop.admin_token(), vault.admin_token());
    }
}
