use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::validate::Json;

/// The members of a JSON object that names each of them once.
///
/// A header or a set of claims that does not is refused, as RFC 7515 §4 and RFC 7519 §4 suggest: of
/// two readers, one might believe the first and one the last.
pub(super) struct UniqueMembers(pub(super) Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = UniqueMembers;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<UniqueMembers, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Json<'de>>()? {
            if members.insert(name, Value::from(&value)).is_some() {
                return Err(A::Error::custom("two members have the same name"));
            }
        }
        Ok(UniqueMembers(members))
    }
}
