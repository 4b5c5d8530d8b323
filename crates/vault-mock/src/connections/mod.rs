//! Connections: what each consumer has connected, and how that changes.
//!
//! Every consumer of an app starts with the same [`Connection`]s, the seed. What a session, the
//! OAuth round trip or a test does to one consumer's connections stays with that consumer.
//!
//! | file | holds |
//! |---|---|
//! | `service_id`, `id` | the two halves of `crm+salesforce` |
//! | `connector`, `form_field`, `auth` | what is the same for every consumer |
//! | `connection`, `record`, `state` | what one consumer has, and the state computed from it |
//! | `change` | the state machine: which changes there are and where they lead |
//! | `store`, `consumer` | all consumers, within a bound; one consumer, as a handle |
//! | `body` | a connection as the API writes it |

mod auth;
mod body;
mod change;
mod connection;
mod connector;
mod consumer;
mod form_field;
mod id;
mod record;
mod refused;
mod seed;
mod service_id;
mod state;
mod store;

pub use self::{
    auth::{Auth, GrantType},
    change::Change,
    connection::Connection,
    connector::{Availability, Connector},
    consumer::Connections,
    form_field::{FieldKind, FormField},
    id::{ConnectionId, InvalidConnectionId},
    refused::{ChangeRefused, UnreachableState},
    service_id::{InvalidServiceId, ServiceId},
    state::{ConnectionState, Health, IntegrationState},
};
pub(crate) use self::{
    body::{ConnectionBody, Links},
    record::Record,
    store::{Seeding, Store},
};
