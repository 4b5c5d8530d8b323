use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::fault::is_for_operator;

/// Adds what a rate limit does to every endpoint that it meets: 429, and the headers that tell where
/// the app stands.
pub(super) fn describe(document: &mut Value) {
    let mut shared = BTreeSet::new();
    for responses in limited(document) {
        let too_many = json!({ "$ref": format!("{SHARED}TooManyRequests") });
        responses.insert("429".to_owned(), too_many);
        for response in responses.values_mut() {
            match response["$ref"].as_str() {
                Some(reference) => drop(shared.insert(reference.to_owned())),
                None => add_headers(response),
            }
        }
    }
    for reference in shared {
        let name = reference.trim_start_matches(SHARED);
        add_headers(&mut document["components"]["responses"][name]);
    }
}

/// Where responses are that several endpoints have.
const SHARED: &str = "#/components/responses/";

/// The responses of each endpoint that the rate limit meets.
fn limited(document: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    let limited = paths.filter(|(path, _)| !is_for_operator(path));
    let operations = limited.filter_map(|(_, item)| item.as_object_mut());
    operations
        .flat_map(Map::values_mut)
        .filter_map(|operation| operation["responses"].as_object_mut())
}

fn add_headers(response: &mut Value) {
    for (header, name) in [
        ("x-ratelimit-limit", "RateLimit"),
        ("x-ratelimit-remaining", "RateLimitRemaining"),
        ("x-ratelimit-reset", "RateLimitReset"),
    ] {
        response["headers"][header] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::super::document;
    use crate::{rules::RateLimit, vault::Vault};

    #[test]
    fn exactly_the_limited_endpoints_have_what_a_limit_does() {
        let vault = Vault::builder().rate_limit(RateLimit::per_hour(0)).build();
        for (path, item) in document()["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let request = Request::builder()
                    .method(&*method.to_uppercase())
                    .uri(path.replace(['{', '}'], ""))
                    .header("host", "localhost");
                let answer = vault.handle(request.body(Bytes::new()).unwrap());
                let is_limited = answer.status() == 429;
                let responses = &operation["responses"];
                assert_eq!(
                    responses.get("429").is_some(),
                    is_limited,
                    "{method} {path}"
                );
                for (status, response) in responses.as_object().unwrap() {
                    let described = described_headers(response);
                    let counted = described
                        .iter()
                        .filter(|name| name.starts_with("x-ratelimit-"));
                    let count = if is_limited { 3 } else { 0 };
                    assert_eq!(counted.count(), count, "{status} of {method} {path}");
                    if status == "429" {
                        let all = described
                            .iter()
                            .all(|name| answer.headers().contains_key(name));
                        assert!(all && described.len() == 4, "{method} {path}");
                    }
                }
            }
        }
    }

    fn described_headers(response: &serde_json::Value) -> Vec<String> {
        let pointer = response["$ref"].as_str().map(|text| &text[1..]);
        let response = pointer.map_or(Some(response), |pointer| document().pointer(pointer));
        let headers = response
            .unwrap()
            .get("headers")
            .and_then(|headers| headers.as_object());
        headers
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    }
}
