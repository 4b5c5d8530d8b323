//! What the compiler says of a setter's argument that is of another type: how to write the value.

use std::net::SocketAddr;

use crate::{clock::Clock, expect::Times, fault::Behaviour, token::Secret};

/// What [`VaultBuilder::address`](crate::VaultBuilder::address) takes: a [`SocketAddr`], or an IP address and a
/// port.
///
/// The trait is there for its words in a compile error: implement `Into<SocketAddr>` instead.
#[diagnostic::on_unimplemented(
    message = "expected an address, found `{Self}`",
    label = "expected a `SocketAddr`, or an IP address and a port",
    note = "for a literal write `([127, 0, 0, 1], 8080)`, for a text from elsewhere `text.parse::<SocketAddr>()?`",
    note = "after `parse()` or `try_into()` name the type: `text.parse::<SocketAddr>()?`"
)]
pub trait AddressArgument: Into<SocketAddr> {}

#[diagnostic::do_not_recommend]
impl<T: Into<SocketAddr>> AddressArgument for T {}

/// What sets a secret: a [`Secret`] and nothing else.
///
/// The trait is there for its words in a compile error. Other crates cannot implement it.
#[diagnostic::on_unimplemented(
    message = "expected a secret, found `{Self}`",
    label = "expected `Secret`",
    note = "for a text, literal or not, write `Secret::new(text)?`, for one that every run has `Secret::from_seed(7)`",
    note = "after `parse()`, `try_into()` or `into()` name the type: `text.parse::<Secret>()?`"
)]
pub trait SecretArgument: Into<Secret> + sealed::Sealed {}

#[diagnostic::do_not_recommend]
impl SecretArgument for Secret {}

/// What injects faults: a [`Fault`](crate::fault::Fault), a [`Script`](crate::fault::Script), a
/// [`Plan`](crate::fault::Plan) or a [`Behaviour`].
///
/// The trait is there for its words in a compile error: implement `Into<Behaviour>` instead.
#[diagnostic::on_unimplemented(
    message = "expected a fault, found `{Self}`",
    label = "expected a `Fault`, a `Script`, a `Plan` or a `Behaviour`",
    note = "for a literal write `fail(503).times(2)`, for a text `text.parse::<Behaviour>()?`",
    note = "after `parse()` or `into()` name the type: `text.parse::<Behaviour>()?`"
)]
pub trait BehaviourArgument: Into<Behaviour> {}

#[diagnostic::do_not_recommend]
impl<T: Into<Behaviour>> BehaviourArgument for T {}

/// What sets a clock: a [`Clock`] and nothing else.
///
/// The trait is there for its words in a compile error. Other crates cannot implement it.
#[diagnostic::on_unimplemented(
    message = "expected a clock, found `{Self}`",
    label = "expected `Clock`",
    note = "for a clock that stands still at an instant write `Clock::frozen_at(time)`, for the time of the system `Clock::system()`"
)]
pub trait ClockArgument: Into<Clock> + sealed::Sealed {}

#[diagnostic::do_not_recommend]
impl ClockArgument for Clock {}

/// What sets one of the [`Rules`](crate::Rules): a value of the rule's type and nothing else.
///
/// The trait is there for its words in a compile error.
#[diagnostic::on_unimplemented(
    message = "expected `{T}`, found `{Self}`",
    label = "expected `{T}`",
    note = "for a text, literal or not, write `text.parse::<{T}>()?`, with the type named"
)]
pub trait RuleArgument<T>: Into<T> {}

#[diagnostic::do_not_recommend]
impl<T> RuleArgument<T> for T {}

/// What [`Expectation::times`](crate::Expectation::times) takes: a number of requests, or a range.
///
/// The trait is there for its words in a compile error: implement `Into<Times>` instead.
#[diagnostic::on_unimplemented(
    message = "expected a number of requests, found `{Self}`",
    label = "expected a number or a range",
    note = "write `2`, or a range: `1..`, `2..=3` or `..=5`"
)]
pub trait TimesArgument: Into<Times> {}

#[diagnostic::do_not_recommend]
impl<T: Into<Times>> TimesArgument for T {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::clock::Clock {}
    impl Sealed for crate::token::Secret {}
}
