use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::{answer, error::ServiceError};
use crate::router::Call;

/// `GET /health`: the mock is up.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every endpoint of the table has this signature"
)]
pub(super) fn health(_: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    Ok(answer::json(StatusCode::OK, &json!({ "status": "ok" })))
}
