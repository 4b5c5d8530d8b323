//! Session lengths against a second reading of the same rule.

use std::time::Duration;

use proptest::prelude::*;
use vault_sessions::{SessionLength, strategies};

/// The rule as a sentence: digits, one unit letter, from a second to a week in all.
fn oracle(text: &str) -> Option<u128> {
    let (count, seconds) = [
        ('s', 1),
        ('m', 60),
        ('h', 3_600),
        ('d', 86_400),
        ('w', 604_800),
    ]
    .into_iter()
    .find_map(|(letter, seconds)| Some((text.strip_suffix(letter)?, seconds)))?;
    if count.is_empty() || !count.chars().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let count = count.trim_start_matches('0');
    let count = (count.len() < 20).then(|| count.parse::<u128>().unwrap_or(0))?;
    Some(count * seconds).filter(|total| (1..=604_800).contains(total))
}

proptest! {
    #[test]
    fn a_text_means_what_the_strategy_says((text, expected) in strategies::session_length_text()) {
        let read = text.parse::<SessionLength>();
        prop_assert_eq!(read.as_ref().ok(), expected.as_ref(), "{:?}", text);
        prop_assert_eq!(oracle(&text), expected.map(|length| length.as_secs().into()));
    }

    #[test]
    fn any_text_means_what_the_oracle_says(text in "[0-9smhdw .+-]{0,8}|[0-9]{1,12}[smhdwxSM]") {
        let read = text.parse::<SessionLength>();
        prop_assert_eq!(read.ok().map(|length| length.as_secs().into()), oracle(&text));
    }

    #[test]
    fn a_length_survives_every_form(length in strategies::session_length()) {
        prop_assert_eq!(length.to_string().parse(), Ok(length));
        prop_assert_eq!(SessionLength::try_from(Duration::from(length)), Ok(length));
        let json = serde_json::to_string(&length).unwrap();
        prop_assert_eq!(serde_json::from_str::<SessionLength>(&json).unwrap(), length);
    }
}
