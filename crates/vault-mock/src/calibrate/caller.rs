use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Uri,
    header::{AUTHORIZATION, USER_AGENT},
};
use vault_sessions::{
    ApiKey, AppId, ConsumerId, CreateSession, Session, SessionToken, wire::BaseUri,
};

use crate::connections::ConnectionId;

/// Who asks, and where: what all requests have in common.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) base: BaseUri,
    pub(super) key: ApiKey,
    pub(super) app: AppId,
    pub(super) consumer: ConsumerId,
    /// What may be switched off and on again, if anything.
    pub(super) connection: Option<ConnectionId>,
}

impl Caller {
    /// The request for a session, as our types write it.
    pub(super) fn session(&self, session: Session) -> Request<Bytes> {
        let request = CreateSession::builder()
            .app_id(self.app.clone())
            .consumer_id(self.consumer.clone())
            .session(session)
            .build();
        named(request.to_http(&self.base, &self.key))
    }

    /// The request for a session with a body that our types may not allow.
    pub(super) fn create(&self, body: impl Into<Bytes>) -> Request<Bytes> {
        self.session(Session::default()).map(|_| body.into())
    }

    /// A request with the API key.
    pub(super) fn with_key(&self, method: Method, path: &str) -> Request<Bytes> {
        let key = self.key.expose_secret();
        self.with_credentials(key, method, path)
    }

    /// A request as the Vault widget sends it.
    pub(super) fn with_token(
        &self,
        token: &SessionToken,
        method: Method,
        path: &str,
    ) -> Request<Bytes> {
        let mut request = self.with_credentials(token.expose_secret(), method, path);
        let kind = HeaderValue::from_static("JWT");
        request.headers_mut().insert("x-apideck-auth-type", kind);
        request
    }

    /// The list of connections, as the Vault widget asks for it.
    pub(super) fn list(&self, token: &SessionToken) -> Request<Bytes> {
        self.with_token(token, Method::GET, "/vault/connections")
    }

    /// A request without any header that says who asks.
    pub(super) fn anonymous(&self, method: Method, path: &str) -> Request<Bytes> {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        let uri = format!("{}{path}", self.base).parse();
        *request.uri_mut() = uri.unwrap_or_else(|_| Uri::from_static(CreateSession::PATH));
        named(request)
    }

    fn with_credentials(&self, secret: &str, method: Method, path: &str) -> Request<Bytes> {
        let request = self.anonymous(method, path);
        let request = with(request, "authorization", &format!("Bearer {secret}"));
        let request = with(request, "x-apideck-app-id", self.app.as_str());
        with(request, "x-apideck-consumer-id", self.consumer.as_str())
    }
}

/// Says who sends it.
fn named(mut request: Request<Bytes>) -> Request<Bytes> {
    let name = concat!("vault-mock-calibrate/", env!("CARGO_PKG_VERSION"));
    let name = HeaderValue::from_static(name);
    request.headers_mut().insert(USER_AGENT, name);
    request
}

/// With another value of a header; one that no header can have is left out.
pub(super) fn with(mut request: Request<Bytes>, name: &'static str, value: &str) -> Request<Bytes> {
    if let Ok(mut value) = HeaderValue::from_str(value) {
        value.set_sensitive(name == AUTHORIZATION);
        request.headers_mut().insert(name, value);
    }
    request
}

/// With one more value of a header.
pub(super) fn also(
    mut request: Request<Bytes>,
    name: &'static str,
    value: &'static str,
) -> Request<Bytes> {
    let value = HeaderValue::from_static(value);
    request.headers_mut().append(name, value);
    request
}

/// Without a header.
pub(super) fn without(mut request: Request<Bytes>, name: &'static str) -> Request<Bytes> {
    request.headers_mut().remove(name);
    request
}

/// With a JSON body.
pub(super) fn with_json(request: Request<Bytes>, body: &'static str) -> Request<Bytes> {
    let request = with(request, "content-type", "application/json");
    request.map(|_| Bytes::from_static(body.as_bytes()))
}
