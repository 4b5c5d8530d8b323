use std::{error::Error, fmt, str::FromStr};

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::TextVisitor;

/// What a consumer may do with a connection on the Hosted Vault page (`settings.allow_actions`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// `delete`: remove the connection.
    Delete,
    /// `disconnect`: revoke the access that was granted.
    Disconnect,
    /// `reauthorize`: run the authorization again.
    Reauthorize,
    /// `disable`: switch the connection off, and on again.
    Disable,
}

impl Action {
    /// Every known action, in the API's order.
    pub const ALL: [Self; 4] = [
        Self::Delete,
        Self::Disconnect,
        Self::Reauthorize,
        Self::Disable,
    ];

    /// The action as it goes on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Disconnect => "disconnect",
            Self::Reauthorize => "reauthorize",
            Self::Disable => "disable",
        }
    }

    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        Self::ALL
            .into_iter()
            .find(|action| action.as_str() == text)
            .ok_or(UnknownAction(()))
    }
}

impl TryFrom<&str> for Action {
    type Error = UnknownAction;

    fn try_from(text: &str) -> Result<Self, UnknownAction> {
        text.parse()
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor::new("name of an action"))
    }
}

/// The text names no action that this version of the crate knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownAction(());

impl fmt::Display for UnknownAction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unknown action; use delete, disconnect, reauthorize or disable")
    }
}

impl Error for UnknownAction {}
