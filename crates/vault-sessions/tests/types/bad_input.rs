//! Bad input of every kind, fed to every value: an error that says where, and never a panic.

use std::{fmt::Debug, str::FromStr};

use serde::{Serialize, de::DeserializeOwned};
use vault_sessions::{
    Action, ActionSet, ApiKey, AppId, Claims, Color, ConsumerId, ErrorBody, InvalidValue, Session,
    SessionCreated, SessionLength, SessionToken, SessionUri, UnifiedApi, Url,
};

fn texts() -> Vec<String> {
    let texts = [
        "",
        "\0",
        "a\0b",
        "a\r\nx-admin: 1",
        "\n",
        "é",
        "日本語",
        "\u{200F}admin\u{202E}",
        "\u{FEFF}x",
        "a\u{301}",
        "1e3",
        " 1h ",
        "#12345g",
        "https://a/\u{202E}",
        "𝒳",
    ];
    let long = ["a", "é", "1", "#", "https://a/", "\0"].map(|unit| {
        let count = (1 << 20) / unit.len();
        unit.repeat(count)
    });
    texts.into_iter().map(str::to_owned).chain(long).collect()
}

/// Feeds every text; what is refused names a position, or a rule about the whole.
fn check_text<T>(is_valid: impl Fn(&str) -> bool)
where
    T: FromStr<Err = InvalidValue> + Debug,
{
    for text in texts() {
        let shown: String = text.chars().take(20).collect();
        match text.parse::<T>() {
            Ok(_) => assert!(is_valid(&text), "{shown:?}"),
            Err(error) => {
                assert!(!is_valid(&text), "{shown:?}: {error}");
                let message = error.to_string();
                let says_where = error.position().map_or(
                    ["it is", "bytes", "missing"]
                        .iter()
                        .any(|word| message.contains(word)),
                    |at| at <= text.len() && message.contains(&at.to_string()),
                );
                assert!(says_where, "{shown:?}: {message}");
                assert!(message.len() < 200, "{message}");
            }
        }
    }
}

#[test]
fn texts_are_read_or_refused_with_a_position() {
    let visible = |text: &str| {
        let fits = (1..=1_024).contains(&text.len());
        fits && text.trim() == text && text.bytes().all(|byte| (0x20..0x7F).contains(&byte))
    };
    check_text::<AppId>(visible);
    check_text::<ConsumerId>(visible);
    check_text::<ApiKey>(|text| visible(text) && !text.contains(' '));
    check_text::<SessionLength>(|_| false);
    check_text::<Color>(|_| false);
    check_text::<Url>(|_| false);
}

#[test]
fn secrets_and_open_values_take_texts_without_panic() {
    for text in texts() {
        let graphic = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        assert_eq!(SessionToken::new(text.clone()).is_ok(), graphic);
        // A session URI is a URL of the web that may be of any length.
        let long_url = text.len() > 8_192 && text.starts_with("https://");
        let is_url = Url::new(text.clone()).is_ok() && text.starts_with("http");
        assert_eq!(SessionUri::new(text.clone()).is_ok(), long_url || is_url);
        assert!(text.parse::<Action>().is_err());
        assert_eq!(UnifiedApi::from(text.as_str()).as_str(), text);
        if let Ok(token) = SessionToken::new(text) {
            assert!(token.claims().is_err());
        }
    }
}

/// JSON that no value of this crate is made of.
fn broken_json() -> Vec<Vec<u8>> {
    let mut broken: Vec<Vec<u8>> = [
        "",
        r#"""#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#""\u12""#,
        r#""\x41""#,
        "\"a\u{0}b\"",
        "\"a\nb\"",
        r#"{"a":1"#,
        r#"{"a":1,}"#,
        r"[1,",
        "1e",
        "1e999",
        "-",
        "01",
        "NaN",
        "tru",
        "'a'",
    ]
    .map(|json| json.as_bytes().to_vec())
    .to_vec();
    broken.push(b"\"\xFF\xFE\"".to_vec());
    broken.push(b"\"\xC0\x80\"".to_vec());
    broken.push(b"\xEF\xBB\xBF{}".to_vec());
    broken.push(b"[".repeat(10_000));
    broken.push(b"{\"a\":".repeat(10_000));
    broken
}

/// JSON whose type is not that of a text.
const NOT_A_TEXT: [&str; 9] = [
    "1",
    "-1",
    "1.5",
    "1e3",
    "true",
    "null",
    "[]",
    "{}",
    "[\"30m\"]",
];

fn refuses<T: DeserializeOwned + Debug>(json: &[u8]) {
    let error = serde_json::from_slice::<T>(json).unwrap_err();
    let end = error.column() <= json.len() + 1;
    assert!(end && (error.line() > 0 || json.is_empty()), "{error}");
    let message = error.to_string();
    assert!(json.is_empty() || message.contains("line"), "{message}");
    assert!(message.len() < 300, "{message}");
}

fn refuses_all<T: DeserializeOwned + Debug>(others: &[&str]) {
    for json in broken_json() {
        refuses::<T>(&json);
    }
    for json in others {
        refuses::<T>(json.as_bytes());
    }
}

#[test]
fn json_that_is_not_the_value_is_refused_with_a_position() {
    refuses_all::<AppId>(&NOT_A_TEXT);
    refuses_all::<ConsumerId>(&NOT_A_TEXT);
    refuses_all::<SessionLength>(&NOT_A_TEXT);
    refuses_all::<Color>(&NOT_A_TEXT);
    refuses_all::<Url>(&NOT_A_TEXT);
    refuses_all::<UnifiedApi>(&NOT_A_TEXT);
    refuses_all::<SessionUri>(&NOT_A_TEXT);
    refuses_all::<SessionToken>(&NOT_A_TEXT);
    refuses_all::<ActionSet>(&["1", "\"delete\"", "null", "{}", "[1]", "[null]", "[[]]"]);
    let not_an_object = ["1", "1e3", "true", "null", "[]", "\"{}\""];
    refuses_all::<Session>(&not_an_object);
    refuses_all::<ErrorBody>(&not_an_object);
    refuses_all::<SessionCreated>(&not_an_object);
    refuses_all::<Claims>(&not_an_object);
}

#[test]
fn a_broken_member_is_refused_with_a_position_wherever_it_is() {
    for place in [
        r#"{"custom_consumer_settings":{"a":@}}"#,
        r#"{"new":@}"#,
        r#"{"settings":{"new":{"a":@}}}"#,
        r#"{"theme":{"vault_name":@}}"#,
    ] {
        for json in broken_json() {
            let (before, after) = place.split_once('@').unwrap();
            refuses::<Session>(&[before.as_bytes(), &json, after.as_bytes()].concat());
        }
    }
}

#[test]
fn a_repeated_member_is_refused() {
    refuses::<Session>(br#"{"settings":{},"settings":{}}"#);
    refuses::<Session>(br#"{"settings":{"session_length":"1h","session_length":"2h"}}"#);
    refuses::<Session>(br#"{"theme":{"logo":null,"logo":null}}"#);
    refuses::<ErrorBody>(br#"{"detail":"a","detail":"b"}"#);
    refuses::<Claims>(br#"{"consumer_id":"c","application_id":"a","iat":1,"exp":2,"exp":3}"#);
}

#[test]
fn texts_of_every_kind_survive_where_any_text_may_stand() {
    fn survives<T: DeserializeOwned + Serialize + PartialEq + Debug>(json: &str) {
        let value: T = serde_json::from_str(json).unwrap();
        let written = serde_json::to_string(&value).unwrap();
        assert!(serde_json::from_str::<T>(&written).unwrap() == value);
    }
    for text in texts() {
        let text = serde_json::to_string(&text).unwrap();
        survives::<Session>(&format!(
            r#"{{"consumer_metadata":{{"user_name":{text}}}}}"#
        ));
        survives::<Session>(&format!(r#"{{"settings":{{"allow_actions":[{text}]}}}}"#));
        survives::<Session>(&format!(
            r#"{{"new":{text},"custom_consumer_settings":{{{text}:1}}}}"#
        ));
        survives::<ErrorBody>(&format!(r#"{{"message":{text},"detail":{text}}}"#));
    }
    survives::<Session>(r#"{"new":[1e3,1E-7,-0.0,18446744073709551615,0.1]}"#);
}
