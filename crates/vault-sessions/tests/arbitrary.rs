//! Whatever a fuzzer sends becomes a request: small, valid, and in the end every one there is.

#![cfg(feature = "arbitrary")]

use std::collections::BTreeSet;

use arbitrary::{Arbitrary, Unstructured};
use serde_json::Value;
use vault_sessions::{Action, CreateSession, Session, UnifiedApi};

fn request(bytes: &[u8]) -> CreateSession {
    CreateSession::arbitrary(&mut Unstructured::new(bytes)).unwrap()
}

/// Byte strings of many lengths without a pattern that a member could hide behind (xorshift).
fn inputs() -> impl Iterator<Item = Vec<u8>> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut byte = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    (0..3_000_usize).map(move |index| (0..index % 1_500).map(|_| byte()).collect())
}

#[test]
fn nothing_becomes_the_smallest_request() {
    let request = request(&[]);
    assert_eq!(request.app_id().as_str(), "aa");
    assert_eq!(request.body(), b"{}");
}

#[test]
fn any_bytes_become_a_request_of_their_size_that_survives_the_wire() {
    let constant = [0x00, 0x01, 0x7F, 0x80, 0xFF].map(|byte| vec![byte; 100_000]);
    for bytes in inputs().chain(constant) {
        let request = request(&bytes);
        let body = request.body();
        assert!(
            body.len() < 1_000 + 30 * bytes.len(),
            "{} of {}",
            body.len(),
            bytes.len()
        );
        let read: Session = serde_json::from_slice(&body).unwrap();
        assert!(&read == request.session());
        assert!(request.app_id().as_str().len() <= 1_024);
    }
}

#[test]
fn every_member_and_every_kind_of_value_is_reached() {
    let mut names = BTreeSet::new();
    let (mut apis, mut actions) = (BTreeSet::new(), BTreeSet::new());
    let mut newer = BTreeSet::new();
    let mut values = BTreeSet::new();
    for bytes in inputs() {
        let request = request(&bytes);
        let session = request.session();
        if !session.extra.is_empty() {
            newer.insert("member");
        }
        for value in session
            .custom_consumer_settings
            .iter()
            .flat_map(|all| all.values())
        {
            collect_kinds(value, &mut values);
        }
        let Value::Object(body) = serde_json::to_value(session).unwrap() else {
            panic!()
        };
        for (name, value) in body {
            if let Value::Object(inner) = value {
                names.extend(inner.keys().map(|inner| format!("{name}/{inner}")));
            }
            names.insert(name);
        }
        let Some(settings) = &session.settings else {
            continue;
        };
        for api in settings.unified_apis.iter().flatten() {
            if matches!(api, UnifiedApi::Other(_)) {
                newer.insert("category");
            } else {
                apis.insert(api.clone());
            }
        }
        if let Some(set) = &settings.allow_actions {
            actions.extend(set.iter());
            if set.unknown().next().is_some() {
                newer.insert("action");
            }
        }
    }
    for name in [
        "consumer_metadata/account_name",
        "consumer_metadata/user_name",
        "consumer_metadata/email",
        "consumer_metadata/image",
        "redirect_uri",
        "settings/unified_apis",
        "settings/hide_resource_settings",
        "settings/sandbox_mode",
        "settings/isolation_mode",
        "settings/session_length",
        "settings/show_logs",
        "settings/show_suggestions",
        "settings/show_sidebar",
        "settings/auto_redirect",
        "settings/hide_guides",
        "settings/allow_actions",
        "settings/hide_consumer_card",
        "theme/favicon",
        "theme/logo",
        "theme/primary_color",
        "theme/sidepanel_background_color",
        "theme/sidepanel_text_color",
        "theme/vault_name",
        "theme/privacy_url",
        "theme/terms_url",
        "custom_consumer_settings",
    ] {
        assert!(names.contains(name), "{name}");
    }
    assert_eq!(apis.len(), UnifiedApi::KNOWN.len());
    assert_eq!(actions.into_iter().collect::<Vec<_>>(), Action::ALL);
    assert_eq!(newer, BTreeSet::from(["action", "category", "member"]));
    let kinds = [
        "array", "boolean", "float", "integer", "null", "object", "text",
    ];
    assert_eq!(values, BTreeSet::from(kinds));
}

fn collect_kinds(value: &Value, kinds: &mut BTreeSet<&'static str>) {
    kinds.insert(match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "integer",
        Value::String(_) => "text",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    });
}

#[test]
fn ids_urls_colors_and_lengths_reach_their_ends() {
    let long = [vec![b'?'; 4_000], vec![0xFF; 16]].concat();
    let id = vault_sessions::AppId::arbitrary_take_rest(Unstructured::new(&long)).unwrap();
    assert!(id.as_str().len() <= 1_024);
    let mut lengths = BTreeSet::new();
    let mut widths = BTreeSet::new();
    let mut urls = BTreeSet::new();
    let mut characters = BTreeSet::new();
    for bytes in inputs().filter(|bytes| bytes.len() > 1_200) {
        let request = request(&bytes);
        let session = request.session();
        characters.extend(request.app_id().as_str().chars());
        lengths.extend(session.settings.iter().filter_map(|it| it.session_length));
        if let Some(theme) = &session.theme {
            widths.extend(theme.primary_color.map(|color| color.as_str().len()));
            urls.extend(
                theme
                    .logo
                    .iter()
                    .map(|url| url.as_str().starts_with("https://a/")),
            );
        }
    }
    assert!(lengths.len() > 100, "{}", lengths.len());
    assert_eq!(widths, BTreeSet::from([4, 5, 7, 9]));
    assert!(urls.contains(&true));
    let header: BTreeSet<char> = (' '..='~').chain(['\t']).collect();
    assert_eq!(characters, header);
}

#[test]
fn the_ends_of_values_are_within_reach() {
    use vault_sessions::{AppId, SessionLength, Url};

    let take = |bytes: &[u8]| SessionLength::arbitrary(&mut Unstructured::new(bytes)).unwrap();
    assert_eq!(take(&[]), SessionLength::MIN);
    // The bytes of the distance from the shortest to the longest.
    let week = (604_800_u32 - 1).to_be_bytes();
    assert_eq!(take(&week[1..]), SessionLength::MAX);

    let id = AppId::arbitrary(&mut Unstructured::new(&lengthy(b'?', 2_000))).unwrap();
    assert_eq!(id.as_str().len(), 1_024);
    let url = |bytes: Vec<u8>| Url::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
    assert_eq!(
        url(lengthy(b'?', 4_000)).as_str().len(),
        "https://a/".len() + 3 * 2_000
    );
    let own = [b"myapp://a".as_slice(), &[9]].concat();
    assert_eq!(url(own).as_str(), "myapp://a");
}

/// What `arbitrary` reads as a text of `count` bytes: its length stands at the end.
fn lengthy(byte: u8, count: u16) -> Vec<u8> {
    [vec![byte; usize::from(count)], count.to_be_bytes().to_vec()].concat()
}

#[test]
fn a_name_that_has_a_field_is_no_other_member() {
    let theme = |name: &[u8; 4]| {
        // No field; then one more member, null, whose name is as long as the last byte says.
        let bytes = [&[0; 8], [1].as_slice(), name, &[0, 0, 4]].concat();
        vault_sessions::Theme::arbitrary(&mut Unstructured::new(&bytes)).unwrap()
    };
    assert_eq!(theme(b"Logo").extra["Logo"], Value::Null);
    assert_eq!(theme(b"logo"), vault_sessions::Theme::default());
}

#[test]
fn nesting_ends_before_readers_do() {
    // No field; then an object in an object, without end, each under an empty name.
    let deep = [[0; 5].as_slice(), &[1, 5].repeat(500), &[0; 2_000]].concat();
    let session = Session::arbitrary(&mut Unstructured::new(&deep)).unwrap();
    let body = serde_json::to_string(&session).unwrap();
    assert!(body.starts_with(r#"{"":{"":{"":{"#), "{body}");
    assert_eq!(serde_json::from_str::<Session>(&body).unwrap(), session);
}
