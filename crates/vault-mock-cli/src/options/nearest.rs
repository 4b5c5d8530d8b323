use clap::{
    Arg, Command,
    error::{ContextKind, ContextValue},
};

/// The flag that somebody who wrote this name may have meant: clap knows, because it is asked the same about
/// mistakes on the command line.
pub(super) fn nearest<'a>(known: &'a Command, name: &str) -> Option<&'a str> {
    flag(known, name).or_else(|| {
        let asked = known.clone().no_binary_name(true);
        let refused = asked.try_get_matches_from([format!("--{name}")]);
        match refused.err()?.get(ContextKind::SuggestedArg)? {
            ContextValue::String(suggested) => flag(known, suggested.strip_prefix("--")?),
            _ => None,
        }
    })
}

/// The flag that has this name, or this other name.
fn flag<'a>(known: &'a Command, name: &str) -> Option<&'a str> {
    let is_alias = |arg: &Arg| {
        let aliases = arg.get_all_aliases();
        aliases.is_some_and(|aliases| aliases.contains(&name))
    };
    let mut all = known.get_arguments();
    let found = all.find(|arg| arg.get_long() == Some(name) || is_alias(arg));
    found.and_then(Arg::get_long)
}
