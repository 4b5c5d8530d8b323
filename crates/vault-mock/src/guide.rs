#![doc = include_str!("../docs/guide.md")]

#[doc = include_str!("../docs/actions.md")]
pub mod actions {}
#[doc = include_str!("../docs/broken_connections.md")]
pub mod broken_connections {}
#[cfg(feature = "calibrate")]
#[doc = include_str!("../docs/calibrate.md")]
pub mod calibrate {}
#[doc = include_str!("../docs/expiry.md")]
pub mod expiry {}
#[doc = include_str!("../docs/hooks.md")]
pub mod hooks {}
#[doc = include_str!("../docs/in_process.md")]
pub mod in_process {}
#[doc = include_str!("../docs/other_languages.md")]
pub mod other_languages {}
#[cfg(feature = "page")]
#[doc = include_str!("../docs/page.md")]
pub mod page {}
#[doc = include_str!("../docs/python.md")]
pub mod python {}
#[doc = include_str!("../docs/rate_limit.md")]
pub mod rate_limit {}
#[doc = include_str!("../docs/replicas.md")]
pub mod replicas {}
#[doc = include_str!("../docs/retry.md")]
pub mod retry {}
#[cfg(feature = "remote")]
#[doc = include_str!("../docs/shared_server.md")]
pub mod shared_server {}
#[doc = include_str!("../docs/tenants.md")]
pub mod tenants {}
#[cfg(feature = "tls")]
#[doc = include_str!("../docs/tls.md")]
pub mod tls {}
#[doc = include_str!("../docs/typescript.md")]
pub mod typescript {}
#[doc = include_str!("../docs/validation.md")]
pub mod validation {}
