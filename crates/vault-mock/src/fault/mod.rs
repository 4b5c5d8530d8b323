//! Faults: what can go wrong between the service and its callers, on demand and repeatable.
//!
//! A [`Fault`] is one thing that goes wrong with one answer. A [`Script`] says which attempt meets
//! which fault, in order; a [`Plan`] throws dice for it, always the same ones for the same seed. All
//! of them are data: they print to one line and are read back from it.
//!
//! ```
//! use vault_mock::{Vault, fault::{Fault, Scope, fail, ok}};
//! use vault_sessions::ConsumerId;
//!
//! let vault = Vault::builder().build();
//! vault.faults().inject(fail(503).times(2).then(ok()));
//!
//! // The narrowest scope that fits a request counts.
//! let unlucky = Scope::consumer(ConsumerId::from_static("account:666"));
//! vault.faults().inject_for(unlucky, "reset=in-body; delay=2s".parse::<Fault>()?);
//! # Ok::<(), vault_mock::fault::InvalidFault>(())
//! ```
//!
//! Recipes: [a retry](crate::guide::retry), [a rate limit](crate::guide::rate_limit),
//! [timeouts and broken connections](crate::guide::broken_connections).
//!
//! # How do I slow down an answer that is good?
//!
//! A delay by itself changes nothing but when the answer comes. It passes in real time: tokio's, at
//! once where a test has paused it. Whether the mock's clock stands still makes no difference.
//!
//! ```
//! use std::time::Duration;
//! use vault_mock::{Vault, fault::{Fault, ok}};
//!
//! let vault = Vault::builder().build();
//! // As text: `delay=250ms; times=2, ok`.
//! vault.faults().inject(Fault::delay(Duration::from_millis(250)).times(2).then(ok()));
//! ```
//!
//! [`Fault::by_clock`], in text `delay=1m; by=clock`, lets the delay wait for the mock's clock
//! instead: on one that stands still the answer comes when the test advances it, and not before.
//!
//! # How do I test that any weather is survived?
//!
//! A plan is a pure function of its seed, the app, the consumer and the attempt: threads and timing
//! change nothing. When the test fails, it prints the line that replays it:
//!
//! ```
//! use vault_mock::{Vault, fault::{Fault, Plan}};
//!
//! let plan = Plan::seeded(42)
//!     .choice(6, "ok".parse::<Fault>()?)
//!     .choice(3, Fault::status(503).retry_after(1))
//!     .choice(1, Fault::reset())
//!     .only_attempts(5)
//!     .replayable();
//! let vault = Vault::builder().build();
//! vault.faults().inject(plan.plan());
//! assert_eq!(
//!     plan.plan().to_string(),
//!     "seed=42; attempts=5, ok; weight=6, status=503; retry-after=1; weight=3, reset",
//! );
//! # Ok::<(), vault_mock::fault::InvalidFault>(())
//! ```
//!
//! # When is the work done?
//!
//! A fault that is a whole answer, such as `status` or `html`, comes instead of the service: nothing
//! is issued or changed. A fault on the wire loses or spoils the true answer after the work is done,
//! as in life: a session was created, and nobody heard of it.
//!
//! # Limits
//!
//! `GET /health` and the admin API never fail, and CORS preflights only where a [`Scope`] names the
//! method OPTIONS. A plan looks at nothing of a request but its app, its consumer and its method; for anything else there are [hooks](crate::VaultBuilder::hook).

mod attempts;
mod behaviour;
mod delay;
mod directive;
mod draw;
mod effect;
mod fault;
mod faults;
mod injected;
mod invalid;
mod plan;
mod replay;
mod reply;
mod scope;
mod script;
#[cfg(feature = "proptest")]
pub mod strategies;
mod terms;
mod text;
mod wire;

pub use self::{
    behaviour::Behaviour,
    delay::Delay,
    effect::{Effect, FinalStatus, RetryAfter, Status},
    fault::{Fault, fail, ok},
    faults::Faults,
    invalid::InvalidFault,
    plan::Plan,
    replay::Replayable,
    scope::Scope,
    script::Script,
};
pub(crate) use self::{
    draw::Drawn,
    effect::TokenAge,
    faults::{is_for_operator, is_spared},
    injected::{hook_panicked, only_on_a_connection, too_many_requests},
    reply::{Reply, spoil, substitute},
    wire::{Broken, play},
};
