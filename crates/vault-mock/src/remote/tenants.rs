use http::Method;
use serde::Deserialize;
use vault_sessions::AppId;

use super::{error::RemoteError, vault::RemoteVault};

impl RemoteVault {
    /// The mock that an app has of its own.
    ///
    /// Once the tenant is removed, calls on its handle fail with 404. They never reach the mock that
    /// all others share.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn tenant(&self, app: &AppId) -> Result<Option<Self>, RemoteError> {
        // Behind a balancer that hashes by app, only its own server knows.
        let listed: Listed = self.caller().for_app(app).get("/tenants").await?;
        if !listed.tenants.contains(app) {
            return Ok(None);
        }
        Self::of(self.caller().tenant(app.clone())).await.map(Some)
    }

    /// The apps that have a mock of their own.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn tenant_apps(&self) -> Result<Vec<AppId>, RemoteError> {
        let listed: Listed = self.caller().server().get("/tenants").await?;
        Ok(listed.tenants)
    }

    /// Removes the mock that an app has of its own. Returns whether it had one.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn remove_tenant(&self, app: &AppId) -> Result<bool, RemoteError> {
        let mut query = form_urlencoded::Serializer::new("/tenants?".to_owned());
        let path = query.append_pair("app_id", app.as_str()).finish();
        let server = self.caller().server();
        match server.tell(Method::DELETE, &path, None).await {
            Ok(()) => Ok(true),
            Err(error) if error.status().is_some_and(|status| status == 404) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[derive(Deserialize)]
struct Listed {
    tenants: Vec<AppId>,
}
