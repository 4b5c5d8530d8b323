use std::{collections::BTreeSet, env, ffi::OsStr};

use clap::{Arg, Command, CommandFactory};

use super::nearest::nearest;
use crate::arguments::Arguments;

const PREFIX: &str = "VAULT_MOCK_";

/// The variable of a flag.
pub(super) fn variable(arg: &Arg) -> Option<String> {
    let derived = |name: &str| format!("{PREFIX}{}", name.replace('-', "_").to_uppercase());
    let declared = arg.get_env().and_then(OsStr::to_str).map(str::to_owned);
    arg.get_long()
        .map(|name| declared.unwrap_or_else(|| derived(name)))
}

/// Warns of variables that are probably meant for a flag, and are those of none.
pub(crate) fn unknown_variables() -> Vec<String> {
    let command = Arguments::command();
    let mut known = BTreeSet::new();
    add_variables(&command, &mut known);
    let set: BTreeSet<_> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| {
            !value.is_empty() && !known.contains(name) && !is_for_others(name, value)
        })
        .map(|(name, _)| name)
        .collect();
    let serve = command.find_subcommand("serve");
    let warnings = set.iter().filter_map(|name| {
        let (serve, rest) = (serve?, name.strip_prefix(PREFIX)?);
        let flag = nearest(serve, &rest.to_lowercase().replace('_', "-"))?;
        let arg = serve
            .get_arguments()
            .find(|arg| arg.get_long() == Some(flag));
        let nearest = variable(arg?)?;
        Some(format!("{name} is ignored: did you mean {nearest}?"))
    });
    warnings.collect()
}

fn add_variables(command: &Command, known: &mut BTreeSet<String>) {
    known.extend(command.get_arguments().filter_map(variable));
    for command in command.get_subcommands() {
        add_variables(command, known);
    }
}

/// The packages for other languages read some themselves, and Kubernetes and Docker tell containers about a
/// service that is called `vault-mock`.
fn is_for_others(name: &str, value: &str) -> bool {
    let packages = ["VAULT_MOCK_URL", "VAULT_MOCK_PROGRAM"];
    let links = ["_SERVICE_HOST", "_SERVICE_PORT", "_TCP", "_UDP", "_SCTP"];
    packages.contains(&name)
        || links.iter().any(|link| name.contains(link))
        || (name.ends_with("_PORT") && value.contains("://"))
}
