use vault_sessions::UnifiedApi;

use super::{
    auth::{Auth, GrantType},
    form_field::{FieldKind, FormField},
    id::ConnectionId,
    service_id::ServiceId,
    state::IntegrationState,
};

/// A service that consumers can connect to: the part of a [`Connection`](super::Connection) that is the
/// same for every consumer.
///
/// ```
/// use vault_mock::connections::{Connector, FieldKind, FormField, ServiceId};
/// use vault_sessions::UnifiedApi;
///
/// let xero = Connector::oauth2(UnifiedApi::Accounting, ServiceId::from_static("xero"), "Xero")
///     .with_form_field(FormField::new("tenant", "Organization", FieldKind::Select).required());
/// assert_eq!(xero.id().to_string(), "accounting+xero");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Connector {
    id: ConnectionId,
    name: String,
    auth: Auth,
    tag_line: String,
    website: Option<String>,
    icon: String,
    logo: String,
    availability: Availability,
    integration_state: IntegrationState,
    form_fields: Vec<FormField>,
    before_authorization: Vec<String>,
    configurable_resources: Vec<String>,
    has_guide: bool,
}

/// Whether a connector can be used yet (`status`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Availability {
    /// It works.
    #[default]
    Live,
    /// It is announced.
    Upcoming,
    /// Somebody asked for it.
    Requested,
}

impl Connector {
    /// A connector without form fields, live and configured.
    #[must_use]
    pub fn new(
        unified_api: UnifiedApi,
        service_id: ServiceId,
        name: impl Into<String>,
        auth: Auth,
    ) -> Self {
        let name = name.into();
        let icon = letter(&name);
        Self {
            id: ConnectionId::new(unified_api, service_id),
            tag_line: format!("{name}, emulated"),
            name,
            auth,
            website: None,
            logo: icon.clone(),
            icon,
            availability: Availability::default(),
            integration_state: IntegrationState::default(),
            form_fields: Vec::new(),
            before_authorization: Vec::new(),
            configurable_resources: Vec::new(),
            has_guide: false,
        }
    }

    /// A connector that the consumer authorizes in the browser (OAuth 2.0, authorization code).
    #[must_use]
    pub fn oauth2(unified_api: UnifiedApi, service_id: ServiceId, name: impl Into<String>) -> Self {
        let auth = Auth::OAuth2(GrantType::AuthorizationCode);
        Self::new(unified_api, service_id, name, auth)
    }

    /// A connector that asks for an API key, in the required setting `api_key`.
    #[must_use]
    pub fn api_key(
        unified_api: UnifiedApi,
        service_id: ServiceId,
        name: impl Into<String>,
    ) -> Self {
        // Not of the kind `Password`, which the older SDK for Python refuses.
        let key = FormField::new("api_key", "API key", FieldKind::Text);
        Self::new(unified_api, service_id, name, Auth::ApiKey)
            .with_form_field(key.required().sensitive())
    }

    /// Asks for a setting.
    #[must_use]
    pub fn with_form_field(mut self, field: FormField) -> Self {
        self.form_fields.push(field);
        self
    }

    /// Asks for a setting that must have a value before OAuth can start
    /// (`settings_required_for_authorization`).
    #[must_use]
    pub fn with_form_field_before_authorization(mut self, field: FormField) -> Self {
        self.before_authorization.push(field.id().to_owned());
        self.with_form_field(field.required())
    }

    /// Lets the consumer configure a resource, such as `leads` (`configurable_resources`).
    #[must_use]
    pub fn with_configurable_resource(mut self, resource: impl Into<String>) -> Self {
        self.configurable_resources.push(resource.into());
        self
    }

    /// Describes the service in a sentence.
    #[must_use]
    pub fn with_tag_line(mut self, tag_line: impl Into<String>) -> Self {
        self.tag_line = tag_line.into();
        self
    }

    /// The URL of the service's website.
    #[must_use]
    pub fn with_website(mut self, url: impl Into<String>) -> Self {
        self.website = Some(url.into());
        self
    }

    /// The URLs of icon and logo; by default the first letter of the name, as a `data:` URL.
    #[must_use]
    pub fn with_images(mut self, icon: impl Into<String>, logo: impl Into<String>) -> Self {
        self.icon = icon.into();
        self.logo = logo.into();
        self
    }

    /// Whether the connector can be used yet.
    #[must_use]
    pub fn with_availability(mut self, availability: Availability) -> Self {
        self.availability = availability;
        self
    }

    /// How far the app's owner has come with the integration.
    #[must_use]
    pub fn with_integration_state(mut self, state: IntegrationState) -> Self {
        self.integration_state = state;
        self
    }

    /// Marks the connector as one with a guide for consumers.
    #[must_use]
    pub fn with_guide(mut self) -> Self {
        self.has_guide = true;
        self
    }

    /// What identifies its connection among a consumer's.
    #[must_use]
    pub fn id(&self) -> &ConnectionId {
        &self.id
    }

    /// The name of the service.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How consumers prove who they are.
    #[must_use]
    pub fn auth(&self) -> Auth {
        self.auth
    }

    /// The description of the service.
    #[must_use]
    pub fn tag_line(&self) -> &str {
        &self.tag_line
    }

    /// The URL of the service's website.
    #[must_use]
    pub fn website(&self) -> Option<&str> {
        self.website.as_deref()
    }

    /// The URL of the icon.
    #[must_use]
    pub fn icon(&self) -> &str {
        &self.icon
    }

    /// The URL of the logo.
    #[must_use]
    pub fn logo(&self) -> &str {
        &self.logo
    }

    /// Whether the connector can be used yet.
    #[must_use]
    pub fn availability(&self) -> Availability {
        self.availability
    }

    /// How far the app's owner has come with the integration.
    #[must_use]
    pub fn integration_state(&self) -> IntegrationState {
        self.integration_state
    }

    /// The settings that consumers are asked for.
    #[must_use]
    pub fn form_fields(&self) -> &[FormField] {
        &self.form_fields
    }

    /// The IDs of the settings that OAuth waits for.
    #[must_use]
    pub fn settings_required_for_authorization(&self) -> &[String] {
        &self.before_authorization
    }

    /// The resources that consumers can configure.
    #[must_use]
    pub fn configurable_resources(&self) -> &[String] {
        &self.configurable_resources
    }

    /// Whether there is a guide for consumers.
    #[must_use]
    pub fn has_guide(&self) -> bool {
        self.has_guide
    }
}

impl Availability {
    /// The `status` on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Upcoming => "upcoming",
            Self::Requested => "requested",
        }
    }
}

/// An image that needs no network: the first letter of a name on grey, or nothing but grey.
fn letter(name: &str) -> String {
    let initial = name.chars().next().filter(char::is_ascii_alphanumeric);
    let initial = initial.map(String::from).unwrap_or_default();
    format!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E\
         %3Crect width='32' height='32' rx='6' fill='%23667085'/%3E\
         %3Ctext x='16' y='22' font-family='sans-serif' font-size='18' text-anchor='middle' \
         fill='white'%3E{initial}%3C/text%3E%3C/svg%3E"
    )
}
