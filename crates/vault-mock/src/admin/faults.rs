use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::json;
use vault_sessions::{AppId, ConsumerId};

use super::{
    input::{self, text},
    problem::{self, AdminProblem, Wrong},
    query::Query,
};
use crate::{
    api,
    fault::{Behaviour, Scope},
    router::Call,
    validate::Checker,
};

/// For how many scopes there may be faults: each request is compared with all of them.
const LIMIT: usize = 1_000;

/// `GET /faults`: what goes wrong at present, in the notation that `PUT /faults` takes.
pub(super) fn list(call: &Call<'_>) -> Response<Bytes> {
    let injected = call.vault.faults().injected();
    let injected = injected.iter().map(|(scope, behaviour)| {
        json!({
            "app_id": scope.app_id().map(AppId::as_str),
            "consumer_id": scope.consumer_id().map(ConsumerId::as_str),
            "method": scope.method().map(Method::as_str),
            "behaviour": behaviour.to_string(),
        })
    });
    let faults: Vec<_> = injected.collect();
    api::json(StatusCode::OK, &json!({ "faults": faults }))
}

/// `PUT /faults` with a `behaviour`, for everybody, or for an `app_id`, a `consumer_id` and a `method`.
pub(super) fn set(call: &Call<'_>) -> Result<Response<Bytes>, AdminProblem> {
    let members = input::read(call)?;
    let mut checker = Checker::new(&members);
    let behaviour = checker.take("behaviour", text::<Behaviour>);
    let app = checker.take_if_there("app_id", text::<AppId>);
    let consumer = checker.take_if_there("consumer_id", text::<ConsumerId>);
    let method = checker.take_if_there("method", input::method);
    let behaviour = checker.finish_closed(behaviour)?;
    problem::arrives_here(call, app.as_ref().map(AppId::as_str))?;
    let scope = scope(app, consumer, method);
    let faults = call.vault.faults();
    let injected = faults.injected();
    if injected.len() >= LIMIT && !injected.iter().any(|(known, _)| *known == scope) {
        return Err(AdminProblem::new(
            StatusCode::CONFLICT,
            format!("there are faults for {LIMIT} scopes already; DELETE ends them"),
        ));
    }
    faults.set(scope, behaviour);
    Ok(list(call))
}

/// `DELETE /faults`: all of them, those of an `app_id`, a `consumer_id` and a `method`, or with
/// `scope=everybody` those of no one in particular.
pub(super) fn clear(call: &Call<'_>) -> Result<Response<Bytes>, AdminProblem> {
    let mut query = Query::of(call.head.parts.uri.query());
    let app = query.parsed("app_id", "an app ID", |id| id.parse().ok());
    let consumer = query.parsed("consumer_id", "a consumer ID", |id| id.parse().ok());
    let method = query.parsed("method", "a method, which is case-sensitive", |method| {
        method
            .parse()
            .ok()
            .and_then(|method| input::spelled(method).ok())
    });
    let everybody = query.parsed("scope", "`everybody`", |scope| {
        (scope == "everybody").then_some(())
    });
    query.finish()?;
    problem::arrives_here(call, app.as_ref().map(AppId::as_str))?;
    let faults = call.vault.faults();
    match (app, consumer, method) {
        (None, None, None) if everybody.is_none() => faults.clear(),
        (None, None, None) => faults.unset(&Scope::everybody()),
        _ if everybody.is_some() => {
            let wrong = Wrong::parameter("scope", "beside it there can be no other parameter");
            return Err(AdminProblem::invalid(vec![wrong]));
        }
        (app, consumer, method) => faults.unset(&scope(app, consumer, method)),
    }
    Ok(api::no_content())
}

fn scope(app: Option<AppId>, consumer: Option<ConsumerId>, method: Option<Method>) -> Scope {
    let mut scope = app.map_or_else(Scope::everybody, Scope::app);
    if let Some(consumer) = consumer {
        scope = scope.and_consumer(consumer);
    }
    if let Some(method) = method {
        scope = scope.and_method(method);
    }
    scope
}
