use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use http::Method;
use serde::Deserialize;
use vault_sessions::{ApiKey, AppId};

use super::{caller::Caller, clock::Clock, error::RemoteError, faults::Faults, journal::Journal};
use crate::expect::SharedTerms;

/// A handle to a mock that runs elsewhere: what a [`Vault`](crate::Vault) is in process.
///
/// Made by [`connect`](RemoteVault::connect). Clones are the same handle. The [module](super) says what
/// differs from a mock in process.
#[derive(Clone)]
pub struct RemoteVault {
    caller: Caller,
    client: Arc<Client>,
    held: Held,
}

/// What a client of the mock is given.
#[derive(Deserialize)]
pub(super) struct Client {
    pub(super) api_key: ApiKey,
    app_id: Option<AppId>,
}

/// The expectations that are held, for [`Journal::assert_met`].
pub(super) type Held = Arc<Mutex<Vec<SharedTerms>>>;

impl RemoteVault {
    /// The handle of the mock that answers this caller, once it let the caller in.
    pub(super) async fn of(caller: Caller) -> Result<Self, RemoteError> {
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

    /// The one app that the mock knows; `None` if it takes any.
    #[must_use]
    pub fn app_id(&self) -> Option<&AppId> {
        self.client.app_id.as_ref()
    }

    /// The clock of the mock: advance it to make sessions expire.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::new(self.caller.clone())
    }

    /// What goes wrong with the mock's answers; nothing, until something is injected.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults::new(self.caller.clone())
    }

    /// What was asked and answered.
    #[must_use]
    pub fn journal(&self) -> Journal {
        Journal::new(self.caller.clone(), Arc::clone(&self.held))
    }

    /// Forgets what was asked, injected, expected and changed, and goes back to the rules and faults
    /// that the mock was made with. Clock and keys stay; tenants are reset by themselves.
    ///
    /// # Errors
    ///
    /// The mock cannot be asked.
    pub async fn reset(&self) -> Result<(), RemoteError> {
        self.caller.tell(Method::POST, "/reset", None).await?;
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        Ok(())
    }

    pub(super) fn caller(&self) -> &Caller {
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
