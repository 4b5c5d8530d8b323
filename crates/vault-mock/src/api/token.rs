//! What is done with a connection's credentials, apart from the OAuth round trip.

use bytes::Bytes;
use http::Response;
use serde_json::json;

use super::{answer, asked::Asked, caller::Caller, connections, error::ServiceError};
use crate::{
    connections::{Change, GrantType},
    validate,
};

/// `POST …/token`: gets an access token with the credentials in the settings. Only services with the
/// grants `client_credentials` and `password` can do that.
pub(super) fn exchange(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let id = asked.connection_id()?;
    asked.object()?;
    let connections = caller.connections(asked.vault);
    let changed = connections.update(&id, |connection| -> Result<(), ServiceError> {
        caller.check_authorization(asked.vault, connection)?;
        match connection.connector().auth().grant_type() {
            Some(GrantType::ClientCredentials | GrantType::Password) => {
                Ok(connection.apply(Change::Authorize)?)
            }
            _ => Err(ServiceError::invalid_state(format!(
                "connection {id} has neither the grant type client_credentials nor password"
            ))),
        }
    })?;
    Ok(answer::data(connections::body(asked, &caller, &changed)))
}

/// `POST …/import`: takes over an authorization that was made elsewhere.
pub(super) fn import(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let id = asked.connection_id()?;
    let import = validate::ConnectionImport::read(&asked.object()?)
        .map_err(|refused| ServiceError::schema(asked.vault, &refused))?;
    let connections = caller.connections(asked.vault);
    let changed = connections.update(&id, |connection| -> Result<(), ServiceError> {
        caller.check_authorization(asked.vault, connection)?;
        let changes = [
            import.settings.map(Change::Save),
            import.metadata.map(Change::Describe),
            import.has_credentials.then_some(Change::Authorize),
        ];
        for change in changes.into_iter().flatten() {
            connection.apply(change)?;
        }
        Ok(())
    })?;
    Ok(answer::data(connections::body(asked, &caller, &changed)))
}

/// `POST …/validate`: says in which state a connection is. The mock has nobody to ask; a test says
/// that credentials no longer work with [`Change::Refuse`].
pub(super) fn validate(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    asked.object()?;
    let connection = connections::find(asked, &caller)?;
    Ok(answer::data(json!({
        "id": connection.id().to_string(),
        "state": connection.state().as_str(),
    })))
}
