use std::time::Duration;

use tokio::runtime;
use vault_mock::{Matching, Outcome, RemoteVault, VaultServer, fault::Fault, remote::Expectation};

use crate::{
    panic_text::{panic_text, text_of},
    remote, request,
};

#[tokio::test]
async fn a_met_one_is_verified_in_one_line() {
    let (_server, vault) = remote().await;
    vault
        .create_session(&request("app", "c"))
        .await
        .unwrap()
        .unwrap();
    vault.expect(Matching::sessions()).times(1).verify().await;
    vault.expect(Matching::sessions()).times(..=1).wait().await;
    vault
        .journal()
        .expect(Matching::sessions().app("other"))
        .times(0)
        .verify()
        .await;
}

#[test]
fn an_unmet_one_panics_with_the_mocks_text_and_the_tests_line() {
    let text = panics(async |vault| {
        vault
            .create_session(&request("app", "c"))
            .await
            .unwrap()
            .unwrap();
        let twice = vault.expect(Matching::sessions()).times(2);
        twice.named("both sessions").verify().await;
    });
    assert!(text.contains("expectations.rs:"), "{text}");
    assert!(
        text.contains("both sessions: expected exactly 2, found 1"),
        "{text}"
    );
    assert!(!text.contains("in flight"), "{text}");
}

#[test]
fn a_forgotten_one_panics_when_it_is_dropped() {
    let text = panics(async |vault| {
        let forgotten = vault.expect(Matching::sessions()).times(7).named("seven");
        drop(forgotten.clone());
        drop(forgotten);
    });
    assert!(text.contains("expectations.rs:"), "{text}");
    assert!(
        text.contains("seven: expected exactly 7, and nobody verified it; add `.verify().await`"),
        "{text}"
    );
}

#[test]
fn a_forgotten_one_is_quiet_while_the_test_fails_already() {
    let text = panics(async |vault| {
        let _forgotten = vault.expect(Matching::sessions());
        panic!("the test's own failure");
    });
    assert_eq!(text, "the test's own failure");
}

#[test]
fn one_whose_mock_is_gone_panics_with_that() {
    let text = panics_with_server(async |server, vault| {
        server.shutdown(Duration::ZERO).await;
        vault.expect(Matching::sessions()).verify().await;
    });
    let (place, said) = text.split_once('\n').unwrap();
    assert!(place.starts_with(file!()), "{text}");
    assert!(
        said.starts_with("no answer from a vault-mock at http://127.0.0.1:"),
        "{text}"
    );
}

#[test]
fn all_that_are_held_are_verified_at_once() {
    let text = panics(async |vault| {
        let _one = vault.expect(Matching::sessions()).named("one");
        let _other = vault
            .clone()
            .expect(Matching::requests().status(401))
            .named("other");
        vault.expect(Matching::sessions()).times(0).verify().await;
        vault.journal().assert_met().await;
    });
    assert!(
        text.contains("one: expected") && text.contains("other: expected"),
        "{text}"
    );
}

#[tokio::test]
async fn those_declared_over_http_count_when_all_are_verified() {
    let (server, vault) = remote().await;
    let declare = |most: &str| {
        let body = format!(r#"{{"name":"declared","most":{most}}}"#);
        let request = http::Request::post("/__vault_mock/expectations")
            .header("content-type", "application/json");
        let declared = server.handle(request.body(body.into()).unwrap());
        assert_eq!(declared.status(), 204);
    };
    declare("1");
    vault
        .create_session(&request("app", "c"))
        .await
        .unwrap()
        .unwrap();
    vault.journal().assert_met().await;
    declare("0");
    let asserted = tokio::spawn(vault.journal().assert_met())
        .await
        .unwrap_err();
    let text = text_of(asserted.into_panic());
    assert!(text.contains("declared: expected"), "{text}");
    vault.reset().await.unwrap();
    vault.journal().assert_met().await;
}

#[tokio::test]
async fn a_request_in_flight_is_waited_for() {
    let delay = Duration::from_millis(20);
    let (server, vault) = remote().await;
    let slow: Fault = "delay=20ms".parse().unwrap();
    vault.faults().inject(slow).await.unwrap();
    let sender = vault.clone();
    let sent = tokio::spawn(async move { sender.create_session(&request("app", "slow")).await });
    let journal = server.journal();
    while journal.in_flight() == 0 && journal.is_empty() {
        tokio::task::yield_now().await;
    }
    let found = vault.wait_for(Matching::sessions()).into_future();
    // Whichever time the delay takes.
    let (found, ()) = tokio::join!(found, async { server.clock().advance(delay) });
    assert_eq!(found.consumer_id(), Some("slow"));
    vault.expect(Matching::sessions()).times(1).verify().await;
    sent.await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_held_request_is_read_without_a_status() {
    let (server, vault) = remote().await;
    let held_back = Fault::delay(Duration::from_secs(60)).by_clock();
    vault.faults().inject(held_back).await.unwrap();
    let sender = vault.clone();
    let sent = tokio::spawn(async move { sender.create_session(&request("app", "held")).await });
    while server.journal().is_empty() {
        tokio::task::yield_now().await;
    }
    let held = vault.journal().last().await.unwrap().unwrap();
    assert_eq!((held.status(), held.outcome()), (None, Outcome::Held));
    let in_process = server.journal().last().unwrap();
    assert_eq!(held.to_string(), in_process.to_string());
    sent.abort();
}

#[test]
fn nothing_that_comes_in_time_is_a_failure() {
    let text = panics(async |vault| {
        let _ = vault
            .wait_for(Matching::sessions())
            .within(Duration::ZERO)
            .await;
    });
    assert!(
        text.contains("requests: expected at least 1, found 0"),
        "{text}"
    );
    let unmet = |one: Expectation| one.within(Duration::ZERO);
    let text = panics(async |vault| unmet(vault.expect(Matching::sessions())).wait().await);
    assert!(text.contains("expected at least 1, found 0"), "{text}");
}

/// The message that a test on a mock panics with.
fn panics(test: impl AsyncFnOnce(RemoteVault)) -> String {
    panics_with_server(async |_server, vault| test(vault).await)
}

fn panics_with_server(test: impl AsyncFnOnce(VaultServer, RemoteVault)) -> String {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.unwrap();
    panic_text(|| {
        runtime.block_on(async {
            let (server, vault) = remote().await;
            test(server, vault).await;
        });
    })
}
