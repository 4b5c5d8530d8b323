//! A keeper against a model of it, on two clocks that move as they please.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use http::{Request, Response, StatusCode};
use http_body_util::{Either, Full};
use proptest::prelude::*;
use tokio::{
    task::yield_now,
    time::{Instant, advance, sleep},
};
use tower::{ServiceExt, service_fn};
use vault_mock::{Clock, Vault};
use vault_sessions::{AppId, ConsumerId, CreateSession, Session, SessionLength, Settings};
use vault_sessions_client::{Client, RequestBody, RetryPolicy, SessionKeeper};

const LIFETIME: u64 = 1000;
const AHEAD: u64 = 300;
const AT_LEAST: u64 = 100;
const CAPACITY: usize = 2;
const CONSUMERS: usize = 3;
/// Seconds since the epoch.
const START: u64 = 1_000_000;

#[derive(Clone, Debug)]
enum Step {
    /// Time passes.
    Pass(u64),
    /// Somebody sets the clock, for the service as well.
    Jump(i64),
    /// The monotonic clock runs while the one on the wall does not.
    Stall(u64),
    /// The service is down, or up again.
    Down(bool),
    Ask(usize),
    Forget(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let seconds = 0..LIFETIME + AHEAD;
    prop_oneof![
        3 => seconds.clone().prop_map(Step::Pass),
        1 => (-2 * LIFETIME.cast_signed()..2 * LIFETIME.cast_signed()).prop_map(Step::Jump),
        1 => seconds.prop_map(Step::Stall),
        1 => any::<bool>().prop_map(Step::Down),
        8 => (0..CONSUMERS).prop_map(Step::Ask),
        1 => (0..CONSUMERS).prop_map(Step::Forget),
    ]
}

/// The instant that tokio's paused clock shows.
fn monotonic() -> Instant {
    sleep(Duration::ZERO).deadline()
}

fn request(consumer: usize) -> CreateSession {
    let length = SessionLength::from_seconds(u32::try_from(LIFETIME).unwrap());
    let settings = Settings::builder().session_length(length).build();
    CreateSession::builder()
        .app_id(const { AppId::from_static("app") })
        .consumer_id(ConsumerId::new(format!("consumer-{consumer}")).unwrap())
        .session(Session::builder().settings(settings).build())
        .build()
}

/// What a keeper ought to do, in seconds.
#[derive(Default)]
struct Model {
    /// The consumers that are kept, the one asked for longest ago first.
    kept: Vec<(usize, Term, Refresh)>,
    calls: usize,
}

/// When a replacement may be tried, and how many have failed.
#[derive(Clone, Copy, Default)]
struct Refresh {
    not_before: Option<Instant>,
    failures: u32,
}

#[derive(Clone, Copy)]
struct Term {
    expires_at: SystemTime,
    ends_at: Instant,
}

impl Term {
    fn remaining(self, wall: SystemTime) -> Duration {
        let on_the_wall = self.expires_at.duration_since(wall).unwrap_or_default();
        on_the_wall.min(self.ends_at.saturating_duration_since(monotonic()))
    }
}

impl Model {
    /// The term of the session that a caller is to be given, or that the call is to fail.
    fn ask(&mut self, consumer: usize, wall: SystemTime, down: bool) -> Result<Term, ()> {
        let position = self.kept.iter().position(|(kept, ..)| *kept == consumer);
        let known = position.map(|position| {
            let entry = self.kept.remove(position);
            self.kept.push(entry);
            (entry.1, entry.2)
        });
        let usable = known
            .map(|(term, _)| term)
            .filter(|term| term.remaining(wall) > Duration::from_secs(AT_LEAST));
        let pauses = known.is_some_and(|(_, refresh)| {
            refresh
                .not_before
                .is_some_and(|instant| instant > monotonic())
        });
        if let Some(term) = usable
            && (pauses || term.remaining(wall) > Duration::from_secs(AHEAD))
        {
            return Ok(term);
        }
        self.calls += 1;
        if let Some((.., refresh)) = self.kept.last_mut().filter(|_| down && known.is_some()) {
            let pause = 60.min(1 << refresh.failures.min(6));
            refresh.not_before = Some(monotonic() + Duration::from_secs(pause));
            refresh.failures += 1;
        }
        let made = (!down).then(|| Term {
            expires_at: wall + Duration::from_secs(LIFETIME),
            ends_at: monotonic() + Duration::from_secs(LIFETIME),
        });
        if let Some(term) = made {
            self.forget(consumer);
            self.kept.push((consumer, term, Refresh::default()));
            if self.kept.len() > CAPACITY {
                self.kept.remove(0);
            }
        }
        usable.or(made).ok_or(())
    }

    fn forget(&mut self, consumer: usize) {
        self.kept.retain(|(kept, ..)| *kept != consumer);
    }
}

/// The mock as a transport that can be down, and how many calls it has had.
#[derive(Clone, Default)]
struct Switch(Arc<Mutex<(bool, usize)>>);

impl Switch {
    fn keeper(&self, vault: &Vault) -> SessionKeeper {
        let switch = self.clone();
        let service = vault.service();
        let switched = service_fn(move |request: Request<RequestBody>| {
            let mut state = switch.0.lock().unwrap();
            state.1 += 1;
            let up = (!state.0).then(|| service.clone().oneshot(request));
            async move {
                let Some(up) = up else {
                    let mut down = Response::new(Either::Left(Full::default()));
                    *down.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                    return Ok(down);
                };
                up.await.map(|response| response.map(Either::Right))
            }
        });
        let client = Client::builder()
            .api_key(vault.api_key().clone())
            .retry(RetryPolicy::never())
            .transport(switched);
        let clock = vault.clock().clone();
        SessionKeeper::builder(client.build().unwrap())
            .capacity(CAPACITY)
            .refresh_ahead(Duration::from_secs(AHEAD))
            .min_remaining(Duration::from_secs(AT_LEAST))
            .clock(move || clock.now())
            .build()
    }
}

async fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(START);
    let vault = Vault::builder().clock(Clock::frozen_at(start)).build();
    let switch = Switch::default();
    let keeper = switch.keeper(&vault);
    let mut model = Model::default();
    let mut down = false;
    for step in steps {
        match step {
            Step::Pass(seconds) => {
                vault.clock().advance(Duration::from_secs(seconds));
                advance(Duration::from_secs(seconds)).await;
            }
            Step::Jump(seconds) => {
                let by = Duration::from_secs(seconds.unsigned_abs());
                let now = vault.clock().now();
                let to = if seconds < 0 { now - by } else { now + by };
                vault.clock().set(to);
            }
            Step::Stall(seconds) => advance(Duration::from_secs(seconds)).await,
            Step::Down(is_down) => {
                down = is_down;
                switch.0.lock().unwrap().0 = is_down;
            }
            Step::Ask(consumer) => {
                let expected = model.ask(consumer, vault.clock().now(), down);
                let outcome = keeper.current(&request(consumer)).await;
                settle().await;
                prop_assert_eq!(outcome.is_ok(), expected.is_ok());
                if let (Ok(created), Ok(term)) = (outcome, expected) {
                    let claims = created.token().claims().unwrap();
                    prop_assert_eq!(claims.expires_at(), term.expires_at);
                    let consumer = format!("consumer-{consumer}");
                    prop_assert_eq!(claims.consumer_id().as_str(), consumer);
                    // A clock that was set back may call the token premature.
                    let refused = vault.verify(created.token()).err();
                    prop_assert!(refused.is_none_or(|refused| !refused.is_expired()));
                }
            }
            Step::Forget(consumer) => {
                model.forget(consumer);
                keeper.forget(&request(consumer));
            }
        }
        prop_assert_eq!(switch.0.lock().unwrap().1, model.calls);
        prop_assert_eq!(keeper.len(), model.kept.len());
    }
    Ok(())
}

/// Lets a replacement that was started run to its end before time goes on.
async fn settle() {
    for _ in 0..20 {
        yield_now().await;
    }
}

proptest! {
    #[test]
    fn a_keeper_does_what_the_model_does(steps in prop::collection::vec(step(), 1..60)) {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap()
            .block_on(run(steps))?;
    }
}

#[tokio::test(start_paused = true)]
async fn a_day_of_page_views_costs_a_call_per_session() {
    let vault = Vault::builder().build();
    let switch = Switch::default();
    let keeper = switch.keeper(&vault);
    for _ in 0..24 * 60 {
        let session = keeper.current(&request(0)).await.unwrap();
        assert!(vault.verify(session.token()).is_ok());
        settle().await;
        vault.clock().advance(Duration::from_secs(60));
        advance(Duration::from_secs(60)).await;
    }
    // A new one is made at the first view after 700 of the 1,000 seconds: every 12 minutes.
    assert_eq!(switch.0.lock().unwrap().1, 24 * 60 / 12);
}
