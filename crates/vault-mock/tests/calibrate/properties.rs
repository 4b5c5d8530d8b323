//! A mock with any settings is told from its answers, and a second one answers the same.

use proptest::{
    option,
    prelude::*,
    sample::{select, subsequence},
};
use tokio::runtime::Runtime;

use crate::support::{APP, configured_by, report_of, with};

type Settings = Vec<(&'static str, String)>;

fn settings() -> impl Strategy<Value = Settings> {
    let one_of = |name: &'static str, values: &'static [&'static str]| {
        option::of(select(values))
            .prop_map(move |value| value.map(|value| (name, value.to_owned())))
    };
    let flags = [
        ("unknown_names", "true"),
        ("null_body", "true"),
        ("byte_order_mark", "true"),
        ("any_content_type", "true"),
        ("bare_tokens", "true"),
        ("foreign_ids", "true"),
        ("scope_claims", "false"),
        ("concealed_methods", "true"),
        ("default_session_length", "7200s"),
        ("long_sessions", "accepted"),
    ];
    let flags = subsequence(flags.to_vec(), 0..=flags.len());
    let app = option::of(Just(("app_id", APP.as_str().to_owned())));
    let leeway = (0..40_u32, any::<bool>()).prop_map(|(seconds, half)| {
        let half = if half { ".5" } else { "" };
        Some(("expiry_rule", format!("leeway={seconds}{half}")))
    });
    let limit = (20..500_u32, select(vec!["second", "minute"]))
        .prop_map(|(requests, window)| Some(("rate_limit", format!("{requests}/{window}"))));
    let body = (400..200_000_u32).prop_map(|bytes| Some(("body_limit", bytes.to_string())));
    // Not to be found out, and not to be in the way either.
    let hidden = option::of(0..100_u32).prop_map(|tolerance| {
        tolerance.map(|seconds| ("issued_at_tolerance", seconds.to_string()))
    });
    (
        app,
        one_of("validation", &["lenient", "off"]),
        one_of("session_length_dialect", &["ms"]),
        one_of("schema_fault", &["422"]),
        one_of("enforce_actions", &["true"]),
        prop_oneof![one_of("expiry_rule", &["inclusive"]), leeway],
        prop_oneof![Just(None), limit],
        prop_oneof![Just(None), body],
        hidden,
        flags,
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i, flags)| {
            let flags = flags
                .into_iter()
                .map(|(name, value)| (name, value.to_owned()));
            [a, b, c, d, e, f, g, h, i]
                .into_iter()
                .flatten()
                .chain(flags)
                .collect()
        })
}

/// At so few requests a minute the end of a token cannot be waited for in small steps.
#[tokio::test]
async fn an_end_that_a_limit_hides_is_as_late_as_was_seen() {
    for leeway in ["leeway=31", "leeway=38.5"] {
        let settings = [("expiry_rule", leeway), ("rate_limit", "121/minute")];
        let report = report_of(with(settings)).await;
        assert!(report.is_agreement(), "{report}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_settings_are_found(settings in settings()) {
        let runtime = Runtime::new().unwrap();
        runtime.block_on(async {
            let named = settings.iter().map(|(name, value)| (*name, &**value));
            let report = report_of(with(named)).await;
            prop_assert!(report.is_agreement(), "{}", report);
            let again = report_of(configured_by(&report)).await;
            prop_assert_eq!(again.changes_since(&report), []);
            Ok(())
        })?;
    }
}
