use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use tokio_rustls::rustls::pki_types::{InvalidDnsNameError, ServerName};
use vault_mock::ExpiryRule;
use vault_sessions::{AppId, ConsumerId, SessionLength};

use super::calibrate::Calibrate;
use super::options::{
    Concealed, MockOptions, Moment, Origins, SecretSource, ServerOptions, Tenant, address, number,
};

/// Emulates Apideck Vault sessions for tests
///
/// Each flag can also be set by an environment variable, and each flag of `serve` by a TOML file.
/// Flags win over variables, and variables over the file; an empty variable counts as unset. Other
/// users of a machine can see the flags of a program: where that matters, pass keys and secrets by
/// variable or by file.
#[derive(Parser)]
#[command(name = "vault-mock", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// What the flags stand for that are not from the command line.
    #[arg(skip)]
    pub(crate) origins: Origins,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Answer like the service until SIGINT or SIGTERM
    ///
    /// The first line on standard output is JSON: the URL, and whatever was generated. The log goes
    /// to standard error. After the first signal `/health` answers 503, and requests in flight finish;
    /// a second one stops at once.
    Serve(Serve),
    /// Print a session token
    Issue(Issue),
    /// Show what a session token says, whether it is genuine, and when it expires
    ///
    /// With a secret the token is verified: the exit code is 1 if it is refused.
    Decode(Decode),
    /// Ask a running mock whether it is up; the exit code is 1 if it is not
    Healthcheck(Healthcheck),
    /// Check configuration files
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Ask the real service how it behaves, and find the settings with which the mock answers like it
    ///
    /// It opens sessions for the consumer and reads data; it changes nothing without --allow-changes. It
    /// prints a table: each question, what the service did, what the mock does, and the setting that
    /// makes them agree. The exit code is 0 if the mock, configured that way, agrees everywhere; 3 if it
    /// differs somewhere or the service has changed (--since); 130 if a signal ended it; and 1 if
    /// anything else did. The guide has a page about it: "How do I know that the mock answers like the
    /// service?"
    Calibrate(Box<Calibrate>),
    #[command(about = "Print the OpenAPI document of the mock")]
    Openapi,
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
}

#[derive(Subcommand)]
pub(crate) enum ConfigCommand {
    /// Report what `serve` would fail on, and where, without starting it
    Check {
        /// The file to check, as `serve --config` would read it
        file: Option<PathBuf>,

        #[command(flatten)]
        serve: Serve,
    },
}

#[derive(Args)]
pub(crate) struct Serve {
    /// TOML file with the names of the flags below as keys
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) server: ServerOptions,

    #[command(flatten)]
    pub(crate) mock: MockOptions,

    /// Apps with a mock of their own: in the file alone.
    #[arg(skip)]
    pub(crate) tenants: Vec<Tenant>,
}

impl Command {
    /// The options of `serve`, wherever they are given.
    pub(crate) fn serve_mut(&mut self) -> Option<&mut Serve> {
        match self {
            Self::Serve(serve) | Self::Config(ConfigCommand::Check { serve, .. }) => Some(serve),
            _ => None,
        }
    }
}

#[derive(Args)]
pub(crate) struct Issue {
    #[command(flatten)]
    pub(crate) secret: SecretSource,

    /// The application
    #[arg(long, value_name = "APP")]
    pub(crate) app_id: AppId,

    /// The consumer
    #[arg(long, value_name = "CONSUMER")]
    pub(crate) consumer_id: ConsumerId,

    /// How long the session lives, such as 30m [default: 1h]
    #[arg(long, value_name = "LENGTH", conflicts_with = "body")]
    pub(crate) session_length: Option<SessionLength>,

    /// File with the body of the request, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) body: Option<PathBuf>,

    /// When the session starts: now, an RFC 3339 time, or seconds since 1970
    #[arg(long, value_name = "TIME", default_value = "now")]
    pub(crate) issued_at: Moment,

    /// What to print
    #[arg(long, default_value = "token")]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// The token
    Token,
    /// The service's whole answer
    Json,
}

#[derive(Args)]
pub(crate) struct Decode {
    /// The token, or the session URI as a browser shows it; read from standard input when absent or `-`
    pub(crate) token: Option<Concealed>,

    #[command(flatten)]
    pub(crate) secret: SecretSource,

    /// Time at which to judge the token: now, an RFC 3339 time, or seconds since 1970
    #[arg(
        long,
        value_name = "TIME",
        env = "VAULT_MOCK_DECODE_AT",
        default_value = "now"
    )]
    pub(crate) at: Moment,

    /// When exactly a token expires: at exp (rfc7519), right after it (inclusive), or some seconds later
    /// (leeway=SECONDS)
    #[arg(long, value_name = "RULE", default_value = "rfc7519")]
    pub(crate) expiry_rule: ExpiryRule,
}

#[derive(Args)]
pub(crate) struct Healthcheck {
    /// The TOML file of `serve`, which says where it listens and whether it uses TLS
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Address that the mock listens on; 0.0.0.0 and `[::]` mean this machine
    /// [default: 127.0.0.1:8080]
    #[arg(long, visible_alias = "port", value_parser = address)]
    pub(crate) addr: Option<SocketAddr>,

    /// File that the mock writes its port to; it is read when the address has port 0
    #[arg(long, value_name = "FILE")]
    pub(crate) port_file: Option<PathBuf>,

    /// Seconds to wait for an answer
    #[arg(
        long,
        value_name = "SECONDS",
        env = "VAULT_MOCK_HEALTHCHECK_TIMEOUT",
        value_parser = number::<u64>,
        default_value = "3"
    )]
    pub(crate) timeout: u64,

    /// Whether the mock uses TLS [default: true with --cacert]
    #[arg(long, value_name = "true|false")]
    pub(crate) tls: Option<bool>,

    /// File that the mock writes its certificate authority to; trusted unless --cacert is given
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_out: Option<PathBuf>,

    /// Ask over TLS, and trust the authorities in this PEM file
    #[arg(long, value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,

    /// Name that the certificate must have [default: the address]
    #[arg(
        long,
        value_name = "NAME",
        value_parser = server_name
    )]
    pub(crate) server_name: Option<ServerName<'static>>,
}

fn server_name(text: &str) -> Result<ServerName<'static>, InvalidDnsNameError> {
    ServerName::try_from(text.to_owned())
}
