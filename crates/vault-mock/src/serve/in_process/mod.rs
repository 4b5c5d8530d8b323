//! The mock without a port: as a service, and as what a client connects to.

mod connector;
mod service;
mod stream;

pub use self::{
    connector::InProcessConnector,
    service::{InProcess, NoAnswerError},
    stream::InProcessStream,
};
