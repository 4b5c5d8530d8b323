use std::{fmt, future::IntoFuture, pin::Pin};

use vault_sessions::{ApiKey, wire::BaseUri};

use super::{
    caller::RemoteCaller, error::RemoteError, replicas, transport::RemoteTransport,
    vault::RemoteVault,
};

/// A connection to a mock that runs elsewhere, to be awaited. Made by [`RemoteVault::connect`].
#[must_use = "it connects when it is awaited"]
#[derive(Clone)]
pub struct Connect {
    uri: String,
    admin_token: Option<ApiKey>,
    replicas: Vec<String>,
    #[cfg(feature = "tls")]
    ca_pem: Option<String>,
}

impl RemoteVault {
    /// Connects to the mock at a base URI, such as `http://127.0.0.1:8080`.
    ///
    /// ```no_run
    /// use vault_mock::{RemoteError, RemoteVault};
    /// use vault_sessions::ApiKey;
    ///
    /// # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
    /// let token = ApiKey::new("for-the-test-runner-only")?;
    /// let vault = RemoteVault::connect("http://vault-mock:8080").admin_token(token).await?;
    /// # drop(vault);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Awaiting it fails with a [`RemoteError`] if the text is not such a URI, if no mock answers
    /// there, if the mock requires its admin token, or if it is older or newer than this crate.
    pub fn connect(uri: impl Into<String>) -> Connect {
        Connect {
            uri: uri.into(),
            admin_token: None,
            replicas: Vec::new(),
            #[cfg(feature = "tls")]
            ca_pem: None,
        }
    }
}

impl Connect {
    /// The token of the admin API. A mock that can be reached from other machines requires one.
    pub fn admin_token(mut self, token: ApiKey) -> Self {
        self.admin_token = Some(token);
        self
    }

    /// The certificate authority to trust, as PEM: the value of [`VaultServer::ca_pem`], or the file
    /// that the program writes with `--ca-out`. Required for `https`. Needs the feature `tls`.
    ///
    /// [`VaultServer::ca_pem`]: crate::VaultServer::ca_pem
    #[cfg(feature = "tls")]
    pub fn ca_pem(mut self, pem: impl Into<String>) -> Self {
        self.ca_pem = Some(pem.into());
        self
    }

    /// The base URIs of the servers behind a balancer that hashes by app and consumer, whose own URI is
    /// that of [`connect`](RemoteVault::connect).
    ///
    /// What steers goes to each of them, one after the other; a failure names the one that failed, and
    /// those before it have been told. Journals are merged by time, and counted together. Connecting
    /// fails if one has another version, API key, app, secret or clock than the first: clocks that stand
    /// still must show the same time, and others may differ by two seconds.
    ///
    /// ```no_run
    /// use vault_mock::RemoteVault;
    ///
    /// # async fn connect() -> Result<(), vault_mock::RemoteError> {
    /// let vault = RemoteVault::connect("http://vault-mock:8080")
    ///     .replicas(["http://replica-1:8080", "http://replica-2:8080"])
    ///     .await?;
    /// # drop(vault);
    /// # Ok(())
    /// # }
    /// ```
    pub fn replicas(mut self, uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.replicas = uris.into_iter().map(Into::into).collect();
        self
    }

    async fn connect(self) -> Result<RemoteVault, RemoteError> {
        let replicas = self.replicas.iter();
        let replicas = replicas.map(|uri| self.caller(uri, Vec::new()));
        let caller = self.caller(&self.uri, replicas.collect::<Result<_, _>>()?)?;
        replicas::check(&caller).await?;
        RemoteVault::of(caller).await
    }

    fn caller(&self, uri: &str, replicas: Vec<RemoteCaller>) -> Result<RemoteCaller, RemoteError> {
        let base: BaseUri = uri.parse().map_err(RemoteError::uri)?;
        #[cfg(feature = "tls")]
        let transport = RemoteTransport::new(&base, self.ca_pem.as_deref());
        #[cfg(not(feature = "tls"))]
        let transport = RemoteTransport::new(&base);
        let transport = transport.map_err(|kind| RemoteError::new(&base, kind))?;
        let token = self.admin_token.clone();
        Ok(RemoteCaller::new(base, transport, token, replicas))
    }
}

impl IntoFuture for Connect {
    type Output = Result<RemoteVault, RemoteError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.connect())
    }
}

impl fmt::Debug for Connect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URI may hold a password; nobody has looked at it yet.
        formatter.debug_struct("Connect").finish_non_exhaustive()
    }
}
