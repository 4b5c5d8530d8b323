//! The bodies of the calls that a session token opens. Members that the API marks as read-only, or
//! does not know, are ignored: its document leaves these bodies open, and clients send whole
//! connections back.

use serde_json::{Map, Value};

use super::{
    checker::Checker,
    json::{Json, Object},
    violation::BodyRefused,
};

/// What `PATCH` of a connection asks for.
pub(crate) struct ConnectionUpdate {
    pub(crate) enabled: Option<bool>,
    pub(crate) settings: Option<Map<String, Value>>,
    pub(crate) metadata: Option<Map<String, Value>>,
    /// Whether the settings are `null`, by which a merge patch removes them.
    pub(crate) null_settings: bool,
    /// The same of the metadata.
    pub(crate) null_metadata: bool,
}

impl ConnectionUpdate {
    pub(crate) fn read(members: &Object<'_>) -> Result<Self, BodyRefused> {
        let mut checker = Checker::new(members);
        let is_null = |name| members.get(name).is_some_and(Json::is_null);
        let read = Self {
            null_settings: is_null("settings"),
            null_metadata: is_null("metadata"),
            enabled: checker.member("enabled", Checker::boolean),
            settings: object(&mut checker, "settings"),
            metadata: object(&mut checker, "metadata"),
        };
        finish(checker, read)
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
        let mut checker = Checker::new(members);
        let credentials = checker.member("credentials", |checker, credentials| {
            checker.object(credentials, |checker| {
                for name in ["refresh_token", "access_token", "issued_at"] {
                    checker.member(name, Checker::string);
                }
                checker.value("expires_in");
                checker.closed();
            })
        });
        let read = Self {
            has_credentials: credentials.is_some(),
            settings: object(&mut checker, "settings"),
            metadata: object(&mut checker, "metadata"),
        };
        finish(checker, read)
    }
}

/// What `PATCH …/consent` says: whether consent is granted, and to what.
pub(crate) fn consent(members: &Object<'_>) -> Result<(bool, Value), BodyRefused> {
    let mut checker = Checker::new(members);
    let granted = checker.required("granted", Checker::boolean);
    let resources = checker.required("resources", |checker, resources| {
        if resources.as_str() != Some("*") {
            checker.any_object(resources);
        }
        Some(Value::from(resources))
    });
    checker.closed();
    let read = (granted.unwrap_or_default(), resources.unwrap_or_default());
    finish(checker, read)
}

/// The defaults of one resource in what `PATCH …/{resource}/config` says, if it names the resource.
pub(crate) fn configuration(
    members: &Object<'_>,
    resource: &str,
) -> Result<Option<Value>, BodyRefused> {
    let mut checker = Checker::new(members);
    let mut defaults = None;
    checker.member("configuration", |checker, list| {
        checker.items(list, |checker, item| {
            checker.object(item, |checker| {
                let name = checker.required("resource", Checker::string);
                let list = checker.required("defaults", |checker, list| {
                    checker.items(list, Checker::any_object)?;
                    Some(list)
                });
                if name == Some(resource) {
                    defaults = list.map(Value::from);
                }
            })
        })
    });
    finish(checker, defaults)
}

/// A member that must be there, and be a text.
pub(crate) fn required_text(members: &Object<'_>, name: &str) -> Result<String, BodyRefused> {
    let mut checker = Checker::new(members);
    let text = checker.required(name, Checker::string).unwrap_or_default();
    finish(checker, text.to_owned())
}

/// A body that is no JSON object.
pub(crate) fn not_an_object(value: &Json<'_>) -> BodyRefused {
    let mut checker = Checker::new(Object::EMPTY);
    checker.any_object(value);
    BodyRefused::Violations(checker.finish(()).err().unwrap_or_default())
}

fn object(checker: &mut Checker<'_>, name: &'static str) -> Option<Map<String, Value>> {
    checker.member(name, Checker::any_object).map(Map::from)
}

fn finish<T>(checker: Checker<'_>, read: T) -> Result<T, BodyRefused> {
    checker.finish(read).map_err(BodyRefused::Violations)
}
