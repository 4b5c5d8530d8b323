use bytes::Bytes;
use http::Response;

use crate::{api, router::Call};

/// `POST /reset`: forgets what earlier tests left behind, and goes back to the settings that the mock
/// was started with. The clock and the key stay, because tokens that are out live by them; tenants
/// are reset by themselves.
pub(super) fn reset(call: &Call<'_>) -> Response<Bytes> {
    call.vault.reset();
    api::no_content()
}
