use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{CONTENT_TYPE, HOST},
};
use http_body_util::Full;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use vault_sessions::{
    ApiKey, AppId,
    wire::{APP_ID, BaseUri},
};

use super::{
    error::{RemoteError, RemoteProblem},
    transport::RemoteTransport,
};

/// Who calls which mock: the server's own, or that of an app.
#[derive(Clone)]
pub(super) struct RemoteCaller {
    server: Arc<Server>,
    app: Option<AppId>,
    /// Whether the app has to have a mock of its own.
    is_tenant: bool,
}

struct Server {
    base: BaseUri,
    uri: String,
    transport: RemoteTransport,
    token: Option<ApiKey>,
    /// Those behind this one, which is a balancer then, and has no admin API of its own.
    replicas: Vec<Arc<Self>>,
}

impl RemoteCaller {
    pub(super) fn new(
        base: BaseUri,
        transport: RemoteTransport,
        token: Option<ApiKey>,
        replicas: Vec<Self>,
    ) -> Self {
        let replicas = replicas.into_iter().map(|replica| replica.server);
        Self {
            server: Arc::new(Server {
                uri: base.to_string(),
                base,
                transport,
                token,
                replicas: replicas.collect(),
            }),
            app: None,
            is_tenant: false,
        }
    }

    /// The caller of the mock that answers for an app: its own, or the one that it shares.
    pub(super) fn for_app(&self, app: &AppId) -> Self {
        Self {
            app: Some(app.clone()),
            is_tenant: false,
            ..self.clone()
        }
    }

    /// The caller of the mock that an app has for its own.
    pub(super) fn tenant(&self, app: AppId) -> Self {
        Self {
            app: Some(app),
            is_tenant: true,
            ..self.clone()
        }
    }

    /// Whether it calls the mock that an app has for its own.
    pub(super) fn is_tenant(&self) -> bool {
        self.is_tenant
    }

    /// The caller of the server, whatever app this one is for.
    pub(super) fn server(&self) -> Self {
        Self {
            app: None,
            is_tenant: false,
            ..self.clone()
        }
    }

    /// The caller of each replica by itself; of one server, this one.
    pub(super) fn each(&self) -> Vec<Self> {
        if self.server.replicas.is_empty() {
            return vec![self.clone()];
        }
        let replicas = self.server.replicas.iter();
        let callers = replicas.map(|server| Self {
            server: Arc::clone(server),
            ..self.clone()
        });
        callers.collect()
    }

    /// The caller of one server, where all answer alike.
    fn any(&self) -> Self {
        self.each().swap_remove(0)
    }

    pub(super) fn base(&self) -> &BaseUri {
        &self.server.base
    }

    pub(super) fn uri(&self) -> &str {
        &self.server.uri
    }

    pub(super) fn error(&self, kind: RemoteProblem) -> RemoteError {
        RemoteError::new(self.base(), kind)
    }

    /// Reads what is at a path of the admin API, and everywhere the same.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, RemoteError> {
        let any = self.any();
        let answer = any.call(Method::GET, path, None).await?;
        any.read(&Method::GET, path, &answer)
    }

    /// Sends a body to a path of the admin API, and reads what it answers.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, RemoteError> {
        let any = self.any();
        let answer = any.call(Method::POST, path, Some(body)).await?;
        any.read(&Method::POST, path, &answer)
    }

    /// Calls the admin API of each server for what it does, whatever it answers.
    pub(super) async fn tell(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(), RemoteError> {
        for one in self.each() {
            one.call(method.clone(), path, body).await?;
        }
        Ok(())
    }

    /// Sends a request to the mock, not to its admin API. The target's path is the whole one.
    pub(super) async fn send(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, RemoteError> {
        let authority = self.base().as_uri().authority();
        let host = authority.and_then(|host| HeaderValue::from_str(host.as_str()).ok());
        if let Some(host) = host {
            request.headers_mut().insert(HOST, host);
        }
        let target = request.uri().path_and_query().cloned();
        *request.uri_mut() = target.map_or_else(Uri::default, Uri::from);
        let answer = self.server.transport.send(request).await;
        answer.map_err(|kind| self.error(kind))
    }

    /// Calls a path of the admin API, and returns status and body, whatever the status is.
    pub(super) async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response<Bytes>, RemoteError> {
        let below = self.base().as_uri().path().trim_end_matches('/');
        let text = body.map(Value::to_string).unwrap_or_default();
        let mut request = Request::new(Full::from(text));
        *request.method_mut() = method;
        // Base and path are those of URIs, and so is what they are together.
        *request.uri_mut() = format!("{below}/__vault_mock{path}")
            .parse()
            .unwrap_or_default();
        let headers = request.headers_mut();
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(token) = &self.server.token
            && let Ok(mut value) = HeaderValue::from_str(token.expose_secret())
        {
            value.set_sensitive(true);
            headers.insert("x-vault-mock-token", value);
        }
        if let Some(app) = &self.app
            && let Ok(value) = HeaderValue::from_str(app.as_str())
        {
            if self.is_tenant {
                headers.insert("x-vault-mock-tenant", value.clone());
            }
            headers.insert(APP_ID, value);
        }
        self.send(request).await
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Bytes, RemoteError> {
        let call = format!("{method} {path}");
        let answer = self.try_call(method, path, body).await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer.into_body());
        }
        Err(self.error(match (status, &self.server.token) {
            (StatusCode::UNAUTHORIZED, None) => RemoteProblem::WantsToken,
            (StatusCode::UNAUTHORIZED, Some(_)) => RemoteProblem::WrongToken,
            _ => RemoteProblem::Refused {
                call,
                status,
                detail: detail(answer.body()),
            },
        }))
    }

    fn read<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        answer: &[u8],
    ) -> Result<T, RemoteError> {
        serde_json::from_slice(answer).map_err(|error| {
            self.error(RemoteProblem::Unreadable {
                call: format!("{method} {path}"),
                // Not the parser's text, which may quote a secret.
                line: error.line(),
                column: error.column(),
            })
        })
    }
}

impl fmt::Debug for RemoteCaller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Caller")
            .field("uri", &self.uri())
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}

/// What problem details (RFC 9457) say, on one line.
fn detail(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Problem {
        detail: String,
        #[serde(default)]
        errors: Vec<Wrong>,
    }

    #[derive(Deserialize)]
    struct Wrong {
        pointer: Option<String>,
        parameter: Option<String>,
        detail: String,
    }

    let Ok(problem) = serde_json::from_slice::<Problem>(body) else {
        return "without saying why".to_owned();
    };
    let places = problem.errors.into_iter().map(|wrong| {
        let place = wrong.pointer.or(wrong.parameter).unwrap_or_default();
        format!("{place}: {}", wrong.detail)
    });
    let places: Vec<_> = places.collect();
    if places.is_empty() {
        problem.detail
    } else {
        places.join("; ")
    }
}
