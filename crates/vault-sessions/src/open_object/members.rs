use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde_core::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::Value;

/// Members of a JSON object that this version of the crate has no field for.
pub(crate) type Extra = BTreeMap<String, Value>;

/// Shows which unknown members there are. Their values may be secrets: nobody knows.
pub(crate) struct NamesOf<'a>(pub(crate) &'a Extra);

impl fmt::Debug for NamesOf<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

/// The name of a member, borrowed from the input where that is possible.
pub(crate) struct Name<'de>(Cow<'de, str>);

impl Name<'_> {
    pub(crate) fn is(&self, member: &str) -> bool {
        self.0 == member
    }

    pub(crate) fn into_owned(self) -> String {
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

/// Reads the value of a known member, which must not have been there yet.
#[inline]
pub(crate) fn read_member<'de, T, A>(
    map: &mut A,
    member: &mut Option<T>,
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
