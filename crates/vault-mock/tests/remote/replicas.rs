//! Several mocks, steered by one handle: what goes to each, what is gathered, and what must be alike.

use std::{
    slice,
    time::{Duration, SystemTime},
};

use vault_mock::{
    Clock, Matching, RemoteError, RemoteVault, Secret, VaultBuilder, VaultServer, fault::fail,
};
use vault_sessions::{ApiKey, AppId};

use crate::request;

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_769_860_800)
}

fn alike() -> VaultBuilder {
    VaultServer::builder()
        .api_key(ApiKey::new("shared").unwrap())
        .secret(Secret::from_seed(7))
        .clock(Clock::frozen_at(noon()))
}

async fn together(replicas: &[VaultServer]) -> Result<RemoteVault, RemoteError> {
    let uris = replicas.iter().map(VaultServer::uri);
    // The first one is in place of the balancer.
    RemoteVault::connect(replicas[0].uri()).replicas(uris).await
}

async fn pair() -> (Vec<VaultServer>, RemoteVault) {
    let replicas = vec![
        alike().start().await.unwrap(),
        alike().start().await.unwrap(),
    ];
    let vault = together(&replicas).await.unwrap();
    (replicas, vault)
}

#[tokio::test]
async fn what_steers_goes_to_each() {
    let (replicas, vault) = pair().await;
    vault
        .clock()
        .advance(Duration::from_secs(60))
        .await
        .unwrap();
    vault.faults().inject(fail(503)).await.unwrap();
    vault
        .change_rules(|rules| rules.request_limit = Some(5))
        .await
        .unwrap();
    let shop = AppId::from_static("shop");
    vault.add_tenant(shop.clone()).await.unwrap();
    for replica in &replicas {
        assert_eq!(replica.clock().now(), noon() + Duration::from_secs(60));
        assert_eq!(replica.faults().injected().len(), 1);
        assert_eq!(replica.rules().request_limit, Some(5));
        assert_eq!(replica.tenant_apps(), slice::from_ref(&shop));
    }
    vault.faults().clear().await.unwrap();
    vault.reset().await.unwrap();
    assert!(vault.remove_tenant(&shop).await.unwrap());
    for replica in &replicas {
        assert!(replica.faults().injected().is_empty() && replica.tenant_apps().is_empty());
        assert_eq!(replica.rules().request_limit, None);
    }
}

#[tokio::test]
async fn clocks_that_ran_stop_at_the_same_moment() {
    let (replicas, vault) = pair().await;
    vault.clock().resume().await.unwrap();
    vault.clock().freeze().await.unwrap();
    assert_eq!(replicas[0].clock().now(), replicas[1].clock().now());
}

#[tokio::test]
async fn journals_are_merged_by_time() {
    let (replicas, vault) = pair().await;
    for (at, consumer) in [(0, "one"), (1, "two"), (0, "three")] {
        replicas[at]
            .create_session(&request("app", consumer))
            .unwrap();
        vault.clock().advance(Duration::from_secs(1)).await.unwrap();
    }
    let journal = vault.journal();
    let all = journal.requests().await.unwrap();
    let consumers: Vec<_> = all.iter().filter_map(|one| one.consumer_id()).collect();
    assert_eq!(consumers, ["one", "two", "three"]);
    assert_eq!(journal.len().await.unwrap(), 3);
    let last = journal.last().await.unwrap().unwrap();
    assert_eq!(last.consumer_id(), Some("three"));
    // Both replicas have a request with the number 1.
    let two = Matching::sessions().consumer("two");
    let found = journal.find(&two).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].consumer_id(), Some("two"));
    assert_eq!(vault.wait_for(two).await.consumer_id(), Some("two"));
}

#[tokio::test]
async fn counts_are_summed_before_they_are_judged() {
    let (replicas, vault) = pair().await;
    for replica in &replicas {
        replica.create_session(&request("app", "one")).unwrap();
    }
    let three = vault.expect(Matching::sessions()).times(3).named("three");
    let unmet = three.check().await.unwrap().unwrap_err().to_string();
    assert!(
        unmet.starts_with("three: expected exactly 3, found 2 at all replicas\n"),
        "{unmet}"
    );
    for replica in &replicas {
        let uri = replica.uri();
        let told = format!("at {uri}: three: expected exactly 3, found 1");
        assert!(unmet.contains(&told), "{unmet}");
    }
    replicas[1].create_session(&request("app", "two")).unwrap();
    three.verify().await;
    three.wait().await;
    vault.journal().assert_met().await;

    // An upper bound is not met by requests that were dropped.
    let few = vault.expect(Matching::sessions()).times(..=5);
    few.verify().await;
    vault
        .change_rules(|rules| rules.journal_capacity = 1)
        .await
        .unwrap();
    let unmet = few.check().await.unwrap().unwrap_err().to_string();
    assert!(unmet.contains("the journal has dropped 1"), "{unmet}");
}

#[tokio::test]
async fn what_was_declared_over_http_is_judged_where_it_was() {
    let (replicas, vault) = pair().await;
    let unmet = replicas[1].expect(Matching::sessions());
    let unmet = unmet.named("at the second");
    replicas[1].create_session(&request("app", "one")).unwrap();
    vault.journal().assert_met().await;
    unmet.verify().await;
}

#[tokio::test]
async fn a_replica_that_differs_is_named() {
    let key = ApiKey::new("another").unwrap();
    let ahead = Clock::frozen_at(noon() + Duration::from_secs(1));
    let running = Clock::frozen_at(noon());
    running.resume();
    for (other, difference) in [
        (
            alike().secret(Secret::from_seed(8)),
            "signs with another secret",
        ),
        (alike().api_key(key), "takes another API key"),
        (
            alike().app_id(AppId::from_static("app")),
            "knows another app",
        ),
        (alike().clock(ahead), "has a clock that shows another time"),
        (alike().clock(running), "has a clock of another speed"),
    ] {
        let replicas = [alike(), alike(), other].map(VaultBuilder::start);
        let mut started = Vec::new();
        for replica in replicas {
            started.push(replica.await.unwrap());
        }
        let error = together(&started).await.unwrap_err();
        assert!(error.is_unlike(), "{error}");
        let (first, third) = (started[0].uri(), started[2].uri());
        let expected = format!("the vault-mock at {third} {difference} than the one at {first}: s");
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn clocks_that_run_may_differ_a_little() {
    let running = |ahead| {
        let clock = Clock::frozen_at(noon() + Duration::from_secs(ahead));
        clock.resume();
        alike().clock(clock).start()
    };
    let replicas = [running(0).await.unwrap(), running(1).await.unwrap()];
    together(&replicas).await.unwrap();
    replicas[1].clock().advance(Duration::from_secs(60));
    assert!(together(&replicas).await.unwrap_err().is_unlike());
}

#[tokio::test]
async fn a_replica_that_is_gone_is_named() {
    let (mut replicas, vault) = pair().await;
    let gone = replicas.pop().unwrap();
    let uri = gone.uri().to_owned();
    gone.shutdown(Duration::ZERO).await;
    let error = vault.reset().await.unwrap_err();
    assert!(
        error.is_connect() && error.to_string().contains(&uri),
        "{error}"
    );
}
