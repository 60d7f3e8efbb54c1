//! Lines of the log on their way to whoever reads them. A thread of its own writes them, so that a reader who is slow or
//! reads nothing at all, as of a pipe that is full, keeps no shard waiting.
//!
//! What waits is bounded in octets; a line beyond that is lost and counted. Lines about queries of clients of RDAP have most
//! of the room to themselves, since operators keep those: a flood of others takes none of it.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use crossbeam_queue::SegQueue;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::base::limits::{ACCESS_LOG_BYTES, LOG_BYTES};

/// Octets that a line takes beside its own.
const LINE_COST: usize = 64;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A query of a client of RDAP that the registry knows.
    Access,
    /// Anything else.
    Other,
}

impl Line {
    const ALL: [Self; 2] = [Self::Access, Self::Other];

    const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Other => "other",
        }
    }

    /// Octets that may wait when a line of this kind comes, that line included.
    const fn room(self) -> usize {
        match self {
            Self::Access => LOG_BYTES + ACCESS_LOG_BYTES,
            Self::Other => LOG_BYTES,
        }
    }
}

/// Labels of lines that were lost.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct LostLabels {
    line: &'static str,
}

/// Lines that wait for the thread that writes them. All clones are one queue.
#[derive(Clone)]
pub struct LogQueue {
    shared: Arc<Shared>,
    writer: Thread,
}

struct Shared {
    lines: SegQueue<(Line, Box<[u8]>)>,
    /// Octets of those, and of the one that is being written.
    held: AtomicUsize,
    lost: Family<LostLabels, Counter>,
    has_lost: AtomicBool,
}

impl Shared {
    fn lose(&self, line: Line) {
        self.lost.get_or_create(&LostLabels { line: line.name() }).inc();
        self.has_lost.store(true, Ordering::Relaxed);
    }

    /// Writes what comes, for ever.
    fn write_to(&self, mut sink: impl Write) {
        loop {
            let Some((line, octets)) = self.lines.pop() else {
                if self.has_lost.swap(false, Ordering::Relaxed) {
                    let [access, other] = Line::ALL.map(|line| self.lost_of(line));
                    tracing::warn!(
                        access,
                        other,
                        "lines of the log are lost: whoever reads it is too slow; so many in all"
                    );
                }
                // A line that comes meanwhile leaves a token that ends this at once.
                thread::park();
                continue;
            };
            // Nobody is there to be told.
            if sink.write_all(&octets).and_then(|()| sink.flush()).is_err() {
                self.lose(line);
            }
            self.held.fetch_sub(octets.len() + LINE_COST, Ordering::Release);
        }
    }

    fn lost_of(&self, line: Line) -> u64 {
        self.lost.get_or_create(&LostLabels { line: line.name() }).get()
    }
}

impl LogQueue {
    /// A queue before `sink`, and the thread between.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn before(sink: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Shared {
            lines: SegQueue::new(),
            held: AtomicUsize::new(0),
            lost: Family::default(),
            has_lost: AtomicBool::new(false),
        };
        // So that /metrics shows both from the start.
        let _ = Line::ALL.map(|line| shared.lost_of(line));
        let shared = Arc::new(shared);
        let writing = shared.clone();
        let thread = thread::Builder::new().name("log".into()).spawn(move || writing.write_to(sink))?;
        Ok(Self { shared, writer: thread.thread().clone() })
    }

    /// Takes a line, with its end; one that there is no room for is lost. Waits for nothing.
    pub fn push(&self, line: Line, octets: &[u8]) {
        let size = octets.len() + LINE_COST;
        if self.shared.held.fetch_add(size, Ordering::Relaxed) + size > line.room() {
            self.shared.held.fetch_sub(size, Ordering::Relaxed);
            return self.shared.lose(line);
        }
        self.shared.lines.push((line, octets.into()));
        self.writer.unpark();
    }

    /// Waits until all lines are written, but no longer than that.
    pub fn flush(&self, patience: Duration) {
        let began = Instant::now();
        while self.shared.held.load(Ordering::Acquire) > 0 && began.elapsed() < patience {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// How many lines were lost.
    pub(super) fn lost(&self) -> Family<LostLabels, Counter> {
        self.shared.lost.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A reader that takes a piece when it is told to.
    struct Slow {
        go: Receiver<()>,
        taken: Sender<Vec<u8>>,
    }

    impl Write for Slow {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            self.go.recv().map_err(io::Error::other)?;
            self.taken.send(octets.to_vec()).map_err(io::Error::other)?;
            Ok(octets.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn slow() -> (LogQueue, Sender<()>, Receiver<Vec<u8>>) {
        let ((tell, go), (taken, lines)) = (channel(), channel());
        (LogQueue::before(Slow { go, taken }).expect("a thread"), tell, lines)
    }

    fn lost(queue: &LogQueue) -> [u64; 2] {
        Line::ALL.map(|line| queue.shared.lost_of(line))
    }

    #[test]
    fn lines_come_in_order_and_all_before_the_end() {
        let (queue, go, lines) = slow();
        for number in 0..100u8 {
            queue.push(if number % 3 == 0 { Line::Access } else { Line::Other }, &[number]);
            go.send(()).expect("it is there");
        }
        queue.flush(Duration::from_secs(20));
        assert_eq!(lines.try_iter().flatten().collect::<Vec<u8>>(), (0..100).collect::<Vec<u8>>());
        assert_eq!(lost(&queue), [0, 0]);
    }

    #[test]
    fn nobody_waits_for_a_reader_who_takes_nothing_and_what_waits_is_bounded() {
        let (queue, go, lines) = slow();
        let kibibyte = [b'x'; 1024 - LINE_COST];
        for _ in 0..LOG_BYTES / 1024 + 7 {
            queue.push(Line::Other, &kibibyte);
        }
        assert_eq!(lost(&queue), [0, 7]);
        // The others have taken none of the room of these.
        for _ in 0..ACCESS_LOG_BYTES / 1024 + 3 {
            queue.push(Line::Access, &kibibyte);
        }
        assert_eq!(lost(&queue), [3, 7]);
        queue.push(Line::Other, b"");
        assert_eq!(lost(&queue), [3, 8]);
        let began = Instant::now();
        queue.flush(Duration::from_millis(20));
        assert!(began.elapsed() < Duration::from_secs(20), "an end does not wait for ever");
        // Once it reads, all that was kept comes, and there is room again.
        for _ in 0..(LOG_BYTES + ACCESS_LOG_BYTES) / 1024 {
            go.send(()).expect("it is there");
        }
        queue.flush(Duration::from_secs(60));
        assert_eq!(lines.try_iter().count(), (LOG_BYTES + ACCESS_LOG_BYTES) / 1024);
        queue.push(Line::Other, b"again");
        go.send(()).expect("it is there");
        assert_eq!(lines.recv().expect("it is written"), b"again");
        assert_eq!(lost(&queue), [3, 8]);
    }

    #[test]
    fn lines_that_cannot_be_written_are_counted() {
        let (queue, go, lines) = slow();
        drop((go, lines));
        queue.push(Line::Access, b"x");
        queue.flush(Duration::from_secs(20));
        assert_eq!(lost(&queue), [1, 0]);
    }
}
