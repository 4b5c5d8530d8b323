//! The rules for a body, as the API's document and the reference widget state them.

use vault_sessions::{Action, UnifiedApi, Url};

use super::{
    checker::Checker,
    json::{Json, Object},
    length,
    violation::BodyViolation,
};
use crate::rules::{Rules, Validation};

/// Finds every violation, or the length of the session.
///
/// `null` counts as absent, as it does for the Hosted Vault page. Unknown members are refused where
/// the API's document says `additionalProperties: false`: in the session and in its settings.
///
/// The result is the length in seconds.
pub(super) fn check(body: &Json<'_>, rules: &Rules) -> Result<i64, Vec<BodyViolation>> {
    if rules.validation == Validation::Off {
        return unchecked(body, rules);
    }
    let mut checker = Checker::new(Object::EMPTY);
    if rules.validation == Validation::Lenient {
        checker.accept_unknown();
    }
    let length = checker.object(body, |checker| {
        checker.member("consumer_metadata", |checker, metadata| {
            checker.object(metadata, consumer_metadata)
        });
        checker.member("redirect_uri", Checker::string);
        let length = checker.member("settings", |checker, value| {
            checker.object(value, |checker| settings(checker, rules))
        });
        checker.member("theme", |checker, value| checker.object(value, theme));
        checker.member("custom_consumer_settings", Checker::any_object);
        checker.closed();
        length.flatten()
    });
    let default = rules.default_session_length.as_secs().into();
    checker.finish(length.flatten().unwrap_or(default))
}

fn consumer_metadata(checker: &mut Checker<'_>) {
    for name in ["account_name", "user_name", "email"] {
        checker.member(name, Checker::string);
    }
    checker.member("image", |checker, image| {
        let invalid = Url::new(checker.string(image)?.to_owned()).err()?;
        checker.violation(format!("must be a valid URL: {invalid}"));
        Some(())
    });
}

/// The length of the session in seconds, if it is there and can be read.
fn settings(checker: &mut Checker<'_>, rules: &Rules) -> Option<i64> {
    for flag in [
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
    ] {
        checker.member(flag, Checker::boolean);
    }
    names(checker, "unified_apis", |name| {
        match UnifiedApi::from(name) {
            UnifiedApi::Other(_) if !rules.unknown_names => {
                Some("must be the ID of a Unified API".to_owned())
            }
            _ => None,
        }
    });
    names(checker, "allow_actions", |name| {
        let unknown = name.parse::<Action>().err();
        let unknown = unknown.filter(|_| !rules.unknown_names)?;
        Some(unknown.to_string())
    });
    let length = checker.member("session_length", |checker, value| {
        let length = length::read(checker.string(value)?, rules);
        length.map_err(|rule| checker.violation(rule)).ok()
    });
    checker.closed();
    length
}

/// A list of names, each of which may have a `problem`.
fn names(
    checker: &mut Checker<'_>,
    member: &'static str,
    problem: impl Fn(&str) -> Option<String>,
) {
    checker.member(member, |checker, list| {
        checker.items(list, |checker, item| {
            let rule = problem(checker.string(item)?)?;
            checker.violation(rule);
            Some(())
        })
    });
}

/// Takes any object; a length that cannot be read counts as absent.
fn unchecked(body: &Json<'_>, rules: &Rules) -> Result<i64, Vec<BodyViolation>> {
    let mut checker = Checker::new(Object::EMPTY);
    checker.any_object(body);
    let settings = body.as_object().and_then(|body| body.get("settings"));
    let settings = settings.and_then(Json::as_object);
    let text = settings
        .and_then(|settings| settings.get("session_length"))
        .and_then(Json::as_str);
    let length = text.and_then(|text| length::read(text, rules).ok());
    let default = rules.default_session_length.as_secs().into();
    checker.finish(length.unwrap_or(default))
}

fn theme(checker: &mut Checker<'_>) {
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
        checker.member(name, Checker::string);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn checked(body: &Value, validation: Validation) -> Result<i64, Vec<BodyViolation>> {
        let text = body.to_string();
        let json: Json = serde_json::from_str(&text).unwrap();
        let rules = Rules {
            validation,
            ..Rules::default()
        };
        check(&json, &rules)
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
                "/a~1b~0c",
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
