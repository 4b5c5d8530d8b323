//! One span per call and one per attempt, or nothing at all without the feature `tracing`.

#[cfg(not(feature = "tracing"))]
mod off;
#[cfg(feature = "tracing")]
mod on;

#[cfg(not(feature = "tracing"))]
pub(crate) use self::off::{Spans, in_callers_span, tell_retry};
#[cfg(feature = "tracing")]
pub(crate) use self::on::{Spans, in_callers_span, tell_retry};
