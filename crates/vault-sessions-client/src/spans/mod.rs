//! One span per call and one per attempt, or nothing at all without the feature `tracing`.

#[cfg(not(feature = "tracing"))]
mod off;
#[cfg(feature = "tracing")]
mod on;

#[cfg(all(feature = "blocking", not(feature = "tracing")))]
pub(crate) use self::off::in_callers_span;
#[cfg(not(feature = "tracing"))]
pub(crate) use self::off::{Spans, tell_retry};
#[cfg(all(feature = "blocking", feature = "tracing"))]
pub(crate) use self::on::in_callers_span;
#[cfg(feature = "tracing")]
pub(crate) use self::on::{Spans, tell_retry};
