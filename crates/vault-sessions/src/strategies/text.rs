use proptest::prelude::*;

/// Any text that a JSON string can carry.
///
/// Needs the feature `proptest`.
///
/// Empty, long, in many scripts, with everything that JSON escapes, and with what displays choke
/// on: control characters, right-to-left marks, combining and astral characters.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just(String::new()),
        4 => "[ -~]{1,24}",
        2 => "\\PC{1,16}",
        2 => "[\u{0}-\u{1F}\"\\\\/\u{7F}-\u{9F}]{1,8}",
        1 => "[\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2028}\u{2029}\u{FEFF}\u{301}😀𝒳]{1,6}",
        1 => Just("\r\nset-cookie: a=b".to_owned()),
        1 => (1_000..5_000_usize, any::<char>()).prop_map(|(length, c)| c.to_string().repeat(length)),
    ]
        .boxed()
}
