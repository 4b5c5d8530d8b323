use vault_sessions::SessionLengthArgument;

use crate::{argument::RuleArgument, builder::VaultBuilder, rules::named};

/// What becomes of a session length of more than a week, the documented maximum. Text: `refused`,
/// `accepted`, `shortened`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LongSession {
    /// The request is refused.
    #[default]
    Refused,
    /// The session lives as long as the request says.
    Accepted,
    /// The session lives for a week.
    Shortened,
}

named!(LongSession, "rule for long sessions", "refused, accepted or shortened", {
    Refused: "refused", Accepted: "accepted", Shortened: "shortened"
});

impl VaultBuilder {
    /// How long a session lives if the request does not say. Default: an hour, as documented.
    pub fn default_session_length(mut self, length: impl SessionLengthArgument) -> Self {
        self.settings.rules.default_session_length = length.into_value();
        self
    }

    /// What becomes of a session length of more than a week. Default: it is refused.
    pub fn long_sessions(mut self, rule: impl RuleArgument<LongSession>) -> Self {
        self.settings.rules.long_sessions = rule.into();
        self
    }
}
