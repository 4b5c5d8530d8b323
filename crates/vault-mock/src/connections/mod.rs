//! Connections: what each consumer has connected, and how that changes.
//!
//! Every consumer of an app starts with the same [`Connection`]s, the seed. What a session, the
//! OAuth round trip or a test does to one consumer's connections stays with that consumer.
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
//! `authorize_url` leads to a simulated provider, which agrees unless
//! [`set_oauth_provider`](crate::Vault::set_oauth_provider) says otherwise, and from there to the
//! `redirect_uri`. With a `nonce` the connection waits for `POST …/confirm` with the token in the
//! redirect's fragment, for 30 minutes of the mock's clock. A `redirect_uri` is accepted if it is of
//! the same origin as the session's, the mock's own, on this machine, or the page that the widget
//! returns to; links made with the API key may lead to any `http` or `https` URL.
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
//! # How do I test actions?
//!
//! Ask [`Vault::authorize`](crate::Vault::authorize) what a session allows. Over HTTP `allow_actions`
//! only shows and hides, which is all that is known about the service. To see what an app does when
//! an action is refused, switch [`ActionEnforcement`](crate::ActionEnforcement) on:
//!
//! ```
//! use bytes::Bytes;
//! use http::Request;
//! use vault_mock::{ActionEnforcement, Vault};
//! use vault_sessions::{Action, SessionCreated};
//!
//! let vault = Vault::builder().action_enforcement(ActionEnforcement::Enforced).build();
//! let request = Request::post("/vault/sessions")
//!     .header("authorization", format!("Bearer {}", vault.api_key().expose_secret()))
//!     .header("x-apideck-app-id", "my-app")
//!     .header("x-apideck-consumer-id", "account:12345")
//!     .header("content-type", "application/json")
//!     .body(Bytes::from_static(br#"{"settings":{"allow_actions":["disable"]}}"#))?;
//! let created: SessionCreated = serde_json::from_slice(vault.handle(request).body())?;
//! assert!(vault.authorize(created.token(), Action::Delete).unwrap_err().is_not_allowed());
//!
//! let call = |method: &str, body: &'static str| {
//!     let request = Request::builder()
//!         .method(method)
//!         .uri("/vault/connections/crm/salesforce")
//!         .header("authorization", format!("Bearer {}", created.token().expose_secret()))
//!         .header("x-apideck-auth-type", "JWT")
//!         .header("content-type", "application/json")
//!         .body(Bytes::from_static(body.as_bytes()))
//!         .unwrap();
//!     vault.handle(request).status()
//! };
//! assert_eq!(call("DELETE", ""), 403);
//! assert_eq!(call("PATCH", r#"{"enabled":false}"#), 200);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How do I keep tests on one server apart?
//!
//! Give each a tenant of its own: [`Vault::add_tenant`](crate::Vault::add_tenant).

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
