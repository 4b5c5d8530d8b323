use std::{io, net::SocketAddr};

/// Says what is wrong with an address, and what to do.
pub(crate) fn cannot_listen(address: SocketAddr, error: &io::Error) -> io::Error {
    let cure = match error.kind() {
        io::ErrorKind::AddrInUse => {
            ": another program listens there; stop it, or choose another port (port 0 takes a free one)"
        }
        io::ErrorKind::AddrNotAvailable => {
            ": this machine has no such address; 127.0.0.1 is this machine alone, 0.0.0.0 every interface"
        }
        io::ErrorKind::PermissionDenied => {
            ": this user may not listen there; ports from 1024 on are free to all"
        }
        _ => "",
    };
    let text = format!("cannot listen on {address}: {error}{cure}");
    io::Error::new(error.kind(), text)
}
