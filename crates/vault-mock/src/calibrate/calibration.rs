use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri, header::LOCATION};
use hyper::body::Body;
use tower_service::Service;
use vault_sessions::{ApiKey, AppId, ConsumerId, wire::BaseUri};

use super::{
    answer::Answer,
    asker::{BoxFuture, Remote},
    caller::Caller,
    deduce,
    error::{CalibrationError, CalibrationProblem},
    exam::{Exam, ExamOutcome, Failure},
    question::Question,
    report::Report,
};
use crate::{clock::Clock, connections::ConnectionId};

/// How often the network may fail in a row before nothing more is asked.
const FAILURES: u32 = 3;

/// Asks a service all questions, and reports what it did and how a mock answers like it.
///
/// [`Calibration::ask`] does the same step by step, for whoever wants to see the progress or to have
/// what is there when it is interrupted.
///
/// # Errors
///
/// Nothing could be asked: nobody answers, the key is refused, the service redirects, or it limits
/// requests from the first one on.
///
/// # Panics
///
/// There is no tokio runtime with time.
pub async fn calibrate(mut calibration: Calibration) -> Result<Report, CalibrationError> {
    calibration.ask(|_| {}).await?;
    Ok(calibration.report().await)
}

/// Questions to a service: whom to ask, on whose behalf, and how fast.
///
/// A service is anything that `tower` can call, such as hyper-util's `legacy::Client` or the transport
/// of `vault-sessions-client`. Two requests are sent each second, unless
/// [`requests_per_second`](Self::requests_per_second) says otherwise. A 429 is followed by the wait
/// that its `Retry-After` asks for. Three failures of the network in a row end it.
pub struct Calibration {
    remote: Remote,
    caller: Caller,
    chosen: Vec<&'static Question>,
    clock: Clock,
    requests: usize,
    heard: Vec<(&'static Question, Heard)>,
    stopped: Option<String>,
    clock_offset: Option<i64>,
}

/// What was heard of a question.
pub(super) enum Heard {
    Observed(String),
    NotAsked(String),
    NoAnswer(String),
}

/// A request that is about to be sent.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// What it is for.
    pub question: &'static Question,
    /// How many requests have been sent before it.
    pub requests: usize,
}

impl Calibration {
    /// Questions to the service at a base URI, with an API key, for an app and a consumer.
    ///
    /// Sessions are opened for the consumer: use one that exists only for this.
    pub fn new<S, B, R>(
        service: S,
        base: BaseUri,
        key: ApiKey,
        app: AppId,
        consumer: ConsumerId,
    ) -> Self
    where
        S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        B: From<Bytes> + Send + 'static,
        R: Body<Data = Bytes> + Send + 'static,
        R::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        Self {
            remote: Remote::new(service),
            caller: Caller {
                base,
                key,
                app,
                consumer,
                connection: None,
            },
            chosen: Question::all().collect(),
            clock: Clock::system(),
            requests: 0,
            heard: Vec::new(),
            stopped: None,
            clock_offset: None,
        }
    }

    /// Leaves out the question that waits for the end of a session.
    #[must_use]
    pub fn quick(mut self) -> Self {
        self.chosen.retain(|question| !question.is_slow());
        self
    }

    /// Asks only these questions, and the first one, which opens the session that others use.
    #[must_use]
    pub fn only(mut self, questions: impl IntoIterator<Item = &'static Question>) -> Self {
        let names: Vec<_> = questions.into_iter().map(Question::name).collect();
        let first = self.chosen.first().map(|question| question.name());
        self.chosen
            .retain(|question| Some(question.name()) == first || names.contains(&question.name()));
        self
    }

    /// How many requests are sent each second, at most. Default: 2. Infinity sends them one after the
    /// other without a pause.
    ///
    /// # Panics
    ///
    /// The number is zero, negative or not a number.
    #[must_use]
    pub fn requests_per_second(mut self, rate: f64) -> Self {
        assert!(rate > 0.0, "a rate is more than zero");
        let interval = Duration::try_from_secs_f64(rate.recip());
        self.remote.interval = interval.unwrap_or(Duration::MAX);
        self
    }

    /// How long a request may take, answer included. Default: 10 seconds.
    #[must_use]
    pub fn timeout(mut self, length: Duration) -> Self {
        self.remote.timeout = length;
        self
    }

    /// Asks also whether actions are enforced: switches this connection of the consumer off, in a
    /// session that does not allow it, and on again.
    #[must_use]
    pub fn allow_changes(mut self, connection: ConnectionId) -> Self {
        self.caller.connection = Some(connection);
        self
    }

    /// Lets time pass in another way than by waiting, for a service whose clock a test controls.
    #[must_use]
    pub fn pause<F>(mut self, mut pause: impl FnMut(Duration) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.remote.pause = Box::new(move |length| -> BoxFuture<()> { Box::pin(pause(length)) });
        self
    }

    /// What will be asked.
    pub fn questions(&self) -> impl Iterator<Item = &'static Question> {
        self.chosen
            .iter()
            .copied()
            .filter(|question| !question.is_change() || self.caller.connection.is_some())
    }

    /// About how many requests will be sent, if none has to be repeated.
    #[must_use]
    pub fn expected_requests(&self) -> usize {
        self.questions().map(Question::requests).sum()
    }

    /// How many requests have been sent.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// Asks all questions. If the future is dropped, what has been answered is kept.
    ///
    /// # Errors
    ///
    /// As [`calibrate`]. What goes wrong later ends the questions, and is in the report.
    ///
    /// # Panics
    ///
    /// There is no tokio runtime with time.
    pub async fn ask(
        &mut self,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<(), CalibrationError> {
        let questions: Vec<_> = self.questions().collect();
        let current = std::sync::Mutex::new(questions.first().copied());
        let requests = &mut self.requests;
        let tell = || {
            if let Some(question) = *crate::sync::lock(&current) {
                let requests = *requests;
                progress(Progress { question, requests });
            }
            *requests += 1;
        };
        let mut exam = Exam::new(&mut self.remote, self.caller.clone(), tell);
        let mut failures = 0;
        for question in questions {
            *crate::sync::lock(&current) = Some(question);
            let is_first = exam.first.is_none();
            let outcome = exam.ask(question).await;
            if is_first && let Some(first) = &exam.first {
                self.clock_offset = offset(first, self.clock.now());
                if let Some(problem) = problem(first, outcome.as_ref().ok()) {
                    return Err(CalibrationError(problem));
                }
            }
            let heard = match outcome {
                Ok(ExamOutcome::Observed(text)) => Heard::Observed(text),
                Ok(ExamOutcome::NotAsked(why)) => Heard::NotAsked(why),
                Err(Failure::NoAnswer(why)) => Heard::NoAnswer(why),
                Err(Failure::Stop(why)) => {
                    if exam.first.is_none() {
                        return Err(CalibrationError(CalibrationProblem::Stopped(why)));
                    }
                    self.stopped = Some(why);
                    break;
                }
            };
            failures = match &heard {
                Heard::NoAnswer(_) => failures + 1,
                Heard::Observed(_) => 0,
                Heard::NotAsked(_) => failures,
            };
            let why = match &heard {
                Heard::NoAnswer(why) if failures == FAILURES => Some(why.clone()),
                _ => None,
            };
            self.heard.push((question, heard));
            if let Some(why) = why {
                if exam.first.is_none() {
                    return Err(CalibrationError(CalibrationProblem::NoAnswer(why)));
                }
                self.stopped = Some(format!(
                    "the network failed {FAILURES} times in a row: {why}"
                ));
                break;
            }
        }
        if exam.first.is_none()
            && let Some((_, Heard::NoAnswer(why))) = self.heard.last()
        {
            return Err(CalibrationError(CalibrationProblem::NoAnswer(why.clone())));
        }
        Ok(())
    }

    /// What is known by now: of every question what the service did, what a mock does by default, and
    /// what one does with the settings that fit best.
    pub async fn report(&self) -> Report {
        let asked: Vec<_> = self
            .heard
            .iter()
            .filter_map(|(question, heard)| match heard {
                Heard::Observed(text) => Some((*question, text.as_str())),
                Heard::NotAsked(_) | Heard::NoAnswer(_) => None,
            })
            .collect();
        let edits = deduce::settings(&self.caller, &asked).await;
        let by_default = deduce::answers(&self.caller, &asked, &[]).await;
        let configured = deduce::answers(&self.caller, &asked, &edits).await;
        let mut without_one = Vec::new();
        for left_out in 0..edits.len() {
            let mut others = edits.clone();
            others.remove(left_out);
            without_one.push(deduce::answers(&self.caller, &asked, &others).await);
        }
        Report::new(
            &self.heard,
            &edits,
            [by_default, configured],
            &without_one,
            self.stopped.clone(),
            self.clock_offset,
        )
    }
}

/// Why it makes no sense to go on after the first answer.
fn problem(first: &Answer, outcome: Option<&ExamOutcome>) -> Option<CalibrationProblem> {
    let observed = outcome.and_then(ExamOutcome::observed).unwrap_or_default();
    match first.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Some(CalibrationProblem::Unauthorized(observed.to_owned()))
        }
        status if status.is_redirection() => {
            let to = first.headers.get(LOCATION).and_then(|to| to.to_str().ok());
            let to: Option<Uri> = to.and_then(|to| to.parse().ok());
            // Not the path, which may hold a token.
            let host = to.and_then(|to| {
                let host = to.host().filter(|host| host.len() <= 255)?;
                Some(format!("{}://{host}", to.scheme_str()?))
            });
            Some(CalibrationProblem::Redirect(host))
        }
        _ => None,
    }
}

/// How many seconds the service's clock is ahead of this machine's.
fn offset(first: &Answer, now: SystemTime) -> Option<i64> {
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    i64::try_from(first.unix_seconds()?)
        .ok()?
        .checked_sub_unsigned(now)
}

impl fmt::Debug for Calibration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Calibration")
            .field("base", &self.caller.base)
            .field("app", &self.caller.app)
            .field("requests", &self.requests)
            .finish_non_exhaustive()
    }
}
