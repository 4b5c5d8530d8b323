//! What one call does that the scenario does not show.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Method, Request};
use serde_json::json;
use vault_mock::{
    ClockChange, Matching, Provider, RateLimit,
    fault::{Behaviour, Fault, Scope, fail},
    remote::Recorded,
};
use vault_sessions::{AppId, ConsumerId, SessionToken};

use crate::{remote, request};

#[tokio::test]
async fn the_clock_is_that_of_the_mock_to_the_nanosecond() {
    let (server, vault) = remote().await;
    let clock = vault.clock();
    let begin = SystemTime::UNIX_EPOCH + Duration::new(1_767_225_600, 123_456_789);
    clock.set(begin).await.unwrap();
    assert_eq!(server.clock().now(), begin);
    // More than a JSON number holds at once.
    let years = Duration::new(10 * 365 * 24 * 60 * 60, 1);
    clock.advance(years).await.unwrap();
    assert_eq!(server.clock().now(), begin + years);

    clock.scale(60).await.unwrap();
    assert_eq!(server.clock().state().scale(), 60);
    clock.resume().await.unwrap();
    assert_eq!(clock.state().await.unwrap().scale(), 1);
    clock.freeze().await.unwrap();
    assert_eq!(clock.state().await.unwrap(), server.clock().state());
    for change in [
        "advance=1m 30s",
        "set=2026-01-01T00:00:00Z",
        "scale=2",
        "resume",
        "freeze",
    ] {
        let change: ClockChange = change.parse().unwrap();
        clock.apply(change).await.unwrap();
    }
}

#[tokio::test]
async fn the_clock_stops_at_its_borders() {
    let (server, vault) = remote().await;
    let clock = vault.clock();
    clock
        .set(SystemTime::UNIX_EPOCH - Duration::from_secs(1))
        .await
        .unwrap();
    assert_eq!(server.clock().now(), SystemTime::UNIX_EPOCH);
    clock.advance(Duration::MAX).await.unwrap();
    let end = server.clock().now();
    clock.set(end + Duration::from_secs(1)).await.unwrap();
    assert_eq!(clock.now().await.unwrap(), end);
}

#[tokio::test]
async fn a_token_without_a_session_has_no_end_to_go_to() {
    let (_server, vault) = remote().await;
    let token = SessionToken::new("no.session.here").unwrap();
    let error = vault
        .clock()
        .set_around_expiry(&token, vault_mock::AroundExpiry::At)
        .await;
    let error = error.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the token holds no session to go to the end of"
    );
    assert!(vault.verify(&token).await.unwrap().unwrap_err().is_forged());
}

#[tokio::test]
async fn faults_keep_their_scopes() {
    let (server, vault) = remote().await;
    let faults = vault.faults();
    let (app, consumer) = (AppId::from_static("a b"), ConsumerId::from_static("c&d=e"));
    let scopes = [
        Scope::everybody(),
        Scope::app(app.clone()),
        Scope::consumer(consumer.clone()),
        Scope::app(app)
            .and_consumer(consumer)
            .and_method(Method::POST),
        Scope::everybody().and_method(Method::OPTIONS),
    ];
    for scope in &scopes {
        let behaviour = Fault::status(503).body("\"; times=2, ok");
        faults.inject_for(scope.clone(), behaviour).await.unwrap();
    }
    let injected = faults.injected().await.unwrap();
    assert_eq!(injected, server.faults().injected());
    assert_eq!(
        injected
            .iter()
            .map(|(scope, _)| scope.clone())
            .collect::<Vec<_>>(),
        scopes
    );
    for ended in 1..=scopes.len() {
        faults.clear_for(&scopes[ended - 1]).await.unwrap();
        let left = server.faults().injected();
        assert!(
            left.iter().map(|(scope, _)| scope).eq(&scopes[ended..]),
            "{ended}"
        );
    }
    faults
        .inject("seed=1, ok, reset".parse::<Behaviour>().unwrap())
        .await
        .unwrap();
    faults.clear().await.unwrap();
    assert_eq!(server.faults().injected(), []);
}

#[tokio::test]
async fn every_rule_comes_back_as_it_was_set() {
    let (server, vault) = remote().await;
    let before = vault.rules().await.unwrap();
    assert_eq!(before, server.rules());
    vault
        .change_rules(|rules| {
            rules.rate_limit = Some(RateLimit::per_minute(7));
            rules.oauth_provider = Provider::Asks;
            rules.issued_at_tolerance = Duration::from_millis(1_500);
            rules.journal_capacity = 3;
            rules.directives = false;
        })
        .await
        .unwrap();
    assert_ne!(before, server.rules());
    assert_eq!(vault.rules().await.unwrap(), server.rules());
    vault
        .change_rules(|rules| *rules = before.clone())
        .await
        .unwrap();
    assert_eq!(server.rules(), before);

    let error = vault
        .change_rules(|rules| rules.body_limit = usize::MAX)
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert!(
        error
            .to_string()
            .contains("#/body_limit: it must be an integer"),
        "{error}"
    );
}

#[tokio::test]
async fn the_journal_shows_requests_without_credentials() {
    let (server, vault) = remote().await;
    let journal = vault.journal();
    assert!(journal.is_empty().await.unwrap() && journal.last().await.unwrap().is_none());
    vault
        .create_session(&request("app", "one"))
        .await
        .unwrap()
        .unwrap();
    vault
        .create_session(&request("app", "two"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(journal.len().await.unwrap(), 2);
    let last = journal.last().await.unwrap().unwrap();
    assert_eq!(
        last.to_string(),
        server.journal().last().unwrap().to_string()
    );
    assert_eq!(
        (last.app_id(), last.consumer_id()),
        (Some("app"), Some("two"))
    );
    assert_eq!(
        (last.method(), last.path()),
        (&Method::POST, "/vault/sessions")
    );
    assert_eq!(last.at(), server.clock().now());
    assert_eq!(last.json().unwrap(), serde_json::json!({}));
    let key = vault.api_key().expose_secret();
    assert!(!format!("{last:?}").contains(key));

    let two = Matching::session_for(&ConsumerId::from_static("two"));
    let found = journal.find(&two).await.unwrap();
    assert_eq!(found.iter().map(Recorded::number).collect::<Vec<_>>(), [2]);
    server.change_rules(|rules| rules.journal_capacity = 1);
    assert_eq!(journal.dropped().await.unwrap(), 1);
    journal.clear().await.unwrap();
    assert!(server.journal().is_empty());
}

#[tokio::test]
async fn a_session_takes_the_way_of_any_request() {
    let (server, vault) = remote().await;
    let created = vault
        .create_session(&request("app", "c"))
        .await
        .unwrap()
        .unwrap();
    assert!(created.uri().expose_secret().starts_with(server.uri()));
    assert_eq!(vault.api_key(), server.api_key());
    assert_eq!((vault.uri(), vault.app_id()), (server.uri(), None));
    assert_eq!(
        vault.verify(created.token()).await.unwrap(),
        server.verify(created.token())
    );

    vault.faults().inject(fail(429).times(1)).await.unwrap();
    let refused = vault
        .create_session(&request("app", "c"))
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(refused.status(), 429);
    vault.faults().inject(Fault::reset()).await.unwrap();
    let broken = vault
        .create_session(&request("app", "c"))
        .await
        .unwrap_err();
    assert!(broken.is_connect(), "{broken}");
}

#[test]
fn a_handle_in_a_static_serves_every_runtime() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let server = vault_mock::VaultServer::start_blocking();
    let connect = async { vault_mock::RemoteVault::connect(server.uri()).await };
    let vault = runtime().block_on(connect).unwrap();
    for _ in 0..3 {
        let sent = runtime().block_on(async { vault.create_session(&request("app", "c")).await });
        sent.unwrap().unwrap();
    }
    assert_eq!(server.journal().len(), 3);
}

/// What `.ci/graph` is about: with features of `serde_json`, `Value` takes these for its own.
#[tokio::test]
async fn every_name_of_a_member_in_the_journal_is_a_name() {
    let (server, vault) = remote().await;
    for name in ["Number", "RawValue"] {
        let settings = json!({ format!("$serde_json::private::{name}"): "x" });
        let body = json!({ "custom_consumer_settings": settings });
        let sent = Request::post("/vault/sessions")
            .header(
                "authorization",
                format!("Bearer {}", server.api_key().expose_secret()),
            )
            .header("x-apideck-app-id", "app")
            .header("x-apideck-consumer-id", "consumer")
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()));
        assert_eq!(server.handle(sent.unwrap()).status(), 200);
        let recorded = vault.journal().requests().await.unwrap().pop().unwrap();
        assert_eq!(recorded.json(), Some(body));
        let outcome = recorded.outcome();
        let claims = outcome.claims().unwrap().others();
        assert_eq!(claims["custom_consumer_settings"], settings);
    }
}
