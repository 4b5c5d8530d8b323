use askama::Template;
use bytes::Bytes;
use http::{Response, StatusCode, request::Parts};

use super::answer::{self, Policy};

/// Where the Vault widget returns to, unless the session says otherwise.
pub(super) const PATH: &str = "/oauth/callback";

/// The page in the window that the widget has opened for an OAuth round trip. Its script tells the
/// widget how that ended, and closes the window.
#[derive(Template)]
#[template(path = "callback.html", whitespace = "minimize")]
struct Page {
    heading: &'static str,
    text: String,
}

pub(super) fn respond(parts: &Parts) -> Response<Bytes> {
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let failure = pairs.find(|(name, _)| name == "error_message");
    let page = match failure {
        Some((_, message)) => Page {
            heading: "The authorization has failed",
            text: message.into_owned(),
        },
        None => Page {
            heading: "The authorization is done",
            text: "You can close this window.".to_owned(),
        },
    };
    answer::page(StatusCode::OK, &page, &Policy::default())
}
