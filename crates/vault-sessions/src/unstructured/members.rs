use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Result, Unstructured};
use serde_json::Value;

use super::json;
use crate::{
    request::{ConsumerMetadata, Settings, Theme},
    values::{ActionSet, Color, SessionLength, UnifiedApi, Url},
};

/// What a member of a body can hold; JSON has no `Arbitrary` of its own.
pub(crate) trait Member: Sized {
    fn take(source: &mut Unstructured<'_>) -> Result<Self>;
}

impl Member for BTreeMap<String, Value> {
    fn take(source: &mut Unstructured<'_>) -> Result<Self> {
        json::members(source)
    }
}

macro_rules! members {
    ($( $type:ty, )*) => {
        $(
            impl Member for $type {
                fn take(source: &mut Unstructured<'_>) -> Result<Self> {
                    Self::arbitrary(source)
                }
            }
        )*
    };
}

members! {
    bool, String, Url, Color, SessionLength, ActionSet, Vec<UnifiedApi>,
    ConsumerMetadata, Settings, Theme,
}

/// A member of a body, or its absence.
pub(crate) fn member<T: Member>(source: &mut Unstructured<'_>) -> Result<Option<T>> {
    if source.arbitrary()? {
        T::take(source).map(Some)
    } else {
        Ok(None)
    }
}

/// Members beside those that have a field.
pub(crate) fn extra(
    source: &mut Unstructured<'_>,
    fields: &[&str],
) -> Result<BTreeMap<String, Value>> {
    let mut members = json::members(source)?;
    members.retain(|name, _| !fields.contains(&name.as_str()));
    Ok(members)
}
