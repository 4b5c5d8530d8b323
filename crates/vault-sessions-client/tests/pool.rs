//! The pool: unused connections end when they should, and no more are kept than asked for.

mod support;

use std::time::Duration;

use support::{builder_at, created, listen, read_request, request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};
use vault_sessions_client::RetryPolicy;

async fn answer(stream: &mut TcpStream) {
    read_request(stream).await;
    stream.write_all(created().as_bytes()).await.unwrap();
}

async fn ended(stream: &mut TcpStream) {
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_unused_connection_ends_after_the_idle_timeout() {
    for timeout in [Duration::from_secs(2), Duration::from_secs(50)] {
        let (listener, port) = listen().await;
        let client = builder_at(port).pool_idle_timeout(timeout).build().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            answer(&mut stream).await;
            let idle_from = sleep(Duration::ZERO).deadline();
            ended(&mut stream).await;
            sleep(Duration::ZERO).deadline() - idle_from
        });
        client.create_session(&request()).await.unwrap();
        // The pool looks once in every timeout.
        let idle = server.await.unwrap();
        assert!(timeout <= idle && idle <= 2 * timeout, "{idle:?}");
    }
}

#[tokio::test]
async fn no_more_connections_are_kept_than_asked_for() {
    let (listener, port) = listen().await;
    let client = builder_at(port).pool_max_idle(1).build().unwrap();
    let calls = [(); 3].map(|()| {
        let client = client.clone();
        tokio::spawn(async move { client.create_session(&request()).await })
    });
    let mut streams = Vec::new();
    for _ in 0..3 {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        streams.push(stream);
    }
    for stream in &mut streams {
        stream.write_all(created().as_bytes()).await.unwrap();
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let mut closed = tokio::task::JoinSet::new();
    for mut stream in streams {
        closed.spawn(async move { ended(&mut stream).await });
    }
    closed.join_next().await.unwrap().unwrap();
    closed.join_next().await.unwrap().unwrap();
    // The third is still there, until the pool goes.
    assert!(closed.try_join_next().is_none());
    drop(client);
    closed.join_next().await.unwrap().unwrap();
}

#[tokio::test]
async fn without_room_for_idle_connections_every_call_makes_its_own() {
    let (listener, port) = listen().await;
    let client = builder_at(port).pool_max_idle(0).build().unwrap();
    let server = tokio::spawn(async move {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            answer(&mut stream).await;
            ended(&mut stream).await;
        }
    });
    for _ in 0..2 {
        client.create_session(&request()).await.unwrap();
    }
    server.await.unwrap();
}

/// RFC 9110 §15.5.20: to be tried again "over a different connection".
#[tokio::test]
async fn a_misdirected_request_is_sent_again_over_another_connection() {
    let (listener, port) = listen().await;
    let client = builder_at(port)
        .retry(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap();
    let server = tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        read_request(&mut first).await;
        let misdirected = b"HTTP/1.1 421 Misdirected Request\r\ncontent-length: 0\r\n\r\n";
        first.write_all(misdirected).await.unwrap();
        // The first stays open: that it is left is the client's own doing.
        let (mut second, _) = listener.accept().await.unwrap();
        for _ in 0..2 {
            answer(&mut second).await;
        }
        ended(&mut first).await;
    });
    let session = client.create_session(&request()).await.unwrap();
    assert_eq!(session.attempts(), 2);
    client.create_session(&request()).await.unwrap();
    server.await.unwrap();
}
