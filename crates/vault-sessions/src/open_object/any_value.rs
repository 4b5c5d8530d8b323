use std::{cell::Cell, collections::BTreeMap, fmt};

use serde_core::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Any JSON, read as what it means, whatever features the dependency graph enables: `Value` would take
/// the members `$serde_json::private::Number` and `$serde_json::private::RawValue` for its own.
pub(crate) struct AnyValue(pub(crate) Value);

impl<'de> Deserialize<'de> for AnyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reader = AnyVisitor(&Cell::new(false));
        deserializer.deserialize_any(reader).map(Self)
    }
}

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
    AnyVisitor(&Cell::new(false)).visit_map(map)
}

/// Remembers whether it read a text and was given ownership of it.
struct AnyVisitor<'a>(&'a Cell<bool>);

impl<'de> DeserializeSeed<'de> for AnyVisitor<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyVisitor<'_> {
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

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        self.0.set(true);
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(AnyValue(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        // An object in a `Value` knows how many members it has; a number and an object in a text do not.
        let may_be_number = map.size_hint().is_none();
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let is_owned = Cell::new(false);
            let value = map.next_value_seed(AnyVisitor(&is_owned))?;
            // Strings in a text come borrowed, or as a `str`.
            if may_be_number
                && is_owned.get()
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
