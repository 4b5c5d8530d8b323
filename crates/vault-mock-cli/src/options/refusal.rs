use std::{env, error::Error as _, ffi::OsString};

use clap::{
    Arg, Command, Error,
    error::{ContextKind, ContextValue},
};

use super::layers::is_flag;

/// Makes clap's refusal name the variable that a bad value came from, and the value only once.
pub(super) fn refusal(mut error: Error, command: &Command, given: &[OsString]) -> Error {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let (Some(flag), Some(value)) = (
        text(ContextKind::InvalidArg),
        text(ContextKind::InvalidValue),
    ) else {
        return error;
    };
    let name = flag.trim_start_matches("--").split(' ').next();
    let variable = name
        .filter(|name| !is_flag(given, name))
        .and_then(|name| variable(command, name, &value));
    if let Some(variable) = variable {
        error.insert(ContextKind::InvalidArg, ContextValue::String(variable));
    }
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    let Some((_, advice)) = source.split_once(&format!(" `{value}`: ")) else {
        return error;
    };
    let shown = error.to_string().replacen(&source, advice, 1);
    Error::raw(error.kind(), shown.trim_start_matches("error: "))
}

/// The variable of a flag, if it holds this value.
fn variable(command: &Command, name: &str, value: &str) -> Option<String> {
    let arg = command
        .get_arguments()
        .find(|arg| arg.get_long() == Some(name));
    let variable = arg.and_then(Arg::get_env);
    variable
        .filter(|variable| env::var_os(variable).is_some_and(|held| held == value))
        .map(|variable| variable.to_string_lossy().into_owned())
        .or_else(|| {
            let mut inner = command.get_subcommands();
            inner.find_map(|command| self::variable(command, name, value))
        })
}
