use proptest::{option, prelude::*, sample};

use crate::values::{Action, ActionSet, AppId, Color, ConsumerId, UnifiedApi, Url};

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

/// Any absolute URL: web and app schemes, ports, user information, escapes, up to 8,192 bytes.
///
/// Needs the feature `proptest`.
pub fn url() -> impl Strategy<Value = Url> {
    let web = "(https?|HTTPS)://([a-z0-9]{1,8}@)?[a-z0-9]{1,10}(\\.[a-z]{2,6}){0,2}(:[0-9]{2,4})?";
    let rest = "(/([a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2}){0,8}){0,3}(\\?[a-z0-9=&/?]{0,10})?(#[a-z0-9]{0,6})?";
    prop_oneof![
        6 => (web, rest).prop_map(|(origin, rest)| origin + &rest),
        1 => "my[a-z0-9+.-]{0,7}:(//)?[a-z][a-z0-9/]{0,11}",
        1 => "https://\\[::[0-9a-f]{1,4}\\]/",
        1 => Just(format!("https://a/{:b<1$}", "", 8192 - "https://a/".len())),
    ]
    .prop_map(|text| Url::new(text).expect("made to be a URL"))
    .boxed()
}

/// Any colour in any of the four notations, in either case.
///
/// Needs the feature `proptest`.
pub fn color() -> impl Strategy<Value = Color> {
    prop_oneof![
        Just("#286efa".to_owned()),
        Just("#FFF".to_owned()),
        "#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})",
    ]
    .prop_map(|text| text.parse().expect("made to be a color"))
}

/// Any app ID, from one byte to 1,024.
///
/// Needs the feature `proptest`.
pub fn app_id() -> impl Strategy<Value = AppId> {
    id("[a-zA-Z0-9]{39,40}")
        .prop_map(|text| AppId::new(text).expect("made to be an app ID"))
        .boxed()
}

/// Any consumer ID, from one byte to 1,024: identifiers, addresses, free text.
///
/// Needs the feature `proptest`.
pub fn consumer_id() -> impl Strategy<Value = ConsumerId> {
    id("[a-z]{1,8}:[0-9]{1,8}|[a-z.]{1,10}@[a-z]{1,8}\\.com")
        .prop_map(|text| ConsumerId::new(text).expect("made to be a consumer ID"))
        .boxed()
}

fn id(usual: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![
        4 => usual,
        4 => "[!-~]([ -~\t]{0,60}[!-~])?",
        1 => "[!-~]",
        1 => "[!-~]{1024}",
    ]
    .boxed()
}

/// One of the four actions.
///
/// Needs the feature `proptest`.
pub fn action() -> impl Strategy<Value = Action> {
    sample::select(Action::ALL.to_vec())
}

/// Any of the sixteen subsets, the empty one and the full one more often.
///
/// Needs the feature `proptest`.
pub fn action_set() -> impl Strategy<Value = ActionSet> {
    prop_oneof![
        1 => Just(ActionSet::NONE),
        1 => Just(ActionSet::ALL),
        6 => sample::subsequence(Action::ALL.to_vec(), 0..=4).prop_map(ActionSet::from_iter),
    ]
}

/// `allow_actions` as a request has it: absent, empty, or any subset.
///
/// Needs the feature `proptest`.
pub fn maybe_action_set() -> impl Strategy<Value = Option<ActionSet>> {
    option::weighted(0.8, action_set())
}

/// One of the known categories of integrations.
///
/// Needs the feature `proptest`.
pub fn unified_api() -> impl Strategy<Value = UnifiedApi> {
    sample::select(UnifiedApi::KNOWN.to_vec()).boxed()
}
