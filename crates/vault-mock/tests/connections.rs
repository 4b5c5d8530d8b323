//! Connections without HTTP: what consumers start with, how that changes, and how much is kept.

use std::{num::NonZeroUsize, time::Duration};

use serde_json::{Map, json};
use vault_mock::{
    Vault,
    connections::{
        Auth, Change, Connection, ConnectionId, ConnectionState, ConnectionState as S, Connections,
        Connector, FieldKind, FormField, GrantType, Health as H, IntegrationState, ServiceId,
    },
};
use vault_sessions::{AppId, ConsumerId, UnifiedApi};

const APP: AppId = AppId::from_static("app");

fn of(vault: &Vault, consumer: &'static str) -> Connections {
    vault.connections(&APP, &ConsumerId::from_static(consumer))
}

fn id(text: &str) -> ConnectionId {
    text.parse().unwrap()
}

fn states(connections: &Connections) -> Vec<(String, ConnectionState, bool)> {
    let all = connections.all().into_iter();
    all.map(|connection| {
        let enabled = connection.is_enabled();
        (connection.id().to_string(), connection.state(), enabled)
    })
    .collect()
}

fn save(members: serde_json::Value) -> Change {
    Change::Save(serde_json::from_value::<Map<_, _>>(members).unwrap())
}

#[test]
fn every_consumer_starts_with_two_callable_and_two_available_connections() {
    let vault = Vault::builder().build();
    assert_eq!(
        states(&of(&vault, "new")),
        [
            ("crm+salesforce".to_owned(), ConnectionState::Callable, true),
            ("hris+bamboohr".to_owned(), ConnectionState::Callable, true),
            (
                "accounting+xero".to_owned(),
                ConnectionState::Available,
                false
            ),
            ("crm+close".to_owned(), ConnectionState::Available, false),
        ]
    );
    let auth: Vec<_> = vault
        .seeded_connections()
        .iter()
        .map(|seeded| seeded.connector().auth())
        .collect();
    let oauth = Auth::OAuth2(GrantType::AuthorizationCode);
    assert_eq!(auth, [oauth, Auth::ApiKey, oauth, Auth::ApiKey]);
}

#[test]
fn consumers_and_apps_do_not_share_connections() {
    let vault = Vault::builder().build();
    let salesforce = id("crm+salesforce");
    of(&vault, "one")
        .apply(&salesforce, Change::Disable)
        .unwrap();
    assert!(!of(&vault, "one").find(&salesforce).unwrap().is_enabled());
    assert!(of(&vault, "two").find(&salesforce).unwrap().is_enabled());
    let elsewhere = AppId::from_static("other-app");
    let elsewhere = vault.connections(&elsewhere, &ConsumerId::from_static("one"));
    assert!(elsewhere.find(&salesforce).unwrap().is_enabled());
    of(&vault, "one").reset();
    assert!(of(&vault, "one").find(&salesforce).unwrap().is_enabled());
}

#[test]
fn xero_is_added_authorized_completed_disabled_revoked_and_deleted() {
    let vault = Vault::builder().build();
    let connections = of(&vault, "consumer");
    let xero = id("accounting+xero");
    let mut seen = Vec::new();
    for change in [
        Change::Enable,
        Change::AuthorizeUnconfirmed,
        save(json!({ "tenant_id": "demo-company-uk" })),
        Change::Confirm,
        Change::Disable,
        Change::Refuse,
        Change::Authorize,
        Change::Revoke,
        Change::Delete,
    ] {
        let connection = connections.apply(&xero, change).unwrap();
        let row = (
            connection.state(),
            connection.health(),
            connection.is_enabled(),
            connection.is_revocable(),
        );
        seen.push(row);
    }
    assert_eq!(
        seen,
        [
            (S::Added, H::MissingSettings, true, false),
            (S::Authorized, H::MissingSettings, true, true),
            (S::Authorized, H::PendingConfirmation, true, true),
            (S::Callable, H::Ok, true, true),
            (S::Callable, H::Ok, false, true),
            (S::Invalid, H::NeedsAuth, false, true),
            (S::Callable, H::Ok, false, true),
            (S::Added, H::Revoked, false, false),
            (S::Available, H::NeedsAuth, false, false),
        ]
    );
}

#[test]
fn a_key_that_stops_working_is_replaced() {
    let vault = Vault::builder().build();
    let connections = of(&vault, "consumer");
    let close = id("crm+close");
    let added = connections.apply(&close, Change::Enable).unwrap();
    assert_eq!(added.missing_settings(), ["api_key"]);
    let refused = connections.apply(&close, Change::Refuse).unwrap_err();
    assert!(refused.is_invalid_state(), "{refused}");
    for (change, state) in [
        (save(json!({ "api_key": "  " })), ConnectionState::Added),
        (save(json!({ "api_key": "k1" })), ConnectionState::Callable),
        (Change::Refuse, ConnectionState::Invalid),
        (save(json!({ "api_key": "k2" })), ConnectionState::Callable),
        (save(json!({ "api_key": null })), ConnectionState::Added),
    ] {
        assert_eq!(connections.apply(&close, change).unwrap().state(), state);
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let vault = Vault::builder().build();
    let connections = of(&vault, "consumer");
    let before = states(&connections);
    for (connection, change, reason) in [
        (
            "crm+close",
            Change::Authorize,
            "connection crm+close is available: the service does not use OAuth",
        ),
        (
            "hris+bamboohr",
            Change::Revoke,
            "connection hris+bamboohr is callable: the service does not use OAuth",
        ),
        (
            "accounting+xero",
            Change::Revoke,
            "connection accounting+xero is available: there is no authorization to revoke",
        ),
        (
            "crm+salesforce",
            Change::Confirm,
            "connection crm+salesforce is callable: there is nothing to confirm",
        ),
        (
            "accounting+xero",
            Change::Refuse,
            "connection accounting+xero is available: there are no credentials yet",
        ),
    ] {
        let refused = connections.apply(&id(connection), change).unwrap_err();
        assert!(refused.is_invalid_state());
        assert_eq!(refused.to_string(), reason);
    }
    let refused = connections
        .apply(&id("crm+none"), Change::Enable)
        .unwrap_err();
    assert!(refused.is_not_found(), "{refused}");
    assert_eq!(states(&connections), before);
}

#[test]
fn seeds_are_in_the_state_they_are_asked_for_or_refused() {
    let oauth = Connector::oauth2(UnifiedApi::Crm, ServiceId::from_static("a"), "A");
    let demanding = oauth
        .clone()
        .with_form_field(FormField::new("tenant", "Tenant", FieldKind::Text).required());
    let key = Connector::api_key(UnifiedApi::Crm, ServiceId::from_static("b"), "B");
    let open = Connector::new(
        UnifiedApi::Crm,
        ServiceId::from_static("c"),
        "C",
        Auth::None,
    );
    for (connector, reachable) in [
        (oauth, &[true, true, true, true, true]),
        (demanding, &[true, true, true, true, true]),
        (key, &[true, true, false, true, true]),
        (open, &[true, false, false, true, true]),
    ] {
        for (state, &reachable) in ConnectionState::ALL.into_iter().zip(reachable) {
            match Connection::in_state(connector.clone(), state) {
                Ok(connection) => {
                    assert!(reachable, "{} {state}", connector.id());
                    assert_eq!(connection.state(), state);
                }
                Err(error) => assert!(!reachable, "{error}"),
            }
        }
    }
}

#[test]
fn settings_before_authorization_come_before_authorization() {
    let field = FormField::new("client_id", "Client ID", FieldKind::Text);
    let connector = Connector::oauth2(UnifiedApi::Crm, ServiceId::from_static("own"), "Own")
        .with_form_field_before_authorization(field);
    let mut connection = Connection::available(connector);
    let refused = connection.apply(Change::Authorize).unwrap_err();
    assert!(refused.is_missing_settings());
    assert_eq!(
        refused.to_string(),
        "connection crm+own needs settings first: client_id"
    );
    connection.apply(save(json!({ "client_id": "x" }))).unwrap();
    connection.apply(Change::Authorize).unwrap();
    assert_eq!(connection.state(), ConnectionState::Callable);
}

#[test]
fn memory_is_bounded_by_consumers_and_by_connection() {
    let two = NonZeroUsize::new(2).unwrap();
    let vault = Vault::builder().changed_consumers(two).build();
    let salesforce = id("crm+salesforce");
    let is_enabled = |consumer| of(&vault, consumer).find(&salesforce).unwrap().is_enabled();
    of(&vault, "one")
        .apply(&salesforce, Change::Disable)
        .unwrap();
    of(&vault, "two")
        .apply(&salesforce, Change::Disable)
        .unwrap();
    assert!(!is_enabled("one"));
    // A refusal and a look take no place.
    of(&vault, "three")
        .apply(&salesforce, Change::Confirm)
        .unwrap_err();
    assert!(is_enabled("three"));
    assert!(!is_enabled("one") && !is_enabled("two"));
    assert!(!is_enabled("one"));
    of(&vault, "three")
        .apply(&salesforce, Change::Disable)
        .unwrap();
    assert!(is_enabled("two"), "not looked at for longest");
    assert!(!is_enabled("one") && !is_enabled("three"));

    let large = save(json!({ "note": "x".repeat(16 * 1024) }));
    let refused = of(&vault, "one").apply(&salesforce, large).unwrap_err();
    assert!(refused.is_too_large(), "{refused}");
}

#[test]
fn times_are_on_the_clock_of_the_mock() {
    let vault = Vault::builder().build();
    let start = vault.clock().now();
    vault.clock().advance(Duration::from_secs(60));
    let connections = of(&vault, "consumer");
    let changed = connections
        .apply(&id("crm+salesforce"), Change::Disable)
        .unwrap();
    assert_eq!(changed.created_at(), Some(start));
    assert_eq!(changed.updated_at(), Some(start + Duration::from_secs(60)));
    assert_eq!(
        connections.find(&id("crm+close")).unwrap().created_at(),
        None
    );
}

#[test]
fn values_of_settings_are_not_shown() {
    let vault = Vault::builder().build();
    let key = save(json!({ "api_key": "SECRET" }));
    let changed = of(&vault, "consumer").apply(&id("crm+close"), key).unwrap();
    let shown = format!("{changed:?} {vault:?}");
    assert!(
        shown.contains("api_key") && !shown.contains("SECRET"),
        "{shown}"
    );
}

#[test]
fn a_seed_can_be_switched_off_and_everybody_can_start_over() {
    let key = Connector::api_key(UnifiedApi::Crm, ServiceId::from_static("b"), "B");
    let seed = Connection::callable(key).disabled();
    let vault = Vault::builder().connections([seed]).build();
    let before = [("crm+b".to_owned(), ConnectionState::Callable, false)];
    assert_eq!(states(&of(&vault, "one")), before);
    for consumer in ["one", "two"] {
        let connections = of(&vault, consumer);
        connections.apply(&id("crm+b"), Change::Enable).unwrap();
        assert_ne!(states(&connections), before);
    }
    vault.reset_connections();
    for consumer in ["one", "two"] {
        assert_eq!(states(&of(&vault, consumer)), before);
    }
}

#[test]
fn an_integration_that_is_not_configured_cannot_be_authorized() {
    for state in [
        IntegrationState::Disabled,
        IntegrationState::NeedsConfiguration,
    ] {
        let connector = Connector::oauth2(UnifiedApi::Crm, ServiceId::from_static("a"), "A")
            .with_integration_state(state);
        let mut connection = Connection::available(connector);
        for change in [Change::Authorize, Change::AuthorizeUnconfirmed] {
            let refused = connection.apply(change).unwrap_err();
            assert_eq!(
                refused.to_string(),
                "connection crm+a is available: the integration is not configured"
            );
        }
    }
}

#[test]
fn metadata_counts_towards_the_size_of_a_connection() {
    let vault = Vault::builder().build();
    let large = json!({ "note": "x".repeat(16 * 1024) });
    let large = Change::Describe(serde_json::from_value(large).unwrap());
    let refused = of(&vault, "one").apply(&id("crm+salesforce"), large);
    assert!(refused.unwrap_err().is_too_large());
}

#[test]
fn what_has_no_credentials_cannot_have_them_refused() {
    let service = ServiceId::from_static("close");
    let connector = || Connector::api_key(UnifiedApi::Crm, service.clone(), "Close");
    let mut available = Connection::available(connector());
    assert!(available.apply(Change::Refuse).is_err());
    assert_eq!(available.state(), ConnectionState::Available);
    let mut callable = Connection::callable(connector());
    callable.apply(Change::Refuse).unwrap();
    assert_eq!(callable.state(), ConnectionState::Invalid);
}
