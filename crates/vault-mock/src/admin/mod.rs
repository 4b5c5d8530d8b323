//! The admin API under `/__vault_mock/`: steers and observes a mock from outside of its process.
//!
//! | file | holds |
//! |---|---|
//! | `access` | who may call: loopback, token, `Host`, `Origin` |
//! | `client` | what a client is given, whether a token opens a door, and the tenant that a call insists on |
//! | `route` | the table of endpoints, and the way from a request to one of them |
//! | `input`, `query` | reading bodies and queries, with a pointer to whatever is wrong |
//! | `problem` | refusals as problem details (RFC 9457) |
//! | the others | one group of endpoints each |

mod access;
mod client;
mod clock;
mod connections;
mod expectations;
mod faults;
mod host;
mod input;
mod journal;
mod keys;
mod metrics;
mod problem;
mod query;
mod route;
mod settings;
mod tenants;

#[cfg(test)]
pub(crate) use self::route::routes;
pub use self::{
    access::{AdminAccess, Peer},
    host::HostName,
};
pub(crate) use self::{
    input::{LARGEST, integer, seconds},
    metrics::Metrics,
    route::{BODY_LIMIT, has_path, is_admin, respond, settle},
    tenants::are_asked_for as tenants_are_asked_for,
};
