use proptest::prelude::*;

use crate::values::Color;

/// Any colour in any of the four notations, in either case.
///
/// Needs the feature `proptest`.
pub fn color() -> impl Strategy<Value = Color> {
    prop_oneof![
        Just("#286efa".to_owned()),
        Just("#FFF".to_owned()),
        "#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})",
    ]
    .prop_map(|text| text.parse().expect("made to be a color"))
}
