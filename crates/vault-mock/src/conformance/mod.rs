//! A model-based test of any service that behaves like Apideck Vault (feature `proptest`).
//!
//! A [`Step`] is something that happens to a service: a session is opened, a connection is changed,
//! time passes, a key is rotated. A model knows, in a few simple rules, what each step must return.
//! [`run`] applies a sequence of steps to a [`Subject`] and compares every answer with the model. A
//! difference is a [`DivergenceError`], which prints the whole sequence, without keys or tokens. [`steps`]
//! generates sequences for proptest, which shrinks a failing one to the few steps that matter.
//!
//! [`Mock`] is this crate's emulator as a subject, in process or on a socket. [`OverHttp`] is any
//! service behind a `tower` service: another emulator, or a sandbox. [`Capabilities`] say what a subject
//! can do; steps that it cannot, such as moving the clock of a real service, are not generated.
//!
//! # How do I check a service that I have?
//!
//! Give [`OverHttp`] a client, the base URI, an API key and an app ID. Here a mock stands for the
//! sandbox; with TLS, the client's connector is one of `hyper-rustls`.
//!
//! ```
//! use bytes::Bytes;
//! use http_body_util::Full;
//! use hyper_util::{client::legacy::Client, rt::TokioExecutor};
//! use proptest::{prelude::*, test_runner::{Config, TestRunner}};
//! use vault_mock::{VaultServer, conformance::{OverHttp, Subject, run, steps}};
//! use vault_sessions::{AppId, ConsumerId};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = tokio::runtime::Runtime::new()?;
//! let sandbox = runtime.block_on(VaultServer::start());
//! let base = sandbox.uri().parse()?;
//! let subject = || {
//!     let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
//!     OverHttp::new(client, &base, sandbox.api_key().clone(), AppId::from_static("my-app"))
//!         .consumer(ConsumerId::from_static("conformance-1"))
//!         .consumer(ConsumerId::from_static("conformance-2"))
//!         .connection("crm+salesforce".parse().unwrap())
//! };
//! let config = Config { cases: 8, failure_persistence: None, ..Config::default() };
//! TestRunner::new(config).run(&steps(&subject().capabilities()), |steps| {
//!     let agreement = runtime.block_on(run(&mut subject(), &steps));
//!     agreement.map_err(|divergence| TestCaseError::fail(divergence.to_string()))
//! })?;
//! # Ok(())
//! # }
//! ```
//!
//! The test changes every consumer and connection that it is given: use some that exist only for it.
//!
//! # What the model says
//!
//! - A token has the claims of its session, lives as long as requested, and expires at `exp`.
//! - A token is valid while its key is: the current key, or a former one until its overlap is over.
//! - An absent `allow_actions` allows everything, an empty one nothing, any other what it lists.
//! - Enabling an `available` connection adds it; deleting it makes it `available` again. Otherwise,
//!   enabling and disabling do not change the state. Consumers do not affect each other.
//! - After a restart the newest key and the clock are as before; connections start over.
//!
//! `authorize_url` and `revoke_url` are not followed: at a real service a person has to agree there.

mod capabilities;
mod divergence;
mod known;
mod mock;
mod model;
mod over_http;
mod run;
mod step;
mod strategy;
mod subject;

pub use self::{
    capabilities::Capabilities,
    divergence::DivergenceError,
    mock::Mock,
    model::Verdict,
    over_http::OverHttp,
    run::run,
    step::{NewSession, Step, Switch},
    strategy::steps,
    subject::{Listed, Refused, Subject},
};
