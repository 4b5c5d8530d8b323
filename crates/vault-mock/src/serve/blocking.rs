use std::{
    fmt, io,
    ops::Deref,
    panic::resume_unwind,
    sync::mpsc,
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{runtime, sync::oneshot};

use super::server::VaultServer;
use crate::{builder::VaultBuilder, vault::Vault};

/// A [`Vault`] behind a listener on a thread of its own, for blocking clients, for tests without a
/// runtime, and for several tests together.
///
/// A [`VaultServer`] runs on the test's own runtime: a client that blocks that thread would wait for
/// ever. This one does not share the test's thread, so any client can call it, from async tests too.
///
/// It dereferences to its [`Vault`]. Dropping it stops it at once;
/// [`shutdown`](BlockingVaultServer::shutdown) lets requests in flight finish.
///
/// ```
/// use vault_mock::VaultServer;
///
/// let vault = VaultServer::start_blocking();
/// assert!(vault.uri().starts_with("http://127.0.0.1:"));
/// ```
pub struct BlockingVaultServer {
    vault: Vault,
    uri: String,
    #[cfg(feature = "tls")]
    ca_pem: Option<String>,
    stop: Option<oneshot::Sender<Duration>>,
    thread: Option<JoinHandle<bool>>,
}

impl VaultServer {
    /// Starts a mock on a thread of its own, with the defaults of [`start`](VaultServer::start).
    ///
    /// # Panics
    ///
    /// No port is free, no thread can be started, or the system has no source of randomness.
    #[must_use]
    pub fn start_blocking() -> BlockingVaultServer {
        let started = VaultBuilder::default().start_blocking();
        started.expect("127.0.0.1 has a free port")
    }
}

impl VaultBuilder {
    /// Starts a server on a thread of its own.
    ///
    /// # Errors
    ///
    /// The server cannot listen on the address, or no thread can be started.
    ///
    /// # Panics
    ///
    /// As [`build`](VaultBuilder::build).
    pub fn start_blocking(self) -> io::Result<BlockingVaultServer> {
        #[cfg(feature = "tls")]
        let ca_pem = self
            .tls
            .as_ref()
            .and_then(|tls| tls.ca_pem().map(str::to_owned));
        let (report, reported) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("vault-mock".to_owned())
            .spawn(move || run(self, &report, stopped))?;
        // Without a report the thread has panicked; joining it hands the panic on.
        let Ok(started) = reported.recv() else {
            let panic = thread.join().expect_err("a thread that ends well reports");
            resume_unwind(panic);
        };
        let (vault, uri) = started?;
        Ok(BlockingVaultServer {
            vault,
            uri,
            #[cfg(feature = "tls")]
            ca_pem,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

/// Serves until told to stop; returns whether everything finished in time.
fn run(
    builder: VaultBuilder,
    report: &mpsc::Sender<io::Result<(Vault, String)>>,
    stopped: oneshot::Receiver<Duration>,
) -> bool {
    let started = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .and_then(|runtime| {
            let mock = runtime.block_on(builder.start())?;
            Ok((runtime, mock))
        });
    let (runtime, mock) = match started {
        Ok(started) => started,
        Err(error) => {
            let _ = report.send(Err(error));
            return false;
        }
    };
    let _ = report.send(Ok((Vault::clone(&mock), mock.uri().to_owned())));
    runtime.block_on(async {
        match stopped.await {
            Ok(deadline) => mock.shutdown(deadline).await,
            // The handle is gone, and with it the reason to answer.
            Err(_) => false,
        }
    })
}

impl BlockingVaultServer {
    /// The base URI to give to a client, such as `http://127.0.0.1:49152`.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The certificate of the authority that was generated for this mock, as PEM: clients must trust
    /// it.
    ///
    /// `None` without TLS, or with certificates of your own. Needs the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// Stops listening, lets requests in flight finish, and closes what is left at the deadline.
    ///
    /// Returns whether everything finished in time.
    #[expect(clippy::must_use_candidate, reason = "most tests only want it stopped")]
    pub fn shutdown(mut self, deadline: Duration) -> bool {
        if let Some(stop) = self.stop.take() {
            // The thread is gone only if the mock panicked, which `join` tells.
            let _ = stop.send(deadline);
        }
        self.join()
    }

    fn join(&mut self) -> bool {
        let finished = self.thread.take().map(JoinHandle::join);
        matches!(finished, Some(Ok(true)))
    }
}

impl Drop for BlockingVaultServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Waiting makes sure that nothing answers once the mock is gone.
        self.join();
    }
}

impl Deref for BlockingVaultServer {
    type Target = Vault;

    fn deref(&self) -> &Vault {
        &self.vault
    }
}

impl fmt::Debug for BlockingVaultServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BlockingVaultServer")
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}
