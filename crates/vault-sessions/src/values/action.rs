use std::str::FromStr;

use super::{
    invalid::{InvalidValue, ValueProblem, Word},
    text::{read_from_json, try_from_str, write_as_text},
};
use crate::request::strict::nearest;

const KIND: &str = "action";
const RULE: &str = "use delete, disconnect, reauthorize or disable";

/// What a consumer may do with a connection on the Hosted Vault page (`settings.allow_actions`).
///
/// It implements `arbitrary::Arbitrary` with the feature `arbitrary`, and proptest's `Arbitrary` with the
/// feature `proptest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
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
    /// Every known action, in the API's order. A later version may know more.
    pub const ALL: &'static [Self] = &[
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

impl FromStr for Action {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.as_str() == text)
            .ok_or_else(|| InvalidValue::new(KIND, RULE, problem(text)))
    }
}

try_from_str!(Action);
read_from_json!(Action, r#"a string such as "delete""#);
write_as_text!(Action);

/// Where a text stops being the name of any action, and which one it is nearest to.
fn problem(text: &str) -> ValueProblem {
    let common = Action::ALL.iter().map(|action| {
        let pairs = action.as_str().bytes().zip(text.bytes());
        pairs
            .take_while(|(expected, found)| expected == found)
            .count()
    });
    let position = common.max().unwrap_or_default();
    if text.is_empty() {
        ValueProblem::Empty
    } else {
        ValueProblem::Unknown {
            position,
            word: Word::of(text),
            nearest: nearest(text, Action::ALL.iter().map(|action| action.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_position() {
        for (text, position) in [
            ("", None),
            ("Delete", Some(0)),
            (" delete", Some(0)),
            ("delete ", Some(6)),
            ("dis", Some(3)),
            ("dispose", Some(3)),
            ("disconnected", Some(10)),
            ("delete\0", Some(6)),
            ("dé", Some(1)),
        ] {
            let error = text.parse::<Action>().unwrap_err();
            assert_eq!(error.position(), position, "{text:?}: {error}");
        }
        for (text, problem) in [
            (
                "dissable",
                "`dissable` is unknown, the nearest known one is `disable`",
            ),
            (
                "Delete",
                "`Delete` is unknown, the nearest known one is `delete`",
            ),
            (
                "sk_live_1",
                "it is unknown, the nearest known one is `delete`",
            ),
            (
                "reauthorizations",
                "it is unknown, the nearest known one is `reauthorize`",
            ),
        ] {
            let error = text.parse::<Action>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "invalid action: {problem}; use delete, disconnect, reauthorize or disable"
                )
            );
        }
    }

    #[test]
    fn every_name_is_read_back() {
        for &action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(action));
            assert_eq!(Action::try_from(action.as_str()), Ok(action));
        }
    }
}
