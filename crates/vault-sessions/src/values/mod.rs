//! Values that are checked where they enter, so that an invalid one does not exist.

mod action;
mod action_set;
mod actions;
mod api_key;
mod authority;
mod color;
mod field_value;
mod id;
mod invalid;
mod message;
mod session_length;
mod text;
mod unified_api;
mod url;

#[cfg(feature = "http")]
pub(crate) use self::url::RULE as URL_RULE;
pub use self::{
    action::Action,
    action_set::ActionSet,
    actions::Actions,
    api_key::{ApiKey, ApiKeyFromEnvError},
    color::Color,
    id::{AppId, ConsumerId},
    invalid::InvalidValue,
    session_length::SessionLength,
    unified_api::{OtherApi, UnifiedApi},
    url::Url,
};
pub(crate) use self::{
    field_value::bearer_problem,
    invalid::ValueProblem,
    text::{read_from_text, try_from_str},
    url::url_problem,
};
