//! An error and what caused it, one after another.

use std::{error::Error, iter};

pub(crate) type Cause = dyn Error + 'static;

pub(crate) fn chain(cause: &Cause) -> impl Iterator<Item = &Cause> {
    iter::successors(Some(cause), |&cause| cause.source())
}

/// What `Debug` shows of the causes of an error: the last one usually says why.
pub(crate) fn causes(error: &Cause) -> Option<String> {
    let causes = chain(error).skip(1).map(ToString::to_string);
    let causes: Vec<_> = causes.collect();
    (!causes.is_empty()).then(|| causes.join(": "))
}
