//! The page in the `OpenAPI` document: every answer that a test sees is described there.

use std::sync::LazyLock;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use vault_mock::{RateLimit, Vault};

use crate::support::Visitor;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&vault_mock::openapi()).unwrap());

fn operation(method: &str) -> &'static Value {
    &DOCUMENT["paths"]["/session/{session_token}"][method]
}

/// Checks status, headers and media type of an answer of the page.
#[track_caller]
pub(crate) fn assert_described(method: &str, answer: &Response<Bytes>) {
    let status = answer.status();
    let response = &operation(method)["responses"][status.as_str()];
    let reference = response["$ref"].as_str().map(|text| &text[1..]);
    let response = reference.map_or(Some(response), |pointer| DOCUMENT.pointer(pointer));
    let response = response.filter(|response| !response.is_null());
    let response = response.unwrap_or_else(|| panic!("{method} answers {status}"));
    let headers = response["headers"].as_object().into_iter().flatten();
    let required = headers.filter(|(_, header)| header["required"] == true);
    for (name, _) in required {
        assert!(
            answer.headers().contains_key(name),
            "{method} {status}: {name}"
        );
    }
    let media_type = answer.headers()["content-type"].to_str().unwrap();
    let media_type = media_type.split(';').next().unwrap();
    let is_described = response["content"].get(media_type).is_some();
    assert!(
        is_described || answer.body().is_empty(),
        "{method} {status}: {media_type}"
    );
}

#[test]
fn names_what_can_be_done_and_seen() {
    let schema =
        operation("post")["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
            ["properties"]["action"]["enum"]
            .as_array();
    assert_eq!(schema.unwrap().len(), 8);
    for action in schema.unwrap() {
        let visitor = Visitor::new(&json!({}));
        let form = format!("action={}", action.as_str().unwrap());
        let answer = visitor.post("?connection=crm%2Bsalesforce", &form);
        assert!(matches!(answer.status().as_u16(), 303 | 409), "{form}");
    }
    let parameters = operation("get")["parameters"].as_array().unwrap();
    let views = parameters
        .iter()
        .find(|parameter| parameter["name"] == "view");
    let views = views.unwrap()["schema"]["enum"].as_array().unwrap();
    assert_eq!(views.len(), 5);
    let visitor = Visitor::new(&json!({}));
    for view in views {
        let query = format!("?view={}", view.as_str().unwrap());
        assert_ne!(visitor.get(&query).status(), 404, "{query}");
    }
}

#[test]
fn a_limit_is_described_for_the_page_too() {
    let limit = RateLimit::per_hour(2);
    let visitor = Visitor::at(Vault::builder(), &json!({}));
    visitor.vault.set_rate_limit(Some(limit));
    let statuses = [(); 3].map(|()| visitor.get("").status().as_u16());
    assert_eq!(statuses, [200, 200, 429]);
}

#[test]
fn other_methods_are_refused_whatever_the_token() {
    let request = Request::put("/session/none").body(Bytes::new()).unwrap();
    let answer = Vault::builder().build().handle(request);
    assert_eq!(answer.status(), 405);
    assert_eq!(answer.headers()["allow"], "GET, HEAD, POST, OPTIONS");
}
