//! Delays in real time, exact and at once where tokio's is paused, and on the mock's clock when asked
//! for by name.

mod support;

use std::time::{Duration, SystemTime};

use http_body_util::BodyExt;
use support::{Way, session_in, session_request, session_request_for, whole_body};
use tokio::time::{sleep, timeout};
use vault_mock::{
    Clock, Outcome, Vault,
    fault::{Delay, Fault, Plan},
};

const EPOCH: SystemTime = SystemTime::UNIX_EPOCH;
const SECOND: Duration = Duration::from_secs(1);

fn vault_with(clock: &Clock, fault: Fault) -> Way {
    let vault = Vault::builder().clock(clock.clone()).build();
    vault.faults().inject(fault.forever());
    Way::InProcess(vault)
}

#[tokio::test(start_paused = true)]
async fn a_delay_takes_exactly_its_time_on_a_running_clock() {
    let clock = Clock::running_from(EPOCH);
    let way = vault_with(&clock, Fault::delay(30 * SECOND));
    let response = way.send(session_request(way.vault())).await.unwrap();
    assert_eq!(clock.now(), EPOCH + 30 * SECOND);
    // The answer is of the end of the delay, not of its start.
    assert_eq!(response.headers()["date"], "Thu, 01 Jan 1970 00:00:30 GMT");
    let created = session_in(&whole_body(response).await.unwrap());
    let issued_at = created.token().claims().unwrap().issued_at();
    assert_eq!(issued_at, EPOCH + 30 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_client_times_out_just_before_the_answer() {
    let clock = Clock::running_from(EPOCH);
    let way = vault_with(&clock, Fault::delay(30 * SECOND));
    let send = || way.send(session_request(way.vault()));
    assert!(
        timeout(Duration::from_millis(29_999), send())
            .await
            .is_err()
    );
    assert!(timeout(Duration::from_millis(30_001), send()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_delay_passes_while_the_mocks_clock_stands_still() {
    let clock = Clock::frozen_at(EPOCH);
    let way = vault_with(&clock, Fault::delay(30 * SECOND));
    let beside = Clock::running_from(EPOCH);
    let response = way.send(session_request(way.vault())).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(beside.now(), EPOCH + 30 * SECOND);
    // The recipe of a header, too.
    way.vault().faults().clear();
    let mut request = session_request(way.vault());
    let slow = "delay=50ms".parse().unwrap();
    request.headers_mut().insert("x-vault-mock", slow);
    assert_eq!(way.send(request).await.unwrap().status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_delay_by_the_clock_ends_when_the_test_advances_it() {
    let clock = Clock::frozen_at(EPOCH);
    let way = vault_with(&clock, Fault::delay(30 * SECOND).by_clock());
    let request = session_request(way.vault());
    let answered = tokio::spawn(async move { way.send(request).await.unwrap().status() });
    sleep(Duration::from_secs(604_800)).await;
    clock.advance(29 * SECOND);
    sleep(SECOND).await;
    assert!(!answered.is_finished());
    clock.advance(SECOND);
    assert_eq!(answered.await.unwrap(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_jittered_delay_is_the_same_for_the_same_attempt() {
    let delay = Delay::between(100 * SECOND / 1_000, 300 * SECOND / 1_000);
    let mut seen = Vec::new();
    for _ in 0..2 {
        let clock = Clock::running_from(EPOCH);
        let way = vault_with(&clock, Fault::delay(delay));
        let mut waits = Vec::new();
        for consumer in ["one", "two", "one"] {
            let before = clock.now();
            let request = session_request_for(way.vault(), "app", consumer);
            way.send(request).await.unwrap();
            waits.push(clock.now().duration_since(before).unwrap());
        }
        seen.push(waits);
    }
    let (least, most) = delay.bounds();
    assert!(
        seen[0].iter().all(|wait| (least..=most).contains(wait)),
        "{seen:?}"
    );
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[0][0], seen[0][1], "consumers differ");
    assert_ne!(seen[0][0], seen[0][2], "attempts differ");
}

#[tokio::test(start_paused = true)]
async fn a_drip_brings_one_byte_in_each_interval() {
    let clock = Clock::running_from(EPOCH);
    let interval = Duration::from_millis(10);
    let way = vault_with(&clock, Fault::drip(interval));
    let mut response = way.send(session_request(way.vault())).await.unwrap();
    assert_eq!(clock.now(), EPOCH, "the headers come at once");
    let mut body = Vec::new();
    while let Some(frame) = response.body_mut().frame().await {
        body.extend_from_slice(&frame.unwrap().into_data().unwrap());
        let passed = clock.now().duration_since(EPOCH).unwrap();
        assert_eq!(passed, interval * u32::try_from(body.len()).unwrap());
    }
    session_in(&body);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_gives_up_leaves_no_delay_behind() {
    let clock = Clock::frozen_at(EPOCH);
    let way = vault_with(&clock, Fault::delay(30 * SECOND).by_clock());
    let sent = timeout(SECOND, way.send(session_request(way.vault())));
    assert!(sent.await.is_err());
    sleep(SECOND).await;
    let recorded = way.vault().journal().last().unwrap();
    assert_eq!(recorded.outcome(), Outcome::Abandoned);
    assert_eq!(recorded.status(), None);
    assert_eq!(way.vault().journal().in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn plans_do_not_depend_on_who_comes_first() {
    let plan: Plan = "seed=7, ok; weight=2, status=503, status=429; delay=1s..9s"
        .parse()
        .unwrap();
    let consumers = ["one", "two", "three", "four"];
    let mut runs = Vec::new();
    for rotation in 0..consumers.len() {
        let vault = Vault::builder().clock(Clock::running_from(EPOCH)).build();
        vault.faults().inject(&plan);
        let way = Way::InProcess(vault);
        let mut statuses = std::collections::BTreeMap::<_, Vec<u16>>::new();
        for _ in 0..8 {
            let mut order = consumers;
            order.rotate_left(rotation);
            for consumer in order {
                let request = session_request_for(way.vault(), "app", consumer);
                let status = way.send(request).await.unwrap().status();
                statuses.entry(consumer).or_default().push(status.as_u16());
            }
        }
        runs.push(statuses);
    }
    assert!(runs.iter().all(|run| *run == runs[0]), "{runs:#?}");
    let all: Vec<_> = runs[0].values().flatten().collect();
    assert!([200, 429, 503].iter().all(|status| all.contains(&status)));
}
