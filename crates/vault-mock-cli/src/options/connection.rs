use serde::Deserialize;
use vault_mock::connections::{
    Auth, Connection, ConnectionId, ConnectionState, Connector, FieldKind, FormField, GrantType,
};

use super::values::text;

/// A connection that every consumer starts with: `[[connections]]`, in the file alone.
#[derive(Deserialize)]
#[serde(try_from = "Described")]
pub(crate) struct Seed(Connection);

impl Seed {
    pub(super) fn into_connection(self) -> Connection {
        self.0
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Described {
    #[serde(deserialize_with = "text")]
    id: ConnectionId,
    auth: Kind,
    name: Option<String>,
    tag_line: Option<String>,
    website: Option<String>,
    #[serde(default = "available", deserialize_with = "text")]
    state: ConnectionState,
    #[serde(default = "enabled")]
    enabled: bool,
    #[serde(default)]
    form_fields: Vec<Field>,
    #[serde(default)]
    configurable_resources: Vec<String>,
}

/// How consumers prove who they are.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Oauth2,
    Oauth2ClientCredentials,
    Oauth2Password,
    ApiKey,
    Basic,
    Custom,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Field {
    id: String,
    label: Option<String>,
    #[serde(rename = "type", default = "plain", deserialize_with = "text")]
    kind: FieldKind,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    before_authorization: bool,
    #[serde(default)]
    sensitive: bool,
    placeholder: Option<String>,
    description: Option<String>,
    /// What there is to choose from; each is label and value at once.
    #[serde(default)]
    options: Vec<String>,
}

impl TryFrom<Described> for Seed {
    type Error = String;

    fn try_from(described: Described) -> Result<Self, String> {
        let (state, enabled) = (described.state, described.enabled);
        let connection = Connection::in_state(described.connector(), state);
        let connection = connection.map_err(|unreachable| unreachable.to_string())?;
        Ok(Self(if enabled {
            connection
        } else {
            connection.disabled()
        }))
    }
}

impl Described {
    fn connector(self) -> Connector {
        let (api, service) = (self.id.unified_api().clone(), self.id.service_id().clone());
        let name = self.name.unwrap_or_else(|| service.to_string());
        let mut connector = match self.auth {
            // The constructor asks for the key.
            Kind::ApiKey => Connector::api_key(api, service, name),
            Kind::Oauth2 => Connector::oauth2(api, service, name),
            Kind::Oauth2ClientCredentials => Connector::new(
                api,
                service,
                name,
                Auth::OAuth2(GrantType::ClientCredentials),
            ),
            Kind::Oauth2Password => {
                Connector::new(api, service, name, Auth::OAuth2(GrantType::Password))
            }
            Kind::Basic => Connector::new(api, service, name, Auth::Basic),
            Kind::Custom => Connector::new(api, service, name, Auth::Custom),
            Kind::None => Connector::new(api, service, name, Auth::None),
        };
        if let Some(tag_line) = self.tag_line {
            connector = connector.with_tag_line(tag_line);
        }
        if let Some(website) = self.website {
            connector = connector.with_website(website);
        }
        for field in self.form_fields {
            connector = if field.before_authorization {
                connector.with_form_field_before_authorization(field.into())
            } else {
                connector.with_form_field(field.into())
            };
        }
        for resource in self.configurable_resources {
            connector = connector.with_configurable_resource(resource);
        }
        connector
    }
}

impl From<Field> for FormField {
    fn from(field: Field) -> Self {
        let label = field.label.unwrap_or_else(|| field.id.clone());
        let mut form_field = Self::new(field.id, label, field.kind);
        if field.required {
            form_field = form_field.required();
        }
        if field.sensitive {
            form_field = form_field.sensitive();
        }
        if let Some(placeholder) = field.placeholder {
            form_field = form_field.with_placeholder(placeholder);
        }
        if let Some(description) = field.description {
            form_field = form_field.with_description(description);
        }
        for option in field.options {
            form_field = form_field.with_option(option.clone(), option);
        }
        form_field
    }
}

fn available() -> ConnectionState {
    ConnectionState::Available
}

fn enabled() -> bool {
    true
}

fn plain() -> FieldKind {
    FieldKind::Text
}
