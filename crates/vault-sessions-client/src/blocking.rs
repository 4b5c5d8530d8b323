//! The same client for callers without `async`. Needs the feature `blocking`.

use std::{
    fmt, panic,
    pin::Pin,
    process,
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread,
    time::Duration,
};

use tokio::{
    runtime,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use vault_sessions::CreateSession;

use crate::{
    builder::ClientBuilder,
    config::{ConfigError, ConfigProblem},
    error::{Error, ErrorKind, Phase},
    keeper::SessionKeeperBuilder,
    session_response::SessionResponse,
    spans::in_callers_span,
};

/// Creates sessions like [`crate::Client`], and blocks until the answer is there.
///
/// Made by [`ClientBuilder::build_blocking`]. A client and its clones share one background thread,
/// which makes all of their calls. The thread ends with the last clone.
///
/// # Within a runtime
///
/// A call works anywhere: on a plain thread, in `spawn_blocking`, in a `Drop`, and even in `async`
/// code. In `async` code it blocks the runtime's thread, as every blocking call does: use
/// [`crate::Client`] there. If the answer must come from a task on that same thread, such as a test
/// server in a current-thread runtime, the call cannot succeed and ends with its timeout. Clients can
/// be dropped anywhere.
///
/// The background thread does not survive a `fork`: in the child process every call fails at once and
/// says so. Make clients after `fork`.
///
/// ```no_run
/// use vault_sessions::{AppId, ConsumerId, CreateSession};
/// use vault_sessions_client::blocking::Client;
///
/// let client = Client::from_env()?;
/// let request = CreateSession::builder()
///     .app_id(const { AppId::from_static("my-app") })
///     .consumer_id(ConsumerId::new("account:12345")?)
///     .build();
/// let created = client.create_session(&request)?;
/// println!("send the consumer to {}", created.uri().expose_secret());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client {
    inner: crate::Client,
    worker: Worker,
}

/// The thread that makes the calls.
#[derive(Clone)]
struct Worker {
    calls: UnboundedSender<Call>,
    /// The ID of the process that has the thread.
    process: u32,
    total_timeout: Duration,
}

/// A call on its way, which reports its outcome itself.
type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How long a caller waits beyond the total timeout. The call itself ends then, and can say more.
const GRACE: Duration = Duration::from_secs(1);

impl ClientBuilder {
    /// Like [`build`](Self::build), for a client that needs no runtime. Needs the feature `blocking`.
    ///
    /// # Errors
    ///
    /// As with `build`; or the system cannot start a thread.
    pub fn build_blocking(self) -> Result<Client, ConfigError> {
        let inner = self.build()?;
        let (calls, received) = unbounded_channel();
        let no_thread = |cause| ConfigError::with(ConfigProblem::NoThread, cause);
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(no_thread)?;
        thread::Builder::new()
            .name(env!("CARGO_PKG_NAME").to_owned())
            .spawn(move || runtime.block_on(run(received)))
            .map_err(no_thread)?;
        let worker = Worker {
            calls,
            process: process::id(),
            total_timeout: inner.total_timeout(),
        };
        Ok(Client { inner, worker })
    }
}

impl Client {
    /// Builds a client from environment variables; [`ClientBuilder::from_env`] lists them.
    ///
    /// # Errors
    ///
    /// As with [`crate::Client::from_env`]; or the system cannot start a thread.
    pub fn from_env() -> Result<Self, ConfigError> {
        ClientBuilder::from_env()?.build_blocking()
    }

    /// Opens a session, as [`crate::Client::create_session`] does, and waits for it.
    ///
    /// # Errors
    ///
    /// As with [`crate::Client::create_session`].
    ///
    /// # Panics
    ///
    /// If a transport, a layer or a key source of your own panics.
    pub fn create_session(&self, request: &CreateSession) -> Result<SessionResponse, Error> {
        let client = self.inner.clone();
        let request = request.clone();
        let call = async move { client.create_session(&request).await };
        self.worker.wait_for(call)?
    }
}

impl Worker {
    fn wait_for<T: Send + 'static>(
        &self,
        call: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Error> {
        if process::id() != self.process {
            let forked = "the process has forked since the client was made, and its thread stayed \
                          behind; make clients after `fork`";
            return Err(Error::new(ErrorKind::NotSent(forked.into()), 1));
        }
        let (outcome, outcomes) = sync_channel(1);
        let call = in_callers_span(call);
        let call = async move {
            // A task of its own, so that a panic ends nothing else. The other side waits for this.
            let _ = outcome.send(tokio::spawn(call).await);
        };
        // If the thread is gone, the call is dropped, and the sender of its outcome with it.
        let _ = self.calls.send(Box::pin(call));
        let kind = match outcomes.recv_timeout(self.total_timeout.saturating_add(GRACE)) {
            Ok(Ok(outcome)) => return Ok(outcome),
            Ok(Err(error)) => match error.try_into_panic() {
                Ok(panic) => panic::resume_unwind(panic),
                Err(cancelled) => ErrorKind::NotSent(cancelled.into()),
            },
            Err(RecvTimeoutError::Timeout) => {
                ErrorKind::Timeout(Phase::Total(self.total_timeout), None)
            }
            Err(gone @ RecvTimeoutError::Disconnected) => ErrorKind::NotSent(gone.into()),
        };
        Err(Error::new(kind, 1))
    }
}

async fn run(mut calls: UnboundedReceiver<Call>) {
    while let Some(call) = calls.recv().await {
        tokio::spawn(call);
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("blocking::Client")
            .field(&self.inner)
            .finish()
    }
}

/// Keeps one live session per app, consumer and body, like [`crate::SessionKeeper`], and waits for it.
///
/// Its calls run on the thread of the client it was made from.
///
/// ```no_run
/// use vault_sessions::{AppId, ConsumerId, CreateSession};
/// use vault_sessions_client::blocking::{Client, SessionKeeper};
///
/// let keeper = SessionKeeper::with(&Client::from_env()?, |keeper| keeper.capacity(100));
/// let request = CreateSession::builder()
///     .app_id(const { AppId::from_static("my-app") })
///     .consumer_id(ConsumerId::new("account:12345")?)
///     .build();
/// let session = keeper.current(&request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SessionKeeper {
    inner: crate::SessionKeeper,
    worker: Worker,
}

impl SessionKeeper {
    /// A keeper with the defaults of [`SessionKeeperBuilder`].
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self::with(client, |builder| builder)
    }

    /// A keeper with settings of its own.
    #[must_use]
    pub fn with(
        client: &Client,
        configure: impl FnOnce(SessionKeeperBuilder) -> SessionKeeperBuilder,
    ) -> Self {
        Self {
            inner: configure(crate::SessionKeeper::builder(client.inner.clone())).build(),
            worker: client.worker.clone(),
        }
    }

    /// The session that is kept for a request, or a new one; see [`crate::SessionKeeper::current`].
    ///
    /// # Errors
    ///
    /// There was no session to hand out and the call for a new one failed.
    ///
    /// # Panics
    ///
    /// If a transport, a layer or a key source of the client, or the keeper's clock, panics.
    pub fn current(&self, request: &CreateSession) -> Result<Arc<SessionResponse>, Arc<Error>> {
        let keeper = self.inner.clone();
        let request = request.clone();
        let call = async move { keeper.current(&request).await };
        self.worker.wait_for(call)?
    }

    /// Makes the next caller wait for a new session; see [`crate::SessionKeeper::forget`].
    pub fn forget(&self, request: &CreateSession) {
        self.inner.forget(request);
    }

    /// Forgets every session.
    pub fn clear(&self) {
        self.inner.clear();
    }

    /// How many sessions are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether no session is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }
}

impl fmt::Debug for SessionKeeper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("blocking::SessionKeeper")
            .field(&self.inner)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use vault_sessions::{ApiKey, AppId, ConsumerId};

    use super::*;

    /// A child that `fork` made has the client, and no thread of its own behind it.
    #[test]
    fn in_a_process_that_is_not_the_clients_own_every_call_fails_at_once() {
        let mut client = crate::Client::builder()
            .api_key(ApiKey::new("key").unwrap())
            .base_uri(crate::BaseUri::new("http://127.0.0.1:1").unwrap())
            .build_blocking()
            .unwrap();
        client.worker.process = process::id().wrapping_add(1);
        // Nobody takes a call: without the check, this would wait for the timeout.
        let (calls, _unread) = unbounded_channel();
        client.worker.calls = calls;
        let request = CreateSession::builder()
            .app_id(AppId::from_static("app"))
            .consumer_id(ConsumerId::from_static("consumer"))
            .build();
        let keeper = SessionKeeper::new(&client);
        for error in [
            client.create_session(&request).unwrap_err(),
            Arc::into_inner(keeper.current(&request).unwrap_err()).unwrap(),
        ] {
            assert!(!error.may_have_reached_server() && !error.is_timeout());
            let cause = std::error::Error::source(&error).unwrap().to_string();
            assert!(cause.contains("make clients after `fork`"), "{cause}");
        }
    }
}
