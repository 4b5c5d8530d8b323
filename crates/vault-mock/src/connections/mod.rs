//! Connections: the services that each consumer has connected, and how that changes.
//!
//! Every consumer of an app starts with the same [`Connection`]s. Changes that a session, the OAuth
//! round trip or a test makes for one consumer affect no other.
//!
//! # Over HTTP
//!
//! Callers are the Vault widget and the Hosted Vault page with a session token
//! (`Authorization: Bearer <token>`, `X-APIDECK-AUTH-TYPE: JWT`), or the backend with the API key and
//! both ID headers, as the official SDKs call.
//!
//! | call | does |
//! |---|---|
//! | `GET /vault/connections[?api=]` | lists |
//! | `GET`, `PATCH`, `DELETE /vault/connections/{unified_api}/{service_id}` | shows, changes, forgets one |
//! | `POST …/token`, `…/import`, `…/validate`, `…/confirm`, `…/callback-state` | credentials, and the OAuth round trip |
//! | `GET …/{resource}/config`, `schema`, `example`, `custom-fields`, `custom-mappings` | what a resource has |
//! | `GET /vault/authorize/…`, `/vault/revoke/…`, `/vault/callback` | the browser's part of OAuth |
//!
//! `authorize_url` leads to a simulated provider and from there to the `redirect_uri`. The provider
//! agrees, unless [`set_oauth_provider`](crate::Vault::set_oauth_provider) changes that. With a `nonce`
//! the connection waits for `POST …/confirm` with the token in the redirect's fragment, for 30 minutes
//! of the mock's clock. A `redirect_uri` is accepted if it has the session's origin or the mock's, if it
//! is on this machine, or if it is the page that the widget returns to. Links made with the API key may
//! lead to any `http` or `https` URL.
//!
//! # How do I test a connection that stops working?
//!
//! Change it from the test; the page, the widget and the API show it at once.
//!
//! ```
//! use vault_mock::{Vault, connections::{Change, ConnectionState}};
//! use vault_sessions::{AppId, ConsumerId};
//!
//! let vault = Vault::builder().build();
//! let consumer = ConsumerId::from_static("account:12345");
//! let connections = vault.connections(&AppId::from_static("my-app"), &consumer);
//! let salesforce = connections.apply(&"crm+salesforce".parse()?, Change::Refuse)?;
//! assert_eq!(salesforce.state(), ConnectionState::Invalid);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How do I test the OAuth round trip?
//!
//! Follow `authorize_url` as a browser does, with the `redirect_uri` of the app. By default the provider
//! agrees:
//!
//! ```
//! use bytes::Bytes;
//! use http::Request;
//! use vault_mock::{Provider, Vault, connections::ConnectionState};
//! use vault_sessions::{AppId, ConsumerId, CreateSession};
//!
//! let (app, consumer) = (AppId::from_static("my-app"), ConsumerId::from_static("account:12345"));
//! let vault = Vault::builder().build();
//! let session = CreateSession::builder().app_id(app.clone()).consumer_id(consumer.clone()).build();
//! let created = vault.create_session(&session)?;
//!
//! let xero = Request::patch("/vault/connections/accounting/xero")
//!     .header("authorization", format!("Bearer {}", created.token().expose_secret()))
//!     .header("x-apideck-auth-type", "JWT")
//!     .header("content-type", "application/json")
//!     .body(Bytes::from_static(br#"{"enabled":true}"#))?;
//! let xero: serde_json::Value = serde_json::from_slice(vault.handle(xero).body())?;
//! let authorize_url = xero["data"]["authorize_url"].as_str().unwrap();
//!
//! // What a browser does: it goes where it is sent, until it is at the app again.
//! let visit = || -> Result<String, Box<dyn std::error::Error>> {
//!     let mut url = format!("{authorize_url}&redirect_uri=http://localhost:3000/done");
//!     while !url.starts_with("http://localhost:3000/") {
//!         let answer = vault.handle(Request::get(&url).body(Bytes::new())?);
//!         url = answer.headers()["location"].to_str()?.to_owned();
//!     }
//!     Ok(url)
//! };
//! let state = || {
//!     let connections = vault.connections(&app, &consumer);
//!     connections.find(&"accounting+xero".parse().unwrap()).unwrap().state()
//! };
//!
//! vault.set_oauth_provider(Provider::Refuses {
//!     error: "access_denied".to_owned(),
//!     description: "The user denied access".to_owned(),
//! });
//! assert!(visit()?.contains("error_type=OAuth"));
//! assert_eq!(state(), ConnectionState::Added);
//!
//! vault.set_oauth_provider(Provider::Agrees);
//! assert_eq!(visit()?, "http://localhost:3000/done");
//! // Xero has yet to be told which organization it is for.
//! assert_eq!(state(), ConnectionState::Authorized);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is not here
//!
//! The services behind the connections: a callable connection answers no Unified API. Which actions
//! a session allows is in [`guide::actions`](crate::guide::actions).

mod auth;
mod body;
mod change;
mod connection;
mod connections;
mod connector;
mod errors;
mod form_field;
mod id;
mod merge_patch;
mod record;
mod seed;
mod service_id;
mod state;
mod store;

pub use self::{
    auth::{Auth, GrantType},
    change::Change,
    connection::Connection,
    connections::Connections,
    connector::{Availability, Connector},
    errors::{ChangeError, InvalidConnectionState},
    form_field::{FieldKind, FormField},
    id::{ConnectionId, InvalidConnectionId},
    service_id::{InvalidServiceId, ServiceId},
    state::{ConnectionState, Health, IntegrationState},
};
pub(crate) use self::{
    body::{ConnectionBody, Links},
    merge_patch::merge_patch,
    record::Record,
    store::Store,
};
