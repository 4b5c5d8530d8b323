use std::{any::type_name, cell::Cell, collections::BTreeMap, fmt};

use serde_core::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Any JSON, read as what it means, whatever features the dependency graph enables: `Value` would take
/// the members `$serde_json::private::Number` and `$serde_json::private::RawValue` for its own.
pub(crate) struct AnyValue(pub(crate) Value);

impl<'de> Deserialize<'de> for AnyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_watched(deserializer, &()).map(Self)
    }
}

/// Reads any JSON, and tells `watch` where it is.
pub(crate) fn read_watched<'de, D: Deserializer<'de>>(
    deserializer: D,
    watch: &impl Watch,
) -> Result<Value, D::Error> {
    deserializer.deserialize_any(AnyVisitor(&Cell::new(Held::Lent), watch))
}

/// Stands around the reading of each part of a value.
pub(crate) trait Watch {
    fn item<T>(&self, _index: usize, read: impl FnOnce() -> T) -> T {
        read()
    }

    fn member<T>(&self, _name: &str, _before: &Map<String, Value>, read: impl FnOnce() -> T) -> T {
        read()
    }
}

impl Watch for () {}

/// Reads a member that is an object of any JSON; `null` counts as absent.
pub(crate) fn read_values<'de, A: MapAccess<'de>>(
    map: &mut A,
) -> Result<Option<BTreeMap<String, Value>>, A::Error> {
    let members: Option<BTreeMap<String, AnyValue>> = map.next_value()?;
    let values = |members: BTreeMap<_, _>| {
        let members = members.into_iter();
        members
            .map(|(name, AnyValue(value))| (name, value))
            .collect()
    };
    Ok(members.map(values))
}

/// Reads an object, or a number that is handed over as one.
pub(crate) fn read_map<'de, A: MapAccess<'de>>(map: A) -> Result<Value, A::Error> {
    AnyVisitor(&Cell::new(Held::Lent), &()).visit_map(map)
}

/// Remembers how it got what it read, if it was a text.
struct AnyVisitor<'a, W>(&'a Cell<Held>, &'a W);

/// Whose the memory of a text is: the input's, the reader's or the visitor's.
#[derive(Clone, Copy, PartialEq)]
enum Held {
    Borrowed,
    Lent,
    Owned,
}

impl<'de, W: Watch> DeserializeSeed<'de> for AnyVisitor<'_, W> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, W: Watch> Visitor<'de> for AnyVisitor<'_, W> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Value, E> {
        let number = Number::from_u128(number).map(Value::Number);
        number.ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Value, E> {
        let number = Number::from_i128(number).map(Value::Number);
        number.ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        // Other formats than JSON have infinities, which `Value` takes for `null`.
        let number = Number::from_f64(number).map(Value::Number);
        number.ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value, E> {
        self.0.set(Held::Borrowed);
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        self.0.set(Held::Owned);
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        let held = Cell::new(Held::Lent);
        let mut next = |index| {
            self.1
                .item(index, || seq.next_element_seed(AnyVisitor(&held, self.1)))
        };
        while let Some(item) = next(items.len())? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let size = map.size_hint();
        let mut members = Map::new();
        let name_held = Cell::new(Held::Lent);
        while let Some(name) = map.next_key_seed(NameVisitor(&name_held))? {
            let held = Cell::new(Held::Lent);
            let read = || map.next_value_seed(AnyVisitor(&held, self.1));
            let value = self.1.member(&name, &members, read)?;
            // A number's name is a constant, and its text is made for it: the reader of a JSON text
            // gives that away, and a buffer of serde, which knows how many members it has, cannot
            // borrow it. An object of these words has another name or another text in each of them.
            let may_be_number = match size {
                None => held.get() == Held::Owned,
                Some(size) => held.get() != Held::Borrowed && size == 1,
            };
            if may_be_number
                && name_held.get() == Held::Borrowed
                && name == NUMBER
                && let Some(number) = value.as_str().and_then(|text| text.parse::<Number>().ok())
            {
                // As without the feature, where a number has to fit in 64 bits.
                let is_finite = number.as_f64().is_some_and(f64::is_finite);
                return is_finite
                    .then_some(Value::Number(number))
                    .ok_or_else(|| A::Error::custom("number out of range"));
            }
            members.insert(name, value);
        }
        Ok(members.into())
    }
}

/// Reads the name of a member, and remembers how it got it.
struct NameVisitor<'a>(&'a Cell<Held>);

impl<'de> DeserializeSeed<'de> for NameVisitor<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_string(self)
    }
}

impl<'de> Visitor<'de> for NameVisitor<'_> {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E>(self, name: &str) -> Result<String, E> {
        self.0.set(Held::Lent);
        Ok(name.to_owned())
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<String, E> {
        self.0.set(Held::Borrowed);
        Ok(name.to_owned())
    }

    fn visit_string<E>(self, name: String) -> Result<String, E> {
        self.0.set(Held::Owned);
        Ok(name)
    }
}

/// Writes any JSON. A number is a number in every format: with `serde_json`'s feature
/// `arbitrary_precision`, `Value` by itself writes an object that only `serde_json` understands.
pub(crate) struct Written<'a>(pub(crate) &'a Value);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Nothing else tells a writer of JSON, which keeps every digit, from others.
        if type_name::<S::Error>() == type_name::<serde_json::Error>() {
            return self.0.serialize(serializer);
        }
        match self.0 {
            Value::Number(number) => write_number(number, serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Written)),
            Value::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, Written(value))))
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

/// Writes a member that is an object of any JSON.
pub(crate) struct WrittenMembers<'a>(pub(crate) &'a BTreeMap<String, Value>);

impl Serialize for WrittenMembers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, Written(value))))
    }
}

/// Writes what 64 bits hold of a number.
fn write_number<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    // `-0` is a fraction: whole numbers have no negative zero.
    let negative = number.as_i64().filter(|whole| *whole < 0);
    match (number.as_u64(), negative, number.as_f64()) {
        (Some(whole), ..) => serializer.serialize_u64(whole),
        (_, Some(whole), _) => serializer.serialize_i64(whole),
        (.., Some(fraction)) => serializer.serialize_f64(fraction),
        _ => number.serialize(serializer),
    }
}

/// The one member of the object that `serde_json` makes of a number if any crate in the dependency
/// graph enables its feature `arbitrary_precision`.
const NUMBER: &str = "$serde_json::private::Number";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value {
        let AnyValue(value) = serde_json::from_str(text).unwrap();
        let AnyValue(again) = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(again, value, "{text}");
        let AnyValue(again) = AnyValue::deserialize(&value).unwrap();
        assert_eq!(again, value, "{text}");
        value
    }

    #[test]
    fn is_what_serde_json_reads_by_itself() {
        let text = r#"{ "a\n": [null, true, 1, -1, 2.50, 1e300, 18446744073709551616, "x", "\u00e9"], "b": {}, "b": 3 }"#;
        assert_eq!(read(text), serde_json::from_str::<Value>(text).unwrap());
        assert!(read("1.50").is_number());
        for text in ["", "[", "1 2", "{\"a\"}", "nul", "1e400", "[-1e400]"] {
            assert!(serde_json::from_str::<AnyValue>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_name_of_a_member_is_a_name() {
        for name in [
            NUMBER,
            "$serde_json::private::RawValue",
            r"$serde_json::private::\u004eumber",
        ] {
            for value in [r#""1""#, r#""x""#, r#""\u0031""#, "1", "1.50", "{}", "null"] {
                let value = read(&format!(r#"[{{"{name}":{value}}}]"#));
                let members = value[0].as_object().map(Map::len);
                assert_eq!(members, Some(1), "{value}");
            }
        }
    }
}
