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
//! - Every call is awaited, and can fail with a [`RemoteError`]. If the call in process returns a result,
//!   that is the inner one: `authorize(..).await?.is_ok()`. Assertions stay assertions: they also panic
//!   if the mock cannot be reached.
//! - Each call opens a connection of its own, so a handle is not tied to a runtime and can be in a
//!   `static`. A call without an answer fails after 30 seconds of tokio's time.
//! - [`Recorded`] has what the admin API shows: no headers, no raw bodies, no credentials.
//! - Code and secrets stay in the process of the mock: hooks, a shared [`Clock`](crate::Clock), and the
//!   secrets that tokens are signed with. Set them where the mock is started.

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
mod replicas;
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
