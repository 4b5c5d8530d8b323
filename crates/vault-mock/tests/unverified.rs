//! A verification that is forgotten fails the test, whichever way it is forgotten.

#[path = "support/panic_text.rs"]
mod panic_text;

use std::{cell::RefCell, panic, time::Duration};

use panic_text::{panic_text, text_of};
use vault_mock::{Expectation, Matching, Vault};
use vault_sessions::{AppId, ConsumerId, CreateSession};

fn create(vault: &Vault) {
    let request = CreateSession::builder()
        .app_id(AppId::from_static("app"))
        .consumer_id(ConsumerId::from_static("account:12345"))
        .build();
    vault.create_session(&request).unwrap();
}

fn seven(vault: &Vault) -> Expectation {
    vault
        .expect(Matching::sessions())
        .times(7)
        .named("seven sessions")
}

#[test]
fn a_forgotten_verify_names_the_expectation_and_the_line_to_add() {
    let vault = Vault::builder().build();
    let text = panic_text(|| drop(seven(&vault)));
    let made_at = format!("{}:", file!());
    assert!(text.starts_with(&made_at), "{text}");
    for part in [
        "seven sessions",
        "exactly 7",
        "`.verify().await`",
        "`.verify_blocking()`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // A journal has forgotten it, too.
    vault.journal().assert_met_blocking();
}

#[tokio::test]
async fn a_future_that_is_not_awaited_verifies_nothing() {
    let vault = Vault::builder().build();
    assert!(panic_text(|| drop(seven(&vault).verify())).contains("seven sessions"));
    assert!(panic_text(|| drop(seven(&vault).wait())).contains("seven sessions"));

    // It has to run to its end.
    let expectation = seven(&vault).within(Duration::from_secs(60));
    let waiting = tokio::spawn(async move { expectation.wait().await });
    tokio::task::yield_now().await;
    waiting.abort();
    let ended = waiting.await.unwrap_err();
    assert!(ended.is_panic() || ended.is_cancelled());
}

#[test]
fn the_last_clone_answers_for_all() {
    let vault = Vault::builder().build();
    let expectation = seven(&vault);
    drop(expectation.clone());
    let clone = expectation.clone();
    drop(expectation);
    assert!(panic_text(|| drop(clone)).contains("seven sessions"));

    let expectation = vault.expect(Matching::sessions()).times(0);
    let clone = expectation.clone();
    clone.verify_blocking();
    drop(clone);
    drop(expectation);
}

#[tokio::test]
async fn every_way_to_verify_counts() {
    let vault = Vault::builder().build();
    create(&vault);
    let one = || vault.expect(Matching::sessions()).times(1);
    one().verify().await;
    one().verify_blocking();
    one().wait().await;
    assert!(one().check().await.is_ok());
    assert!(one().times(2).check_blocking().is_err());

    let held = one();
    vault.journal().assert_met().await;
    drop(held);
    let held = one();
    vault.journal().assert_met_blocking();
    drop(held);
}

#[test]
fn an_expectation_that_was_verified_and_dropped_is_not_verified_again() {
    let vault = Vault::builder().build();
    vault
        .expect(Matching::sessions())
        .times(0)
        .verify_blocking();
    create(&vault);
    vault.journal().assert_met_blocking();
}

#[test]
fn a_test_that_fails_for_another_reason_keeps_its_reason() {
    let vault = Vault::builder().build();
    let text = panic_text(|| {
        let _unverified = seven(&vault);
        panic!("the first reason");
    });
    assert_eq!(text, "the first reason");
}

#[tokio::test]
async fn the_line_of_the_test_comes_first() {
    let vault = Vault::builder().build();
    let verifying = tokio::spawn({
        let vault = vault.clone();
        async move { seven(&vault).verify().await }
    });
    let text = text_of(verifying.await.unwrap_err().into_panic());
    assert!(text.starts_with(&format!("{}:", file!())), "{text}");
    let text = panic_text(|| {
        let found = vault.wait_for(Matching::sessions()).within(Duration::ZERO);
        let _ = found.blocking();
    });
    assert!(text.starts_with(&format!("{}:", file!())), "{text}");
}

thread_local! {
    /// Where the last panic of this thread was.
    static PLACE: RefCell<String> = RefCell::default();
}

#[test]
fn the_line_of_the_test_is_named_once_where_it_blocks() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string);
        PLACE.set(place.unwrap_or_default());
        usual(panic);
    }));
    let vault = Vault::builder().build();
    let line = line!() + 1;
    let text = panic_text(|| seven(&vault).verify_blocking());
    assert!(!text.contains(file!()), "{text}");
    let place = PLACE.take();
    assert!(
        place.starts_with(&format!("{}:{line}:", file!())),
        "{place}"
    );
}
