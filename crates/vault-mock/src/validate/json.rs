use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::HashSet,
    fmt,
};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::checker::escaped;

/// A JSON value that borrows its texts from the body it was read from: a session is created without
/// a copy of each of them.
#[derive(Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    String(Cow<'a, str>),
    Array(Vec<Self>),
    Object(Object<'a>),
}

/// The members of an object in the order in which they came. Of a name given twice, the last value
/// counts, as in ECMAScript's `JSON.parse`, which the service most likely reads bodies with.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl Json<'_> {
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(super) fn as_object(&self) -> Option<&Object<'_>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }
}

impl Object<'static> {
    pub(super) const EMPTY: &'static Self = &Self(Vec::new());
}

impl<'a> Object<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.find(name).map(|(_, value)| value)
    }

    /// The last member of a name, and its index.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &Json<'a>)> {
        let mut latest_first = self.0.iter().enumerate().rev();
        let found = latest_first.find(|(_, (known, _))| known == name);
        found.map(|(index, (_, value))| (index, value))
    }

    /// All members, those of a name that was given twice too.
    pub(crate) fn members(&self) -> impl ExactSizeIterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// All names, one that was given twice twice.
    pub(super) fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.members().map(|(name, _)| name)
    }
}

impl From<&Json<'_>> for Value {
    fn from(json: &Json<'_>) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(*flag),
            Json::Number(number) => Self::Number(number.clone()),
            Json::String(text) => Self::String(text.as_ref().to_owned()),
            Json::Array(items) => items.iter().map(Self::from).collect(),
            Json::Object(members) => Self::Object(members.into()),
        }
    }
}

impl From<&Object<'_>> for Map<String, Value> {
    fn from(members: &Object<'_>) -> Self {
        let members = members.0.iter();
        members
            .map(|(name, value)| (name.as_ref().to_owned(), value.into()))
            .collect()
    }
}

/// A body without the byte order mark that it may begin with.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Reads a body as what it means, whatever the dependency graph has switched on: `Value` by itself
/// takes some members for its own. Whether its byte order mark was taken is not asked: what was sent
/// was sent.
pub(crate) fn value(body: &[u8]) -> Option<Value> {
    let json: Json<'_> = serde_json::from_slice(without_mark(body)).ok()?;
    Some(Value::from(&json))
}

/// JSON pointers of the members that a body gives twice.
pub(crate) fn given_twice(body: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(json) = serde_json::from_slice(without_mark(body)) {
        collect_given_twice(&json, "", &mut found);
    }
    found
}

fn collect_given_twice(json: &Json<'_>, pointer: &str, found: &mut Vec<String>) {
    match json {
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_given_twice(item, &format!("{pointer}/{index}"), found);
            }
        }
        Json::Object(object) => {
            let mut seen = HashSet::new();
            for (name, value) in object.members() {
                let pointer = format!("{pointer}/{}", escaped(name));
                collect_given_twice(value, &pointer, found);
                if !seen.insert(name) {
                    found.push(pointer);
                }
            }
        }
        _ => {}
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(object) => serializer.collect_map(object.members()),
        }
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reader = Reader {
            unfinished: &Unfinished::new(),
            is_number: &Cell::new(false),
        };
        deserializer.deserialize_any(reader)
    }
}

/// What was read of the arrays and objects that have not ended, the innermost last: each then takes as
/// much memory as it needs.
struct Unfinished<'de> {
    items: RefCell<Vec<Json<'de>>>,
    members: RefCell<Vec<(Cow<'de, str>, Json<'de>)>>,
}

impl Unfinished<'_> {
    /// With room for what a request for a session has open at a time.
    fn new() -> Self {
        Self {
            items: RefCell::new(Vec::with_capacity(4)),
            members: RefCell::new(Vec::with_capacity(32)),
        }
    }
}

#[derive(Clone, Copy)]
struct Reader<'a, 'de> {
    unfinished: &'a Unfinished<'de>,
    /// Remembers whether what it read was the text of a number that `serde_json` handed over.
    is_number: &'a Cell<bool>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_, 'de> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, 'de> {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json<'de>, E> {
        let number = Number::from_f64(number);
        number
            .map(Json::Number)
            .ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(text.to_owned())))
    }

    /// A body's own texts come borrowed, or as a `str`: only a number is handed over like this.
    fn visit_string<E: Error>(self, number: String) -> Result<Json<'de>, E> {
        self.is_number.set(true);
        let number: Number = number.parse().map_err(E::custom)?;
        // As without the feature, where a number is what 64 bits hold.
        let is_finite = number.as_f64().is_some_and(f64::is_finite);
        is_finite
            .then_some(Json::Number(number))
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        let items = &self.unfinished.items;
        let start = items.borrow().len();
        while let Some(item) = seq.next_element_seed(self)? {
            items.borrow_mut().push(item);
        }
        Ok(Json::Array(items.borrow_mut().drain(start..).collect()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let members = &self.unfinished.members;
        let start = members.borrow().len();
        while let Some(Name(name)) = map.next_key()? {
            let value = map.next_value_seed(self)?;
            if self.is_number.take() && name == NUMBER {
                return Ok(value);
            }
            members.borrow_mut().push((name, value));
        }
        Ok(Json::Object(Object(
            members.borrow_mut().drain(start..).collect(),
        )))
    }
}

/// How `serde_json` hands over a number, as an object with one member, where anybody in the
/// dependency graph has switched on its feature `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

/// The name of a member, borrowed where nothing in it is escaped; `Cow` by itself never borrows.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_serde_json_reads_by_itself() {
        let text = r#"{ "a\n": [null, true, 1, -1, 2.5, 1e300, "x", "\u00e9"], "b": {}, "b": 3 }"#;
        let json: Json = serde_json::from_str(text).unwrap();
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(Value::from(&json), value);
        assert_eq!(
            json.as_object().unwrap().get("b"),
            Some(&Json::Number(3.into()))
        );
    }

    #[test]
    fn numbers_are_numbers_and_what_looks_like_the_readers_own_is_a_member() {
        let json: Json = serde_json::from_str("[1.5, -1, 18446744073709551615, 1e300]").unwrap();
        let Json::Array(numbers) = &json else {
            panic!("an array is an array")
        };
        assert!(numbers.iter().all(|one| matches!(one, Json::Number(_))));
        for text in [
            r#"{"$serde_json::private::Number":"1"}"#,
            r#"{"$serde_json::private::Number":1}"#,
            r#"{"$serde_json::private::\u004eumber":"1"}"#,
            r#"{"$serde_json::private::RawValue":"{}"}"#,
        ] {
            let json: Json = serde_json::from_str(text).unwrap();
            let members = json.as_object().map(|object| object.names().len());
            assert_eq!(members, Some(1), "{text}");
        }
    }

    #[test]
    fn borrows_what_is_not_escaped() {
        let json: Json = serde_json::from_str(r#"["plain", "\u0041"]"#).unwrap();
        let Json::Array(items) = json else {
            panic!("an array is an array")
        };
        assert!(matches!(&items[0], Json::String(Cow::Borrowed("plain"))));
        assert!(matches!(&items[1], Json::String(Cow::Owned(text)) if text == "A"));
    }
}
