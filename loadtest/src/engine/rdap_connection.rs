//! A connection of a reader of RDAP: HTTP/1.1 over TLS, one request at a time, opened again when the server ends it.

use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;

use domesday::runtime::time::{sleep, timeout};

use super::channel::Channel;
use super::core::{GRACE, Shared, UnderWay};
use crate::http;
use crate::wire::Peer;
use crate::workload::Protocol;

/// Pause after a connection that could not be opened, so that a server which is down is not stormed.
const PAUSE: Duration = Duration::from_millis(100);

/// A reader.
pub(super) struct RdapConnection {
    pub(super) peer: Peer,
    /// Host and port, as the URL has them.
    pub(super) authority: String,
    /// Its place among the readers of its core.
    pub(super) number: usize,
    /// None before the first request, and when the server has ended it.
    pub(super) channel: Option<Channel>,
}

/// How an exchange ended.
enum Ended {
    Answered(http::Head),
    /// A kept connection was ended before the first octet of an answer: the request may be sent again (RFC 9112, 9.3.1).
    Stale,
}

impl RdapConnection {
    /// Takes part in trials until the tester ends.
    pub(super) async fn serve(mut self, core: Shared) {
        poll_fn(|cx| {
            core.borrow_mut().enter(cx.waker());
            Poll::Ready(())
        })
        .await;
        let mut path = String::new();
        loop {
            let due = poll_fn(|cx| match core.borrow_mut().next(Protocol::Rdap, self.number, cx) {
                Some(due) => Poll::Ready(due),
                None => Poll::Pending,
            })
            .await;
            path.clear();
            let (request, under_way, left) = {
                let mut core = core.borrow_mut();
                let asked = core.workload.ask_rdap(due.op, &mut path);
                let left = core.trial.as_ref().map_or(GRACE, |trial| trial.deadline.saturating_sub(core.now()));
                let request = http::get(&self.authority, &path);
                let octets = request.len();
                (request, core.sent(asked, due, octets), left)
            };
            let exchanged = timeout(left, self.exchange(&request)).await;
            let exchanged =
                exchanged.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "it did not answer")));
            if let Err(error) = self.settle(&core, under_way, exchanged) {
                core.borrow_mut().lost(&error);
                self.channel = None;
                sleep(PAUSE).await;
            }
        }
    }

    async fn exchange(&mut self, request: &str) -> io::Result<http::Head> {
        let kept = self.channel.is_some();
        for again in [kept, false] {
            match self.once(request).await? {
                Ended::Answered(head) => return Ok(head),
                Ended::Stale if again => self.channel = None,
                Ended::Stale => break,
            }
        }
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection"))
    }

    async fn once(&mut self, request: &str) -> io::Result<Ended> {
        let channel = match &mut self.channel {
            Some(channel) => channel,
            none => none.insert(Channel::open(&self.peer).await?),
        };
        channel.queue(request.as_bytes())?;
        let answered = poll_fn(|cx| {
            loop {
                // A server may answer and end the connection while we write.
                let flushed = channel.poll_flush(cx);
                if let Some(head) = http::whole(channel.input())? {
                    return Poll::Ready(Ok(head));
                }
                if channel.poll_receive(cx)?.is_pending() {
                    let _ = flushed?;
                    return Poll::Pending;
                }
            }
        })
        .await;
        match answered {
            Ok(head) => Ok(Ended::Answered(head)),
            Err::<_, io::Error>(error) if channel.input().is_empty() && is_end(&error) => Ok(Ended::Stale),
            Err(error) => Err(error),
        }
    }

    /// Judges an answer, and takes it from what was received.
    fn settle(&mut self, core: &Shared, under_way: UnderWay, exchanged: io::Result<http::Head>) -> io::Result<()> {
        let mut core = core.borrow_mut();
        let (head, channel) = match (exchanged, &mut self.channel) {
            (Ok(head), Some(channel)) => (head, channel),
            (exchanged, _) => {
                core.unanswered(under_way);
                return exchanged.map(drop);
            }
        };
        let outcome = core.workload.judge_rdap(under_way.asked, head.status, &head.content(channel.input()));
        core.answered(under_way, None, head.length, outcome);
        channel.take(head.length);
        if head.closes {
            self.channel = None;
        }
        Ok(())
    }
}

fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), UnexpectedEof | ConnectionReset | BrokenPipe)
}
