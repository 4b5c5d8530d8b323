use super::expiry;
use crate::rules::{LongSession, SchemaFault, SessionLengthDialect, Validation};

/// Which answers decide a setting, or why none can.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Decided {
    /// By whichever of its values makes a mock answer more questions like the service.
    ByAnswers,
    /// Not at all, for the reason given.
    Never(&'static str),
}

/// How a setting of the mock is decided, by the setting's name; `None` if there is no such setting.
#[must_use]
pub fn decided(setting: &str) -> Option<Decided> {
    let rule = RULES.iter().find(|(name, _)| *name == setting)?;
    Some(match rule.1 {
        Rule::Values(_) | Rule::Read(..) => Decided::ByAnswers,
        Rule::Never(why) => Decided::Never(why),
    })
}

/// How the values of a setting are found that may fit.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// These.
    Values(&'static [&'static str]),
    /// What an observation says, by the name of its question.
    Read(&'static str, fn(&str) -> Option<String>),
    /// It cannot be found out.
    Never(&'static str),
}

impl Rule {
    /// The question that it reads, if it reads one alone.
    pub(super) fn question(&self) -> Option<&'static str> {
        match self {
            Self::Read(question, _) => Some(question),
            Self::Values(_) | Self::Never(_) => None,
        }
    }
}

const SWITCH: Rule = Rule::Values(&["false", "true"]);

/// Each setting; `app_id` is none of the [`Setting`](crate::Setting)s, but a flag of `serve`.
pub(super) const RULES: &[(&str, Rule)] = &[
    ("app_id", Rule::Read("other-app", |_| Some(String::new()))),
    ("validation", Rule::Values(&Validation::NAMES)),
    (
        "session_length_dialect",
        Rule::Values(&SessionLengthDialect::NAMES),
    ),
    (
        "default_session_length",
        Rule::Read("length-default", default_length),
    ),
    ("long_sessions", Rule::Values(&LongSession::NAMES)),
    ("unknown_names", SWITCH),
    ("null_body", SWITCH),
    ("byte_order_mark", SWITCH),
    ("any_content_type", SWITCH),
    ("bare_tokens", SWITCH),
    ("foreign_ids", SWITCH),
    ("scope_claims", SWITCH),
    ("concealed_methods", SWITCH),
    ("schema_fault", Rule::Values(&SchemaFault::NAMES)),
    ("enforce_actions", SWITCH),
    ("expiry_rule", Rule::Read("expiry", expiry::rule)),
    ("rate_limit", Rule::Read("rate-limit", limit)),
    ("body_limit", Rule::Read("body-size", largest_body)),
    (
        "issued_at_tolerance",
        Rule::Never(
            "only a token that is issued in the future would show it, and the service signs none",
        ),
    ),
    (
        "request_limit",
        Rule::Never("it shows when it is used up, and the account is not to be used up"),
    ),
    (
        "oauth_provider",
        Rule::Never("a person agrees or refuses there, not the service"),
    ),
    (
        "oauth_confirmation",
        Rule::Never("it takes a person at the provider to come to the confirmation"),
    ),
    (
        "directives",
        Rule::Never("the header `x-vault-mock` is the mock's own"),
    ),
    (
        "developer_corner",
        Rule::Never("the corner is the mock's own"),
    ),
    (
        "external_images",
        Rule::Never("it is about the mock's page, not about an answer of the API"),
    ),
    (
        "journal_capacity",
        Rule::Never("the journal is the mock's own"),
    ),
    (
        "changed_consumers",
        Rule::Never("it bounds the mock's memory"),
    ),
];

fn default_length(observed: &str) -> Option<String> {
    let seconds: u32 = observed.strip_suffix(" s")?.parse().ok()?;
    Some(format!("{seconds}s"))
}

fn limit(observed: &str) -> Option<String> {
    let (limit, _) = observed.split_once(':')?;
    Some(limit.to_owned())
}

/// The largest body that was taken: where exactly the limit is between the sizes is not asked.
fn largest_body(observed: &str) -> Option<String> {
    let (size, _) = observed.split_once(" bytes, then ")?;
    // Less than the smallest size, and room enough for the bodies of all other questions.
    Some(if size == "0" {
        "500".to_owned()
    } else {
        size.to_owned()
    })
}
