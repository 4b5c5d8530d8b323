use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use http::{Request, StatusCode};
use vault_sessions::SessionToken;

use super::{
    answer::Answer,
    asker::Asker,
    caller::Caller,
    mask,
    question::{Ask, Question},
    steps,
};
use crate::rules::RateLimit;

/// One pass through questions: who is asked, on whose behalf, and what was learnt on the way.
pub(super) struct Exam<'a, A> {
    pub(super) asker: &'a mut A,
    pub(super) caller: Caller,
    /// Of the session that the first question opens.
    token: Option<SessionToken>,
    limit: Limit,
    /// Is told of each request before it is sent.
    on_request: Box<dyn FnMut() + Send + 'a>,
    /// The first answer, which says what the service is like as a whole.
    pub(super) first: Option<Answer>,
}

/// What is known of a rate limit.
#[derive(Default)]
struct Limit {
    /// As the first answer that names it says.
    named: Option<String>,
    /// Headers that tell where a client stands.
    headers: BTreeSet<String>,
    refused: Option<&'static str>,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ExamOutcome {
    Observed(String),
    NotAsked(String),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The network, or what answers there.
    NoAnswer(String),
    /// Nothing more can be asked.
    Stop(String),
}

/// How often a request is sent that is answered with 429, and the longest wait that is honoured.
const ATTEMPTS: u32 = 5;
const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl<'a, A: Asker> Exam<'a, A> {
    pub(super) fn new(
        asker: &'a mut A,
        caller: Caller,
        on_request: impl FnMut() + Send + 'a,
    ) -> Self {
        Self {
            asker,
            caller,
            token: None,
            limit: Limit::default(),
            on_request: Box::new(on_request),
            first: None,
        }
    }

    /// Puts a question.
    pub(super) async fn ask(&mut self, question: &Question) -> Result<ExamOutcome, Failure> {
        let (request, read) = match &question.ask {
            Ask::Session(session, read) => (self.caller.session(session()), read),
            Ask::Body(body, read) => (self.caller.create(*body), read),
            Ask::Request(request, read) => (request(&self.caller), read),
            Ask::Token(request, read) => match &self.token {
                Some(token) => (request(&self.caller, token), read),
                None => {
                    return Ok(ExamOutcome::not_asked(
                        "there is no session whose token to use",
                    ));
                }
            },
            Ask::BodySizes => return steps::body_sizes(self).await,
            Ask::Expiry => return self.expiry().await,
            Ask::Action => return steps::action(self).await,
            Ask::RateLimit => return Ok(ExamOutcome::Observed(self.limit.seen())),
        };
        let answer = self.send(request).await?;
        let observed = read(&answer);
        if self.first.is_none() {
            self.token = answer.token();
            self.first = Some(answer);
        }
        Ok(ExamOutcome::Observed(self.caller.masked(&observed)))
    }

    /// Sends a request; while the service says that they are too many, waits as long as it asks for.
    pub(super) async fn send(&mut self, request: Request<Bytes>) -> Result<Answer, Failure> {
        for attempt in 0..ATTEMPTS {
            (self.on_request)();
            let answer = self.asker.send(request.clone()).await;
            let answer = answer.map_err(|why| Failure::NoAnswer(self.caller.masked(&why)))?;
            self.limit.note(&answer);
            match answer.status {
                StatusCode::TOO_MANY_REQUESTS => {}
                StatusCode::PAYMENT_REQUIRED => {
                    let why = "the request limit of the account is used up (402)";
                    return Err(Failure::Stop(why.to_owned()));
                }
                _ => return Ok(answer),
            }
            let wait = answer.retry_after();
            let wait = wait.unwrap_or(Duration::from_secs(1 << attempt));
            if wait > LONGEST_WAIT {
                let seconds = wait.as_secs();
                let why = format!("the service asks to wait for {seconds} s (429): ask later");
                return Err(Failure::Stop(why));
            }
            self.asker.pause(wait).await;
        }
        let why = format!("the service answered 429 {ATTEMPTS} times in a row: ask later");
        Err(Failure::Stop(why))
    }
}

impl Limit {
    fn note(&mut self, answer: &Answer) {
        let number = |names: [&str; 2]| {
            let found = names.into_iter().find_map(|name| answer.headers.get(name));
            found.and_then(|value| value.to_str().ok()?.trim().parse::<u32>().ok())
        };
        let names = answer.headers.keys().map(http::HeaderName::as_str);
        let names = names.filter(|name| name.contains("ratelimit"));
        self.headers
            .extend(names.map(|name| mask::name(name).to_owned()));
        let requests = number(["x-ratelimit-limit", "ratelimit-limit"]);
        let left = number(["x-ratelimit-reset", "ratelimit-reset"]);
        if let (None, Some(requests), Some(left)) = (&self.named, requests, left) {
            let limit = match left {
                0..=1 => RateLimit::per_second(requests),
                2..=60 => RateLimit::per_minute(requests),
                _ => RateLimit::per_hour(requests),
            };
            self.named = Some(limit.to_string());
        }
        if answer.status == StatusCode::TOO_MANY_REQUESTS && self.refused.is_none() {
            self.refused = Some(match answer.retry_after() {
                Some(_) => "429 with Retry-After",
                None => "429 without Retry-After",
            });
        }
    }

    /// A limit by its name, and the headers that tell of it.
    fn seen(&self) -> String {
        let headers: Vec<_> = self.headers.iter().map(String::as_str).collect();
        let headers = headers.join(", ");
        match (&self.named, self.refused) {
            (Some(limit), _) => format!("{limit}: {headers}"),
            (None, Some(refused)) => refused.to_owned(),
            (None, None) if headers.is_empty() => "none seen".to_owned(),
            (None, None) => headers,
        }
    }
}

impl ExamOutcome {
    pub(super) fn not_asked(why: &str) -> Self {
        Self::NotAsked(why.to_owned())
    }

    pub(super) fn observed(&self) -> Option<&str> {
        match self {
            Self::Observed(text) => Some(text),
            Self::NotAsked(_) => None,
        }
    }
}
