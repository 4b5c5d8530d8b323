use std::{collections::BTreeSet, convert::Infallible, fmt, str::FromStr};

use serde_core::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{SeqAccess, Visitor},
};

use super::{action::Action, actions::Actions, text::read_from_json};

/// The actions a session allows: any subset, written in the API's order.
///
/// On the wire an empty set (`[]`) allows nothing, while a session without a set allows every action.
/// To allow every action, including future ones, leave `allow_actions` out.
///
/// Names of actions that this crate does not know are kept. They are written after the known ones, in
/// alphabetical order.
///
/// ```
/// use vault_sessions::{Action, ActionSet};
///
/// const CAREFUL: ActionSet = ActionSet::of([Action::Disable, Action::Reauthorize]);
/// assert!(CAREFUL.contains(Action::Disable));
/// assert_eq!(CAREFUL.to_string(), "reauthorize, disable");
/// assert!(ActionSet::NONE.is_empty());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ActionSet {
    known: u8,
    unknown: BTreeSet<Box<str>>,
}

impl ActionSet {
    /// No action: the consumer can look but not touch.
    pub const NONE: Self = Self::of([]);

    /// The four actions of the API, named one by one.
    pub const ALL: Self = Self::of_all(Action::ALL);

    /// The set of the actions in the array.
    #[must_use]
    pub const fn of<const N: usize>(actions: [Action; N]) -> Self {
        Self::of_all(&actions)
    }

    /// The set of the actions with these names; they may be names that this crate does not know.
    ///
    /// ```
    /// use vault_sessions::{Action, ActionSet};
    ///
    /// let newer = ActionSet::from_names(["delete", "pause"]);
    /// assert!(newer.contains(Action::Delete));
    /// assert_eq!(newer.unknown().collect::<Vec<_>>(), ["pause"]);
    /// ```
    #[must_use]
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut set = Self::NONE;
        for name in names {
            set.insert_name(name);
        }
        set
    }

    const fn of_all(actions: &[Action]) -> Self {
        let mut known = 0;
        let mut index = 0;
        while index < actions.len() {
            known |= actions[index].bit();
            index += 1;
        }
        Self {
            known,
            unknown: BTreeSet::new(),
        }
    }

    /// Whether the action is in the set.
    #[must_use]
    pub const fn contains(&self, action: Action) -> bool {
        self.known & action.bit() != 0
    }

    /// Whether the set has no action, known or unknown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known == 0 && self.unknown.is_empty()
    }

    /// Adds an action; returns `true` if it was not in the set.
    pub const fn insert(&mut self, action: Action) -> bool {
        let added = !self.contains(action);
        self.known |= action.bit();
        added
    }

    /// Adds an action by its name, which may be one that this crate does not know; returns `true` if it
    /// was not in the set.
    pub fn insert_name(&mut self, name: &str) -> bool {
        match name.parse() {
            Ok(action) => self.insert(action),
            Err(_) => self.unknown.insert(name.into()),
        }
    }

    /// Removes an action; returns `true` if it was in the set.
    pub const fn remove(&mut self, action: Action) -> bool {
        let removed = self.contains(action);
        self.known &= !action.bit();
        removed
    }

    /// What is in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            known: self.known | other.known,
            unknown: &self.unknown | &other.unknown,
        }
    }

    /// What is in both sets: what a caller asks for, within what a policy allows.
    ///
    /// ```
    /// use vault_sessions::{Action, ActionSet};
    ///
    /// const POLICY: ActionSet = ActionSet::of([Action::Reauthorize, Action::Disable]);
    /// let asked: ActionSet = ["disable", "delete"].into_iter().map(str::parse).collect::<Result<_, _>>()?;
    /// assert_eq!(asked.intersection(&POLICY), ActionSet::of([Action::Disable]));
    /// # Ok::<(), vault_sessions::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            known: self.known & other.known,
            unknown: &self.unknown & &other.unknown,
        }
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self {
            known: self.known & !other.known,
            unknown: &self.unknown - &other.unknown,
        }
    }

    /// The known actions of the set, in the API's order.
    #[must_use]
    pub fn iter(&self) -> Actions {
        Actions::new(self.known)
    }

    /// The names of actions that this version of the crate does not know, in alphabetical order.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.unknown.iter().map(AsRef::as_ref)
    }

    /// Every name in the set, as it goes on the wire.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.iter()
            .map(|action| -> &str { action.as_str() })
            .chain(self.unknown())
    }
}

impl fmt::Debug for ActionSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.names()).finish()
    }
}

impl fmt::Display for ActionSet {
    /// The names with commas between them; `none` for the empty set.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return formatter.write_str("none");
        }
        for (index, name) in self.names().enumerate() {
            if index > 0 {
                formatter.write_str(", ")?;
            }
            formatter.write_str(name)?;
        }
        Ok(())
    }
}

impl<const N: usize> From<[Action; N]> for ActionSet {
    fn from(actions: [Action; N]) -> Self {
        Self::of(actions)
    }
}

impl From<Action> for ActionSet {
    fn from(action: Action) -> Self {
        Self::of([action])
    }
}

impl FromIterator<Action> for ActionSet {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Self {
        let mut set = Self::NONE;
        set.extend(actions);
        set
    }
}

impl Extend<Action> for ActionSet {
    fn extend<I: IntoIterator<Item = Action>>(&mut self, actions: I) {
        for action in actions {
            self.insert(action);
        }
    }
}

impl From<&[Action]> for ActionSet {
    fn from(actions: &[Action]) -> Self {
        Self::of_all(actions)
    }
}

impl From<Vec<Action>> for ActionSet {
    fn from(actions: Vec<Action>) -> Self {
        Self::of_all(&actions)
    }
}

impl IntoIterator for &ActionSet {
    type Item = Action;
    type IntoIter = Actions;

    /// The known actions, as [`iter`](ActionSet::iter) gives them.
    fn into_iter(self) -> Actions {
        self.iter()
    }
}

impl Serialize for ActionSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for ActionSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = ActionSet;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of action names")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<ActionSet, A::Error> {
        let mut set = ActionSet::NONE;
        while let Some(name) = names.next_element()? {
            match name {
                Name::Known(action) => set.insert(action),
                Name::Unknown(name) => set.unknown.insert(name),
            };
        }
        Ok(set)
    }
}

enum Name {
    Known(Action),
    Unknown(Box<str>),
}

impl FromStr for Name {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        let known = name.parse().map(Self::Known);
        Ok(known.unwrap_or_else(|_| Self::Unknown(name.into())))
    }
}

read_from_json!(Name, r#"a string such as "delete""#);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_in_the_order_of_the_api() {
        let set: ActionSet = Action::ALL.iter().copied().rev().collect();
        let json = serde_json::to_string(&set).unwrap();
        assert_eq!(json, r#"["delete","disconnect","reauthorize","disable"]"#);
    }

    #[test]
    fn keeps_what_it_does_not_know() {
        let set: ActionSet =
            serde_json::from_str(r#"["pause","disable","pause","disable"]"#).unwrap();
        assert_eq!(set.unknown().collect::<Vec<_>>(), ["pause"]);
        assert_eq!(
            serde_json::to_string(&set).unwrap(),
            r#"["disable","pause"]"#
        );
        assert!(!set.difference(&ActionSet::ALL).is_empty());
    }

    #[test]
    fn set_operations_agree_with_membership() {
        for left in 0..16_u8 {
            for right in 0..16_u8 {
                let [a, b] = [left, right].map(|known| ActionSet {
                    known,
                    unknown: BTreeSet::new(),
                });
                for &action in Action::ALL {
                    let (in_a, in_b) = (a.contains(action), b.contains(action));
                    assert_eq!(a.union(&b).contains(action), in_a || in_b);
                    assert_eq!(a.intersection(&b).contains(action), in_a && in_b);
                    assert_eq!(a.difference(&b).contains(action), in_a && !in_b);
                }
            }
        }
    }

    #[test]
    fn algebra_minds_what_it_does_not_know() {
        let [a, b]: [ActionSet; 2] = [r#"["pause","resume"]"#, r#"["resume","stop"]"#]
            .map(|json| serde_json::from_str(json).unwrap());
        let names = |set: ActionSet| set.names().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(names(a.union(&b)), ["pause", "resume", "stop"]);
        assert_eq!(names(a.intersection(&b)), ["resume"]);
        assert_eq!(names(a.difference(&b)), ["pause"]);
    }

    #[test]
    fn goes_through_a_loop_in_the_order_of_the_api() {
        let mut names = Vec::new();
        for action in &ActionSet::from(vec![Action::Disable, Action::Delete, Action::Disable]) {
            names.push(action.as_str());
        }
        assert_eq!(names, ["delete", "disable"]);
        let mut actions = ActionSet::ALL.iter();
        for left in (0..4).rev() {
            actions.next();
            assert_eq!(actions.len(), left);
        }
        assert_eq!((actions.next(), actions.next()), (None, None));
    }
}
