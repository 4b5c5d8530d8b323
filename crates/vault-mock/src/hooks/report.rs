use std::{collections::VecDeque, sync::Mutex, time::SystemTime};

use crate::sync;
use http::Method;

/// Reports that are kept; beyond it the oldest is forgotten.
const REPORTS: usize = 100;

/// A panic in a hook, which its request was answered with 500 for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookPanic {
    /// When it happened, on the mock's clock.
    pub at: SystemTime,
    /// The method of the request.
    pub method: Method,
    /// The message of the panic.
    pub message: String,
}

/// The latest panics, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Reports(Mutex<VecDeque<HookPanic>>);

impl Reports {
    pub(super) fn add(&self, report: HookPanic) {
        let mut reports = sync::lock(&self.0);
        if reports.len() == REPORTS {
            reports.pop_front();
        }
        reports.push_back(report);
    }

    pub(super) fn all(&self) -> Vec<HookPanic> {
        let reports = sync::lock(&self.0);
        reports.iter().cloned().collect()
    }
}
