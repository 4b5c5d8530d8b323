use std::collections::BTreeMap;

use proptest::{collection, prelude::*, sample};
use serde_json::Value;

use super::values::text;

/// What `custom_consumer_settings` may hold: any JSON object, the empty one included.
///
/// Needs the feature `proptest`.
pub fn custom_consumer_settings() -> impl Strategy<Value = BTreeMap<String, Value>> {
    collection::btree_map(text(), json_value(), 0..5).boxed()
}

/// Any JSON, nested up to four levels.
///
/// Needs the feature `proptest`.
///
/// Numbers are integers of 64 bits and finite doubles, which is what `serde_json` can hold.
pub fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            collection::btree_map(text(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
    .boxed()
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        sample::select(vec![0, -1, i64::MIN, i64::MAX]).prop_map(Value::from),
        Just(Value::from(u64::MAX)),
        sample::select(vec![0.1, -0.0, 1e300, f64::MIN_POSITIVE, f64::MAX]).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has finite numbers only", |float| float.is_finite())
            .prop_map(Value::from),
    ]
    .boxed()
}
