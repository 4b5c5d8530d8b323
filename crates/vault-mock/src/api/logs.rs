use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use super::{answer, caller::Caller, error::ServiceError};
use crate::router::Call;

/// `GET /vault/logs`: calls of the consumer to services. The mock makes none.
pub(super) fn list(call: &Call<'_>) -> Result<Response<Bytes>, ServiceError> {
    Caller::of(call)?;
    let is_limit = |text: &str| {
        text.parse()
            .is_ok_and(|limit: u8| (1..=200).contains(&limit))
    };
    call.checked_query("limit", "a number from 1 to 200", is_limit)?;
    let body = json!({
        "status_code": 200,
        "status": "OK",
        "data": [],
        "meta": {
            "items_on_page": 0,
            "cursors": { "previous": null, "current": null, "next": null },
        },
        "links": { "previous": null, "current": null, "next": null },
    });
    Ok(answer::json(StatusCode::OK, &body))
}
