//! The admin API as callers see it: who may call, what each endpoint does, what a bad call is told.

mod access;
mod bounds;
mod clock;
mod connections;
mod expectations;
mod faults;
mod journal;
mod keys;
#[path = "../support/paused_time.rs"]
mod paused_time;
mod requests;
mod settings;
mod tenants;

use bytes::Bytes;
use http::{Method, Request, Response, request};
use serde_json::Value;
use vault_mock::Vault;
use vault_sessions::ApiKey;

fn vault() -> Vault {
    Vault::builder()
        .api_key(ApiKey::new("key").unwrap())
        .build()
}

fn request(method: Method, path: &str) -> request::Builder {
    Request::builder()
        .method(method)
        .uri(format!("/__vault_mock{path}"))
        .header("host", "127.0.0.1:8080")
}

fn get(vault: &Vault, path: &str) -> Response<Bytes> {
    vault.handle(request(Method::GET, path).body(Bytes::new()).unwrap())
}

fn send(vault: &Vault, method: Method, path: &str, body: &'static str) -> Response<Bytes> {
    let request = request(method, path).header("content-type", "application/json");
    vault.handle(request.body(Bytes::from_static(body.as_bytes())).unwrap())
}

fn json(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

/// Checks the shape of a refusal and returns its `errors`.
fn refused(response: &Response<Bytes>, status: u16) -> Value {
    assert_eq!(response.status(), status, "{:?}", response.body());
    let headers = response.headers();
    assert_eq!(headers["content-type"], "application/problem+json");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let body = json(response);
    assert_eq!(body["status"], status);
    assert_eq!(body["title"], response.status().canonical_reason().unwrap());
    assert!(!body["detail"].as_str().unwrap().is_empty());
    body["errors"].clone()
}

/// Creates a session for a consumer.
fn create(vault: &Vault, consumer: &str) -> Response<Bytes> {
    post(vault, "app", consumer, "{}")
}

fn post(vault: &Vault, app: &str, consumer: &str, body: &'static str) -> Response<Bytes> {
    let request = Request::post("/vault/sessions")
        .header("authorization", "Bearer key")
        .header("x-apideck-app-id", app)
        .header("x-apideck-consumer-id", consumer)
        .header("content-type", "application/json");
    vault.handle(request.body(Bytes::from_static(body.as_bytes())).unwrap())
}
