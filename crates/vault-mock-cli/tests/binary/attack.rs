//! What callers without a key can do to the memory of the program, load by load. Slow, and only
//! where `/proc` tells: run it by
//! `cargo test -p vault-mock-cli --test binary attack -- --ignored --nocapture --test-threads 1`.

use std::{
    convert::Infallible,
    fs,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use http_body_util::Empty;
use hyper::{
    body::{Body, Frame},
    client::conn::http2,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime,
    task::JoinSet,
    time::{interval, timeout},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use crate::program::{Serving, directory};

/// What the process may take at most, in MiB.
const MOST: u64 = 256;

/// How long a client waits for what it is to get.
const PATIENCE: Duration = Duration::from_secs(20);

/// Puts a load on a program of its own, and asks for its health and its memory meanwhile.
fn attack(load: &str, tls: bool, attack: impl AsyncFnOnce(Target) -> Held) {
    let ca = directory(&format!("attack-{load}").replace(' ', "-")).join("ca.pem");
    let ca_out = ["--tls", "true", "--ca-out", ca.to_str().unwrap()];
    let own = ["--log-level", "off", "--rate-limit", "1000000/hour"];
    let arguments = [&own[..], if tls { &ca_out } else { &[] }].concat();
    let serving = Serving::start(&arguments);
    let url = serving.announced["url"].as_str().unwrap();
    let (_, address) = url.split_once("://").unwrap();
    let target = Target {
        address: address.to_owned(),
        tls: tls.then(|| connector(&fs::read_to_string(&ca).unwrap(), "h2")),
    };
    let visitor = Target {
        tls: tls.then(|| connector(&fs::read_to_string(&ca).unwrap(), "http/1.1")),
        ..target.clone()
    };
    let workers = runtime::Builder::new_current_thread().enable_all().build();
    let healthy = workers.unwrap().block_on(async {
        let held = attack(target.clone()).await;
        let mut healthy = true;
        // While what was sent arrives.
        let mut beat = interval(Duration::from_millis(200));
        for _ in 0..20 {
            beat.tick().await;
            healthy &= timeout(PATIENCE, visitor.is_healthy()).await == Ok(true);
        }
        drop(held);
        healthy
    });
    let status = fs::read_to_string(format!("/proc/{}/status", serving.child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.unwrap().trim().strip_suffix(" kB").unwrap();
    let peak = peak.parse::<u64>().unwrap() / 1024;
    println!(
        "| {load} | {peak} MiB | /health {} |",
        if healthy { "answers" } else { "is silent" }
    );
    if std::env::var_os("ONLY_MEASURE").is_none() {
        assert!(
            healthy && peak < MOST,
            "{load}: {peak} MiB, healthy: {healthy}"
        );
    }
}

#[derive(Clone)]
struct Target {
    address: String,
    tls: Option<TlsConnector>,
}

impl Target {
    /// A connection, unless the server has no room for it.
    async fn connect(&self) -> Option<TcpStream> {
        let connected = timeout(PATIENCE, TcpStream::connect(&self.address)).await;
        connected.ok()?.ok()
    }

    async fn shake_hands(self) -> Option<TlsStream<TcpStream>> {
        let stream = self.connect().await?;
        let name = ServerName::try_from("localhost").unwrap();
        let shaken = self.tls.as_ref().unwrap().connect(name, stream);
        timeout(PATIENCE, shaken).await.ok()?.ok()
    }

    /// A connection that speaks HTTP/2.
    async fn http2<B>(&self, window: u32) -> Option<http2::SendRequest<B>>
    where
        B: Body<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
    {
        let stream = TokioIo::new(self.clone().shake_hands().await?);
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.initial_stream_window_size(window);
        let (sender, connection) = builder.handshake(stream).await.ok()?;
        tokio::spawn(connection);
        Some(sender)
    }

    /// Sends a request, and waits for the end of the answer.
    async fn ask(self, request: String) {
        let Some(mut stream) = self.send(request).await else {
            return;
        };
        let _ = timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await;
    }

    async fn is_healthy(&self) -> bool {
        let request = b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let mut answer = Vec::new();
        let read = if self.tls.is_some() {
            let Some(mut stream) = self.clone().shake_hands().await else {
                return false;
            };
            stream.write_all(request).await.is_ok() && stream.read_to_end(&mut answer).await.is_ok()
        } else {
            let Some(mut stream) = self.connect().await else {
                return false;
            };
            stream.write_all(request).await.is_ok() && stream.read_to_end(&mut answer).await.is_ok()
        };
        read && answer.starts_with(b"HTTP/1.1 200")
    }

    /// Sends bytes on a connection of their own, and reads no answer.
    async fn send(self, bytes: impl AsRef<[u8]>) -> Option<TcpStream> {
        let mut stream = self.connect().await?;
        let _ = timeout(PATIENCE, stream.write_all(bytes.as_ref())).await;
        Some(stream)
    }

    /// Begins so many requests with 1 MB of a body that does not end, on one connection of HTTP/2.
    async fn begin_streams(self, streams: usize) -> Option<impl Send> {
        let mut sender = self.http2(65_535).await?;
        let mut begun = Vec::new();
        for _ in 0..streams {
            let request = Request::post("https://localhost/vault/sessions");
            let sent = sender.send_request(request.body(Unfinished(64)).unwrap());
            begun.push(tokio::spawn(sent));
        }
        Some((sender, begun))
    }

    /// Lets so many requests with long heads hang, on one connection of HTTP/2.
    async fn hang_streams(self, streams: usize) -> Option<impl Send> {
        let mut sender = self.http2(0).await?;
        let mut begun = Vec::new();
        for _ in 0..streams {
            let request = Request::get("https://localhost/vault/consumers");
            let request = request
                .header("x-vault-mock", "hang")
                .header("x-long", "x".repeat(60_000));
            let request = request.body(Empty::<Bytes>::new()).unwrap();
            begun.push(tokio::spawn(sender.send_request(request)));
        }
        Some((sender, begun))
    }
}

/// A body of so many frames, and no end.
struct Unfinished(usize);

impl Body for Unfinished {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.0 == 0 {
            return Poll::Pending;
        }
        self.0 -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 16_000])))))
    }
}

/// Does the same so many times, some at once, and keeps what comes of it.
async fn many<L, T>(times: usize, load: impl Fn(usize) -> L) -> Held
where
    L: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let mut running = JoinSet::new();
    let mut held = Vec::new();
    for index in 0..times {
        running.spawn(load(index));
        if running.len() == 32 {
            held.push(running.join_next().await);
        }
    }
    while let Some(one) = running.join_next().await {
        held.push(Some(one));
    }
    Box::new(held)
}

type Held = Box<dyn Send>;

macro_rules! loads {
    ($($name:ident, $tls:literal, $target:ident => $load:expr;)+) => {$(
        #[test]
        #[ignore = "slow"]
        fn $name() {
            attack(&stringify!($name).replace('_', " "), $tls, async |$target| $load);
        }
    )+};
}

const HEAD: &str = "POST /vault/sessions HTTP/1.1\r\nhost: localhost\r\n";

const KB_60: usize = 60_000;

loads! {
    idle_connections, false, target => many(4_096, |_| target.clone().send("")).await;
    unfinished_heads, false, target => {
        let head = Arc::new(format!("{HEAD}x-long: {}", "x".repeat(KB_60)));
        many(4_096, |_| target.clone().send(head.to_string())).await
    };
    unfinished_bodies, false, target => {
        let head = format!("{HEAD}content-length: 1048576\r\n\r\n");
        let request = head + &" ".repeat(1_048_575);
        many(1_000, |_| target.clone().send(request.clone())).await
    };
    bodies_in_chunks_of_a_byte, false, target => {
        let head = format!("{HEAD}transfer-encoding: chunked\r\n\r\n");
        let request = head + &"1\r\n \r\n".repeat(1_000_000);
        many(20, |_| target.clone().send(request.clone())).await
    };
    long_app_ids, false, target => many(8_000, |index| {
        let id = format!("{index}{}", "x".repeat(KB_60));
        let head = format!("{HEAD}content-length: 0\r\nconnection: close\r\n");
        let head = format!("{head}x-vault-mock: delay=1ms\r\nx-apideck-app-id: {id}\r\n\r\n");
        target.clone().ask(head)
    }).await;
    long_methods, false, target => many(4_000, |index| {
        let method = format!("M{index}{}", "X".repeat(KB_60));
        target.clone().ask(format!("{method} / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"))
    }).await;
    hangs_with_long_heads, false, target => {
        let head = format!("{HEAD}x-vault-mock: hang\r\nx-long: {}\r\n\r\n", "x".repeat(KB_60));
        many(4_096, |_| target.clone().send(head.clone())).await
    };
    clients_that_never_read, false, target => {
        let request = format!("{HEAD}x-vault-mock: oversized-headers\r\n\r\n");
        many(4_096, |_| target.clone().send(request.clone())).await
    };
    clients_that_never_read_what_they_ask_for, false, target => {
        let ask = "GET /session/x HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1_000);
        many(2_048, |_| target.clone().send(ask.clone())).await
    };
    idle_tls_connections, true, target => many(4_096, |_| target.clone().shake_hands()).await;
    unfinished_bodies_of_http2, true, target => many(16, |_| target.clone().begin_streams(128)).await;
    hangs_with_long_heads_of_http2, true, target => many(100, |_| target.clone().hang_streams(128)).await;
}

fn connector(ca_pem: &str, protocol: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap())
        .unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.into()];
    Arc::new(config).into()
}
