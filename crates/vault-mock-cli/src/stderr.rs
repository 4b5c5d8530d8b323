use std::{
    io::{self, Write},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long to wait for whoever reads standard error.
const PATIENCE: Duration = Duration::from_secs(1);

/// Writes a line to standard error. If nobody reads it, the line is lost, and the program goes on.
pub(crate) fn tell(line: &str) {
    let line = format!("{line}\n");
    let (done, is_done) = mpsc::channel();
    // A pipe that is full blocks whoever writes, hence the thread; the program does not wait for it.
    thread::spawn(move || {
        let _ = io::stderr().write_all(line.as_bytes());
        let _ = done.send(());
    });
    let _ = is_done.recv_timeout(PATIENCE);
}
