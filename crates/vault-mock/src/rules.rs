use crate::{
    oauth::OAuthRules,
    policy::ActionEnforcement,
    validate::{SchemaFault, SessionLengthDialect, Validation},
};

/// The switches of what the service's documentation leaves open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) validation: Validation,
    pub(crate) dialect: SessionLengthDialect,
    pub(crate) schema_fault: SchemaFault,
    pub(crate) action_enforcement: ActionEnforcement,
    pub(crate) request_limit: Option<u64>,
    pub(crate) oauth: OAuthRules,
}
