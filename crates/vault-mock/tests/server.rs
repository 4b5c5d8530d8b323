//! The server on a socket: framing, limits, stopping.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use vault_mock::VaultServer;
use vault_sessions::ApiKey;

const HEAD: &str = "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer key\r\n\
    x-apideck-app-id: app\r\nx-apideck-consumer-id: consumer\r\ncontent-type: application/json\r\n";

async fn start() -> VaultServer {
    let key = ApiKey::new("key").unwrap();
    VaultServer::builder().api_key(key).start().await.unwrap()
}

/// Sends bytes, then reads until the server closes or has sent one whole answer.
async fn exchange(address: SocketAddr, request: &[u8]) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let (mut reader, mut writer) = stream.split();
    // The server may refuse and close before it has read everything.
    let _ = writer.write_all(request).await;
    let mut answer = Vec::new();
    while reader.read_buf(&mut answer).await? > 0 {
        if is_whole(&answer) {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.to_ascii_lowercase();
    let length = length
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    length.is_some_and(|length| body.len() >= length.parse().unwrap())
}

#[tokio::test]
async fn answers_on_a_socket_and_keeps_the_connection() {
    let vault = start().await;
    let mut stream = TcpStream::connect(vault.address()).await.unwrap();
    for _ in 0..2 {
        let request = format!("{HEAD}content-length: 2\r\n\r\n{{}}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !is_whole(&answer) {
            assert!(stream.read_buf(&mut answer).await.unwrap() > 0);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}

#[tokio::test]
async fn a_body_without_end_is_refused_at_the_limit() {
    let vault = start().await;
    let announced = format!(
        "{HEAD}content-length: 1000000000\r\n\r\n{}",
        " ".repeat(2_000_000)
    );
    let chunk = format!("100000\r\n{}\r\n", " ".repeat(0x10_0000));
    let chunked = format!(
        "{HEAD}transfer-encoding: chunked\r\n\r\n{}",
        chunk.repeat(2)
    );
    for request in [announced, chunked] {
        // The refusal comes while the client still sends; it may meet the reset first.
        match exchange(vault.address(), request.as_bytes()).await {
            Ok(answer) => assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}"),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset),
        }
        assert_eq!(vault.journal().last().unwrap().status().unwrap(), 413);
    }
}

#[tokio::test]
async fn broken_requests_get_an_answer_or_a_close_and_hurt_nobody() {
    let vault = start().await;
    let many_headers = format!("{HEAD}{}\r\n", "a: b\r\n".repeat(100_000));
    let requests = [
        "GET / HTTP/0.9\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
        format!("{HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\n{{}}"),
        format!("{HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n"),
        format!("{HEAD}x: a\0b\r\n\r\n"),
        many_headers,
    ];
    for request in requests {
        if let Ok(answer) = exchange(vault.address(), request.as_bytes()).await {
            let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
            assert!(refused, "{request:.60} => {answer}");
        }
    }
    let good = format!("{HEAD}content-length: 2\r\n\r\n{{}}");
    let answer = exchange(vault.address(), good.as_bytes()).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn shutdown_lets_a_request_in_flight_finish() {
    let vault = start().await;
    let mut stream = TcpStream::connect(vault.address()).await.unwrap();
    let first_half = format!("{HEAD}content-length: 2\r\nexpect: 100-continue\r\n\r\n");
    stream.write_all(first_half.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // The interim answer shows that the request is in flight.
    while !answer.ends_with(b"\r\n\r\n") {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0);
    }
    assert!(answer.starts_with(b"HTTP/1.1 100 "));
    let address = vault.address();
    let shutdown = tokio::spawn(vault.shutdown(Duration::from_secs(60)));
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(b"{}").await.unwrap();
    answer.clear();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(shutdown.await.unwrap());
}

#[tokio::test]
async fn shutdown_cuts_off_at_the_deadline() {
    let vault = start().await;
    let mut stream = TcpStream::connect(vault.address()).await.unwrap();
    stream
        .write_all(format!("{HEAD}content-length: 2\r\nexpect: 100-continue\r\n\r\n").as_bytes())
        .await
        .unwrap();
    assert!(stream.read_u8().await.is_ok());
    assert!(!vault.shutdown(Duration::ZERO).await);
}

#[tokio::test]
async fn a_dropped_mock_closes_its_connections() {
    let vault = start().await;
    let mut stream = TcpStream::connect(vault.address()).await.unwrap();
    let request = format!("{HEAD}content-length: 2\r\n\r\n{{}}");
    stream.write_all(request.as_bytes()).await.unwrap();
    assert!(stream.read_u8().await.is_ok());
    drop(vault);
    let mut rest = Vec::new();
    // Ends only when the other side closes.
    let _ = stream.read_to_end(&mut rest).await;
}

/// A blocking client inside a current-thread runtime: the mock must not need the caller's thread.
#[tokio::test(flavor = "current_thread")]
async fn a_blocking_mock_answers_while_the_caller_blocks() {
    use std::io::{Read, Write};

    let vault = VaultServer::start_blocking();
    let mut stream = std::net::TcpStream::connect(&vault.uri()["http://".len()..]).unwrap();
    stream
        .write_all(b"GET /health HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(vault.shutdown(Duration::from_secs(60)));
}

#[test]
fn a_dropped_blocking_mock_refuses_connections() {
    let vault = VaultServer::start_blocking();
    let address = vault.uri()["http://".len()..].to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    drop(vault);
    assert!(std::net::TcpStream::connect(&address).is_err());
}
