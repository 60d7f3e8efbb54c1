//! Where log messages go: standard error, for people on a terminal, JSON lines elsewhere; by way of a queue, so that nothing
//! waits for whoever reads them.

use std::io::{self, IsTerminal, Write, stderr};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::base::limits::LOG_FLUSH_SECONDS;
use crate::config::Config;
use crate::node::log_queue::{Line, LogQueue};
use crate::node::rdap_service::ACCESS_LOG;

/// The log of this process. What still waits when it is dropped is written, if somebody reads it soon.
pub(super) struct Log(LogQueue);

impl Log {
    /// Where its lines wait.
    pub(super) fn queue(&self) -> LogQueue {
        self.0.clone()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush(Duration::from_secs(LOG_FLUSH_SECONDS));
    }
}

/// Starts logging as configured. Only the first call of a process counts.
///
/// # Errors
/// The system gives no thread.
pub(super) fn start(config: &Config) -> io::Result<Log> {
    let level = config.log_level.parse().unwrap_or(Level::INFO);
    let on_terminal = stderr().is_terminal();
    let human = match config.log_format.as_str() {
        "human" => true,
        "json" => false,
        _ => on_terminal,
    };
    // Who saw what is not for everybody is written down however quiet the log is.
    let filter = EnvFilter::new(format!("{level},{ACCESS_LOG}={}", level.max(Level::INFO)));
    let queue = LogQueue::before(stderr())?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(Queued(queue.clone()));
    let started = match human {
        true => log.with_ansi(on_terminal).with_target(false).try_init(),
        false => log.json().flatten_event(true).try_init(),
    };
    // A second start finds the first one's logging, which is as good.
    drop(started);
    Ok(Log(queue))
}

/// Has each line wait in the queue.
struct Queued(LogQueue);

impl<'q> MakeWriter<'q> for Queued {
    type Writer = QueuedLine<'q>;

    fn make_writer(&'q self) -> QueuedLine<'q> {
        QueuedLine { queue: &self.0, line: Line::Other }
    }

    fn make_writer_for(&'q self, metadata: &Metadata<'_>) -> QueuedLine<'q> {
        let line = if metadata.target() == ACCESS_LOG { Line::Access } else { Line::Other };
        QueuedLine { queue: &self.0, line }
    }
}

/// Takes a line, which comes in one piece.
struct QueuedLine<'q> {
    queue: &'q LogQueue,
    line: Line,
}

impl Write for QueuedLine<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.queue.push(self.line, octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
