use serde_json::{Number, Value};

/// Whether two JSON values are the same: numbers by their value, not by how they are written.
///
/// `Value` by itself takes 1 and 1.0 for two numbers, and with the feature `arbitrary_precision`, which
/// anybody in the dependency graph may switch on, also 1.0 and 1e0.
pub(super) fn are_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => are_same_numbers(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| are_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let mut members = one.iter();
            one.len() == other.len()
                && members
                    .all(|(name, one)| other.get(name).is_some_and(|other| are_same(one, other)))
        }
        _ => one == other,
    }
}

fn are_same_numbers(one: &Number, other: &Number) -> bool {
    let (one, other) = (one.to_string(), other.to_string());
    one == other || Decimal::of(&one).is_some_and(|known| Decimal::of(&other) == Some(known))
}

/// A number as its digits, without zeros at either end, and the power of ten of the last one.
#[derive(PartialEq)]
struct Decimal {
    is_negative: bool,
    digits: String,
    power: i64,
}

impl Decimal {
    /// `None` if its power of ten is too large to compute with.
    fn of(text: &str) -> Option<Self> {
        let (mantissa, power) = match text.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{}{fraction}", whole.trim_start_matches('-'));
        let digits = all.trim_end_matches('0');
        let dropped = i64::try_from(all.len() - digits.len()).ok()?;
        let power = power.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let digits = digits.trim_start_matches('0').to_owned();
        Some(Self {
            // There is one zero.
            is_negative: !digits.is_empty() && mantissa.starts_with('-'),
            power: if digits.is_empty() {
                0
            } else {
                power.checked_add(dropped)?
            },
            digits,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_they_say() {
        let decimal = |text| Decimal::of(text).map(|one| (one.is_negative, one.digits, one.power));
        for (one, other, same) in [
            ("1", "1.0", true),
            ("1", "1e0", true),
            ("1.50", "15E-1", true),
            ("-0", "0.000", true),
            ("100", "1e2", true),
            ("1e+2", "100.0", true),
            ("18446744073709551616", "18446744073709551617", false),
            ("1", "-1", false),
            ("10", "1", false),
            ("0.1", "0.10000000000000001", false),
            ("1e9223372036854775807", "10e9223372036854775807", false),
        ] {
            assert_eq!(
                decimal(one).is_some() && decimal(one) == decimal(other),
                same,
                "{one} {other}"
            );
        }
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert!(are_same(
            &read(r#"{"a":[1.0,{"b":2}]}"#),
            &read(r#"{"a":[1,{"b":2.0}]}"#)
        ));
        assert!(!are_same(&read(r#"{"a":1}"#), &read(r#"{"a":"1"}"#)));
        assert!(!are_same(&read(r#"{"a":1}"#), &read(r#"{"a":1,"b":1}"#)));
    }
}
