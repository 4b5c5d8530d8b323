//! Settings whose feature is not enabled: the compiler names the feature instead of saying that there is
//! no such method.

use crate::builder::ClientBuilder;

/// Stands for the feature `blocking`, which is not enabled.
#[cfg(not(feature = "blocking"))]
#[diagnostic::on_unimplemented(
    message = "`build_blocking` needs the feature `blocking` of `vault-sessions-client`",
    label = "the feature is not enabled",
    note = "in Cargo.toml: `vault-sessions-client = {{ version = \"0.1\", features = [\"blocking\"] }}`"
)]
pub trait FeatureBlocking<'feature> {}

/// Stands for the feature `proxy`, which is not enabled.
#[cfg(not(feature = "proxy"))]
#[diagnostic::on_unimplemented(
    message = "`proxy` needs the feature `proxy` of `vault-sessions-client`",
    label = "the feature is not enabled",
    note = "in Cargo.toml: `vault-sessions-client = {{ version = \"0.1\", features = [\"proxy\"] }}`"
)]
pub trait FeatureProxy<'feature> {}

/// Stands for the feature `http2`, which is not enabled.
#[cfg(not(feature = "http2"))]
#[diagnostic::on_unimplemented(
    message = "`http2` needs the feature `http2` of `vault-sessions-client`",
    label = "the feature is not enabled",
    note = "in Cargo.toml: `vault-sessions-client = {{ version = \"0.1\", features = [\"http2\"] }}`"
)]
pub trait FeatureHttp2<'feature> {}

/// Stands for TLS, for which no feature is enabled.
#[cfg(not(feature = "tls"))]
#[diagnostic::on_unimplemented(
    message = "certificates need the feature `ring` or `aws-lc-rs` of `vault-sessions-client`",
    label = "neither feature is enabled",
    note = "in Cargo.toml: `vault-sessions-client = {{ version = \"0.1\", default-features = false, features = [\"ring\"] }}`"
)]
pub trait FeatureTls<'feature> {}

/// Not available: each needs a feature, and does not compile without it.
impl ClientBuilder {
    /// Needs the feature `blocking`, which is not enabled.
    #[cfg(not(feature = "blocking"))]
    pub fn build_blocking(self) -> Self
    where
        for<'feature> Self: FeatureBlocking<'feature>,
    {
        self
    }

    /// Needs the feature `proxy`, which is not enabled.
    #[cfg(not(feature = "proxy"))]
    pub fn proxy<P>(self, _: P) -> Self
    where
        for<'feature> Self: FeatureProxy<'feature>,
    {
        self
    }

    /// Needs the feature `http2`, which is not enabled.
    #[cfg(not(feature = "http2"))]
    pub fn http2(self, _: bool) -> Self
    where
        for<'feature> Self: FeatureHttp2<'feature>,
    {
        self
    }

    /// Needs the feature `ring` or `aws-lc-rs`; neither is enabled.
    #[cfg(not(feature = "tls"))]
    pub fn root_certificates<P>(self, _: P) -> Self
    where
        for<'feature> Self: FeatureTls<'feature>,
    {
        self
    }

    /// Needs the feature `ring` or `aws-lc-rs`; neither is enabled.
    #[cfg(not(feature = "tls"))]
    pub fn only_added_roots(self) -> Self
    where
        for<'feature> Self: FeatureTls<'feature>,
    {
        self
    }
}
