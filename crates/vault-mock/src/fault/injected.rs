use bytes::Bytes;
use http::{Response, StatusCode};

use crate::{api::ServiceError, fault::Fault, rules::RateLimit};

/// A header of a request that cannot be read.
pub(crate) fn invalid_header(name: &str, why: &str) -> Response<Bytes> {
    ServiceError::headers(format!("Invalid Header: {name}: {why}")).into_response()
}

/// An error of an injected status, in the service's shape.
///
/// Type names are those that the service publishes for the status, if it does.
pub(crate) fn injected(status: StatusCode) -> Response<Bytes> {
    let (type_name, message) = match status {
        StatusCode::BAD_REQUEST => ("RequestValidationError", "Invalid Params"),
        StatusCode::UNAUTHORIZED => ("UnauthorizedError", "Unauthorized Request"),
        StatusCode::PAYMENT_REQUIRED => ("RequestLimitError", "Request Limit Reached"),
        StatusCode::NOT_FOUND => ("EntityNotFoundError", "Unknown Path"),
        StatusCode::UNPROCESSABLE_ENTITY => ("InvalidStateError", "Invalid State"),
        StatusCode::TOO_MANY_REQUESTS => ("TooManyRequestsError", "Too Many Requests"),
        status if status.is_server_error() => ("InternalServerError", "Internal Server Error"),
        _ => ("InjectedFault", "Injected Fault"),
    };
    let detail = format!("Injected by the mock: status={}", status.as_u16());
    ServiceError::new(status, type_name, message, detail).into_response()
}

/// Says that a fault cannot be shown without a connection.
pub(crate) fn only_on_a_connection(fault: &Fault) -> Response<Bytes> {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let detail = format!(
        "The mock injected the fault `{fault}`, which only a connection can show: use a server or \
         Vault::connector"
    );
    ServiceError::new(status, "InjectedFault", "Injected Fault", detail).into_response()
}

/// The answer to an app that has asked more than its rate limit allows; the mock's own invention.
pub(crate) fn too_many_requests(limit: RateLimit) -> Response<Bytes> {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let detail = format!("The rate limit of the mock, {limit}, is exceeded");
    ServiceError::new(status, "TooManyRequestsError", "Too Many Requests", detail).into_response()
}

/// The answer to a request whose hook panicked.
pub(crate) fn hook_panicked(message: &str) -> Response<Bytes> {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let detail = format!("A hook of the mock panicked: {message}");
    ServiceError::new(status, "HookPanic", "Hook Panicked", detail).into_response()
}
