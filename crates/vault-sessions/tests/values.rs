//! What every value shows, reads and refuses, to the letter and to the byte.

use std::{collections::BTreeSet, fmt, str::FromStr, time::Duration};

use serde_json::json;
use vault_sessions::{
    Action, ActionSet, ApiKey, AppId, Color, ConsumerId, InvalidValue, SessionLength, UnifiedApi,
    Url,
};

fn error<T: FromStr<Err = InvalidValue> + fmt::Debug>(text: &str) -> InvalidValue {
    text.parse::<T>().unwrap_err()
}

fn position<T: FromStr<Err = InvalidValue> + fmt::Debug>(text: &str) -> Option<usize> {
    error::<T>(text).position()
}

#[test]
fn an_error_names_the_kind_the_problem_and_the_rule() {
    let long = |origin: &str, length| format!("{origin}{}", "a".repeat(length - origin.len()));
    for (error, problem, rule) in [
        (
            error::<AppId>(""),
            "app ID: it is empty",
            "use 1 to 1024 visible",
        ),
        (
            error::<AppId>(" a"),
            "app ID: byte 0 is 0x20",
            "use 1 to 1024 visible",
        ),
        (
            error::<ConsumerId>("a\u{7F}b"),
            "consumer ID: byte 1 is 0x7F",
            "use 1 to 1024 visible",
        ),
        (
            error::<ConsumerId>("é"),
            "consumer ID: byte 0 is 0xC3",
            "use 1 to 1024 visible",
        ),
        (
            error::<AppId>(&long("", 1_025)),
            "app ID: 1025 bytes are more than the 1024 allowed",
            "use 1 to 1024 visible",
        ),
        (
            error::<ApiKey>(&long("", 4_097)),
            "API key: 4097 bytes are more than the 4096 allowed",
            "use visible",
        ),
        (
            error::<ApiKey>("a\tb"),
            "API key: byte 1 is 0x09",
            "use visible",
        ),
        (
            error::<SessionLength>("8d"),
            "session length: it is out of range",
            "write a whole",
        ),
        (
            error::<SessionLength>("30"),
            "session length: it ends at byte 2",
            "write a whole",
        ),
        (error::<Color>("#12g"), "color: byte 3 is `g`", "write `#`"),
        (
            error::<Color>("#1234567890"),
            "color: byte 9 is `9`",
            "write `#`",
        ),
        (
            error::<Url>("https://a/~|"),
            "URL: byte 11 is `|`",
            "write an absolute URL",
        ),
        (
            error::<Url>("mysaas.com"),
            "URL: the scheme is missing",
            "write an absolute URL",
        ),
        (
            error::<Url>(&long("https://", 8_193)),
            "URL: 8193 bytes are more than the 8192 allowed",
            "write an absolute URL",
        ),
    ] {
        let (text, rule_text) = (error.to_string(), error.rule());
        assert_eq!(text, format!("invalid {problem}; {rule_text}"));
        assert!(rule_text.starts_with(rule), "{rule_text}");
        assert!(problem.starts_with(error.kind()), "{problem}");
        assert_eq!(format!("{error:?}"), format!("InvalidValue({text})"));
    }
}

#[test]
fn json_errors_name_the_kind_and_repeat_the_rule() {
    let error = serde_json::from_str::<SessionLength>("30").unwrap_err();
    assert!(
        error
            .to_string()
            .contains(r#"expected a string such as "30m""#),
        "{error}"
    );
    let error = serde_json::from_str::<ActionSet>("[1]").unwrap_err();
    assert!(
        error
            .to_string()
            .contains(r#"expected a string such as "delete""#),
        "{error}"
    );
    let error = serde_json::from_str::<ActionSet>("{}").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("expected an array of action names"),
        "{error}"
    );
    let error = serde_json::from_str::<AppId>(r#"" ""#).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("invalid app ID: byte 0 is 0x20; use"),
        "{error}"
    );
}

#[test]
fn limits_are_reached_and_not_passed() {
    assert!(AppId::new("a".repeat(1_024)).is_ok());
    assert!(ConsumerId::new("a".repeat(1_024)).is_ok());
    assert!(ConsumerId::new("a".repeat(1_025)).is_err());
    assert!(ApiKey::new("a".repeat(4_096)).is_ok());
    assert!(Url::new(format!("https://{}", "a".repeat(8_184))).is_ok());
    assert!(Url::new(format!("x:{}", "%20".repeat(2_730))).is_ok());
    assert!(Url::new(format!("x:{}", "%20".repeat(2_731))).is_err());
}

/// Shows a value in a column, to the right of its ten characters.
fn column(value: &impl fmt::Display) -> String {
    format!("{value:>10}|")
}

#[test]
fn values_are_shown_as_they_are_sent_and_keep_to_their_column() {
    let app = AppId::from_static("app");
    assert_eq!(column(&app), "       app|");
    assert_eq!(column(&ConsumerId::from_static("consumer")), "  consumer|");
    assert_eq!(column(&Url::from_static("x:a")), "       x:a|");
    assert_eq!(column(&Action::Delete), "    delete|");
    assert_eq!(column(&UnifiedApi::Crm), "       crm|");
    assert_eq!(column(&UnifiedApi::from("new")), "       new|");
    assert_eq!(column(&Color::from_static("#fff")), "      #fff|");
    assert_eq!(format!("{:?}", Color::from_static("#fff")), "Color(#fff)");
    assert_eq!(
        format!("{:?}", SessionLength::from_minutes(30)),
        "SessionLength(30m)"
    );
    assert_eq!(
        (app.as_ref(), String::from(app.clone()).as_str()),
        ("app", "app")
    );
    assert_eq!(json!(app), "app");
    assert_eq!(UnifiedApi::from("new".to_owned()).as_ref(), "new");
    assert_eq!(UnifiedApi::from("crm".to_owned()), UnifiedApi::Crm);
    let UnifiedApi::Other(other) = UnifiedApi::from("CRM") else {
        panic!("another case is another ID")
    };
    assert_eq!(other.as_str(), "CRM");
}

#[test]
fn a_key_is_not_shown_whatever_it_is() {
    let key = ApiKey::new("hush").unwrap();
    assert_eq!(
        format!("{key:?} {:#?}", key.clone()),
        "ApiKey(redacted) ApiKey(redacted)"
    );
    assert_eq!(key.expose_secret(), "hush");
}

#[test]
fn an_action_is_read_by_its_name_and_no_other() {
    for &action in Action::ALL {
        assert_eq!(
            serde_json::from_value::<Action>(json!(action)).unwrap(),
            action
        );
        assert_eq!(json!(action), action.as_str());
        let capital = action.as_str().to_uppercase();
        let longer = format!("{action}s");
        for other in ["", &capital, &longer, &action.as_str()[1..], "disc"] {
            assert!(other.parse::<Action>().is_err(), "{other}");
        }
    }
}

#[test]
fn a_set_of_actions_changes_one_by_one() {
    let mut set = ActionSet::NONE;
    assert_eq!(set.to_string(), "none");
    assert!(set.insert(Action::Disable) && set.insert(Action::Delete));
    assert!(!set.insert(Action::Disable));
    assert_eq!(set.to_string(), "delete, disable");
    assert_eq!(format!("{set:?}"), r#"{"delete", "disable"}"#);
    assert!(!set.remove(Action::Disconnect));
    assert_eq!(set, ActionSet::of([Action::Delete, Action::Disable]));
    assert!(set.remove(Action::Disable) && !set.remove(Action::Disable));
    assert_eq!(set, ActionSet::from(Action::Delete));
    assert!(!set.is_empty() && set.contains(Action::Delete));
    set.extend([Action::Disconnect, Action::Reauthorize]);
    assert_eq!((set.iter().len(), set.iter().count()), (3, 3));
    assert_eq!(ActionSet::ALL.iter().collect::<Vec<_>>(), Action::ALL);
}

#[test]
fn unknown_actions_take_part_in_the_algebra() {
    let read = |names: &[&str]| serde_json::from_value::<ActionSet>(json!(names)).unwrap();
    let (left, right) = (
        read(&["delete", "pause", "wait"]),
        read(&["disable", "wait", "archive"]),
    );
    let names = |set: ActionSet| {
        let known = set.iter().map(|action| action.as_str().to_owned());
        known
            .chain(set.unknown().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(left.union(&right)),
        ["delete", "disable", "archive", "pause", "wait"]
    );
    assert_eq!(names(left.difference(&right)), ["delete", "pause"]);
    let only_unknown = read(&["pause"]);
    assert!(!only_unknown.is_empty());
    assert_eq!(only_unknown.to_string(), "pause");
    assert!(!read(&["delete"]).is_empty());
}

#[test]
fn every_text_value_has_the_constructors_that_one_would_guess() {
    const HALF_AN_HOUR: SessionLength = SessionLength::from_static("30m");
    assert_eq!(HALF_AN_HOUR, SessionLength::from_minutes(30));
    assert_eq!(SessionLength::new("30m"), Ok(HALF_AN_HOUR));
    assert_eq!(SessionLength::new(String::from("30m")), Ok(HALF_AN_HOUR));
    assert_eq!(Color::new("#fff"), Ok(Color::from_static("#fff")));
    assert_eq!(UnifiedApi::new("crm"), UnifiedApi::Crm);
    assert_eq!(UnifiedApi::new("quantum-ledger").as_str(), "quantum-ledger");
}

#[test]
fn a_length_is_counted_in_any_unit() {
    for (length, seconds) in [
        (SessionLength::from_seconds(7), 7),
        (SessionLength::from_minutes(7), 420),
        (SessionLength::from_hours(7), 25_200),
        (SessionLength::from_days(7), 604_800),
        (SessionLength::from_weeks(1), 604_800),
        (SessionLength::default(), 3_600),
    ] {
        assert_eq!(length.as_secs(), seconds);
        let duration = Duration::from_secs(seconds.into());
        assert_eq!(
            (length.as_duration(), Duration::from(length)),
            (duration, duration)
        );
        assert_eq!(SessionLength::try_from(duration), Ok(length));
    }
    for duration in [
        Duration::ZERO,
        Duration::from_millis(999),
        Duration::from_nanos(1_000_000_001),
        Duration::from_secs(604_801),
        Duration::from_secs(1 << 32),
        Duration::from_secs((1 << 32) + 60),
        Duration::MAX,
    ] {
        assert!(SessionLength::try_from(duration).is_err(), "{duration:?}");
    }
}

#[test]
fn a_count_that_overflows_does_not_come_round() {
    // Each is a good number of seconds in 32 or 64 bits.
    for text in [
        "4294967297s",
        "4294967356s",
        "71582789m",
        "18446744073709551617s",
        "7102h",
    ] {
        assert!(text.parse::<SessionLength>().is_err(), "{text}");
    }
    assert!(
        "0000000000000000000000000000000001s"
            .parse::<SessionLength>()
            .is_ok()
    );
}

#[test]
fn a_url_may_be_of_any_scheme() {
    for text in [
        "a:b",
        "h323:a",
        "soap.beep:a",
        "iris-xpc+1:/",
        "myapp:",
        "abcd:e",
        "abcde:f",
        "http1:a",
        "httpx:a",
        "ttps:a",
        "htta:b",
        "htxp:c",
        "httpS1:d",
        "ftp:/a",
        "https://h:1/@:",
        "https://u:p@h",
        "https://h?",
        "https://h#",
        "https://0",
        "http://-",
        "https://%61",
        "https://a@b/@c",
        "tel:+4912",
        "x://",
        "x:%AF",
    ] {
        let is_ok = Url::new(text).is_ok();
        assert_eq!(is_ok, text != "myapp:", "{text}");
    }
}

#[test]
fn a_url_is_refused_where_it_stops_being_one() {
    for (text, at) in [
        (":a", 0),
        ("1a:b", 0),
        ("+a:b", 0),
        ("a_b:c", 1),
        ("hTTp:x", 5),
        ("https:/", 7),
        ("HTTPS:/x", 7),
        ("https://?a", 8),
        ("https://#a", 8),
        ("https://u@?a", 10),
        ("https://u@#a", 10),
        ("https://u@:80", 10),
        ("https://?@h", 8),
        ("https://\u{e9}", 8),
        ("https://|", 8),
        ("https://a/%", 11),
        ("https://a/%a", 12),
        ("https://a/%aG", 12),
        ("https://a/%Ga", 11),
        ("x:|", 2),
        ("x:a\\", 3),
        ("x:\"", 2),
        ("x:<>", 2),
        ("x:^`{}", 2),
        ("x:a\u{7F}", 3),
        ("x:\u{202E}", 2),
    ] {
        assert_eq!(position::<Url>(text), Some(at), "{text}");
    }
}

#[test]
fn a_bad_byte_is_found_at_any_offset_of_a_long_url() {
    for before in 0..70 {
        for after in [0, 1, 15, 16, 17, 40] {
            for origin in ["https://h/", "https://u@h/", "x:"] {
                let good = format!("{origin}{}", "a".repeat(before));
                let bad = format!("{good} {}", "b".repeat(after));
                assert_eq!(position::<Url>(&bad), Some(good.len()), "{bad}");
                assert!(Url::new(format!("{good}/@b{}", "b".repeat(after))).is_ok());
            }
        }
    }
}

#[test]
fn every_ascii_character_is_allowed_where_its_rule_says() {
    let allowed = |is_allowed: &dyn Fn(String) -> bool| -> BTreeSet<char> {
        let characters = (0..=0x7F_u8).map(char::from);
        characters
            .filter(|&it| is_allowed(it.to_string()))
            .collect()
    };
    let set = |characters: &str| characters.chars().collect::<BTreeSet<char>>();
    let letters: String = ('a'..='z').chain('A'..='Z').collect();
    let graphic: String = ('!'..='~').collect();
    assert_eq!(allowed(&|it| AppId::new(it).is_ok()), set(&graphic));
    assert_eq!(
        allowed(&|it| AppId::new(format!("a{it}b")).is_ok()),
        set(&format!("{graphic} \t"))
    );
    assert_eq!(
        allowed(&|it| ApiKey::new(format!("a{it}b")).is_ok()),
        set(&graphic)
    );
    // RFC 3986 §2.2, §2.3; a percent sign alone is none.
    let url = format!("{letters}0123456789-._~:/?#@!$&'()*+,;=");
    assert_eq!(
        allowed(&|it| Url::new(format!("x:a{it}")).is_ok()),
        set(&url)
    );
    assert_eq!(
        allowed(&|it| Url::new(format!("{it}:a")).is_ok()),
        set(&letters)
    );
    assert_eq!(
        allowed(&|it| Url::new(format!("a{it}:a")).is_ok()),
        set(&format!("{letters}0123456789+-.:"))
    );
    let digits = set("0123456789abcdefABCDEF");
    assert_eq!(
        allowed(&|it| format!("#00{it}").parse::<Color>().is_ok()),
        digits
    );
    assert_eq!(allowed(&|it| Url::new(format!("x:%0{it}")).is_ok()), digits);
    assert_eq!(
        allowed(&|it| format!("1{it}").parse::<SessionLength>().is_ok()),
        set("smhdw")
    );
}
