//! What the compiler says of a setter's argument that is of another type: how to write the value.

use std::net::SocketAddr;

use crate::{fault::Behaviour, token::Secret};

/// What [`VaultBuilder::address`](crate::VaultBuilder::address) takes: a [`SocketAddr`], or an IP address and a
/// port.
///
/// The trait is there for its words in a compile error: implement `Into<SocketAddr>` instead.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an address",
    label = "expected a `SocketAddr`, or an IP address and a port",
    note = "for a literal write `([127, 0, 0, 1], 8080)`, for a text from elsewhere `text.parse::<SocketAddr>()?`"
)]
pub trait AddressArgument: Into<SocketAddr> {}

#[diagnostic::do_not_recommend]
impl<T: Into<SocketAddr>> AddressArgument for T {}

/// What sets a secret: a [`Secret`] and nothing else.
///
/// The trait is there for its words in a compile error. Other crates cannot implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a secret",
    label = "expected `Secret`",
    note = "for a text, literal or not, write `Secret::new(text)?`, for one that every run has `Secret::from_seed(7)`"
)]
pub trait SecretArgument: Into<Secret> + sealed::Sealed {}

#[diagnostic::do_not_recommend]
impl SecretArgument for Secret {}

/// What injects faults: a [`Fault`](crate::fault::Fault), a [`Script`](crate::fault::Script), a
/// [`Plan`](crate::fault::Plan) or a [`Behaviour`].
///
/// The trait is there for its words in a compile error: implement `Into<Behaviour>` instead.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a fault",
    label = "expected a `Fault`, a `Script`, a `Plan` or a `Behaviour`",
    note = "for a literal write `fail(503).times(2)`, for a text `text.parse::<Behaviour>()?`"
)]
pub trait BehaviourArgument: Into<Behaviour> {}

#[diagnostic::do_not_recommend]
impl<T: Into<Behaviour>> BehaviourArgument for T {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::token::Secret {}
}
