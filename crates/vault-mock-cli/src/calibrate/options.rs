use std::path::{Path, PathBuf};

use clap::Args;
use vault_mock::{
    calibrate::{Question, Report},
    connections::ConnectionId,
};
use vault_sessions::{ApiKey, AppId, ConsumerId, wire::BaseUri};

use crate::{
    apart::{self, Named},
    files,
    options::Credential,
};

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Calibrate {
    /// The service, such as <https://unify.apideck.com>; there is no default, so that nobody calls it by
    /// accident
    #[arg(long, value_name = "URL", required_unless_present = "list")]
    pub(crate) base_uri: Option<BaseUri>,

    /// The application
    #[arg(long, value_name = "APP", required_unless_present = "list")]
    pub(crate) app_id: Option<AppId>,

    /// The consumer to open sessions for: use one that exists only for this
    #[arg(long, value_name = "CONSUMER", required_unless_present = "list")]
    pub(crate) consumer_id: Option<ConsumerId>,

    /// File with the API key; one line break at its end is ignored. Without it, the key comes from the
    /// variable `APIDECK_API_KEY`
    #[arg(long, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,

    /// Most requests to send each second
    #[arg(long, value_name = "NUMBER", value_parser = rate, default_value = "2")]
    pub(crate) rate: f64,

    /// Leave out the question that waits for the end of a session
    #[arg(long)]
    pub(crate) quick: bool,

    /// Ask only this question; repeat the flag for more
    #[arg(long, value_name = "NAME", value_parser = question)]
    pub(crate) only: Vec<&'static Question>,

    /// Also ask whether actions are enforced, by switching this connection of the consumer, such as
    /// crm+salesforce, off and on again
    #[arg(long, value_name = "CONNECTION")]
    pub(crate) allow_changes: Option<ConnectionId>,

    /// Send the API key over plain http even to another machine
    #[arg(long)]
    pub(crate) allow_plain_http: bool,

    /// Also trust the certificate authorities in this PEM file
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,

    /// Write the configuration that makes the mock answer like the service, for `serve --config`
    #[arg(long, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,

    /// Print the report as JSON, which --since can read later
    #[arg(long)]
    pub(crate) json: bool,

    /// Compare with a report of an earlier run (--json), and say what the service now does differently
    #[arg(long, value_name = "FILE")]
    pub(crate) since: Option<PathBuf>,

    /// List the questions without asking any
    #[arg(long)]
    pub(crate) list: bool,
}

impl Calibrate {
    /// Refuses to write a file that is read.
    pub(super) fn check_apart(&self) -> Result<(), String> {
        let written = Named::by_flags([("write", &self.write)]);
        let read = Named::by_flags([
            ("since", &self.since),
            ("api-key-file", &self.api_key_file),
            ("cacert", &self.cacert),
        ]);
        apart::check(written, read)
    }

    pub(super) fn key(&self) -> Result<ApiKey, String> {
        match Credential::new("api-key", None, self.api_key_file.as_deref())? {
            Some(credential) => credential.key(),
            None => ApiKey::from_env()
                .map_err(|error| format!("{error}; or give --api-key-file, with a key in a file")),
        }
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok();
    let rate = rate.filter(|rate: &f64| *rate >= 0.001 && rate.is_finite());
    rate.ok_or_else(|| "write a number of requests, at least 0.001".to_owned())
}

fn question(text: &str) -> Result<&'static Question, String> {
    Question::named(text)
        .ok_or_else(|| "there is no such question; --list prints all of them".to_owned())
}

/// Reads a report that was kept.
pub(super) fn kept(path: &Path) -> Result<Report, String> {
    let report = serde_json::from_slice(&files::read("since", path)?);
    report.map_err(|error| files::problem("since", path, format_args!("it is no report: {error}")))
}
