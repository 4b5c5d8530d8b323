//! The OpenAPI document of the mock: the service's endpoints that it emulates, and its admin API.
//!
//! The document is kept by hand, one file for each group of endpoints, and put together here; the
//! settings come from their table, [`Setting::all`](crate::Setting::all). Tests
//! compare it with the routers, and schemathesis compares it with the answers (`.ci/run`).

mod rate_limit;
mod settings;

use std::sync::LazyLock;

use serde_json::{Map, Value};

/// The parts; the first one has everything but paths and schemas.
const PARTS: [&str; 10] = [
    include_str!("document.json"),
    include_str!("sessions.json"),
    include_str!("connections.json"),
    include_str!("resources.json"),
    include_str!("oauth_and_mappings.json"),
    include_str!("connection_schemas.json"),
    include_str!("admin.json"),
    include_str!("admin_requests.json"),
    include_str!("admin_clients.json"),
    include_str!("admin_settings.json"),
];

/// The page is a part of the mock only with its feature.
const PAGE: Option<&str> = if cfg!(feature = "page") {
    Some(include_str!("page.json"))
} else {
    None
};

/// The OpenAPI 3.1 document of the mock: what it emulates, and its admin API; JSON, indented.
///
/// The same is served as `GET /__vault_mock/openapi.json`.
#[must_use]
pub fn openapi() -> String {
    format!("{:#}", document())
}

pub(crate) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let parts = PARTS.into_iter().chain(PAGE);
        let parts = parts.map(|part| serde_json::from_str(part).expect("the parts are JSON"));
        let mut whole = Value::Object(Map::new());
        for part in parts {
            merge(&mut whole, part);
        }
        settings::describe(&mut whole);
        rate_limit::describe(&mut whole);
        whole["info"]["version"] = env!("CARGO_PKG_VERSION").into();
        whole
    });
    &DOCUMENT
}

/// Objects are merged member by member, and lists put together; nothing is written twice.
fn merge(whole: &mut Value, part: Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (name, value) in part {
                match whole.get_mut(&name) {
                    Some(known) => merge(known, value),
                    None => drop(whole.insert(name, value)),
                }
            }
        }
        (Value::Array(whole), Value::Array(part)) => whole.extend(part),
        (whole, part) => debug_assert_eq!(*whole, part, "two parts disagree"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use http::Request;
    use vault_sessions::{Action, ApiKey, UnifiedApi};

    use super::*;
    use crate::{Outcome, RateLimit, SchemaFault, Vault, admin, api, router};

    fn described(is_here: impl Fn(&str) -> bool) -> BTreeSet<(String, String)> {
        let paths = document()["paths"].as_object().unwrap().iter();
        let here = paths.filter(|(path, _)| is_here(path));
        here.flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect()
    }

    #[test]
    fn describes_exactly_the_admin_endpoints() {
        let routes = admin::routes();
        let routes = routes.map(|(method, path)| (method.to_owned(), path));
        assert_eq!(described(is_admin), routes.collect());
    }

    #[test]
    fn describes_exactly_the_endpoints_of_the_service() {
        let described = described(|path| !is_admin(path) && !is_page(path)).into_iter();
        let described = described.map(|(method, path)| (method, without_names(&path)));
        let routes = router::listed(api::TABLE);
        let routes = routes.map(|(method, path)| (method.to_owned(), path.to_owned()));
        assert_eq!(described.collect::<BTreeSet<_>>(), routes.collect());
    }

    fn is_admin(path: &str) -> bool {
        path.starts_with("/__vault_mock/")
    }

    /// Tests of the page compare it with its answers.
    fn is_page(path: &str) -> bool {
        path.starts_with("/session/") || path == "/oauth/callback"
    }

    /// `{}` for each `{name}`, as the table of the endpoints has it.
    fn without_names(path: &str) -> String {
        let segments = path.split('/');
        let segments = segments.map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        });
        segments.collect::<Vec<_>>().join("/")
    }

    #[test]
    fn lists_the_values_of_the_types() {
        let schemas = &document()["components"]["schemas"];
        let listed = |list: &Value| {
            let values = list["enum"].as_array().unwrap().iter();
            let values = values.map(|value| value.as_str().unwrap().to_owned());
            values.collect::<BTreeSet<_>>()
        };
        let apis = listed(&schemas["UnifiedApi"]);
        assert_eq!(apis.len(), 28);
        for api in apis {
            let known = !matches!(UnifiedApi::from(api.as_str()), UnifiedApi::Other(_));
            assert!(known, "{api}");
        }
        let actions = Action::ALL.iter().map(ToString::to_string);
        let allowed = &schemas["Settings"]["properties"]["allow_actions"]["items"];
        assert_eq!(listed(allowed), actions.collect());

        let outcomes: BTreeSet<_> = Outcome::KINDS.map(str::to_owned).into();
        assert_eq!(listed(&schemas["OutcomeKind"]), outcomes);
        let shapes = schemas["Outcome"]["oneOf"].as_array().unwrap().iter();
        let described = shapes.flat_map(|shape| match &shape["properties"]["kind"]["const"] {
            Value::String(kind) => BTreeSet::from([kind.clone()]),
            _ => listed(&shape["properties"]["kind"]),
        });
        assert_eq!(described.collect::<BTreeSet<_>>(), outcomes);
    }

    #[test]
    fn creating_a_session_tells_of_the_statuses_that_are_switched_on() {
        let builder = || Vault::builder().api_key(ApiKey::new("key").unwrap());
        let body = r#"{"settings":1}"#;
        for (vault, status) in [
            (builder(), 400),
            (builder().request_limit(0), 402),
            (builder().body_limit(1), 413),
            (
                builder().schema_fault(SchemaFault::UnprocessableContent),
                422,
            ),
            (builder().rate_limit(RateLimit::per_hour(0)), 429),
        ] {
            let request = Request::post("/vault/sessions")
                .header("authorization", "Bearer key")
                .header("x-apideck-app-id", "app")
                .header("x-apideck-consumer-id", "c")
                .header("content-type", "application/json");
            let answer = vault.build().handle(request.body(body.into()).unwrap());
            assert_eq!(answer.status(), status);
            let responses = &document()["paths"]["/vault/sessions"]["post"]["responses"];
            assert!(
                responses.get(answer.status().as_str()).is_some(),
                "{status}"
            );
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn visit(value: &Value) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref") {
                        let pointer = reference.strip_prefix('#').unwrap();
                        assert!(document().pointer(pointer).is_some(), "{reference}");
                    }
                    members.values().for_each(visit);
                }
                Value::Array(items) => items.iter().for_each(visit),
                _ => {}
            }
        }
        visit(document());
    }
}
