use std::{fmt, sync::Arc};

use http::{HeaderMap, Request, StatusCode};
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
    error::{Error, ErrorKind, Phase},
    exchange::{PartialResponse, Received, exchange},
    retry::Retry,
    session_response::SessionResponse,
    spans::{Spans, tell_retry},
    transport::{Pools, RequestBody, Transport},
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
    state: Arc<ClientState>,
}

pub(crate) struct ClientState {
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
    /// Absent if the transport is the user's own.
    pub(crate) pools: Option<Pools>,
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

    pub(crate) fn new(transport: Transport, state: ClientState) -> Self {
        let state = Arc::new(state);
        Self { transport, state }
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
    pub async fn create_session(&self, request: &CreateSession) -> Result<SessionResponse, Error> {
        let span = self.state.spans.call();
        let outcome = span.enter_with(self.attempts(request)).await;
        span.call_ended(&outcome);
        outcome
    }

    async fn attempts(&self, request: &CreateSession) -> Result<SessionResponse, Error> {
        let deadline = sleep(self.state.timeouts.total).deadline();
        let mut previous: Option<Error> = None;
        loop {
            let attempt = previous.as_ref().map_or(0, Error::attempts) + 1;
            let span = self.state.spans.attempt(attempt);
            let outcome = span.enter_with(self.attempt(request, deadline, attempt));
            let outcome = outcome.await;
            span.attempt_ended(&outcome);
            let mut error = match outcome {
                Ok(created) => {
                    self.state.retry.succeeded();
                    return Ok(created);
                }
                Err(error) => error,
            };
            error.set_previous(previous.take());
            let Some(wait) = self.state.retry.wait(&error) else {
                return Err(error);
            };
            let waiting = sleep(wait);
            if waiting.deadline() >= deadline || !self.state.retry.withdraw() {
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
    ) -> Result<SessionResponse, Error> {
        let timeouts = self.state.timeouts;
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
            self.state.response_limit,
            &mut received,
        );
        let outcome = timeout_at(deadline, exchange).await;
        let kind = match outcome {
            Ok(Ok(answer)) => match read(answer, attempt) {
                Ok(created) => return Ok(created),
                Err(error) => ErrorKind::api(error, &self.state.key),
            },
            Ok(Err(failure)) => failure.into_kind(received.partial(), &self.state.destination),
            Err(_) => received.into_timeout(phase),
        };
        let error = Error::new(kind, attempt);
        if error.status() == Some(StatusCode::MISDIRECTED_REQUEST)
            && let Some(pools) = &self.state.pools
        {
            // The next attempt is to be "over a different connection" (RFC 9110 §15.5.20).
            pools.leave();
        }
        Err(error)
    }

    /// Waits for room within the concurrency limit, if there is one.
    async fn turn(&self, total: Instant) -> Result<Option<SemaphorePermit<'_>>, ErrorKind> {
        let Some(limit) = &self.state.concurrency else {
            return Ok(None);
        };
        match timeout_at(total, limit.acquire()).await {
            // It is never closed.
            Ok(turn) => Ok(turn.ok()),
            Err(_) => Err(ErrorKind::NotSentInTime(Phase::Total(
                self.state.timeouts.total,
            ))),
        }
    }

    fn http_request(&self, request: &CreateSession) -> Request<RequestBody> {
        let mut request = request.to_http(&self.state.base, &self.state.key);
        let headers = request.headers_mut();
        for (name, value) in &self.state.headers {
            headers.append(name, value.clone());
        }
        request.map(RequestBody::from)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base_uri", &self.state.base)
            .field("timeouts", &self.state.timeouts)
            .field("response_limit", &self.state.response_limit)
            .finish_non_exhaustive()
    }
}

fn read(answer: PartialResponse, attempt: u32) -> Result<SessionResponse, ApiError> {
    let PartialResponse {
        status,
        headers,
        body,
    } = answer;
    let session = SessionCreated::from_http(status, &headers, body)?;
    Ok(SessionResponse::new(session, status, headers, attempt))
}
