use std::{fmt, future::poll_fn};

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response, Uri,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use serde::Deserialize;
use tower_service::Service;
use vault_sessions::{
    ApiKey, AppId, ConsumerId, CreateSession, Session, SessionCreated, SessionToken, Settings,
    wire::{APP_ID, BaseUri, CONSUMER_ID},
};

use super::{
    capabilities::Capabilities,
    step::{NewSession, Switch},
    subject::{Listed, Refused, Subject},
};
use crate::connections::{ConnectionId, ConnectionState};

/// Any service behind a `tower` service: sessions are opened with the API key, connections are
/// looked at and changed with tokens.
///
/// It cannot move clocks, rotate keys or inject faults, and knows nothing of how connections start.
/// `S` is for example hyper-util's `legacy::Client`; see the [module](super) for a whole test.
#[derive(Clone)]
pub struct OverHttp<S> {
    service: S,
    base: BaseUri,
    key: ApiKey,
    app: AppId,
    consumers: Vec<ConsumerId>,
    connections: Vec<ConnectionId>,
}

impl<S> OverHttp<S> {
    /// A service at a base URI, such as a sandbox.
    #[must_use]
    pub fn new(service: S, base: &BaseUri, key: ApiKey, app: AppId) -> Self {
        Self {
            service,
            base: base.clone(),
            key,
            app,
            consumers: Vec::new(),
            connections: Vec::new(),
        }
    }

    /// Adds somebody whom sessions are opened for; at least one is needed.
    #[must_use]
    pub fn consumer(mut self, consumer: ConsumerId) -> Self {
        self.consumers.push(consumer);
        self
    }

    /// Adds a connection of each of these consumers; it will be switched on and off, and deleted.
    #[must_use]
    pub fn connection(mut self, connection: ConnectionId) -> Self {
        self.connections.push(connection);
        self
    }
}

impl<S> fmt::Debug for OverHttp<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OverHttp")
            .field("base", &self.base)
            .field("app", &self.app)
            .field("consumers", &self.consumers)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

impl<S, B> Subject for OverHttp<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + Send,
    S::Error: fmt::Display + Send,
    S::Future: Send,
    B: Body<Data = Bytes> + Send,
    B::Error: fmt::Display + Send,
{
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            app: self.app.clone(),
            consumers: self.consumers.clone(),
            connections: self.connections.clone(),
            seed: None,
            clock: None,
            enforces_actions: None,
            policy: false,
            key_rotation: false,
            restart: false,
            faults: false,
        }
    }

    async fn create(&mut self, new: &NewSession) -> Result<SessionCreated, Refused> {
        let settings = Settings::builder()
            .session_length(new.length)
            .maybe(new.allow_actions.clone(), |settings, actions| {
                settings.allow_actions(actions)
            });
        let request = CreateSession::builder()
            .app_id(self.app.clone())
            .consumer_id(new.consumer.clone())
            .session(Session::builder().settings(settings.build()).build())
            .build()
            .to_http(&self.base, &self.key);
        read(&self.send(request.map(Full::new)).await?)
    }

    async fn list(&mut self, token: &SessionToken) -> Result<Vec<Listed>, Refused> {
        let request = self.with_token(token, Method::GET, "", None)?;
        let answer: Data<Vec<Connection>> = read(&self.send(request).await?)?;
        let named = answer.data.into_iter().filter_map(|connection| {
            let id = connection.id.parse().ok()?;
            self.connections.contains(&id).then(|| connection.seen())
        });
        named.collect()
    }

    async fn switch(
        &mut self,
        token: &SessionToken,
        connection: &ConnectionId,
        to: Switch,
    ) -> Result<Option<Listed>, Refused> {
        let path = format!("/{}/{}", connection.unified_api(), connection.service_id());
        let (method, body) = match to {
            Switch::Enable => (Method::PATCH, Some(r#"{"enabled":true}"#)),
            Switch::Disable => (Method::PATCH, Some(r#"{"enabled":false}"#)),
            Switch::Delete => (Method::DELETE, None),
        };
        let request = self.with_token(token, method, &path, body)?;
        let answer = self.send(request).await?;
        if to == Switch::Delete {
            return Ok(None);
        }
        let answer: Data<Connection> = read(&answer)?;
        answer.data.seen().map(Some)
    }
}

impl<S> OverHttp<S> {
    /// A request as the Vault widget sends it.
    fn with_token(
        &self,
        token: &SessionToken,
        method: Method,
        path: &str,
        body: Option<&'static str>,
    ) -> Result<Request<Full<Bytes>>, Refused> {
        let claims = token.claims();
        let claims = claims.map_err(|_| unreadable("the token holds no session"))?;
        let base = self.base.to_string();
        let uri: Result<Uri, _> = format!("{base}/vault/connections{path}").parse();
        let mut authorization = field_value(&format!("Bearer {}", token.expose_secret()))?;
        authorization.set_sensitive(true);
        let mut request = Request::new(Full::from(body.unwrap_or_default()));
        *request.method_mut() = method;
        *request.uri_mut() = uri.map_err(|_| unreadable("the connection has no path"))?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, authorization);
        headers.insert("x-apideck-auth-type", HeaderValue::from_static("JWT"));
        headers.insert(APP_ID, field_value(claims.application_id().as_str())?);
        headers.insert(CONSUMER_ID, field_value(claims.consumer_id().as_str())?);
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(request)
    }

    /// Sends a request, and returns the body of a success.
    async fn send<B>(&mut self, request: Request<Full<Bytes>>) -> Result<Bytes, Refused>
    where
        S: Service<Request<Full<Bytes>>, Response = Response<B>> + Send,
        S::Error: fmt::Display + Send,
        S::Future: Send,
        B: Body<Data = Bytes> + Send,
        B::Error: fmt::Display + Send,
    {
        let service = &mut self.service;
        let ready = poll_fn(|context| service.poll_ready(context)).await;
        ready.map_err(|error| no_answer(&error))?;
        let answer = self.service.call(request).await;
        let (parts, body) = answer.map_err(|error| no_answer(&error))?.into_parts();
        let body = body.collect().await.map_err(|error| no_answer(&error))?;
        if parts.status.is_success() {
            Ok(body.to_bytes())
        } else {
            Err(Refused::Status(parts.status))
        }
    }
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
struct Connection {
    id: String,
    state: String,
    enabled: bool,
}

impl Connection {
    fn seen(self) -> Result<Listed, Refused> {
        let id = self.id.parse();
        let mut states = ConnectionState::ALL.into_iter();
        let state = states.find(|state| state.as_str() == self.state);
        Ok(Listed {
            id: id.map_err(|_| unreadable("a connection has no usable ID"))?,
            state: state.ok_or_else(|| unreadable("a connection has an unknown state"))?,
            enabled: self.enabled,
        })
    }
}

fn read<T: for<'a> Deserialize<'a>>(body: &[u8]) -> Result<T, Refused> {
    // The parser's own text may quote a token.
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Refused::Unreadable(format!("it does not fit at line {line}, column {column}"))
    })
}

fn unreadable(why: &str) -> Refused {
    Refused::Unreadable(why.to_owned())
}

fn no_answer(error: &impl fmt::Display) -> Refused {
    Refused::NoAnswer(error.to_string())
}

fn field_value(text: &str) -> Result<HeaderValue, Refused> {
    HeaderValue::from_str(text).map_err(|_| unreadable("an ID does not fit into a header"))
}
