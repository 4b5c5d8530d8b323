//! HTTP/2 over TLS: offered if asked for, chosen by the server, one connection for many calls.
#![cfg(all(feature = "ring", feature = "http2"))]

mod support;

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::{
    KEY, listen, request,
    tls::{identity, to},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use vault_sessions_client::RetryPolicy;

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_eq!(request.version(), Version::HTTP_2);
    assert_eq!(request.uri().path(), "/vault/sessions");
    assert_eq!(request.headers()["authorization"], format!("Bearer {KEY}"));
    assert_eq!(request.headers()["x-apideck-consumer-id"], "account:12345");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "{}");
    let created = support::created();
    let (_, body) = created.split_once("\r\n\r\n").unwrap();
    Ok(Response::new(Full::new(Bytes::from(body.to_owned()))))
}

#[tokio::test]
async fn one_connection_carries_many_calls() {
    let (mut config, pem) = identity();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (listener, port) = listen().await;
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let stream = acceptor.accept(stream).await.unwrap();
            let http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            tokio::spawn(http2.serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    let client = to("localhost", port)
        .only_added_roots()
        .root_certificates(pem)
        .http2(true)
        .build()
        .unwrap();
    client.create_session(&request()).await.unwrap();
    let calls: Vec<_> = std::iter::repeat_with(|| {
        let client = client.clone();
        tokio::spawn(async move { client.create_session(&request()).await })
    })
    .take(50)
    .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(accepted.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn it_is_spoken_only_if_asked_for() {
    for (asked, start) in [(true, "PRI * HTTP/2.0"), (false, "POST /vault/se")] {
        let (mut config, pem) = identity();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let (listener, port) = listen().await;
        let client = to("localhost", port)
            .only_added_roots()
            .root_certificates(pem);
        let client = client.http2(asked).build().unwrap();
        let call = tokio::spawn(async move { client.create_session(&request()).await });
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = TlsAcceptor::from(Arc::new(config))
            .accept(stream)
            .await
            .unwrap();
        let mut begin = [0; 14];
        stream.read_exact(&mut begin).await.unwrap();
        assert_eq!(str::from_utf8(&begin).unwrap(), start);
        drop(stream);
        assert!(call.await.unwrap().unwrap_err().is_interrupted());
    }
}

#[tokio::test]
async fn a_server_that_does_not_know_it_is_spoken_to_in_the_older_one() {
    let server = support::tls::serve_tls().await;
    let client = to("localhost", server.port)
        .only_added_roots()
        .root_certificates(server.pem);
    let client = client.http2(true).build().unwrap();
    client.create_session(&request()).await.unwrap();
    let request = server.request.await.unwrap().unwrap();
    assert!(request.starts_with("POST /vault/sessions HTTP/1.1\r\n"));
}

/// The frames that the tests below send (RFC 9113 §6).
mod frame {
    const DATA: u8 = 0;
    pub(super) const HEADERS: u8 = 1;
    const RST_STREAM: u8 = 3;
    const SETTINGS: u8 = 4;
    const GOAWAY: u8 = 7;

    fn frame(kind: u8, stream: u32, payload: &[u32]) -> Vec<u8> {
        let payload: Vec<u8> = payload.iter().flat_map(|word| word.to_be_bytes()).collect();
        with_flags(kind, 0, stream, &payload)
    }

    fn with_flags(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        let mut bytes = vec![0, 0, length, kind, flags];
        bytes.extend(stream.to_be_bytes());
        bytes.extend(payload);
        bytes
    }

    /// The head of a 200, whose body is said to have so many bytes (RFC 7541 §6.1 and §6.2.2).
    pub(super) fn ok(stream: u32, length: &str) -> Vec<u8> {
        const END_HEADERS: u8 = 4;
        const STATUS_200: u8 = 0x88;
        const CONTENT_LENGTH: [u8; 2] = [0x0f, 0x0d];
        let mut fields = vec![STATUS_200];
        fields.extend(CONTENT_LENGTH);
        fields.push(u8::try_from(length.len()).unwrap());
        fields.extend(length.bytes());
        with_flags(HEADERS, END_HEADERS, stream, &fields)
    }

    pub(super) fn data(stream: u32, bytes: &[u8]) -> Vec<u8> {
        with_flags(DATA, 0, stream, bytes)
    }

    pub(super) fn settings() -> Vec<u8> {
        frame(SETTINGS, 0, &[])
    }

    pub(super) fn reset(stream: u32, code: u32) -> Vec<u8> {
        frame(RST_STREAM, stream, &[code])
    }

    pub(super) fn go_away(last_stream: u32, code: u32) -> Vec<u8> {
        go_away_saying(last_stream, code, "")
    }

    /// With debug data, which can be any text (RFC 9113 §6.8).
    pub(super) fn go_away_saying(last_stream: u32, code: u32, text: &str) -> Vec<u8> {
        let (last_stream, code) = (last_stream.to_be_bytes(), code.to_be_bytes());
        let payload = [&last_stream, &code, text.as_bytes()].concat();
        with_flags(GOAWAY, 0, 0, &payload)
    }
}

type Tls = tokio_rustls::server::TlsStream<tokio::net::TcpStream>;

/// A server that speaks HTTP/2 as far as a test wants it.
struct Scripted {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Scripted {
    async fn new() -> (Self, vault_sessions_client::ClientBuilder) {
        let (mut config, pem) = identity();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (listener, port) = listen().await;
        let client = to("localhost", port)
            .only_added_roots()
            .root_certificates(pem)
            .http2(true);
        (Self { listener, acceptor }, client)
    }

    /// Takes a connection and reads up to the head of a request; gives its stream.
    async fn request(&self) -> (Tls, u32) {
        let (stream, _) = self.listener.accept().await.unwrap();
        let mut stream = self.acceptor.accept(stream).await.unwrap();
        stream.write_all(&frame::settings()).await.unwrap();
        stream.read_exact(&mut [0; 24]).await.unwrap();
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.unwrap();
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            stream.read_exact(&mut payload).await.unwrap();
            if head[3] == frame::HEADERS {
                let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
                return (stream, id);
            }
        }
    }

    /// Answers whatever comes on one connection.
    async fn answer(&self) {
        let (stream, _) = self.listener.accept().await.unwrap();
        let stream = self.acceptor.accept(stream).await.unwrap();
        let http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let _ = http2
            .serve_connection(TokioIo::new(stream), service_fn(answer))
            .await;
    }
}

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;

#[tokio::test]
async fn what_was_not_processed_is_sent_again_and_nothing_else() {
    type Ending = fn(u32) -> Vec<u8>;
    let endings: [(&str, Ending, bool); 8] = [
        ("refused", |id| frame::reset(id, REFUSED_STREAM), true),
        ("gone before", |_| frame::go_away(0, NO_ERROR), true),
        ("failed before", |_| frame::go_away(0, INTERNAL_ERROR), true),
        ("gone after", |id| frame::go_away(id, NO_ERROR), false),
        (
            "failed after",
            |id| frame::go_away(id, INTERNAL_ERROR),
            false,
        ),
        ("cancelled", |id| frame::reset(id, CANCEL), false),
        ("failed", |id| frame::reset(id, INTERNAL_ERROR), false),
        ("too many", |id| frame::reset(id, ENHANCE_YOUR_CALM), false),
    ];
    for (name, ending, is_sent_again) in endings {
        let (server, builder) = Scripted::new().await;
        let policy = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
        let client = builder.retry(policy.max_attempts(2)).build().unwrap();
        let server = tokio::spawn(async move {
            let mut seen = 0;
            for _ in 0..2 {
                let (mut stream, id) = server.request().await;
                seen += 1;
                stream.write_all(&ending(id)).await.unwrap();
                let _ = stream.shutdown().await;
                if !is_sent_again {
                    break;
                }
            }
            seen
        });
        let error = client.create_session(&request()).await.unwrap_err();
        assert!(error.is_interrupted(), "{name}: {error:?}");
        assert_eq!(
            error.may_have_reached_server(),
            !is_sent_again,
            "{name}: {error:?}"
        );
        let line = error.to_string();
        assert_eq!(
            line.contains("may have been created"),
            !is_sent_again,
            "{line}"
        );
        assert_eq!(error.is_retryable(), is_sent_again, "{name}");
        assert_eq!(server.await.unwrap(), error.attempts(), "{name}");
    }
}

#[tokio::test]
async fn a_last_attempt_that_was_not_processed_does_not_hide_one_that_was_lost() {
    let (server, builder) = Scripted::new().await;
    let policy = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let policy = policy.retry_lost_responses().max_attempts(2);
    let client = builder.retry(policy).build().unwrap();
    let server = tokio::spawn(async move {
        for code in [CANCEL, REFUSED_STREAM] {
            let (mut stream, id) = server.request().await;
            stream.write_all(&frame::reset(id, code)).await.unwrap();
            let _ = stream.shutdown().await;
        }
    });
    let error = client.create_session(&request()).await.unwrap_err();
    server.await.unwrap();
    assert!(error.may_have_reached_server());
    assert_eq!(
        error.to_string(),
        "the connection ended and the request was not processed; it can be sent again; an earlier \
         attempt may have created the session; tried 2 times"
    );
}

/// A good answer with so many headers of a hundred bytes.
fn answer_with_headers(count: usize) -> Response<Full<Bytes>> {
    let created = support::created();
    let (_, body) = created.split_once("\r\n\r\n").unwrap();
    let mut response = Response::new(Full::new(Bytes::from(body.to_owned())));
    for number in 0..count {
        let name = format!("x-{number}").parse::<http::HeaderName>().unwrap();
        let value = "v".repeat(100).parse().unwrap();
        response.headers_mut().insert(name, value);
    }
    response
}

#[tokio::test]
async fn an_answer_with_many_headers_is_read_and_one_with_too_many_says_so() {
    for (count, is_read) in [(120, true), (700, false), (1500, false), (3000, false)] {
        let (server, builder) = Scripted::new().await;
        let client = builder.build().unwrap();
        tokio::spawn(async move {
            let (stream, _) = server.listener.accept().await.unwrap();
            let stream = server.acceptor.accept(stream).await.unwrap();
            let http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            let answer = service_fn(move |_: Request<Incoming>| {
                let answer = answer_with_headers(count);
                async move { Ok::<_, Infallible>(answer) }
            });
            let _ = http2.serve_connection(TokioIo::new(stream), answer).await;
        });
        let outcome = client.create_session(&request()).await;
        assert_eq!(outcome.is_ok(), is_read, "{count}");
        if let Err(error) = outcome {
            assert!(
                error.to_string().contains("more headers than"),
                "{count}: {error:?}"
            );
            assert!(error.may_have_reached_server() && error.is_interrupted());
        }
    }
}

#[tokio::test]
async fn what_a_server_says_as_it_goes_away_is_shown_nowhere() {
    type Before = fn(u32) -> Vec<u8>;
    let no_head: Before = |_| Vec::new();
    let half_a_body: Before = |id| [frame::ok(id, "500"), frame::data(id, b"{")].concat();
    for (last, before, is_unprocessed) in [
        (0, no_head, true),
        (u32::MAX >> 1, no_head, false),
        (u32::MAX >> 1, half_a_body, false),
    ] {
        let (server, builder) = Scripted::new().await;
        let client = builder.build().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, id) = server.request().await;
            let text = format!("client {KEY} too fast");
            stream.write_all(&before(id)).await.unwrap();
            let gone = frame::go_away_saying(last, ENHANCE_YOUR_CALM, &text);
            stream.write_all(&gone).await.unwrap();
            let _ = stream.shutdown().await;
        });
        let error = client.create_session(&request()).await.unwrap_err();
        assert!(error.is_interrupted(), "{error:?}");
        assert_eq!(error.may_have_reached_server(), !is_unprocessed);
        assert_eq!(error.is_retryable(), is_unprocessed);
        let first: Option<&dyn std::error::Error> = Some(&error);
        let causes = std::iter::successors(first, |cause| cause.source());
        let shown: Vec<_> = causes
            .map(|cause| format!("{cause} {cause:?} {cause:#?}"))
            .collect();
        let shown = shown.join("; ");
        assert!(
            !shown.contains(KEY) && !shown.contains("too fast"),
            "{shown}"
        );
        if is_unprocessed {
            assert!(shown.contains("ENHANCE_YOUR_CALM"), "{shown}");
        }
        server.await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_that_is_cancelled_within_its_body_is_an_interruption() {
    for code in [NO_ERROR, CANCEL, INTERNAL_ERROR] {
        let (server, builder) = Scripted::new().await;
        let client = builder.build().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, id) = server.request().await;
            let frames = [
                frame::ok(id, "500"),
                frame::data(id, b"{"),
                frame::reset(id, code),
            ];
            stream.write_all(&frames.concat()).await.unwrap();
            stream
        });
        let error = client.create_session(&request()).await.unwrap_err();
        assert!(
            error.is_interrupted() && !error.is_unreadable(),
            "{error:?}"
        );
        assert!(error.may_have_reached_server());
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.body().unwrap(), "{");
        drop(server.await.unwrap());
    }
}

#[tokio::test]
async fn a_connection_that_did_not_answer_in_time_is_left() {
    for lost_responses in [false, true] {
        let (server, builder) = Scripted::new().await;
        let policy = if lost_responses {
            RetryPolicy::default().retry_lost_responses()
        } else {
            RetryPolicy::never()
        };
        let client = builder
            .connect_timeout(Duration::from_secs(2))
            .attempt_timeout(Duration::from_secs(2))
            .retry(policy)
            .build()
            .unwrap();
        tokio::spawn(async move {
            let _silent = server.request().await;
            server.answer().await;
        });
        let first = client.create_session(&request()).await;
        assert_eq!(first.is_ok(), lost_responses);
        if let Err(error) = first {
            assert!(error.is_timeout() && error.may_have_reached_server());
        }
        client.create_session(&request()).await.unwrap();
    }
}

#[tokio::test]
async fn a_silent_connection_is_found_out_by_a_ping_long_before_the_timeout() {
    let (server, builder) = Scripted::new().await;
    let client = builder.build().unwrap();
    let call = tokio::spawn(async move { client.create_session(&request()).await });
    let (_silent, _) = server.request().await;
    // From here on nothing but timers is waited for.
    tokio::time::pause();
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_interrupted() && !error.is_timeout(), "{error:?}");
    assert!(error.may_have_reached_server());
}
