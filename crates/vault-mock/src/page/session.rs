use serde_json::Value;
use vault_sessions::{AppId, Claims, ConsumerId, UnifiedApi};

use super::link::Link;

/// What a session asks the page to show, with the service's defaults for what it leaves open.
///
/// Read leniently, as the service's page reads it: a member of an unexpected kind counts as absent.
#[derive(Clone, Copy)]
pub(super) struct PageSession<'a>(&'a Claims);

impl<'a> PageSession<'a> {
    pub(super) fn new(claims: &'a Claims) -> Self {
        Self(claims)
    }

    pub(super) fn claims(self) -> &'a Claims {
        self.0
    }

    pub(super) fn app(self) -> &'a AppId {
        self.0.application_id()
    }

    pub(super) fn consumer(self) -> &'a ConsumerId {
        self.0.consumer_id()
    }

    /// A text of `theme` or `consumer_metadata`, unless it is blank.
    pub(super) fn text(self, object: &str, name: &str) -> Option<&'a str> {
        let text = self.0.others().get(object)?.get(name)?.as_str()?;
        Some(text).filter(|text| !text.trim().is_empty())
    }

    pub(super) fn vault_name(self) -> &'a str {
        self.text("theme", "vault_name").unwrap_or("Vault")
    }

    pub(super) fn link(self, object: &str, name: &str) -> Option<Link> {
        Link::new(self.text(object, name)?)
    }

    /// Where the consumer goes after the session, if a browser may be sent there.
    pub(super) fn redirect_uri(self) -> Option<Link> {
        Link::new(self.0.others().get("redirect_uri")?.as_str()?)
    }

    /// Whether the session is about this Unified API; an empty or absent list means all.
    pub(super) fn is_about(self, api: &UnifiedApi) -> bool {
        match self.setting("unified_apis").and_then(Value::as_array) {
            Some(listed) if !listed.is_empty() => listed.iter().any(|id| *id == api.as_str()),
            _ => true,
        }
    }

    pub(super) fn hides_resources(self) -> bool {
        self.flag("hide_resource_settings", false)
    }

    pub(super) fn is_sandbox(self) -> bool {
        self.flag("sandbox_mode", false)
    }

    pub(super) fn is_isolated(self) -> bool {
        self.flag("isolation_mode", false)
    }

    /// Isolation takes the page away, not only the link to it.
    pub(super) fn shows_logs(self) -> bool {
        self.flag("show_logs", true) && !self.is_isolated()
    }

    /// As [`shows_logs`](Self::shows_logs).
    pub(super) fn shows_suggestions(self) -> bool {
        self.flag("show_suggestions", false) && !self.is_isolated()
    }

    pub(super) fn shows_sidebar(self) -> bool {
        self.flag("show_sidebar", true)
    }

    pub(super) fn redirects_when_callable(self) -> bool {
        self.flag("auto_redirect", false)
    }

    pub(super) fn hides_guides(self) -> bool {
        self.flag("hide_guides", false)
    }

    pub(super) fn hides_consumer(self) -> bool {
        self.flag("hide_consumer_card", false)
    }

    fn flag(self, name: &str, default: bool) -> bool {
        self.setting(name)
            .and_then(Value::as_bool)
            .unwrap_or(default)
    }

    fn setting(self, name: &str) -> Option<&'a Value> {
        self.0.others().get("settings")?.get(name)
    }
}
