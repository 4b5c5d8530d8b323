//! Reads JSON objects whose unknown members are kept.
//!
//! `#[serde(flatten)]` would do the same, but buffers every unknown name on the way: reading by hand
//! takes two thirds of its time.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};

/// The name of a member, borrowed from the input where that is possible.
pub(super) struct Name<'de>(Cow<'de, str>);

impl Name<'_> {
    pub(super) fn is(&self, known: &str) -> bool {
        self.0 == known
    }

    pub(super) fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }

    fn visit_string<E>(self, name: String) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name)))
    }
}

/// Reads the value of a known member, which must not have been there yet; `null` counts as absent.
#[expect(
    clippy::option_option,
    reason = "not there, `null` and a value are three things"
)]
pub(super) fn read_member<'de, T, A>(
    map: &mut A,
    member: &mut Option<Option<T>>,
    name: &'static str,
) -> Result<(), A::Error>
where
    T: Deserialize<'de>,
    A: MapAccess<'de>,
{
    if member.is_some() {
        return Err(de::Error::duplicate_field(name));
    }
    *member = Some(map.next_value()?);
    Ok(())
}
