use std::io;

use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::LevelFilter;

use super::options::{LogFormat, LogLevel};

/// The log: lines that nobody reads are lost and counted, and hold nobody up. It ends when dropped.
pub(crate) struct Log {
    lost: ErrorCounter,
    _guard: WorkerGuard,
}

impl Log {
    /// Sends events to standard error.
    pub(crate) fn start(level: Option<LogLevel>, format: Option<LogFormat>) -> Self {
        let level = match level.unwrap_or(LogLevel::Info) {
            LogLevel::Off => LevelFilter::OFF,
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
            LogLevel::Trace => LevelFilter::TRACE,
        };
        let (writer, guard) = NonBlockingBuilder::default()
            .lossy(true)
            .finish(io::stderr());
        let lost = writer.error_counter();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .log_internal_errors(false)
            .with_writer(writer);
        match format.unwrap_or(LogFormat::Text) {
            LogFormat::Text => subscriber.init(),
            LogFormat::Json => subscriber.json().flatten_event(true).init(),
        }
        Self {
            lost,
            _guard: guard,
        }
    }

    /// How many lines were lost because nobody read them.
    pub(crate) fn lost(&self) -> usize {
        self.lost.dropped_lines()
    }
}
