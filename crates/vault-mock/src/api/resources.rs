//! What a connection says about a resource, such as `leads`.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::{answer, asked::Asked, caller::Caller, connections, error::ServiceError};
use crate::{connections::Connection, validate};

/// `GET …/{resource}/config`: the connection, with the defaults of this resource in `configuration`.
pub(super) fn configuration(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let connection = connections::find(asked, &caller)?;
    configured(asked, &caller, &connection)
}

/// `PATCH …/{resource}/config {"configuration":[{"resource","defaults"}]}`: stores defaults.
pub(super) fn configure(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let id = asked.connection_id()?;
    let resource = asked.segment(2);
    let defaults = validate::configuration(&asked.object()?, resource)
        .map_err(|refused| ServiceError::schema(asked.vault, &refused))?;
    let connections = caller.connections(asked.vault);
    let changed = connections.update(&id, |connection| -> Result<(), ServiceError> {
        check(connection, resource)?;
        let mut record = connection.added()?;
        if let Some(defaults) = defaults {
            record.configuration.insert(resource.to_owned(), defaults);
        }
        Ok(connection.keep(record)?)
    })?;
    configured(asked, &caller, &changed)
}

/// `GET …/{resource}/schema`: the mock knows no fields of any service, and so describes any object.
pub(super) fn schema(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    of_resource(asked, |_, _| json!({ "type": "object", "properties": {} }))
}

/// `GET …/{resource}/example`: an answer of the service without any fields.
pub(super) fn example(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    of_resource(asked, |connection, resource| {
        json!({
            "unified_api": connection.id().unified_api(),
            "service_id": connection.id().service_id(),
            "resource": { "id": resource, "name": resource, "status": "live" },
            "example_response": {},
        })
    })
}

/// `GET …/{resource}/custom-fields`: none.
pub(super) fn custom_fields(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    of_resource(asked, |_, _| json!([]))
}

fn of_resource(
    asked: &Asked<'_>,
    describe: impl FnOnce(&Connection, &str) -> Value,
) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let connection = connections::find(asked, &caller)?;
    let resource = asked.segment(2);
    check(&connection, resource)?;
    Ok(answer::data(describe(&connection, resource)))
}

fn configured(
    asked: &Asked<'_>,
    caller: &Caller,
    connection: &Connection,
) -> Result<Response<Bytes>, ServiceError> {
    let resource = asked.segment(2);
    check(connection, resource)?;
    let record = connection.record();
    let defaults = record.and_then(|record| record.configuration.get(resource));
    let defaults = defaults.cloned().unwrap_or_else(|| json!([]));
    let mut body = connections::body(asked, caller, connection);
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
