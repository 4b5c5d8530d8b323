//! One request and its answer, and what can become of them.

mod causes;
mod connect_failure;
mod exchange;

pub(crate) use self::{
    causes::{is_head_too_large, is_unreadable_frame},
    connect_failure::{ConnectFailure, is_local},
    exchange::{PartialResponse, Received, exchange},
};
