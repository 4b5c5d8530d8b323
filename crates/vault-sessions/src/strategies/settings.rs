use proptest::{array, collection, option, prelude::*};

use super::{
    length::session_length,
    values::{maybe_action_set, unified_api},
};
use crate::request::Settings;

/// Any settings that the service's document names; any member may be absent, any list empty.
///
/// Needs the feature `proptest`.
pub fn settings() -> impl Strategy<Value = Settings> {
    (
        option::of(collection::vec(unified_api(), 0..5)),
        option::of(session_length()),
        maybe_action_set(),
        array::uniform8(option::of(any::<bool>())),
    )
        .prop_map(|(unified_apis, session_length, allow_actions, switches)| {
            let [
                hide_resource_settings,
                sandbox_mode,
                isolation_mode,
                show_logs,
                show_suggestions,
                show_sidebar,
                auto_redirect,
                hide_guides,
            ] = switches;
            Settings {
                unified_apis,
                hide_resource_settings,
                sandbox_mode,
                isolation_mode,
                session_length,
                show_logs,
                show_suggestions,
                show_sidebar,
                auto_redirect,
                hide_guides,
                allow_actions,
                ..Settings::default()
            }
        })
        .boxed()
}
