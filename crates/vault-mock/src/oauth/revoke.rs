use bytes::Bytes;
use http::Response;
use vault_sessions::Action;

use super::{authorize, redirect, state::OAuthState};
use crate::{api::ServiceError, connections::Change, router::Call, rules::actions, vault::Vault};

/// `GET /vault/revoke/{service_id}/{application_id}?state&redirect_uri`: takes the authorization back
/// and sends the browser to the app.
pub(crate) fn revoke(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let state = authorize::linked(call)?;
    let given = call.query("redirect_uri");
    let redirect_uri = redirect::accepted(call, state.redirect_uri(), given.as_deref())?;
    authorize::connection(call.vault, &state)?;
    Ok(match take_back(call.vault, &state) {
        Ok(()) => redirect::to(redirect_uri.as_str()),
        Err(error) => redirect::with_error(&redirect_uri, "revoke", &state, &error),
    })
}

fn take_back(vault: &Vault, state: &OAuthState) -> Result<(), ServiceError> {
    let claims = &state.claims;
    actions::enforce(vault, claims, Action::Disconnect)
        .map_err(|refused| ServiceError::not_allowed(&refused))?;
    let connections = vault.own_connections(claims.application_id(), claims.consumer_id());
    connections.apply(&state.id, Change::Revoke)?;
    Ok(())
}
