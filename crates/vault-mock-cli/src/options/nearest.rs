use clap::{
    Command,
    error::{ContextKind, ContextValue},
};

/// The flag that somebody who wrote this name may have meant: clap knows, because it is asked the same about
/// mistakes on the command line.
pub(super) fn nearest(known: &Command, name: &str) -> Option<String> {
    let refused = known.clone().try_get_matches_from([format!("--{name}")]);
    match refused.err()?.get(ContextKind::SuggestedArg)? {
        ContextValue::String(flag) => flag.strip_prefix("--").map(str::to_owned),
        _ => None,
    }
}
