//! `Arbitrary` for the values of a request: whatever a fuzzer sends becomes a valid one.

use std::{collections::BTreeMap, fmt::Write};

use arbitrary::{Arbitrary, Error, Result, Unstructured};
use serde_json::Value;

use crate::{
    open_object::{BodyObject, Extra},
    values::{Action, ActionSet, AppId, Color, ConsumerId, SessionLength, UnifiedApi, Url},
};

/// Needs the feature `arbitrary`.
impl<'a> Arbitrary<'a> for AppId {
    fn arbitrary(source: &mut Unstructured<'a>) -> Result<Self> {
        Self::new(id(source)?).map_err(|_| Error::IncorrectFormat)
    }
}

/// Needs the feature `arbitrary`.
impl<'a> Arbitrary<'a> for ConsumerId {
    fn arbitrary(source: &mut Unstructured<'a>) -> Result<Self> {
        Self::new(id(source)?).map_err(|_| Error::IncorrectFormat)
    }
}

/// Text that a header can carry, with a letter at each end, where white space is not allowed.
fn id(source: &mut Unstructured<'_>) -> Result<String> {
    let bytes = source.arbitrary::<&[u8]>()?;
    let inner = bytes.iter().take(1_022).map(|byte| match byte % 96 {
        95 => '\t',
        offset => char::from(b' ' + offset),
    });
    let end = "a".chars();
    Ok(end.clone().chain(inner).chain(end).collect())
}

/// Needs the feature `arbitrary`.
impl<'a> Arbitrary<'a> for Url {
    /// The text itself if it is a URL, otherwise the text as the path of one.
    fn arbitrary(source: &mut Unstructured<'a>) -> Result<Self> {
        let text = source.arbitrary::<&str>()?;
        if let Ok(url) = text.parse() {
            return Ok(url);
        }
        let mut url = String::from("https://a/");
        for &byte in text.as_bytes().iter().take(2_000) {
            if byte.is_ascii_alphanumeric() {
                url.push(char::from(byte));
            } else {
                write!(url, "%{byte:02x}").map_err(|_| Error::IncorrectFormat)?;
            }
        }
        Self::new(url).map_err(|_| Error::IncorrectFormat)
    }
}

/// Needs the feature `arbitrary`.
impl<'a> Arbitrary<'a> for Color {
    fn arbitrary(source: &mut Unstructured<'a>) -> Result<Self> {
        let digits = format!("{:08x}", source.arbitrary::<u32>()?);
        let width = *source.choose(&[3, 4, 6, 8])?;
        let text = format!("#{}", &digits[..width]);
        text.parse().map_err(|_| Error::IncorrectFormat)
    }
}

/// Needs the feature `arbitrary`.
impl<'a> Arbitrary<'a> for SessionLength {
    fn arbitrary(source: &mut Unstructured<'a>) -> Result<Self> {
        let seconds = source.int_in_range(Self::MIN.as_secs()..=Self::MAX.as_secs())?;
        Ok(Self::from_seconds(seconds))
    }
}

/// Needs the feature `arbitrary`.
impl<'a> Arbitrary<'a> for UnifiedApi {
    /// A known ID or any text, each as often as the other.
    fn arbitrary(source: &mut Unstructured<'a>) -> Result<Self> {
        if source.arbitrary()? {
            source.choose(Self::KNOWN).cloned()
        } else {
            source.arbitrary::<String>().map(Self::from)
        }
    }
}

/// Needs the feature `arbitrary`.
impl<'a> Arbitrary<'a> for ActionSet {
    /// Any subset of the known actions, sometimes with unknown ones.
    fn arbitrary(source: &mut Unstructured<'a>) -> Result<Self> {
        let known: Vec<Action> = source.arbitrary()?;
        let mut actions = Self::from(known);
        for name in source.arbitrary::<Vec<String>>()? {
            actions.insert_name(&name);
        }
        Ok(actions)
    }
}

/// Levels of nesting, well within what `serde_json` reads.
const DEPTH: usize = 6;

/// A member that is a JSON object, or its absence; JSON has no `Arbitrary` of its own.
pub(crate) fn maybe_members(
    source: &mut Unstructured<'_>,
) -> Result<Option<BTreeMap<String, Value>>> {
    source
        .arbitrary::<bool>()?
        .then(|| object(source, DEPTH))
        .transpose()
}

/// Members that have no field.
pub(crate) fn extra<T: BodyObject>(source: &mut Unstructured<'_>) -> Result<Extra<T>> {
    let mut extra = Extra::default();
    for (name, value) in object::<Vec<_>>(source, DEPTH)? {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::CreateSession;

    #[test]
    fn any_bytes_become_a_request_that_survives_the_wire() {
        for seed in 0..=255_u8 {
            let bytes: Vec<u8> = (0..600_u32)
                .map(|index| seed.wrapping_mul(31) ^ (index * index).to_le_bytes()[1])
                .collect();
            let request = CreateSession::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
            let body = serde_json::from_slice(&request.body()).unwrap();
            assert_eq!(request.session(), &body);
        }
    }
}
