//! Bad input on the wire: an answer or a close, bounded memory, and no harm to other clients.

#[path = "support/paused_time.rs"]
mod paused_time;
mod support;

use std::{fmt::Write, time::Duration};

use http::StatusCode;
use paused_time::{passed, running};
use support::{Way, connect, session_request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{sleep, timeout},
};
use vault_mock::{InProcessStream, Vault};

const HEAD: &str = "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer key\r\n\
    x-apideck-app-id: app\r\nx-apideck-consumer-id: consumer\r\ncontent-type: application/json\r\n";

const DAY: Duration = Duration::from_secs(86_400);

/// Sends bytes on a new connection, and reads until the mock closes it.
async fn exchange(vault: &Vault, request: impl AsRef<[u8]>) -> Vec<u8> {
    let mut stream = connect(vault);
    // The mock may refuse and close before it has read everything.
    let _ = stream.write_all(request.as_ref()).await;
    rest(&mut stream).await
}

async fn rest(stream: &mut InProcessStream) -> Vec<u8> {
    let mut answer = Vec::new();
    let read = timeout(DAY, stream.read_to_end(&mut answer)).await;
    read.expect("the mock closes the connection").unwrap();
    answer
}

fn status(answer: &[u8]) -> &str {
    let answer = std::str::from_utf8(answer).unwrap();
    let status = answer.strip_prefix("HTTP/1.1 ");
    status.and_then(|rest| rest.get(..3)).unwrap_or("none")
}

fn recorded(vault: &Vault) -> Option<StatusCode> {
    vault.journal().last()?.status()
}

async fn assert_serves_others(vault: &Vault) {
    let way = Way::InProcess(vault.clone());
    let response = way.send(session_request(vault)).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn whoever_never_ends_the_headers_is_closed() {
    let vault = running();
    let mut slow = connect(&vault);
    slow.write_all(HEAD.as_bytes()).await.unwrap();
    let mut sent = 0;
    while slow.write_all(b"a: b\r\n").await.is_ok() {
        sent += 1;
        assert!(sent < 100, "the mock waits without end");
        sleep(Duration::from_secs(1)).await;
        assert_serves_others(&vault).await;
    }
    assert_eq!(passed(&vault), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn whoever_never_ends_the_body_is_refused() {
    let vault = running();
    let mut slow = connect(&vault);
    let head = format!("{HEAD}content-length: 1000\r\n\r\n");
    slow.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..29 {
        slow.write_all(b" ").await.unwrap();
        sleep(Duration::from_secs(1)).await;
    }
    let answer = rest(&mut slow).await;
    assert_eq!(status(&answer), "400");
    assert!(String::from_utf8_lossy(&answer).contains("The body did not come in time"));
    assert_eq!(passed(&vault), Duration::from_secs(30));
    assert_serves_others(&vault).await;
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_closed() {
    let vault = running();
    assert_eq!(rest(&mut connect(&vault)).await, b"");
    assert_eq!(passed(&vault), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn headers_without_end_are_refused_before_they_fill_the_memory() {
    let vault = running();
    let many = format!("{HEAD}{}\r\n", "a: b\r\n".repeat(100_000));
    assert_eq!(status(&exchange(&vault, many).await), "431");
    let long = format!("{HEAD}a: {}\r\n\r\n", "b".repeat(1_000_000));
    assert_eq!(status(&exchange(&vault, long).await), "431");
    let path = format!(
        "GET /{} HTTP/1.1\r\nhost: mock\r\n\r\n",
        "a".repeat(1_000_000)
    );
    assert!(["414", "431"].contains(&status(&exchange(&vault, path).await)));
    // No request has arrived, but something has.
    assert!(vault.journal().is_empty());
    let metrics = http::Request::get("/__vault_mock/metrics").body("".into());
    let metrics = vault.handle(metrics.unwrap()).into_body();
    let metrics = str::from_utf8(&metrics).unwrap();
    assert!(metrics.contains("vault_mock_requests_total{outcome=\"unreadable\"} 3"));

    let mut stream = connect(&vault);
    let mut taken = 0;
    while stream.write_all(&[b'a'; 1024]).await.is_ok() {
        taken += 1024;
    }
    assert!(taken <= 256 * 1024, "{taken} bytes of a head");
    assert_serves_others(&vault).await;
}

#[tokio::test(start_paused = true)]
async fn a_gigabyte_is_refused_when_it_is_announced() {
    let vault = running();
    // It may begin to come all the same.
    for sent in [0, 2_000_000] {
        let body = " ".repeat(sent);
        let request = format!("{HEAD}content-length: 1000000000\r\n\r\n{body}");
        let answer = exchange(&vault, request).await;
        assert_eq!(status(&answer), "413");
        assert_eq!(recorded(&vault).unwrap(), 413);
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
    let head = format!("{HEAD}content-length: 99999999999999999999999999\r\n\r\n");
    assert_eq!(status(&exchange(&vault, head).await), "400");
    // Nobody had to wait for a body that does not come.
    assert_eq!(passed(&vault), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn chunks_without_end_are_refused_at_the_limit() {
    let vault = running();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
    let head = format!("{HEAD}transfer-encoding: chunked\r\n\r\n");
    let mut stream = connect(&vault);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut taken = 0;
    while stream.write_all(chunk.as_bytes()).await.is_ok() {
        taken += chunk.len();
    }
    assert!(taken <= 2 * 1024 * 1024, "{taken} bytes of a body");
    assert_eq!(status(&rest(&mut stream).await), "413");
    assert_eq!(recorded(&vault).unwrap(), 413);
    for broken in [
        "zz\r\n{}\r\n",
        "ffffffffffffffffff\r\n",
        "-1\r\n",
        "2;a\rb\r\n{}\r\n",
        "1\r\n{}\r\n",
    ] {
        let answer = exchange(&vault, format!("{head}{broken}0\r\n\r\n")).await;
        assert_eq!(status(&answer), "400", "{broken:?}");
    }
    let endless = format!("{head}2;{}", "a".repeat(1_000_000));
    assert_eq!(status(&exchange(&vault, endless).await), "400");
    assert_serves_others(&vault).await;
}

#[tokio::test(start_paused = true)]
async fn pipelined_requests_are_answered_in_order() {
    let vault = running();
    let mut requests = String::new();
    for number in 0..100 {
        write!(requests, "GET /{number} HTTP/1.1\r\nhost: mock\r\n\r\n").unwrap();
    }
    requests += "GET /last HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n";
    let answers = String::from_utf8(exchange(&vault, requests).await).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 404 ").count(), 101);
    let mut at = 0;
    for number in 0..100 {
        let path = format!("'/{number}'");
        at += answers[at..].find(&path).expect("the answers are in order");
    }
}

/// Whoever sends and never reads must not make the mock keep the answers.
#[tokio::test(start_paused = true)]
async fn whoever_does_not_read_is_not_read_either_and_not_kept_for_ever() {
    let vault = running();
    let mut stream = connect(&vault);
    let request = format!("{HEAD}content-length: 2\r\n\r\n{{}}");
    let mut taken = 0;
    while matches!(
        timeout(DAY, stream.write_all(request.as_bytes())).await,
        Ok(Ok(()))
    ) {
        taken += request.len();
        assert!(taken < 10_000_000, "the mock reads on");
    }
    assert!(vault.journal().requests().len() < 1_000);
    assert_eq!(passed(&vault), Duration::from_secs(30));
    assert_serves_others(&vault).await;
}

#[tokio::test(start_paused = true)]
async fn a_request_cannot_hide_another_one() {
    let vault = running();
    let hidden = "GET /hidden HTTP/1.1\r\nhost: mock\r\n\r\n";
    for framing in [
        "content-length: 2\r\ncontent-length: 3",
        "content-length: 2, 3",
        "content-length: +2",
        "content-length: 0x2",
        "content-length: 2\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 2",
        "transfer-encoding: xchunked",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: identity",
        "transfer-encoding : chunked",
        "transfer-encoding:\x0bchunked",
        "content-length\0: 2",
        " content-length: 2",
        "x: y\r\n content-length: 2",
    ] {
        let request = format!("{HEAD}{framing}\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{hidden}");
        let answer = exchange(&vault, &request).await;
        let paths: Vec<_> = vault
            .journal()
            .requests()
            .into_iter()
            .map(|one| one.path().into_owned())
            .collect();
        assert!(!paths.contains(&"/hidden".to_owned()), "{framing:?}");
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.matches("HTTP/1.1 ").count() <= 1,
            "{framing:?}: {answer}"
        );
        // Chunks go before a length (RFC 9112 §6.3); everything else here is broken.
        let is_whole = framing.contains("length") && framing.contains("chunked");
        let expected = if is_whole { "200" } else { "400" };
        assert_eq!(status(answer.as_bytes()), expected, "{framing:?}");
    }
    assert_serves_others(&vault).await;
}

#[tokio::test(start_paused = true)]
async fn other_protocols_are_refused() {
    let vault = running();
    for request in [
        "GET /\r\n\r\n",
        "GET / HTTP/0.9\r\n\r\n",
        "GET / HTTP/3.0\r\n\r\n",
        "\x16\x03\x01\x02\0\x01\0\x01\r\n\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ] {
        let answer = exchange(&vault, request).await;
        assert!(["400", "none"].contains(&status(&answer)), "{request:?}");
        // The time of this machine is none of the mock's.
        let answer = String::from_utf8_lossy(&answer);
        assert!(!answer.to_lowercase().contains("\r\ndate:"), "{answer}");
    }
    assert_serves_others(&vault).await;
}

/// A client of HTTP/2 on a plain port learns that it must speak HTTP/1.1.
#[tokio::test(start_paused = true)]
async fn http2_is_refused_in_its_own_words() {
    let answer = exchange(
        &running(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    )
    .await;
    let (settings, goaway) = answer.split_at(9);
    assert_eq!(settings, [0, 0, 0, 4, 0, 0, 0, 0, 0]);
    assert_eq!(goaway[..9], [0, 0, 8, 7, 0, 0, 0, 0, 0]);
    // No stream was served, and HTTP_1_1_REQUIRED.
    assert_eq!(goaway[9..], [0, 0, 0, 0, 0, 0, 0, 0xd]);
}

#[tokio::test(start_paused = true)]
async fn only_the_path_itself_is_the_path() {
    let vault = running();
    for path in [
        "//vault/sessions",
        "/vault//sessions",
        "/vault/sessions/",
        "/vault/./sessions",
        "/vault/x/../sessions",
        "/%2e%2e/vault/sessions",
        "/vault/%73essions",
        "/vault%2fsessions",
        "/vault/sessions%00",
        "/VAULT/sessions",
        "/vault\\sessions",
        "/vault/sessions;a=b",
        "/vault/sess\u{ef}ons",
        "vault/sessions",
        "*",
    ] {
        let head = HEAD.replace("/vault/sessions", path);
        let request = format!("{head}connection: close\r\ncontent-length: 2\r\n\r\n{{}}");
        let answer = exchange(&vault, request).await;
        assert!(
            ["400", "404"].contains(&status(&answer)),
            "{path:?}: {}",
            status(&answer)
        );
    }
    for path in [
        "/vault/sess\0ions",
        "/vault/sess\x01ions",
        "/vault sessions",
        "",
    ] {
        let head = HEAD.replace("/vault/sessions", path);
        let answer = exchange(&vault, format!("{head}content-length: 2\r\n\r\n{{}}")).await;
        assert_eq!(status(&answer), "400", "{path:?}");
    }
    let absolute = HEAD.replace("/vault/sessions", "http://mock/vault/sessions?a=b#c");
    let request = format!("{absolute}connection: close\r\ncontent-length: 2\r\n\r\n{{}}");
    // A server must take the absolute form (RFC 9112 §3.2.2).
    assert_eq!(status(&exchange(&vault, request).await), "200");
    assert_serves_others(&vault).await;
}

#[tokio::test(start_paused = true)]
async fn a_nul_in_a_header_is_refused() {
    let vault = running();
    for header in [
        "x: a\0b",
        "x\0: a",
        "x-apideck-app-id: a\0",
        "x: a\rb",
        "x: a\x7fb",
    ] {
        let answer = exchange(&vault, format!("{HEAD}{header}\r\n\r\n")).await;
        assert_eq!(status(&answer), "400", "{header:?}");
    }
    assert_serves_others(&vault).await;
}
