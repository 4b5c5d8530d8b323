//! What the mock says of the mistakes of a first day, word by word.

#[path = "support/panic_text.rs"]
mod panic_text;

use std::{
    future::Future,
    net::{Ipv4Addr, TcpListener},
    pin::pin,
    task::{Context, Waker},
};

use panic_text::panic_text;
use vault_mock::{
    Matching, RateLimit, Secret, Vault, VaultServer,
    fault::{Behaviour, Fault},
};
use vault_sessions::{AppId, ConsumerId, CreateSession, SessionLength};

fn request() -> CreateSession {
    CreateSession::builder()
        .app_id(AppId::from_static("my-app"))
        .consumer_id(ConsumerId::from_static("account:12345"))
        .build()
}

#[test]
fn a_server_without_a_runtime() {
    let said = panic_text(|| {
        let mut context = Context::from_waker(Waker::noop());
        let _ = pin!(VaultServer::start()).as_mut().poll(&mut context);
    });
    assert_eq!(
        said,
        "a mock with a listener needs a tokio runtime: start it under `#[tokio::main]` or \
         `#[tokio::test]`, or take `start_blocking()`, which brings its own"
    );
}

#[test]
fn an_address_that_nobody_can_listen_on() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let started = VaultServer::builder().address(address).start_blocking();
    assert_eq!(
        started.unwrap_err().to_string(),
        format!(
            "cannot listen on {address}: Address already in use (os error 98): another program listens \
             there; stop it, or choose another port (port 0 takes a free one)"
        )
    );
    // RFC 5737: no machine has it.
    let elsewhere = ([192, 0, 2, 1], 0);
    let started = VaultServer::builder().address(elsewhere).start_blocking();
    assert_eq!(
        started.unwrap_err().to_string(),
        "cannot listen on 192.0.2.1:0: Cannot assign requested address (os error 99): this machine has \
         no such address; 127.0.0.1 is this machine alone, 0.0.0.0 every interface"
    );
}

#[test]
fn values_that_are_none() {
    for (said, expected) in [
        (
            "60 per minute"
                .parse::<RateLimit>()
                .unwrap_err()
                .to_string(),
            "invalid rate limit `60 per minute`: write 60/second, 60/minute or 60/hour",
        ),
        (
            Secret::new("").unwrap_err().to_string(),
            "invalid secret: it is empty; write at least one byte",
        ),
        (
            "sttus=503".parse::<Behaviour>().unwrap_err().to_string(),
            "invalid fault at byte 0: `sttus` is not a fault; known are: ok, status, html, invalid-json, \
             wrong-shape, content-type, token, close, reset, truncated-body, content-length, bad-chunk, \
             garbage, oversized-headers, drip, hang, delay",
        ),
        (
            "8d".parse::<SessionLength>().unwrap_err().to_string(),
            "invalid session length: it is out of range; write a whole number and one unit (s, m, h, d \
             or w), from `1s` to `1w`",
        ),
    ] {
        assert_eq!(said, expected);
    }
}

#[test]
fn limits_of_zero() {
    let said = |vault: Vault| vault.create_session(&request()).unwrap_err().to_string();
    for (vault, expected) in [
        (
            Vault::builder().body_limit(0),
            "the service answered 413 Payload Too Large: PayloadTooLargeError: Payload Too Large: The \
             body is larger than 0 bytes, the limit of the mock",
        ),
        (
            Vault::builder().request_limit(0),
            "the service answered 402 Payment Required: RequestLimitError: Request Limit Reached: You \
             have reached your limit of 0; the plan's request limit is used up",
        ),
        (
            Vault::builder().rate_limit(RateLimit::per_minute(0)),
            "the service answered 429 Too Many Requests: TooManyRequestsError: Too Many Requests: The \
             rate limit of the mock, 0/minute, is exceeded; wait as long as `retry-after` says, then try \
             again",
        ),
    ] {
        assert_eq!(said(vault.build()), expected);
    }
    let vault = Vault::builder().journal_capacity(0).build();
    vault.create_session(&request()).unwrap();
    let expectation = vault.expect(Matching::sessions());
    let unmet = expectation.check_blocking().unwrap_err();
    assert_eq!(
        unmet.to_string(),
        "requests: expected at least 1, found 0\n  method POST\n  path /vault/sessions\n  outcome session \
         created\nthe journal has dropped 1 request, so the count is not certain: raise \
         `journal_capacity`, or clear the journal before the part that counts\nno other request is left \
         in the journal, which has dropped 1"
    );
}

#[test]
fn a_verification_that_is_forgotten() {
    let vault = Vault::builder().build();
    let expectation = vault.expect(Matching::sessions()).times(1);
    let line = line!() - 1;
    let said = panic_text(|| drop(expectation));
    let (place, said) = said.split_once('\n').unwrap();
    assert!(
        place.starts_with(&format!("{}:{line}:", file!())),
        "{place}"
    );
    assert_eq!(
        said,
        "requests: expected exactly 1, and nobody verified it; add `.verify().await`, or \
         `.verify_blocking()` where nothing can be awaited"
    );
}

#[test]
fn what_belongs_to_a_status_and_comes_with_another_fault() {
    let said = panic_text(|| drop(Fault::reset().retry_after(3)));
    assert_eq!(
        said,
        "`retry-after` belongs to a status: begin with `Fault::status(503)`"
    );
    let said = panic_text(|| drop(Fault::hang().body("{}")));
    assert_eq!(
        said,
        "`body` belongs to a status: begin with `Fault::status(503)`"
    );
}
