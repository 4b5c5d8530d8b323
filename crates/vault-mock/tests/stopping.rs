//! The end of a mock: nothing reaches the next one, drops are quiet, and shutdown has a deadline.

mod support;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, SystemTime},
};

use support::{Way, send, session_request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::yield_now,
};
use vault_mock::{Clock, VaultServer, fault::Fault};
use vault_sessions::ApiKey;

const LATE: &[u8] = b"GET /late HTTP/1.1\r\nhost: mock\r\n\r\n";

/// Starts a mock on the port of one that was dropped a moment ago.
async fn start_again_at(address: SocketAddr) -> VaultServer {
    loop {
        match VaultServer::builder().address(address).start().await {
            Ok(mock) => return mock,
            // The dropped one goes when the runtime gets to it.
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_late_request_never_reaches_the_next_mock_on_the_same_port() {
    let first = VaultServer::start().await;
    let address = first.address();
    // One connection that was in use, and one that the mock has not even accepted.
    let mut used = TcpStream::connect(address).unwrap();
    used.write_all(b"GET /early HTTP/1.1\r\nhost: mock\r\n\r\n")
        .unwrap();
    let journal = || first.journal().requests().len();
    while journal() == 0 {
        yield_now().await;
    }
    let mut waiting = TcpStream::connect(address).unwrap();
    waiting.write_all(LATE).unwrap();
    drop(first);

    let next = start_again_at(address).await;
    let _ = used.write_all(LATE);
    for mut stream in [used, waiting] {
        let mut rest = Vec::new();
        // Ends only when the connection is closed, or reset.
        let _ = stream.read_to_end(&mut rest);
        assert!(!String::from_utf8_lossy(&rest).contains("late"));
    }
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    assert_eq!(
        send(stream, session_request(&next)).await.unwrap().status(),
        200
    );
    let paths: Vec<_> = next
        .journal()
        .requests()
        .into_iter()
        .map(|one| one.path().into_owned())
        .collect();
    assert_eq!(paths, ["/vault/sessions"]);
}

#[test]
fn a_late_request_never_reaches_the_next_mock_on_its_own_thread() {
    let first = VaultServer::start_blocking();
    let address: SocketAddr = first.uri()["http://".len()..].parse().unwrap();
    let mut late = TcpStream::connect(address).unwrap();
    drop(first);
    // A dropped mock on a thread of its own is gone at once, its port too.
    assert!(TcpStream::connect(address).is_err());
    let next = VaultServer::builder()
        .address(address)
        .start_blocking()
        .unwrap();
    let _ = late.write_all(LATE);
    let mut rest = Vec::new();
    let _ = late.read_to_end(&mut rest);
    assert_eq!(rest, b"");
    assert!(next.journal().last().is_none());
}

/// A blocking client inside a current-thread runtime: the mock must not need the caller's thread.
#[tokio::test(flavor = "current_thread")]
async fn a_mock_on_its_own_thread_answers_and_stops_while_the_caller_blocks() {
    let mock = VaultServer::start_blocking();
    let mut stream = TcpStream::connect(&mock.uri()["http://".len()..]).unwrap();
    stream
        .write_all(b"GET /health HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(mock.shutdown(Duration::from_secs(60)));
}

#[test]
fn a_drop_is_quiet_while_a_test_fails() {
    let failing = std::panic::catch_unwind(|| {
        let _mock = VaultServer::start_blocking();
        panic!("on purpose");
    });
    assert_eq!(failing.unwrap_err().downcast_ref(), Some(&"on purpose"));
}

#[test]
fn a_mock_may_outlive_its_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mock = runtime.block_on(VaultServer::start());
    drop(runtime);
    assert!(TcpStream::connect(mock.address()).is_err());
    drop(mock);
}

#[tokio::test]
async fn shutdown_lets_a_request_in_flight_finish() {
    let key = ApiKey::new("key").unwrap();
    let mock = VaultServer::builder().api_key(key).start().await.unwrap();
    let address = mock.address();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = "POST /vault/sessions HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer key\r\n\
        x-apideck-app-id: app\r\nx-apideck-consumer-id: consumer\r\n\
        content-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // The interim answer shows that the request is in flight.
    while !answer.ends_with(b"\r\n\r\n") {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0);
    }
    assert!(answer.starts_with(b"HTTP/1.1 100 "));
    let shutdown = tokio::spawn(mock.shutdown(Duration::from_secs(60)));
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        yield_now().await;
    }
    stream.write_all(b"{}").await.unwrap();
    answer.clear();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(shutdown.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn shutdown_waits_for_a_delayed_answer() {
    let clock = Clock::running_from(SystemTime::UNIX_EPOCH);
    let mock = VaultServer::builder().clock(clock).start().await.unwrap();
    mock.faults().inject(Fault::delay(Duration::from_secs(30)));
    let answer = in_flight(&mock).await;
    assert!(mock.shutdown(Duration::from_secs(60)).await);
    assert_eq!(answer.await.unwrap(), Some(200));
}

#[tokio::test(start_paused = true)]
async fn shutdown_does_not_wait_longer_than_its_deadline() {
    for deadline in [Duration::ZERO, Duration::from_secs(60)] {
        // Nobody advances the clock, so the delay has no end.
        let mock = VaultServer::start().await;
        let delay = Fault::delay(Duration::from_secs(30)).by_clock();
        mock.faults().inject(delay);
        let answer = in_flight(&mock).await;
        let stopwatch = Clock::running_from(SystemTime::UNIX_EPOCH);
        assert!(!mock.shutdown(deadline).await);
        assert_eq!(stopwatch.now(), SystemTime::UNIX_EPOCH + deadline);
        assert_eq!(answer.await.unwrap(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn shutdown_ends_what_would_hang_for_ever() {
    let mock = VaultServer::start().await;
    mock.faults().inject(Fault::hang());
    let answer = in_flight(&mock).await;
    assert!(mock.shutdown(Duration::from_secs(60)).await);
    assert_eq!(answer.await.unwrap(), None);
}

/// Sends the session call, and returns when the mock has it; the task ends with the status, if any.
async fn in_flight(mock: &VaultServer) -> tokio::task::JoinHandle<Option<u16>> {
    let stream = tokio::net::TcpStream::connect(mock.address())
        .await
        .unwrap();
    let request = session_request(mock);
    let answer = tokio::spawn(async move {
        let answer = send(stream, request).await.ok()?;
        Some(answer.status().as_u16())
    });
    while mock.journal().is_empty() {
        yield_now().await;
    }
    answer
}

#[tokio::test]
async fn in_process_mocks_do_not_know_each_other() {
    let ways = [0; 2].map(|_| Way::InProcess(VaultServer::in_process()));
    let response = ways[0]
        .send(session_request(ways[0].vault()))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert!(ways[1].vault().journal().last().is_none());
    let foreign = session_request(ways[0].vault());
    assert_eq!(ways[1].send(foreign).await.unwrap().status(), 401);
}
