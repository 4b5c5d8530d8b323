//! Any script of answers under any policy, on a paused clock: how many attempts, how long between
//! them, and none at or after the deadline.

mod support;

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use proptest::prelude::*;
use support::{builder, created, request};
use tokio::time::{Instant, sleep};
use tower::service_fn;
use vault_sessions_client::{Error, RetryPolicy, SessionResponse};

const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
/// The timer counts in whole milliseconds, and rounds up.
const TICK: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, Debug)]
enum Step {
    Refused,
    Lost,
    /// A status, and the seconds of `Retry-After`, as a number or as a date.
    Status(u16, Option<(u64, bool)>),
}

#[derive(Clone, Debug)]
struct Settings {
    attempts: u32,
    first: Duration,
    longest: Duration,
    longest_asked: Duration,
    budget: u32,
    lost: bool,
    seed: u64,
    total: Duration,
}

impl Settings {
    fn policy(&self) -> RetryPolicy {
        let policy = RetryPolicy::default()
            .max_attempts(self.attempts)
            .backoff(self.first, self.longest)
            .max_retry_after(self.longest_asked)
            .budget(self.budget)
            .seed(self.seed);
        if self.lost {
            policy.retry_lost_responses()
        } else {
            policy
        }
    }

    /// How long a step asks to wait before the next attempt, if there may be one at all.
    fn asks(&self, step: Step) -> Option<Duration> {
        let asked = match step {
            Step::Refused => 0,
            Step::Lost if self.lost => 0,
            Step::Status(429 | 502 | 503 | 504, asked) => asked.map_or(0, |(seconds, _)| seconds),
            Step::Lost | Step::Status(..) => return None,
        };
        Some(Duration::from_secs(asked)).filter(|asked| *asked <= self.longest_asked)
    }

    fn ceiling(&self, retry: u32) -> Duration {
        self.first
            .saturating_mul(1 << retry.min(31))
            .min(self.longest)
    }
}

fn settings() -> impl Strategy<Value = Settings> {
    let waits = (0..3000_u64, 0..9000_u64, 0..30_u64);
    let counts = (1..7_u32, 0..7_u32);
    (counts, waits, any::<bool>(), any::<u64>(), 1..60_000_u64).prop_map(
        |((attempts, budget), (first, more, asked), lost, seed, total)| Settings {
            attempts,
            first: Duration::from_millis(first),
            longest: Duration::from_millis(first + more),
            longest_asked: Duration::from_secs(asked),
            budget,
            lost,
            seed,
            total: Duration::from_millis(total),
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let status = prop::sample::select(vec![200, 400, 401, 429, 500, 502, 503, 503, 504]);
    let asked = prop::option::of((0..40_u64, any::<bool>()));
    prop_oneof![
        1 => Just(Step::Refused),
        1 => Just(Step::Lost),
        6 => (status, asked).prop_map(|(status, asked)| Step::Status(status, asked)),
    ]
}

fn respond(step: Step) -> io::Result<Response<Full<Bytes>>> {
    let (status, asked) = match step {
        Step::Refused => return Err(io::ErrorKind::ConnectionRefused.into()),
        Step::Lost => return Err(io::ErrorKind::ConnectionReset.into()),
        Step::Status(status, asked) => (status, asked),
    };
    let mut response = Response::builder().status(status).header("date", DATE);
    if let Some((seconds, as_date)) = asked {
        let value = if as_date {
            let date = httpdate::parse_http_date(DATE).unwrap() + Duration::from_secs(seconds);
            httpdate::fmt_http_date(date)
        } else {
            seconds.to_string()
        };
        response = response.header("retry-after", value);
    }
    let created = created();
    let (_, body) = created.split_once("\r\n\r\n").unwrap();
    Ok(response
        .body(Full::new(Bytes::from(body.to_owned())))
        .unwrap())
}

/// One call; when each attempt began, and how it ended.
async fn run(
    settings: &Settings,
    script: &[Step],
) -> (Vec<Duration>, Result<SessionResponse, Error>) {
    let now = || sleep(Duration::ZERO).deadline();
    let log: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let noted = Arc::clone(&log);
    let script = script.to_vec();
    let transport = service_fn(move |_| {
        let mut noted = noted.lock().unwrap();
        noted.push(now());
        let answer = respond(script[noted.len() - 1]);
        async move { answer }
    });
    let client = builder()
        .retry(settings.policy())
        .total_timeout(settings.total)
        .transport(transport)
        .build()
        .unwrap();
    let start = now();
    let outcome = client.create_session(&request()).await;
    let begun = log.lock().unwrap().iter().map(|at| *at - start).collect();
    (begun, outcome)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn retries_keep_to_the_policy(
        settings in settings(),
        script in prop::collection::vec(step(), 7),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let (begun, outcome) = runtime.block_on(run(&settings, &script));
        let again = runtime.block_on(run(&settings, &script)).0;
        prop_assert_eq!(&begun, &again, "a seed fixes the waits");

        let attempts = u32::try_from(begun.len()).unwrap();
        prop_assert!(attempts <= settings.attempts && attempts <= 1 + settings.budget);
        for (retry, pair) in (0..).zip(begun.windows(2)) {
            let asked = settings.asks(script[usize::try_from(retry).unwrap()]);
            prop_assert!(asked.is_some(), "attempt {} was not to be repeated", retry + 1);
            let (asked, wait) = (asked.unwrap(), pair[1].saturating_sub(pair[0]));
            prop_assert!(asked <= wait, "{:?} is less than {:?}", wait, asked);
            prop_assert!(wait <= asked + settings.ceiling(retry) + TICK);
        }
        prop_assert!(begun.iter().all(|begun| *begun < settings.total));

        let last = script[begun.len() - 1];
        let succeeded = matches!(last, Step::Status(200, _));
        prop_assert_eq!(outcome.is_ok(), succeeded);
        let told = outcome.as_ref().map_or_else(Error::attempts, SessionResponse::attempts);
        prop_assert_eq!(told, attempts);
        // It gave up for a reason: the policy, or no time that was certain to be enough.
        let may_go_on = attempts < settings.attempts && attempts <= settings.budget;
        if let (false, true, Some(asked)) = (succeeded, may_go_on, settings.asks(last)) {
            let latest = *begun.last().unwrap() + asked + settings.ceiling(attempts - 1) + TICK;
            prop_assert!(latest >= settings.total, "it gave up too early");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wish_for_all_of_time_is_not_added_to() {
    let transport = service_fn(async |_| {
        let response = Response::builder().status(503);
        let forever = response.header("retry-after", u64::MAX.to_string());
        Ok::<_, io::Error>(forever.body(Full::<Bytes>::default()).unwrap())
    });
    let hour = Duration::from_secs(3_600);
    let policy = RetryPolicy::default()
        .max_retry_after(Duration::MAX)
        .backoff(hour, hour)
        .seed(1);
    let client = builder()
        .retry(policy)
        .transport(transport)
        .build()
        .unwrap();
    let error = client.create_session(&request()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(u64::MAX)));
    assert_eq!(error.attempts(), 1);
}
