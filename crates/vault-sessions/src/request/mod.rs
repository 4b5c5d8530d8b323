//! The request of `POST /vault/sessions`, and the builder that makes the compiler ask for both IDs.

mod argument;
mod create_session;
#[cfg(feature = "builder")]
mod create_session_builder;
mod object;
mod session;
mod settings;
#[cfg(feature = "builder")]
mod state;
pub(crate) mod strict;
mod theme;
mod writer;

pub use self::{
    argument::{
        ActionSetArgument, ApiKeyArgument, AppIdArgument, BoolArgument, ColorArgument,
        ConsumerIdArgument, ConsumerMetadataArgument, MembersArgument, SessionArgument,
        SessionLengthArgument, SettingsArgument, TextArgument, ThemeArgument, UnifiedApiArgument,
        UnifiedApisArgument, UrlArgument,
    },
    create_session::CreateSession,
    session::{ConsumerMetadata, ConsumerMetadataBuilder, Session, SessionBuilder},
    settings::{Settings, SettingsBuilder},
    strict::InvalidSession,
    theme::{Theme, ThemeBuilder},
};
#[cfg(feature = "builder")]
pub use self::{
    create_session_builder::CreateSessionBuilder,
    state::{Given, HasAppId, HasConsumerId, LacksAppId, LacksConsumerId, Missing},
};
