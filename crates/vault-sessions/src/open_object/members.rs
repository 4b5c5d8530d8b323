use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde_core::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::Value;

/// Shows only the names of unknown members: their values may be secrets.
pub(crate) struct NamesOf<'a>(pub(crate) &'a BTreeMap<String, Value>);

impl fmt::Debug for NamesOf<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

/// The members of an object that have a field.
pub(crate) trait Member: Sized {
    fn named(name: &str) -> Option<Self>;
}

/// The name of a member, read as the field it stands for: most names are never copied.
pub(crate) enum Key<M> {
    Known(M),
    Unknown(String),
}

impl<'de, M: Member> Deserialize<'de> for Key<M> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(KeyVisitor(PhantomData))
    }
}

struct KeyVisitor<M>(PhantomData<M>);

impl<M: Member> Visitor<'_> for KeyVisitor<M> {
    type Value = Key<M>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Key<M>, E> {
        Ok(M::named(name).map_or_else(|| Key::Unknown(name.to_owned()), Key::Known))
    }
}

/// Reads the value of a known member, and refuses a second one.
#[inline]
pub(crate) fn read_member<'de, T, A: MapAccess<'de>>(
    map: &mut A,
    member: &mut Option<T>,
    name: &'static str,
    read: impl FnOnce(&mut A) -> Result<T, A::Error>,
) -> Result<(), A::Error> {
    if member.is_some() {
        return Err(de::Error::duplicate_field(name));
    }
    *member = Some(read(map)?);
    Ok(())
}
