//! What is done with a connection's credentials, apart from the OAuth round trip.

use bytes::Bytes;
use http::Response;
use serde_json::json;

use super::{answer, caller::Caller, connections, error::ServiceError};
use crate::{
    connections::{Change, GrantType},
    router::Call,
    validate,
};

/// `POST …/token`: gets an access token with the credentials in the settings. Only services with the
/// grants `client_credentials` and `password` can do that.
pub(super) fn exchange(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let id = call.connection_id()?;
    call.object()?;
    let changed = caller.update(call.vault, &id, |connection| {
        caller.check_authorization(call.vault, connection)?;
        match connection.connector().auth().grant_type() {
            Some(GrantType::ClientCredentials | GrantType::Password) => {
                Ok(connection.apply(Change::Authorize)?)
            }
            _ => Err(ServiceError::invalid_state(format!(
                "connection {id} has neither the grant type client_credentials nor password"
            ))),
        }
    })?;
    Ok(answer::data(connections::body(call, &caller, &changed)))
}

/// `POST …/import`: takes over an authorization that was made elsewhere.
pub(super) fn import(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let id = call.connection_id()?;
    let import = call.read(validate::ConnectionImport::read)?;
    let changed = caller.update(call.vault, &id, |connection| {
        caller.check_authorization(call.vault, connection)?;
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
    Ok(answer::data(connections::body(call, &caller, &changed)))
}

/// `POST …/validate`: says which state a connection is in. The mock has nobody to ask; a test says
/// that credentials no longer work with [`Change::Refuse`].
pub(super) fn validate(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    call.object()?;
    let connection = connections::find(call, &caller)?;
    Ok(answer::data(json!({
        "id": connection.id().to_string(),
        "state": connection.state().as_str(),
    })))
}
