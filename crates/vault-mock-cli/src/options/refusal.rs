use std::{env, error::Error as _, ffi::OsString};

use clap::{
    Arg, Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{
    layers::is_flag,
    secrecy::{is_secret_argument, is_secret_value, without_password},
};

/// Stands for what is not shown.
const HIDDEN: &str = "…";

/// Makes clap's refusal name the variable that a bad value came from, and the value only once, or not at all if
/// it may hold a secret.
pub(super) fn refusal(error: Error, command: &Command, given: &[OsString]) -> Error {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg);
    match (argument, text(ContextKind::InvalidValue)) {
        (Some(flag), Some(value)) => of_value(error, command, given, &flag, &value),
        (Some(argument), None)
            if error.kind() == ErrorKind::UnknownArgument
                && is_secret_argument(command, given, &argument) =>
        {
            of_secret_argument(error)
        }
        _ => error,
    }
}

fn of_value(
    mut error: Error,
    command: &Command,
    given: &[OsString],
    flag: &str,
    value: &str,
) -> Error {
    let name = flag.trim_start_matches("--").split(' ').next();
    let name = name.unwrap_or_default();
    let variable = (!is_flag(given, name))
        .then(|| variable(command, name, value))
        .flatten();
    if let Some(variable) = variable {
        error.insert(ContextKind::InvalidArg, ContextValue::String(variable));
    }
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    let advice = source
        .split_once(&format!(" `{value}`: "))
        .map(|(_, advice)| advice);
    let is_secret = is_secret_value(command, name, value, &source);
    if !is_secret && advice.is_none() {
        return error;
    }
    if is_secret {
        hide(&mut error, ContextKind::InvalidValue);
    }
    let shown = error.to_string();
    let shown = shown.replacen(&source, advice.unwrap_or(&source), 1);
    raw(&error, &without_password(&shown, value))
}

fn of_secret_argument(mut error: Error) -> Error {
    hide(&mut error, ContextKind::InvalidArg);
    error.remove(ContextKind::Suggested);
    let shown = error.to_string();
    let told = "found; it may be a secret and is not shown";
    raw(&error, &shown.replacen("found", told, 1))
}

fn hide(error: &mut Error, kind: ContextKind) {
    error.insert(kind, ContextValue::String(HIDDEN.to_owned()));
}

/// An error of the same kind with this text, where nothing stands for what is hidden.
fn raw(error: &Error, shown: &str) -> Error {
    let shown = shown.replacen(&format!(" '{HIDDEN}'"), "", 1);
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
