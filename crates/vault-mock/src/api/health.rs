use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::answer;

/// `GET /health`: the mock is up.
pub(super) fn health() -> Response<Bytes> {
    answer::json(StatusCode::OK, &json!({ "status": "ok" }))
}
