//! The strategies reach the boundaries that they promise, and shrink to what matters.

#![cfg(feature = "proptest")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    time::{Duration, SystemTime},
};

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestError, TestRng, TestRunner},
};
use serde_json::{Value, json};
use vault_sessions::{
    Action, ActionSet, Session, SessionLength, Theme, UnifiedApi,
    strategies::{self, NearMiss},
};

const SAMPLES: usize = 600;

/// The members of the service's document.
const DOCUMENT: [&str; 28] = [
    "/consumer_metadata",
    "/consumer_metadata/account_name",
    "/consumer_metadata/email",
    "/consumer_metadata/image",
    "/consumer_metadata/user_name",
    "/custom_consumer_settings",
    "/redirect_uri",
    "/settings",
    "/settings/allow_actions",
    "/settings/auto_redirect",
    "/settings/hide_guides",
    "/settings/hide_resource_settings",
    "/settings/isolation_mode",
    "/settings/sandbox_mode",
    "/settings/session_length",
    "/settings/show_logs",
    "/settings/show_sidebar",
    "/settings/show_suggestions",
    "/settings/unified_apis",
    "/theme",
    "/theme/favicon",
    "/theme/logo",
    "/theme/primary_color",
    "/theme/privacy_url",
    "/theme/sidepanel_background_color",
    "/theme/sidepanel_text_color",
    "/theme/terms_url",
    "/theme/vault_name",
];

/// Values of a strategy from a seed that is always the same.
fn sample<T: Debug>(strategy: impl Strategy<Value = T>) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    let mut value = || strategy.new_tree(&mut runner).unwrap().current();
    (0..SAMPLES).map(|_| value()).collect()
}

/// A class of values: its name, and whether a value is in it.
type Class<'a, T> = (&'a str, &'a dyn Fn(&T) -> bool);

/// Counts the classes of values: each comes at least four times in a thousand, and none is all there is.
fn reaches<T: Debug>(values: &[T], classes: &[Class<'_, T>]) {
    for (class, is_in) in classes {
        let count = values.iter().filter(|value| is_in(value)).count();
        let enough = count * 250 >= values.len() && count < values.len();
        assert!(enough, "{class}: {count} of {}", values.len());
    }
}

/// Where something stands in the bodies, as JSON pointers without the entries of lists.
fn pointers(bodies: &[Value]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (name, value) in bodies.iter().flat_map(|body| body.as_object().unwrap()) {
        *counts.entry(format!("/{name}")).or_default() += 1;
        if name != "custom_consumer_settings" {
            for inner in value
                .as_object()
                .into_iter()
                .flat_map(|object| object.keys())
            {
                *counts.entry(format!("/{name}/{inner}")).or_default() += 1;
            }
        }
    }
    counts
}

#[test]
fn a_session_has_each_member_of_the_document_and_no_other() {
    let bodies = sample(strategies::session().prop_map(|session| json!(session)));
    let counts = pointers(&bodies);
    let names: Vec<&str> = counts.keys().map(String::as_str).collect();
    assert_eq!(names, DOCUMENT);
    // Half of all bodies have it, or half of those that have the object it stands in.
    for (name, count) in counts {
        assert!(
            count * 6 > bodies.len() && count * 4 < bodies.len() * 3,
            "{name}: {count}"
        );
    }
    let at = |pointer: &'static str, expected: Value| {
        move |body: &Value| body.pointer(pointer) == Some(&expected)
    };
    reaches(
        &bodies,
        &[
            ("empty", &|body| body == &json!({})),
            (
                "empty custom settings",
                &at("/custom_consumer_settings", json!({})),
            ),
            ("the last category", &|body| {
                let apis = body.pointer("/settings/unified_apis");
                apis.is_some_and(|apis| apis.to_string().contains("data-warehouse"))
            }),
            ("no categories", &at("/settings/unified_apis", json!([]))),
            ("no actions", &at("/settings/allow_actions", json!([]))),
            ("a switch on", &at("/settings/show_logs", json!(true))),
            ("a switch off", &at("/settings/show_logs", json!(false))),
            ("an empty name", &at("/theme/vault_name", json!(""))),
        ],
    );
}

#[test]
fn a_newer_session_goes_beyond_the_document_everywhere() {
    let bodies = sample(strategies::newer_session());
    let has_extra = |extra: &BTreeMap<String, Value>| !extra.is_empty();
    reaches(
        &bodies,
        &[
            ("body", &|body| has_extra(&body.extra)),
            ("metadata", &|body| {
                body.consumer_metadata
                    .as_ref()
                    .is_some_and(|it| has_extra(&it.extra))
            }),
            ("theme", &|body| {
                body.theme.as_ref().is_some_and(|it| has_extra(&it.extra))
            }),
        ],
    );
    let settings: Vec<_> = bodies
        .iter()
        .filter_map(|body| body.settings.as_ref())
        .collect();
    reaches(
        &settings,
        &[
            ("settings", &|settings| has_extra(&settings.extra)),
            ("category", &|settings| {
                let apis = settings.unified_apis.as_ref().unwrap();
                apis.iter().any(|api| matches!(api, UnifiedApi::Other(_)))
            }),
            ("action", &|settings| {
                settings.allow_actions.as_ref().unwrap().unknown().count() > 0
            }),
            ("card", &|settings| {
                settings.hide_consumer_card == Some(true)
            }),
        ],
    );
}

#[test]
fn texts_have_what_json_escapes_and_displays_choke_on() {
    let has = |wanted: &'static [char]| move |text: &String| text.contains(wanted);
    reaches(
        &sample(strategies::text()),
        &[
            ("empty", &|text| text.is_empty()),
            ("long", &|text| text.chars().count() >= 1_000),
            ("escapes", &has(&['"', '\\'])),
            ("NUL", &has(&['\0'])),
            ("controls", &|text| text.contains(|c: char| c < ' ')),
            ("DEL", &has(&['\u{7F}'])),
            ("a header", &|text| text == "\r\nset-cookie: a=b"),
            ("line separators", &has(&['\u{2028}', '\u{2029}'])),
            ("bidi marks", &has(&['\u{200F}', '\u{202E}'])),
            ("byte order mark", &has(&['\u{FEFF}'])),
            ("combining", &has(&['\u{301}'])),
            ("astral", &|text| text.contains(|c| c > '\u{FFFF}')),
            ("other scripts", &|text| {
                text.len() < 100
                    && text.contains(|c| {
                        ('\u{100}'..'\u{10000}').contains(&c) && char::is_alphanumeric(c)
                    })
            }),
        ],
    );
}

#[test]
fn ids_urls_and_colors_have_their_extremes() {
    let ids = sample(prop_oneof![
        strategies::app_id().prop_map(String::from),
        strategies::consumer_id().prop_map(String::from),
    ]);
    reaches(
        &ids,
        &[
            ("shortest", &|id| id.len() == 1),
            ("longest", &|id| id.len() == 1_024),
            ("space", &|id| id.contains(' ')),
            ("tab", &|id| id.contains('\t')),
            ("quote", &|id| id.contains('"')),
        ],
    );
    reaches(
        &sample(strategies::url().prop_map(String::from)),
        &[
            ("longest", &|url| url.len() == 8_192),
            ("an app", &|url| url.starts_with("my")),
            ("a number as host", &|url| url.contains("://[::")),
            ("capitals", &|url| url.starts_with("HTTPS:")),
            ("without encryption", &|url| url.starts_with("http:")),
            ("user", &|url| url.contains('@')),
            ("escape", &|url| url.contains('%')),
            ("query", &|url| url.contains('?')),
            ("fragment", &|url| url.contains('#')),
        ],
    );
    let colors = sample(strategies::color().prop_map(|color| color.as_str().to_owned()));
    let of = |length| move |color: &String| color.len() == length;
    reaches(
        &colors,
        &[
            ("#rgb", &of(4)),
            ("#rgba", &of(5)),
            ("#rrggbb", &of(7)),
            ("#rrggbbaa", &of(9)),
            ("capitals", &|color| {
                color.len() == 9 && color.contains(|c: char| c.is_uppercase())
            }),
            ("small", &|color| {
                color.len() == 9 && color.contains(|c: char| c.is_lowercase())
            }),
        ],
    );
}

#[test]
fn json_has_every_kind_and_the_ends_of_numbers() {
    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }
    fn leaves(value: Value) -> Vec<Value> {
        match value {
            Value::Array(items) => items.into_iter().flat_map(leaves).collect(),
            Value::Object(members) => members.into_iter().flat_map(|(_, it)| leaves(it)).collect(),
            leaf => vec![leaf],
        }
    }
    let is = |wanted: Value| move |value: &Value| *value == wanted;
    let values = sample(strategies::json_value());
    reaches(
        &values,
        &[
            ("array", &Value::is_array),
            ("object", &Value::is_object),
            ("empty array", &is(json!([]))),
            ("empty object", &is(json!({}))),
            ("two levels", &|value| depth(value) >= 2),
            ("three levels", &|value| depth(value) >= 3),
        ],
    );
    let leaves: Vec<Value> = values.into_iter().flat_map(leaves).collect();
    reaches(
        &leaves,
        &[
            ("null", &Value::is_null),
            ("true", &is(json!(true))),
            ("text", &Value::is_string),
            ("u64::MAX", &is(json!(u64::MAX))),
            ("i64::MIN", &is(json!(i64::MIN))),
            ("-0.0", &|value| {
                value
                    .as_f64()
                    .is_some_and(|it| it == 0.0 && it.is_sign_negative())
            }),
            ("f64::MIN_POSITIVE", &is(json!(f64::MIN_POSITIVE))),
            ("f64::MAX", &is(json!(f64::MAX))),
        ],
    );
}

#[test]
fn actions_are_every_subset() {
    let sets = sample(strategies::action_set());
    for end in [ActionSet::NONE, ActionSet::ALL] {
        let count = sets.iter().filter(|set| **set == end).count();
        assert!(count > SAMPLES / 5, "{end}: {count}");
    }
    assert_eq!(sets.into_iter().collect::<BTreeSet<_>>().len(), 16);
    let actions: BTreeSet<Action> = sample(strategies::action()).into_iter().collect();
    assert_eq!(actions.into_iter().collect::<Vec<_>>(), Action::ALL);
    reaches(
        &sample(strategies::maybe_action_set()),
        &[
            ("absent", &|set| set.is_none()),
            ("empty", &|set| *set == Some(ActionSet::NONE)),
            ("full", &|set| *set == Some(ActionSet::ALL)),
        ],
    );
    let apis: BTreeSet<UnifiedApi> = sample(strategies::unified_api()).into_iter().collect();
    assert_eq!(apis.len(), UnifiedApi::KNOWN.len());
}

#[test]
fn lengths_have_the_ends_and_the_neighbours_of_units() {
    let lengths = sample(strategies::session_length().prop_map(SessionLength::as_secs));
    for seconds in [
        1, 2, 59, 60, 61, 3_599, 3_600, 3_601, 86_399, 86_400, 86_401, 604_799, 604_800,
    ] {
        assert!(lengths.contains(&seconds), "{seconds}");
    }
    reaches(
        &lengths,
        &[("none of them", &|&seconds| {
            seconds > 86_401 && seconds < 604_799
        })],
    );
}

#[test]
fn texts_of_lengths_are_right_and_wrong_in_every_way() {
    let texts = sample(strategies::session_length_text());
    for unit in ['s', 'm', 'h', 'd', 'w'] {
        let reached = texts
            .iter()
            .any(|(text, length)| length.is_some() && text.ends_with(unit));
        assert!(reached, "{unit}");
    }
    let wrong = |is_in: fn(&str) -> bool| {
        move |(text, length): &(String, Option<SessionLength>)| length.is_none() && is_in(text)
    };
    reaches(
        &texts,
        &[
            ("right", &|(_, length)| length.is_some()),
            ("leading zero", &|(text, length)| {
                length.is_some() && text.starts_with('0')
            }),
            ("empty", &wrong(str::is_empty)),
            (
                "more than 32 bits",
                &wrong(|text| text.len() > 20 && text.starts_with('1')),
            ),
            ("a sign", &wrong(|text| text.starts_with(['-', '+']))),
            (
                "white space before",
                &wrong(|text| text.starts_with([' ', '\t'])),
            ),
            ("a line break after", &wrong(|text| text.ends_with('\n'))),
            (
                "words",
                &wrong(|text| {
                    text.chars().count() > 10 && !text.starts_with(|c: char| c.is_ascii_digit())
                }),
            ),
        ],
    );
    for (text, length) in &texts {
        assert_eq!(text.parse().ok(), *length, "{text:?}");
    }
    // One more than fits, in any unit.
    let over = [
        ("s", 604_801),
        ("m", 10_081),
        ("h", 169),
        ("d", 8),
        ("w", 2),
    ];
    let over = over.map(|(unit, count)| format!("{count}{unit}"));
    for over in over {
        assert!(texts.iter().any(|(text, _)| *text == over), "{over}");
    }
}

#[test]
fn instants_are_a_tick_and_a_second_around_the_expiry() {
    let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_001_800);
    let instants = sample(strategies::near_expiry(expiry));
    let tick = Duration::from_nanos(100);
    for (instant, is_expired) in [
        (expiry - tick, false),
        (expiry, true),
        (expiry + tick, true),
        (expiry - Duration::from_secs(1), false),
        (expiry + Duration::from_secs(1), true),
        (expiry - Duration::from_millis(999), false),
        (expiry + Duration::from_secs(60), true),
    ] {
        let mut near = instants.iter().filter(|near| near.instant == instant);
        assert!(
            near.any(|near| near.is_expired == is_expired),
            "{instant:?}"
        );
    }
    let hour = Duration::from_secs(3_600);
    reaches(
        &instants,
        &[
            ("long before", &|near| {
                near.instant < expiry - hour && !near.is_expired
            }),
            ("long after", &|near| {
                near.instant > expiry + hour && near.is_expired
            }),
        ],
    );
    assert!(
        instants
            .iter()
            .all(|near| near.is_expired == (near.instant >= expiry))
    );
}

#[test]
fn a_mistake_is_made_in_every_place_that_has_a_rule() {
    let misses = sample(strategies::near_miss());
    let places: BTreeSet<&str> = misses.iter().map(|miss| miss.pointer.as_str()).collect();
    let entries = ["/settings/allow_actions/0", "/settings/unified_apis/0"];
    let expected = DOCUMENT.into_iter().chain(entries).chain([""]);
    assert_eq!(places, expected.collect::<BTreeSet<_>>());

    // In each kind of place, values of several types and, where there is a rule, texts that break it.
    let values = |places: &[&str]| {
        let here = |miss: &&NearMiss| places.iter().any(|place| miss.pointer.ends_with(place));
        let values = misses.iter().filter(here);
        let values = values.map(|miss| miss.body.pointer(&miss.pointer).unwrap().to_string());
        values.collect::<BTreeSet<_>>().len()
    };
    for (places, count) in [
        (["/theme", "/consumer_metadata"], 4),
        (["/vault_name", "/email"], 4),
        (["/redirect_uri", "/image"], 8),
        (["/primary_color", "/sidepanel_text_color"], 8),
        (["/show_logs", "/hide_guides"], 5),
        (["/session_length", "/session_length"], 14),
        (["/allow_actions", "/unified_apis"], 4),
        (["/allow_actions/0", "/unified_apis/0"], 4),
    ] {
        assert_eq!(values(&places), count, "{places:?}");
    }
    // A link and a colour are of another type, or texts that break the rule, wherever they stand.
    for place in [
        "/redirect_uri",
        "/theme/terms_url",
        "/theme/primary_color",
        "/theme/sidepanel_text_color",
    ] {
        let here = misses.iter().filter(|miss| miss.pointer == place);
        let (texts, others): (Vec<_>, Vec<_>) =
            here.partition(|miss| miss.body.pointer(place).is_some_and(Value::is_string));
        assert!(!texts.is_empty() && !others.is_empty(), "{place}");
    }
}

#[test]
fn every_near_miss_is_refused_and_mended_where_it_points() {
    for miss in sample(strategies::near_miss()) {
        let pointed = miss.body.pointer(&miss.pointer);
        assert!(pointed.is_some(), "{miss:?}");
        assert!(
            serde_json::from_value::<Session>(miss.body.clone()).is_err(),
            "{miss:?}"
        );
        let place = miss.pointer.strip_suffix("/0").unwrap_or(&miss.pointer);
        let mut mended = miss.body.clone();
        // What is not there breaks no rule; a body has to be there.
        *mended.pointer_mut(place).unwrap() = if place.is_empty() {
            json!({})
        } else {
            Value::Null
        };
        assert!(
            serde_json::from_value::<Session>(mended).is_ok(),
            "{miss:?}"
        );
    }
}

#[test]
fn an_unknown_name_is_where_it_points() {
    let bodies = sample(strategies::unknown_name());
    let names: BTreeSet<(String, String)> = bodies
        .iter()
        .map(|name| {
            let value = name.body.pointer(&name.pointer).unwrap();
            (name.pointer.clone(), value.to_string())
        })
        .collect();
    let expected = [
        ("/sandbox", "true"),
        ("/settings/sessionLength", r#""30m""#),
        ("/settings/colour", "null"),
        ("/settings/allow_actions/0", r#""Delete""#),
        ("/settings/allow_actions/0", r#""""#),
        ("/settings/unified_apis/0", r#""CRM""#),
        ("/settings/unified_apis/0", r#""quantum-ledger""#),
    ];
    let expected = expected.map(|(pointer, value)| (pointer.to_owned(), value.to_owned()));
    assert_eq!(names, BTreeSet::from(expected));
}

/// What is left of a case for which a property does not hold.
fn shrunk<T: Debug + Clone>(strategy: impl Strategy<Value = T>, holds: impl Fn(&T) -> bool) -> T {
    // Nothing of this comes from the environment.
    let config = Config {
        cases: 1_000,
        max_shrink_iters: 100_000,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let outcome = TestRunner::new_with_rng(config, rng).run(&strategy, |value| {
        prop_assert!(holds(&value));
        Ok(())
    });
    match outcome {
        Err(TestError::Fail(_, minimal)) => minimal,
        other => panic!("the property was to fail: {other:?}"),
    }
}

#[test]
fn a_failing_case_shrinks_to_what_makes_it_fail() {
    let with_theme = shrunk(strategies::session(), |session| session.theme.is_none());
    let mut expected = Session::default();
    expected.theme = Some(Theme::default());
    assert_eq!(with_theme, expected);

    let newer = shrunk(strategies::newer_session(), |session| {
        session.extra.is_empty()
    });
    assert_eq!(newer.extra.len(), 1);
    assert!(
        newer.theme.is_none() && newer.consumer_metadata.is_none(),
        "{newer:?}"
    );

    let length = shrunk(strategies::session_length(), |length| {
        length.as_secs() < 4_000
    });
    assert!(length.as_secs() <= 86_400, "{length}");

    let nested = shrunk(strategies::json_value(), |value| !value.is_array());
    assert_eq!(nested, json!([]));

    let escaped = shrunk(strategies::text(), |text| !text.contains('\n'));
    assert!(escaped.len() <= "\r\nset-cookie: a=b".len(), "{escaped:?}");
}
