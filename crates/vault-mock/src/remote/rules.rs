use http::Method;
use serde_json::{Map, Value};

use super::{
    caller::RemoteCaller,
    error::{RemoteError, RemoteProblem},
    vault::RemoteVault,
};
use crate::rules::{Rules, Setting};

impl RemoteVault {
    /// The current rules.
    ///
    /// # Errors
    ///
    /// The mock cannot be reached.
    pub async fn rules(&self) -> Result<Rules, RemoteError> {
        rules(self.caller()).await
    }

    /// Changes rules for all requests from now on. Only the rules that `change` modifies are sent.
    ///
    /// ```
    /// use vault_mock::{RateLimit, RemoteVault, VaultServer};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), vault_mock::RemoteError> {
    /// # let server = VaultServer::start().await;
    /// let vault = RemoteVault::connect(server.uri()).await?;
    /// vault.change_rules(|rules| rules.rate_limit = Some(RateLimit::per_minute(60))).await?;
    /// assert_eq!(vault.rules().await?.rate_limit, Some(RateLimit::per_minute(60)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The mock cannot be reached, or refuses a value.
    pub async fn change_rules(&self, change: impl FnOnce(&mut Rules)) -> Result<(), RemoteError> {
        let changed = changed(&self.rules().await?, change);
        if changed.is_empty() {
            return Ok(());
        }
        let patch = Value::Object(changed);
        let caller = self.caller();
        caller.tell(Method::PATCH, "/settings", Some(&patch)).await
    }
}

/// The rules of the mock that answers a caller.
pub(super) async fn rules(caller: &RemoteCaller) -> Result<Rules, RemoteError> {
    let shown: Map<String, Value> = caller.get("/settings").await?;
    let mut rules = Rules::default();
    for setting in Setting::all() {
        let value = shown.get(setting.name()).unwrap_or(&Value::Null);
        let read = setting.set_json(&mut rules, value);
        read.map_err(|_| {
            let call = format!("GET /settings (`{}`)", setting.name());
            caller.error(RemoteProblem::Unreadable {
                call,
                line: 1,
                column: 1,
            })
        })?;
    }
    Ok(rules)
}

/// The settings that a change gives other values.
pub(super) fn changed(before: &Rules, change: impl FnOnce(&mut Rules)) -> Map<String, Value> {
    let mut after = before.clone();
    change(&mut after);
    let all = Setting::all().iter();
    let changed = all.filter(|setting| setting.to_json(before) != setting.to_json(&after));
    let members = changed.map(|setting| (setting.name().to_owned(), setting.to_json(&after)));
    members.collect()
}
