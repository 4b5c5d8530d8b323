//! What a connection says about a resource, such as `leads`.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::{answer, caller::Caller, connections, error::ServiceError};
use crate::{connections::Connection, router::Call, validate};

/// `GET …/{resource}/config`: the connection, with the defaults of this resource in `configuration`.
pub(super) fn configuration(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let connection = connections::find(call, &caller)?;
    configured(call, &caller, &connection)
}

/// `PATCH …/{resource}/config {"configuration":[{"resource","defaults"}]}`: stores defaults.
pub(super) fn configure(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let id = call.connection_id()?;
    let resource = call.segment(2);
    let defaults = call.read(|body| validate::configuration(body, resource))?;
    let changed = caller.update(call.vault, &id, |connection| {
        check(connection, resource)?;
        let mut record = connection.added()?;
        if let Some(defaults) = defaults {
            record.configuration.insert(resource.to_owned(), defaults);
        }
        Ok(connection.keep(record)?)
    })?;
    configured(call, &caller, &changed)
}

/// `GET …/{resource}/schema`: the mock knows no fields of any service, and so describes any object.
pub(super) fn schema(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    of_resource(call, |_, _| json!({ "type": "object", "properties": {} }))
}

/// `GET …/{resource}/example`: an answer of the service without any fields.
pub(super) fn example(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    of_resource(call, |connection, resource| {
        json!({
            "unified_api": connection.id().unified_api(),
            "service_id": connection.id().service_id(),
            "resource": { "id": resource, "name": resource, "status": "live" },
            "example_response": {},
        })
    })
}

/// `GET …/{resource}/custom-fields`: none.
pub(super) fn custom_fields(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    of_resource(call, |_, _| json!([]))
}

fn of_resource(
    call: &Call<'_>,
    describe: impl FnOnce(&Connection, &str) -> Value,
) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let connection = connections::find(call, &caller)?;
    let resource = call.segment(2);
    check(&connection, resource)?;
    Ok(answer::data(describe(&connection, resource)))
}

fn configured(
    call: &Call<'_>,
    caller: &Caller<'_>,
    connection: &Connection,
) -> Result<Response<Bytes>, ServiceError> {
    let resource = call.segment(2);
    check(connection, resource)?;
    let record = connection.record();
    let defaults = record.and_then(|record| record.configuration.get(resource));
    let defaults = defaults.cloned().unwrap_or_else(|| json!([]));
    let mut body = connections::body(call, caller, connection);
    body["configuration"] = json!([{ "resource": resource, "defaults": defaults }]);
    Ok(answer::data(body))
}

fn check(connection: &Connection, resource: &str) -> Result<(), ServiceError> {
    let mut resources = connection.connector().configurable_resources().iter();
    if resources.any(|known| known == resource) {
        Ok(())
    } else {
        Err(ServiceError::resource_not_found(resource))
    }
}
