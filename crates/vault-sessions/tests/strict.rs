//! A body that people write: every mistake with its place, its rule and the nearest known name.

use serde_json::{Value, json};
use vault_sessions::{
    ActionSet, Extra, InvalidSession, Session, SessionLength, Settings, SettingsBuilder,
};

fn refused(json: &str) -> Vec<(String, String)> {
    let error = Session::from_json_strict(json).unwrap_err();
    let violations = error.violations().iter();
    violations
        .map(|found| (found.pointer().to_owned(), found.rule().to_owned()))
        .collect()
}

#[test]
fn every_mistake_is_found_with_its_place_and_its_rule() {
    let body = json!({
        "redirectUri": "https://a/b",
        "consumer_metadata": {"e-mail": "a@b", "image": "a b", "user_name": 5},
        "settings": {
            "allow_actions": ["delete", "Disable", "reauthorise", 5, null],
            "unified_apis": ["crm", "CRM", "file_storage"],
            "sandbox": true,
            "session_length": 30,
            "show_logs": "false",
        },
        "theme": {"primary_colour": "#fff", "primary_color": "blue", "favicon": []},
        "custom_consumer_settings": [1],
        "a/b~c": 1,
    });
    let url = "write an absolute URL such as `https://example.com/path`, with spaces and \
               non-ASCII characters percent-encoded";
    let unknown =
        |what: &str, nearest: &str| format!("unknown {what}; the nearest known one is `{nearest}`");
    let expected = [
        ("/a~1b~0c", unknown("member", "theme")),
        ("/consumer_metadata/e-mail", unknown("member", "email")),
        ("/consumer_metadata/image", format!("invalid URL: byte 1 is 0x20; {url}")),
        ("/consumer_metadata/user_name", "expected a string".to_owned()),
        ("/custom_consumer_settings", "expected an object".to_owned()),
        ("/redirectUri", unknown("member", "redirect_uri")),
        ("/settings/allow_actions/1", unknown("action", "disable")),
        ("/settings/allow_actions/2", unknown("action", "reauthorize")),
        ("/settings/allow_actions/3", "expected a string".to_owned()),
        ("/settings/allow_actions/4", "expected a string".to_owned()),
        ("/settings/sandbox", unknown("member", "sandbox_mode")),
        ("/settings/session_length", r#"expected a string such as "30m""#.to_owned()),
        ("/settings/show_logs", "expected a boolean".to_owned()),
        ("/settings/unified_apis/1", unknown("Unified API", "crm")),
        ("/settings/unified_apis/2", unknown("Unified API", "file-storage")),
        ("/theme/favicon", r#"expected a string such as "https://example.com/path""#.to_owned()),
        ("/theme/primary_color", "invalid color: byte 0 is `b`; write `#` and 3, 4, 6 or 8 hexadecimal digits, as in `#286efa`".to_owned()),
        ("/theme/primary_colour", unknown("member", "primary_color")),
    ];
    let mut found = refused(&body.to_string());
    found.sort();
    let found: Vec<_> = found
        .iter()
        .map(|(pointer, rule)| (&pointer[..], rule.clone()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_no_object_or_no_json_is_one_violation_of_the_whole() {
    for (json, rule) in [
        ("[]", "expected an object, the session"),
        ("null", "expected an object, the session"),
        ("", "EOF while parsing a value at line 1 column 0"),
        (
            "{\"theme\":",
            "EOF while parsing a value at line 1 column 9",
        ),
        (
            r#"{"settings":{"show_logs":1,"show_logs":1},"#,
            "EOF while parsing a value at line 1 column 42",
        ),
        ("{} {}", "trailing characters at line 1 column 4"),
    ] {
        assert_eq!(refused(json), [(String::new(), rule.to_owned())], "{json}");
    }
}

#[test]
fn a_repeated_member_is_found_wherever_it_is() {
    let url = r#""redirect_uri":"https://a/b""#;
    for (json, pointers) in [
        (format!("{{{url},{url}}}"), &["/redirect_uri"][..]),
        (r#"{"theme":{"logo":null,"logo":"https://a"}}"#.to_owned(), &["/theme/logo"]),
        (
            r#"{"settings":{"show_logs":true,"show_logs":false,"show\u005flogs":true}}"#.to_owned(),
            &["/settings/show_logs", "/settings/show_logs"],
        ),
        (
            r#"{"custom_consumer_settings":{"a":1,"b":[{},[],{"c/~":1,"c/~":{"d":1,"d":1}}],"a":2}}"#
                .to_owned(),
            &[
                "/custom_consumer_settings/b/2/c~1~0",
                "/custom_consumer_settings/b/2/c~1~0/d",
                "/custom_consumer_settings/a",
            ],
        ),
        (r#"{"theme":{},"theme":{},"theme":{}}"#.to_owned(), &["/theme", "/theme"]),
    ] {
        let expected: Vec<_> = pointers
            .iter()
            .map(|pointer| ((*pointer).to_owned(), "repeated member".to_owned()))
            .collect();
        assert_eq!(refused(&json), expected, "{json}");
        let mut reader = serde_json::Deserializer::from_str(&json);
        let error = Session::deserialize_strict(&mut reader).unwrap_err().to_string();
        for pointer in pointers {
            assert!(error.contains(&format!("{pointer}: repeated member")), "{error}");
        }
    }
    // Beside all other mistakes.
    assert_eq!(
        refused(r#"{"settings":{"sandbox":1,"sandbox":1,"show_logs":1}}"#).len(),
        3
    );
    // A name is only one in its own object.
    let json =
        r#"{"custom_consumer_settings":{"a":{"a":{}},"b":[{"a":1.5},{"a":1.5}]},"theme":{}}"#;
    assert!(Session::from_json_strict(json).is_ok());
}

#[test]
fn what_is_known_is_read_as_the_lenient_reader_does() {
    for body in [
        json!({}),
        json!({"theme": null, "settings": {"session_length": null, "allow_actions": []}}),
        json!({"settings": {"unified_apis": ["crm"], "hide_consumer_card": true}}),
        json!({"custom_consumer_settings": {"anything": {"session_length": [1]}}}),
    ] {
        let strict = Session::from_json_strict(&body.to_string()).unwrap();
        assert_eq!(strict, serde_json::from_value::<Session>(body).unwrap());
    }
}

#[test]
fn a_configuration_reads_strictly_by_an_attribute() {
    let read = |value: Value| Session::deserialize_strict(value).map_err(|error| error.to_string());
    assert!(read(json!({"theme": {}})).is_ok());
    assert_eq!(
        read(json!({"themes": {}, "settings": []})).unwrap_err(),
        "invalid session: /settings: expected an object, the settings; /themes: unknown member; \
         the nearest known one is `theme`"
    );
}

#[test]
fn a_hostile_body_has_a_bounded_error_on_one_line() {
    let names = (0..5_000).map(|index| (format!("x\n\u{202E}{index}"), Value::Null));
    let body: Value = Value::Object(names.collect());
    let error: InvalidSession = Session::from_json_strict(&body.to_string()).unwrap_err();
    assert_eq!(error.violations().len(), 100);
    assert!(!error.to_string().contains(['\n', '\u{202E}']));
    let long = json!({ "x".repeat(1 << 20): 1 }).to_string();
    assert!(
        Session::from_json_strict(&long)
            .unwrap_err()
            .to_string()
            .len()
            < 1_000
    );
}

#[test]
fn an_extra_member_has_no_name_that_has_a_setter() {
    let error = Settings::builder()
        .extra("session_length", "30m")
        .unwrap_err();
    assert_eq!(error.member(), "session_length");
    let line =
        "`session_length` is not an extra member: set it with `SettingsBuilder::session_length`";
    assert_eq!(error.to_string(), line);
    assert_eq!(format!("{error:?}"), format!("InvalidExtra({line})"));
    for name in [
        "consumer_metadata",
        "redirect_uri",
        "settings",
        "theme",
        "custom_consumer_settings",
    ] {
        assert!(Session::builder().extra(name, 1).is_err(), "{name}");
    }
    // Each object has its own: what is known in one place is not in another.
    let session = Session::builder()
        .extra("session_length", "30m")
        .unwrap()
        .build();
    assert_eq!(session.extra["session_length"], "30m");

    let mut extra = Extra::<Settings>::default();
    extra.insert("new", 1).unwrap();
    extra.insert("new", 2).unwrap();
    assert_eq!((extra.len(), extra.remove("new")), (1, Some(json!(2))));
}

#[test]
fn an_action_of_tomorrow_can_be_sent() {
    let actions = ActionSet::from_names(["pause", "delete", "pause"]);
    let settings = Settings::builder().allow_actions(actions);
    let settings = settings
        .maybe(None::<SessionLength>, SettingsBuilder::session_length)
        .build();
    assert_eq!(
        serde_json::to_string(&settings).unwrap(),
        r#"{"allow_actions":["delete","pause"]}"#
    );
    let mut actions = ActionSet::NONE;
    assert!(actions.insert_name("disable") && actions.insert_name("pause"));
    assert!(!actions.insert_name("pause") && !actions.insert_name("disable"));
}
