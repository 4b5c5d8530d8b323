//! Every setting that shows is found, and written so that a mock can be started with it.

use vault_mock::{
    Setting, Vault,
    calibrate::{Decided, decided},
};

use crate::support::{APP, configured_by, report_of, with};

/// Values of each setting that are not its default.
const OTHERS: &[(&str, &[&str])] = &[
    ("app_id", &["calibrated-app"]),
    ("validation", &["lenient", "off"]),
    ("session_length_dialect", &["ms"]),
    ("default_session_length", &["7200s"]),
    ("long_sessions", &["accepted", "shortened"]),
    ("unknown_names", &["true"]),
    ("null_body", &["true"]),
    ("byte_order_mark", &["true"]),
    ("any_content_type", &["true"]),
    ("bare_tokens", &["true"]),
    ("foreign_ids", &["true"]),
    ("scope_claims", &["false"]),
    ("concealed_methods", &["true"]),
    ("schema_fault", &["422"]),
    ("enforce_actions", &["true"]),
    (
        "expiry_rule",
        &["inclusive", "leeway=1", "leeway=3", "leeway=30"],
    ),
    ("rate_limit", &["10/second", "60/minute"]),
    ("body_limit", &["500", "1000", "10000"]),
];

#[tokio::test]
async fn the_defaults_agree_as_they_are() {
    let report = report_of(Vault::builder()).await;
    assert!(report.is_agreement(), "{report}");
    assert_eq!(report.settings(), []);
    assert_eq!(report.stopped(), None);
    assert!(
        report.rows().iter().all(|row| row.service.is_some()),
        "{report}"
    );
}

#[tokio::test]
async fn every_setting_that_shows_is_found() {
    for (name, values) in OTHERS {
        for value in *values {
            let report = report_of(with([(*name, *value)])).await;
            assert!(report.is_agreement(), "{name} = {value}: {report}");
            let found: Vec<_> = report
                .settings()
                .iter()
                .map(|found| (&*found.name, &*found.value))
                .collect();
            assert_eq!(found, [(*name, *value)], "{report}");
            assert!(!report.settings()[0].questions.is_empty(), "{report}");

            let again = report_of(configured_by(&report)).await;
            assert_eq!(again.changes_since(&report), [], "{name} = {value}");
        }
    }
}

/// Whoever adds a setting says which answers decide it, or why none can.
#[test]
fn every_setting_is_decided_or_has_a_reason() {
    for setting in Setting::all() {
        let name = setting.name();
        let is_tried = OTHERS.iter().any(|(other, _)| *other == name);
        match decided(name) {
            Some(Decided::ByAnswers) => assert!(is_tried, "{name} needs values in this test"),
            Some(Decided::Never(why)) => assert!(!is_tried && !why.is_empty(), "{name}"),
            _ => panic!("nothing says how {name} is decided"),
        }
    }
    assert!(decided("no_such_setting").is_none());
}

#[tokio::test]
async fn several_settings_are_found_at_once() {
    let settings = [
        ("app_id", APP.as_str().to_owned()),
        ("validation", "off".to_owned()),
        ("session_length_dialect", "ms".to_owned()),
        ("schema_fault", "422".to_owned()),
        ("bare_tokens", "true".to_owned()),
        ("foreign_ids", "true".to_owned()),
        ("default_session_length", "5400s".to_owned()),
        ("long_sessions", "shortened".to_owned()),
        ("null_body", "true".to_owned()),
        ("enforce_actions", "true".to_owned()),
        ("expiry_rule", "leeway=2".to_owned()),
        ("rate_limit", "100/second".to_owned()),
        ("body_limit", "1000".to_owned()),
    ];
    let report = report_of(with(settings.iter().map(|(name, value)| (*name, &**value)))).await;
    assert!(report.is_agreement(), "{report}");
    assert_eq!(report.settings().len(), settings.len(), "{report}");
}

#[tokio::test]
async fn the_file_says_where_each_line_comes_from() {
    let report = report_of(with([
        ("schema_fault", "422"),
        ("expiry_rule", "inclusive"),
    ]))
    .await;
    let file = report.to_toml();
    assert!(file.contains("schema-fault = 422\n"), "{file}");
    assert!(file.contains("expiry-rule = \"inclusive\"\n"), "{file}");
    assert!(
        file.contains("# wrong-type: the service: 422 RequestValidationError\n"),
        "{file}"
    );
}
