use std::{borrow::Cow, sync::Arc};

use vault_sessions::ApiKey;

use crate::builder::ClientBuilder;

/// Where the API key comes from.
#[derive(Clone)]
pub(crate) enum KeySource {
    Fixed(ApiKey),
    Asked(Arc<dyn Fn() -> ApiKey + Send + Sync>),
}

impl KeySource {
    pub(crate) fn current(&self) -> Cow<'_, ApiKey> {
        match self {
            Self::Fixed(key) => Cow::Borrowed(key),
            Self::Asked(source) => Cow::Owned(source()),
        }
    }
}

impl ClientBuilder {
    /// A function that returns the API key, instead of a fixed [`api_key`](Self::api_key). Use it if the
    /// key is rotated while the program runs. Each attempt asks when it is sent, after the wait for its
    /// [turn](Self::concurrency_limit).
    ///
    /// The function must not block or panic: another task or thread should keep the key up to date. If the service
    /// answers 401 and the key has changed by then, the call is tried once more with the new key, whatever
    /// the [`RetryPolicy`](crate::RetryPolicy) says.
    ///
    /// ```
    /// use vault_sessions::ApiKey;
    /// use vault_sessions_client::Client;
    ///
    /// let (rotate, key) = tokio::sync::watch::channel(ApiKey::new("sk_today")?);
    /// # #[cfg(all(feature = "ring", feature = "webpki-roots"))]
    /// let client = Client::builder()
    ///     .api_key_source(move || key.borrow().clone())
    ///     .build()?;
    ///
    /// rotate.send_replace(ApiKey::new("sk_tomorrow")?); // calls that begin from now on use it
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn api_key_source(mut self, source: impl Fn() -> ApiKey + Send + Sync + 'static) -> Self {
        self.key = Some(KeySource::Asked(Arc::new(source)));
        self
    }
}
