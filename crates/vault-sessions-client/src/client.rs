use std::{fmt, sync::Arc};

use http::{HeaderMap, Request, Response};
use http_body_util::Full;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep, timeout_at},
};
use vault_sessions::{
    ApiKey, CreateSession, SessionCreated,
    http::{ApiError, BaseUri},
};

use crate::{
    builder::ClientBuilder,
    config::{ConfigError, Timeouts},
    created::Created,
    error::{Error, Kind, Phase},
    exchange::{Partial, Received, exchange},
    retry::Retry,
    spans::{Spans, tell_retry},
    transport::{RequestBody, Transport},
};

/// Creates sessions at one service with one API key.
///
/// Clones share the pool of connections and cost little. Dropping the future of a call at any await
/// point leaves the pool usable.
///
/// ```
/// use vault_sessions::ApiKey;
/// use vault_sessions_client::Client;
///
/// # #[cfg(all(feature = "ring", feature = "webpki-roots"))]
/// let client = Client::builder().api_key(ApiKey::new("secret")?).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client {
    transport: Transport,
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) key: ApiKey,
    pub(crate) base: BaseUri,
    /// Where connections go to, for people.
    pub(crate) destination: String,
    /// The user agent and what else goes with every request.
    pub(crate) headers: HeaderMap,
    pub(crate) timeouts: Timeouts,
    /// Bytes.
    pub(crate) response_limit: usize,
    pub(crate) retry: Retry,
    /// One permit for each exchange that may be under way.
    pub(crate) concurrency: Option<Semaphore>,
    pub(crate) spans: Spans,
}

impl Client {
    /// Starts a client; only the API key must be given.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client as the environment says; [`ClientBuilder::from_env`] has the variables.
    ///
    /// # Errors
    ///
    /// `APIDECK_API_KEY` is not set, another variable holds what its setting does not take, or the
    /// settings contradict each other.
    pub fn from_env() -> Result<Self, ConfigError> {
        ClientBuilder::from_env()?.build()
    }

    pub(crate) fn new(transport: Transport, shared: Shared) -> Self {
        let shared = Arc::new(shared);
        Self { transport, shared }
    }

    /// Opens a session: `POST /vault/sessions`, tried again as the
    /// [`RetryPolicy`](crate::RetryPolicy) says.
    ///
    /// # Errors
    ///
    /// The service refused, its answer is not a created session, or there was no complete answer in
    /// time. [`Error`] keeps whatever did arrive.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or in one whose timer is not enabled.
    pub async fn create_session(&self, request: &CreateSession) -> Result<Created, Error> {
        let span = self.shared.spans.call();
        let outcome = span.enter_with(self.attempts(request)).await;
        span.call_ended(&outcome);
        outcome
    }

    async fn attempts(&self, request: &CreateSession) -> Result<Created, Error> {
        let deadline = sleep(self.shared.timeouts.total).deadline();
        let mut previous: Option<Error> = None;
        loop {
            let attempt = previous.as_ref().map_or(0, Error::attempts) + 1;
            let span = self.shared.spans.attempt(attempt);
            let outcome = span.enter_with(self.attempt(request, deadline, attempt));
            let outcome = outcome.await;
            span.attempt_ended(&outcome);
            let mut error = match outcome {
                Ok(created) => {
                    self.shared.retry.succeeded();
                    return Ok(created);
                }
                Err(error) => error,
            };
            error.set_previous(previous.take());
            let Some(wait) = self.shared.retry.wait(&error) else {
                return Err(error);
            };
            let waiting = sleep(wait);
            if waiting.deadline() >= deadline || !self.shared.retry.withdraw() {
                return Err(error);
            }
            tell_retry(&error, wait);
            waiting.await;
            previous = Some(error);
        }
    }

    async fn attempt(
        &self,
        request: &CreateSession,
        total: Instant,
        attempt: u32,
    ) -> Result<Created, Error> {
        let timeouts = self.shared.timeouts;
        let turn = self.turn(total).await;
        let _turn = turn.map_err(|kind| Error::new(kind, attempt))?;
        let own = sleep(timeouts.attempt).deadline();
        let (deadline, phase) = if own < total {
            (own, Phase::Attempt(timeouts.attempt))
        } else {
            (total, Phase::Total(timeouts.total))
        };
        let mut received = Received::default();
        let exchange = exchange(
            self.transport.clone(),
            self.http_request(request),
            self.shared.response_limit,
            &mut received,
        );
        let outcome = timeout_at(deadline, exchange).await;
        let kind = match outcome {
            Ok(Ok(answer)) => match read(answer, attempt) {
                Ok(created) => return Ok(created),
                Err(error) => Kind::api(error, &self.shared.key),
            },
            Ok(Err(failure)) => failure.into_kind(received.partial(), &self.shared.destination),
            Err(_) => received.into_timeout(phase),
        };
        Err(Error::new(kind, attempt))
    }

    /// Waits for room within the concurrency limit, if there is one.
    async fn turn(&self, total: Instant) -> Result<Option<SemaphorePermit<'_>>, Kind> {
        let Some(limit) = &self.shared.concurrency else {
            return Ok(None);
        };
        match timeout_at(total, limit.acquire()).await {
            // It is never closed.
            Ok(turn) => Ok(turn.ok()),
            Err(_) => Err(Kind::NotSentInTime(Phase::Total(
                self.shared.timeouts.total,
            ))),
        }
    }

    fn http_request(&self, request: &CreateSession) -> Request<RequestBody> {
        let mut request = request.to_http(&self.shared.base, &self.shared.key);
        let headers = request.headers_mut();
        for (name, value) in &self.shared.headers {
            headers.append(name, value.clone());
        }
        request.map(Full::new)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base_uri", &self.shared.base)
            .field("timeouts", &self.shared.timeouts)
            .field("response_limit", &self.shared.response_limit)
            .finish_non_exhaustive()
    }
}

fn read(answer: Partial, attempt: u32) -> Result<Created, ApiError> {
    let Partial {
        status,
        headers,
        body,
    } = answer;
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    let session = SessionCreated::from_http_ref(&response)?;
    let (head, _) = response.into_parts();
    Ok(Created::new(session, head.status, head.headers, attempt))
}
