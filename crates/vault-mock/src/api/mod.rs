//! The endpoints: from a request to the service's answer, without any I/O.

mod answer;
mod error;
mod headers;
mod health;
mod route;
mod sessions;

pub(crate) use self::{
    answer::{date, json},
    route::{Unread, refuse_unread, respond},
};
