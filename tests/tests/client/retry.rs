//! Retries against the mock's fault scripts, in process and on a paused clock.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use http::Request;
use proptest::prelude::*;
use tokio::time::{Instant, sleep};
use tower::util::MapRequest;
use vault_mock::{
    Vault,
    fault::{Fault, Script, fail, ok},
};
use vault_sessions::{AppId, ConsumerId, CreateSession};
use vault_sessions_client::{Client, ClientBuilder, Error, RequestBody, RetryPolicy};

fn request() -> CreateSession {
    CreateSession::builder()
        .app_id(const { AppId::from_static("app") })
        .consumer_id(const { ConsumerId::from_static("consumer") })
        .build()
}

/// The instant that the paused clock shows.
fn now() -> Instant {
    sleep(Duration::ZERO).deadline()
}

type Attempts = Arc<Mutex<Vec<Instant>>>;

/// A client of the mock, and when each of its attempts began.
fn client(vault: &Vault) -> (ClientBuilder, Attempts) {
    let attempts = Attempts::default();
    let noted = Arc::clone(&attempts);
    let note = move |request: Request<RequestBody>| {
        noted.lock().unwrap().push(now());
        request
    };
    let client = Client::builder()
        .api_key(vault.api_key().clone())
        .transport(vault.service())
        .layer(|inner| MapRequest::new(inner, note));
    (client, attempts)
}

#[derive(Clone, Debug)]
enum Meets {
    Answer {
        status: u16,
        retry_after: Option<u32>,
    },
    Reset,
    Nothing,
}

impl Meets {
    fn fault(&self) -> Script {
        match *self {
            Self::Answer {
                status,
                retry_after: None,
            } => fail(status),
            Self::Answer {
                status,
                retry_after: Some(seconds),
            } => Fault::status(status).retry_after(seconds).into(),
            Self::Reset => Fault::reset().into(),
            Self::Nothing => ok(),
        }
    }
}

fn meets() -> impl Strategy<Value = Meets> {
    let statuses = vec![429_u16, 502, 503, 504, 500, 422, 401];
    prop_oneof![
        6 => (prop::sample::select(statuses), prop::option::of(0_u32..30))
            .prop_map(|(status, retry_after)| Meets::Answer { status, retry_after }),
        1 => Just(Meets::Reset),
        1 => Just(Meets::Nothing),
    ]
}

#[derive(Clone, Debug)]
struct Settings {
    max_attempts: u32,
    first: Duration,
    longest: Duration,
    max_retry_after: Duration,
    lost_responses: bool,
    seed: u64,
    total: Duration,
}

impl Settings {
    fn policy(&self) -> RetryPolicy {
        let policy = RetryPolicy::default()
            .max_attempts(self.max_attempts)
            .backoff(self.first, self.longest)
            .max_retry_after(self.max_retry_after)
            .seed(self.seed);
        if self.lost_responses {
            policy.retry_lost_responses()
        } else {
            policy
        }
    }

    /// The shortest and the longest wait after a failed attempt; [`None`] if there is to be none.
    fn wait(&self, attempt: u32, met: &Meets) -> Option<(Duration, Duration)> {
        let asked = match *met {
            Meets::Answer {
                status: 429 | 502 | 503 | 504,
                retry_after,
            } => Duration::from_secs(retry_after.unwrap_or(0).into()),
            Meets::Reset if self.lost_responses => Duration::ZERO,
            _ => return None,
        };
        let factor = 1 << (attempt - 1);
        let ceiling = (self.first * factor).min(self.longest);
        let is_allowed = attempt < self.max_attempts && asked <= self.max_retry_after;
        // The timer counts in whole milliseconds.
        is_allowed.then_some((asked, asked + ceiling + Duration::from_millis(1)))
    }
}

fn settings() -> impl Strategy<Value = Settings> {
    let times = (0_u64..500, 0_u64..5_000, 0_u64..30, 1_u64..90);
    (1_u32..7, times, any::<bool>(), any::<u64>()).prop_map(
        |(max_attempts, (first, more, max_retry_after, total), lost_responses, seed)| Settings {
            max_attempts,
            first: Duration::from_millis(first),
            longest: Duration::from_millis(first + more),
            max_retry_after: Duration::from_secs(max_retry_after),
            lost_responses,
            seed,
            total: Duration::from_secs(total),
        },
    )
}

async fn run(script: Vec<Meets>, settings: Settings) -> Result<(), TestCaseError> {
    let vault = Vault::builder().build();
    let faults = script.iter().map(Meets::fault).reduce(Script::then);
    vault.faults().inject(faults.unwrap_or_else(ok));
    let (client, attempts) = client(&vault);
    let client = client
        .retry(settings.policy())
        .total_timeout(settings.total);
    let client = client.build().unwrap();

    let start = now();
    let outcome = client.create_session(&request()).await;
    let took = now() - start;
    let attempts = attempts.lock().unwrap().clone();
    let last = u32::try_from(attempts.len()).unwrap();
    let met = |attempt: u32| script.get(attempt as usize - 1).unwrap_or(&Meets::Nothing);

    prop_assert_eq!(attempts[0], start);
    for (attempt, pair) in (1..).zip(attempts.windows(2)) {
        let wait = pair[1] - pair[0];
        let Some((shortest, longest)) = settings.wait(attempt, met(attempt)) else {
            return Err(TestCaseError::fail(format!(
                "attempt {attempt} was the last"
            )));
        };
        prop_assert!(
            shortest <= wait && wait <= longest,
            "{wait:?} of {shortest:?} to {longest:?}"
        );
        prop_assert!(pair[1] - start < settings.total);
    }
    match outcome {
        Ok(_) => prop_assert!(matches!(met(last), Meets::Nothing)),
        Err(error) => {
            prop_assert_eq!(error.attempts(), last);
            prop_assert_eq!(
                told(&error),
                (1..=last).rev().map(met).map(status).collect::<Vec<_>>()
            );
            // What stopped it is the policy, or that the next one would have been too late.
            if let Some((_, most)) = settings.wait(last, met(last)) {
                prop_assert!(took + most >= settings.total, "{took:?} + {most:?}");
            }
            // Nobody waits for a retry that will not be.
            prop_assert_eq!(took, attempts[attempts.len() - 1] - start);
        }
    }
    Ok(())
}

/// The statuses of an error and of those before it; 0 stands for none.
fn told(error: &Error) -> Vec<u16> {
    std::iter::successors(Some(error), |error| error.previous())
        .map(|error| error.status().map_or(0, |status| status.as_u16()))
        .collect()
}

fn status(met: &Meets) -> u16 {
    match *met {
        Meets::Answer { status, .. } => status,
        Meets::Reset => 0,
        Meets::Nothing => 200,
    }
}

fn on_paused_time<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

proptest! {
    #[test]
    fn attempts_and_waits_are_those_of_the_policy(
        script in prop::collection::vec(meets(), 0..8),
        settings in settings(),
    ) {
        on_paused_time(run(script, settings))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_thousand_failures_at_once_cost_no_more_than_the_budget(
        budget in 0_u32..60,
        seed in any::<u64>(),
    ) {
        on_paused_time(async {
            let vault = Vault::builder().build();
            vault.faults().inject(fail(503).forever());
            let (client, attempts) = client(&vault);
            let policy = RetryPolicy::default().budget(budget).seed(seed);
            let client = client.retry(policy).build().unwrap();
            let calls: Vec<_> = std::iter::repeat_with(|| {
                let client = client.clone();
                tokio::spawn(async move { client.create_session(&request()).await })
            })
            .take(1000)
            .collect();
            let mut told = 0;
            for call in calls {
                told += call.await.unwrap().unwrap_err().attempts();
            }
            let attempts = u32::try_from(attempts.lock().unwrap().len()).unwrap();
            assert_eq!((attempts, told), (1000 + budget, 1000 + budget));
        });
    }
}

/// Over HTTP in memory: the fault on the wire, and the same request again on another connection.
#[test]
fn a_reset_connection_is_replaced_for_the_retry() {
    on_paused_time(async {
        let vault = Vault::builder().build();
        vault.faults().inject(Fault::reset().times(2).then(ok()));
        let hyper =
            hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new())
                .build(vault.connector());
        let client = Client::builder()
            .api_key(vault.api_key().clone())
            .transport(hyper)
            .retry(RetryPolicy::default().retry_lost_responses());
        let created = client
            .build()
            .unwrap()
            .create_session(&request())
            .await
            .unwrap();
        assert!(vault.verify(created.token()).is_ok());
        assert_eq!(vault.journal().requests().len(), 3);
    });
}
