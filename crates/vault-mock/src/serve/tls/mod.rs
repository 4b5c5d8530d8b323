//! TLS for the server (feature `tls`), under an authority that is made for the test.

#[cfg(feature = "tls")]
mod http2;
#[cfg(feature = "tls")]
mod serve;
#[cfg(feature = "tls")]
mod tls;

#[cfg(feature = "tls")]
pub use self::tls::{InvalidTls, Tls};

/// Without the feature there is no TLS.
#[cfg(not(feature = "tls"))]
#[derive(Clone, Debug)]
pub(crate) enum Tls {}
