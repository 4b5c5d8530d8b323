use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    ops::Deref,
    time::Duration,
};

use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::timeout};

use super::{accept::accept, gate::Gate};
use crate::{builder::VaultBuilder, serve::Tls, vault::Vault};

/// A running mock: a [`Vault`] behind a listener of its own.
///
/// It lives on the runtime that started it; [`BlockingVaultServer`](crate::BlockingVaultServer) has a
/// thread of its own. It dereferences to its [`Vault`], so clock, journal and `authorize` are at hand. Dropping it stops
/// it at once; [`shutdown`](VaultServer::shutdown) lets requests in flight finish.
///
/// ```
/// use std::time::Duration;
/// use vault_mock::VaultServer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let vault = VaultServer::start().await;
/// assert!(vault.uri().starts_with("http://127.0.0.1:"));
/// vault.clock().advance(Duration::from_secs(60));
/// vault.shutdown(Duration::from_secs(1)).await;
/// # }
/// ```
pub struct VaultServer {
    vault: Vault,
    address: SocketAddr,
    uri: String,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
    gate: Gate,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl VaultServer {
    /// Starts a mock on a free port of 127.0.0.1, which lives on the runtime of the test that starts it.
    ///
    /// It answers only while that runtime runs, and is gone when it ends. For a blocking client, and for
    /// a mock that a second `#[tokio::test]` uses too, take
    /// [`start_blocking`](VaultServer::start_blocking), whose mock has a thread of its own. The mock takes
    /// any app and a random key, and its clock stands still.
    ///
    /// # Panics
    ///
    /// No port is free, the system has no source of randomness, or there is no tokio runtime with
    /// I/O and time. [`builder`](VaultServer::builder) reports the first as an error.
    pub async fn start() -> Self {
        let started = VaultBuilder::default().start().await;
        started.expect("127.0.0.1 has a free port")
    }

    pub(crate) async fn bind(
        address: SocketAddr,
        tls: Option<Tls>,
        build: impl FnOnce(&str) -> Vault,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| cannot_listen(address, &error))?;
        let address = listener.local_addr()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let uri = format!("{scheme}://{}", reachable(address));
        let vault = build(&uri);
        let gate = Gate::default();
        let (stop, stopping) = watch::channel(false);
        let accepting = tokio::spawn(accept(
            listener,
            vault.clone(),
            tls.clone(),
            gate.clone(),
            stopping,
        ));
        Ok(Self {
            vault,
            address,
            uri,
            #[cfg(feature = "tls")]
            tls,
            gate,
            stop,
            accepting,
        })
    }

    /// The base URI for a client on this machine, such as `http://127.0.0.1:49152`. If the mock
    /// listens on every address (`0.0.0.0`), it names the loopback address.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The address that the mock listens on, with the port that it got.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of the authority that was generated for this mock, as PEM: clients must trust
    /// it.
    ///
    /// `None` without TLS, or with certificates of your own. Needs the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.tls.as_ref()?.ca_pem()
    }

    /// Stops listening, lets requests in flight finish, and closes what is left at the deadline.
    ///
    /// Returns whether everything finished in time.
    pub async fn shutdown(mut self, deadline: Duration) -> bool {
        self.stop.send_replace(true);
        timeout(deadline, &mut self.accepting).await.is_ok()
    }
}

/// An address that a client can call: whoever listens on every address is also found on loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

impl Drop for VaultServer {
    fn drop(&mut self) {
        // What is sent from here on nobody answers, whichever thread is about to read it.
        self.gate.close();
        self.accepting.abort();
    }
}

impl Deref for VaultServer {
    type Target = Vault;

    fn deref(&self) -> &Vault {
        &self.vault
    }
}

impl fmt::Debug for VaultServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VaultServer")
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}

/// Says what is wrong with an address, and what to do.
fn cannot_listen(address: SocketAddr, error: &io::Error) -> io::Error {
    let cure = match error.kind() {
        io::ErrorKind::AddrInUse => {
            ": another program listens there; stop it, or choose another port (port 0 takes a free one)"
        }
        io::ErrorKind::AddrNotAvailable => {
            ": this machine has no such address; 127.0.0.1 is this machine alone, 0.0.0.0 every interface"
        }
        io::ErrorKind::PermissionDenied => {
            ": this user may not listen there; ports from 1024 on are free to all"
        }
        _ => "",
    };
    let text = format!("cannot listen on {address}: {error}{cure}");
    io::Error::new(error.kind(), text)
}
