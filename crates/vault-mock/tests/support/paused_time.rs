//! A mock that shows how much of tokio's time has passed, which the tests pause.

use std::time::{Duration, SystemTime};

use vault_mock::{Clock, Vault};
use vault_sessions::ApiKey;

/// A mock whose clock runs by that time, from 1970 on.
pub(crate) fn running() -> Vault {
    Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .clock(Clock::running_from(SystemTime::UNIX_EPOCH))
        .build()
}

pub(crate) fn passed(vault: &Vault) -> Duration {
    let passed = vault.clock().now().duration_since(SystemTime::UNIX_EPOCH);
    passed.unwrap()
}
