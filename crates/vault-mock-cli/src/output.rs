//! What the program says. A pipe that is full and a terminal that is stopped hold up whoever writes to
//! them, hence the threads: the program does not wait for what they never finish.

use std::{
    io::{self, Write},
    sync::mpsc,
    thread,
    time::Duration,
};

use tokio::{select, sync::oneshot};

/// How long to wait for whoever reads standard error.
const PATIENCE: Duration = Duration::from_secs(1);

/// Writes a line to standard output. Whoever closed the pipe has read enough.
pub(crate) fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {error}"))
        }
        _ => Ok(()),
    }
}

/// Prints a line, or returns `None` if the end comes before somebody has read it.
pub(crate) async fn print_unless(
    end: impl Future<Output = ()>,
    text: String,
) -> Option<Result<(), String>> {
    let (done, is_done) = oneshot::channel();
    thread::spawn(move || done.send(print(&text)));
    select! {
        biased;
        printed = is_done => {
            let lost = |_| Err("cannot write to standard output".to_owned());
            Some(printed.unwrap_or_else(lost))
        }
        () = end => None,
    }
}

/// Writes a line to standard error. If nobody reads it, the line is lost, and the program goes on.
pub(crate) fn tell(line: &str) {
    let line = format!("{line}\n");
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let _ = io::stderr().write_all(line.as_bytes());
        let _ = done.send(());
    });
    let _ = is_done.recv_timeout(PATIENCE);
}
