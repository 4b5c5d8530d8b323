//! Reads a body, every part of which has to be known.

use std::{cell::RefCell, collections::BTreeMap, error::Error, fmt};

use serde_core::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use super::Session;
use crate::{
    error_debug::debug_as_display,
    open_object::{Watch, read_watched},
    response::JsonMismatch,
    values::{Action, ActionSet, Color, SessionLength, UnifiedApi, Url},
    violation::Violation,
};

impl Session {
    /// Reads a body written by hand, such as a configuration, and refuses whatever this crate does not
    /// know.
    ///
    /// `Deserialize` keeps members, actions and APIs that it does not know, because a newer service may
    /// send them. This reader refuses them, and reports every mistake, not only the first.
    ///
    /// ```
    /// use vault_sessions::Session;
    ///
    /// let error = Session::from_json_strict(
    ///     r#"{"settings":{"sessionLength":"30m","allow_actions":["remove"],"show_logs":"no"}}"#,
    /// )
    /// .unwrap_err();
    /// let lines: Vec<_> = error.violations().iter().map(ToString::to_string).collect();
    /// assert_eq!(lines, [
    ///     "/settings/allow_actions/0: unknown action; the nearest known one is `delete`",
    ///     "/settings/sessionLength: unknown member; the nearest known one is `session_length`",
    ///     "/settings/show_logs: expected a boolean",
    /// ]);
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not JSON, repeats a member, has an unknown member, action or API, or has a value of
    /// the wrong type or one that breaks its rule.
    pub fn from_json_strict(json: &str) -> Result<Self, InvalidSession> {
        let found = RefCell::default();
        let mut reader = serde_json::Deserializer::from_str(json);
        let value = read_watched(&mut reader, &found);
        let value = value.and_then(|value| reader.end().map(|()| value));
        let value = value.map_err(|cause| InvalidSession::whole(&cause))?;
        check(&value, found.into_inner())?;
        Self::deserialize(value).map_err(|cause| InvalidSession::whole(&cause))
    }

    /// Does the same for any format that `serde` reads; use it in an attribute:
    /// `#[serde(deserialize_with = "Session::deserialize_strict")]`.
    ///
    /// # Errors
    ///
    /// Those of [`from_json_strict`](Self::from_json_strict), with the text of [`InvalidSession`].
    pub fn deserialize_strict<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let found = RefCell::default();
        let value = read_watched(deserializer, &found)?;
        check(&value, found.into_inner()).map_err(de::Error::custom)?;
        Self::deserialize(value).map_err(de::Error::custom)
    }
}

/// Checks a value in which these mistakes were found while it was read.
fn check(value: &Value, mut found: Findings) -> Result<(), InvalidSession> {
    Session::check(value, &mut found);
    if found.violations.is_empty() {
        Ok(())
    } else {
        Err(InvalidSession(found.violations))
    }
}

/// Why the strict reader refused a body: one violation or more.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidSession(Vec<Violation>);

impl InvalidSession {
    fn whole(cause: &serde_json::Error) -> Self {
        let rule = JsonMismatch::new(cause).to_string();
        let pointer = String::new();
        Self(vec![Violation { pointer, rule }])
    }

    /// Every mistake, up to a hundred of them.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.0
    }
}

impl fmt::Display for InvalidSession {
    /// All violations on one line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("invalid session: ")?;
        for (index, violation) in self.0.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(formatter, "{separator}{violation}")?;
        }
        Ok(())
    }
}

debug_as_display!(InvalidSession);

impl Error for InvalidSession {}

/// A part of the body that knows which values it allows.
pub(crate) trait Check {
    fn check(value: &Value, found: &mut Findings);
}

macro_rules! check_by_reading {
    ($( $type:ty, )*) => {
        $(
            impl Check for $type {
                fn check(value: &Value, found: &mut Findings) {
                    if let Err(cause) = Self::deserialize(value) {
                        found.violation(JsonMismatch::new(&cause).to_string());
                    }
                }
            }
        )*
    };
}

check_by_reading! { bool, String, Url, Color, SessionLength, }

impl Check for BTreeMap<String, Value> {
    fn check(value: &Value, found: &mut Findings) {
        found.object(value, "an object", |_, _, _| {});
    }
}

impl Check for Vec<UnifiedApi> {
    fn check(value: &Value, found: &mut Findings) {
        let known = || UnifiedApi::KNOWN.iter().map(UnifiedApi::as_str);
        found.names(value, "Unified API", known);
    }
}

impl Check for ActionSet {
    fn check(value: &Value, found: &mut Findings) {
        let known = || Action::ALL.iter().map(|action| action.as_str());
        found.names(value, "action", known);
    }
}

/// Where the check is, and what it has found.
#[derive(Default)]
pub(crate) struct Findings {
    pointer: String,
    violations: Vec<Violation>,
}

impl Findings {
    const LIMIT: usize = 100;

    pub(super) fn object(
        &mut self,
        value: &Value,
        what: &str,
        mut check: impl FnMut(&mut Self, &str, &Value),
    ) {
        match value.as_object() {
            Some(members) => {
                // In one order, whatever features the dependency graph enables.
                let members: BTreeMap<_, _> = members.iter().collect();
                for (name, value) in members {
                    self.at(&token(name), |found| check(found, name, value));
                }
            }
            None => self.violation(format!("expected {what}")),
        }
    }

    /// Checks a known member; `null` counts as absent.
    pub(super) fn member<T: Check>(&mut self, value: &Value) {
        if !value.is_null() {
            T::check(value, self);
        }
    }

    fn names<'a, I: Iterator<Item = &'a str>>(
        &mut self,
        value: &Value,
        what: &str,
        known: impl Fn() -> I,
    ) {
        let Some(items) = value.as_array() else {
            return self.violation("expected an array of strings".to_owned());
        };
        for (index, item) in items.iter().enumerate() {
            self.at(&index.to_string(), |found| match item.as_str() {
                Some(name) if known().any(|known| known == name) => {}
                Some(name) => found.unknown(what, name, known()),
                None => found.violation("expected a string".to_owned()),
            });
        }
    }

    pub(super) fn unknown<'a>(
        &mut self,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) {
        let nearest = nearest(name, known);
        self.violation(format!(
            "unknown {what}; the nearest known one is `{nearest}`"
        ));
    }

    fn at(&mut self, token: &str, check: impl FnOnce(&mut Self)) {
        let length = self.enter(token);
        check(self);
        self.pointer.truncate(length);
    }

    /// Returns the length of the pointer from which it entered.
    fn enter(&mut self, token: &str) -> usize {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(token);
        length
    }

    fn violation(&mut self, rule: String) {
        if self.violations.len() < Self::LIMIT {
            let pointer = self.pointer.clone();
            self.violations.push(Violation { pointer, rule });
        }
    }
}

/// Finds what a tree of values cannot show: of a repeated member it keeps the last.
impl Watch for RefCell<Findings> {
    fn item<T>(&self, index: usize, read: impl FnOnce() -> T) -> T {
        let length = self.borrow_mut().enter(&index.to_string());
        let item = read();
        self.borrow_mut().pointer.truncate(length);
        item
    }

    fn member<T>(&self, name: &str, before: &Map<String, Value>, read: impl FnOnce() -> T) -> T {
        let length = self.borrow_mut().enter(&token(name));
        if before.contains_key(name) {
            self.borrow_mut().violation("repeated member".to_owned());
        }
        let value = read();
        self.borrow_mut().pointer.truncate(length);
        value
    }
}

/// The name of a member in a pointer (RFC 6901 §3).
fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The known name that takes the fewest changes; the first of several.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> &'a str {
    let nearest = known.min_by_key(|known| distance(name, known));
    nearest.unwrap_or_default()
}

/// The number of letters to insert, leave out or replace (Levenshtein), ignoring case and whatever
/// separates words.
fn distance(found: &str, known: &str) -> usize {
    let letters = |text: &str| -> Vec<char> {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters
            .take(64)
            .map(|letter| letter.to_ascii_lowercase())
            .collect()
    };
    let (found, known) = (letters(found), letters(known));
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (index, letter) in found.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in known.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[known.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_to_change() {
        for (found, known, expected) in [
            ("times", "times", 0),
            ("Times", "times", 0),
            ("tmes", "times", 1),
            ("timess", "times", 1),
            ("", "times", 5),
            ("x", "", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(found, known), expected, "{found} {known}");
        }
        assert_eq!(nearest("tmes", ["by", "times"].into_iter()), "times");
    }
}
