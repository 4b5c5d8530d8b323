use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether a server still answers: once it is closed, nothing that is sent is read or recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<AtomicBool>);

impl Gate {
    pub(super) fn close(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
