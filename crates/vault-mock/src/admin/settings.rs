use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::{
    input::{Input, LARGEST, Patched, integer, seconds, text},
    problem::Problem,
    route::Call,
};
use crate::{
    ActionEnforcement, ExpiryRule, Provider, RateLimit, SchemaFault, SessionLengthDialect,
    Validation, api, vault::Vault,
};

/// `GET /settings`: all that `PATCH /settings` can change, as it is.
pub(super) fn read(call: &Call<'_>) -> Response<Bytes> {
    let vault = call.vault;
    let rules = vault.rules();
    let enforced = rules.action_enforcement == ActionEnforcement::Enforced;
    let settings = json!({
        "validation": rules.validation.to_string(),
        "session_length_dialect": rules.session_length_dialect.to_string(),
        "schema_fault": rules.schema_fault.status().as_u16(),
        "enforce_actions": enforced,
        "expiry_rule": rules.expiry_rule.to_string(),
        "issued_at_tolerance": rules.issued_at_tolerance.as_secs_f64(),
        "request_limit": rules.request_limit,
        "rate_limit": vault.rate_limit().map(|limit| limit.to_string()),
        "oauth_provider": vault.oauth_provider().to_string(),
        "oauth_confirmation": rules.oauth_confirmation,
    });
    api::json(StatusCode::OK, &settings)
}

/// `PATCH /settings` with those that change: a merge patch (RFC 7396), in which `null` lifts a limit.
pub(super) fn change(call: &Call<'_>) -> Result<Response<Bytes>, Problem> {
    let mut input = Input::read(call)?;
    let patch = Patch::read(&mut input);
    input.finish(Some(patch))?.apply(call.vault);
    Ok(read(call))
}

/// The settings that change.
pub(super) struct Patch {
    validation: Option<Validation>,
    session_length_dialect: Option<SessionLengthDialect>,
    schema_fault: Option<SchemaFault>,
    action_enforcement: Option<ActionEnforcement>,
    expiry_rule: Option<ExpiryRule>,
    issued_at_tolerance: Option<Duration>,
    request_limit: Patched<u64>,
    rate_limit: Patched<RateLimit>,
    oauth_provider: Option<Provider>,
    oauth_confirmation: Option<bool>,
}

impl Patch {
    pub(super) fn read(input: &mut Input) -> Self {
        Self {
            validation: input.optional("validation", text),
            session_length_dialect: input.optional("session_length_dialect", text),
            schema_fault: input.optional("schema_fault", schema_fault),
            action_enforcement: input.optional("enforce_actions", enforcement),
            expiry_rule: input.optional("expiry_rule", text),
            issued_at_tolerance: input.optional("issued_at_tolerance", seconds),
            request_limit: input.patched("request_limit", request_limit),
            rate_limit: input.patched("rate_limit", text),
            oauth_provider: input.optional("oauth_provider", text),
            oauth_confirmation: input.optional("oauth_confirmation", flag),
        }
    }

    pub(super) fn apply(self, vault: &Vault) {
        vault.change_rules(|rules| {
            replace(&mut rules.validation, self.validation);
            replace(
                &mut rules.session_length_dialect,
                self.session_length_dialect,
            );
            replace(&mut rules.schema_fault, self.schema_fault);
            replace(&mut rules.action_enforcement, self.action_enforcement);
            replace(&mut rules.expiry_rule, self.expiry_rule);
            replace(&mut rules.issued_at_tolerance, self.issued_at_tolerance);
            rules.request_limit = self.request_limit.of(rules.request_limit);
            replace(&mut rules.oauth_confirmation, self.oauth_confirmation);
        });
        let limit = vault.rate_limit();
        let new = self.rate_limit.of(limit);
        if new != limit {
            vault.set_rate_limit(new);
        }
        if let Some(provider) = self.oauth_provider {
            vault.set_oauth_provider(provider);
        }
    }
}

fn replace<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

fn schema_fault(value: &Value) -> Result<SchemaFault, String> {
    match integer(value) {
        Some(400) => Ok(SchemaFault::BadRequest),
        Some(422) => Ok(SchemaFault::UnprocessableContent),
        _ => Err("it must be 400 or 422".to_owned()),
    }
}

fn enforcement(value: &Value) -> Result<ActionEnforcement, String> {
    Ok(if flag(value)? {
        ActionEnforcement::Enforced
    } else {
        ActionEnforcement::Shown
    })
}

fn flag(value: &Value) -> Result<bool, String> {
    let flag = value.as_bool();
    flag.ok_or_else(|| "it must be true or false".to_owned())
}

fn request_limit(value: &Value) -> Result<u64, String> {
    let limit = integer(value);
    limit.ok_or_else(|| format!("it must be an integer from 0 to {LARGEST}, or null"))
}
