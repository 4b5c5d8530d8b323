use proptest::prelude::*;

use crate::values::{AppId, ConsumerId};

/// Any app ID, from one byte to 1,024.
///
/// Needs the feature `proptest`.
pub fn app_id() -> impl Strategy<Value = AppId> {
    id("[a-zA-Z0-9]{39,40}")
        .prop_map(|text| AppId::new(text).expect("made to be an app ID"))
        .boxed()
}

/// Any consumer ID, from one byte to 1,024: identifiers, addresses, free text.
///
/// Needs the feature `proptest`.
pub fn consumer_id() -> impl Strategy<Value = ConsumerId> {
    id("[a-z]{1,8}:[0-9]{1,8}|[a-z.]{1,10}@[a-z]{1,8}\\.com")
        .prop_map(|text| ConsumerId::new(text).expect("made to be a consumer ID"))
        .boxed()
}

fn id(usual: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![
        4 => usual,
        4 => "[!-~]([ -~\t]{0,60}[!-~])?",
        1 => "[!-~]",
        1 => "[!-~]{1024}",
    ]
    .boxed()
}
