use std::sync::atomic::{AtomicU64, Ordering};

use crate::api::ServiceError;
use crate::{builder::VaultBuilder, vault::Vault};

/// Requests with good credentials, up to now.
#[derive(Debug, Default)]
pub(crate) struct RequestCount(AtomicU64);

impl VaultBuilder {
    /// How many requests the account may make. Default: no limit.
    ///
    /// Requests with valid credentials count, whatever their outcome. Those beyond the limit are
    /// answered with 402, `RequestLimitError`, until [`Vault::reset_request_count`].
    ///
    /// ```
    /// use vault_mock::Vault;
    /// # use vault_sessions::{AppId, ConsumerId, CreateSession};
    /// # let request = CreateSession::builder()
    /// #     .app_id(AppId::from_static("my-app"))
    /// #     .consumer_id(ConsumerId::from_static("account:12345"))
    /// #     .build();
    ///
    /// let vault = Vault::builder().request_limit(1).build();
    /// assert!(vault.create_session(&request).is_ok());
    /// assert_eq!(vault.create_session(&request).unwrap_err().status(), 402);
    /// vault.reset_request_count();
    /// assert!(vault.create_session(&request).is_ok());
    /// ```
    pub fn request_limit(mut self, requests: u64) -> Self {
        self.settings.rules.request_limit = Some(requests);
        self
    }
}

impl Vault {
    /// How many requests have counted towards the limit.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.requests_counted().0.load(Ordering::Relaxed)
    }

    /// Restarts the count towards the limit, as a new month does.
    pub fn reset_request_count(&self) {
        self.requests_counted().0.store(0, Ordering::Relaxed);
    }

    /// Counts a request with good credentials.
    pub(crate) fn count_request(&self) -> Result<(), ServiceError> {
        let earlier = self.requests_counted().0.fetch_add(1, Ordering::Relaxed);
        match self.look_at_rules(|rules| rules.request_limit) {
            Some(limit) if earlier >= limit => Err(ServiceError::payment_required(limit)),
            _ => Ok(()),
        }
    }
}
