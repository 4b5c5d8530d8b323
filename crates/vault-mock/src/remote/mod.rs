//! A mock that runs elsewhere, such as in a container that several tests share, with the names and
//! types of one in the test's process (feature `remote`).
//!
//! ```
//! use std::time::Duration;
//!
//! use vault_mock::{Matching, RemoteVault, VaultServer, fault::fail};
//! use vault_sessions::{Action, AppId, ConsumerId, CreateSession};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = VaultServer::start().await;
//! # let uri = server.uri();
//! let vault = RemoteVault::connect(uri).await?;
//!
//! // An app ID of the test's own, so that it meets nobody else's clock, faults and requests.
//! let app = AppId::from_static("my-test");
//! let vault = vault.add_tenant(app.clone()).await?;
//! vault.faults().inject(fail(503).times(1)).await?;
//!
//! // … the code under test calls `vault.uri()` with `vault.api_key()` …
//! let request = CreateSession::builder()
//!     .app_id(app)
//!     .consumer_id(ConsumerId::from_static("account:12345"))
//!     .build();
//! assert_eq!(vault.create_session(&request).await?.unwrap_err().status(), 503);
//! let created = vault.create_session(&request).await??;
//!
//! vault.clock().advance(Duration::from_secs(60 * 60)).await?;
//! let refused = vault.authorize(created.token(), Action::Disable).await?.unwrap_err();
//! assert!(refused.is_expired());
//! vault.expect(Matching::sessions()).times(1).verify().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What differs from a mock in process
//!
//! - Every call is awaited, and may fail with a [`RemoteError`]. Where the call in process has a result
//!   of its own, it is inside: `authorize(..).await?.is_ok()`. Assertions stay assertions: they panic
//!   when the mock cannot be asked, too.
//! - Each call has a connection of its own, so that a handle belongs to no runtime: a `static` may
//!   hold it. A call that has no answer after 30 seconds of tokio's time fails.
//! - [`Recorded`] has what the admin API shows: no headers, no raw bodies, no credentials.
//! - What is code or a secret cannot cross: hooks, a [`Clock`](crate::Clock) that is shared, and the
//!   secrets that tokens are signed with. The mock is given those where it is started.

mod add_tenant;
mod caller;
mod checked;
mod clock;
mod connect;
mod error;
mod expectation;
mod faults;
mod journal;
mod recorded;
mod rules;
mod session;
mod tenants;
#[cfg(feature = "tls")]
mod tls;
mod transport;
mod vault;
mod version;
mod wait_for;

pub use self::{
    add_tenant::AddTenant, clock::Clock, connect::Connect, error::RemoteError,
    expectation::Expectation, faults::Faults, journal::Journal, recorded::Recorded,
    vault::RemoteVault, wait_for::WaitFor,
};
