//! The body at the edges of JSON: every character, every number, any depth, and nothing lost.

use serde_json::{Map, Value, json};
use vault_sessions::{
    ActionSet, AppId, ConsumerId, ConsumerMetadata, CreateSession, Session, SessionBuilder,
    Settings, UnifiedApi,
};

fn body(session: &Session) -> String {
    let request = CreateSession::builder()
        .app_id(AppId::from_static("app"))
        .consumer_id(ConsumerId::from_static("consumer"))
        .session(session.clone())
        .build();
    String::from_utf8(request.body()).unwrap()
}

/// A body with the text wherever a text can stand.
fn full_of(text: &str) -> Session {
    let actions: ActionSet = serde_json::from_value(json!([text])).unwrap();
    let settings = Settings::builder()
        .unified_api(UnifiedApi::new(text))
        .allow_actions(actions)
        .extra(text, text)
        .unwrap();
    let metadata = ConsumerMetadata::builder().user_name(text);
    Session::builder()
        .settings(settings.build())
        .consumer_metadata(metadata.build())
        .custom_consumer_settings([(text.to_owned(), json!([text, { text: text }]))])
        .extra(text, text)
        .unwrap()
        .build()
}

#[test]
fn every_character_is_written_as_serde_writes_it() {
    let edges = [
        '\u{D7FF}',
        '\u{E000}',
        '\u{FEFF}',
        '\u{FFFF}',
        '\u{10000}',
        '\u{10FFFF}',
    ];
    for character in ('\0'..='\u{2FF}')
        .chain('\u{2000}'..='\u{206F}')
        .chain(edges)
    {
        for text in [
            character.to_string(),
            format!("{}{character}b", "a".repeat(40)),
        ] {
            let session = full_of(&text);
            let body = body(&session);
            assert_eq!(body, serde_json::to_string(&session).unwrap());
            assert_eq!(serde_json::from_str::<Session>(&body).unwrap(), session);
        }
    }
}

#[test]
fn escapes_are_read_and_written_in_their_short_form() {
    for (read, written) in [
        (r"\u0022\u005C\u002f", r#"\"\\/"#),
        (r"\b\f\n\r\t", r"\b\f\n\r\t"),
        (r"\u0008\u000C\u000a\u000D\u0009", r"\b\f\n\r\t"),
        (r"\u0000\u001F\u007F", "\\u0000\\u001f\u{7F}"),
        (r"\ud83d\uDE00\u2028\u2029", "\u{1F600}\u{2028}\u{2029}"),
    ] {
        let session: Session = serde_json::from_str(&format!(r#"{{"x":"{read}"}}"#)).unwrap();
        assert_eq!(body(&session), format!(r#"{{"x":"{written}"}}"#));
    }
}

#[test]
fn a_number_keeps_what_64_bits_can_hold() {
    // With `serde_json/arbitrary_precision` in the graph it keeps every digit.
    let number: Value = serde_json::from_str("1.50").unwrap();
    let keeps_every_digit = number.to_string().ends_with('0');
    for (read, written) in [
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551616", "1.8446744073709552e+19"),
        ("-9223372036854775809", "-9.223372036854776e+18"),
        ("0.1", "0.1"),
        ("1e3", "1000.0"),
        ("-0", "-0.0"),
        ("-0.0", "-0.0"),
        ("5e-324", "5e-324"),
        ("2.2250738585072014e-308", "2.2250738585072014e-308"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("1e-400", "0.0"),
        ("9007199254740993.0", "9007199254740992.0"),
    ] {
        let session: Session = serde_json::from_str(&format!(r#"{{"x":{read}}}"#)).unwrap();
        if keeps_every_digit {
            let kept = session.extra["x"].to_string().parse::<f64>();
            assert_eq!(kept, read.parse(), "{read}");
        } else {
            assert_eq!(body(&session), format!(r#"{{"x":{written}}}"#), "{read}");
        }
        let again: Session = serde_json::from_str(&body(&session)).unwrap();
        assert_eq!(again, session);
    }
    for number in ["1e400", "-1e400", "01", "+1", ".5", "1.", "0x1"] {
        let json = format!(r#"{{"x":{number}}}"#);
        let error = serde_json::from_str::<Session>(&json).unwrap_err();
        assert_eq!(error.line(), 1, "{number}: {error}");
    }
}

#[test]
fn a_body_is_written_at_any_depth() {
    let mut list = json!(1);
    let mut object = json!(1);
    for _ in 0..1_000 {
        list = Value::Array(vec![list]);
        object = Value::Object(Map::from_iter([("a".to_owned(), object)]));
    }
    let session = Session::builder()
        .extra("x", list)
        .unwrap()
        .extra("y", object)
        .unwrap()
        .build();
    let expected = format!(
        r#"{{"x":{}1{},"y":{}1{}}}"#,
        "[".repeat(1_000),
        "]".repeat(1_000),
        r#"{"a":"#.repeat(1_000),
        "}".repeat(1_000)
    );
    assert_eq!(body(&session), expected);
    // Reading ends where the stack of a small thread might.
    let error = serde_json::from_str::<Session>(&expected).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("recursion limit exceeded at line 1"),
        "{error}"
    );
}

#[test]
fn members_of_another_case_are_other_members() {
    let json = r#"{"settings":{"session_length":"30m","SESSION_LENGTH":"8d","Session_length":1},"Settings":[],"THEME":null}"#;
    let session: Session = serde_json::from_str(json).unwrap();
    assert_eq!(session.extra.len(), 2);
    assert_eq!(session.settings.as_ref().unwrap().extra.len(), 2);
    let written: Value = serde_json::from_str(&body(&session)).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(json).unwrap());
}

#[test]
fn an_escaped_name_is_the_name() {
    let session: Session =
        serde_json::from_str(r#"{"\u0073ettings":{"show\u005flogs":true},"\u0000":1}"#).unwrap();
    assert_eq!(
        body(&session),
        r#"{"settings":{"show_logs":true},"\u0000":1}"#
    );
}

#[test]
fn a_repeated_member_is_refused_by_name_and_of_others_the_last_counts() {
    for (json, name) in [
        (r#"{"theme":{},"theme":{}}"#, "theme"),
        (r#"{"theme":null,"theme":{}}"#, "theme"),
        (r#"{"theme":{},"\u0074heme":null}"#, "theme"),
        (
            r#"{"settings":{"show_logs":true,"show_logs":true}}"#,
            "show_logs",
        ),
    ] {
        let error = serde_json::from_str::<Session>(json)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("duplicate field `{name}` at line 1")),
            "{error}"
        );
    }
    let session: Session = serde_json::from_str(r#"{"x":1,"x":{"y":1,"y":2}}"#).unwrap();
    assert_eq!(body(&session), r#"{"x":{"y":2}}"#);
}

#[test]
fn null_is_absent() {
    let session: Session = serde_json::from_str(
        r#"{"settings":{"session_length":null,"unified_apis":null},"theme":null,"x":null}"#,
    )
    .unwrap();
    assert_eq!(body(&session), r#"{"settings":{},"x":null}"#);
}

#[test]
fn custom_consumer_settings_are_a_map_or_pairs() -> serde_json::Result<()> {
    let members = || serde_json::from_value::<Map<String, Value>>(json!({"plan": "pro"}));
    let session = |builder: SessionBuilder| builder.build().custom_consumer_settings;
    let expected = session(Session::builder().custom_consumer_settings([("plan", "pro")]));
    for builder in [
        Session::builder().custom_consumer_settings(members()?),
        Session::builder().custom_consumer_settings([("plan", json!("pro"))]),
        Session::builder().custom_consumer_settings(vec![("plan".to_owned(), "pro")]),
        Session::builder().custom_consumer_settings(expected.clone().unwrap_or_default()),
        Session::builder().maybe(Some(members()?), SessionBuilder::custom_consumer_settings),
    ] {
        assert_eq!(session(builder), expected);
    }
    Ok(())
}
