//! Settings whose feature is not enabled: the compiler names the feature instead of saying that there is no
//! such method.

use crate::builder::VaultBuilder;

/// Stands for the feature `tls`, which is not enabled.
#[cfg(not(feature = "tls"))]
#[diagnostic::on_unimplemented(
    message = "`tls` needs the feature `tls` of `vault-mock`",
    label = "the feature is not enabled",
    note = "in Cargo.toml: `vault-mock = {{ version = \"0.1\", features = [\"tls\"] }}`"
)]
pub trait FeatureTls<'feature> {}

/// Stands for the feature `page`, which is not enabled.
#[cfg(not(feature = "page"))]
#[diagnostic::on_unimplemented(
    message = "settings of the Hosted Vault page need the feature `page` of `vault-mock`",
    label = "the feature is not enabled",
    note = "in Cargo.toml: `vault-mock = {{ version = \"0.1\", features = [\"page\"] }}`"
)]
pub trait FeaturePage<'feature> {}

/// Not available: each needs a feature, and does not compile without it.
impl VaultBuilder {
    /// Needs the feature `tls`, which is not enabled.
    #[cfg(not(feature = "tls"))]
    pub fn tls<T>(self, _: T) -> Self
    where
        for<'feature> Self: FeatureTls<'feature>,
    {
        self
    }

    /// Needs the feature `page`, which is not enabled.
    #[cfg(not(feature = "page"))]
    pub fn developer_corner(self, _: bool) -> Self
    where
        for<'feature> Self: FeaturePage<'feature>,
    {
        self
    }

    /// Needs the feature `page`, which is not enabled.
    #[cfg(not(feature = "page"))]
    pub fn external_images(self, _: bool) -> Self
    where
        for<'feature> Self: FeaturePage<'feature>,
    {
        self
    }
}
