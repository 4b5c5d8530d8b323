//! TLS under the generated authority, with the protocol that the client chooses.

mod support;

use std::{error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Version, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::{send, session_in, session_request, until, whole_body};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
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
use vault_mock::{Outcome, Tls, VaultServer, fault::Fault};
use vault_sessions::AppId;

async fn start() -> VaultServer {
    let builder = VaultServer::builder().tls(Tls::generated());
    builder.start().await.unwrap()
}

/// A client that trusts `ca_pem` and nothing else.
fn connector(ca_pem: &str, protocols: &[&str]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap();
    roots.add(authority).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let protocols = protocols.iter().map(|name| name.as_bytes().to_vec());
    config.alpn_protocols = protocols.collect();
    Arc::new(config).into()
}

async fn connect(
    mock: &VaultServer,
    name: &'static str,
    protocols: &[&str],
) -> TlsStream<TcpStream> {
    let connector = connector(mock.ca_pem().unwrap(), protocols);
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let name = ServerName::try_from(name).unwrap();
    connector.connect(name, stream).await.unwrap()
}

/// Sends the session call over HTTP/2.
async fn send_http2(
    mock: &VaultServer,
) -> Result<http::Response<hyper::body::Incoming>, hyper::Error> {
    let mut sender = connect_http2(mock).await;
    sender.send_request(session_request_http2(mock)).await
}

async fn connect_http2(mock: &VaultServer) -> http2::SendRequest<Full<Bytes>> {
    let stream = connect(mock, "localhost", &["h2", "http/1.1"]).await;
    let shaken = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
    let (sender, connection) = shaken.unwrap();
    tokio::spawn(connection);
    sender
}

fn session_request_http2(mock: &VaultServer) -> Request<Full<Bytes>> {
    let (mut parts, body) = session_request(mock).into_parts();
    parts.uri = format!("{}/vault/sessions", mock.uri()).parse().unwrap();
    parts.headers.remove(header::HOST);
    Request::from_parts(parts, body)
}

fn outcome(mock: &VaultServer) -> Outcome {
    mock.journal().last().unwrap().outcome()
}

#[tokio::test]
async fn speaks_what_the_client_chooses() {
    let mock = start().await;
    assert!(mock.uri().starts_with("https://127.0.0.1:"));
    for (name, protocols) in [("localhost", &["http/1.1"][..]), ("127.0.0.1", &[])] {
        let stream = connect(&mock, name, protocols).await;
        let response = send(stream, session_request(&mock)).await.unwrap();
        assert_eq!(
            (response.version(), response.status()),
            (Version::HTTP_11, 200.try_into().unwrap())
        );
        let created = session_in(&whole_body(response).await.unwrap());
        assert!(mock.verify(created.token()).is_ok());
    }
    let response = send_http2(&mock).await.unwrap();
    assert_eq!(response.version(), Version::HTTP_2);
    let created = session_in(&whole_body(response).await.unwrap());
    assert!(mock.verify(created.token()).is_ok());
}

#[tokio::test]
async fn another_authority_is_not_trusted() {
    let (mock, other) = (start().await, start().await);
    assert_ne!(mock.ca_pem(), other.ca_pem());
    let connector = connector(other.ca_pem().unwrap(), &[]);
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    assert!(connector.connect(name, stream).await.is_err());
    // The broken handshake hurts nobody else.
    let stream = connect(&mock, "localhost", &[]).await;
    assert_eq!(
        send(stream, session_request(&mock)).await.unwrap().status(),
        200
    );
}

#[tokio::test]
async fn plain_text_on_the_port_ends_the_connection() {
    let mock = start().await;
    let mut stream = TcpStream::connect(mock.address()).await.unwrap();
    let request = b"GET /health HTTP/1.1\r\nhost: mock\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
}

#[tokio::test]
async fn a_fault_on_the_wire_resets_an_http2_stream() {
    let mock = start().await;
    for fault in ["reset", "truncated-body", "garbage", "drip=1s"] {
        mock.faults().inject(fault.parse::<Fault>().unwrap());
        let error = send_http2(&mock).await.unwrap_err();
        let cause = error.source().unwrap().to_string();
        assert!(
            cause.contains("stream error") && cause.contains("internal error"),
            "{cause}"
        );
    }
    mock.faults().inject(Fault::status(503));
    assert_eq!(send_http2(&mock).await.unwrap().status(), 503);
}

#[tokio::test]
async fn a_hang_leaves_an_http2_stream_without_an_answer() {
    let mock = start().await;
    mock.faults().inject(Fault::hang());
    let hung = send_http2(&mock);
    tokio::select! {
        answer = hung => panic!("{answer:?}"),
        // The next connection is served while the first one hangs.
        answer = async {
            while mock.journal().is_empty() {
                tokio::task::yield_now().await;
            }
            send_http2(&mock).await
        } => assert_eq!(answer.unwrap().status(), 200),
    }
}

/// Without the address of the peer the admin API would trust a request as it trusts Rust code.
#[tokio::test]
async fn the_peer_is_told_and_tenants_are_known_over_http2() {
    let builder = VaultServer::builder().tls(Tls::generated());
    let shop = AppId::from_static("app");
    let mock = builder.tenant(shop.clone(), VaultServer::builder());
    let mock = mock.start().await.unwrap();
    let stream = connect(&mock, "localhost", &["h2"]).await;
    let (mut sender, connection) =
        http2::handshake::<_, _, Full<Bytes>>(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    for (header, status) in [("x-other", 200), ("via", 403)] {
        let request = Request::get(format!("{}/__vault_mock/clock", mock.uri()));
        let request = request.header(header, "1.1 proxy").body(Full::default());
        let response = sender.send_request(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), status, "{header}");
    }
    // The key is the server's own, and the app is a tenant's.
    assert_eq!(send_http2(&mock).await.unwrap().status(), 401);
    assert_eq!(mock.tenant(&shop).unwrap().journal().len(), 1);
}

#[tokio::test]
async fn faults_on_the_wire_work_under_tls() {
    let mock = start().await;
    mock.faults().inject(Fault::reset());
    let stream = connect(&mock, "localhost", &["http/1.1"]).await;
    let error = send(stream, session_request(&mock)).await.unwrap_err();
    let cause = error
        .source()
        .unwrap()
        .downcast_ref::<std::io::Error>()
        .unwrap();
    assert_eq!(cause.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn many_requests_share_an_http2_connection_until_shutdown() {
    let mock = start().await;
    let stream = connect(&mock, "localhost", &["h2"]).await;
    let (sender, connection) =
        http2::handshake::<_, _, Full<Bytes>>(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    let connection = tokio::spawn(connection);
    let uri = format!("{}/health", mock.uri());
    let mut answers = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (mut sender, uri) = (sender.clone(), uri.clone());
        answers.spawn(async move {
            let request = Request::get(uri).body(Full::default()).unwrap();
            let response = sender.send_request(request).await.unwrap();
            response.into_body().collect().await.unwrap().to_bytes()
        });
    }
    assert!(
        answers
            .join_all()
            .await
            .iter()
            .all(|body| body == r#"{"status":"ok"}"#)
    );
    assert!(mock.shutdown(Duration::from_secs(60)).await);
    assert!(timeout(Duration::from_secs(60), connection).await.is_ok());
}

#[tokio::test]
async fn certificates_can_be_your_own() {
    let key = rcgen::generate_simple_self_signed(["vault.test".to_owned()]).unwrap();
    let (certificate, key) = (key.cert.pem(), key.signing_key.serialize_pem());
    let tls = Tls::from_pem(&certificate, &key).unwrap();
    assert_eq!(tls.ca_pem(), None);
    assert!(!format!("{tls:?}").contains("PRIVATE"));
    let mock = VaultServer::builder().tls(tls).start().await.unwrap();
    let stream = TcpStream::connect(mock.address()).await.unwrap();
    let name = ServerName::try_from("vault.test").unwrap();
    let stream = connector(&certificate, &[])
        .connect(name, stream)
        .await
        .unwrap();
    assert_eq!(
        send(stream, session_request(&mock)).await.unwrap().status(),
        200
    );
    for (certificates, key) in [
        ("", key.as_str()),
        (&certificate, ""),
        (&certificate, &certificate),
    ] {
        let error = Tls::from_pem(certificates, key).unwrap_err();
        assert!(error.source().is_some(), "{error}");
    }
}

#[test]
fn a_mock_on_its_own_thread_speaks_tls_too() {
    let mock = VaultServer::builder()
        .tls(Tls::generated())
        .start_blocking()
        .unwrap();
    assert!(mock.uri().starts_with("https://"));
    assert!(
        mock.ca_pem()
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_a_delay_is_seen_under_tls() {
    let mock = start().await;
    mock.faults().inject(Fault::delay(Duration::from_secs(600)));
    // A stream that is reset, on a connection that stays.
    let mut sender = connect_http2(&mock).await;
    let sent = tokio::spawn(sender.send_request(session_request_http2(&mock)));
    until(&mock, |mock| mock.journal().len() == 1).await;
    assert_eq!(outcome(&mock), Outcome::Held);
    sent.abort();
    until(&mock, |mock| mock.journal().in_flight() == 0).await;
    assert_eq!(outcome(&mock), Outcome::Abandoned);
    mock.faults().clear();
    let answer = sender.send_request(session_request_http2(&mock)).await;
    assert_eq!(answer.unwrap().status(), 200);
    // A connection that ends.
    for protocol in ["h2", "http/1.1"] {
        mock.faults().inject(Fault::delay(Duration::from_secs(600)));
        let before = mock.journal().len();
        let stream = connect(&mock, "localhost", &[protocol]).await;
        let left = if protocol == "h2" {
            let shaken = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
            let (mut sender, connection) = shaken.unwrap();
            let connection = tokio::spawn(connection);
            let sent = sender.send_request(session_request_http2(&mock));
            let sent = tokio::spawn(sent);
            vec![connection.abort_handle(), sent.abort_handle()]
        } else {
            let request = session_request(&mock);
            vec![tokio::spawn(send(stream, request)).abort_handle()]
        };
        until(&mock, |mock| mock.journal().len() > before).await;
        for task in left {
            task.abort();
        }
        // A client of HTTP/1.1 that has closed its side is asked some time later.
        tokio::time::pause();
        until(&mock, |mock| mock.journal().in_flight() == 0).await;
        tokio::time::resume();
        assert_eq!(outcome(&mock), Outcome::Abandoned, "{protocol}");
    }
}

#[tokio::test]
async fn shutdown_waits_for_an_answer_in_flight_over_http2() {
    let mock = start().await;
    let delay = Fault::delay(Duration::from_secs(30)).by_clock();
    mock.faults().inject(delay);
    let clock = mock.clock().clone();
    let journal = mock.journal().clone();
    let mut sender = connect_http2(&mock).await;
    let sent = tokio::spawn(sender.send_request(session_request_http2(&mock)));
    until(&mock, |mock| mock.journal().len() == 1).await;
    let mut stopped = tokio::spawn(mock.shutdown(Duration::from_secs(600)));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!stopped.is_finished() && !sent.is_finished());
    clock.advance(Duration::from_secs(30));
    assert_eq!(sent.await.unwrap().unwrap().status(), 200);
    assert!((&mut stopped).await.unwrap());
    let outcome = journal.last().unwrap().outcome();
    assert!(matches!(outcome, Outcome::SessionCreated(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_connection_of_http2_that_says_nothing_is_closed() {
    let mock = start().await;
    let mut silent = connect(&mock, "localhost", &["h2"]).await;
    tokio::time::pause();
    let mut said = Vec::new();
    let _ = silent.read_to_end(&mut said).await;
    // Not a byte of an answer: settings and GOAWAY at most.
    assert!(said.len() < 100, "{said:?}");
    assert!(mock.journal().is_empty());
}

#[tokio::test]
async fn a_hang_outlasts_what_is_idle_over_http2() {
    let mock = start().await;
    mock.faults().inject(Fault::hang());
    let mut sender = connect_http2(&mock).await;
    let mut hung = tokio::spawn(sender.send_request(session_request_http2(&mock)));
    until(&mock, |mock| mock.journal().len() == 1).await;
    tokio::time::pause();
    assert!(timeout(Duration::from_secs(600), &mut hung).await.is_err());
    mock.faults().clear();
    assert!(hung.await.unwrap().is_err());
}

#[tokio::test]
async fn the_answer_to_head_has_no_body_over_http2() {
    let mock = start().await;
    let mut sender = connect_http2(&mock).await;
    let uri = format!("{}/health", mock.uri());
    let request = Request::head(uri).body(Full::default()).unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.headers()[header::CONTENT_LENGTH], "15");
    assert_eq!(whole_body(answer).await.unwrap(), "");
}

/// RFC 9113 §8.3.1: `:authority` is a host and perhaps a port, and `host` does not differ from it.
#[tokio::test]
async fn a_request_has_one_host_over_http2_too() {
    let mock = start().await;
    let mut sender = connect_http2(&mock).await;
    for (authority, host, status) in [
        ("localhost", None, 200),
        ("localhost:1", Some("localhost:1"), 200),
        ("LOCALHOST", Some("localhost"), 200),
        ("localhost", Some("other"), 400),
        ("user@localhost", None, 400),
        ("localhost:x", None, 400),
    ] {
        let Ok(mut request) =
            Request::get(format!("https://{authority}/health")).body(Full::default())
        else {
            continue;
        };
        if let Some(host) = host {
            let host = host.parse().unwrap();
            request.headers_mut().insert(header::HOST, host);
        }
        let answer = sender.send_request(request).await;
        match answer {
            Ok(answer) => assert_eq!(answer.status(), status, "{authority} {host:?}"),
            Err(error) => assert_eq!(status, 400, "{authority} {host:?}: {error}"),
        }
        sender = connect_http2(&mock).await;
    }
}

/// HTTP/2 has no connection that is closed on one side: who closes it waits for nothing any more.
#[tokio::test]
async fn a_client_that_closes_its_side_has_left_on_http2() {
    let mock = start().await;
    mock.faults()
        .inject(Fault::delay(Duration::from_secs(600)).by_clock());
    let (near, far) = tokio::io::duplex(64 * 1024);
    let shaken = http2::handshake(TokioExecutor::new(), TokioIo::new(near)).await;
    let (mut sender, connection) = shaken.unwrap();
    tokio::spawn(connection);
    let stream = connect(&mock, "localhost", &["h2"]).await;
    let (_from_mock, mut to_mock) = tokio::io::split(stream);
    let (mut from_client, _to_client) = tokio::io::split(far);
    let (leave, left) = tokio::sync::oneshot::channel::<()>();
    let relay = tokio::spawn(async move {
        tokio::select! {
            _ = tokio::io::copy(&mut from_client, &mut to_mock) => {}
            _ = left => {}
        }
        to_mock.shutdown().await.unwrap();
    });
    let _sent = tokio::spawn(sender.send_request(session_request_http2(&mock)));
    until(&mock, |mock| mock.journal().len() == 1).await;
    leave.send(()).unwrap();
    relay.await.unwrap();
    until(&mock, |mock| mock.journal().in_flight() == 0).await;
    assert_eq!(outcome(&mock), Outcome::Abandoned);
}

#[tokio::test]
async fn an_upload_that_is_given_up_is_no_refused_one_on_http2() {
    let mock = start().await;
    let stream = connect(&mock, "localhost", &["h2"]).await;
    let shaken = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.unwrap();
    tokio::spawn(connection);
    let body = Full::new(Bytes::from_static(b"{"));
    let body = body.with_trailers(std::future::pending());
    let request = session_request_http2(&mock).map(|_| body);
    let sent = tokio::spawn(sender.send_request(request));
    until(&mock, |mock| mock.journal().len() == 1).await;
    sent.abort();
    until(&mock, |mock| mock.journal().in_flight() == 0).await;
    assert_eq!(outcome(&mock), Outcome::Abandoned);
}

#[tokio::test]
async fn a_head_that_fits_http1_fits_http2() {
    let mock = start().await;
    let mut request = session_request_http2(&mock);
    let long = "x".repeat(40 * 1024).parse().unwrap();
    request.headers_mut().insert("x-long", long);
    let answer = connect_http2(&mock).await.send_request(request).await;
    assert_eq!(answer.unwrap().status(), 200);
}
