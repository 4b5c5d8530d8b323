use std::{io, path::Path};

use vault_mock::VaultServer;

use super::{
    announcement::Announcement,
    arguments::Serve,
    port_file::{PortFile, check_writable},
};

type Check = fn(&Path) -> io::Result<()>;

/// Does what `serve` does before it answers, and takes it back.
pub(crate) fn check(arguments: &Serve) -> Result<String, String> {
    drop(arguments.builder(&mut Announcement::default())?);
    let server = &arguments.server;
    drop(server.tls()?);
    let files: [(_, _, Check); 2] = [
        ("port-file", &server.port_file, PortFile::check),
        ("ca-out", &server.ca_out, check_writable),
    ];
    for (flag, path, check) in files {
        if let Some(path) = path {
            check(path).map_err(|error| format!("--{flag}: {}: {error}", path.display()))?;
        }
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
