//! The blocking client, from every place that a call can come from.
#![cfg(feature = "blocking")]

mod support;

use std::{
    convert::Infallible,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use support::{TOKEN, builder, created, request};
use tower::service_fn;
use vault_sessions_client::{
    BaseUri, RequestBody,
    blocking::{Client, SessionKeeper},
};

/// Answers so many requests on one connection, on a thread of its own, then waits for its end.
fn serve(requests: usize) -> (Client, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for _ in 0..requests {
            read_request(&mut stream);
            stream.write_all(created().as_bytes()).unwrap();
        }
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    });
    let base = BaseUri::new(format!("http://127.0.0.1:{port}")).unwrap();
    (builder().base_uri(base).build_blocking().unwrap(), server)
}

fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n{}") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        request.push(byte[0]);
    }
}

fn call(client: &Client) {
    let created = client.create_session(&request()).unwrap();
    assert_eq!(created.token().expose_secret(), TOKEN);
}

#[test]
fn clones_share_the_connections_from_plain_threads_and_the_last_one_ends_them() {
    let (client, server) = serve(3);
    for _ in 0..2 {
        let client = client.clone();
        thread::spawn(move || call(&client)).join().unwrap();
    }
    call(&client);
    drop(client);
    server.join().unwrap();
}

#[test]
fn calls_of_several_threads_run_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let base = BaseUri::new(format!("http://127.0.0.1:{port}")).unwrap();
    let client = builder().base_uri(base).build_blocking().unwrap();
    let callers = [(); 3].map(|()| {
        let client = client.clone();
        thread::spawn(move || call(&client))
    });
    // None is answered before all are here.
    let mut streams = [(); 3].map(|()| {
        let (mut stream, _) = listener.accept().unwrap();
        read_request(&mut stream);
        stream
    });
    for stream in &mut streams {
        stream.write_all(created().as_bytes()).unwrap();
    }
    for caller in callers {
        caller.join().unwrap();
    }
}

#[tokio::test]
async fn it_works_within_a_current_thread_runtime() {
    let (client, server) = serve(2);
    call(&client);
    tokio::task::spawn_blocking({
        let client = client.clone();
        move || call(&client)
    })
    .await
    .unwrap();
    drop(client);
    server.join().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_within_a_multi_thread_runtime() {
    let (client, server) = serve(3);
    call(&client);
    for within in [true, false] {
        let client = client.clone();
        let task = move || call(&client);
        if within {
            tokio::spawn(async move { task() }).await.unwrap();
        } else {
            tokio::task::spawn_blocking(task).await.unwrap();
        }
    }
    drop(client);
    server.join().unwrap();
}

/// Makes a last call when it is dropped.
struct Farewell(Client);

impl Drop for Farewell {
    fn drop(&mut self) {
        call(&self.0);
    }
}

#[tokio::test]
async fn it_works_in_a_drop_even_while_unwinding() {
    let (client, server) = serve(2);
    drop(Farewell(client.clone()));
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _farewell = Farewell(client);
        panic!("on purpose");
    }));
    assert!(unwound.is_err());
    server.join().unwrap();
}

#[tokio::test]
async fn a_server_that_waits_for_the_same_thread_ends_in_a_timeout() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move { listener.accept().await });
    let client = builder()
        .base_uri(BaseUri::new(format!("http://127.0.0.1:{port}")).unwrap())
        .total_timeout(Duration::from_millis(100))
        .build_blocking()
        .unwrap();
    let error = client.create_session(&request()).unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    server.await.unwrap().unwrap();
}

#[test]
fn errors_are_those_of_the_other_client() {
    let error = builder().response_limit(0).build_blocking().unwrap_err();
    assert!(error.to_string().contains("response limit is zero"));

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let base = BaseUri::new(format!("http://127.0.0.1:{port}")).unwrap();
    let client = builder().base_uri(base).build_blocking().unwrap();
    let error = client.create_session(&request()).unwrap_err();
    assert!(error.is_connect() && !error.may_have_reached_server());
}

#[test]
fn a_panic_of_a_transport_reaches_its_caller_and_nobody_else() {
    let broken = Arc::new(AtomicBool::new(true));
    let switch = Arc::clone(&broken);
    let transport = service_fn(move |_: Request<RequestBody>| {
        assert!(!switch.swap(false, Ordering::SeqCst), "on purpose");
        let created = created();
        let (_, body) = created.split_once("\r\n\r\n").unwrap();
        let body = Full::new(Bytes::from(body.to_owned()));
        async move { Ok::<_, Infallible>(Response::new(body)) }
    });
    let client = builder().transport(transport).build_blocking().unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| client.create_session(&request())));
    let panic = panicked.unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    call(&client);
}

#[test]
fn a_keeper_makes_one_call_for_many_callers() {
    let calls = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let transport = service_fn(move |_: Request<RequestBody>| {
        counted.fetch_add(1, Ordering::SeqCst);
        // {"consumer_id":"a","application_id":"a","iat":0,"exp":253402300799}
        let token = "e30.eyJjb25zdW1lcl9pZCI6ImEiLCJhcHBsaWNhdGlvbl9pZCI6ImEiLCJpYXQiOjAsImV4cCI6MjUzNDAyMzAwNzk5fQ.x";
        let created = support::created_with(token);
        let (_, body) = created.split_once("\r\n\r\n").unwrap();
        let response = Response::new(Full::new(Bytes::from(body.to_owned())));
        async { Ok::<_, Infallible>(response) }
    });
    let client = builder().transport(transport).build_blocking().unwrap();
    let keeper = SessionKeeper::with(&client, |keeper| keeper.capacity(2));
    drop(client);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let keeper = keeper.clone();
            thread::spawn(move || keeper.current(&request()).unwrap())
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!((calls.load(Ordering::SeqCst), keeper.len()), (1, 1));
    keeper.forget(&request());
    assert!(keeper.is_empty());
    keeper.current(&request()).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    keeper.clear();
    assert!(!format!("{keeper:?}").contains("account"));
}

/// The thread of the client is stuck, in a transport that blocks it: the caller's time still ends.
#[test]
fn a_thread_that_is_stuck_keeps_no_caller_beyond_its_timeout() {
    let (_never, block) = std::sync::mpsc::channel::<()>();
    let block = Arc::new(std::sync::Mutex::new(block));
    let transport = service_fn(move |_: Request<RequestBody>| {
        let _ = block.lock().unwrap().recv();
        async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())) }
    });
    let client = builder()
        .total_timeout(Duration::from_millis(1))
        .transport(transport)
        .build_blocking()
        .unwrap();
    let error = client.create_session(&request()).unwrap_err();
    assert!(error.is_timeout() && error.may_have_reached_server());
}
