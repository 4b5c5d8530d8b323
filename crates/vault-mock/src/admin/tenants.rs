use bytes::Bytes;
use http::{Response, StatusCode, Uri};
use serde_json::json;
use vault_sessions::{ApiKey, AppId};

use super::{
    input::{self, text},
    keys::secret,
    problem::AdminProblem,
    query::Query,
    route,
    settings::Patch,
};
use crate::{api, router::Call, sync, validate::Checker};

/// The path of these endpoints, after the prefix of the admin API.
pub(super) const PATH: &str = "/tenants";

/// How many tenants there may be, so that a server that runs for long does not grow.
const LIMIT: usize = 10_000;

type Answer = Result<Response<Bytes>, AdminProblem>;

/// Whether a request is about all tenants: no tenant answers it, whatever app it names.
pub(crate) fn are_asked_for(uri: &Uri) -> bool {
    route::path(uri).is_some_and(|path| path == PATH)
}

/// `GET /tenants`: the apps that have a mock of their own.
pub(super) fn list(call: &Call<'_>) -> Response<Bytes> {
    let apps = call.vault.tenant_apps();
    api::json(StatusCode::OK, &json!({ "tenants": apps }))
}

/// `PUT /tenants`: gives an `app_id` a mock of its own, in place of the one that it may have, with
/// settings as `PATCH /settings` takes them.
///
/// It begins as the mock is now, and goes its own way from there; its reset returns to this beginning.
pub(super) fn set(call: &Call<'_>) -> Answer {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let app = checker.take("app_id", text::<AppId>);
    let key = checker.take_if_there("api_key", text::<ApiKey>);
    let secret = checker.take_if_there("secret", secret);
    let patch = Patch::read(&mut checker);
    let app = checker.finish_closed(app)?;
    let is_full = {
        let others = sync::read(call.vault.tenants());
        others.len() >= LIMIT && !others.contains_key(&app)
    };
    if is_full {
        return Err(AdminProblem::new(
            StatusCode::CONFLICT,
            format!("there are {LIMIT} tenants already; DELETE removes one"),
        ));
    }
    let mut tenant = call.vault.to_builder();
    patch.apply(&mut tenant.settings.rules);
    if let Some(key) = key {
        tenant = tenant.api_key(key);
    }
    if let Some(secret) = secret {
        tenant = tenant.secret(secret);
    }
    call.vault.add_tenant(app, tenant);
    Ok(list(call))
}

/// `DELETE /tenants?app_id=`: lets an app share the mock with others again.
pub(super) fn remove(call: &Call<'_>) -> Answer {
    let mut query = Query::of(call.head.parts.uri.query());
    let app = query.required("app_id", "an app ID", |id| id.parse::<AppId>().ok());
    let app = query.finish_with(app)?;
    match call.vault.remove_tenant(&app) {
        Some(_) => Ok(api::no_content()),
        None => Err(AdminProblem::new(
            StatusCode::NOT_FOUND,
            format!("the app {app} has no mock of its own"),
        )),
    }
}
