use serde_json::{Value, json};
use vault_mock::connections::{Auth, Connection, ConnectionState, Connector, GrantType, ServiceId};
use vault_sessions::UnifiedApi;

use crate::support::{BAMBOOHR, CLOSE, SALESFORCE, Session, XERO, builder, open};

#[test]
fn lists_what_page_and_widget_draw() {
    let session = open(builder(), &json!({}));
    let connections = session.get("/vault/connections").data();
    let rows: Vec<_> = connections
        .as_array()
        .unwrap()
        .iter()
        .map(|connection| {
            let has = |url: &str| connection[url].is_string();
            (
                connection["id"].as_str().unwrap(),
                connection["state"].as_str().unwrap(),
                connection["enabled"].as_bool().unwrap(),
                connection["auth_type"].as_str().unwrap(),
                has("authorize_url"),
                has("revoke_url"),
                connection.get("created_at").is_some(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (
                "crm+salesforce",
                "callable",
                true,
                "oauth2",
                true,
                true,
                true
            ),
            (
                "hris+bamboohr",
                "callable",
                true,
                "apiKey",
                false,
                false,
                true
            ),
            (
                "accounting+xero",
                "available",
                false,
                "oauth2",
                true,
                false,
                false
            ),
            (
                "crm+close",
                "available",
                false,
                "apiKey",
                false,
                false,
                false
            ),
        ]
    );
    for connection in connections.as_array().unwrap() {
        assert_eq!(connection["integration_state"], "configured");
        assert_eq!(connection["status"], "live");
        for text in [
            "service_id",
            "name",
            "tag_line",
            "unified_api",
            "icon",
            "logo",
            "health",
        ] {
            assert!(connection[text].is_string(), "{text} of {connection}");
        }
        for list in [
            "form_fields",
            "configurable_resources",
            "custom_mappings",
            "settings_required_for_authorization",
        ] {
            assert!(connection[list].is_array(), "{list} of {connection}");
        }
    }
    assert_eq!(connections[0]["oauth_grant_type"], "authorization_code");
    assert_eq!(connections[1].get("oauth_grant_type"), None);
}

#[test]
fn lists_one_api_or_what_is_added() {
    let session = open(builder(), &json!({}));
    let ids = |query: &str| -> Vec<String> {
        let listed = session.get(&format!("/vault/connections{query}")).data();
        let listed = listed.as_array().unwrap().iter();
        listed
            .map(|connection| connection["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids("?api=crm"), ["crm+salesforce", "crm+close"]);
    assert_eq!(ids("?api="), ids(""));
    assert_eq!(ids("?api=ats"), Vec::<String>::new());
    assert_eq!(ids("?configured=true"), ["crm+salesforce", "hris+bamboohr"]);
    assert_eq!(ids("?api=crm&configured=false"), ["crm+close"]);
}

#[test]
fn one_is_as_it_stands_in_the_list() {
    let session = open(builder(), &json!({}));
    let listed = session.get("/vault/connections").data();
    assert_eq!(session.get(BAMBOOHR).data(), listed[1]);
    let missing = session.get("/vault/connections/crm/nothing");
    let (type_name, detail) = missing.refused(404);
    assert_eq!(type_name, "ConnectionNotFoundError");
    assert_eq!(detail, "Could not find connection with id: 'crm+nothing'");
    assert_eq!(
        missing.body["ref"],
        "https://developers.apideck.com/errors#connectionnotfounderror"
    );
}

#[test]
fn enabling_an_available_one_adds_it_and_settings_make_it_callable() {
    let session = open(builder(), &json!({}));
    let added = session
        .call("PATCH", CLOSE, &json!({ "enabled": true }))
        .data();
    assert_eq!(
        (&added["state"], &added["enabled"]),
        (&json!("added"), &json!(true))
    );
    let settings = json!({ "settings": { "api_key": "k", "note": 1 } });
    let callable = session.call("PATCH", CLOSE, &settings).data();
    assert_eq!(callable["state"], "callable");
    assert_eq!(callable["settings"], json!({ "api_key": "k", "note": 1 }));
    let field = &callable["form_fields"][0];
    assert_eq!(
        (&field["id"], &field["value"]),
        (&json!("api_key"), &json!("k"))
    );
    assert_eq!(field["sensitive"], true);

    // Switching off keeps the rest, and both can be done at once.
    let off = session
        .call("PATCH", CLOSE, &json!({ "enabled": false }))
        .data();
    assert_eq!(off["settings"], callable["settings"]);
    assert_eq!(
        (&off["state"], &off["enabled"]),
        (&json!("callable"), &json!(false))
    );
    let both = json!({ "enabled": true, "settings": { "note": 2 }, "metadata": { "plan": "x" } });
    let both = session.call("PATCH", CLOSE, &both).data();
    assert_eq!(both["settings"], json!({ "api_key": "k", "note": 2 }));
    assert_eq!(both["metadata"], json!({ "plan": "x" }));
    assert_eq!(both["enabled"], true);
    assert_eq!(session.get(CLOSE).data()["settings"], both["settings"]);
}

#[test]
fn disabling_what_is_only_available_changes_nothing() {
    let session = open(builder(), &json!({}));
    let before = session.get(XERO).data();
    let after = session
        .call("PATCH", XERO, &json!({ "enabled": false }))
        .data();
    assert_eq!(
        (&after["state"], &after["created_at"]),
        (&before["state"], &Value::Null)
    );
    let nothing = session.call("PATCH", XERO, &json!({})).data();
    assert_eq!(nothing["state"], "available");
}

#[test]
fn a_patch_that_is_wrong_changes_nothing_and_says_where() {
    let session = open(builder(), &json!({}));
    for (body, pointers) in [
        (json!({ "enabled": "no" }), vec!["/enabled"]),
        (
            json!({ "enabled": false, "settings": [] }),
            vec!["/settings"],
        ),
        (
            json!({ "enabled": 1, "settings": 1, "metadata": 1 }),
            vec!["/enabled", "/settings", "/metadata"],
        ),
        (json!([]), vec![""]),
    ] {
        let answer = session.call("PATCH", SALESFORCE, &body);
        let (type_name, detail) = answer.refused(400);
        assert_eq!(type_name, "RequestValidationError");
        let invalid = detail["invalid"].as_array().unwrap().iter();
        let found: Vec<_> = invalid
            .flat_map(|item| item.as_object().unwrap().keys())
            .collect();
        assert_eq!(found, pointers);
        assert_eq!(session.state(SALESFORCE), ("callable".to_owned(), true));
    }
    let large = json!({ "enabled": false, "settings": { "note": "x".repeat(20_000) } });
    let large = session.call("PATCH", SALESFORCE, &large);
    assert_eq!(large.refused(422).0, "ConnectionSettingsError");
    assert_eq!(session.state(SALESFORCE), ("callable".to_owned(), true));
}

#[test]
fn deleting_forgets_what_was_entered() {
    let session = open(builder(), &json!({}));
    let deleted = session.call("DELETE", SALESFORCE, &Value::Null);
    assert_eq!((deleted.status, &deleted.body), (204, &Value::Null));
    let after = session.get(SALESFORCE).data();
    assert_eq!(after["state"], "available");
    assert_eq!(after["enabled"], false);
    assert_eq!(after["revoke_url"], Value::Null);
    assert_eq!(after.get("created_at"), None);
    assert_eq!(session.call("DELETE", SALESFORCE, &Value::Null).status, 204);
    let unknown = session.call("DELETE", "/vault/connections/crm/x", &Value::Null);
    unknown.refused(404);
}

#[test]
fn access_tokens_are_got_where_the_grant_allows_it() {
    let grant = |id, grant| {
        let connector = Connector::new(
            UnifiedApi::Crm,
            ServiceId::from_static(id),
            id,
            Auth::OAuth2(grant),
        );
        Connection::in_state(connector, ConnectionState::Added).unwrap()
    };
    let seed = [
        grant("machine", GrantType::ClientCredentials),
        grant("person", GrantType::Password),
        grant("browser", GrantType::AuthorizationCode),
    ];
    let session = open(builder().connections(seed), &json!({}));
    for (service, body) in [("machine", Value::Null), ("person", json!({}))] {
        let path = format!("/vault/connections/crm/{service}/token");
        let connection = session.call("POST", &path, &body).data();
        assert_eq!(connection["state"], "callable");
        assert!(connection["oauth_grant_type"].is_string());
    }
    let browser = session.call("POST", "/vault/connections/crm/browser/token", &Value::Null);
    assert_eq!(browser.refused(422).0, "InvalidStateError");
    let key = open(builder(), &json!({})).call("POST", &format!("{BAMBOOHR}/token"), &Value::Null);
    assert_eq!(key.refused(422).0, "InvalidStateError");
}

#[test]
fn validating_tells_the_state() {
    let session = open(builder(), &json!({}));
    let path = format!("{SALESFORCE}/validate");
    let data = session.call("POST", &path, &json!({})).data();
    assert_eq!(data, json!({ "id": "crm+salesforce", "state": "callable" }));
}

#[test]
fn importing_brings_credentials() {
    let session = open(builder(), &json!({}));
    let path = format!("{XERO}/import");
    let wrong = session.call("POST", &path, &json!({ "credentials": { "token": "x" } }));
    assert_eq!(
        wrong.refused(400).1["invalid"][0]["/credentials/token"],
        "is not a field of the API"
    );
    let import = json!({
        "credentials": { "access_token": "a", "refresh_token": null },
        "settings": { "tenant_id": "demo-company-uk" },
    });
    assert_eq!(
        session.call("POST", &path, &import).data()["state"],
        "callable"
    );
}

fn merge(session: &Session, path: &str, body: &Value) -> Value {
    let mut request = session.request("PATCH", path, body);
    let media_type = "application/merge-patch+json; charset=utf-8";
    let headers = request.headers_mut();
    headers.insert("content-type", media_type.parse().unwrap());
    crate::support::send(&session.vault, request).data()
}

/// RFC 7396 §2: objects are merged at any depth, `null` removes, anything else replaces.
#[test]
fn a_merge_patch_merges_and_removes() {
    let session = open(builder(), &json!({}));
    let before = json!({ "metadata": { "a": { "b": 1 }, "x": 1, "list": [1, { "y": null }] } });
    session.call("PATCH", SALESFORCE, &before).data();
    let patch =
        json!({ "metadata": { "a": { "c": 2, "d": null }, "x": null, "n": { "o": null } } });
    assert_eq!(
        merge(&session, SALESFORCE, &patch)["metadata"],
        json!({ "a": { "b": 1, "c": 2 }, "list": [1, { "y": null }], "n": {} })
    );
    let patch = json!({ "metadata": { "a": [], "list": { "z": 1 } }, "enabled": false });
    let merged = merge(&session, SALESFORCE, &patch);
    assert_eq!(
        merged["metadata"],
        json!({ "a": [], "list": { "z": 1 }, "n": {} })
    );
    assert_eq!(merged["enabled"], false);
    let removed = merge(&session, SALESFORCE, &json!({ "metadata": null }));
    assert_eq!(removed["metadata"], json!({}));

    // A setting that is gone is missing.
    let added = session.call("PATCH", CLOSE, &json!({ "settings": { "api_key": "k" } }));
    assert_eq!(added.data()["state"], "callable");
    let removed = merge(&session, CLOSE, &json!({ "settings": { "api_key": null } }));
    assert_eq!(removed["state"], "added");
    assert_eq!(removed["settings"].get("api_key"), None);

    // What is added by a patch holds nothing that the patch removes.
    let added = merge(
        &session,
        XERO,
        &json!({ "metadata": { "a": { "b": null } } }),
    );
    assert_eq!(added["metadata"], json!({ "a": {} }));
}

#[test]
fn a_plain_patch_replaces_what_it_names() {
    let session = open(builder(), &json!({}));
    let before = json!({ "metadata": { "a": { "b": 1 }, "x": 1, "y": 1 } });
    session.call("PATCH", SALESFORCE, &before).data();
    let patch = json!({ "metadata": { "a": { "c": 2 }, "x": null }, "settings": null });
    assert_eq!(
        session.call("PATCH", SALESFORCE, &patch).data()["metadata"],
        json!({ "a": { "c": 2 }, "x": null, "y": 1 })
    );
}
