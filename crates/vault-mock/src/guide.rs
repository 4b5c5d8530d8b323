#![doc = include_str!("../docs/guide.md")]

#[doc = include_str!("../docs/actions.md")]
pub mod actions {}
#[doc = include_str!("../docs/broken_connections.md")]
pub mod broken_connections {}
#[doc = include_str!("../docs/expiry.md")]
pub mod expiry {}
#[doc = include_str!("../docs/other_languages.md")]
pub mod other_languages {}
#[doc = include_str!("../docs/rate_limit.md")]
pub mod rate_limit {}
#[doc = include_str!("../docs/replicas.md")]
pub mod replicas {}
#[doc = include_str!("../docs/retry.md")]
pub mod retry {}
#[doc = include_str!("../docs/tenants.md")]
pub mod tenants {}
