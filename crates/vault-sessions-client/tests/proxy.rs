//! Proxies: tunnels with TLS inside, plain requests with the whole URI, and what must not get through.
#![cfg(feature = "proxy")]

mod support;

use support::{End, builder, builder_at, created, listen, read_request, request, serve};
use tokio::io::AsyncWriteExt;
use vault_sessions_client::{BaseUri, Proxy};

/// The base64 of `user:p@ss` after its scheme, as RFC 7617 §2 has it.
const CREDENTIALS: &str = "Basic dXNlcjpwQHNz";

fn proxy(scheme: &str, host: &str, port: u16) -> Proxy {
    Proxy::new(format!("{scheme}://user:p%40ss@{host}:{port}")).unwrap()
}

#[cfg(feature = "ring")]
mod tunnels {
    use std::{error::Error as _, sync::Arc};

    use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, copy_bidirectional};
    use tokio_rustls::TlsAcceptor;
    use vault_sessions_client::Error;

    use super::*;
    use support::tls::{identity, serve_tls, to};

    /// Reads a `CONNECT`, connects to the port and relays until both sides end; gives the head.
    async fn tunnel(mut stream: impl AsyncRead + AsyncWrite + Unpin, port: u16) -> String {
        let head = read_head(&mut stream).await;
        let mut service = tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .unwrap();
        let established = b"HTTP/1.1 200 Connection established\r\n\r\n";
        stream.write_all(established).await.unwrap();
        // The client may leave without a word.
        let _ = copy_bidirectional(&mut stream, &mut service).await;
        head
    }

    async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        String::from_utf8(head).unwrap()
    }

    fn causes(error: &Error) -> String {
        let sources = std::iter::successors(error.source(), |&cause| cause.source());
        sources
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[tokio::test]
    async fn an_https_service_is_reached_through_a_tunnel() {
        let service = serve_tls().await;
        let (listener, port) = listen().await;
        let service_port = service.port;
        let head = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            tunnel(stream, service_port).await
        });
        let client = to("localhost", service.port)
            .only_added_roots()
            .root_certificates(service.pem)
            .proxy(proxy("http", "127.0.0.1", port))
            .build()
            .unwrap();
        client.create_session(&request()).await.unwrap();
        drop(client);

        let head = head.await.unwrap().to_ascii_lowercase();
        assert!(head.starts_with(&format!("connect localhost:{service_port} http/1.1\r\n")));
        let expected = format!("proxy-authorization: {CREDENTIALS}\r\n").to_ascii_lowercase();
        assert!(head.contains(&expected), "{head}");
        assert!(
            !head.contains("bearer") && !head.contains("x-apideck"),
            "{head}"
        );
        let request = service.request.await.unwrap().unwrap();
        assert!(request.starts_with("POST /vault/sessions HTTP/1.1\r\n"));
        assert!(!request.contains("proxy-authorization"), "{request}");
    }

    #[tokio::test]
    async fn the_proxy_itself_may_speak_tls() {
        let service = serve_tls().await;
        let (config, proxy_pem) = identity();
        let (listener, port) = listen().await;
        let service_port = service.port;
        let head = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = TlsAcceptor::from(Arc::new(config));
            tunnel(acceptor.accept(stream).await.unwrap(), service_port).await
        });
        let client = to("localhost", service.port)
            .only_added_roots()
            .root_certificates(service.pem)
            .root_certificates(proxy_pem)
            .proxy(proxy("https", "localhost", port))
            .build()
            .unwrap();
        client.create_session(&request()).await.unwrap();
        drop(client);
        assert!(head.await.unwrap().contains(CREDENTIALS));
    }

    #[tokio::test]
    async fn a_proxy_that_refuses_is_a_failed_connection() {
        for (answer, cause) in [
            (
                "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
                "CONNECT with 407",
            ),
            ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "CONNECT with 502"),
            ("SSH-2.0-OpenSSH_9.6\r\n", "invalid HTTP version"),
            ("", "connection closed before message completed"),
        ] {
            let (listener, port) = listen().await;
            tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                read_head(&mut stream).await;
                stream.write_all(answer.as_bytes()).await.unwrap();
            });
            let client = to("vault.example", 443)
                .only_added_roots()
                .root_certificates(identity().1)
                .proxy(proxy("http", "127.0.0.1", port))
                .build()
                .unwrap();
            let error = client.create_session(&request()).await.unwrap_err();
            assert!(error.is_connect() && !error.may_have_reached_server());
            let line = error.to_string();
            let begin = format!(
                "could not connect to https://vault.example:443 through the proxy \
                 http://127.0.0.1:{port}/"
            );
            assert!(line.starts_with(&begin), "{line}");
            assert_eq!(
                line.contains("credentials"),
                answer.contains("407"),
                "{line}"
            );
            assert!(causes(&error).contains(cause), "{}", causes(&error));
            let shown = format!("{error:?} {}", causes(&error));
            assert!(
                !shown.contains("p@ss") && !shown.contains("dXNlc"),
                "{shown}"
            );
        }
    }
}

#[tokio::test]
async fn a_plain_service_is_asked_for_with_its_whole_uri() {
    let (listener, port) = listen().await;
    let requests = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(listener);
        let mut requests = Vec::new();
        for _ in 0..2 {
            requests.push(read_request(&mut stream).await);
            stream.write_all(created().as_bytes()).await.unwrap();
        }
        requests
    });
    let client = builder()
        .base_uri(BaseUri::new("http://vault.example/base").unwrap())
        .allow_plain_http()
        .proxy(proxy("http", "127.0.0.1", port))
        .build()
        .unwrap();
    for _ in 0..2 {
        client.create_session(&request()).await.unwrap();
    }
    for request in requests.await.unwrap() {
        let line = "POST http://vault.example/base/vault/sessions HTTP/1.1\r\n";
        assert!(request.starts_with(line), "{request}");
        assert!(request.contains("host: vault.example\r\n"), "{request}");
        let expected = format!("proxy-authorization: {CREDENTIALS}\r\n");
        assert!(request.contains(&expected), "{request}");
    }
}

#[tokio::test]
async fn excepted_services_are_reached_directly() {
    let port = serve([(created().into_bytes(), End::Close)]).await;
    let client = builder_at(port)
        .proxy(
            Proxy::new("http://127.0.0.1:1")
                .unwrap()
                .except("127.0.0.0/8"),
        )
        .build()
        .unwrap();
    client.create_session(&request()).await.unwrap();
}

#[test]
fn an_unencrypted_key_does_not_leave_this_machine_through_a_proxy() {
    let local = || {
        let base = BaseUri::new("http://127.0.0.1:8080").unwrap();
        builder().base_uri(base)
    };
    let away = Proxy::new("http://user:p%40ss@proxy.example:3128").unwrap();
    let error = local().proxy(away.clone()).build().unwrap_err().to_string();
    assert!(
        error.contains("through the proxy `http://proxy.example:3128/`"),
        "{error}"
    );
    assert!(!error.contains("p%40ss"), "{error}");
    let excepted = away.clone().except("127.0.0.1");
    assert!(local().proxy(excepted).build().is_ok());
    assert!(local().proxy(away).allow_plain_http().build().is_ok());
    assert!(
        local()
            .proxy(Proxy::new("localhost:3128").unwrap())
            .build()
            .is_ok()
    );
}

#[cfg(not(feature = "tls"))]
#[test]
fn an_https_proxy_without_tls_is_refused() {
    let client = builder()
        .base_uri(BaseUri::new("http://127.0.0.1:8080").unwrap())
        .proxy(Proxy::new("https://localhost:3128").unwrap());
    let error = client.build().unwrap_err().to_string();
    assert!(
        error.starts_with("an https base URI or proxy needs TLS"),
        "{error}"
    );
}

#[tokio::test]
async fn no_part_of_a_password_is_shown_whatever_is_wrong_with_it() {
    for uri in [
        "http://user:ppp@ssWORD@127.0.0.1:1",
        "http://user:ppp#ssWORD@127.0.0.1:1",
        "http://user:ppp/ssWORD@127.0.0.1:1",
        "http://user:ppp?ssWORD@127.0.0.1:1",
        "user:ppp:ssWORD",
    ] {
        let error = Proxy::new(uri).unwrap_err();
        let shown = format!("{error} {error:?} {error:#?}");
        for part in ["ppp", "ssWORD", "127.0.0.1"] {
            assert!(!shown.contains(part), "{shown}");
        }
    }
}

#[test]
fn an_exception_that_is_not_understood_is_refused() {
    let proxy = Proxy::new("http://127.0.0.1:1").unwrap();
    let base = BaseUri::new("http://127.0.0.1:8080").unwrap();
    let client = builder()
        .base_uri(base)
        .proxy(proxy.except("ok.example, 10.0.0.*"));
    let error = client.build().unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("entry 2 of `Proxy::except` is not"),
        "{error}"
    );
    assert_eq!(error.variable(), None);
}

/// Reads `CONNECT`, which has no body.
#[cfg(feature = "ring")]
async fn read_head(stream: &mut tokio::net::TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(tokio::io::AsyncReadExt::read_u8(stream).await.unwrap());
    }
}

/// A client for a service that only this proxy leads to.
#[cfg(feature = "ring")]
fn tunnelled(
    port: u16,
    policy: vault_sessions_client::RetryPolicy,
) -> vault_sessions_client::Client {
    support::tls::to("vault.example", 443)
        .only_added_roots()
        .root_certificates(support::tls::identity().1)
        .retry(policy)
        .proxy(proxy("http", "127.0.0.1", port))
        .build()
        .unwrap()
}

/// What a proxy says to `CONNECT`, how often it is asked, and that its word is in the text.
#[cfg(feature = "ring")]
#[tokio::test]
async fn a_refusal_of_a_proxy_is_told_and_tried_again_only_if_it_may_pass() {
    use vault_sessions_client::RetryPolicy;

    for (status, attempts) in [
        ("302 Found", 1),
        ("400 Bad Request", 1),
        ("401 Unauthorized", 1),
        ("403 Forbidden", 1),
        ("405 Method Not Allowed", 1),
        ("511 Network Authentication Required", 1),
        ("500 Internal Server Error", 1),
        ("429 Too Many Requests", 2),
        ("502 Bad Gateway", 2),
        ("503 Service Unavailable", 2),
        ("504 Gateway Timeout", 2),
    ] {
        let (listener, port) = listen().await;
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                read_head(&mut stream).await;
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 9\r\n\r\n<p>no</p>");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let policy = RetryPolicy::default()
            .max_attempts(2)
            .backoff(std::time::Duration::ZERO, std::time::Duration::ZERO);
        let client = tunnelled(port, policy);
        let error = client.create_session(&request()).await.unwrap_err();
        assert_eq!(error.attempts(), attempts, "{error}");
        assert!(error.is_connect() && !error.may_have_reached_server());
        // It is no answer of the service.
        assert_eq!((error.status(), error.is_retryable()), (None, attempts > 1));
        let refused = format!("the proxy refused with {status}; check");
        assert!(error.to_string().contains(&refused), "{error}");
    }
}

/// How long a proxy that refuses asks to wait is waited for, on a clock that goes on when all wait.
#[cfg(feature = "ring")]
#[tokio::test]
async fn a_proxy_is_not_asked_again_before_it_wants_to_be() {
    use std::time::Duration;

    use tokio::time::sleep;
    use vault_sessions_client::RetryPolicy;

    let longest = Duration::from_secs(7);
    for (status, asked, read, waits) in [
        ("503 Service Unavailable", "3", Some(3), &[3][..]),
        ("429 Too Many Requests", "1.5", Some(2), &[2]),
        ("503 Service Unavailable", "soon", None, &[7]),
        // Longer than the client waits.
        ("503 Service Unavailable", "3600", Some(3600), &[]),
    ] {
        let (listener, port) = listen().await;
        let (noted, mut times) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                read_head(&mut stream).await;
                noted.send(sleep(Duration::ZERO).deadline()).unwrap();
                let answer = format!("HTTP/1.1 {status}\r\nretry-after: {asked}\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let policy = RetryPolicy::default()
            .max_attempts(2)
            .backoff(Duration::ZERO, longest)
            .seed(1);
        let client = tunnelled(port, policy);
        let call = tokio::spawn(async move { client.create_session(&request()).await });
        let first = times.recv().await.unwrap();
        tokio::time::pause();
        let error = call.await.unwrap().unwrap_err();
        tokio::time::resume();
        assert!(error.is_connect() && error.status().is_none(), "{error}");
        assert_eq!(
            error.retry_after(),
            read.map(Duration::from_secs),
            "{error}"
        );
        let mut waited = Vec::new();
        while let Ok(time) = times.try_recv() {
            waited.push((time - first).as_secs());
        }
        assert_eq!(waited, waits, "{status} {asked}");
    }
}

/// As much is forgiven in its answer as in one of the service.
#[cfg(feature = "ring")]
#[tokio::test]
async fn a_tunnel_is_not_lost_for_a_line_beside_it() {
    let many = (0..110).map(|n| format!("x-{n}: {n}\r\n"));
    let many = many.collect::<Vec<_>>().concat();
    for lines in [
        many.as_str(),
        "foo : bar\r\n",
        "a: b\r\n  c\r\n",
        "no colon\r\n",
    ] {
        let service = support::tls::serve_tls().await;
        let (listener, port) = listen().await;
        let answer = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
        let service_port = service.port;
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_head(&mut stream).await;
            let address = ("127.0.0.1", service_port);
            let mut service = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut service).await;
        });
        let client = support::tls::to("localhost", service.port)
            .only_added_roots()
            .root_certificates(service.pem)
            .proxy(proxy("http", "127.0.0.1", port))
            .build()
            .unwrap();
        let outcome = client.create_session(&request()).await;
        assert!(outcome.is_ok(), "{lines}: {:?}", outcome.err());
    }
}

#[cfg(feature = "ring")]
#[tokio::test]
async fn credentials_that_a_proxy_refuses_are_shown_to_it_once_and_cost_no_retry() {
    use vault_sessions_client::RetryPolicy;

    let (listener, port) = listen().await;
    let asked = tokio::spawn(async move {
        let mut asked = 0;
        while asked < 2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_head(&mut stream).await;
            let answer = if asked == 0 {
                "407 Proxy Authentication Required"
            } else {
                "502 Bad Gateway"
            };
            let answer = format!("HTTP/1.1 {answer}\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            asked += 1;
        }
    });
    let policy = RetryPolicy::default()
        .max_attempts(2)
        .budget(1)
        .backoff(std::time::Duration::ZERO, std::time::Duration::ZERO);
    let client = tunnelled(port, policy);
    let error = client.create_session(&request()).await.unwrap_err();
    assert!(
        error.to_string().contains("the proxy wants credentials"),
        "{error}"
    );
    assert_eq!(error.attempts(), 1);
    assert!(!error.is_retryable() && !error.may_have_reached_server());
    // The budget still pays for what passes.
    let error = client.create_session(&request()).await.unwrap_err();
    assert_eq!(error.attempts(), 2);
    asked.await.unwrap();
}
