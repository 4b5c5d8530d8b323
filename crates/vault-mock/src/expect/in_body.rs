use serde::Deserialize;
use serde_json::Value;
use vault_sessions::ActionSet;

use super::same::are_same;

/// What a body must have at a JSON pointer.
#[derive(Clone, Copy)]
pub(super) enum InBody<'a> {
    Nothing,
    Value(&'a Value),
    /// The same actions, in any order.
    Actions(&'a ActionSet),
}

impl InBody<'_> {
    pub(super) fn is_met_by(self, found: Option<&Value>) -> bool {
        match (self, found) {
            (Self::Nothing, found) => found.is_none(),
            (Self::Value(value), Some(found)) => are_same(found, value),
            (Self::Actions(actions), Some(found)) => {
                ActionSet::deserialize(found).is_ok_and(|found| found == *actions)
            }
            (_, None) => false,
        }
    }

    /// Whether no body has this at a pointer and the other `below` it; `""` is the same place.
    pub(super) fn excludes(self, below: &str, other: Self) -> bool {
        match (self, other) {
            (Self::Nothing, other) => !matches!(other, Self::Nothing),
            (Self::Value(value), other) => !other.is_met_by(value.pointer(below)),
            (Self::Actions(actions), Self::Actions(others)) => {
                !below.is_empty() || actions != others
            }
            (Self::Actions(_), Self::Value(value)) if below.is_empty() => {
                !self.is_met_by(Some(value))
            }
            // One of several: which stands where is left open.
            (Self::Actions(actions), Self::Value(value)) => {
                let one = index(below).and_then(|_| value.as_str()?.parse().ok());
                one.is_none_or(|one| !actions.contains(one))
            }
            (Self::Actions(actions), Self::Nothing) => {
                let is_there = |index| actions.iter().nth(index).is_some();
                below.is_empty() || index(below).is_some_and(is_there)
            }
        }
    }
}

/// What a JSON pointer has beyond another that it begins with.
pub(super) fn below<'a>(pointer: &'a str, above: &str) -> Option<&'a str> {
    let rest = pointer.strip_prefix(above);
    rest.filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn index(below: &str) -> Option<usize> {
    below.strip_prefix('/')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vault_sessions::Action;

    use super::*;

    /// Whatever one body has at two places can be asked for together, and nothing else.
    #[test]
    fn two_places_exclude_each_other_unless_one_body_has_both() {
        let body = json!({ "a": { "b": [1, { "c/d": null }], "~": "x" }, "e": [] });
        let other = json!("other");
        let pointers = [
            "",
            "/a",
            "/a/b",
            "/a/b/0",
            "/a/b/1",
            "/a/b/1/c~1d",
            "/a/b/2",
            "/a/b/x",
            "/a/~0",
            "/e",
            "/e/0",
            "/f",
            "/f/g",
        ];
        for above in pointers {
            for pointer in pointers {
                let Some(below) = below(pointer, above) else {
                    continue;
                };
                let at = |pointer| {
                    let found = body.pointer(pointer);
                    found.map_or(InBody::Nothing, InBody::Value)
                };
                assert!(!at(above).excludes(below, at(pointer)), "{above} {pointer}");
                let other = InBody::Value(&other);
                assert!(at(above).excludes(below, other), "{above} {pointer}");
                let is_there = body.pointer(pointer).is_some();
                let nothing = at(above).excludes(below, InBody::Nothing);
                assert_eq!(nothing, is_there, "{above} {pointer}");
            }
        }
    }

    #[test]
    fn actions_are_an_array_of_them_in_any_order() {
        let actions = ActionSet::of([Action::Delete, Action::Disable]);
        let asked = InBody::Actions(&actions);
        for (below, value, excludes) in [
            ("", json!(["disable", "delete"]), false),
            ("", json!(["delete"]), true),
            ("", json!("delete"), true),
            ("/1", json!("delete"), false),
            ("/0", json!("disconnect"), true),
            ("/x", json!("delete"), true),
            ("/0/0", json!("delete"), true),
        ] {
            let other = InBody::Value(&value);
            assert_eq!(asked.excludes(below, other), excludes, "{below} {value}");
        }
        for (below, excludes) in [("", true), ("/1", true), ("/2", false), ("/x", false)] {
            assert_eq!(asked.excludes(below, InBody::Nothing), excludes, "{below}");
        }
        let settings = json!({ "allow_actions": ["disable", "delete"] });
        assert!(!InBody::Value(&settings).excludes("/allow_actions", asked));
        assert!(InBody::Value(&json!({})).excludes("/allow_actions", asked));
        assert!(InBody::Nothing.excludes("/allow_actions", asked));
    }
}
