//! The endpoints: from a request to the service's answer, without any I/O.

mod answer;
mod error;
mod headers;
mod health;
mod injected;
mod route;
mod sessions;

pub(crate) use self::{
    answer::{date, json},
    injected::{injected, invalid_header, only_on_a_connection},
    route::{Unread, refuse_unread, respond},
};
