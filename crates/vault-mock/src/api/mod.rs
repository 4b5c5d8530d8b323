//! The endpoints: from a request to the service's answer, without any I/O.

mod answer;
mod call;
mod caller;
mod confirmation;
mod connections;
mod consent;
mod cors;
mod error;
mod headers;
mod logs;
mod mappings;
mod resources;
mod route;
mod sessions;
mod table;
mod token;

#[cfg(feature = "page")]
pub(crate) use self::caller::check_ids;
#[cfg(test)]
pub(crate) use self::table::TABLE;
pub(crate) use self::{
    answer::{complete, date, json, no_content},
    caller::Caller,
    cors::{is_preflight, share},
    error::ServiceError,
    headers::{PATCHES, essence, is_encoded, is_json},
    route::{Unread, refuse_unread, respond},
};
