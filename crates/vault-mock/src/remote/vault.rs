use std::{
    fmt,
    sync::{Arc, Mutex},
};

use http::Method;
use serde::Deserialize;
use vault_sessions::{ApiKey, AppId};

use super::{
    caller::RemoteCaller, clock::Clock, error::RemoteError, faults::Faults, journal::Journal,
};
use crate::{expect::SharedTerms, sync};

/// A handle to a mock in another process or container: what a [`Vault`](crate::Vault) is in process.
///
/// It has the names and types of `Vault`, but every call goes over HTTP, so it is awaited and can
/// fail. The [module](super) lists the differences. Made by [`connect`](RemoteVault::connect); clones
/// are the same handle.
#[derive(Clone)]
pub struct RemoteVault {
    caller: RemoteCaller,
    client: Arc<RemoteAccess>,
    held: Held,
}

/// What a client of the mock is given.
#[derive(Deserialize)]
pub(super) struct RemoteAccess {
    pub(super) api_key: ApiKey,
    pub(super) app_id: Option<AppId>,
    pub(super) secret_fingerprint: Option<String>,
}

/// The expectations that are held, for [`Journal::assert_met`].
pub(super) type Held = Arc<Mutex<Vec<SharedTerms>>>;

impl RemoteVault {
    /// The handle of the mock that answers this caller, once it let the caller in.
    pub(super) async fn of(caller: RemoteCaller) -> Result<Self, RemoteError> {
        let client = Arc::new(caller.get("/client").await?);
        Ok(Self {
            caller,
            client,
            held: Held::default(),
        })
    }

    /// The base URI to give to a client: the one that the handle was connected to.
    #[must_use]
    pub fn uri(&self) -> &str {
        self.caller.uri()
    }

    /// The API key that the mock accepts.
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.client.api_key
    }

    /// The only app that the mock accepts; `None` if it accepts any.
    #[must_use]
    pub fn app_id(&self) -> Option<&AppId> {
        self.client.app_id.as_ref()
    }

    /// The mock's clock. Advance it to make sessions expire.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::new(self.caller.clone())
    }

    /// The faults that the mock's answers meet; none until some are injected.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults::new(self.caller.clone())
    }

    /// The requests that the mock received, and what became of each.
    #[must_use]
    pub fn journal(&self) -> Journal {
        Journal::new(self.caller.clone(), Arc::clone(&self.held))
    }

    /// Clears the journal, the expectations, the faults and every change to connections, and restores
    /// the rules and faults that the mock was made with. Clock and keys stay as they are. Each tenant
    /// is reset separately.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn reset(&self) -> Result<(), RemoteError> {
        self.caller.tell(Method::POST, "/reset", None).await?;
        sync::lock(&self.held).clear();
        Ok(())
    }

    pub(super) fn caller(&self) -> &RemoteCaller {
        &self.caller
    }
}

impl fmt::Debug for RemoteVault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RemoteVault")
            .field("uri", &self.uri())
            .field("app_id", &self.app_id())
            .finish_non_exhaustive()
    }
}
