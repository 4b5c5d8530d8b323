//! TLS against an authority made for the test: trusted when it is added, refused otherwise.
#![cfg(feature = "ring")]

mod support;

use std::error::Error as _;

use support::{
    request,
    tls::{serve_tls, to},
};

#[tokio::test]
async fn an_added_root_is_trusted() {
    let server = serve_tls().await;
    let client = to("localhost", server.port)
        .only_added_roots()
        .root_certificates(server.pem);
    let client = client.build().unwrap();
    client.create_session(&request()).await.unwrap();
}

#[tokio::test]
async fn an_unknown_authority_and_a_wrong_host_are_refused() {
    let unknown = serve_tls().await;
    let other = serve_tls().await;
    let wrong_host = serve_tls().await;
    // Both authorities bear the same name, so that only the signature tells them apart.
    for (client, cause) in [
        (
            to("localhost", unknown.port).root_certificates(other.pem),
            "BadSignature",
        ),
        (
            to("127.0.0.1", wrong_host.port).root_certificates(wrong_host.pem),
            "not valid for name",
        ),
    ] {
        let client = client.only_added_roots().build().unwrap();
        let error = client.create_session(&request()).await.unwrap_err();
        assert!(error.is_connect() && !error.is_timeout());
        assert!(!error.may_have_reached_server());
        let mut causes = String::new();
        let mut next = error.source();
        while let Some(error) = next {
            causes.push_str(&error.to_string());
            next = error.source();
        }
        assert!(causes.contains(cause), "{causes}");
    }
}
