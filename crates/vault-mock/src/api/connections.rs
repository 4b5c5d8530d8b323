//! `/vault/connections`: what a consumer has connected, and changes to it.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;
use vault_sessions::Action;

use super::{answer, asked::Asked, caller::Caller, error::ServiceError};
use crate::{
    connections::{Change, Connection, ConnectionBody, ConnectionState, Links},
    validate,
};

/// `GET /vault/connections[?api=][&configured=]`.
///
/// `configured` is read as: added by the consumer, or not. The document leaves it open. With the API
/// key the consumer can be left out: then everything is available, and nothing has links.
pub(super) fn list(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let headers = &asked.parts.headers;
    if Caller::for_nobody(asked.vault, headers)?.is_some() {
        let seeded = asked.vault.seeded_connections().iter().cloned();
        let all = seeded.map(Connection::forgotten);
        return Ok(listed(asked, all, |connection| {
            let links = Links::default();
            ConnectionBody { connection, links }.into()
        }));
    }
    let caller = Caller::of(asked.vault, headers)?;
    let all = caller.connections(asked.vault).all().into_iter();
    Ok(listed(asked, all, |connection| {
        body(asked, &caller, connection)
    }))
}

/// `GET /vault/connections/{unified_api}/{service_id}`.
pub(super) fn one(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let connection = find(asked, &caller)?;
    Ok(answer::data(body(asked, &caller, &connection)))
}

/// `PATCH` of the same: switches it on or off, adds it, stores settings and metadata, all at once or
/// not at all.
pub(super) fn update(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let id = asked.connection_id()?;
    let update = validate::ConnectionUpdate::read(&asked.object()?)
        .map_err(|refused| ServiceError::schema(asked.vault, &refused))?;
    let connections = caller.connections(asked.vault);
    let changed = connections.update(&id, |connection| -> Result<(), ServiceError> {
        if update.enabled == Some(false) && connection.is_enabled() {
            caller.check(asked.vault, Action::Disable)?;
        }
        let changes = [
            update.settings.map(Change::Save),
            update.metadata.map(Change::Describe),
            update.enabled.map(|enabled| {
                if enabled {
                    Change::Enable
                } else {
                    Change::Disable
                }
            }),
        ];
        for change in changes.into_iter().flatten() {
            connection.apply(change)?;
        }
        Ok(())
    })?;
    Ok(answer::data(body(asked, &caller, &changed)))
}

/// `DELETE` of the same: what the consumer entered is forgotten. Deleting what is only available
/// changes nothing, and succeeds: the method is idempotent (RFC 9110 §9.2.2).
pub(super) fn delete(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let id = asked.connection_id()?;
    let connections = caller.connections(asked.vault);
    connections.update(&id, |connection| -> Result<(), ServiceError> {
        caller.check(asked.vault, Action::Delete)?;
        Ok(connection.apply(Change::Delete)?)
    })?;
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

fn listed(
    asked: &Asked<'_>,
    all: impl Iterator<Item = Connection>,
    body: impl Fn(&Connection) -> Value,
) -> Response<Bytes> {
    let api = asked.api_filter();
    let configured = asked
        .query("configured")
        .map(|configured| configured == "true");
    let listed = all.filter(|connection| {
        let is_added = connection.state() != ConnectionState::Available;
        let id = connection.id();
        api.as_ref().is_none_or(|api| id.unified_api() == api)
            && configured.is_none_or(|configured| configured == is_added)
    });
    answer::data(listed.map(|connection| body(&connection)).collect())
}

/// The connection that the path names.
pub(super) fn find(asked: &Asked<'_>, caller: &Caller) -> Result<Connection, ServiceError> {
    let id = asked.connection_id()?;
    let connections = caller.connections(asked.vault);
    let found = connections.find(&id);
    found.ok_or_else(|| ServiceError::connection_not_found(&id.to_string()))
}

/// A connection as the API writes it, with links for this caller.
pub(super) fn body(asked: &Asked<'_>, caller: &Caller, connection: &Connection) -> Value {
    let links = asked.vault.links(&caller.holder(), connection);
    ConnectionBody { connection, links }.into()
}
