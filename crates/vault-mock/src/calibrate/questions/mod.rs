//! The questions, as data: a file for each topic.

mod bodies;
mod callers;
mod claims;
mod http_rules;
mod lengths;
mod tokens;

use super::question::Question;

/// All questions. That of the session comes first: it opens the one whose token others need. That of
/// the rate limit comes last: it looks back.
pub(super) const ALL: &[&[Question]] = &[
    claims::SESSION,
    lengths::LENGTHS,
    claims::CLAIMS,
    bodies::BODIES,
    callers::CALLERS,
    http_rules::HTTP,
    tokens::TOKENS,
    http_rules::LIMITS,
];
