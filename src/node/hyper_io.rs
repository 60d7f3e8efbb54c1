//! hyper on any stream and any executor: its IO traits over ours, and its tasks inside the connection they belong to.
//!
//! hyper's timers are not used: they must be `Send`, ours belong to one shard, and the service bounds idle time itself.

use std::cell::RefCell;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::rt::{Executor, Read, ReadBufCursor, Write};

/// Octets read at one time: a few requests with their headers.
const READ_BYTES: usize = 4096;

/// A stream as hyper wants it. Errors are handed on as errors, never as an end of file.
pub(super) struct HyperIo<S> {
    stream: S,
    /// hyper's own buffer may be uninitialized, which no safe code can read into.
    buffer: Box<[u8]>,
}

impl<S> HyperIo<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, buffer: vec![0; READ_BYTES].into_boxed_slice() }
    }
}

impl<S: AsyncRead + Unpin> HyperIo<S> {
    /// Reads as [`Read`] does, unless `watch` objects to the octets.
    pub(super) fn poll_read_with(
        &mut self,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
        watch: impl FnOnce(&[u8]) -> io::Result<()>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, buffer } = self;
        let wanted = buf.remaining().min(buffer.len());
        let octets = &mut buffer[..wanted];
        let count = ready!(Pin::new(stream).poll_read(cx, octets))?;
        watch(&octets[..count])?;
        buf.put_slice(&octets[..count]);
        Poll::Ready(Ok(()))
    }

    /// Reads to the peer's end, unless `watch` objects to the octets.
    pub(super) fn poll_discard(
        &mut self,
        cx: &mut Context<'_>,
        watch: impl Fn(&[u8]) -> io::Result<()>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, buffer } = self;
        loop {
            match ready!(Pin::new(&mut *stream).poll_read(cx, buffer))? {
                0 => return Poll::Ready(Ok(())),
                count => watch(&buffer[..count])?,
            }
        }
    }
}

impl<S: AsyncRead + Unpin> Read for HyperIo<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        self.poll_read_with(cx, buf, |_| Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Write for HyperIo<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    /// So that what belongs together goes out in one record.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_close(cx)
    }
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The tasks of one HTTP/2 connection, a task for each stream. They are polled by the connection's own task and dropped
/// with it, so that none outlives its connection.
#[derive(Default)]
pub(super) struct Tasks {
    running: FuturesUnordered<Task>,
    new: Rc<RefCell<Vec<Task>>>,
}

impl Tasks {
    /// What hyper puts new tasks into.
    pub(super) fn spawner(&self) -> Spawner {
        Spawner { new: Rc::downgrade(&self.new) }
    }

    /// Runs every task that can run. Call it again when [`Tasks::has_new`].
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) {
        self.running.extend(self.new.borrow_mut().drain(..));
        while let Poll::Ready(Some(())) = self.running.poll_next_unpin(cx) {}
    }

    /// Whether hyper put in tasks that were not polled yet.
    pub(super) fn has_new(&self) -> bool {
        !self.new.borrow().is_empty()
    }
}

/// The executor given to hyper. Weak, because the tasks hold clones of it.
#[derive(Clone)]
pub(super) struct Spawner {
    new: Weak<RefCell<Vec<Task>>>,
}

impl<F: Future<Output = ()> + 'static> Executor<F> for Spawner {
    fn execute(&self, task: F) {
        // Without its connection a task has nothing to do.
        if let Some(new) = self.new.upgrade() {
            new.borrow_mut().push(Box::pin(task));
        }
    }
}
