use std::path::Path;

use clap::{
    Arg, Args, Command, FromArgMatches,
    builder::ValueParser,
    error::{ContextKind, ContextValue},
};
use serde::Deserialize;
use toml::{
    Spanned, Value,
    de::{DeTable, DeValue, ValueDeserializer},
};
use vault_mock::connections::Connection;
use vault_sessions::AppId;

use super::{
    Concealed, MockOptions, ServerOptions,
    connection::Seed,
    nearest::nearest,
    origin::{Origins, Source},
    secrecy::without_password,
};
use crate::files;

/// What a configuration file says. Each of its flags has been read once, so that a mistake is told
/// with its line.
#[derive(Default)]
pub(super) struct File {
    pub(super) flags: Vec<Flag>,
    pub(super) connections: Option<Vec<Connection>>,
    pub(super) tenants: Vec<Tenant>,
}

/// A flag by its name, with the text that it would have on the command line.
pub(super) struct Flag {
    pub(super) name: String,
    pub(super) text: String,
    /// Path, line and column of the value.
    pub(super) place: String,
}

/// An app with a mock of its own: `[[tenants]]`, in the file alone.
pub(crate) struct Tenant {
    pub(crate) app: AppId,
    pub(crate) options: MockOptions,
    pub(crate) origins: Origins,
}

/// What is wrong, and at which byte.
struct Mistake(usize, String);

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let bytes = files::read("config", path)?;
        let source = Source {
            path,
            bytes: &bytes,
        };
        let read = match str::from_utf8(&bytes) {
            Ok(text) => Self::of(text, &source),
            Err(error) => Err(Mistake(error.valid_up_to(), "it is not UTF-8".to_owned())),
        };
        read.map_err(|Mistake(offset, message)| {
            // Some messages of the parser go over several lines.
            let message = message.trim_end().replace('\n', "; ");
            format!("{}: {message}", source.place(offset))
        })
    }

    fn of(text: &str, source: &Source<'_>) -> Result<Self, Mistake> {
        let table = DeTable::parse(text).map_err(|error| {
            // The error's own text quotes the line, which may hold a secret.
            Mistake(start(error.span()), error.message().to_owned())
        })?;
        let mut file = Self::default();
        let known =
            command(|command| MockOptions::augment_args(ServerOptions::augment_args(command)));
        for (key, value) in in_order(table.into_inner()) {
            match &**key.get_ref() {
                "connections" => file.connections = Some(connections(value)?),
                "tenants" => file.tenants = tenants(value, source)?,
                _ => file.flags.push(flag(&known, &key, value, source)?),
            }
        }
        Ok(file)
    }
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;

fn in_order(table: DeTable<'_>) -> Vec<(Key<'_>, Spanned<DeValue<'_>>)> {
    let mut members: Vec<_> = table.into_iter().collect();
    members.sort_by_key(|(key, _)| key.span().start);
    members
}

/// A command with flags alone.
fn command(add: impl FnOnce(Command) -> Command) -> Command {
    let command = Command::new("file").no_binary_name(true);
    add(command.disable_help_flag(true))
}

fn flag(
    known: &Command,
    key: &Key<'_>,
    value: Spanned<DeValue<'_>>,
    source: &Source<'_>,
) -> Result<Flag, Mistake> {
    let name = &**key.get_ref();
    let Some(arg) = known
        .get_arguments()
        .find(|arg| arg.get_long() == Some(name))
    else {
        return Err(Mistake(key.span().start, unknown(known, name)));
    };
    let at = value.span().start;
    let mistake = |message| Mistake(at, message);
    let text = text(arg, value).map_err(mistake)?;
    let alone = command(|command| command.arg(arg.clone()));
    match alone.try_get_matches_from([format!("--{name}={text}")]) {
        Ok(_) => Ok(Flag {
            name: name.to_owned(),
            text,
            place: source.place(at),
        }),
        Err(error) => Err(mistake(without_password(&reason(&error), &text))),
    }
}

/// Says that there is no such key, and which one may be meant; there are too many to list.
fn unknown(known: &Command, name: &str) -> String {
    let tables = ["connections", "tenants"].map(|name| Arg::new(name).long(name));
    let known = known.clone().args(tables);
    let advice = nearest(&known, name).map_or_else(
        || "`vault-mock serve --help` lists the known ones".to_owned(),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    format!("unknown field `{name}`; {advice}")
}

/// The text that a value would have on the command line.
fn text(arg: &Arg, value: Spanned<DeValue<'_>>) -> Result<String, String> {
    let concealed = ValueParser::from(clap::value_parser!(Concealed)).type_id();
    let is_concealed = arg.get_value_parser().type_id() == concealed;
    let value = Value::deserialize(ValueDeserializer::from(value));
    match value.map_err(|error| error.message().to_owned())? {
        Value::String(text) => Ok(text),
        // What a number is written as is lost: that of a key would be another key.
        _ if is_concealed => Err("expected a text in quotes".to_owned()),
        Value::Array(items) if arg.get_value_delimiter().is_some() => {
            let texts = items.iter().map(Value::as_str);
            let texts: Option<Vec<_>> = texts.collect();
            let texts = texts.ok_or("expected texts in quotes, between brackets")?;
            Ok(texts.join(","))
        }
        Value::Array(_) => Err("expected one value, not a list".to_owned()),
        Value::Table(_) => Err("expected a value, not a table".to_owned()),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Float(number) => Ok(number.to_string()),
        Value::Boolean(flag) => Ok(flag.to_string()),
        Value::Datetime(time) => Ok(time.to_string()),
    }
}

/// What is wrong with the value of a flag; clap's own text is about a command line.
fn reason(error: &clap::Error) -> String {
    if let Some(source) = std::error::Error::source(error) {
        return source.to_string();
    }
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => {
            let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
            format!("write one of {}", values.join(", "))
        }
        // Of all values, only paths are refused for that by clap.
        _ => "it is empty; write the path of a file, or leave the line out".to_owned(),
    }
}

fn items(value: Spanned<DeValue<'_>>) -> Result<Vec<Spanned<DeValue<'_>>>, Mistake> {
    let at = value.span().start;
    match value.into_inner() {
        DeValue::Array(items) => Ok(items.into_iter().collect()),
        _ => Err(Mistake(at, "expected a list of tables".to_owned())),
    }
}

fn connections(value: Spanned<DeValue<'_>>) -> Result<Vec<Connection>, Mistake> {
    let mut connections: Vec<Connection> = Vec::new();
    for item in items(value)? {
        let at = item.span().start;
        let seed = Seed::deserialize(ValueDeserializer::from(item)).map_err(|error| {
            let at = error.span().map_or(at, |span| span.start);
            Mistake(at, error.message().to_owned())
        })?;
        let connection = seed.into_connection();
        if connections
            .iter()
            .any(|known| known.id() == connection.id())
        {
            let id = connection.id();
            return Err(Mistake(
                at,
                format!("there are two connections `{id}`; remove one"),
            ));
        }
        connections.push(connection);
    }
    Ok(connections)
}

fn tenants(value: Spanned<DeValue<'_>>, source: &Source<'_>) -> Result<Vec<Tenant>, Mistake> {
    let mut tenants: Vec<Tenant> = Vec::new();
    for item in items(value)? {
        let at = item.span().start;
        let DeValue::Table(table) = item.into_inner() else {
            return Err(Mistake(at, "expected a table".to_owned()));
        };
        let (tenant, at) = tenant(table, at, source)?;
        if tenants.iter().any(|known| known.app == tenant.app) {
            let app = &tenant.app;
            return Err(Mistake(
                at,
                format!("there are two tenants `{app}`; remove one"),
            ));
        }
        tenants.push(tenant);
    }
    Ok(tenants)
}

/// Reads a tenant, and says where its app is named.
fn tenant(table: DeTable<'_>, at: usize, source: &Source<'_>) -> Result<(Tenant, usize), Mistake> {
    let known = command(MockOptions::augment_args);
    let of_the_server = command(ServerOptions::augment_args);
    let (mut flags, mut seeds, mut named_at) = (Vec::new(), None, at);
    let mut origins = Origins::default();
    for (key, value) in in_order(table) {
        let name = key.get_ref().clone();
        let mut all = of_the_server.get_arguments().filter_map(Arg::get_long);
        if name == "tenants" || all.any(|known| known == name) {
            let message = format!("`{name}` belongs to the whole server, not to a tenant");
            return Err(Mistake(key.span().start, message));
        }
        if name == "connections" {
            seeds = Some(connections(value)?);
            continue;
        }
        if name == "app-id" {
            named_at = value.span().start;
        }
        let Flag { name, text, place } = flag(&known, &key, value, source)?;
        origins.add_place(&name, place);
        flags.push(format!("--{name}={text}"));
    }
    let options = known.try_get_matches_from(flags);
    let options = options.and_then(|matches| MockOptions::from_arg_matches(&matches));
    let mut options = options.map_err(|error| Mistake(at, reason(&error)))?;
    options.connections = seeds;
    let app = options.app_id.take();
    let app = app.ok_or_else(|| Mistake(at, "a tenant needs an `app-id`".to_owned()))?;
    let tenant = Tenant {
        app,
        options,
        origins,
    };
    Ok((tenant, named_at))
}

fn start(span: Option<std::ops::Range<usize>>) -> usize {
    span.map_or(0, |span| span.start)
}
