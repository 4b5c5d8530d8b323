//! Which of flags, variables and the file is in force.
//!
//! Every flag has a variable, `VAULT_MOCK_` and its name, and every flag of `serve` is a key in the
//! file. Flags win over variables, variables over the file. What excludes each other, such as
//! `--secret` and `--secret-file`, counts as one: a flag for one wins over a variable for the other.

use std::{env, ffi::OsString, path::PathBuf};

use clap::{
    Arg, ArgMatches, Command, CommandFactory, FromArgMatches, builder::Resettable,
    parser::ValueSource,
};

use super::{file::File, origin::Origins, refusal::refusal, variables::variable};
use crate::arguments::Arguments;

/// Of each line, one alternative can be in force.
const ALTERNATIVES: [&[&[&str]]; 6] = [
    &[&["api-key"], &["api-key-file"]],
    &[&["secret"], &["secret-file"], &["secret-seed"]],
    &[&["former-secret"], &["former-secret-file"]],
    &[&["admin-token"], &["admin-token-file"]],
    &[&["session-length"], &["body"]],
    &[&["tls-certificate", "tls-key"], &["ca-out", "tls-names"]],
];

/// What only TLS has a use for: a flag `--tls false` wins over the variables, and a variable that says
/// so over the file.
const OF_TLS: [&str; 4] = ["tls-certificate", "tls-key", "ca-out", "tls-names"];

/// What excludes a flag.
fn others(name: &str) -> impl Iterator<Item = &'static str> {
    let all = ALTERNATIVES.into_iter();
    let lines = all.filter(move |line| line.iter().any(|one| one.contains(&name)));
    let others = lines.flatten().filter(move |one| !one.contains(&name));
    others.copied().flatten().copied()
}

/// Reads the arguments of the program, its variables, and the file that they name.
pub(crate) fn read() -> Result<Arguments, String> {
    let given: Vec<OsString> = env::args_os().collect();
    let command = with_variables(Arguments::command(), &given);
    let matches = command.clone().try_get_matches_from(&given);
    let matches = matches.unwrap_or_else(|error| refusal(error, &command, &given).exit());
    let (known, innermost) = innermost(&command, &matches);
    let mut origins = of_variables(known, innermost);
    let path = |id| innermost.try_get_one::<PathBuf>(id).ok().flatten();
    // `config check` takes the file without a flag, too.
    let file = match (path("file"), path("config")) {
        (Some(_), Some(_))
            if innermost.value_source("config") == Some(ValueSource::CommandLine) =>
        {
            return Err("give the file only once, with --config or without".to_owned());
        }
        (Some(path), _) => File::read(path)
            .map_err(|message| message.trim_start_matches("--config: ").to_owned())?,
        (None, Some(path)) => File::read(path).map_err(|message| origins.tell(&message))?,
        (None, None) => return arguments(&matches, origins),
    };
    let is_open = |name: &str| {
        let id = name.replace('-', "_");
        // A command such as `healthcheck` knows a part of the flags.
        innermost.try_contains_id(&id).is_ok() && !is_given(innermost, &id)
    };
    let is_tls_off = matches!(innermost.try_get_one::<bool>("tls"), Ok(Some(false)));
    let flags = file.flags.iter().filter(|flag| {
        let others = others(&flag.name).map(|name| name.replace('-', "_"));
        let is_useless = is_tls_off && OF_TLS.contains(&&*flag.name);
        is_open(&flag.name) && !is_useless && !others.into_iter().any(|id| is_given(innermost, &id))
    });
    let flags = flags.map(|flag| {
        origins.add_place(&flag.name, flag.place.clone());
        OsString::from(format!("--{}={}", flag.name, flag.text))
    });
    let all = with_flags(&given, flags);
    let matches = command.clone().try_get_matches_from(&all);
    let matches = matches.unwrap_or_else(|error| refusal(error, &command, &all).exit());
    let mut arguments = arguments(&matches, origins)?;
    if let Some(serve) = arguments.command.serve_mut() {
        serve.mock.connections = file.connections;
        serve.tenants = file.tenants;
    }
    Ok(arguments)
}

fn arguments(matches: &ArgMatches, origins: Origins) -> Result<Arguments, String> {
    let arguments = Arguments::from_arg_matches(matches).map_err(|error| error.to_string())?;
    Ok(Arguments {
        origins,
        ..arguments
    })
}

/// Adds flags where they are read as flags: before `--`, if there is one.
fn with_flags(given: &[OsString], flags: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let end = given.iter().position(|argument| argument == "--");
    let (before, after) = given.split_at(end.unwrap_or(given.len()));
    let (before, after) = (before.iter().cloned(), after.iter().cloned());
    before.chain(flags).chain(after).collect()
}

/// The flags that variables stand for.
fn of_variables(command: &Command, matches: &ArgMatches) -> Origins {
    let mut origins = Origins::default();
    for arg in command.get_arguments() {
        let source = matches.value_source(arg.get_id().as_str());
        if let (Some(ValueSource::EnvVariable), Some(flag), Some(variable)) =
            (source, arg.get_long(), arg.get_env())
        {
            origins.add_variable(flag, variable.to_string_lossy().into_owned());
        }
    }
    origins
}

/// The command that is called, as it is declared, and what it was given.
fn innermost<'c, 'm>(
    command: &'c Command,
    matches: &'m ArgMatches,
) -> (&'c Command, &'m ArgMatches) {
    let inner = matches
        .subcommand()
        .and_then(|(name, matches)| Some((command.find_subcommand(name)?, matches)));
    inner.map_or((command, matches), |(command, matches)| {
        innermost(command, matches)
    })
}

fn is_given(matches: &ArgMatches, id: &str) -> bool {
    let is_known = matches.try_contains_id(id).is_ok();
    let source = is_known.then(|| matches.value_source(id)).flatten();
    source.is_some_and(|source| source != ValueSource::DefaultValue)
}

/// Gives each flag its variable, unless that is empty, or a flag that is given excludes it.
fn with_variables(command: Command, given: &[OsString]) -> Command {
    let of = |arg: Arg| {
        let (Some(name), Some(variable)) = (arg.get_long(), variable(&arg)) else {
            return arg;
        };
        let is_overruled = others(name).any(|other| is_flag(given, other))
            || (OF_TLS.contains(&name) && turns_tls_off(given));
        let is_empty = env::var_os(&variable).is_some_and(|value| value.is_empty());
        let arg = arg.hide_env_values(true);
        if is_overruled || is_empty {
            arg.env(Resettable::Reset)
        } else {
            arg.env(variable)
        }
    };
    let command = command.mut_args(of);
    command.mut_subcommands(|command| with_variables(command, given))
}

fn turns_tls_off(given: &[OsString]) -> bool {
    given.iter().any(|argument| argument == "--tls=false")
        || given
            .windows(2)
            .any(|pair| pair[0] == "--tls" && pair[1] == "false")
}

/// Whether a flag is given.
pub(super) fn is_flag(given: &[OsString], name: &str) -> bool {
    given.iter().any(|argument| {
        let rest = argument.to_str().and_then(|text| text.strip_prefix("--"));
        rest.and_then(|rest| rest.strip_prefix(name))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })
}
