//! A session length is read as a second parser reads it, and survives its text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vault_sessions::SessionLength;

fuzz_target!(|text: &str| {
    let read = text.parse::<SessionLength>();
    let seconds = read.as_ref().ok().map(|length| length.as_secs());
    assert_eq!(seconds, oracle(text), "{text:?}");
    match read {
        Ok(length) => {
            let written = length.to_string();
            assert!(
                written.len() <= text.trim_start_matches('0').len(),
                "{text:?}"
            );
            assert_eq!(written.parse(), Ok(length));
        }
        Err(error) => assert!(
            error
                .position()
                .is_none_or(|position| position <= text.len())
        ),
    }
});

/// Walks the text from its end, digit by digit with growing weight.
fn oracle(text: &str) -> Option<u32> {
    let mut characters = text.chars().rev();
    let unit = match characters.next()? {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let (mut total, mut weight, mut digits) = (0_u64, unit, 0);
    for character in characters {
        let digit = "0123456789".find(character)? as u64;
        total = total.saturating_add(digit.saturating_mul(weight));
        weight = weight.saturating_mul(10);
        digits += 1;
    }
    (digits > 0 && (1..=604_800).contains(&total)).then_some(total as u32)
}
