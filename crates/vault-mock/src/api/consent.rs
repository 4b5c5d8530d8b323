//! `…/consent`: what a consumer agreed to share.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::{answer, caller::Caller, connections, error::ServiceError};
use crate::{router::Call, validate};

/// `GET …/consent`: every record, the oldest first.
pub(super) fn list(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let connection = connections::find(call, &caller)?;
    let consents = connection.record().map(|record| record.consents.clone());
    Ok(answer::data(consents.unwrap_or_default().into()))
}

/// `PATCH …/consent {"granted","resources"}`: adds a record.
pub(super) fn update(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(call)?;
    let id = call.connection_id()?;
    let (granted, resources) = call.read(validate::consent)?;
    let created_at = answer::timestamp(call.vault.clock().now());
    let mut consent = Value::Null;
    caller.update(call.vault, &id, |connection| {
        let mut record = connection.added()?;
        consent = json!({
            "id": format!("con_{}", record.consents.len() + 1),
            "created_at": created_at,
            "granted": granted,
            "resources": resources,
        });
        record.consents.push(consent.clone());
        Ok(connection.keep(record)?)
    })?;
    Ok(answer::data(consent))
}
