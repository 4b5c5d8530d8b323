//! The bodies of the calls that a session token opens. Members that the API marks as read-only, or
//! does not know, are ignored: its document leaves these bodies open, and clients send whole
//! connections back.

use serde_json::{Map, Value};

use super::{
    checker::Checker,
    violation::{BodyRefused, Violation},
};

/// What `PATCH` of a connection asks for.
pub(crate) struct ConnectionUpdate {
    pub(crate) enabled: Option<bool>,
    pub(crate) settings: Option<Map<String, Value>>,
    pub(crate) metadata: Option<Map<String, Value>>,
}

impl ConnectionUpdate {
    pub(crate) fn read(mut members: Map<String, Value>) -> Result<Self, BodyRefused> {
        let mut checker = Checker::default();
        checker.member(&members, "enabled", Checker::boolean);
        open_objects(&mut checker, &members);
        finish(checker, || Self {
            enabled: members.get("enabled").and_then(Value::as_bool),
            settings: take_object(&mut members, "settings"),
            metadata: take_object(&mut members, "metadata"),
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
    pub(crate) fn read(mut members: Map<String, Value>) -> Result<Self, BodyRefused> {
        const CREDENTIALS: [&str; 4] = ["refresh_token", "access_token", "issued_at", "expires_in"];
        let mut checker = Checker::default();
        checker.member(&members, "credentials", |checker, credentials| {
            checker.object(credentials, |checker, credentials| {
                checker.closed(credentials, &CREDENTIALS);
                for name in &CREDENTIALS[..3] {
                    checker.member(credentials, name, Checker::string);
                }
            });
        });
        open_objects(&mut checker, &members);
        finish(checker, || Self {
            has_credentials: members
                .get("credentials")
                .is_some_and(|credentials| !credentials.is_null()),
            settings: take_object(&mut members, "settings"),
            metadata: take_object(&mut members, "metadata"),
        })
    }
}

/// What `PATCH …/consent` says: whether consent is granted, and to what.
pub(crate) fn consent(mut members: Map<String, Value>) -> Result<(bool, Value), BodyRefused> {
    let mut checker = Checker::default();
    checker.closed(&members, &["granted", "resources"]);
    checker.required(&members, "granted", Checker::boolean);
    checker.required(&members, "resources", |checker, resources| {
        if *resources != "*" {
            checker.object(resources, |_, _| {});
        }
    });
    finish(checker, || {
        let granted = members.get("granted").and_then(Value::as_bool);
        let resources = members.remove("resources");
        (granted.unwrap_or_default(), resources.unwrap_or_default())
    })
}

/// The defaults of one resource in what `PATCH …/{resource}/config` says, if it names the resource.
pub(crate) fn configuration(
    members: &Map<String, Value>,
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
                if item.get("resource").is_some_and(|named| named == resource) {
                    defaults = item.get("defaults").cloned();
                }
            });
        });
    });
    finish(checker, || defaults)
}

/// A member that must be there, and be a text.
pub(crate) fn required_text(
    members: &Map<String, Value>,
    name: &str,
) -> Result<String, BodyRefused> {
    let mut checker = Checker::default();
    checker.required(members, name, Checker::string);
    finish(checker, || {
        let text = members.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    })
}

/// A body that is no JSON object.
pub(crate) fn not_an_object(value: &Value) -> BodyRefused {
    let mut checker = Checker::default();
    checker.object(value, |_, _| {});
    let violations: Result<(), Vec<Violation>> = checker.finish(());
    BodyRefused::Violations(violations.err().unwrap_or_default())
}

fn open_objects(checker: &mut Checker, members: &Map<String, Value>) {
    for name in ["settings", "metadata"] {
        checker.member(members, name, |checker, value| {
            checker.object(value, |_, _| {});
        });
    }
}

fn take_object(members: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match members.remove(name) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    }
}

fn finish<T>(checker: Checker, read: impl FnOnce() -> T) -> Result<T, BodyRefused> {
    checker.finish(()).map_err(BodyRefused::Violations)?;
    Ok(read())
}
