use http::{
    Method,
    header::{ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_EXPOSE_HEADERS},
};

use crate::calibrate::{
    caller::{with, without},
    question::{Ask, Question, table},
    read::{created, listed, outcome},
};

const TYPE: &str = "content-type";

/// What is HTTP rather than the API.
pub(super) const HTTP: &[Question] = table! {
    /// A body without a content type
    "no-content-type" => Ask::Request(|caller| without(caller.create("{}"), TYPE), created);
    /// A body that is said to be a form
    "other-content-type" => Ask::Request(
        |caller| with(caller.create("{}"), TYPE, "application/x-www-form-urlencoded"),
        created
    );
    /// A content type with a charset
    "content-type-charset" => Ask::Request(
        |caller| with(caller.create("{}"), TYPE, "application/json; charset=utf-8"),
        created
    );
    /// A method that sessions do not have
    "other-method" => Ask::Request(
        |caller| caller.with_key(Method::GET, "/vault/sessions"),
        outcome
    );
    /// A path that does not exist
    "other-path" => Ask::Request(
        |caller| caller.with_key(Method::GET, "/vault/calibration"),
        outcome
    );
    /// Whether answers have a `Date`, by which clients can correct their clocks
    "date" => Ask::Request(
        |caller| caller.with_key(Method::GET, "/vault/calibration"),
        |answer| if answer.date().is_some() { "present" } else { "absent" }.to_owned()
    );
    /// Which headers a page of another origin may send
    "cors-allowed-headers" => Ask::Request(
        |caller| {
            let request = caller.anonymous(Method::OPTIONS, "/vault/connections");
            let request = with(request, "origin", "https://example.com");
            let request = with(request, "access-control-request-method", "GET");
            let asked = "authorization,x-apideck-app-id,x-apideck-auth-type,x-apideck-consumer-id";
            with(request, "access-control-request-headers", asked)
        },
        |answer| listed(answer, &ACCESS_CONTROL_ALLOW_HEADERS)
    );
    /// Which headers of an answer a page of another origin can read
    "cors-exposed-headers" => Ask::Request(
        |caller| {
            let request = caller.with_key(Method::GET, "/vault/calibration");
            with(request, "origin", "https://example.com")
        },
        |answer| listed(answer, &ACCESS_CONTROL_EXPOSE_HEADERS)
    );
};

/// What all answers together say.
pub(super) const LIMITS: &[Question] = table! {
    /// Whether requests are limited, and which headers say so
    "rate-limit" => Ask::RateLimit;
};
