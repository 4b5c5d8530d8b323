use vault_sessions::UnifiedApi;

use super::{
    connection::Connection,
    connector::Connector,
    form_field::{FieldKind, FormField},
    service_id::ServiceId,
};

/// What every consumer starts with: one callable OAuth connection, one callable with an API key,
/// and two that can be added, one of each kind.
pub(super) fn default_connections() -> Vec<Connection> {
    vec![
        Connection::callable(salesforce()),
        Connection::callable(bamboohr()),
        Connection::available(xero()),
        Connection::available(close()),
    ]
}

fn salesforce() -> Connector {
    Connector::oauth2(
        UnifiedApi::Crm,
        ServiceId::from_static("salesforce"),
        "Salesforce",
    )
    .with_tag_line("Customer relationship management")
    .with_website("https://www.salesforce.com")
    .with_form_field(
        FormField::new("instance_url", "Instance URL", FieldKind::Url)
            .with_placeholder("https://eu28.salesforce.com"),
    )
    .with_configurable_resource("leads")
    .with_guide()
}

fn bamboohr() -> Connector {
    Connector::api_key(
        UnifiedApi::Hris,
        ServiceId::from_static("bamboohr"),
        "BambooHR",
    )
    .with_tag_line("Human resources for small and medium businesses")
    .with_website("https://www.bamboohr.com")
    .with_form_field(
        FormField::new("subdomain", "Subdomain", FieldKind::Text)
            .required()
            .with_description("The part before .bamboohr.com"),
    )
}

/// Authorizing is not enough for Xero: the consumer then chooses an organization.
fn xero() -> Connector {
    Connector::oauth2(
        UnifiedApi::Accounting,
        ServiceId::from_static("xero"),
        "Xero",
    )
    .with_tag_line("Accounting software")
    .with_website("https://www.xero.com")
    .with_form_field(
        FormField::new("tenant_id", "Organization", FieldKind::Select)
            .required()
            .with_option("Demo Company (Global)", "demo-company-global")
            .with_option("Demo Company (UK)", "demo-company-uk"),
    )
}

fn close() -> Connector {
    Connector::api_key(UnifiedApi::Crm, ServiceId::from_static("close"), "Close")
        .with_tag_line("Sales communication")
        .with_website("https://www.close.com")
}
