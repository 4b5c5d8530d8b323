use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Value, json};
use vault_sessions::{Action, AppId, SessionToken, wire::APP_ID};

use super::{
    input::{self, text},
    problem::{self, AdminProblem},
};
use crate::{api, router::Call, token::TokenError, validate::Checker, vault::Vault};

/// The header by which a call insists on the mock of an app.
const TENANT: &str = "x-vault-mock-tenant";

/// `GET /client`: what a client of the mock is given, and by what replicas know that they have the same
/// secrets.
pub(super) fn read(call: &Call<'_>) -> Response<Bytes> {
    let vault = call.vault;
    let app = vault.app_id().map(AppId::as_str);
    let body = json!({
        "api_key": vault.api_key().expose_secret(),
        "app_id": app,
        "secret_fingerprint": vault.secret_fingerprint(),
    });
    api::json(StatusCode::OK, &body)
}

/// `POST /authorize`: whether a `session_token` is good now, and whether its session allows an `action`.
pub(super) fn authorize(call: &Call<'_>) -> Result<Response<Bytes>, AdminProblem> {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let token = checker.take("session_token", text::<SessionToken>);
    let action = checker.take_if_there("action", text::<Action>);
    let token = checker.finish_closed(token)?;
    // A tenant rightly refuses a token of another app; the mock that all share might take it, by a
    // clock and keys that are not the app's.
    if let Some(tenant) = call.vault.tenant_named_by(&token) {
        problem::arrives_here(call, tenant.app_id().map(AppId::as_str))?;
    }
    let outcome = match action {
        None => call.vault.verify(&token),
        Some(action) => call.vault.authorize(&token, action),
    };
    let body = match outcome {
        Ok(claims) => json!({ "claims": claims }),
        Err(refused) => json!({ "refused": show(&refused) }),
    };
    Ok(api::json(StatusCode::OK, &body))
}

/// Refuses a call for the mock of an app that has none: without the header it would be about the mock
/// that all others share.
pub(super) fn check_tenant(vault: &Vault, headers: &HeaderMap) -> Result<(), AdminProblem> {
    if headers.get_all(APP_ID).iter().nth(1).is_some() {
        return Err(AdminProblem::new(
            StatusCode::BAD_REQUEST,
            format!("the header {APP_ID} is given twice: a call is about one mock"),
        ));
    }
    let Some(named) = headers.get(TENANT) else {
        return Ok(());
    };
    if vault.app_id().is_some_and(|app| app.as_str() == named) {
        return Ok(());
    }
    let named = String::from_utf8_lossy(named.as_bytes());
    Err(AdminProblem::new(
        StatusCode::NOT_FOUND,
        format!("the app {named} has no mock of its own"),
    ))
}

fn show(refused: &TokenError) -> Value {
    let kind = if refused.is_expired() {
        "expired"
    } else if refused.is_not_allowed() {
        "not_allowed"
    } else if refused.is_forged() {
        "forged"
    } else {
        "invalid"
    };
    json!({
        "kind": kind,
        "detail": refused.to_string(),
        "expired_since": refused.expired_since().map(|since| since.as_secs_f64()),
    })
}
