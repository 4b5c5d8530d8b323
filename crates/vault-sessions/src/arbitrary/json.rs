use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};
use serde_json::Value;

use crate::open_object::{BodyObject, Extra};

/// Levels of nesting, well within what `serde_json` reads.
const DEPTH: usize = 6;

/// A member that is a JSON object, or its absence; JSON has no `Arbitrary` of its own.
pub(crate) fn maybe_members(
    source: &mut Unstructured<'_>,
) -> Result<Option<BTreeMap<String, Value>>> {
    source
        .arbitrary::<bool>()?
        .then(|| members(source))
        .transpose()
}

fn members(source: &mut Unstructured<'_>) -> Result<BTreeMap<String, Value>> {
    object(source, DEPTH)
}

/// Members beside those that have a field.
pub(crate) fn extra<T: BodyObject>(source: &mut Unstructured<'_>) -> Result<Extra<T>> {
    let mut extra = Extra::default();
    for (name, value) in members(source)? {
        // A name that has a field is left out.
        let _ = extra.insert(name, value);
    }
    Ok(extra)
}

fn object<T: FromIterator<(String, Value)>>(
    source: &mut Unstructured<'_>,
    depth: usize,
) -> Result<T> {
    let mut members = Vec::new();
    while source.arbitrary()? {
        members.push((source.arbitrary()?, value(source, depth)?));
    }
    Ok(members.into_iter().collect())
}

fn value(source: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    let kinds = if depth == 0 { 5 } else { 7 };
    Ok(match source.int_in_range(1..=kinds)? {
        1 => Value::Null,
        2 => Value::from(source.arbitrary::<bool>()?),
        3 => Value::from(source.arbitrary::<String>()?),
        4 => Value::from(source.arbitrary::<i64>()?),
        // What JSON cannot write, infinity and not-a-number, becomes null.
        5 => Value::from(source.arbitrary::<f64>()?),
        6 => Value::Object(object(source, depth - 1)?),
        _ => {
            let mut items = Vec::new();
            while source.arbitrary()? {
                items.push(value(source, depth - 1)?);
            }
            Value::Array(items)
        }
    })
}
