//! What goes on the wire is what the types hold, in both directions.

use proptest::prelude::*;
use serde_json::Value;
use vault_sessions::{ActionSet, AppId, ConsumerId, CreateSession, Session, Settings, strategies};

fn body(session: &Session) -> Vec<u8> {
    CreateSession::builder()
        .app_id(AppId::from_static("app"))
        .consumer_id(ConsumerId::from_static("consumer"))
        .session(session.clone())
        .build()
        .body()
}

fn any_session() -> impl Strategy<Value = Session> {
    prop_oneof![strategies::session(), strategies::newer_session()]
}

proptest! {
    #[test]
    fn writer_equals_serde(session in any_session()) {
        prop_assert_eq!(body(&session), serde_json::to_vec(&session).unwrap());
    }

    #[test]
    fn a_body_survives_the_wire(session in any_session()) {
        let read: Session = serde_json::from_slice(&body(&session)).unwrap();
        prop_assert_eq!(read, session);
    }

    #[test]
    fn a_body_survives_the_tree(session in any_session()) {
        let tree = serde_json::to_value(&session).unwrap();
        prop_assert_eq!(serde_json::from_value::<Session>(tree).unwrap(), session);
    }

    #[test]
    fn writing_appends(request in strategies::create_session(), prefix: Vec<u8>) {
        let mut buffer = prefix.clone();
        request.write_body(&mut buffer);
        prop_assert_eq!(buffer, [prefix, request.body()].concat());
    }

    #[test]
    fn actions_absent_empty_and_some_stay_apart(allowed in strategies::maybe_action_set()) {
        let settings = Settings::builder()
            .maybe(allowed.clone(), vault_sessions::SettingsBuilder::allow_actions)
            .build();
        let tree = serde_json::to_value(&settings).unwrap();
        let expected = allowed.as_ref().map(names);
        prop_assert_eq!(tree.get("allow_actions"), expected.as_ref());
        let read: Settings = serde_json::from_value(tree).unwrap();
        prop_assert_eq!(read.allow_actions, allowed);
    }

    #[test]
    fn a_near_miss_is_refused(miss in strategies::near_miss()) {
        let text = miss.body.to_string();
        let error = serde_json::from_str::<Session>(&text).unwrap_err();
        prop_assert!(error.is_data(), "{}", error);
        prop_assert!(error.line() == 1 && error.column() <= text.len(), "{}", error);
    }

    #[test]
    fn a_near_miss_is_a_body_but_for_its_pointer(miss in strategies::near_miss()) {
        let mut body = miss.body;
        prop_assume!(!miss.pointer.is_empty());
        let place = miss.pointer.strip_suffix("/0").unwrap_or(&miss.pointer);
        *body.pointer_mut(place).unwrap() = Value::Null;
        prop_assert!(serde_json::from_value::<Session>(body).is_ok());
    }

    #[test]
    fn an_unknown_name_is_kept(newer in strategies::unknown_name()) {
        let read: Session = serde_json::from_value(newer.body.clone()).unwrap();
        let mut expected = newer.body;
        sort_actions(&mut expected);
        prop_assert_eq!(serde_json::to_value(read).unwrap(), expected);
    }
}

fn names(set: &ActionSet) -> Value {
    set.iter()
        .map(|action| Value::from(action.as_str()))
        .collect()
}

/// A set has no order of its own: what is written is the API's order, without repetition.
fn sort_actions(body: &mut Value) {
    if let Some(actions) = body.pointer_mut("/settings/allow_actions") {
        let set: ActionSet = serde_json::from_value(actions.take()).unwrap();
        *actions = serde_json::to_value(set).unwrap();
    }
}
