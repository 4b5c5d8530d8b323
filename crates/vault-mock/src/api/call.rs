//! What the endpoints of the API read of a call.

use std::borrow::Cow;

use vault_sessions::UnifiedApi;

use super::{error::ServiceError, headers::check_content_type};
use crate::{
    connections::{ConnectionId, ServiceId},
    router::Call,
    rules::Validation,
    validate::{self, BodyRefused, Object},
};

impl Call<'_> {
    /// The connection that the path names first. What cannot be one is as unknown as any other.
    pub(super) fn connection_id(&self) -> Result<ConnectionId, ServiceError> {
        let (api, service) = (self.segment(0), self.segment(1));
        let id = format!("{api}+{service}");
        id.parse()
            .map_err(|_| ServiceError::connection_not_found(&id))
    }

    /// The service that the path names first.
    pub(crate) fn service_id(&self) -> Result<ServiceId, ServiceError> {
        let service = self.segment(0);
        ServiceId::new(service).map_err(|_| ServiceError::connector_not_found(service))
    }

    /// A parameter of the query, decoded; the first of several.
    pub(crate) fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        let query = self.head.parts.uri.query()?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(key, value)| (key == name).then_some(value))
    }

    /// A parameter of the query that has a rule, which strict validation enforces.
    pub(super) fn checked_query(
        &self,
        name: &'static str,
        rule: &str,
        is_valid: impl FnOnce(&str) -> bool,
    ) -> Result<Option<Cow<'_, str>>, ServiceError> {
        let value = self.query(name);
        let query = self.head.parts.uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes());
        let is_strict = self.vault.look_at_rules(|rules| rules.validation) == Validation::Strict;
        if is_strict && pairs.filter(|(key, _)| key == name).count() > 1 {
            let detail = format!("Duplicate Query Parameter: {name}");
            return Err(ServiceError::parameter(detail));
        }
        if is_strict && let Some(value) = value.as_deref().filter(|value| !is_valid(value)) {
            let detail =
                format!("Invalid Query Parameter: {name}: it must be {rule}, not `{value}`");
            return Err(ServiceError::parameter(detail));
        }
        Ok(value)
    }

    /// The Unified API that a list is limited to.
    pub(super) fn api_filter(&self) -> Result<Option<UnifiedApi>, ServiceError> {
        let api = self.checked_query("api", "text", |_| true)?;
        let api = api.filter(|api| !api.is_empty());
        Ok(api.map(|api| UnifiedApi::from(api.as_ref())))
    }

    /// The body as a JSON object; no body at all counts as `{}`.
    pub(super) fn object(&self) -> Result<Object<'_>, ServiceError> {
        check_content_type(self)?;
        let body = if self.vault.look_at_rules(|rules| rules.byte_order_mark) {
            validate::without_mark(self.body)
        } else {
            self.body
        };
        if body.is_empty() {
            return Ok(Object::default());
        }
        validate::parse(body).map_err(|refused| ServiceError::schema(self.vault, &refused))
    }
    /// What the body says, read from its object.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Object<'_>) -> Result<T, BodyRefused>,
    ) -> Result<T, ServiceError> {
        read(&self.object()?).map_err(|refused| ServiceError::schema(self.vault, &refused))
    }
}
