/// The signals that ask a program to stop.
pub(crate) struct Signals {
    #[cfg(unix)]
    both: [tokio::signal::unix::Signal; 2],
    #[cfg(windows)]
    both: (
        tokio::signal::windows::CtrlC,
        tokio::signal::windows::CtrlBreak,
    ),
}

impl Signals {
    /// Registers for SIGINT and SIGTERM.
    #[cfg(unix)]
    pub(crate) fn new() -> Result<Self, String> {
        use tokio::signal::unix::{SignalKind, signal};

        let register = |kind| signal(kind).map_err(unheard);
        let both = [
            register(SignalKind::interrupt())?,
            register(SignalKind::terminate())?,
        ];
        Ok(Self { both })
    }

    /// Registers for Ctrl-C and Ctrl-Break.
    #[cfg(windows)]
    pub(crate) fn new() -> Result<Self, String> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};

        let both = (ctrl_c().map_err(unheard)?, ctrl_break().map_err(unheard)?);
        Ok(Self { both })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        let [one, other] = &mut self.both;
        #[cfg(windows)]
        let (one, other) = &mut self.both;
        tokio::select! {
            _ = one.recv() => {}
            _ = other.recv() => {}
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` passes")]
fn unheard(error: std::io::Error) -> String {
    format!("cannot listen for signals: {error}")
}
