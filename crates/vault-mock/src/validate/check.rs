//! The rules for a body, as the API's document and the reference widget state them.

use serde_json::{Map, Value};
use vault_sessions::{Action, SessionLength, UnifiedApi, Url};

use super::violation::Violation;

/// Finds every violation, or the length of the session.
///
/// `null` counts as absent, as it does for the Hosted Vault page. Unknown members are refused where
/// the API's document says `additionalProperties: false`: in the session and in its settings.
pub(super) fn check(body: &Value) -> Result<SessionLength, Vec<Violation>> {
    let mut checker = Checker::default();
    let mut length = SessionLength::DEFAULT;
    checker.object(body, |checker, session| {
        checker.closed(
            session,
            &[
                "consumer_metadata",
                "redirect_uri",
                "settings",
                "theme",
                "custom_consumer_settings",
            ],
        );
        checker.member(session, "consumer_metadata", |checker, metadata| {
            checker.object(metadata, consumer_metadata);
        });
        checker.member(session, "redirect_uri", Checker::string);
        checker.member(session, "settings", |checker, value| {
            checker.object(value, |checker, members| {
                settings(checker, members, &mut length);
            });
        });
        checker.member(session, "theme", |checker, value| {
            checker.object(value, theme);
        });
        checker.member(session, "custom_consumer_settings", |checker, value| {
            checker.object(value, |_, _| {});
        });
    });
    match checker.violations {
        violations if violations.is_empty() => Ok(length),
        violations => Err(violations),
    }
}

fn consumer_metadata(checker: &mut Checker, members: &Map<String, Value>) {
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

fn settings(checker: &mut Checker, members: &Map<String, Value>, length: &mut SessionLength) {
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
    checker.member(members, "session_length", |checker, value| {
        if let Some(text) = checker.text(value) {
            match text.parse() {
                Ok(parsed) => *length = parsed,
                Err(invalid) => checker.violation(invalid.to_string()),
            }
        }
    });
    let known = FLAGS.into_iter();
    let known = known.chain(["unified_apis", "allow_actions", "session_length"]);
    checker.closed(members, &known.collect::<Vec<_>>());
}

fn theme(checker: &mut Checker, members: &Map<String, Value>) {
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

/// Walks a body and remembers where it is.
#[derive(Default)]
struct Checker {
    pointer: String,
    violations: Vec<Violation>,
}

impl Checker {
    /// Looks at a member if it is there.
    fn member(
        &mut self,
        members: &Map<String, Value>,
        name: &str,
        look: impl FnOnce(&mut Self, &Value),
    ) {
        if let Some(value) = members.get(name).filter(|value| !value.is_null()) {
            self.at(name, |checker| look(checker, value));
        }
    }

    fn closed(&mut self, members: &Map<String, Value>, known: &[&str]) {
        for name in members
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
        {
            self.at(name, |checker| {
                checker.violation("is not a field of the API".to_owned());
            });
        }
    }

    fn object(&mut self, value: &Value, look: impl FnOnce(&mut Self, &Map<String, Value>)) {
        match value {
            Value::Object(members) => look(self, members),
            other => self.wrong_type("an object", other),
        }
    }

    fn string(&mut self, value: &Value) {
        self.text(value);
    }

    fn text<'a>(&mut self, value: &'a Value) -> Option<&'a str> {
        let text = value.as_str();
        if text.is_none() {
            self.wrong_type("a string", value);
        }
        text
    }

    fn boolean(&mut self, value: &Value) {
        if !value.is_boolean() {
            self.wrong_type("a boolean", value);
        }
    }

    fn names(&mut self, list: &Value, problem: impl Fn(&str) -> Option<String>) {
        let Value::Array(items) = list else {
            return self.wrong_type("an array", list);
        };
        for (index, item) in items.iter().enumerate() {
            self.at(&index.to_string(), |checker| {
                if let Some(rule) = checker.text(item).and_then(&problem) {
                    checker.violation(rule);
                }
            });
        }
    }

    /// Goes one token down in the pointer, escaped as RFC 6901 §3 asks.
    fn at(&mut self, token: &str, look: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer
            .push_str(&token.replace('~', "~0").replace('/', "~1"));
        look(self);
        self.pointer.truncate(length);
    }

    fn wrong_type(&mut self, expected: &str, found: &Value) {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        self.violation(format!("must be {expected}, not {found}"));
    }

    /// Remembers a violation here. A body can hold very many; the first hundred say enough.
    fn violation(&mut self, rule: String) {
        const LIMIT: usize = 100;
        if self.violations.len() < LIMIT {
            self.violations.push(Violation {
                pointer: self.pointer.clone(),
                rule,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(body: &Value) -> Vec<String> {
        let violations = check(body).unwrap_err().into_iter();
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
        assert_eq!(check(&body(&json!("30m"))), Ok(SessionLength::minutes(30)));
        assert_eq!(check(&body(&json!(null))), Ok(SessionLength::DEFAULT));
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
        assert_eq!(check(&body), Ok(SessionLength::DEFAULT));
    }

    #[test]
    fn violations_are_bounded() {
        let body = json!({ "settings": { "allow_actions": vec!["x"; 5_000] } });
        assert_eq!(pointers(&body).len(), 100);
    }
}
