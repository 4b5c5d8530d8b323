use proptest::{option, prelude::*, sample};

use crate::values::{Action, ActionSet};

/// One of the four actions.
///
/// Needs the feature `proptest`.
pub fn action() -> impl Strategy<Value = Action> {
    sample::select(Action::ALL.to_vec())
}

/// Any of the sixteen subsets, the empty one and the full one more often.
///
/// Needs the feature `proptest`.
pub fn action_set() -> impl Strategy<Value = ActionSet> {
    prop_oneof![
        1 => Just(ActionSet::NONE),
        1 => Just(ActionSet::ALL),
        6 => sample::subsequence(Action::ALL.to_vec(), 0..=4).prop_map(ActionSet::from_iter),
    ]
}

/// `allow_actions` as a request has it: absent, empty, or any subset.
///
/// Needs the feature `proptest`.
pub fn maybe_action_set() -> impl Strategy<Value = Option<ActionSet>> {
    option::weighted(0.8, action_set())
}
