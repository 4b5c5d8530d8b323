use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::{answer, asked::Asked, error::ServiceError};

/// `GET /health`: the mock is up.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every endpoint of the table has this signature"
)]
pub(super) fn health(_: &Asked<'_>) -> Result<Response<Bytes>, ServiceError> {
    Ok(answer::json(StatusCode::OK, &json!({ "status": "ok" })))
}
