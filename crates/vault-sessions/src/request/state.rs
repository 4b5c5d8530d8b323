//! What a builder knows about its IDs, and the words the compiler uses when one is missing or repeated.

use crate::values::{AppId, ConsumerId};

/// The state of an ID that is not set yet (feature `builder`).
#[derive(Clone, Copy, Debug)]
pub struct Missing(());

impl Missing {
    pub(super) fn new() -> Self {
        Self(())
    }
}

/// The state of an ID that is set: `Given<AppId>`, `Given<ConsumerId>` (feature `builder`).
#[derive(Clone, Copy, Debug)]
pub struct Given<T>(T);

impl<T> Given<T> {
    pub(super) fn new(id: T) -> Self {
        Self(id)
    }
}

/// A builder state in which the app ID is set: [`Given<AppId>`](Given) and nothing else (feature
/// `builder`).
///
/// It is a bound for functions that take any builder with an app ID:
///
/// ```
/// use vault_sessions::{CreateSession, CreateSessionBuilder, HasAppId, HasConsumerId};
///
/// fn finish<A: HasAppId, C: HasConsumerId>(builder: CreateSessionBuilder<A, C>) -> CreateSession {
///     builder.build()
/// }
/// ```
///
/// Other crates cannot implement it.
#[diagnostic::on_unimplemented(
    message = "a session needs an app ID (`x-apideck-app-id`)",
    label = "no `.app_id(..)` before this `.build()`",
    note = "add `.app_id(AppId::new(..)?)`, or for a literal `.app_id(const {{ AppId::from_static(\"..\") }})`"
)]
pub trait HasAppId: sealed::State<AppId> {}

impl HasAppId for Given<AppId> {}

/// A builder state in which the consumer ID is set: [`Given<ConsumerId>`](Given) and nothing else
/// (feature `builder`).
///
/// It is a bound for functions, as [`HasAppId`] is. Other crates cannot implement it.
#[diagnostic::on_unimplemented(
    message = "a session needs a consumer ID (`x-apideck-consumer-id`)",
    label = "no `.consumer_id(..)` before this `.build()`",
    note = "add `.consumer_id(ConsumerId::new(..)?)`, or for a literal `.consumer_id(const {{ ConsumerId::from_static(\"..\") }})`"
)]
pub trait HasConsumerId: sealed::State<ConsumerId> {}

impl HasConsumerId for Given<ConsumerId> {}

/// A builder state in which the app ID is still to be set: [`Missing`] and nothing else (feature
/// `builder`).
///
/// It is a bound for functions that set the app ID of any builder:
///
/// ```
/// use vault_sessions::{AppId, CreateSessionBuilder, Given, LacksAppId};
///
/// const APP: AppId = AppId::from_static("my-app");
///
/// fn with_app<A: LacksAppId, C>(
///     builder: CreateSessionBuilder<A, C>,
/// ) -> CreateSessionBuilder<Given<AppId>, C> {
///     builder.app_id(APP)
/// }
/// ```
///
/// Other crates cannot implement it.
#[diagnostic::on_unimplemented(
    message = "this request already has an app ID",
    label = "a second `.app_id(..)`",
    note = "leave out one of the two; to use the same builder for several apps, clone it before `.app_id(..)`"
)]
pub trait LacksAppId: sealed::Unset {}

impl LacksAppId for Missing {}

/// A builder state in which the consumer ID is still to be set: [`Missing`] and nothing else (feature
/// `builder`).
///
/// It is a bound for functions, as [`LacksAppId`] is. Other crates cannot implement it.
#[diagnostic::on_unimplemented(
    message = "this request already has a consumer ID",
    label = "a second `.consumer_id(..)`",
    note = "leave out one of the two; to use the same builder for several consumers, clone it before `.consumer_id(..)`"
)]
pub trait LacksConsumerId: sealed::Unset {}

impl LacksConsumerId for Missing {}

pub(super) mod sealed {
    use super::{Given, Missing};

    /// Keeps other crates from calling a state unset.
    pub trait Unset {}

    impl Unset for Missing {}

    /// Hands out the ID that is set.
    pub trait State<T> {
        fn into_inner(self) -> T;
    }

    impl<T> State<T> for Given<T> {
        fn into_inner(self) -> T {
            self.0
        }
    }
}
