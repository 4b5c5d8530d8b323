use bytes::Bytes;
use http::{Response, StatusCode};

use super::route::{self, Call};

/// `POST /reset`: forgets what earlier tests left behind. The clock stays where it is, because
/// tokens that are out live by it.
pub(super) fn reset(call: &Call<'_>) -> Response<Bytes> {
    call.vault.faults().clear();
    call.vault.journal().clear();
    call.vault.journal().forget_expected();
    call.vault.reset_connections();
    call.vault.reset_request_count();
    route::empty(StatusCode::NO_CONTENT)
}
