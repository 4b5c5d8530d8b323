//! What no error may quote.

use std::{any::TypeId, ffi::OsString};

use clap::{Arg, Command};
use vault_sessions::wire::BaseUri;

use super::values::{Concealed, Seed};

/// Whether a value may hold a secret because of its flag.
fn is_secret(arg: &Arg) -> bool {
    let parser = arg.get_value_parser().type_id();
    let secret = [
        TypeId::of::<Concealed>(),
        TypeId::of::<Seed>(),
        TypeId::of::<BaseUri>(),
    ];
    secret.iter().any(|secret| parser == *secret)
}

/// Whether a text is a URL that names a user, perhaps with a password: people paste them anywhere.
fn names_user(text: &str) -> bool {
    text.contains('@')
}

/// Leaves out what a message quotes of a value, where that may hold a password.
pub(super) fn without_password(message: &str, value: &str) -> String {
    if names_user(value) {
        let message = message.replace(&format!(" `{value}`"), "");
        message.replace(value, "…")
    } else {
        message.to_owned()
    }
}

/// Whether the value of a flag may hold a secret. A base URI that may be shown is shown by its own error, which
/// is the source of clap's.
pub(super) fn is_secret_value(command: &Command, name: &str, value: &str, source: &str) -> bool {
    let is_shown = value.is_empty() || source.contains(&format!(" `{value}`"));
    names_user(value) || (is_secret_flag(command, name) && !is_shown)
}

/// Whether an argument that nobody expects may be a secret: the rest of a value with a space and no quotes, a
/// value with a hyphen at its start, or a second token.
pub(super) fn is_secret_argument(command: &Command, given: &[OsString], argument: &str) -> bool {
    let texts: Vec<_> = given.iter().filter_map(|text| text.to_str()).collect();
    let at = texts.iter().position(|text| text.starts_with(argument));
    let before = &texts[..at.unwrap_or_default()];
    let is_of_a_secret = |text: &&str| {
        let flag = text.strip_prefix("--");
        let name = flag.and_then(|flag| flag.split('=').next());
        name.is_some_and(|name| is_secret_flag(command, name))
    };
    if argument.starts_with('-') {
        // What follows the value of a flag is the next flag.
        let last = before.last().filter(|last| !last.contains('='));
        return last.is_some_and(is_of_a_secret);
    }
    let called = texts.get(1).and_then(|name| command.find_subcommand(name));
    let takes_a_secret = called.is_some_and(|called| called.get_positionals().any(is_secret));
    let flag = before.iter().rev().find(|text| text.starts_with("--"));
    names_user(argument) || takes_a_secret || flag.is_some_and(is_of_a_secret)
}

fn is_secret_flag(command: &Command, name: &str) -> bool {
    let mut arguments = command.get_arguments();
    let mut inner = command.get_subcommands();
    arguments.any(|arg| arg.get_long() == Some(name) && is_secret(arg))
        || inner.any(|command| is_secret_flag(command, name))
}
