use std::{
    convert::Infallible,
    future::{Ready, pending, ready},
    task::{Context, Poll},
};

use http::Uri;
use hyper_util::rt::TokioIo;
use tower_service::Service;

use super::stream::{InProcessStream, pair};
use crate::{
    serve::{Gate, LineState, serve},
    vault::Vault,
};

/// Connects a hyper client with the mock in memory, whatever host the URI names.
///
/// The client of hyper-util takes it with the feature `connector`. Without that feature,
/// [`connect`](Self::connect) gives what hyper's own connections are made of.
///
/// Unlike [`InProcess`](crate::InProcess) it speaks HTTP/1.1 on a connection, so the client meets every
/// fault on the wire. Unlike a [`VaultServer`](crate::VaultServer) it has no socket, so paused tokio
/// time is exact. A task on the current runtime serves each connection until the client closes it.
///
/// ```
/// use bytes::Bytes;
/// use http_body_util::Empty;
/// use hyper_util::{client::legacy::Client, rt::TokioExecutor};
/// use vault_mock::Vault;
///
/// # #[cfg(feature = "connector")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let vault = Vault::builder().build();
/// let client = Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(vault.connector());
/// let answer = client.get("http://vault.invalid/health".parse()?).await?;
/// assert_eq!(answer.status(), 200);
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "connector"))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug)]
pub struct InProcessConnector(Vault);

impl Vault {
    /// Returns a connector for hyper clients, over memory; that of hyper-util needs the feature
    /// `connector`.
    #[must_use]
    pub fn connector(&self) -> InProcessConnector {
        InProcessConnector(self.clone())
    }
}

impl InProcessConnector {
    /// Opens a connection; bytes written to it are read by the mock's server.
    ///
    /// # Panics
    ///
    /// There is no tokio runtime.
    #[must_use]
    pub fn connect(&self) -> InProcessStream {
        let (client, server) = pair();
        tokio::spawn(serve(
            server,
            self.0.clone(),
            LineState::new(&Gate::default(), None),
            pending(),
        ));
        client
    }
}

impl Service<Uri> for InProcessConnector {
    type Response = TokioIo<InProcessStream>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(Ok(TokioIo::new(self.connect())))
    }
}
