//! The rules for a body, as the API's document and the reference widget state them.

use vault_sessions::{Action, SessionLength, UnifiedApi, Url};

use super::{
    checker::Checker,
    json::{Json, Object},
    length,
    violation::BodyViolation,
};
use crate::rules::{SessionLengthDialect, Validation};

/// Seconds that a session lives if nobody says otherwise.
pub(super) const DEFAULT_LENGTH: i64 = SessionLength::DEFAULT.as_secs() as i64;

/// Finds every violation, or the length of the session.
///
/// `null` counts as absent, as it does for the Hosted Vault page. Unknown members are refused where
/// the API's document says `additionalProperties: false`: in the session and in its settings.
///
/// The result is the length in seconds.
pub(super) fn check(
    body: &Json<'_>,
    validation: Validation,
    dialect: SessionLengthDialect,
) -> Result<i64, Vec<BodyViolation>> {
    let mut checker = match validation {
        Validation::Strict => Checker::default(),
        Validation::Lenient => Checker::lenient(),
        Validation::Off => return unchecked(body, dialect),
    };
    let mut length = DEFAULT_LENGTH;
    checker.object(body, |checker, session| {
        checker.closed(session, |name| {
            [
                "consumer_metadata",
                "redirect_uri",
                "settings",
                "theme",
                "custom_consumer_settings",
            ]
            .contains(&name)
        });
        checker.member(session, "consumer_metadata", |checker, metadata| {
            checker.object(metadata, consumer_metadata);
        });
        checker.member(session, "redirect_uri", Checker::string);
        checker.member(session, "settings", |checker, value| {
            checker.object(value, |checker, members| {
                length = settings(checker, members, dialect);
            });
        });
        checker.member(session, "theme", |checker, value| {
            checker.object(value, theme);
        });
        checker.member(session, "custom_consumer_settings", |checker, value| {
            checker.object(value, |_, _| {});
        });
    });
    checker.finish(length)
}

fn consumer_metadata<'a>(checker: &mut Checker<'a>, members: &'a Object<'a>) {
    for name in ["account_name", "user_name", "email"] {
        checker.member(members, name, Checker::string);
    }
    checker.member(members, "image", |checker, image| {
        if let Some(text) = checker.text(image)
            && let Err(invalid) = Url::new(text.to_owned())
        {
            checker.violation(format!("must be a valid URL: {invalid}"));
        }
    });
}

fn settings<'a>(
    checker: &mut Checker<'a>,
    members: &'a Object<'a>,
    dialect: SessionLengthDialect,
) -> i64 {
    const FLAGS: [&str; 9] = [
        "hide_resource_settings",
        "sandbox_mode",
        "isolation_mode",
        "show_logs",
        "show_suggestions",
        "show_sidebar",
        "auto_redirect",
        "hide_guides",
        // Not in the API's document, but the page and the widget read it.
        "hide_consumer_card",
    ];
    for flag in FLAGS {
        checker.member(members, flag, Checker::boolean);
    }
    checker.member(members, "unified_apis", |checker, list| {
        checker.names(list, |name| match UnifiedApi::from(name) {
            UnifiedApi::Other(_) => Some("must be the ID of a Unified API".to_owned()),
            _ => None,
        });
    });
    checker.member(members, "allow_actions", |checker, list| {
        checker.names(list, |name| {
            let unknown = name.parse::<Action>().err()?;
            Some(unknown.to_string())
        });
    });
    let mut length = DEFAULT_LENGTH;
    checker.member(members, "session_length", |checker, value| {
        if let Some(text) = checker.text(value) {
            match length::read(text, dialect) {
                Ok(seconds) => length = seconds,
                Err(rule) => checker.violation(rule),
            }
        }
    });
    checker.closed(members, |name| {
        FLAGS.contains(&name) || ["unified_apis", "allow_actions", "session_length"].contains(&name)
    });
    length
}

/// Takes any object; a length that cannot be read counts as absent.
fn unchecked(body: &Json<'_>, dialect: SessionLengthDialect) -> Result<i64, Vec<BodyViolation>> {
    let mut checker = Checker::default();
    checker.object(body, |_, _| {});
    let settings = body.as_object().and_then(|body| body.get("settings"));
    let settings = settings.and_then(Json::as_object);
    let text = settings
        .and_then(|settings| settings.get("session_length"))
        .and_then(Json::as_str);
    let length = text.and_then(|text| length::read(text, dialect).ok());
    checker.finish(length.unwrap_or(DEFAULT_LENGTH))
}

fn theme<'a>(checker: &mut Checker<'a>, members: &'a Object<'a>) {
    for name in [
        "favicon",
        "logo",
        "primary_color",
        "sidepanel_background_color",
        "sidepanel_text_color",
        "vault_name",
        "privacy_url",
        "terms_url",
    ] {
        checker.member(members, name, Checker::string);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn checked(body: &Value, validation: Validation) -> Result<i64, Vec<BodyViolation>> {
        let text = body.to_string();
        let json: Json = serde_json::from_str(&text).unwrap();
        check(&json, validation, SessionLengthDialect::Strict)
    }

    fn strict(body: &Value) -> Result<i64, Vec<BodyViolation>> {
        checked(body, Validation::Strict)
    }

    fn pointers(body: &Value) -> Vec<String> {
        let violations = strict(body).unwrap_err().into_iter();
        violations.map(|violation| violation.pointer).collect()
    }

    #[test]
    fn every_violation_has_its_pointer() {
        let body = json!({
            "consumer_metadata": { "email": 1, "image": "not a url", "new": true },
            "redirect_uri": false,
            "settings": {
                "sandbox_mode": "true",
                "unified_apis": ["crm", "crms", 5],
                "allow_actions": ["delete", "erase"],
                "session_length": "8d",
                "showLogs": true,
            },
            "theme": [],
            "custom_consumer_settings": "x",
            "a/b~c": 1,
        });
        assert_eq!(
            pointers(&body),
            [
                "/a~1b~0c",
                "/consumer_metadata/email",
                "/consumer_metadata/image",
                "/redirect_uri",
                "/settings/sandbox_mode",
                "/settings/unified_apis/1",
                "/settings/unified_apis/2",
                "/settings/allow_actions/1",
                "/settings/session_length",
                "/settings/showLogs",
                "/theme",
                "/custom_consumer_settings",
            ]
        );
        assert_eq!(pointers(&json!(null)), [""]);
    }

    #[test]
    fn lengths_are_read_and_bad_ones_refused() {
        let body = |length: &Value| json!({ "settings": { "session_length": length } });
        assert_eq!(strict(&body(&json!("30m"))), Ok(1_800));
        assert_eq!(strict(&body(&json!(null))), Ok(3_600));
        for length in [
            "0m",
            "-1h",
            "8d",
            "2 weeks",
            "abc",
            "",
            "1000000000000000000000000000000s",
        ] {
            assert_eq!(
                pointers(&body(&json!(length))),
                ["/settings/session_length"],
                "{length}"
            );
        }
        assert_eq!(pointers(&body(&json!(3600))), ["/settings/session_length"]);
    }

    #[test]
    fn what_the_document_leaves_open_is_accepted() {
        let body = json!({
            "theme": { "font": "serif", "logo": null, "primary_color": "rebeccapurple" },
            "consumer_metadata": { "plan": 1 },
            "settings": { "hide_consumer_card": true, "allow_actions": [] },
        });
        assert_eq!(strict(&body), Ok(3_600));
    }

    #[test]
    fn lenient_accepts_what_is_unknown_and_nothing_else() {
        let lenient = |body: &Value| checked(body, Validation::Lenient);
        let unknown = json!({ "new": 1, "settings": { "newer": 2, "session_length": "30m" } });
        assert_eq!(lenient(&unknown), Ok(1_800));
        let wrong = json!({ "new": 1, "settings": { "sandbox_mode": 1, "allow_actions": ["x"] } });
        let violations = lenient(&wrong).unwrap_err();
        let pointers: Vec<_> = violations.iter().map(|found| &found.pointer[..]).collect();
        assert_eq!(
            pointers,
            ["/settings/sandbox_mode", "/settings/allow_actions/0"]
        );
    }

    #[test]
    fn off_accepts_any_object() {
        let off = |body: &Value| checked(body, Validation::Off);
        let wrong = json!({ "settings": { "sandbox_mode": 1, "session_length": "30m" } });
        assert_eq!(off(&wrong), Ok(1_800));
        assert_eq!(
            off(&json!({ "settings": { "session_length": "8d" } })),
            Ok(3_600)
        );
        assert_eq!(off(&json!({ "settings": [] })), Ok(3_600));
        assert!(off(&json!([])).is_err());
    }

    #[test]
    fn violations_are_bounded() {
        let body = json!({ "settings": { "allow_actions": vec!["x"; 5_000] } });
        assert_eq!(pointers(&body).len(), 100);
    }
}
