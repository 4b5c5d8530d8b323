//! One client on many runtimes: it belongs to none of them.

mod support;

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
    thread,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use support::{builder, created, request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    time::sleep,
};
use tower::service_fn;
use vault_sessions_client::{BaseUri, Client, Error, RequestBody, RetryPolicy};

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi_thread() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().unwrap()
}

/// A server on a thread of its own, which outlives every runtime of a test.
fn serve() -> (u16, &'static AtomicUsize) {
    let (started, port) = std::sync::mpsc::channel();
    let connections: &'static AtomicUsize = Box::leak(Box::default());
    thread::spawn(move || {
        current_thread().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            started.send(listener.local_addr().unwrap().port()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer_all(stream));
            }
        });
    });
    (port.recv().unwrap(), connections)
}

async fn answer_all(mut stream: TcpStream) {
    let mut waiting = Vec::new();
    while stream
        .read_buf(&mut waiting)
        .await
        .is_ok_and(|read| read > 0)
    {
        if waiting.ends_with(b"\r\n\r\n{}") {
            waiting.clear();
            if stream.write_all(created().as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

fn client() -> (Client, &'static AtomicUsize) {
    let (port, connections) = serve();
    let base = BaseUri::new(format!("http://127.0.0.1:{port}")).unwrap();
    (builder().base_uri(base).build().unwrap(), connections)
}

#[test]
fn thirty_runtimes_share_a_client_at_the_same_time() {
    let (client, _) = client();
    let threads: Vec<_> = (0..30)
        .map(|number| {
            let client = client.clone();
            thread::spawn(move || {
                let runtime = if number % 2 == 0 {
                    current_thread()
                } else {
                    multi_thread()
                };
                for _ in 0..20 {
                    runtime.block_on(async { client.create_session(&request()).await.unwrap() });
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_runtime_that_is_gone_takes_its_connections_with_it_and_no_more() {
    let (client, connections) = client();
    for runtimes in 1..=100 {
        let runtime = current_thread();
        for _ in 0..2 {
            runtime.block_on(client.create_session(&request())).unwrap();
        }
        drop(runtime);
        // The second call of each used the connection of the first.
        assert_eq!(connections.load(Ordering::SeqCst), runtimes);
    }
    for _ in 0..30 {
        let runtime = multi_thread();
        runtime.block_on(client.create_session(&request())).unwrap();
    }
}

#[test]
fn runtimes_that_rest_hinder_nobody() {
    let (client, _) = client();
    let resting: Vec<_> = (0..100)
        .map(|_| {
            let runtime = current_thread();
            runtime.block_on(client.create_session(&request())).unwrap();
            runtime
        })
        .collect();
    for runtime in resting.iter().chain([&multi_thread(), &current_thread()]) {
        runtime.block_on(client.create_session(&request())).unwrap();
    }
}

#[test]
fn of_too_many_runtimes_the_one_whose_calls_are_longest_ago_gives_up_its_connections() {
    let (client, connections) = client();
    let runtimes: Vec<_> = (0..65)
        .map(|_| {
            let runtime = current_thread();
            runtime.block_on(client.create_session(&request())).unwrap();
            runtime
        })
        .collect();
    for (runtime, made_in_all) in [(&runtimes[64], 65), (&runtimes[1], 65), (&runtimes[0], 66)] {
        runtime.block_on(client.create_session(&request())).unwrap();
        assert_eq!(connections.load(Ordering::SeqCst), made_in_all);
    }
}

#[test]
fn a_client_that_is_gone_leaves_no_task_behind() {
    let runtime = current_thread();
    let (client, _) = client();
    runtime.block_on(async {
        client.create_session(&request()).await.unwrap();
        drop(client);
        while tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
            > 0
        {
            tokio::task::yield_now().await;
        }
    });
}

/// Nobody drives what is kept and not polled, so it keeps its turn. The others end with their own time.
#[test]
fn a_call_that_nobody_drives_delays_others_by_no_more_than_their_own_timeout() {
    let transport = service_fn(|_: Request<RequestBody>| {
        std::future::pending::<Result<Response<Full<Bytes>>, Infallible>>()
    });
    let total = Duration::from_secs(5);
    let client = builder()
        .concurrency_limit(1)
        .attempt_timeout(total)
        .total_timeout(total)
        .transport(transport)
        .build()
        .unwrap();
    let wanted = request();
    let resting = current_thread();
    let once = |call: &mut Pin<Box<dyn Future<Output = _>>>| {
        let polled: Poll<Result<_, Error>> =
            resting.block_on(poll_fn(|context| Poll::Ready(call.as_mut().poll(context))));
        assert!(polled.is_pending());
    };
    // One that is under way, and one that is next in line.
    let mut under_way: Pin<Box<dyn Future<Output = _>>> = Box::pin(client.create_session(&wanted));
    once(&mut under_way);
    let mut next: Pin<Box<dyn Future<Output = _>>> = Box::pin(client.create_session(&wanted));
    once(&mut next);
    let awake = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let call = || {
        awake.block_on(async {
            let start = sleep(Duration::ZERO).deadline();
            let error = client.create_session(&request()).await.unwrap_err();
            assert!(error.is_timeout());
            let elapsed = sleep(Duration::ZERO).deadline() - start;
            assert_eq!(elapsed.as_secs(), total.as_secs());
            error.may_have_reached_server()
        })
    };
    assert!(!call(), "no turn while the first has it");
    drop(under_way);
    assert!(!call(), "no turn while the next in line has it");
    drop(next);
    assert!(call(), "its turn once nobody is before it");
}

/// A runtime whose clock goes on as soon as nothing else does.
fn paused() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap()
}

/// Polls a call once on a runtime that then rests or is gone, and goes on with it on another.
fn moved<F: Future>(call: F, is_gone: bool) -> F::Output {
    let mut call = Box::pin(call);
    let first = current_thread();
    let polled = first.block_on(poll_fn(|context| Poll::Ready(call.as_mut().poll(context))));
    assert!(polled.is_pending());
    let _resting = (!is_gone).then_some(first);
    paused().block_on(call)
}

/// What a call waits for may be on a runtime that rests or is gone; its timeouts are where it is polled.
#[test]
fn a_call_that_goes_on_on_another_runtime_keeps_its_timeouts() {
    let total = Duration::from_secs(5);
    let silence = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = || {
        let base = format!("http://{}", silence.local_addr().unwrap());
        builder().base_uri(BaseUri::new(base).unwrap())
    };
    let pending = || {
        builder().transport(service_fn(|_: Request<RequestBody>| {
            std::future::pending::<Result<Response<Full<Bytes>>, Infallible>>()
        }))
    };
    for is_gone in [false, true] {
        for (client, has_answer) in [(pending(), false), (silent(), is_gone)] {
            let client = client.attempt_timeout(total).total_timeout(total);
            let client = client.build().unwrap();
            let error = moved(client.create_session(&request()), is_gone).unwrap_err();
            // Without its runtime, a connection fails at once.
            assert!(error.is_timeout() || has_answer, "{error:?}");
        }
    }
}

#[test]
fn a_call_that_waits_to_try_again_goes_on_on_another_runtime() {
    for is_gone in [false, true] {
        let calls = AtomicUsize::new(0);
        let calls: &'static AtomicUsize = Box::leak(Box::new(calls));
        let service = service_fn(move |_: Request<RequestBody>| {
            let is_first = calls.fetch_add(1, Ordering::SeqCst) == 0;
            let created = created();
            let (_, body) = created.split_once("\r\n\r\n").unwrap();
            let mut response = Response::new(Full::from(body.to_owned()));
            if is_first {
                *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
            }
            async move { Ok::<_, Infallible>(response) }
        });
        let client = builder().retry(RetryPolicy::default()).transport(service);
        let client = client.build().unwrap();
        moved(client.create_session(&request()), is_gone).unwrap();
    }
}
