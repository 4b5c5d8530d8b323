//! Which actions a session allows: one rule for the library, HTTP and the page.
//!
//! The service is known to *show* actions by `settings.allow_actions`: its page and its widget leave
//! out the buttons of the others. Whether it also refuses what a session does not allow is not
//! documented. The mock therefore does as the page does, unless it is told to enforce.

use serde::Deserialize;
use vault_sessions::{Action, ActionSet, Claims, SessionToken};

use crate::{builder::VaultBuilder, connections::ConnectionState, token::TokenError, vault::Vault};

impl VaultBuilder {
    /// Whether a request for an action that its session does not allow is refused with 403. Default: no,
    /// `settings.allow_actions` only tells the page and the widget what to show, and no more is known
    /// about the service.
    ///
    /// | action | guards |
    /// |---|---|
    /// | `delete` | `DELETE` of a connection |
    /// | `disable` | `PATCH {"enabled":false}` of one that is enabled |
    /// | `reauthorize` | `authorize_url`, `POST …/token` and `…/import` of one that is authorized or callable |
    /// | `disconnect` | `revoke_url` |
    ///
    /// `{"enabled":true}` and the first authorization always pass, because adding a connection needs
    /// them and is not an action. Requests with the API key always pass. [`Vault::authorize`] checks the
    /// session's actions in either case.
    pub fn enforce_actions(mut self, enforced: bool) -> Self {
        self.settings.rules.enforce_actions = enforced;
        self
    }
}

impl Vault {
    /// Checks that the token is valid now and that its session allows the action.
    ///
    /// [`verify`](Self::verify) checks the token alone.
    ///
    /// # Errors
    ///
    /// [`TokenError`] says whether the token is forged, expired, or does not allow the action.
    pub fn authorize(&self, token: &SessionToken, action: Action) -> Result<Claims, TokenError> {
        let claims = self.verify(token)?;
        check(&claims, action)?;
        Ok(claims)
    }
}

/// Refuses an action that the session does not allow, if that is to be refused at all.
pub(crate) fn enforce(vault: &Vault, claims: &Claims, action: Action) -> Result<(), TokenError> {
    if vault.look_at_rules(|rules| rules.enforce_actions) {
        check(claims, action)
    } else {
        Ok(())
    }
}

/// Whether authorizing a connection in this state is the action `reauthorize`.
pub(crate) fn is_reauthorization(state: ConnectionState) -> bool {
    matches!(
        state,
        ConnectionState::Authorized | ConnectionState::Callable
    )
}

/// Whether the session's `settings.allow_actions` lets the consumer do this.
///
/// Absent and `null` allow everything, `[]` nothing, otherwise what is listed: the rule of the
/// Hosted Vault page and of the Vault widget.
pub(crate) fn allows(claims: &Claims, action: Action) -> bool {
    let settings = claims.others().get("settings");
    match settings.and_then(|settings| settings.get("allow_actions")) {
        None => true,
        Some(listed) => Option::<ActionSet>::deserialize(listed)
            .is_ok_and(|set| set.is_none_or(|set| set.contains(action))),
    }
}

fn check(claims: &Claims, action: Action) -> Result<(), TokenError> {
    if allows(claims, action) {
        Ok(())
    } else {
        Err(TokenError::not_allowed(action))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn allowed(settings: &Value) -> Vec<Action> {
        let claims = json!({
            "settings": settings, "consumer_id": "c", "application_id": "a", "iat": 0, "exp": 1,
        });
        let claims = serde_json::from_value(claims).unwrap();
        let all = Action::ALL.iter().copied();
        all.filter(|&action| allows(&claims, action)).collect()
    }

    #[test]
    fn absent_is_all_and_empty_is_none() {
        assert_eq!(allowed(&json!({})), Action::ALL);
        assert_eq!(allowed(&json!(null)), Action::ALL);
        assert_eq!(allowed(&json!({ "allow_actions": null })), Action::ALL);
        assert_eq!(allowed(&json!({ "allow_actions": [] })), []);
    }

    #[test]
    fn otherwise_what_is_listed() {
        let listed = json!({ "allow_actions": ["disable", "pause", "delete"] });
        assert_eq!(allowed(&listed), [Action::Delete, Action::Disable]);
    }
}
