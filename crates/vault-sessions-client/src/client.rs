use std::{
    borrow::Cow, convert::Infallible, fmt, future::pending, pin::pin, sync::Arc, time::Duration,
};

use http::{HeaderMap, Request, StatusCode};
#[cfg(feature = "http2")]
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};
use vault_sessions::{
    ApiKey, CreateSession, SessionCreated,
    wire::{ApiError, BaseUri},
};

use crate::{
    builder::ClientBuilder,
    config::{ConfigError, KeySource, Timeouts},
    error::{Error, ErrorKind, Phase},
    exchange::{PartialResponse, Received, exchange},
    now::now,
    retry::Retry,
    session_response::SessionResponse,
    spans::{Spans, tell_retry},
    transport::{Pools, RequestBody, Transport},
    until::until,
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
    pub(crate) key: KeySource,
    pub(crate) base: BaseUri,
    /// Where connections go, in words for people.
    pub(crate) destination: String,
    /// What goes with every request: the user agent and the extra headers.
    pub(crate) headers: HeaderMap,
    pub(crate) timeouts: Timeouts,
    /// Bytes.
    pub(crate) response_limit: usize,
    pub(crate) retry: Retry,
    /// One permit for each exchange that may be under way.
    pub(crate) concurrency: Option<Semaphore>,
    pub(crate) spans: Spans,
    #[cfg(feature = "http2")]
    pub(crate) http2: bool,
    /// Absent if the transport is the user's own.
    pub(crate) pools: Option<Pools>,
}

impl Client {
    /// Starts a configuration; only the API key is required.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Builds a client from environment variables; [`ClientBuilder::from_env`] lists them.
    ///
    /// # Errors
    ///
    /// `APIDECK_API_KEY` is not set, another variable has an invalid value, or the settings contradict
    /// each other.
    pub fn from_env() -> Result<Self, ConfigError> {
        ClientBuilder::from_env()?.build()
    }

    pub(crate) fn new(transport: Transport, state: ClientState) -> Self {
        let state = Arc::new(state);
        Self { transport, state }
    }

    pub(crate) fn total_timeout(&self) -> Duration {
        self.state.timeouts.total
    }

    /// A failure, judged by this client's policy.
    pub(crate) fn fail(&self, kind: ErrorKind, attempt: u32) -> Error {
        Error::new(kind, attempt).judged_by(self.state.retry.policy())
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
    /// There is no tokio runtime, or its timer is not enabled. A transport, a layer or an
    /// [`api_key_source`](ClientBuilder::api_key_source) of your own panics.
    pub async fn create_session(&self, request: &CreateSession) -> Result<SessionResponse, Error> {
        let span = self.state.spans.call();
        let attempts = pin!(self.attempts(request));
        let outcome = span.enter_with(attempts).await;
        span.call_ended(&outcome);
        outcome
    }

    async fn attempts(&self, request: &CreateSession) -> Result<SessionResponse, Error> {
        current_runtime();
        let deadline = now() + self.state.timeouts.total;
        let mut previous: Option<Error> = None;
        let mut key_may_change = true;
        loop {
            let attempt = previous.as_ref().map_or(0, Error::attempts) + 1;
            let span = self.state.spans.attempt(attempt);
            let mut key = None;
            let outcome = {
                let exchange = pin!(self.attempt(request, &mut key, deadline, attempt));
                span.enter_with(exchange).await
            };
            span.attempt_ended(&outcome);
            let mut error = match outcome {
                Ok(created) => {
                    self.state.retry.succeeded();
                    return Ok(created);
                }
                Err(error) => error,
            };
            error.set_previous(previous.take());
            if error.is_unauthorized()
                && key_may_change
                && key.is_some_and(|key| self.state.key.current() != key)
            {
                key_may_change = false;
                tell_retry(&error, Duration::ZERO);
                previous = Some(error);
                continue;
            }
            let Some(wait) = self.state.retry.wait(&error) else {
                return Err(error);
            };
            let again = now() + wait;
            if again >= deadline {
                return Err(error);
            }
            tell_retry(&error, wait);
            // It ends with its time.
            let _ = until(again, pending::<Infallible>()).await;
            if !self.state.retry.withdraw() {
                return Err(error);
            }
            previous = Some(error);
        }
    }

    /// Makes one attempt, and leaves the key with which it was sent, if it was.
    async fn attempt<'a>(
        &'a self,
        request: &CreateSession,
        key: &mut Option<Cow<'a, ApiKey>>,
        total: Instant,
        attempt: u32,
    ) -> Result<SessionResponse, Error> {
        let timeouts = self.state.timeouts;
        let fail = |kind| self.fail(kind, attempt);
        let turn = self.turn(total).await;
        let _turn = turn.map_err(fail)?;
        let own = now() + timeouts.attempt;
        let (deadline, phase) = if own < total {
            (own, Phase::Attempt(timeouts.attempt))
        } else {
            (total, Phase::Total(timeouts.total))
        };
        let mut received = Received::default();
        #[cfg(feature = "http2")]
        let mut connection = None;
        let outcome = {
            let request = || {
                let key = key.insert(self.state.key.current());
                #[cfg_attr(
                    not(feature = "http2"),
                    expect(unused_mut, reason = "only HTTP/2 marks it")
                )]
                let mut request = self.http_request(request, key);
                #[cfg(feature = "http2")]
                {
                    connection = self.watch(&mut request);
                }
                request
            };
            let exchange = pin!(exchange(
                self.transport.clone(),
                request,
                self.state.response_limit,
                &mut received,
            ));
            until(deadline, exchange).await
        };
        let kind = match outcome {
            Ok(Ok(answer)) => match read(answer, attempt) {
                Ok(created) => return Ok(created),
                Err(error) => ErrorKind::Api(redact(error, key.as_deref())),
            },
            incomplete => {
                // The session, or the service's own error, can be here although the answer did not end
                // as it should.
                let arrived = received.take_partial();
                let answer = match arrived.map(|partial| read(partial, attempt)) {
                    Some(Ok(created)) => return Ok(created),
                    Some(Err(error)) => Some(redact(error, key.as_deref())),
                    None => None,
                };
                if let Ok(Err(failure)) = incomplete {
                    failure.into_kind(answer, &self.state.destination)
                } else {
                    #[cfg(feature = "http2")]
                    leave(connection.as_ref());
                    received.into_timeout(answer, phase, &self.state.destination)
                }
            }
        };
        let error = fail(kind);
        if error.status() == Some(StatusCode::MISDIRECTED_REQUEST)
            && let Some(pools) = &self.state.pools
        {
            // The next attempt is to be "over a different connection" (RFC 9110 §15.5.20).
            pools.leave();
        }
        Err(error)
    }

    /// Watches which connection a request goes over, if calls may share one.
    #[cfg(feature = "http2")]
    fn watch(&self, request: &mut Request<RequestBody>) -> Option<CaptureConnection> {
        self.state.http2.then(|| capture_connection(request))
    }

    /// Waits for room within the concurrency limit, if there is one.
    async fn turn(&self, total: Instant) -> Result<Option<SemaphorePermit<'_>>, ErrorKind> {
        let Some(limit) = &self.state.concurrency else {
            return Ok(None);
        };
        match until(total, limit.acquire()).await {
            // It is never closed.
            Ok(turn) => Ok(turn.ok()),
            Err(_) => Err(ErrorKind::NotSentInTime(Phase::Total(
                self.state.timeouts.total,
            ))),
        }
    }

    fn http_request(&self, request: &CreateSession, key: &ApiKey) -> Request<RequestBody> {
        let mut request = request.to_http(&self.state.base, key);
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

/// Keeps a connection that did not answer in time from being used again: it may have gone silent. Others
/// that use it are not disturbed.
#[cfg(feature = "http2")]
fn leave(connection: Option<&CaptureConnection>) {
    if let Some(connection) = connection
        && let Some(connected) = &*connection.connection_metadata()
    {
        connected.poison();
    }
}

/// The runtime that a call is made on.
///
/// # Panics
///
/// There is none.
pub(crate) fn current_runtime() -> Handle {
    let Ok(runtime) = Handle::try_current() else {
        panic!(
            "a client needs a tokio runtime: call it under `#[tokio::main]` or `#[tokio::test]`, or take \
             `build_blocking` (feature `blocking`) where there is none"
        )
    };
    runtime
}

/// Without the key, which there is if there is an answer.
fn redact(error: ApiError, key: Option<&ApiKey>) -> ApiError {
    match key {
        Some(key) => error.redact(key),
        None => error,
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
