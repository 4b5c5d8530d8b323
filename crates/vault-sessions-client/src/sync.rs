use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, whether or not somebody panicked meanwhile: nothing here is left half changed by a panic.
///
/// (`parking_lot` would save this function and cost four crates.)
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
