use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use crate::api;

/// `GET /health` and `GET /ready`: the mock is up. It is ready as soon as it listens; there are two
/// because orchestrators ask for both.
pub(super) fn health() -> Response<Bytes> {
    let version = env!("CARGO_PKG_VERSION");
    api::json(
        StatusCode::OK,
        &json!({ "status": "ok", "version": version }),
    )
}
