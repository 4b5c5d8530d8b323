//! Methods whose feature is not enabled: the compiler names the feature instead of saying that there is no
//! such method.

use crate::CreateSession;
#[cfg(not(feature = "http"))]
use crate::SessionCreated;

/// Stands for the feature `builder`, which is not enabled.
#[cfg(not(feature = "builder"))]
#[diagnostic::on_unimplemented(
    message = "`CreateSession::builder` needs the feature `builder` of `vault-sessions`",
    label = "the feature is not enabled",
    note = "in Cargo.toml leave out `default-features = false`, or write `features = [\"builder\"]`"
)]
pub trait FeatureBuilder<'feature> {}

/// Not available: it needs the feature `builder`, and does not compile without it.
#[cfg(not(feature = "builder"))]
impl CreateSession {
    /// Needs the feature `builder`, which is not enabled.
    #[must_use]
    pub fn builder() -> MissingBuilder
    where
        for<'feature> Self: FeatureBuilder<'feature>,
    {
        unreachable!("it does not compile")
    }
}

/// Stands for the builder, so that the missing feature is the only error: its methods take anything.
#[cfg(not(feature = "builder"))]
#[derive(Clone, Copy, Debug)]
pub enum MissingBuilder {}

/// Not available: it needs the feature `builder`, and does not compile without it.
#[cfg(not(feature = "builder"))]
impl MissingBuilder {
    /// Needs the feature `builder`, which is not enabled.
    #[must_use]
    pub fn app_id<T>(self, _: T) -> Self {
        self
    }

    /// Needs the feature `builder`, which is not enabled.
    #[must_use]
    pub fn consumer_id<T>(self, _: T) -> Self {
        self
    }

    /// Needs the feature `builder`, which is not enabled.
    #[must_use]
    pub fn session<T>(self, _: T) -> Self {
        self
    }

    /// Needs the feature `builder`, which is not enabled.
    #[must_use]
    pub fn build(self) -> CreateSession {
        match self {}
    }
}

/// Stands for the feature `http`, which is not enabled.
#[cfg(not(feature = "http"))]
#[diagnostic::on_unimplemented(
    message = "`to_http` and `from_http` need the feature `http` of `vault-sessions`",
    label = "the feature is not enabled",
    note = "in Cargo.toml: `vault-sessions = {{ version = \"0.1\", features = [\"http\"] }}`"
)]
pub trait FeatureHttp<'feature> {}

/// Not available: it needs the feature `http`, and does not compile without it.
#[cfg(not(feature = "http"))]
impl CreateSession {
    /// Needs the feature `http`, which is not enabled.
    #[must_use]
    pub fn to_http<B, K>(&self, _: B, _: K) -> &Self
    where
        for<'feature> Self: FeatureHttp<'feature>,
    {
        self
    }
}

/// Not available: it needs the feature `http`, and does not compile without it.
#[cfg(not(feature = "http"))]
impl SessionCreated {
    /// Needs the feature `http`, which is not enabled.
    ///
    /// # Errors
    ///
    /// Does not compile.
    pub fn from_http<S, H, B>(_: S, _: H, body: B) -> Result<Self, B>
    where
        for<'feature> Self: FeatureHttp<'feature>,
    {
        Err(body)
    }
}
