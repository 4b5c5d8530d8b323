use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};
use vault_sessions::{AppId, ConsumerId};

use super::{
    input::{self, text},
    problem::{self, AdminProblem},
    query::Query,
};
use crate::{
    api,
    connections::{Change, Connection, ConnectionId, Connections},
    router::Call,
    validate::Checker,
};

type Answer = Result<Response<Bytes>, AdminProblem>;

/// `GET /connections?app_id=&consumer_id=`: what a consumer has, in short.
pub(super) fn list(call: &Call<'_>) -> Answer {
    let connections = of_query(call)?.all();
    let shown: Vec<_> = connections.iter().map(show).collect();
    Ok(api::json(StatusCode::OK, &json!({ "connections": shown })))
}

/// `PUT /connections`: brings a connection of a consumer into a `state`.
pub(super) fn set(call: &Call<'_>) -> Answer {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let named = Named::read(&mut checker);
    let state = checker.take("state", text);
    let (named, state) = checker.finish_closed(named.zip(state))?;
    let connections = named.connections(call)?;
    let known = connections.find(&named.id).ok_or_else(|| named.unknown())?;
    let connector = Arc::new(known.connector().clone());
    let connection = Connection::in_state(connector, state)
        .map_err(|refused| AdminProblem::new(StatusCode::CONFLICT, refused.to_string()))?;
    connections.put(connection.clone());
    Ok(api::json(StatusCode::OK, &show(&connection)))
}

/// `POST /connections/change`: lets something happen to a connection of a consumer.
pub(super) fn change(call: &Call<'_>) -> Answer {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let named = Named::read(&mut checker);
    let change = checker.take("change", text::<String>);
    let settings = checker.take_if_there("settings", object);
    let change = change.and_then(|name| {
        let change = change_of(&name, settings);
        change.map_err(|rule| checker.refuse("change", rule)).ok()
    });
    let (named, change) = checker.finish_closed(named.zip(change))?;
    let connections = named.connections(call)?;
    connections.find(&named.id).ok_or_else(|| named.unknown())?;
    let changed = connections.apply(&named.id, change);
    let changed =
        changed.map_err(|refused| AdminProblem::new(StatusCode::CONFLICT, refused.to_string()))?;
    Ok(api::json(StatusCode::OK, &show(&changed)))
}

/// `DELETE /connections?app_id=&consumer_id=`: lets a consumer start over.
pub(super) fn reset(call: &Call<'_>) -> Answer {
    of_query(call)?.reset();
    Ok(api::no_content())
}

/// One connection of one consumer.
struct Named {
    app: AppId,
    consumer: ConsumerId,
    id: ConnectionId,
}

impl Named {
    fn read(checker: &mut Checker<'_>) -> Option<Self> {
        let app = checker.take("app_id", text);
        let consumer = checker.take("consumer_id", text);
        let id = checker.take("id", text);
        Some(Self {
            app: app?,
            consumer: consumer?,
            id: id?,
        })
    }

    fn connections(&self, call: &Call<'_>) -> Result<Connections, AdminProblem> {
        problem::arrives_here(call, Some(self.app.as_str()))?;
        Ok(call.vault.own_connections(&self.app, &self.consumer))
    }

    fn unknown(&self) -> AdminProblem {
        let detail = format!("the consumer has no connection {}", self.id);
        AdminProblem::new(StatusCode::NOT_FOUND, detail)
    }
}

fn of_query(call: &Call<'_>) -> Result<Connections, AdminProblem> {
    let mut query = Query::of(call.head.parts.uri.query());
    let app = query.required("app_id", "an app ID", |id| id.parse::<AppId>().ok());
    let consumer = query.required("consumer_id", "a consumer ID", |id| {
        id.parse::<ConsumerId>().ok()
    });
    let (app, consumer) = query.finish_with(app.zip(consumer))?;
    problem::arrives_here(call, Some(app.as_str()))?;
    Ok(call.vault.own_connections(&app, &consumer))
}

fn show(connection: &Connection) -> Value {
    json!({
        "id": connection.id().to_string(),
        "name": connection.connector().name(),
        "state": connection.state().as_str(),
        "health": connection.health().as_str(),
        "enabled": connection.is_enabled(),
    })
}

fn object(value: &Value) -> Result<Map<String, Value>, String> {
    let members = value.as_object().cloned();
    members.ok_or_else(|| "it must be an object".to_owned())
}

fn change_of(name: &str, settings: Option<Map<String, Value>>) -> Result<Change, String> {
    Ok(match (name, settings) {
        ("save", Some(settings)) => Change::Save(settings),
        ("save", None) => return Err("it needs `settings`".to_owned()),
        (_, Some(_)) => return Err("`settings` belong to `save`".to_owned()),
        ("enable", None) => Change::Enable,
        ("disable", None) => Change::Disable,
        ("authorize", None) => Change::Authorize,
        ("revoke", None) => Change::Revoke,
        ("refuse", None) => Change::Refuse,
        ("delete", None) => Change::Delete,
        _ => {
            let known = "enable, disable, save, authorize, revoke, refuse or delete";
            return Err(format!("it must be {known}"));
        }
    })
}
