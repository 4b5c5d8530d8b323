//! What `serve` can be told: by flags, by environment variables, and by a TOML file.
//!
//! Each is declared once, as a flag here or as a [`Setting`](vault_mock::Setting) of the library.
//! `layers` makes variables and keys of the file out of the flags.

mod address;
mod builder;
mod connection;
mod credential;
mod file;
mod layers;
mod nearest;
mod origin;
mod refusal;
mod secrecy;
mod settings;
mod tls;
mod values;
mod variables;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use clap::Args;
use vault_mock::{HostName, connections::Connection, fault::Behaviour};
use vault_sessions::{AppId, wire::BaseUri};

pub(crate) use self::{
    address::address,
    credential::{Credential, SecretSource},
    file::Tenant,
    layers::read,
    origin::Origins,
    values::{Concealed, LogFormat, LogLevel, Moment, number},
    variables::unknown_variables,
};
use self::{settings::GivenSettings, values::base};
use super::files;

/// The options of the server as a whole.
#[derive(Args)]
pub(crate) struct ServerOptions {
    /// Address and port to listen on, such as 127.0.0.1:8080, localhost:8080 or 8080; port 0 takes a
    /// free one, and 0.0.0.0 or `[::]` means every interface [default: 127.0.0.1:8080]
    #[arg(long, visible_alias = "port", value_parser = address)]
    pub(crate) addr: Option<SocketAddr>,

    /// File to write the port to once the mock listens; it is removed when the mock stops
    #[arg(long, value_name = "FILE")]
    pub(crate) port_file: Option<PathBuf>,

    /// Whether to use TLS, with a certificate that is generated at the start unless one is given
    /// [default: false]
    #[arg(long, value_name = "true|false")]
    pub(crate) tls: Option<bool>,

    /// File to write the generated certificate authority to, as PEM, once the mock listens: clients must
    /// trust it. It stays when the mock stops
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_out: Option<PathBuf>,

    /// Host names and IP addresses for the generated certificate, separated by commas
    /// [default: localhost and the loopback addresses]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) tls_names: Option<Vec<String>>,

    /// PEM file with a certificate of your own, followed by its intermediate certificates
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_certificate: Option<PathBuf>,

    /// PEM file with the private key of that certificate
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Whether there is an admin API under `/__vault_mock/` [default: true]
    #[arg(long, value_name = "true|false")]
    pub(crate) admin: Option<bool>,

    /// Token for the admin API. Without one, the admin API answers only callers on this machine; if
    /// the mock can be reached from elsewhere, a token is generated and printed. Other users can see
    /// it in the list of processes
    #[arg(long, value_name = "TOKEN")]
    pub(crate) admin_token: Option<Concealed>,

    /// File with the token for the admin API; one line break at its end is ignored
    #[arg(long, value_name = "FILE")]
    pub(crate) admin_token_file: Option<PathBuf>,

    /// Another name of this machine, such as vault.test, by which the admin API may be called without a
    /// token
    #[arg(long, value_name = "HOST")]
    pub(crate) admin_host: Option<HostName>,

    /// Seconds to keep serving everybody after a signal, while `/health` answers 503 so that a load
    /// balancer sends new requests elsewhere [default: 0]
    #[arg(long, value_name = "SECONDS", value_parser = number::<u64>)]
    pub(crate) drain_delay: Option<u64>,

    /// Seconds that requests in flight may still take once that delay is over [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = number::<u64>)]
    pub(crate) drain: Option<u64>,

    /// Least important events to log [default: info]
    #[arg(long, value_name = "LEVEL")]
    pub(crate) log_level: Option<LogLevel>,

    /// How the log is written [default: text]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
}

/// The options of one mock: that of the server, or of a tenant.
#[derive(Args, Clone, Default)]
pub(crate) struct MockOptions {
    /// API key to accept; generated and printed when absent. Other users can see it in the list of
    /// processes: prefer the variable or --api-key-file
    #[arg(long, value_name = "KEY")]
    pub(crate) api_key: Option<Concealed>,

    /// File with the API key; one line break at its end is ignored
    #[arg(long, value_name = "FILE")]
    pub(crate) api_key_file: Option<PathBuf>,

    /// The only app to accept; any app when absent
    #[arg(long, value_name = "APP")]
    pub(crate) app_id: Option<AppId>,

    #[command(flatten)]
    pub(crate) secret: SecretSource,

    /// A second secret whose tokens are accepted: the previous one, or that of a replica. Other users
    /// can see it in the list of processes
    #[arg(long, value_name = "SECRET")]
    pub(crate) former_secret: Option<Concealed>,

    /// File with that secret; one line break at its end is ignored
    #[arg(long, value_name = "FILE")]
    pub(crate) former_secret_file: Option<PathBuf>,

    /// What session URIs start with; when absent, the host that the request for the session was sent to
    #[arg(long, value_name = "URL", value_parser = base)]
    pub(crate) public_base: Option<BaseUri>,

    /// What `authorize_url` and `revoke_url` start with; when absent, the host that the request was sent
    /// to
    #[arg(long, value_name = "URL", value_parser = base)]
    pub(crate) api_base: Option<BaseUri>,

    /// Time to stop the clock at: now, an RFC 3339 time, or seconds since 1970. When absent, the clock
    /// shows the system's time
    #[arg(long, value_name = "TIME")]
    pub(crate) frozen_at: Option<Moment>,

    /// Speed of the clock as a multiple of real time; 0 stops it
    #[arg(long, value_name = "FACTOR", value_parser = number::<u32>)]
    pub(crate) clock_scale: Option<u32>,

    /// Faults to inject at the start, such as "status=503; times=2, ok" or
    /// "seed=42, ok; weight=9, reset"
    #[arg(long, value_name = "FAULTS")]
    pub(crate) faults: Option<Behaviour>,

    #[command(flatten)]
    pub(crate) settings: GivenSettings,

    /// What every consumer starts with, in place of the mock's four connections: in the file alone.
    #[arg(skip)]
    pub(crate) connections: Option<Vec<Connection>>,
}

/// Where the mock listens unless another address is given.
pub(crate) const DEFAULT_ADDR: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

impl ServerOptions {
    /// Where to listen.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr.unwrap_or(DEFAULT_ADDR)
    }

    /// Says which of the files that are written once the mock listens could not be.
    pub(crate) fn check_writable(&self) -> Result<(), String> {
        let files = [("port-file", &self.port_file), ("ca-out", &self.ca_out)];
        for (flag, path) in files {
            if let Some(path) = path {
                files::check_writable(flag, path)?;
            }
        }
        Ok(())
    }

    /// How long everybody is still served after a signal.
    pub(crate) fn drain_delay(&self) -> Duration {
        Duration::from_secs(self.drain_delay.unwrap_or(0))
    }

    /// How long requests in flight may take after that.
    pub(crate) fn drain(&self) -> Duration {
        Duration::from_secs(self.drain.unwrap_or(10))
    }
}
