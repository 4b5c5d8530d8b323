use std::{io, path::Path};

use vault_mock::VaultServer;

use super::{announcement::Announcement, arguments::Serve, port_file::check_writable};

/// Does what `serve` does before it answers, and takes it back.
pub(crate) fn check(arguments: &Serve) -> Result<String, String> {
    drop(arguments.builder(&mut Announcement::default())?);
    let server = &arguments.server;
    drop(server.tls()?);
    for (flag, path) in [("port-file", &server.port_file), ("ca-out", &server.ca_out)] {
        let writable = path.as_deref().map_or(Ok(()), check_writable);
        writable.map_err(|error| format!("--{flag}: {}: {error}", shown(path.as_deref())))?;
    }
    match VaultServer::builder()
        .address(server.addr())
        .start_blocking()
    {
        // The mock that is checked may be running.
        Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
            return Err(error.to_string());
        }
        _ => {}
    }
    Ok(match &arguments.config {
        Some(path) => format!("{}: ok", path.display()),
        None => "ok".to_owned(),
    })
}

fn shown(path: Option<&Path>) -> String {
    path.unwrap_or(Path::new("")).display().to_string()
}
