//! `…/consent`: what a consumer agreed to share.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::{answer, asked::Asked, caller::Caller, connections, error::ServiceError};
use crate::validate;

/// `GET …/consent`: every record, the oldest first.
pub(super) fn list(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let connection = connections::find(asked, &caller)?;
    let consents = connection.record().map(|record| record.consents.clone());
    Ok(answer::data(consents.unwrap_or_default().into()))
}

/// `PATCH …/consent {"granted","resources"}`: adds a record.
pub(super) fn update(asked: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    let caller = Caller::of(asked.vault, &asked.parts.headers)?;
    let id = asked.connection_id()?;
    let (granted, resources) = validate::consent(&asked.object()?)
        .map_err(|refused| ServiceError::schema(asked.vault, &refused))?;
    let created_at = answer::timestamp(asked.vault.clock().now());
    let mut consent = Value::Null;
    let connections = caller.connections(asked.vault);
    connections.update(&id, |connection| -> Result<(), ServiceError> {
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
