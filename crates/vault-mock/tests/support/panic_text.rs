//! What a panic says.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// What this panics with.
#[track_caller]
pub(crate) fn panic_text(act: impl FnOnce()) -> String {
    text_of(catch_unwind(AssertUnwindSafe(act)).unwrap_err())
}

#[track_caller]
pub(crate) fn text_of(panic: Box<dyn Any + Send>) -> String {
    let text = panic.downcast::<String>().map(|text| *text);
    text.unwrap_or_else(|panic| (*panic.downcast::<&str>().unwrap()).to_owned())
}
