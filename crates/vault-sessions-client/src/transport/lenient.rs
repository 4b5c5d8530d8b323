//! What is forgiven in the head of an answer over HTTP/1.1, whether it comes from the service or from a proxy
//! that is asked for a tunnel.
//!
//! A session is not lost for a line beside it. Where a body ends is not blurred by this: a length or a
//! coding with a space or a fold counts, and lengths that differ are refused as ever.

#[cfg(all(feature = "proxy", feature = "tls"))]
use hyper::client::conn::http1;
use hyper_util::client::legacy;

/// Headers of an answer: proxies add some, and no session is to be lost over them. hyper's own limit is
/// 100; with a higher one it takes memory for all of them at each answer, so this is not much higher.
const MOST_HEADERS: usize = 128;

pub(super) fn pool(builder: &mut legacy::Builder) {
    builder
        .http1_max_headers(MOST_HEADERS)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true);
}

/// The same, as another crate has it.
#[cfg(all(feature = "proxy", feature = "tls"))]
pub(super) fn tunnel(builder: &mut http1::Builder) {
    builder
        .max_headers(MOST_HEADERS)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
}
