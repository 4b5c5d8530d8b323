//! Custom mappings: which field of a service feeds a field of the app's own. The mock keeps what it
//! is told; a target field is whatever the path names.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::{answer, caller::Caller, connections, error::ServiceError};
use crate::{connections::Record, router::Call, validate};

/// `GET /vault/custom-mappings/{unified_api}/{service_id}`.
pub(super) fn list(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    listed(call, |_| true)
}

/// `GET /vault/connections/…/{resource}/custom-mappings`: those with a target field such as
/// `hris+employees+first_aid_training`.
pub(super) fn of_resource(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let resource = call.segment(2);
    listed(call, |id| id.split('+').nth(1) == Some(resource))
}

/// `GET /vault/custom-mappings/{unified_api}/{service_id}/{target_field_id}`.
pub(super) fn one(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let connection = connections::find(call, &caller)?;
    let target = call.segment(2);
    let mapping = connection
        .record()
        .and_then(|record| record.custom_mappings.get(target));
    let mapping = mapping.ok_or_else(|| ServiceError::mapping_not_found(target))?;
    Ok(answer::data(mapping.clone()))
}

/// `POST` of the same `{"value"}`.
pub(super) fn create(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    store(call, |_, _| Ok(()))
}

/// `PATCH` of the same `{"value"}`.
pub(super) fn update(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    store(call, known)
}

/// `DELETE` of the same.
pub(super) fn delete(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    change(call, |record, target| {
        known(record, target)?;
        record.custom_mappings.remove(target);
        Ok(())
    })?;
    Ok(answer::no_content())
}

fn listed(
    call: &Call<'_>,
    is_listed: impl Fn(&str) -> bool,
) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let connection = connections::find(call, &caller)?;
    let mappings = connection.record().into_iter();
    let mappings = mappings.flat_map(|record| &record.custom_mappings);
    let mappings = mappings.filter(|(id, _)| is_listed(id));
    Ok(answer::data(
        mappings.map(|(_, mapping)| mapping.clone()).collect(),
    ))
}

fn store(
    call: &Call<'_>,
    check: impl FnOnce(&mut Record, &str) -> Result<(), ServiceError>,
) -> Result<Response<Bytes>, ServiceError> {
    let mut mapping = Value::Null;
    change(call, |record, target| {
        check(record, target)?;
        let value = call.read(|body| validate::required_text(body, "value"))?;
        let key = target.rsplit('+').next().unwrap_or(target);
        mapping = json!({
            "id": target,
            "label": key,
            "key": key,
            "value": value,
            "required": false,
            "custom_field": false,
        });
        let mappings = &mut record.custom_mappings;
        mappings.insert(target.to_owned(), mapping.clone());
        Ok(())
    })?;
    Ok(answer::data(mapping))
}

fn change(
    call: &Call<'_>,
    change: impl FnOnce(&mut Record, &str) -> Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    let caller = Caller::of(call)?;
    let id = call.connection_id()?;
    caller.update(call.vault, &id, |connection| {
        let mut record = connection.added()?;
        change(&mut record, call.segment(2))?;
        Ok(connection.keep(record)?)
    })?;
    Ok(())
}

fn known(record: &mut Record, target: &str) -> Result<(), ServiceError> {
    if record.custom_mappings.contains_key(target) {
        Ok(())
    } else {
        Err(ServiceError::mapping_not_found(target))
    }
}
