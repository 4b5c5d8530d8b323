//! `/vault/connections`: what a consumer has connected, and changes to it.

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value};
use vault_sessions::Action;

use super::{answer, caller::Caller, error::ServiceError, headers::is_merge_patch};
use crate::{
    connections::{Change, Connection, ConnectionBody, ConnectionState, Links, merge_patch},
    router::Call,
    validate,
};

/// `GET /vault/connections[?api=][&configured=]`.
///
/// `configured` is read as: added by the consumer, or not. The document leaves it open. With the API
/// key the consumer can be left out: then everything is available, and nothing has links.
pub(super) fn list(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    if Caller::for_nobody(call)?.is_some() {
        let seeded = call.vault.seeded_connections().iter().cloned();
        let all = seeded.map(Connection::forgotten);
        return listed(call, all, |connection| {
            let links = Links::default();
            ConnectionBody { connection, links }.into()
        });
    }
    let caller = Caller::of(call)?;
    let all = caller.connections(call.vault).all().into_iter();
    listed(call, all, |connection| body(call, &caller, connection))
}

/// `GET /vault/connections/{unified_api}/{service_id}`.
pub(super) fn one(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let connection = find(call, &caller)?;
    Ok(answer::data(body(call, &caller, &connection)))
}

/// `PATCH` of the same: switches it on or off, adds it, stores settings and metadata, all at once or
/// not at all. As JSON it replaces each setting and each member of the metadata that it names; as a merge
/// patch it merges them (RFC 7396).
pub(super) fn update(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let id = call.connection_id()?;
    let update = call.read(validate::ConnectionUpdate::read)?;
    let changed = caller.update(call.vault, &id, |connection| {
        if update.enabled == Some(false) && connection.is_enabled() {
            caller.check(call.vault, Action::Disable)?;
        }
        let entered = [
            update.settings.map(Change::Save),
            update.metadata.map(Change::Describe),
        ];
        let entered = entered.into_iter().flatten();
        if is_merge_patch(&call.head.parts.headers) {
            for change in entered {
                connection.enter(change, merge_patch)?;
            }
            let removed = [
                (update.null_settings, Change::Save(Map::new())),
                (update.null_metadata, Change::Describe(Map::new())),
            ];
            for (_, change) in removed.into_iter().filter(|(is_null, _)| *is_null) {
                connection.enter(change, |members, _| members.clear())?;
            }
        } else {
            for change in entered {
                connection.apply(change)?;
            }
        }
        match update.enabled {
            Some(true) => connection.apply(Change::Enable)?,
            Some(false) => connection.apply(Change::Disable)?,
            None => {}
        }
        Ok(())
    })?;
    Ok(answer::data(body(call, &caller, &changed)))
}

/// `DELETE` of the same: what the consumer entered is forgotten. Deleting what is only available
/// changes nothing, and succeeds: the method is idempotent (RFC 9110 §9.2.2).
pub(super) fn delete(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let id = call.connection_id()?;
    caller.update(call.vault, &id, |connection| {
        caller.check(call.vault, Action::Delete)?;
        Ok(connection.apply(Change::Delete)?)
    })?;
    Ok(answer::no_content())
}

fn listed(
    call: &Call<'_>,
    all: impl Iterator<Item = Connection>,
    body: impl Fn(&Connection) -> Value,
) -> Result<Response<Bytes>, ServiceError> {
    let api = call.api_filter()?;
    let is_flag = |text: &str| ["true", "false"].contains(&text);
    let configured = call.checked_query("configured", "true or false", is_flag)?;
    let configured = configured.map(|configured| configured == "true");
    let listed = all.filter(|connection| {
        let is_added = connection.state() != ConnectionState::Available;
        let id = connection.id();
        api.as_ref().is_none_or(|api| id.unified_api() == api)
            && configured.is_none_or(|configured| configured == is_added)
    });
    Ok(answer::data(
        listed.map(|connection| body(&connection)).collect(),
    ))
}

/// The connection that the path names.
pub(super) fn find(call: &Call<'_>, caller: &Caller<'_>) -> Result<Connection, ServiceError> {
    let id = call.connection_id()?;
    let connections = caller.connections(call.vault);
    let found = connections.find(&id);
    found.ok_or_else(|| ServiceError::connection_not_found(&id.to_string()))
}

/// A connection as the API writes it, with links for this caller.
pub(super) fn body(call: &Call<'_>, caller: &Caller<'_>, connection: &Connection) -> Value {
    let links = call.vault.links(&call.head.parts, caller, connection);
    ConnectionBody { connection, links }.into()
}
