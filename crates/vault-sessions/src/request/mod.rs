//! The request of `POST /vault/sessions`, and the builder that asks the compiler for both IDs.

mod argument;
mod create_session;
mod object;
mod session;
mod settings;
mod state;
pub(crate) mod strict;
mod theme;
mod writer;

pub use self::{
    argument::{
        ActionSetArgument, ApiKeyArgument, AppIdArgument, BoolArgument, ColorArgument,
        ConsumerIdArgument, ConsumerMetadataArgument, SessionArgument, SessionLengthArgument,
        SettingsArgument, TextArgument, ThemeArgument, UrlArgument,
    },
    create_session::{CreateSession, CreateSessionBuilder},
    session::{ConsumerMetadata, ConsumerMetadataBuilder, Session, SessionBuilder},
    settings::{Settings, SettingsBuilder},
    state::{Given, HasAppId, HasConsumerId, LacksAppId, LacksConsumerId, Missing},
    strict::InvalidSession,
    theme::{Theme, ThemeBuilder},
};
