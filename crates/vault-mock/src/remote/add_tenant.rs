use std::{fmt, future::IntoFuture, pin::Pin};

use http::Method;
use serde_json::{Map, Value};
use vault_sessions::{ApiKey, ApiKeyArgument, AppId, AppIdArgument};

use super::{error::RemoteError, rules, vault::RemoteVault};
use crate::rules::Rules;

/// A mock of an app's own, to be awaited. Made by [`RemoteVault::add_tenant`].
#[must_use = "the tenant is added when this is awaited"]
pub struct AddTenant {
    vault: RemoteVault,
    app: AppId,
    api_key: Option<ApiKey>,
    change: Option<Change>,
}

type Change = Box<dyn FnOnce(&mut Rules) + Send>;

impl RemoteVault {
    /// Gives an app a mock of its own, replacing the one that it may have. It begins as the server's
    /// mock is now; later changes to either do not affect the other.
    ///
    /// Tests that share a server do not affect each other if each adds a tenant for an app ID of its
    /// own.
    ///
    /// ```
    /// use vault_mock::{RemoteVault, Validation, VaultServer};
    /// use vault_sessions::AppId;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), vault_mock::RemoteError> {
    /// # let server = VaultServer::start().await;
    /// let vault = RemoteVault::connect(server.uri()).await?;
    /// let shop = vault
    ///     .add_tenant(AppId::from_static("shop"))
    ///     .rules(|rules| rules.validation = Validation::Lenient)
    ///     .await?;
    /// assert_eq!(shop.rules().await?.validation, Validation::Lenient);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Awaiting it fails if the mock cannot be reached, or refuses a value.
    pub fn add_tenant(&self, app: impl AppIdArgument) -> AddTenant {
        AddTenant {
            vault: self.clone(),
            app: app.into_value(),
            api_key: None,
            change: None,
        }
    }
}

impl AddTenant {
    /// The API key that the tenant accepts; by default the server's.
    pub fn api_key(mut self, key: impl ApiKeyArgument) -> Self {
        self.api_key = Some(key.into_value());
        self
    }

    /// Rules that the tenant begins with, and goes back to when it is reset, in place of the server's.
    pub fn rules(mut self, change: impl FnOnce(&mut Rules) + Send + 'static) -> Self {
        self.change = Some(Box::new(change));
        self
    }

    async fn add(self) -> Result<RemoteVault, RemoteError> {
        let server = self.vault.caller().server();
        let mut body = match self.change {
            None => Map::new(),
            Some(change) => rules::changed(&rules::rules(&server).await?, change),
        };
        body.insert("app_id".to_owned(), self.app.as_str().into());
        if let Some(key) = &self.api_key {
            body.insert("api_key".to_owned(), key.expose_secret().into());
        }
        let body = Value::Object(body);
        // A balancer that hashes by app reads no bodies.
        let named = server.for_app(&self.app);
        named.tell(Method::PUT, "/tenants", Some(&body)).await?;
        RemoteVault::of(server.tenant(self.app)).await
    }
}

impl IntoFuture for AddTenant {
    type Output = Result<RemoteVault, RemoteError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.add())
    }
}

impl fmt::Debug for AddTenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AddTenant")
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}
