use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand};
use vault_sessions::Url;

/// Emulates Apideck Vault sessions for tests
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Answer POST /vault/sessions until SIGINT or SIGTERM
    ///
    /// The first line on standard output is JSON: the URL, and whatever was generated.
    Serve(Serve),
}

/// Key and secret stay texts here: an error of the argument parser would repeat them.
#[derive(Args)]
pub(crate) struct Serve {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "VAULT_MOCK_ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) addr: SocketAddr,

    /// API key to accept; generated and printed when absent
    #[arg(
        long,
        value_name = "KEY",
        env = "VAULT_MOCK_API_KEY",
        hide_env_values = true
    )]
    pub(crate) api_key: Option<String>,

    /// The one app to know; any app when absent
    #[arg(long, value_name = "APP", env = "VAULT_MOCK_APP_ID")]
    pub(crate) app_id: Option<String>,

    /// Secret to sign tokens with; generated and printed when absent
    #[arg(long, env = "VAULT_MOCK_SECRET", hide_env_values = true)]
    pub(crate) secret: Option<String>,

    /// What session URIs start with; the listening address when absent
    #[arg(long, value_name = "URL", env = "VAULT_MOCK_PUBLIC_BASE")]
    pub(crate) public_base: Option<Url>,
}
