use serde_json::{Value, json};

use crate::support::{CLOSE, SALESFORCE, builder, open};

#[test]
fn defaults_of_a_resource_are_kept() {
    let session = open(builder(), &json!({}));
    let path = format!("{SALESFORCE}/leads/config");
    let empty = session.get(&path).data();
    assert_eq!(
        empty["configuration"],
        json!([{ "resource": "leads", "defaults": [] }])
    );
    assert_eq!(empty["id"], "crm+salesforce");
    let defaults =
        json!([{ "id": "ProductInterest", "value": "GC5000", "target": "custom_fields" }]);
    let body = json!({ "configuration": [{ "resource": "leads", "defaults": defaults }] });
    let changed = session.call("PATCH", &path, &body).data();
    assert_eq!(changed["configuration"][0]["defaults"], defaults);
    assert_eq!(
        session.get(&path).data()["configuration"],
        changed["configuration"]
    );
    let wrong = json!({ "configuration": [{ "resource": 1, "defaults": ["x"] }, 2] });
    let wrong = session.call("PATCH", &path, &wrong);
    let found = wrong.refused(400).1["invalid"].as_array().unwrap().len();
    assert_eq!(found, 3);
    let unknown = session.get(&format!("{SALESFORCE}/invoices/config"));
    assert_eq!(
        unknown.refused(404).1,
        "Could not find resource with id: 'invoices'"
    );
}

#[test]
fn resources_are_described() {
    let session = open(builder(), &json!({}));
    let get = |what: &str| session.get(&format!("{SALESFORCE}/leads/{what}")).data();
    assert_eq!(get("schema")["type"], "object");
    assert_eq!(get("example")["resource"]["id"], "leads");
    assert_eq!(get("custom-fields"), json!([]));
    assert_eq!(get("custom-mappings"), json!([]));
}

#[test]
fn mappings_are_created_changed_listed_and_deleted() {
    let session = open(builder(), &json!({}));
    let list = "/vault/custom-mappings/crm/salesforce";
    let one = format!("{list}/crm+leads+score");
    session.get(&one).refused(404);
    session
        .call("PATCH", &one, &json!({ "value": "$.a" }))
        .refused(404);
    let created = session
        .call("POST", &one, &json!({ "value": "$.a" }))
        .data();
    assert_eq!(
        (&created["key"], &created["value"]),
        (&json!("score"), &json!("$.a"))
    );
    let changed = session
        .call("PATCH", &one, &json!({ "value": "$.b" }))
        .data();
    assert_eq!(session.get(&one).data(), changed);
    assert_eq!(session.get(list).data(), json!([changed]));
    let of_resource = |name: &str| {
        session
            .get(&format!("{SALESFORCE}/{name}/custom-mappings"))
            .data()
    };
    assert_eq!(of_resource("leads"), json!([changed]));
    assert_eq!(of_resource("companies"), json!([]));
    assert_eq!(
        session.get(SALESFORCE).data()["custom_mappings"],
        json!([changed])
    );
    session.call("POST", &one, &json!({})).refused(400);
    assert_eq!(session.call("DELETE", &one, &Value::Null).status, 204);
    session.call("DELETE", &one, &Value::Null).refused(404);
    let available = format!("/vault/custom-mappings/crm/close/{}", "crm+leads+score");
    let refused = session.call("POST", &available, &json!({ "value": "x" }));
    assert_eq!(
        refused.refused(422).1,
        "connection crm+close is available: it has to be added first"
    );
}

#[test]
fn consent_is_recorded() {
    let session = open(builder(), &json!({}));
    let path = format!("{SALESFORCE}/consent");
    assert_eq!(session.get(&path).data(), json!([]));
    let consent = session
        .call(
            "PATCH",
            &path,
            &json!({ "granted": true, "resources": "*" }),
        )
        .data();
    assert_eq!(
        (&consent["granted"], &consent["resources"]),
        (&json!(true), &json!("*"))
    );
    assert_eq!(session.get(&path).data(), json!([consent]));
    let wrong = session.call(
        "PATCH",
        &path,
        &json!({ "granted": 1, "resources": "x", "y": 1 }),
    );
    assert_eq!(wrong.refused(400).1["invalid"].as_array().unwrap().len(), 3);
    session
        .call(
            "PATCH",
            &format!("{CLOSE}/consent"),
            &json!({ "granted": true, "resources": "*" }),
        )
        .refused(422);
}

#[test]
fn consents_and_defaults_count_towards_the_size_of_a_connection() {
    let session = open(builder(), &json!({}));
    let large = "x".repeat(16 * 1024);
    let consent = json!({ "granted": true, "resources": { "leads": large } });
    let defaults = json!([{ "id": "ProductInterest", "value": large }]);
    let config = json!({ "configuration": [{ "resource": "leads", "defaults": defaults }] });
    for (path, body) in [("consent", consent), ("leads/config", config)] {
        let path = format!("{SALESFORCE}/{path}");
        let before = session.get(&path).data();
        let answer = session.call("PATCH", &path, &body);
        assert_eq!(answer.refused(422).0, "ConnectionSettingsError");
        assert_eq!(session.get(&path).data(), before);
    }
}

#[test]
fn records_cannot_grow_without_end() {
    let session = open(builder(), &json!({}));
    let statuses: Vec<_> = (0..200)
        .map(|index| {
            let path = format!("/vault/custom-mappings/crm/salesforce/crm+leads+{index}");
            session
                .call("POST", &path, &json!({ "value": "x".repeat(200) }))
                .status
        })
        .collect();
    assert_eq!(statuses[0], 200);
    assert_eq!(statuses[199], 422);
}

#[test]
fn there_are_no_logs() {
    let session = open(builder(), &json!({}));
    let answer = session.get("/vault/logs?filter[exclude_unified_apis]=vault");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["data"], json!([]));
    assert_eq!(answer.body["meta"]["cursors"]["next"], Value::Null);
}
