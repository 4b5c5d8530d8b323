use serde_json::{Value, json};
use vault_mock::connections::{Change, ConnectionState};
use vault_sessions::{Action, AppId, ConsumerId};

use crate::{
    oauth::{follow, follow_to_the_end},
    support::{Answer, BAMBOOHR, CLOSE, SALESFORCE, Session, XERO, builder, open},
};

/// What each action does over HTTP; a redirect that ends with an error counts as 403 if it says so.
fn perform(session: &Session, action: Action) -> u16 {
    let link = |url: &str| {
        let connection = session.get(SALESFORCE).data();
        format!(
            "{}&redirect_uri=http://localhost/done",
            connection[url].as_str().unwrap()
        )
    };
    let end_of = |answer: Answer| match answer.location() {
        "http://localhost/done" => 200,
        failed => {
            assert!(failed.contains("error_type=ForbiddenError"), "{failed}");
            403
        }
    };
    match action {
        Action::Delete => session.call("DELETE", BAMBOOHR, &Value::Null).status,
        Action::Disable => {
            let off = json!({ "enabled": false });
            session.call("PATCH", BAMBOOHR, &off).status
        }
        Action::Reauthorize => match follow_to_the_end(&session.vault, &link("authorize_url")) {
            end if end == "http://localhost/done" => 200,
            end => {
                assert!(end.contains("error_type=ForbiddenError"), "{end}");
                403
            }
        },
        Action::Disconnect => end_of(follow(&session.vault, &link("revoke_url"))),
        _ => unreachable!("there are four actions"),
    }
}

fn allowing(actions: &[Action], is_enforced: bool) -> Session {
    let actions: Vec<_> = actions.iter().map(ToString::to_string).collect();
    let body = json!({
        "redirect_uri": "http://localhost/done",
        "settings": { "allow_actions": actions },
    });
    open(builder().enforce_actions(is_enforced), &body)
}

#[test]
fn by_default_actions_are_only_shown() {
    for &action in Action::ALL {
        let session = allowing(&[], false);
        let status = perform(&session, action);
        assert!(status < 300, "{action}: {status}");
    }
}

#[test]
fn enforced_means_that_each_action_is_refused_unless_it_is_allowed() {
    for &allowed in Action::ALL {
        for &performed in Action::ALL {
            let session = allowing(&[allowed], true);
            let status = perform(&session, performed);
            assert_eq!(
                status == 403,
                allowed != performed,
                "{allowed} {performed}: {status}"
            );
        }
    }
}

#[test]
fn a_refusal_has_the_shape_of_the_service_and_changes_nothing() {
    let session = allowing(&[], true);
    let answer = session.call("DELETE", BAMBOOHR, &Value::Null);
    let (type_name, detail) = answer.refused(403);
    assert_eq!(type_name, "ForbiddenError");
    assert_eq!(detail, "the session's allow_actions does not name `delete`");
    assert_eq!(session.state(BAMBOOHR), ("callable".to_owned(), true));
    let both = json!({ "enabled": false, "settings": { "subdomain": "x" } });
    session.call("PATCH", BAMBOOHR, &both).refused(403);
    assert_eq!(
        session.get(BAMBOOHR).data()["settings"]["subdomain"],
        "made-up-subdomain"
    );
}

#[test]
fn every_way_to_authorize_again_is_guarded() {
    let session = allowing(&[], true);
    let consumer = ConsumerId::from_static("consumer");
    let connections = session
        .vault
        .connections(&AppId::from_static("app"), &consumer);
    let xero = connections.apply(&"accounting+xero".parse().unwrap(), Change::Authorize);
    assert_eq!(xero.unwrap().state(), ConnectionState::Authorized);
    for path in [SALESFORCE, XERO] {
        let import = json!({ "credentials": { "access_token": "a" } });
        for (call, body) in [("token", json!({})), ("import", import)] {
            let answer = session.call("POST", &format!("{path}/{call}"), &body);
            assert_eq!(answer.refused(403).0, "ForbiddenError", "{path}/{call}");
        }
    }
}

#[test]
fn switching_off_what_is_off_is_no_action() {
    let session = allowing(&[], true);
    let consumer = ConsumerId::from_static("consumer");
    let connections = session
        .vault
        .connections(&AppId::from_static("app"), &consumer);
    let salesforce = "crm+salesforce".parse().unwrap();
    connections.apply(&salesforce, Change::Disable).unwrap();
    let off = json!({ "enabled": false });
    session.call("PATCH", SALESFORCE, &off).data();
}

#[test]
fn adding_and_the_first_authorization_always_pass() {
    let session = allowing(&[], true);
    let on = json!({ "enabled": true });
    session.call("PATCH", CLOSE, &on).data();
    session.call("PATCH", XERO, &on).data();
    let settings = json!({ "settings": { "tenant_id": "demo-company-uk" } });
    session.call("PATCH", XERO, &settings).data();
    let url = session.get(XERO).data()["authorize_url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        follow_to_the_end(&session.vault, &url),
        "http://localhost/done"
    );
    assert_eq!(session.state(XERO).0, "callable");
    let again = follow_to_the_end(&session.vault, &url);
    assert!(again.contains("error_type=ForbiddenError"), "{again}");
}

#[test]
fn absent_and_null_allow_everything() {
    for settings in [json!({}), json!({ "allow_actions": null })] {
        for &action in Action::ALL {
            let body = json!({ "redirect_uri": "http://localhost/done", "settings": settings });
            let session = open(builder().enforce_actions(true), &body);
            assert!(perform(&session, action) < 300, "{action}");
        }
    }
}
