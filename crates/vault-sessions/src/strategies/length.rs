use proptest::{prelude::*, sample};

use crate::values::SessionLength;

const WEEK: u32 = 604_800;

/// Any length from one second to a week, often at an end, at a unit or next to one.
///
/// Needs the feature `proptest`.
pub fn session_length() -> impl Strategy<Value = SessionLength> {
    let boundary = sample::select(vec![1_u32, 60, 1_800, 3_600, 86_400, WEEK]);
    prop_oneof![
        (boundary, -1..=1_i32).prop_map(|(seconds, by)| seconds.saturating_add_signed(by)),
        1..=WEEK,
    ]
    .prop_map(|seconds| SessionLength::from_seconds(seconds.clamp(1, WEEK)))
}

/// A text, and the length that it stands for, if any.
///
/// Needs the feature `proptest`.
///
/// About half of the texts are valid, in every notation: any unit that divides the length, with
/// leading zeros. The others break one rule each: out of range, no unit or two, a sign, a fraction,
/// white space, another script's digits, or no length at all.
pub fn session_length_text() -> impl Strategy<Value = (String, Option<SessionLength>)> {
    prop_oneof![
        valid().prop_map(|(text, length)| (text, Some(length))),
        invalid().prop_map(|text| (text, None)),
    ]
}

fn valid() -> impl Strategy<Value = (String, SessionLength)> {
    let in_a_unit = unit().prop_flat_map(|(seconds, letter)| {
        (1..=WEEK / seconds).prop_map(move |count| (count, letter, count * seconds))
    });
    (in_a_unit, 0..4_usize).prop_map(|((count, letter, seconds), zeros)| {
        let text = format!("{}{count}{letter}", "0".repeat(zeros));
        (text, SessionLength::from_seconds(seconds))
    })
}

fn invalid() -> impl Strategy<Value = String> {
    let too_long = (unit(), prop_oneof![Just(1), 1..=u64::from(u32::MAX) + 2])
        .prop_map(|((seconds, letter), by)| format!("{}{letter}", u64::from(WEEK / seconds) + by));
    let broken = (
        valid(),
        sample::select(vec!["-", "+", " ", "\t", "\0", "x"]),
    );
    prop_oneof![
        sample::select(vec![
            "",
            "0",
            "0s",
            "0m",
            "00h",
            "0w",
            "8d",
            "169h",
            "2w",
            "604801s",
            "2 weeks",
            "1h30m",
            "1.5h",
            "1e3s",
            "3600",
            "1H",
            "30M",
            "1y",
            "1ms",
            "1hour",
            "P1D",
            "PT30M",
            "٣٠m",
            "1һ",
            "s",
            "m",
            "\u{200F}1h",
            "1h\u{200B}",
            "null",
        ])
        .prop_map(str::to_owned),
        too_long,
        "1[0-9]{20,60}[smhdw]",
        broken.prop_map(|((text, _), junk)| format!("{junk}{text}")),
        valid().prop_map(|(text, _)| format!("{text}\n")),
        "[^0-9]\\PC{0,20}",
    ]
}

fn unit() -> impl Strategy<Value = (u32, char)> {
    sample::select(vec![
        (1, 's'),
        (60, 'm'),
        (3_600, 'h'),
        (86_400, 'd'),
        (WEEK, 'w'),
    ])
}
