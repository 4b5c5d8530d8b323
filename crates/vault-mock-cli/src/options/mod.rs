//! What `serve` can be told: by flags, by environment variables, and by a TOML file.

mod builder;
mod connection;
mod credential;
mod file;
mod tenant;
mod tls;
mod values;

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf};

use clap::Args;
use serde::Deserialize;
use vault_mock::{
    ExpiryRule, Provider, RateLimit, SchemaFault, SessionLengthDialect, Validation,
    fault::Behaviour,
};
use vault_sessions::{AppId, http::BaseUri};

use self::connection::Seed;
pub(crate) use self::{
    credential::read_secret,
    tenant::Tenant,
    values::{Concealed, LogFormat, LogLevel, Moment},
};

/// The flags of `serve`, and the keys of its file.
///
/// Nothing has a default here, so that what is absent can be looked for in the file.
#[derive(Args, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "VAULT_MOCK_ADDR")]
    pub(crate) addr: Option<SocketAddr>,

    /// File that the port is written to once the mock listens; it is gone when the mock stops
    #[arg(long, value_name = "FILE", env = "VAULT_MOCK_PORT_FILE")]
    pub(crate) port_file: Option<PathBuf>,

    /// API key to accept; generated and printed when absent. Other users can see it in the list of
    /// processes: prefer the variable or --api-key-file
    #[arg(
        long,
        value_name = "KEY",
        env = "VAULT_MOCK_API_KEY",
        hide_env_values = true
    )]
    pub(crate) api_key: Option<Concealed>,

    /// File with the API key; a line break at its end is ignored
    #[arg(long, value_name = "FILE", env = "VAULT_MOCK_API_KEY_FILE")]
    pub(crate) api_key_file: Option<PathBuf>,

    /// The one app to know; any app when absent
    #[arg(long, value_name = "APP", env = "VAULT_MOCK_APP_ID")]
    pub(crate) app_id: Option<AppId>,

    /// Secret to sign tokens with; generated and printed when absent. Mocks with the same secret
    /// verify each other's tokens. Other users can see it in the list of processes
    #[arg(long, env = "VAULT_MOCK_SECRET", hide_env_values = true)]
    pub(crate) secret: Option<Concealed>,

    /// File with the secret; a line break at its end is ignored
    #[arg(long, value_name = "FILE", env = "VAULT_MOCK_SECRET_FILE")]
    pub(crate) secret_file: Option<PathBuf>,

    /// Number to derive the secret from, in place of --secret: the same for every mock, and known to
    /// everybody who reads the number
    #[arg(long, value_name = "NUMBER", env = "VAULT_MOCK_SECRET_SEED")]
    pub(crate) secret_seed: Option<u64>,

    /// Secret whose tokens are good, too: the one before, or a replica's. Other users can see it in
    /// the list of processes
    #[arg(
        long,
        value_name = "SECRET",
        env = "VAULT_MOCK_FORMER_SECRET",
        hide_env_values = true
    )]
    pub(crate) former_secret: Option<Concealed>,

    /// File with that secret; a line break at its end is ignored
    #[arg(long, value_name = "FILE", env = "VAULT_MOCK_FORMER_SECRET_FILE")]
    pub(crate) former_secret_file: Option<PathBuf>,

    /// What session URIs start with; when absent what the request for the session came with (Host)
    #[arg(long, value_name = "URL", env = "VAULT_MOCK_PUBLIC_BASE")]
    #[serde(deserialize_with = "values::parsed")]
    pub(crate) public_base: Option<BaseUri>,

    /// What `authorize_url` and `revoke_url` start with; when absent what the request came with
    #[arg(long, value_name = "URL", env = "VAULT_MOCK_API_BASE")]
    #[serde(deserialize_with = "values::parsed")]
    pub(crate) api_base: Option<BaseUri>,

    /// Stop the clock at a time: now, an RFC 3339 time, or seconds since 1970. The clock runs with
    /// the system's when absent
    #[arg(long, value_name = "TIME", env = "VAULT_MOCK_FROZEN_AT")]
    pub(crate) frozen_at: Option<Moment>,

    /// How many times as fast as the system's the clock runs; it stands still at 0
    #[arg(long, value_name = "FACTOR", env = "VAULT_MOCK_CLOCK_SCALE")]
    pub(crate) clock_scale: Option<u32>,

    /// When exactly a token ends: rfc7519 (at `exp`), inclusive (after it), or leeway=SECONDS
    #[arg(long, value_name = "RULE", env = "VAULT_MOCK_EXPIRY_RULE")]
    #[serde(deserialize_with = "values::from_text")]
    pub(crate) expiry_rule: Option<ExpiryRule>,

    /// How many seconds in the future a token may be issued [default: 0]
    #[arg(long, value_name = "SECONDS", env = "VAULT_MOCK_ISSUED_AT_TOLERANCE")]
    pub(crate) issued_at_tolerance: Option<u64>,

    /// What is refused in a body: strict (all that the API's document forbids), lenient (not unknown
    /// members), or off [default: strict]
    #[arg(long, value_name = "MODE", env = "VAULT_MOCK_VALIDATION")]
    #[serde(deserialize_with = "values::from_text")]
    pub(crate) validation: Option<Validation>,

    /// Status of a body that breaks the API's document: 400 or 422 [default: 400]
    #[arg(long, value_name = "STATUS", env = "VAULT_MOCK_SCHEMA_FAULT")]
    #[serde(deserialize_with = "values::from_text")]
    pub(crate) schema_fault: Option<SchemaFault>,

    /// Which session lengths are read: strict (such as 30m), or ms (as the `ms` package of npm)
    /// [default: strict]
    #[arg(
        long,
        value_name = "DIALECT",
        env = "VAULT_MOCK_SESSION_LENGTH_DIALECT"
    )]
    #[serde(deserialize_with = "values::from_text")]
    pub(crate) session_length_dialect: Option<SessionLengthDialect>,

    /// Whether requests for actions that a session does not allow are refused [default: false]
    #[arg(long, value_name = "true|false", env = "VAULT_MOCK_ENFORCE_ACTIONS")]
    pub(crate) enforce_actions: Option<bool>,

    /// What the simulated OAuth provider does: agrees, asks (on a page), refuses, or refuses=CODE
    /// [default: agrees]
    #[arg(long, value_name = "WHAT", env = "VAULT_MOCK_OAUTH_PROVIDER")]
    #[serde(deserialize_with = "values::from_text")]
    pub(crate) oauth_provider: Option<Provider>,

    /// Whether an authorization with a nonce waits for its confirmation [default: true]
    #[arg(long, value_name = "true|false", env = "VAULT_MOCK_OAUTH_CONFIRMATION")]
    pub(crate) oauth_confirmation: Option<bool>,

    /// How many requests are answered before 402; no limit when absent
    #[arg(long, value_name = "REQUESTS", env = "VAULT_MOCK_REQUEST_LIMIT")]
    pub(crate) request_limit: Option<u64>,

    /// How many requests an app may make, such as 60/minute; as many as it likes when absent
    #[arg(long, value_name = "LIMIT", env = "VAULT_MOCK_RATE_LIMIT")]
    #[serde(deserialize_with = "values::from_text")]
    pub(crate) rate_limit: Option<RateLimit>,

    /// Whether to speak TLS, under an authority that is made at the start unless there is a
    /// certificate [default: false]
    #[arg(long, value_name = "true|false", env = "VAULT_MOCK_TLS")]
    pub(crate) tls: Option<bool>,

    /// File that the certificate of that authority is written to, as PEM: what clients must trust
    #[arg(long, value_name = "FILE", env = "VAULT_MOCK_CA_OUT")]
    pub(crate) ca_out: Option<PathBuf>,

    /// Host names and IP addresses of the certificate under that authority, between commas; this
    /// machine's when absent
    #[arg(
        long,
        value_name = "NAMES",
        env = "VAULT_MOCK_TLS_NAMES",
        value_delimiter = ','
    )]
    pub(crate) tls_names: Option<Vec<String>>,

    /// PEM file with a certificate of your own, and with those between it and its authority
    #[arg(long, value_name = "FILE", env = "VAULT_MOCK_TLS_CERTIFICATE")]
    pub(crate) tls_certificate: Option<PathBuf>,

    /// PEM file with the key of that certificate
    #[arg(long, value_name = "FILE", env = "VAULT_MOCK_TLS_KEY")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Largest request body to read, in bytes [default: 1048576]
    #[arg(long, value_name = "BYTES", env = "VAULT_MOCK_BODY_LIMIT")]
    pub(crate) body_limit: Option<usize>,

    /// How many requests the journal keeps [default: 1000]
    #[arg(long, value_name = "REQUESTS", env = "VAULT_MOCK_JOURNAL_CAPACITY")]
    pub(crate) journal_capacity: Option<usize>,

    /// Of how many consumers changed connections are kept [default: 10000]
    #[arg(long, value_name = "CONSUMERS", env = "VAULT_MOCK_CHANGED_CONSUMERS")]
    pub(crate) changed_consumers: Option<NonZeroUsize>,

    /// What goes wrong from the start on, such as "status=503; times=2, ok" or
    /// "seed=42, ok; weight=9, reset"
    #[arg(long, value_name = "FAULTS", env = "VAULT_MOCK_FAULTS")]
    #[serde(deserialize_with = "values::from_text")]
    pub(crate) faults: Option<Behaviour>,

    /// Whether requests can ask for a fault by the header x-vault-mock [default: true]
    #[arg(long, value_name = "true|false", env = "VAULT_MOCK_DIRECTIVES")]
    pub(crate) directives: Option<bool>,

    /// Whether there is an admin API under `/__vault_mock/` [default: true]
    #[arg(long, value_name = "true|false", env = "VAULT_MOCK_ADMIN")]
    pub(crate) admin: Option<bool>,

    /// Token for the admin API; without one it answers only on this machine. Other users can see it
    /// in the list of processes
    #[arg(
        long,
        value_name = "TOKEN",
        env = "VAULT_MOCK_ADMIN_TOKEN",
        hide_env_values = true
    )]
    pub(crate) admin_token: Option<Concealed>,

    /// File with the token for the admin API; a line break at its end is ignored
    #[arg(long, value_name = "FILE", env = "VAULT_MOCK_ADMIN_TOKEN_FILE")]
    pub(crate) admin_token_file: Option<PathBuf>,

    /// Name of this machine by which the admin API may be called without a token
    #[arg(long, value_name = "HOST", env = "VAULT_MOCK_ADMIN_HOST")]
    pub(crate) admin_host: Option<String>,

    /// Whether the page of a session has a corner for developers, for those who may use the admin
    /// API [default: true]
    #[arg(long, value_name = "true|false", env = "VAULT_MOCK_DEVELOPER_CORNER")]
    pub(crate) developer_corner: Option<bool>,

    /// Whether the page of a session loads images from elsewhere [default: false]
    #[arg(long, value_name = "true|false", env = "VAULT_MOCK_EXTERNAL_IMAGES")]
    pub(crate) external_images: Option<bool>,

    /// Seconds that requests in flight may take after a signal [default: 10]
    #[arg(long, value_name = "SECONDS", env = "VAULT_MOCK_DRAIN")]
    pub(crate) drain: Option<u64>,

    /// Least important events to log [default: info]
    #[arg(long, value_name = "LEVEL", env = "VAULT_MOCK_LOG_LEVEL")]
    pub(crate) log_level: Option<LogLevel>,

    /// How the log is written [default: text]
    #[arg(long, value_name = "FORMAT", env = "VAULT_MOCK_LOG_FORMAT")]
    pub(crate) log_format: Option<LogFormat>,

    /// What every consumer starts with, in place of the four connections of the mock.
    #[arg(skip)]
    connections: Option<Vec<Seed>>,

    /// Apps with a mock of their own.
    #[arg(skip)]
    pub(crate) tenants: Option<Vec<Tenant>>,
}

impl Options {
    /// Fills what is absent here from `file`.
    ///
    /// A credential, and the file that holds it or the seed of it, are one setting: a flag for one of
    /// them replaces all.
    fn over(self, file: Self) -> Self {
        let (api_key, api_key_file) = either(
            (self.api_key, self.api_key_file),
            (file.api_key, file.api_key_file),
        );
        let has_secret =
            self.secret.is_some() || self.secret_file.is_some() || self.secret_seed.is_some();
        let (secret, secret_file, secret_seed) = if has_secret {
            (self.secret, self.secret_file, self.secret_seed)
        } else {
            (file.secret, file.secret_file, file.secret_seed)
        };
        let (former_secret, former_secret_file) = either(
            (self.former_secret, self.former_secret_file),
            (file.former_secret, file.former_secret_file),
        );
        let (admin_token, admin_token_file) = either(
            (self.admin_token, self.admin_token_file),
            (file.admin_token, file.admin_token_file),
        );
        Self {
            addr: self.addr.or(file.addr),
            port_file: self.port_file.or(file.port_file),
            api_key,
            api_key_file,
            app_id: self.app_id.or(file.app_id),
            secret,
            secret_file,
            secret_seed,
            former_secret,
            former_secret_file,
            api_base: self.api_base.or(file.api_base),
            issued_at_tolerance: self.issued_at_tolerance.or(file.issued_at_tolerance),
            schema_fault: self.schema_fault.or(file.schema_fault),
            oauth_provider: self.oauth_provider.or(file.oauth_provider),
            oauth_confirmation: self.oauth_confirmation.or(file.oauth_confirmation),
            public_base: self.public_base.or(file.public_base),
            frozen_at: self.frozen_at.or(file.frozen_at),
            clock_scale: self.clock_scale.or(file.clock_scale),
            expiry_rule: self.expiry_rule.or(file.expiry_rule),
            validation: self.validation.or(file.validation),
            session_length_dialect: self.session_length_dialect.or(file.session_length_dialect),
            enforce_actions: self.enforce_actions.or(file.enforce_actions),
            request_limit: self.request_limit.or(file.request_limit),
            rate_limit: self.rate_limit.or(file.rate_limit),
            tls: self.tls.or(file.tls),
            ca_out: self.ca_out.or(file.ca_out),
            tls_names: self.tls_names.or(file.tls_names),
            tls_certificate: self.tls_certificate.or(file.tls_certificate),
            tls_key: self.tls_key.or(file.tls_key),
            body_limit: self.body_limit.or(file.body_limit),
            journal_capacity: self.journal_capacity.or(file.journal_capacity),
            changed_consumers: self.changed_consumers.or(file.changed_consumers),
            faults: self.faults.or(file.faults),
            directives: self.directives.or(file.directives),
            admin: self.admin.or(file.admin),
            admin_token,
            admin_token_file,
            admin_host: self.admin_host.or(file.admin_host),
            developer_corner: self.developer_corner.or(file.developer_corner),
            external_images: self.external_images.or(file.external_images),
            drain: self.drain.or(file.drain),
            log_level: self.log_level.or(file.log_level),
            log_format: self.log_format.or(file.log_format),
            connections: self.connections.or(file.connections),
            tenants: self.tenants.or(file.tenants),
        }
    }
}

fn either<A, B>(
    first: (Option<A>, Option<B>),
    second: (Option<A>, Option<B>),
) -> (Option<A>, Option<B>) {
    if first.0.is_none() && first.1.is_none() {
        second
    } else {
        first
    }
}
