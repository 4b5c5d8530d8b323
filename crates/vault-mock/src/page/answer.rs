use std::fmt::Write;

use askama::Template;
use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS,
    },
};

pub(super) const HTML: &str = "text/html; charset=utf-8";
pub(super) const CSS: &str = "text/css; charset=utf-8";
pub(super) const SVG: &str = "image/svg+xml";
pub(super) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
pub(super) const JSON: &str = "application/json";

/// An answer that no cache keeps, because the URL holds a credential.
pub(super) fn answer(
    status: StatusCode,
    media_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The URL stays within the mock; with `no-referrer` a form would have no `Origin`.
        (REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in headers {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

/// A whole page, with the policy that keeps it to itself.
pub(super) fn page(
    status: StatusCode,
    template: &impl Template,
    policy: &Policy,
) -> Response<Bytes> {
    let mut response = answer(status, HTML, render(template));
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy.header());
    response
}

pub(super) fn render(template: &impl Template) -> String {
    template
        .render()
        .expect("the templates contain nothing that can fail")
}

/// Sends the browser on with `GET` (RFC 9110 §15.4.4).
pub(super) fn see_other(location: &str) -> Response<Bytes> {
    let mut response = answer(StatusCode::SEE_OTHER, HTML, Bytes::new());
    let location =
        HeaderValue::try_from(location).expect("a URL consists of visible ASCII characters");
    response.headers_mut().insert(LOCATION, location);
    response
}

/// What the browser may load, and where it may send forms: from and to the mock, and what is named.
#[derive(Debug, Default)]
pub(super) struct Policy {
    /// Sources of images.
    pub(super) images: Vec<String>,
    /// Where a form may lead by way of the mock: browsers check every redirect.
    pub(super) forms: Vec<String>,
}

impl Policy {
    fn header(&self) -> HeaderValue {
        let mut policy = String::from(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
             base-uri 'none'; frame-ancestors 'none'; img-src 'self' data:",
        );
        for source in &self.images {
            write!(policy, " {source}").expect("a string takes every text");
        }
        policy.push_str("; form-action 'self'");
        for source in &self.forms {
            write!(policy, " {source}").expect("a string takes every text");
        }
        HeaderValue::try_from(policy).expect("sources consist of visible ASCII characters")
    }
}
