use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use serde_json::{Value, json};
use vault_mock::{Vault, VaultBuilder};
use vault_sessions::{ApiKey, SessionCreated};

use crate::error_shape::error_shape;

pub(crate) const SALESFORCE: &str = "/vault/connections/crm/salesforce";
pub(crate) const XERO: &str = "/vault/connections/accounting/xero";
pub(crate) const CLOSE: &str = "/vault/connections/crm/close";
pub(crate) const BAMBOOHR: &str = "/vault/connections/hris/bamboohr";

/// A mock, and one consumer's session with it.
pub(crate) struct Session {
    pub(crate) vault: Vault,
    pub(crate) token: String,
}

/// An answer, its body read as JSON; `null` if there is none.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

pub(crate) fn builder() -> VaultBuilder {
    Vault::builder().api_key(ApiKey::new("key").unwrap())
}

pub(crate) fn open(builder: VaultBuilder, body: &Value) -> Session {
    Session::open(builder.build(), "consumer", body)
}

pub(crate) fn send(vault: &Vault, request: Request<Bytes>) -> Answer {
    let response: Response<Bytes> = vault.handle(request);
    let (parts, body) = response.into_parts();
    let body = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&body).expect("the mock answers in JSON")
    };
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}

impl Session {
    pub(crate) fn open(vault: Vault, consumer: &str, body: &Value) -> Self {
        let request = Request::post("/vault/sessions")
            .header("authorization", "Bearer key")
            .header("x-apideck-app-id", "app")
            .header("x-apideck-consumer-id", consumer)
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let response = vault.handle(request);
        let created: SessionCreated = serde_json::from_slice(response.body()).unwrap();
        let token = created.token().expose_secret().to_owned();
        Self { vault, token }
    }

    /// A call with the headers of the Vault widget.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        send(&self.vault, self.request(method, path, body))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &Value::Null)
    }

    pub(crate) fn request(&self, method: &str, path: &str, body: &Value) -> Request<Bytes> {
        let body = match body {
            Value::Null => Bytes::new(),
            body => Bytes::from(body.to_string()),
        };
        Request::builder()
            .method(method)
            .uri(path)
            .header("Authorization", format!("Bearer {}", self.token))
            .header("X-APIDECK-AUTH-TYPE", "JWT")
            .header("X-APIDECK-APP-ID", "app")
            .header("X-APIDECK-CONSUMER-ID", "consumer")
            .header("Content-Type", "application/json")
            .body(body)
            .unwrap()
    }

    /// `state` and `enabled` of a connection.
    pub(crate) fn state(&self, path: &str) -> (String, bool) {
        let connection = self.get(path).data();
        let state = connection["state"].as_str().unwrap().to_owned();
        (state, connection["enabled"].as_bool().unwrap())
    }
}

impl Answer {
    /// The data of a success, its envelope checked.
    #[track_caller]
    pub(crate) fn data(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/json");
        let Value::Object(mut members) = self.body else {
            panic!("{}", self.body);
        };
        let data = members.remove("data").unwrap();
        assert_eq!(members.remove("status_code"), Some(json!(200)));
        assert_eq!(members.remove("status"), Some(json!("OK")));
        data
    }

    /// `type_name` and `detail` of a refusal, its shape checked.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16) -> (&str, &Value) {
        assert_eq!(self.status, status, "{}", self.body);
        error_shape(status, &self.body)
    }

    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, 301, "{}", self.body);
        self.headers["location"].to_str().unwrap()
    }
}
