use bytes::Bytes;
use http::{Response, StatusCode};

use super::route::{self, Call};

/// `POST /reset`: forgets what earlier tests left behind, and goes back to the settings that the mock
/// was started with. The clock and the key stay, because tokens that are out live by them; tenants
/// are reset by themselves.
pub(super) fn reset(call: &Call<'_>) -> Response<Bytes> {
    call.vault.reset();
    route::empty(StatusCode::NO_CONTENT)
}
