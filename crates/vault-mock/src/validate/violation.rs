use serde_json::{Map, Value};
use vault_sessions::Detail;

/// Why a body is refused.
#[derive(Debug)]
pub(crate) enum BodyRefused {
    /// It is not JSON; the text says where.
    Syntax(String),
    /// It is JSON that the API does not describe.
    Violations(Vec<BodyViolation>),
}

/// One place in the body that breaks a rule.
#[derive(Debug, PartialEq)]
pub(crate) struct BodyViolation {
    /// JSON pointer (RFC 6901); empty for the body itself.
    pub(crate) pointer: String,
    /// The rule, as an instruction.
    pub(crate) rule: String,
}

impl BodyRefused {
    /// The `detail` of the service's error: a sentence, or an object that lists every violation in
    /// the manner of the service's own `{"missing":[{"foobar":"required"}]}`.
    pub(crate) fn detail(&self) -> Detail {
        match self {
            Self::Syntax(why) => Detail::Text(why.clone()),
            Self::Violations(violations) => {
                let listed = violations.iter().map(|violation| {
                    let rule = Value::String(violation.rule.clone());
                    Value::Object(Map::from_iter([(violation.pointer.clone(), rule)]))
                });
                let invalid = ("invalid".to_owned(), listed.collect());
                Detail::Object(Map::from_iter([invalid]))
            }
        }
    }
}
