//! What a client refuses to be built with, and what can be put into one.

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
use http::{Request, Response};
use http_body_util::Full;
use support::{builder, request};
use tower::{service_fn, util::MapRequest};
use vault_sessions_client::{BaseUri, Client, ClientBuilder, Error, RequestBody, SessionResponse};

fn refusal(builder: ClientBuilder) -> String {
    let message = builder.build().unwrap_err().to_string();
    assert!(
        !message.contains('\n') && !message.ends_with('.'),
        "{message}"
    );
    message
}

#[test]
fn client_and_error_go_anywhere() {
    fn anywhere<T: Send + Sync + 'static>() {}
    fn clone<T: Clone>() {}
    anywhere::<Client>();
    anywhere::<ClientBuilder>();
    anywhere::<SessionResponse>();
    anywhere::<Error>();
    clone::<Client>();
}

#[test]
fn user_agents_are_checked() {
    for user_agent in ["a\r\nb: c", " ", "a ", "é", "a\0"] {
        assert!(refusal(builder().user_agent(user_agent)).contains("user agent"));
    }
    let local = BaseUri::new("http://localhost:8080").unwrap();
    let named = builder()
        .base_uri(local)
        .user_agent("billing/1.0 (nightly)");
    assert!(named.build().is_ok());
}

#[test]
fn plain_http_stays_on_this_machine_unless_allowed() {
    let elsewhere = builder().base_uri(BaseUri::new("http://vault.example").unwrap());
    assert!(elsewhere.allow_plain_http().build().is_ok());
    let local = BaseUri::new("http://localhost:8080").unwrap();
    assert!(builder().base_uri(local).build().is_ok());
}

#[cfg(not(feature = "tls"))]
#[test]
fn https_without_tls_is_refused() {
    assert!(refusal(builder()).contains("an https base URI or proxy needs TLS"));
}

#[cfg(all(feature = "ring", feature = "webpki-roots"))]
#[test]
fn roots_are_checked() {
    assert!(builder().build().is_ok());
    assert!(refusal(builder().root_certificates("no pem")).contains("no valid PEM certificates"));
    assert!(refusal(builder().only_added_roots()).contains("no certificate authority"));
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let error = builder()
        .root_certificates(no_certificate)
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("not a certificate"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn layers_see_the_request_and_the_last_added_is_outermost() {
    let seen = Arc::new(AtomicUsize::new(0));
    let inner = Arc::clone(&seen);
    let outer = Arc::clone(&seen);
    let transport =
        service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())));
    let client = builder()
        .transport(transport)
        .layer(|service| {
            MapRequest::new(service, move |request: Request<RequestBody>| {
                assert_eq!(inner.swap(2, Ordering::SeqCst), 1);
                request
            })
        })
        .layer(|service| {
            MapRequest::new(service, move |request: Request<RequestBody>| {
                assert!(request.headers()["authorization"].is_sensitive());
                assert_eq!(outer.swap(1, Ordering::SeqCst), 0);
                request
            })
        })
        .build()
        .unwrap();
    let error = client.create_session(&request()).await.unwrap_err();
    assert!(error.is_unreadable());
    assert_eq!(seen.load(Ordering::SeqCst), 2);
}

#[test]
fn a_configuration_that_is_refused_can_be_asked_why() {
    let missing = Client::builder().build().unwrap_err();
    assert!(missing.is_missing_api_key() && !missing.is_insecure());
    let plain = builder().base_uri(BaseUri::new("http://vault.example").unwrap());
    assert!(plain.build().unwrap_err().is_insecure());
    let contradiction = builder()
        .attempt_timeout(Duration::from_secs(2))
        .total_timeout(Duration::from_secs(1));
    assert!(contradiction.build().unwrap_err().is_contradiction());
    // What `main` and `unwrap` print has the sentence in it.
    assert!(format!("{missing:?}").contains(&missing.to_string()));
    assert!(missing.variable().is_none() && !missing.is_tls_missing());
}

#[cfg(feature = "tls")]
#[test]
fn a_private_key_among_the_roots_is_named_and_not_shown() {
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let broken = key.replacen("-----BEGIN", "-----BEGIN ", 1);
    let cut = key.split_at(key.len() / 2).0;
    let unreadable = key.replacen("MI", "M!", 1);
    for pem in [&*key, &broken, cut, &unreadable, "", "MIGHAgEAMBMG"] {
        let error = builder().root_certificates(pem).build().unwrap_err();
        let shown = format!(
            "{error} {error:?} {error:#?} {:?}",
            std::error::Error::source(&error)
        );
        for part in key.lines().filter(|line| !line.contains("-----")) {
            let numbers = format!("{:?}", &part.as_bytes()[..8.min(part.len())]);
            assert!(!shown.contains(part) && !shown.contains(numbers.trim_matches(['[', ']'])));
        }
    }
    let error = builder().root_certificates(&key).build().unwrap_err();
    assert!(error.to_string().contains("private key"), "{error}");
}
