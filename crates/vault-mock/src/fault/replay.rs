use std::{env, thread};

use super::plan::Plan;

/// The environment variable that a failed plan is replayed by.
const VARIABLE: &str = "VAULT_MOCK_PLAN";

/// A plan that prints how to replay it when the test that holds it panics.
///
/// Made by [`Plan::replayable`].
#[derive(Debug)]
#[must_use = "the line is printed when this is dropped by a panic"]
pub struct Replayable(Plan);

impl Plan {
    /// Prepares a plan for replay: if a test fails while it holds what this returns, it prints the
    /// plan's line. With that line in `VAULT_MOCK_PLAN` the next run takes it instead of this plan.
    ///
    /// # Panics
    ///
    /// `VAULT_MOCK_PLAN` is set, and no plan.
    pub fn replayable(self) -> Replayable {
        Replayable(match env::var(VARIABLE) {
            Err(_) => self,
            Ok(line) => match line.parse() {
                Ok(plan) => plan,
                Err(error) => panic!("{VARIABLE}: {error}"),
            },
        })
    }
}

impl Replayable {
    /// The plan to inject.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.0
    }
}

impl Drop for Replayable {
    fn drop(&mut self) {
        if thread::panicking() {
            // A body in the plan may hold quotes, which a shell reads as its own.
            let line = self.0.to_string().replace('\'', r"'\''");
            eprintln!("to replay, run this test with {VARIABLE}='{line}'");
        }
    }
}
