use std::time::Duration;

use vault_sessions::Action;

use super::refused::{Reason, TokenRefused};

impl TokenRefused {
    /// A refusal that another mock told of, when it was asked for an action.
    pub(crate) fn told(
        kind: &str,
        detail: String,
        expired_since: Option<Duration>,
        action: Option<Action>,
    ) -> Self {
        Self::new(match (kind, expired_since, action) {
            ("expired", Some(ago), _) => Reason::Expired { ago },
            ("not_allowed", _, Some(action)) => Reason::NotAllowed(action),
            ("forged", ..) => Reason::Forged(detail),
            _ => Reason::Other(detail),
        })
    }
}
