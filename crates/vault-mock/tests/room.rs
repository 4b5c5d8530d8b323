//! The memory that requests in flight may take together.

mod support;

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use support::{send, session_request, whole_body};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::yield_now,
};
use vault_mock::{Outcome, VaultServer, fault::Fault};

const MIB: usize = 1024 * 1024;

const HEAD: &str = "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\n";

/// Begins a request whose body is 1 MiB, less a byte that does not come.
async fn begin(mock: &VaultServer, consumer: usize) -> TcpStream {
    let mut stream = TcpStream::connect(mock.address()).await.unwrap();
    let head = format!("{HEAD}x-apideck-consumer-id: {consumer}\r\ncontent-length: {MIB}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // Who is refused cannot send all of it.
    let _ = stream.write_all(&vec![b' '; MIB - 1]).await;
    stream
}

#[tokio::test]
async fn bodies_that_do_not_end_leave_no_room_but_for_health() {
    let mock = VaultServer::start().await;
    let mut unfinished = Vec::new();
    for consumer in 0..70 {
        unfinished.push(begin(&mock, consumer).await);
    }
    let refused = loop {
        let requests = mock.journal().requests();
        let mut refused = requests.iter().filter(|entry| entry.status().is_some());
        if let Some(refused) = refused.next() {
            break refused.consumer_id().unwrap().parse::<usize>().unwrap();
        }
        yield_now().await;
    };
    let mut answer = String::new();
    unfinished[refused]
        .read_to_string(&mut answer)
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 1\r\n"), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");

    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let health = Request::get("/health").header("host", "mock");
    let health = health.body(Full::default()).unwrap();
    assert_eq!(send(stream, health).await.unwrap().status(), 200);

    // What the others have taken comes back when they leave.
    drop(unfinished);
    while mock.journal().in_flight() > 0 {
        yield_now().await;
    }
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let answer = send(stream, session_request(&mock)).await.unwrap();
    assert_eq!(answer.status(), 200);
}

/// Each piece of a body comes in memory that may be much larger than it.
#[tokio::test]
async fn a_body_in_the_smallest_pieces_arrives_whole() {
    let mock = VaultServer::start().await;
    let body = r#"{"settings":{"session_length":"30m"}}"#;
    let key = mock.api_key().expose_secret();
    let head = format!(
        "{HEAD}authorization: Bearer {key}\r\nx-apideck-app-id: app\r\nx-apideck-consumer-id: c\r\n\
         content-type: application/json\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let chunks = body.chars().map(|byte| format!("1\r\n{byte}\r\n"));
    let request = head + &chunks.collect::<String>() + "0\r\nx-trailer: 1\r\n\r\n";
    let mut stream = TcpStream::connect(mock.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(mock.journal().last().unwrap().body(), body.as_bytes());
}

/// A body that is as large as the limit, and a head that is, find their room and give it back.
#[tokio::test]
async fn room_is_given_back_after_each_request() {
    let mock = VaultServer::start().await;
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for round in 0..80 {
        let request = Request::post("/vault/sessions").header("host", "mock");
        let request = request.header("x-long", "x".repeat(50_000));
        let body = Full::new(Bytes::from(vec![b' '; MIB]));
        let answer = sender
            .send_request(request.body(body).unwrap())
            .await
            .unwrap();
        assert_eq!(answer.status(), 401, "{round}");
        whole_body(answer).await.unwrap();
    }
}

/// Whoever holds room for longest has to leave when there is none: a hang does not last for ever then.
#[tokio::test]
async fn a_hang_yields_its_room_to_others() {
    let mock = VaultServer::start().await;
    mock.faults().inject(Fault::hang().times(1));
    let mut hung = TcpStream::connect(mock.address()).await.unwrap();
    let head = format!("{HEAD}\r\n");
    hung.write_all(head.as_bytes()).await.unwrap();
    while mock.journal().is_empty() {
        yield_now().await;
    }
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(2)).await;
    let mut unfinished = Vec::new();
    for consumer in 0..70 {
        unfinished.push(begin(&mock, consumer).await);
    }
    let mut end = Vec::new();
    let _ = hung.read_to_end(&mut end).await;
    assert!(end.is_empty());
    let outcome = mock.journal().requests()[0].outcome();
    assert!(matches!(outcome, Outcome::FaultInjected(_)), "{outcome:?}");
}

#[tokio::test]
async fn long_answers_that_nobody_reads_are_sent_when_somebody_does() {
    let mock = VaultServer::start().await;
    let text = "x".repeat(60_000);
    let fault = format!("status=200; body=\"{text}\"");
    mock.faults().inject(fault.parse::<Fault>().unwrap());
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let answer = send(stream, session_request(&mock)).await.unwrap();
    assert_eq!(whole_body(answer).await.unwrap(), text);
}
