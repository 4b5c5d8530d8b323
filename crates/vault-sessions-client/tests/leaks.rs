//! Everything that is said at trace level, by anybody, and everything that can be shown, is searched
//! for the API key, the session token and the password of the proxy.
#![cfg(all(
    feature = "blocking",
    feature = "http2",
    feature = "proxy",
    feature = "ring",
    feature = "tracing"
))]

#[path = "support/search.rs"]
mod search;
mod support;

use std::{
    error::Error as _,
    fmt::{Debug, Display},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    task::{Context, Waker},
    time::Duration,
};

use http::Request;
use search::find;
use support::{
    End, answer, created_with, request, serve,
    tls::{identity, serve_tls_with, to},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::TcpStream,
};
use tower::util::MapRequest;
use vault_sessions::ApiKey;
use vault_sessions_client::{ClientBuilder, Error, Proxy, RequestBody, RetryPolicy, SessionKeeper};

const KEY: &str = "sk_live_Zq7Kp2VnW4xT9mRb";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwYXJ0cyBvZiBpdCJ9.c2lnbmF0dXJlIG9mIGl0";
const PASSWORD: &str = "pw-Xe8LdQ3sYu6H";
const SECRETS: [&str; 3] = [KEY, TOKEN, PASSWORD];

/// All that was said so far.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn show(&self, value: &(impl Debug + ?Sized)) {
        self.say(&format!("{value:?}\n{value:#?}"));
    }

    fn say(&self, text: &(impl Display + ?Sized)) {
        let mut said = self.0.lock().unwrap();
        said.extend_from_slice(format!("{text}\n").as_bytes());
    }

    fn error(&self, error: &Error) {
        let causes = std::iter::successors(error.source(), |&cause| cause.source());
        for cause in causes {
            self.say(cause);
            self.show(cause);
        }
        self.say(error);
        self.show(error);
    }
}

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl log::Log for Said {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.say(&format!("log {}: {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// Hears every span, event, log message and panic of this process.
fn listen() -> Said {
    let said = Said::default();
    let writer = said.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    log::set_boxed_logger(Box::new(said.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let panics = said.clone();
    let standard = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        panics.say(panic);
        standard(panic);
    }));
    said
}

fn secret(builder: ClientBuilder) -> ClientBuilder {
    builder
        .api_key(ApiKey::new(KEY).unwrap())
        .header("x-secret", PASSWORD)
        // As a careless layer would do it.
        .layer(|inner| {
            MapRequest::new(inner, |request: Request<RequestBody>| {
                tracing::trace!(?request, "about to be sent");
                request
            })
        })
}

fn plain(port: u16) -> ClientBuilder {
    secret(support::builder_at(port))
}

fn proxy(port: u16) -> Proxy {
    Proxy::new(format!("http://user:{PASSWORD}@127.0.0.1:{port}")).unwrap()
}

/// A proxy that lets one tunnel through to a port, or none.
async fn serve_proxy(service: Option<u16>) -> u16 {
    let (listener, port) = support::listen().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let Some(service) = service else {
            let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
            stream.write_all(refusal).await.unwrap();
            return;
        };
        let mut service = TcpStream::connect(("127.0.0.1", service)).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let _ = copy_bidirectional(&mut stream, &mut service).await;
    });
    port
}

async fn successes(said: &Said) {
    for http2 in [false, true] {
        let cookie = format!("\r\nset-cookie: {TOKEN}\r\n");
        let answer = created_with(TOKEN).replacen("\r\n", &cookie, 1);
        let server = serve_tls_with(answer, http2).await;
        let proxy = proxy(serve_proxy(Some(server.port)).await);
        let builder = secret(to("localhost", server.port))
            .only_added_roots()
            .root_certificates(server.pem)
            .proxy(proxy.clone())
            .http2(http2);
        said.show(&proxy);
        said.show(&builder);
        let client = builder.build().unwrap();
        said.show(&client);
        let created = client.create_session(&request()).await.unwrap();
        said.show(&SessionKeeper::builder(client.clone()));
        said.show(&SessionKeeper::new(client));
        assert_eq!(created.token().expose_secret(), TOKEN);
        said.show(&created);
        said.show(created.uri());
    }
}

async fn failures(said: &Said) {
    let json = format!("content-type: application/json\r\nset-cookie: {TOKEN}\r\n");
    let echo = format!(r#"{{"message":"no","detail":"Bearer {KEY} is unknown"}}"#);
    let nested = format!(r#"{{"message":"no","detail":{{"headers":["Bearer {KEY}"]}}}}"#);
    let half = format!(r#"{{"status_code":200,"status":"OK","data":{{"session_token":"{TOKEN}""#);
    let misplaced = format!(r#"{{"status_code":200,"status":"OK","data":"{TOKEN}"}}"#);
    let number = format!(r#"{{"status_code":"{TOKEN}","status":"OK"}}"#);
    let cut = format!("HTTP/1.1 200 OK\r\n{json}content-length: 900\r\n\r\n{half}");
    for script in [
        answer("401 Unauthorized", &json, &echo),
        answer("400 Bad Request", &json, &nested),
        answer("200 OK", &json, &half),
        answer("200 OK", &json, &misplaced),
        answer("200 OK", &json, &number),
        answer("200 OK", &format!("content-type: {TOKEN}\r\n"), TOKEN),
        answer(
            "502 Bad Gateway",
            &format!("content-type: {TOKEN}\r\n"),
            KEY,
        ),
        cut,
        format!("HTTP/1.1 {TOKEN}\r\n\r\n"),
        format!("{KEY}\r\n\r\n"),
        TOKEN.to_owned(),
    ] {
        let port = serve([(script.into_bytes(), End::Close)]).await;
        let error = plain(port)
            .build()
            .unwrap()
            .create_session(&request())
            .await;
        said.error(&error.unwrap_err());
    }
    // Refused, and tried again.
    let (closed, port) = support::listen().await;
    drop(closed);
    let policy = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let client = plain(port).retry(policy).build().unwrap();
    said.error(&client.create_session(&request()).await.unwrap_err());

    for trusted in [true, false] {
        let server = serve_tls_with(created_with(TOKEN), false).await;
        let pem = if trusted { server.pem } else { identity().1 };
        // Once the proxy refuses, once the certificate is not trusted.
        let tunnel = (!trusted).then_some(server.port);
        let client = secret(to("localhost", server.port))
            .only_added_roots()
            .root_certificates(pem)
            .proxy(proxy(serve_proxy(tunnel).await));
        let error = client.build().unwrap().create_session(&request()).await;
        said.error(&error.unwrap_err());
    }
}

/// What a client refuses to be built from, and a panic of ours.
fn misuse(said: &Said) {
    for builder in [
        plain(1).header("x-secret", format!("{PASSWORD}\n")),
        plain(1).header(format!("{PASSWORD} "), "a"),
        plain(1).user_agent(format!("{TOKEN}\n")),
        plain(1).root_certificates(format!("-----BEGIN CERTIFICATE-----\n{TOKEN}")),
    ] {
        said.show(&builder);
        let error = builder.build().unwrap_err();
        said.say(&error);
        said.show(&error);
        said.show(&error.source());
    }
    let error = Proxy::new(format!("socks5://user:{PASSWORD}@h")).unwrap_err();
    said.say(&error);
    said.show(&error);

    let outside_of_a_runtime = plain(1).build().unwrap();
    let request = request();
    let call = std::pin::pin!(outside_of_a_runtime.create_session(&request));
    let poll = || {
        call.poll(&mut Context::from_waker(Waker::noop()))
            .is_ready()
    };
    assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
    said.show(&plain(1).build_blocking().unwrap());
}

#[test]
fn nothing_leaks() {
    for (form, secret) in [
        (format!("a {KEY} b"), "in clear"),
        (format!("{:?}", KEY.as_bytes()), "as numbers"),
        (KEY[8..20].to_owned(), "in part"),
        (
            "dXNlcjpwdy1YZThMZFEzc1l1Nkg=".to_owned(),
            "in base64, as `user:` and the password",
        ),
    ] {
        assert!(
            !find(&form, &SECRETS).is_empty(),
            "a secret {secret} is not found"
        );
    }

    let said = listen();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        successes(&said).await;
        failures(&said).await;
    });
    misuse(&said);
    let said = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
    // Those whose words are searched did speak.
    for speaker in [
        "vault_sessions_client",
        "hyper_util",
        "h2::",
        "log rustls",
        "about to be sent",
    ] {
        assert!(said.contains(speaker), "{speaker} is silent");
    }
    let leaks = find(&said, &SECRETS);
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}
