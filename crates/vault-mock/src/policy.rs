//! Which actions a session allows: one rule for the library, HTTP and the page.

use serde::Deserialize;
use vault_sessions::{Action, ActionSet, Claims};

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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn allowed(settings: &Value) -> Vec<Action> {
        let claims = json!({
            "settings": settings, "consumer_id": "c", "application_id": "a", "iat": 0, "exp": 1,
        });
        let claims = serde_json::from_value(claims).unwrap();
        let all = Action::ALL.into_iter();
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
