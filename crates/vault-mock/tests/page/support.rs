use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use vault_mock::{
    Vault, VaultBuilder,
    connections::{Connection, ConnectionId, Connections},
};
use vault_sessions::{AppId, ConsumerId, SessionCreated};

use crate::document::assert_described;

pub(crate) const APP: AppId = AppId::from_static("my-app");
pub(crate) const CONSUMER: ConsumerId = ConsumerId::from_static("account:12345");

/// A session whose page is visited.
pub(crate) struct Visitor {
    pub(crate) vault: Vault,
    pub(crate) token: String,
}

impl Visitor {
    pub(crate) fn new(body: &Value) -> Self {
        Self::at(Vault::builder(), body)
    }

    pub(crate) fn at(builder: VaultBuilder, body: &Value) -> Self {
        let vault = builder.build();
        let key = vault.api_key().expose_secret();
        let request = Request::post("/vault/sessions")
            .header("authorization", format!("Bearer {key}"))
            .header("x-apideck-app-id", APP.as_str())
            .header("x-apideck-consumer-id", CONSUMER.as_str())
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let response = vault.handle(request);
        let created: SessionCreated = serde_json::from_slice(response.body()).unwrap();
        let token = created.token().expose_secret().to_owned();
        Self { vault, token }
    }

    pub(crate) fn get(&self, query: &str) -> Response<Bytes> {
        let path = format!("/session/{}{query}", self.token);
        let response = self
            .vault
            .handle(Request::get(path).body(Bytes::new()).unwrap());
        assert_described("get", &response);
        response
    }

    /// The text of a page that is there.
    pub(crate) fn page(&self, query: &str) -> String {
        let response = self.get(query);
        assert_eq!(response.status(), 200, "{query}");
        text(&response)
    }

    pub(crate) fn post(&self, query: &str, form: &str) -> Response<Bytes> {
        self.post_from(None, query, form)
    }

    pub(crate) fn post_from(
        &self,
        origin: Option<&str>,
        query: &str,
        form: &str,
    ) -> Response<Bytes> {
        let mut request = Request::post(format!("/session/{}{query}", self.token))
            .header("host", "localhost:8080");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let form = Bytes::copy_from_slice(form.as_bytes());
        let response = self.vault.handle(request.body(form).unwrap());
        assert_described("post", &response);
        response
    }

    pub(crate) fn connections(&self) -> Connections {
        self.vault.connections(&APP, &CONSUMER)
    }

    pub(crate) fn find(&self, id: &str) -> Connection {
        let id: ConnectionId = id.parse().unwrap();
        self.connections().find(&id).unwrap()
    }
}

pub(crate) fn text(response: &Response<Bytes>) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}

pub(crate) fn location(response: &Response<Bytes>) -> &str {
    assert_eq!(response.status(), 303, "{}", text(response));
    response.headers()["location"].to_str().unwrap()
}
