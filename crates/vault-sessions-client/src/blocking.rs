//! The same client for callers without `async`.

use std::{fmt, panic, pin::Pin, sync::mpsc::sync_channel, thread};

use tokio::{
    runtime,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use vault_sessions::CreateSession;

use crate::{
    builder::ClientBuilder,
    config::{ConfigError, ConfigProblem},
    error::{Error, ErrorKind},
    session_response::SessionResponse,
    spans::in_callers_span,
};

/// Creates sessions like [`crate::Client`], and waits for the answer.
///
/// Each client has one thread, on which all of its calls and those of its clones make progress; it
/// ends with the last clone. Made by [`ClientBuilder::build_blocking`].
///
/// # Within a runtime
///
/// A call works anywhere: on a plain thread, in `spawn_blocking`, in a `Drop`, and even within `async`
/// code. There it keeps the runtime's thread waiting, as every blocking call does, so use
/// [`crate::Client`] instead. Where the answer has to come from a task of that same thread, as with a
/// server under test in a current-thread runtime, no call can succeed, and the timeout ends it.
/// Clients can be dropped anywhere, too.
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
    calls: UnboundedSender<Call>,
}

/// A call on its way, which reports its outcome itself.
type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

impl ClientBuilder {
    /// Like [`build`](Self::build), for a client that needs no runtime.
    ///
    /// # Errors
    ///
    /// As with `build`; or the system gives no thread.
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
        Ok(Client { inner, calls })
    }
}

impl Client {
    /// A client as the environment says; [`ClientBuilder::from_env`] has the variables.
    ///
    /// # Errors
    ///
    /// As with [`crate::Client::from_env`]; or the system gives no thread.
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
    /// If a transport or a layer of your own panics.
    pub fn create_session(&self, request: &CreateSession) -> Result<SessionResponse, Error> {
        let (outcome, outcomes) = sync_channel(1);
        let client = self.inner.clone();
        let request = request.clone();
        let call = in_callers_span(async move { client.create_session(&request).await });
        let call = async move {
            // A task of its own, so that a panic ends nothing else. The other side waits for this.
            let _ = outcome.send(tokio::spawn(call).await);
        };
        // If the thread is gone, the call is dropped, and the sender of its outcome with it.
        let _ = self.calls.send(Box::pin(call));
        match outcomes.recv() {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => match error.try_into_panic() {
                Ok(panic) => panic::resume_unwind(panic),
                Err(cancelled) => Err(Error::new(ErrorKind::NotSent(cancelled.into()), 1)),
            },
            Err(gone) => Err(Error::new(ErrorKind::NotSent(gone.into()), 1)),
        }
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
