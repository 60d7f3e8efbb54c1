//! An EPP session of the tester: up to so many commands under way, answers judged in the order they come (RFC 5734).

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll};

use domesday::base::limits::EPP_RESPONSE_BYTES;

use super::channel::Channel;
use super::core::{Shared, UnderWay};
use crate::workload::{Prepared, Protocol};

/// Commands of preparation under way in each session.
const PREPARING_DEPTH: usize = 8;

/// A session that is logged in.
pub(super) struct EppSession {
    pub(super) channel: Channel,
    /// Its place among the sessions of its core.
    pub(super) number: usize,
    /// Whose it is, by place among the registrars.
    pub(super) registrar: usize,
    /// How many commands it has under way at most.
    pub(super) depth: usize,
    /// Room for the frames of one turn.
    frames: Vec<u8>,
}

/// The length of the first data unit of `input` when it is whole (RFC 5734, section 4).
pub(super) fn whole(input: &[u8]) -> io::Result<Option<usize>> {
    let Some((header, _)) = input.split_first_chunk::<4>() else { return Ok(None) };
    let length = u32::from_be_bytes(*header) as usize;
    if !(5..=EPP_RESPONSE_BYTES).contains(&length) {
        return Err(io::Error::other(format!("an answer of {length} octets")));
    }
    Ok((input.len() >= length).then_some(length))
}

/// Appends a data unit; `write` makes its content.
pub(super) fn frame<T>(frames: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let start = frames.len();
    frames.extend_from_slice(&[0; 4]);
    let made = write(frames);
    let length = u32::try_from(frames.len() - start).unwrap_or(u32::MAX);
    if let Some(header) = frames.get_mut(start..start + 4) {
        header.copy_from_slice(&length.to_be_bytes());
    }
    made
}

impl EppSession {
    pub(super) fn new(channel: Channel, number: usize, registrar: usize, depth: usize) -> Self {
        Self { channel, number, registrar, depth, frames: Vec::new() }
    }

    /// Sends what is to be prepared, until nothing is left of that.
    ///
    /// # Errors
    /// An answer that the test cannot go on with.
    pub(super) async fn prepare(&mut self, core: &Shared) -> Result<(), String> {
        let mut under_way = VecDeque::new();
        poll_fn(|cx| self.poll_prepare(cx, core, &mut under_way)).await
    }

    fn poll_prepare(
        &mut self,
        cx: &mut Context<'_>,
        core: &Shared,
        under_way: &mut VecDeque<Prepared>,
    ) -> Poll<Result<(), String>> {
        let told = |error: io::Error| error.to_string();
        loop {
            while let Some(length) = whole(self.channel.input()).map_err(told)? {
                let prepared = under_way.pop_front().ok_or("an answer that nobody asked for")?;
                let answer = self.channel.input().get(4..length).unwrap_or_default();
                core.borrow_mut().workload.prepared(prepared, answer)?;
                self.channel.take(length);
            }
            let (done, all) = core.borrow().workload.to_prepare();
            while under_way.len() < PREPARING_DEPTH {
                let (registrar, before) = (self.registrar, self.frames.len());
                let next = frame(&mut self.frames, |frames| core.borrow_mut().workload.prepare(registrar, frames));
                let Some(prepared) = next else {
                    self.frames.truncate(before);
                    break;
                };
                under_way.push_back(prepared);
            }
            if !self.frames.is_empty() {
                self.channel.queue(&self.frames).map_err(told)?;
                self.frames.clear();
            }
            if self.channel.poll_flush(cx).map_err(told)?.is_pending() {
                return Poll::Pending;
            }
            if under_way.is_empty() {
                if done == all {
                    return Poll::Ready(Ok(()));
                }
                // What is left waits for answers to other sessions.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if self.channel.poll_receive(cx).map_err(told)?.is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Takes part in trials until the connection or the tester ends.
    pub(super) async fn serve(mut self, core: Shared) {
        let mut under_way = VecDeque::with_capacity(self.depth);
        poll_fn(|cx| {
            core.borrow_mut().enter(cx.waker());
            Poll::Ready(())
        })
        .await;
        let ended = poll_fn(|cx| self.poll_serve(cx, &core, &mut under_way)).await;
        let mut core = core.borrow_mut();
        core.lost(&ended);
        under_way.into_iter().for_each(|lost| core.unanswered(lost));
        core.exit(Protocol::Epp, self.number);
    }

    /// Ready: why it ended.
    fn poll_serve(
        &mut self,
        cx: &mut Context<'_>,
        core: &Shared,
        under_way: &mut VecDeque<UnderWay>,
    ) -> Poll<io::Error> {
        loop {
            match self.turn(cx, core, under_way) {
                Err(error) => return Poll::Ready(error),
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(())) => {}
            }
        }
    }

    /// Judges what has come, sends what is due, waits for more.
    fn turn(
        &mut self,
        cx: &mut Context<'_>,
        core: &Shared,
        under_way: &mut VecDeque<UnderWay>,
    ) -> io::Result<Poll<()>> {
        let mut core = core.borrow_mut();
        if core.abandoned && !under_way.is_empty() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "it did not answer"));
        }
        while let Some(length) = whole(self.channel.input())? {
            let first = under_way.pop_front().ok_or_else(|| io::Error::other("an answer that nobody asked for"))?;
            let answer = self.channel.input().get(4..length).unwrap_or_default();
            let outcome = core.workload.judge(first.asked, answer);
            core.answered(first, Some(self.registrar), length, outcome);
            self.channel.take(length);
        }
        while under_way.len() < self.depth {
            let Some(due) = core.next(Protocol::Epp, self.number, cx) else { break };
            let (registrar, before) = (self.registrar, self.frames.len());
            let asked = frame(&mut self.frames, |frames| core.workload.ask(due.op, registrar, frames));
            under_way.push_back(core.sent(asked, due, self.frames.len() - before));
        }
        drop(core);
        if !self.frames.is_empty() {
            self.channel.queue(&self.frames)?;
            self.frames.clear();
        }
        let flushed = self.channel.poll_flush(cx)?;
        if self.channel.poll_receive(cx)?.is_ready() {
            return Ok(Poll::Ready(()));
        }
        // With the socket full and nothing to read, either will wake it.
        let _ = flushed;
        Ok(Poll::Pending)
    }
}
