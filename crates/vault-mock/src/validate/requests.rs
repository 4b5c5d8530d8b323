//! The bodies of the calls that a session token opens. Members that the API marks as read-only, or
//! does not know, are ignored: its document leaves these bodies open, and clients send whole
//! connections back.

use serde_json::{Map, Value};

use super::{
    checker::Checker,
    json::{Json, Object},
    violation::{BodyRefused, BodyViolation},
};

/// What `PATCH` of a connection asks for.
pub(crate) struct ConnectionUpdate {
    pub(crate) enabled: Option<bool>,
    pub(crate) settings: Option<Map<String, Value>>,
    pub(crate) metadata: Option<Map<String, Value>>,
}

impl ConnectionUpdate {
    pub(crate) fn read(members: &Object<'_>) -> Result<Self, BodyRefused> {
        let mut checker = Checker::default();
        checker.member(members, "enabled", Checker::boolean);
        open_objects(&mut checker, members);
        finish(checker, || Self {
            enabled: members.get("enabled").and_then(Json::as_bool),
            settings: object(members, "settings"),
            metadata: object(members, "metadata"),
        })
    }
}

/// What `POST …/import` brings.
pub(crate) struct ConnectionImport {
    pub(crate) has_credentials: bool,
    pub(crate) settings: Option<Map<String, Value>>,
    pub(crate) metadata: Option<Map<String, Value>>,
}

impl ConnectionImport {
    pub(crate) fn read(members: &Object<'_>) -> Result<Self, BodyRefused> {
        const CREDENTIALS: [&str; 4] = ["refresh_token", "access_token", "issued_at", "expires_in"];
        let mut checker = Checker::default();
        checker.member(members, "credentials", |checker, credentials| {
            checker.object(credentials, |checker, credentials| {
                checker.closed(credentials, |name| CREDENTIALS.contains(&name));
                for name in &CREDENTIALS[..3] {
                    checker.member(credentials, name, Checker::string);
                }
            });
        });
        open_objects(&mut checker, members);
        finish(checker, || Self {
            has_credentials: members
                .get("credentials")
                .is_some_and(|credentials| !credentials.is_null()),
            settings: object(members, "settings"),
            metadata: object(members, "metadata"),
        })
    }
}

/// What `PATCH …/consent` says: whether consent is granted, and to what.
pub(crate) fn consent(members: &Object<'_>) -> Result<(bool, Value), BodyRefused> {
    let mut checker = Checker::default();
    checker.closed(members, |name| ["granted", "resources"].contains(&name));
    checker.required(members, "granted", Checker::boolean);
    checker.required(members, "resources", |checker, resources| {
        if resources.as_str() != Some("*") {
            checker.object(resources, |_, _| {});
        }
    });
    finish(checker, || {
        let granted = members.get("granted").and_then(Json::as_bool);
        let resources = members.get("resources").map(Value::from);
        (granted.unwrap_or_default(), resources.unwrap_or_default())
    })
}

/// The defaults of one resource in what `PATCH …/{resource}/config` says, if it names the resource.
pub(crate) fn configuration(
    members: &Object<'_>,
    resource: &str,
) -> Result<Option<Value>, BodyRefused> {
    let mut checker = Checker::default();
    let mut defaults = None;
    checker.member(members, "configuration", |checker, list| {
        checker.items(list, |checker, item| {
            checker.object(item, |checker, item| {
                checker.required(item, "resource", Checker::string);
                checker.required(item, "defaults", |checker, list| {
                    checker.items(list, |checker, entry| checker.object(entry, |_, _| {}));
                });
                if item.get("resource").and_then(Json::as_str) == Some(resource) {
                    defaults = item.get("defaults").map(Value::from);
                }
            });
        });
    });
    finish(checker, || defaults)
}

/// A member that must be there, and be a text.
pub(crate) fn required_text(members: &Object<'_>, name: &str) -> Result<String, BodyRefused> {
    let mut checker = Checker::default();
    checker.required(members, name, Checker::string);
    finish(checker, || {
        let text = members.get(name).and_then(Json::as_str);
        text.unwrap_or_default().to_owned()
    })
}

/// A body that is no JSON object.
pub(crate) fn not_an_object(value: &Json<'_>) -> BodyRefused {
    let mut checker = Checker::default();
    checker.object(value, |_, _| {});
    let violations: Result<(), Vec<BodyViolation>> = checker.finish(());
    BodyRefused::Violations(violations.err().unwrap_or_default())
}

fn open_objects<'a>(checker: &mut Checker<'a>, members: &'a Object<'a>) {
    for name in ["settings", "metadata"] {
        checker.member(members, name, |checker, value| {
            checker.object(value, |_, _| {});
        });
    }
}

fn object(members: &Object<'_>, name: &str) -> Option<Map<String, Value>> {
    members.get(name)?.as_object().map(Map::from)
}

fn finish<T>(checker: Checker<'_>, read: impl FnOnce() -> T) -> Result<T, BodyRefused> {
    checker.finish(()).map_err(BodyRefused::Violations)?;
    Ok(read())
}
