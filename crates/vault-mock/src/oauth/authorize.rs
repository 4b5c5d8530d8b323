use std::borrow::Cow;

use bytes::Bytes;
use http::Response;
use percent_encoding::percent_decode_str;
use vault_sessions::Action;

use super::{
    provider, redirect,
    state::{self, OAuthState, OAuthStep, REDIRECT_URI},
};
use crate::{
    api::{Caller, ServiceError},
    connections::{Connection, ConnectionId},
    router::Call,
    rules::actions,
    vault::Vault,
};

/// Bytes that a nonce may have; the widget sends a UUID.
const NONCE_LIMIT: usize = 256;

/// `GET /vault/authorize/{service_id}/{application_id}?state&redirect_uri[&nonce]`: sends the browser
/// to the provider.
pub(crate) fn authorize(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let vault = call.vault;
    let state = linked(call)?;
    let given = call.query("redirect_uri");
    let redirect_uri = redirect::accepted(call, state.redirect_uri(), given.as_deref())?;
    let nonce = call.query("nonce").filter(|nonce| !nonce.is_empty());
    if nonce
        .as_ref()
        .is_some_and(|nonce| nonce.len() > NONCE_LIMIT)
    {
        let detail = format!("Invalid nonce: it has more than {NONCE_LIMIT} bytes");
        return Err(ServiceError::parameter(detail));
    }
    let connection = connection(vault, &state)?;
    if let Err(error) = check(vault, &state, &connection) {
        return Ok(redirect::with_error(
            &redirect_uri,
            "authorize",
            &state,
            &error,
        ));
    }
    let caller = Caller::Session(Cow::Borrowed(&state.claims));
    let mut claims = state::claims(&caller, &state.id);
    claims.insert("return_to".to_owned(), redirect_uri.as_str().into());
    if let Some(nonce) = nonce {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    let flow = state::issue(vault, OAuthStep::Callback, claims);
    Ok(redirect::to(&provider::link(call, &flow)))
}

/// A state for `/vault/callback`, for an authorization that the app has started with a provider of
/// its own.
pub(crate) fn callback_state(
    call: &Call<'_>,
    caller: &Caller<'_>,
    id: &ConnectionId,
    redirect_uri: &str,
) -> Result<String, ServiceError> {
    let mut claims = state::claims(caller, id);
    let redirect_uri = redirect::accepted(call, claims.get(REDIRECT_URI), Some(redirect_uri))?;
    claims.insert("return_to".to_owned(), redirect_uri.as_str().into());
    Ok(state::issue(call.vault, OAuthStep::ForeignCallback, claims))
}

/// The state of a link, if it belongs to the path.
pub(super) fn linked(call: &Call<'_>) -> Result<OAuthState, ServiceError> {
    let service = call.service_id()?;
    let app = percent_decode_str(call.segment(1)).decode_utf8_lossy();
    let text = call.query("state").unwrap_or_default();
    let state = state::read(call.vault, OAuthStep::Link, &text)?;
    if *state.id.service_id() != service {
        return Err(ServiceError::oauth_state("State is for another service"));
    }
    if state.claims.application_id().as_str() != app {
        return Err(ServiceError::oauth_state("State is for another app"));
    }
    Ok(state)
}

/// The connection that a state is about.
pub(super) fn connection(vault: &Vault, state: &OAuthState) -> Result<Connection, ServiceError> {
    let claims = &state.claims;
    let connections = vault.own_connections(claims.application_id(), claims.consumer_id());
    let found = connections.find(&state.id);
    found.ok_or_else(|| ServiceError::connection_not_found(&state.id.to_string()))
}

/// Checks what can be known before the provider is asked.
fn check(vault: &Vault, state: &OAuthState, connection: &Connection) -> Result<(), ServiceError> {
    if actions::is_reauthorization(connection.state()) {
        actions::enforce(vault, &state.claims, Action::Reauthorize)
            .map_err(|refused| ServiceError::not_allowed(&refused))?;
    }
    let mut attempt = connection.clone();
    attempt.apply(crate::connections::Change::Authorize)?;
    Ok(())
}
