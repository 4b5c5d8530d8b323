//! Asks a service how it behaves, and finds the settings with which a mock behaves alike (feature
//! `calibrate`).
//!
//! Where the service's documentation is silent, a mock guesses. A [`Question`] settles one guess: a
//! request, and how its answer is read into a short text such as `200`, `3600 s` or `400
//! RequestValidationError`. [`calibrate`] asks a service, asks a mock the same, and looks for the
//! settings with which the mock answers like the service. The [`Report`] has a row for each question;
//! [`Report::to_toml`] is a configuration for the program `vault-mock`, which also does all of this as
//! `vault-mock calibrate`.
//!
//! A [`Calibration`] opens sessions for the consumer that it is given, and reads. It changes nothing
//! unless [`allow_changes`](Calibration::allow_changes) names a connection. Neither a report nor an error
//! holds a key, a token, the consumer's ID or anything that an answer says about a consumer.
//!
//! # How do I notice that the service has changed?
//!
//! Keep a report as JSON, ask again every night, and compare. Here a mock stands for the sandbox; with
//! TLS, the client's connector is one of `hyper-rustls`.
//!
//! ```
//! use bytes::Bytes;
//! use http_body_util::Full;
//! use hyper_util::{client::legacy::Client, rt::TokioExecutor};
//! use vault_mock::{Validation, VaultServer, calibrate::{Calibration, Report, calibrate}};
//! use vault_sessions::{AppId, ConsumerId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = VaultServer::builder().validation(Validation::Lenient).start().await?;
//! let calibration = || {
//!     let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
//!     let base = sandbox.uri().parse().unwrap();
//!     let (app, consumer) = (AppId::from_static("my-app"), ConsumerId::from_static("nightly"));
//!     Calibration::new(client, base, sandbox.api_key().clone(), app, consumer)
//!         .quick()
//!         .requests_per_second(f64::INFINITY)
//! };
//! let report = calibrate(calibration()).await?;
//! assert!(report.is_agreement());
//! assert_eq!(report.settings()[0].name, "validation");
//! let kept = serde_json::to_string(&report)?;
//!
//! sandbox.change_rules(|rules| rules.validation = Validation::Strict);
//! let kept: Report = serde_json::from_str(&kept)?;
//! let report = calibrate(calibration()).await?;
//! let changes = report.changes_since(&kept);
//! assert_eq!(
//!     changes[0].to_string(),
//!     "the service changed: unknown-member: it was `kept`, and is `400 RequestValidationError`",
//! );
//! # Ok(())
//! # }
//! ```
//!
//! To compare how a service behaves over many calls, rather than which rules it has, use `conformance`
//! (feature `proptest`).

mod answer;
mod asker;
mod calibration;
mod caller;
mod config_file;
mod decided;
mod deduce;
mod error;
mod exam;
mod expiry;
mod mask;
mod question;
mod questions;
mod read;
mod report;
mod steps;
mod table;

pub use self::{
    calibration::{Calibration, Progress, calibrate},
    decided::{Decided, decided},
    error::CalibrationError,
    question::Question,
    report::{Change, FoundSetting, Report, Row},
};
