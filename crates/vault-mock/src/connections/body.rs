use serde_json::{Map, Value, json};

use super::{
    connection::Connection,
    form_field::FormField,
    record::{Record, milliseconds},
};

/// Where the browser goes to authorize a connection, and to revoke it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    pub(crate) authorize_url: Option<String>,
    pub(crate) revoke_url: Option<String>,
}

/// A connection as the API writes it.
pub(crate) struct ConnectionBody<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) links: Links,
}

impl From<ConnectionBody<'_>> for Value {
    fn from(body: ConnectionBody<'_>) -> Self {
        let ConnectionBody { connection, links } = body;
        let connector = connection.connector();
        let id = connection.id();
        let record = connection.record();
        let resources = connector.configurable_resources();
        let fields = connector.form_fields().iter();
        let fields: Vec<_> = fields.map(|field| form_field(connection, field)).collect();
        let mut members = json!({
            "id": id.to_string(),
            "service_id": id.service_id(),
            "name": connector.name(),
            "tag_line": connector.tag_line(),
            "unified_api": id.unified_api(),
            "state": connection.state().as_str(),
            "health": connection.health().as_str(),
            "integration_state": connector.integration_state().as_str(),
            "auth_type": connector.auth().as_str(),
            "status": connector.availability().as_str(),
            "enabled": connection.is_enabled(),
            "icon": connector.icon(),
            "logo": connector.logo(),
            "authorize_url": links.authorize_url,
            "revoke_url": links.revoke_url,
            "settings": record.map(|record| &record.settings),
            "metadata": record.map(|record| &record.metadata),
            "form_fields": fields,
            "configuration": record.map_or_else(Vec::new, configuration),
            "configurable_resources": resources,
            "resource_schema_support": resources,
            "resource_settings_support": resources,
            "validation_support": true,
            "schema_support": !resources.is_empty(),
            "settings_required_for_authorization": connector.settings_required_for_authorization(),
            "subscriptions": [],
            "has_guide": connector.has_guide(),
            "custom_mappings": record.map_or_else(Vec::new, custom_mappings),
            "updated_at": connection.updated_at().map(milliseconds),
        });
        if let Value::Object(members) = &mut members {
            let optional = [
                ("website", connector.website().map(Value::from)),
                (
                    "oauth_grant_type",
                    connector
                        .auth()
                        .grant_type()
                        .map(|grant| grant.as_str().into()),
                ),
                (
                    "created_at",
                    connection.created_at().map(milliseconds).map(Value::from),
                ),
            ];
            let present = optional
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)));
            members.extend(present);
        }
        members
    }
}

fn form_field(connection: &Connection, field: &FormField) -> Value {
    let options = field
        .options()
        .map(|(label, value)| json!({ "label": label, "value": value, "option_type": "simple" }));
    let mut members = Map::from_iter(
        [
            ("id", Value::from(field.id())),
            ("label", field.label().into()),
            ("placeholder", field.placeholder().into()),
            ("description", field.description().into()),
            ("type", field.kind().as_str().into()),
            ("required", field.is_required().into()),
            ("custom_field", false.into()),
            ("allow_custom_values", false.into()),
            ("disabled", false.into()),
            ("hidden", false.into()),
            ("sensitive", field.is_sensitive().into()),
            ("options", options.collect()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    if let Some(value) = connection.setting(field.id()) {
        members.insert("value".to_owned(), value.clone());
    }
    Value::Object(members)
}

fn configuration(record: &Record) -> Vec<Value> {
    let resources = record.configuration.iter();
    resources
        .map(|(resource, defaults)| json!({ "resource": resource, "defaults": defaults }))
        .collect()
}

fn custom_mappings(record: &Record) -> Vec<Value> {
    record.custom_mappings.values().cloned().collect()
}
