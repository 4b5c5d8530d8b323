//! What networks and servers do on a bad day, beyond a connection that breaks.

mod support;

use std::{
    error::Error as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use support::{
    End, TOKEN, answer, builder, builder_at, client, created, fail_with, listen, read_request,
    request, serve,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    time::sleep,
};
use vault_sessions_client::{BaseUri, Client, RetryPolicy};

/// A queue of connections that is full: the system then drops what arrives, as a black hole does.
#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_black_hole_ends_with_the_connect_timeout_and_reached_nobody() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let _queue = [(); 2].map(|()| std::net::TcpStream::connect(address).unwrap());
    let start = sleep(Duration::ZERO).deadline();
    let error = client(address.port())
        .create_session(&request())
        .await
        .unwrap_err();
    assert_eq!((sleep(Duration::ZERO).deadline() - start).as_secs(), 10);
    assert!(error.is_connect() && error.is_timeout(), "{error:?}");
    assert!(!error.may_have_reached_server() && !error.is_interrupted());
    assert!(error.to_string().contains("in time"), "{error}");
}

/// The call can end before the connect timeout does: with an attempt or with the total.
#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_black_hole_reached_nobody_whichever_timeout_ends_the_call() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let _queue = [(); 2].map(|()| std::net::TcpStream::connect(address).unwrap());
    let port = address.port();
    let seconds = Duration::from_secs;
    let twice = RetryPolicy::default().max_attempts(2);
    for (builder, expected) in [
        (builder_at(port).attempt_timeout(seconds(5)), 5),
        (builder_at(port).total_timeout(seconds(5)), 5),
        (builder_at(port).retry(twice).total_timeout(seconds(15)), 15),
    ] {
        let start = sleep(Duration::ZERO).deadline();
        let client = builder.build().unwrap();
        let error = client.create_session(&request()).await.unwrap_err();
        let took = sleep(Duration::ZERO).deadline() - start;
        assert_eq!(took.as_secs(), expected);
        assert!(error.is_connect() && error.is_timeout(), "{error:?}");
        assert!(!error.may_have_reached_server() && error.is_retryable());
        assert!(
            error
                .to_string()
                .starts_with("could not connect to http://127.0.0.1")
        );
    }
}

#[tokio::test]
async fn a_name_that_cannot_be_found_reached_nobody() {
    // No label has more than 63 bytes (RFC 1035 §2.3.4), so no server needs to be asked.
    let base = format!("http://{}.example", "a".repeat(64));
    let client = builder()
        .allow_plain_http()
        .base_uri(BaseUri::new(&base).unwrap());
    let error = client
        .build()
        .unwrap()
        .create_session(&request())
        .await
        .unwrap_err();
    assert!(error.is_connect() && !error.is_timeout(), "{error:?}");
    assert!(!error.may_have_reached_server());
    assert!(error.to_string().contains(&base), "{error}");
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    assert!(
        causes.iter().any(|cause| cause.contains("dns")),
        "{causes:?}"
    );
}

#[tokio::test]
async fn a_reset_before_the_request_is_read_is_an_interruption() {
    let (listener, port) = listen().await;
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_zero_linger().unwrap();
    });
    let error = client(port).create_session(&request()).await.unwrap_err();
    assert!(error.is_interrupted(), "{error:?}");
    // Whether anything was written by then is a matter of chance; the text and the answer agree.
    assert_eq!(
        error.may_have_reached_server(),
        error.to_string().contains("may have been created")
    );
    assert!(error.status().is_none() && error.source().is_some());
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_error_says_where_it_leads() {
    let (elsewhere, port) = listen().await;
    let location = format!("location: http://127.0.0.1:{port}/{TOKEN}\r\n");
    for status in [
        "301 Moved Permanently",
        "303 See Other",
        "307 Temporary Redirect",
    ] {
        let error = fail_with(answer(status, &location, ""), End::Close).await;
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert!(
            error.headers().unwrap()["location"]
                .to_str()
                .unwrap()
                .ends_with(TOKEN)
        );
        let line = error.to_string();
        assert!(
            line.contains(&format!("a redirect to http://127.0.0.1:{port};")),
            "{line}"
        );
        assert!(line.contains("redirects are not followed"), "{line}");
    }
    // Whatever connects first is this, and not a client that followed.
    let own = TcpStream::connect(elsewhere.local_addr().unwrap())
        .await
        .unwrap();
    let (_, first) = elsewhere.accept().await.unwrap();
    assert_eq!(first, own.local_addr().unwrap());
}

#[tokio::test]
async fn a_compressed_answer_is_kept_and_named() {
    let headers = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    for (status, unreadable) in [("200 OK", true), ("503 Service Unavailable", false)] {
        let mut script = answer(status, headers, "1234").into_bytes();
        let gzip = b"\x1f\x8b\x08\0";
        let body = script.len() - 4;
        script[body..].copy_from_slice(gzip);
        let error = fail_with(script, End::Close).await;
        assert_eq!(error.is_unreadable(), unreadable);
        assert_eq!(&error.body().unwrap()[..], gzip);
        assert!(error.to_string().contains("content coding"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_drips_ends_with_the_attempt() {
    let (listener, port) = listen().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        let head = "HTTP/1.1 502 Bad Gateway\r\nserver: slow\r\ncontent-length: 1000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        while stream.write_all(b".").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    });
    let attempt = Duration::from_millis(2500);
    let client = builder_at(port).attempt_timeout(attempt).build().unwrap();
    let start = sleep(Duration::ZERO).deadline();
    let error = client.create_session(&request()).await.unwrap_err();
    assert_eq!(sleep(Duration::ZERO).deadline() - start, attempt);
    assert!(
        error.is_timeout() && error.may_have_reached_server(),
        "{error:?}"
    );
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(error.headers().unwrap()["server"], "slow");
    assert_eq!(error.body().unwrap(), "...");
    // The connection is closed, or the server would drip on.
    server.await.unwrap();
}

#[tokio::test]
async fn what_follows_a_body_is_not_taken_for_the_next_answer() {
    let forged = created().replace("the_token", "forged_tk");
    for more in ["{}", &forged] {
        let script = format!("{}{more}", created());
        let port = serve([
            (script.into_bytes(), End::Close),
            (created().into_bytes(), End::Close),
        ])
        .await;
        let client = client(port);
        for _ in 0..2 {
            let session = client.create_session(&request()).await.unwrap();
            assert_eq!(session.token().expose_secret(), TOKEN);
        }
    }
}

/// The server gives up a connection at the very moment at which the client uses it again.
#[tokio::test]
async fn a_connection_that_dies_as_it_is_used_again_is_told_or_retried_as_asked() {
    for asked in [false, true] {
        let (listener, port) = listen().await;
        let policy = if asked {
            RetryPolicy::default().retry_lost_responses()
        } else {
            RetryPolicy::default()
        };
        let client = builder_at(port).retry(policy).build().unwrap();
        let server = tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.unwrap();
            read_request(&mut first).await;
            first.write_all(created().as_bytes()).await.unwrap();
            read_request(&mut first).await;
            first.set_zero_linger().unwrap();
            drop(first);
            let (mut second, _) = listener.accept().await.unwrap();
            read_request(&mut second).await;
            second.write_all(created().as_bytes()).await.unwrap();
        });
        client.create_session(&request()).await.unwrap();
        let outcome = client.create_session(&request()).await;
        if asked {
            outcome.unwrap();
        } else {
            let error = outcome.unwrap_err();
            assert!(error.is_interrupted() && error.may_have_reached_server());
            assert_eq!(error.attempts(), 1);
            // The next call makes a new connection.
            client.create_session(&request()).await.unwrap();
        }
        server.await.unwrap();
    }
}

/// A server that answers whatever comes, and knows how many connections and requests it has.
#[derive(Clone, Default)]
struct Counted(Arc<Counts>);

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
}

impl Counted {
    async fn serve(&self) -> u16 {
        let (listener, port) = listen().await;
        let counted = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.0.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(counted.clone().answer_all(stream));
            }
        });
        port
    }

    async fn answer_all(self, mut stream: TcpStream) {
        let mut waiting = Vec::new();
        while stream
            .read_buf(&mut waiting)
            .await
            .is_ok_and(|read| read > 0)
        {
            if !waiting.ends_with(b"\r\n\r\n{}") {
                continue;
            }
            waiting.clear();
            let now = self.0.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            self.0.most_under_way.fetch_max(now, Ordering::SeqCst);
            tokio::task::yield_now().await;
            self.0.under_way.fetch_sub(1, Ordering::SeqCst);
            self.0.requests.fetch_add(1, Ordering::SeqCst);
            stream.write_all(created().as_bytes()).await.unwrap();
        }
    }
}

async fn ten_thousand(client: &Client) {
    let calls: Vec<_> = std::iter::repeat_with(|| {
        let client = client.clone();
        tokio::spawn(async move { client.create_session(&request()).await })
    })
    .take(10_000)
    .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_share_a_pool_of_eight() {
    let counted = Counted::default();
    let client = builder_at(counted.serve().await)
        .concurrency_limit(8)
        .pool_max_idle(8)
        .total_timeout(Duration::from_secs(600))
        .build()
        .unwrap();
    ten_thousand(&client).await;
    let count = |count: &AtomicUsize| count.load(Ordering::SeqCst);
    assert_eq!(count(&counted.0.requests), 10_000);
    assert!(count(&counted.0.most_under_way) <= 8);
    // One that was started when another came free first is an idle one too many.
    let connections = count(&counted.0.connections);
    assert!((1..=16).contains(&connections), "{connections}");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_does_not_get_its_turn_reached_nobody() {
    let (silent, port) = listen().await;
    let total = Duration::from_secs(5);
    let client = builder_at(port)
        .concurrency_limit(1)
        .attempt_timeout(total)
        .total_timeout(total);
    let client = client.build().unwrap();
    let (started, has_started) = oneshot::channel();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.create_session(&request()).await }
    });
    tokio::spawn(async move {
        let (mut stream, _) = silent.accept().await.unwrap();
        read_request(&mut stream).await;
        started.send(()).unwrap();
        // Reads until the client gives up, and says nothing.
        while stream.read_u8().await.is_ok() {}
    });
    has_started.await.unwrap();
    let error = client.create_session(&request()).await.unwrap_err();
    assert!(
        error.is_timeout() && !error.may_have_reached_server(),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "the request did not get its turn within 5s (total timeout); make fewer calls at a time, \
         or allow more"
    );
    assert!(error.is_retryable(), "a second session is ruled out");
    assert!(first.await.unwrap().unwrap_err().may_have_reached_server());
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_is_never_ready_reached_nobody() {
    let silence = tower::service_fn(|_| {
        std::future::pending::<
            Result<http::Response<http_body_util::Full<bytes::Bytes>>, std::convert::Infallible>,
        >()
    });
    let client = builder()
        .transport(silence)
        .layer(|inner| tower::limit::ConcurrencyLimit::new(inner, 1))
        .build()
        .unwrap();
    let (wanted, same) = (request(), request());
    let (first, second) =
        tokio::join!(client.create_session(&wanted), client.create_session(&same));
    assert!(first.unwrap_err().may_have_reached_server());
    let second = second.unwrap_err();
    assert!(second.is_timeout() && !second.may_have_reached_server());
}
