use std::{io::ErrorKind, path::Path};

use vault_mock::VaultServer;

use super::{arguments::Serve, options::unknown_variables, output::tell, serve::Announcement};

/// Does what `serve` does before it answers, and takes it back; `file` is the configuration that is named
/// without a flag.
pub(crate) fn check(arguments: &Serve, file: Option<&Path>) -> Result<String, String> {
    for warning in unknown_variables() {
        tell(&format!("vault-mock: {warning}"));
    }
    arguments.check_apart(file)?;
    drop(arguments.builder(&mut Announcement::default())?);
    let server = &arguments.server;
    drop(server.tls()?);
    server.check_writable()?;
    match VaultServer::builder()
        .address(server.addr())
        .start_blocking()
    {
        // The mock that is checked may be running.
        Err(error) if error.kind() != ErrorKind::AddrInUse => {
            return Err(error.to_string());
        }
        _ => {}
    }
    Ok(match file.or(arguments.config.as_deref()) {
        Some(path) => format!("{}: ok", path.display()),
        None => "flags and variables: ok; no file was named".to_owned(),
    })
}
