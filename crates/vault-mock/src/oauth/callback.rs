use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use super::{
    oauth::PendingConfirmation,
    provider::signature,
    redirect::{self, Destination},
    state::{self, OAuthState, OAuthStep},
};
use crate::{api::ServiceError, connections::Change, router::Call, vault::Vault};

/// How long an authorization with a nonce can be confirmed.
const CONFIRMATION_LIFETIME: Duration = Duration::from_secs(30 * 60);

/// `GET /vault/callback?state&code`, or `&error`: where the provider sends the browser. It ends at
/// the app's `redirect_uri`.
///
/// With a nonce the fragment there says `nonce`, `confirm_token` and `service_id`.
pub(crate) fn callback(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let vault = call.vault;
    let flow = call.query("state").unwrap_or_default();
    let state = state::read(vault, OAuthStep::Callback, &flow);
    let (state, is_foreign) = match state {
        Ok(state) => (state, false),
        Err(error) => match state::read(vault, OAuthStep::ForeignCallback, &flow) {
            Ok(state) => (state, true),
            Err(_) => return Err(error),
        },
    };
    let redirect_uri = member(&state, "return_to")
        .map(Destination::signed)
        .ok_or_else(|| ServiceError::oauth_state("State does not include where to return to"))?;
    let outcome = check_provider(call, &flow, is_foreign).and_then(|()| authorize(vault, &state));
    Ok(match outcome {
        Ok(None) => redirect::to(redirect_uri.as_str()),
        Ok(Some(fragment)) => {
            let url = redirect_uri.as_str();
            let url = url.split_once('#').map_or(url, |(url, _)| url);
            redirect::to(&format!("{url}#{fragment}"))
        }
        Err(error) => redirect::with_error(&redirect_uri, "authorize", &state, &error),
    })
}

/// Whether the provider agreed. Its code is good once, and only with the state it was issued for.
fn check_provider(call: &Call<'_>, flow: &str, is_foreign: bool) -> Result<(), ServiceError> {
    if let Some(error) = call.query("error") {
        let description = call.query("error_description");
        return Err(ServiceError::oauth_connector(match description {
            Some(description) if !description.is_empty() => format!("{error}: {description}"),
            _ => error.into_owned(),
        }));
    }
    let code = call.query("code").filter(|code| !code.is_empty());
    let code = code.ok_or_else(|| ServiceError::oauth_code("Missing code"))?;
    if is_foreign {
        return Ok(());
    }
    let codes = &call.vault.oauth().codes;
    let taken = codes.take(&code, call.vault.clock().now(), |bound| {
        bound == signature(flow)
    });
    taken.map(drop).map_err(|_| {
        ServiceError::oauth_code("The code is unknown, used, expired, or of another state")
    })
}

/// Changes the connection; with a nonce returns the fragment for the app.
fn authorize(vault: &Vault, state: &OAuthState) -> Result<Option<String>, ServiceError> {
    let claims = &state.claims;
    let connections = vault.own_connections(claims.application_id(), claims.consumer_id());
    let nonce =
        member(state, "nonce").filter(|_| vault.look_at_rules(|rules| rules.oauth_confirmation));
    let Some(nonce) = nonce else {
        connections.apply(&state.id, Change::Authorize)?;
        return Ok(None);
    };
    connections.apply(&state.id, Change::AuthorizeUnconfirmed)?;
    let pending = PendingConfirmation {
        app: claims.application_id().clone(),
        consumer: claims.consumer_id().clone(),
        id: state.id.clone(),
    };
    let expires_at = vault.clock().now() + CONFIRMATION_LIFETIME;
    let confirm_token = vault.oauth().confirmations.issue(pending, expires_at);
    let mut fragment = form_urlencoded::Serializer::new(String::new());
    fragment
        .append_pair("nonce", nonce)
        .append_pair("confirm_token", &confirm_token)
        .append_pair("service_id", state.id.service_id().as_str());
    Ok(Some(fragment.finish()))
}

fn member<'a>(state: &'a OAuthState, name: &str) -> Option<&'a str> {
    state.claims.others().get(name).and_then(Value::as_str)
}
