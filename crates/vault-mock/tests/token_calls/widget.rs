//! The calls of the public Vault widget, one after the other, with its headers and its way to read
//! the answers.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use vault_mock::Vault;

use crate::{
    oauth::follow_to_the_end,
    support::{Answer, CLOSE, SALESFORCE, XERO, builder, open, send},
};

/// What the widget takes from a token without verifying it.
fn decoded(token: &str) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

struct Widget {
    vault: Vault,
    token: String,
    claims: Value,
}

impl Widget {
    /// A cross-origin call: preflight first, then the call with the IDs of the claims.
    fn fetch(&self, method: &str, path: &str, body: &Value) -> Answer {
        let preflight = Request::options(path)
            .header("origin", "http://localhost:3000")
            .header("access-control-request-method", method)
            .body(Bytes::new())
            .unwrap();
        let preflight = send(&self.vault, preflight);
        assert!(preflight.status / 100 == 2, "{method} {path}");
        let id = |name: &str| self.claims[name].as_str().unwrap().to_owned();
        let body = match body {
            Value::Null => Bytes::new(),
            body => Bytes::from(body.to_string()),
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("origin", "http://localhost:3000")
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Content-Type", "application/json")
            .header("X-APIDECK-APP-ID", id("application_id"))
            .header("X-APIDECK-AUTH-TYPE", "JWT")
            .header("X-APIDECK-CONSUMER-ID", id("consumer_id"))
            .body(body)
            .unwrap();
        let answer = send(&self.vault, request);
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        answer
    }
}

#[test]
fn a_whole_visit_of_the_widget() {
    let body = json!({
        "consumer_metadata": { "account_name": "SpaceX", "user_name": "Elon Musk" },
        "redirect_uri": "http://localhost:3000/integrations",
        "theme": { "vault_name": "Intercom", "primary_color": "#286efa" },
        "settings": { "session_length": "30m", "hide_guides": true },
    });
    let session = open(builder(), &body);
    let widget = Widget {
        claims: decoded(&session.token),
        vault: session.vault.clone(),
        token: session.token.clone(),
    };
    assert_eq!(widget.claims["theme"]["vault_name"], "Intercom");
    assert_eq!(widget.claims["consumer_metadata"]["user_name"], "Elon Musk");

    // The list, filtered by the widget's own property.
    let listed = widget
        .fetch("GET", "/vault/connections?api=crm", &Value::Null)
        .data();
    assert_eq!(listed.as_array().unwrap().len(), 2);

    // Adding an integration with an API key, then its form.
    let added = widget
        .fetch("PATCH", CLOSE, &json!({ "enabled": true }))
        .data();
    assert_eq!(added["state"], "added");
    let form = json!({ "settings": { "api_key": "k" } });
    assert_eq!(
        widget.fetch("PATCH", CLOSE, &form).data()["state"],
        "callable"
    );
    let validated = widget
        .fetch("POST", &format!("{CLOSE}/validate"), &Value::Null)
        .data();
    assert_eq!(validated["state"], "callable");

    // Adding one with OAuth: popup, fragment, confirmation, then the connection once more.
    let xero = widget
        .fetch("PATCH", XERO, &json!({ "enabled": true }))
        .data();
    let authorize_url = xero["authorize_url"].as_str().unwrap();
    assert!(authorize_url.contains('?'), "the widget appends with &");
    let redirect_uri = widget.claims["redirect_uri"].as_str().unwrap();
    let nonce = "7d1f3c0e-0000-4000-8000-000000000000";
    let popup = format!("{authorize_url}&redirect_uri={redirect_uri}&nonce={nonce}");
    let end = follow_to_the_end(&widget.vault, &popup);
    let (home, fragment) = end.split_once('#').unwrap();
    assert_eq!(home, redirect_uri);
    let fragment: std::collections::HashMap<_, _> = form_urlencoded::parse(fragment.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(fragment["nonce"], nonce);
    let confirm = json!({ "confirm_token": fragment["confirm_token"] });
    let confirmed = widget
        .fetch("POST", &format!("{XERO}/confirm"), &confirm)
        .data();
    assert_eq!(confirmed, json!({ "confirmed": true }));
    assert_eq!(
        widget.fetch("GET", XERO, &Value::Null).data()["state"],
        "authorized"
    );

    // The resources of Salesforce, then reauthorize, disconnect, disable, enable and delete.
    let config = format!("{SALESFORCE}/leads/config");
    let configuration = widget.fetch("GET", &config, &Value::Null).data()["configuration"].clone();
    assert_eq!(configuration[0]["resource"], "leads");
    let salesforce = widget.fetch("GET", SALESFORCE, &Value::Null).data();
    let url = |kind: &str| {
        format!(
            "{}&redirect_uri={redirect_uri}",
            salesforce[kind].as_str().unwrap()
        )
    };
    assert_eq!(
        follow_to_the_end(&widget.vault, &url("authorize_url")),
        redirect_uri
    );
    assert_eq!(
        follow_to_the_end(&widget.vault, &url("revoke_url")),
        redirect_uri
    );
    assert_eq!(
        widget.fetch("GET", SALESFORCE, &Value::Null).data()["state"],
        "added"
    );
    for enabled in [false, true] {
        let changed = widget
            .fetch("PATCH", SALESFORCE, &json!({ "enabled": enabled }))
            .data();
        assert_eq!(changed["enabled"], enabled);
    }
    assert_eq!(widget.fetch("DELETE", SALESFORCE, &Value::Null).status, 204);

    // What the widget calls an expired session: the body says 401, and has a message.
    widget
        .vault
        .clock()
        .advance(std::time::Duration::from_secs(30 * 60));
    let expired = widget.fetch("GET", "/vault/connections", &Value::Null);
    assert_eq!(expired.body["status_code"], 401);
    assert_eq!(expired.body["message"], "Unauthorized Request");
}
