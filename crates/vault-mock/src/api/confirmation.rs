//! The second step of an OAuth round trip with a nonce, and a state for one that starts elsewhere.

use bytes::Bytes;
use http::Response;
use serde_json::json;

use super::{answer, caller::Caller, connections, error::ServiceError};
use crate::{connections::Change, oauth, oauth::NotTaken, router::Call, validate};

/// `POST …/confirm {"confirm_token"}`: makes an unconfirmed connection callable.
///
/// In the service's order: an unknown token is 404, one of another connection 401, and a good one is
/// used up.
pub(super) fn confirm(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let id = call.connection_id()?;
    let token = call.read(|body| validate::required_text(body, "confirm_token"))?;
    let now = call.vault.clock().now();
    let confirmations = &call.vault.oauth().confirmations;
    confirmations
        .take(&token, now, |pending| {
            pending.app == *caller.app()
                && pending.consumer == *caller.consumer()
                && pending.id == id
        })
        .map_err(|refused| match refused {
            NotTaken::Unknown => ServiceError::confirm_token_not_found(),
            NotTaken::NotYours => ServiceError::unauthorized("Invalid Authorization Token"),
        })?;
    let connections = caller.connections(call.vault);
    connections.apply(&id, Change::Confirm)?;
    Ok(answer::data(json!({ "confirmed": true })))
}

/// `POST …/callback-state {"redirect_uri"}`: a state for `/vault/callback`, for an authorization that
/// the app has started itself.
pub(super) fn callback_state(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let connection = connections::find(call, &caller)?;
    let redirect_uri = call.read(|body| validate::required_text(body, "redirect_uri"))?;
    let state = oauth::callback_state(call, &caller, connection.id(), &redirect_uri)?;
    Ok(answer::data(json!({ "state": state })))
}
