use proptest::{prelude::*, sample};
use serde_json::{Value, json};

use super::session::session;

/// A body with exactly one mistake.
///
/// Needs the feature `proptest`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NearMiss {
    /// The body, valid apart from the mistake.
    pub body: Value,
    /// Where the mistake is, as a JSON pointer (RFC 6901); empty if it is the body itself.
    pub pointer: String,
}

/// A body that the types of this crate refuse: a member has the wrong type, or a bad value.
///
/// Needs the feature `proptest`.
///
/// ```
/// use proptest::{prelude::*, test_runner::TestRunner};
/// use vault_sessions::{Session, strategies};
///
/// TestRunner::default().run(&strategies::near_miss(), |miss| {
///     prop_assert!(miss.body.pointer(&miss.pointer).is_some());
///     prop_assert!(serde_json::from_value::<Session>(miss.body).is_err());
///     Ok(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn near_miss() -> impl Strategy<Value = NearMiss> {
    let whole = sample::select(vec![
        json!(null),
        json!([]),
        json!("{}"),
        json!(1),
        json!(true),
    ]);
    prop_oneof![
        1 => whole.prop_map(|body| NearMiss { body, pointer: String::new() }),
        20 => (session(), mistake()).prop_map(|(session, (pointer, value))| {
            let mut body = serde_json::to_value(session).expect("a session is JSON");
            put(&mut body, pointer, value);
            NearMiss { body, pointer: pointer.to_owned() }
        }),
    ]
    .boxed()
}

/// A body with one name that is not in the service's document: the types of this crate keep it, but a
/// strict service refuses it.
///
/// Needs the feature `proptest`.
pub fn unknown_name() -> impl Strategy<Value = NearMiss> {
    let name = sample::select(vec![
        ("/sandbox", json!(true)),
        ("/settings/sessionLength", json!("30m")),
        ("/settings/colour", json!(null)),
        ("/settings/allow_actions/0", json!("Delete")),
        ("/settings/allow_actions/0", json!("")),
        ("/settings/unified_apis/0", json!("CRM")),
        ("/settings/unified_apis/0", json!("quantum-ledger")),
    ]);
    (session(), name)
        .prop_map(|(session, (pointer, value))| {
            let mut body = serde_json::to_value(session).expect("a session is JSON");
            put(&mut body, pointer, value);
            NearMiss {
                body,
                pointer: pointer.to_owned(),
            }
        })
        .boxed()
}

const OBJECTS: [&str; 4] = [
    "/consumer_metadata",
    "/settings",
    "/theme",
    "/custom_consumer_settings",
];

const TEXTS: [&str; 4] = [
    "/consumer_metadata/account_name",
    "/consumer_metadata/user_name",
    "/consumer_metadata/email",
    "/theme/vault_name",
];

const LINKS: [&str; 6] = [
    "/redirect_uri",
    "/consumer_metadata/image",
    "/theme/favicon",
    "/theme/logo",
    "/theme/privacy_url",
    "/theme/terms_url",
];

const COLORS: [&str; 3] = [
    "/theme/primary_color",
    "/theme/sidepanel_background_color",
    "/theme/sidepanel_text_color",
];

const SWITCHES: [&str; 8] = [
    "/settings/hide_resource_settings",
    "/settings/sandbox_mode",
    "/settings/isolation_mode",
    "/settings/show_logs",
    "/settings/show_suggestions",
    "/settings/show_sidebar",
    "/settings/auto_redirect",
    "/settings/hide_guides",
];

const LISTS: [&str; 2] = ["/settings/unified_apis", "/settings/allow_actions"];

const ENTRIES: [&str; 2] = ["/settings/unified_apis/0", "/settings/allow_actions/0"];

fn mistake() -> impl Strategy<Value = (&'static str, Value)> {
    let not_a_text = || vec![json!(1), json!(true), json!(["a"]), json!({ "a": "b" })];
    let lengths = [
        "", "0m", "-1h", "8d", "169h", "2 weeks", "abc", "1h30m", "1.5h", "3600",
    ];
    prop_oneof![
        one_of(
            &OBJECTS,
            vec![json!([]), json!("{}"), json!(0), json!(false)]
        ),
        one_of(&TEXTS, not_a_text()),
        one_of(&LINKS, not_a_text()),
        one_of(
            &LINKS,
            vec![
                json!(""),
                json!("/path"),
                json!("https://"),
                json!("https://a b")
            ]
        ),
        one_of(&COLORS, not_a_text()),
        one_of(
            &COLORS,
            vec![json!(""), json!("blue"), json!("#12"), json!("#12345g")]
        ),
        one_of(
            &SWITCHES,
            vec![json!("true"), json!(0), json!(1), json!([]), json!({})]
        ),
        one_of(&["/settings/session_length"], not_a_text()),
        one_of(
            &["/settings/session_length"],
            lengths.map(Value::from).to_vec()
        ),
        one_of(
            &LISTS,
            vec![json!("delete"), json!({}), json!(1), json!(false)]
        ),
        one_of(
            &ENTRIES,
            vec![json!(null), json!(1), json!(["delete"]), json!({})]
        ),
    ]
    .boxed()
}

fn one_of(
    pointers: &[&'static str],
    values: Vec<Value>,
) -> impl Strategy<Value = (&'static str, Value)> + use<> {
    (sample::select(pointers.to_vec()), sample::select(values))
}

/// Puts a value where the pointer says, and adds what is missing on the way.
fn put(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for token in pointer.split('/').skip(1) {
        place = if token == "0" {
            *place = json!([null]);
            &mut place[0]
        } else {
            &mut place[token]
        };
    }
    *place = value;
}
