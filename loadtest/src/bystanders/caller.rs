//! One connection of a bystander, to EPP or to RDAP.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

use crate::epp::Epp;
use crate::http;
use crate::outcome::Kind;
use crate::wire::Wire;

use super::Phase;

/// Something that became due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Errand {
    pub(super) kind: Kind,
    pub(super) number: u64,
    pub(super) due: Instant,
    pub(super) phase: Phase,
}

/// What came.
pub(super) enum Answer {
    Epp(String),
    Rdap(http::Response),
}

/// What it speaks.
pub(super) enum Line {
    Epp(Epp),
    Rdap(Wire),
}

/// A connection.
pub(super) struct Caller {
    pub(super) line: Line,
    /// What it is kept for.
    pub(super) kind: Kind,
    pub(super) under_way: Option<Errand>,
    /// It has been ready once.
    pub(super) ready: bool,
    pub(super) opened: Instant,
    /// What epoll watches for includes room to write.
    pub(super) watches_write: bool,
}

impl AsFd for Caller {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wire().as_fd()
    }
}

impl Caller {
    pub(super) fn wire(&self) -> &Wire {
        match &self.line {
            Line::Epp(epp) => &epp.wire,
            Line::Rdap(wire) => wire,
        }
    }

    fn wire_mut(&mut self) -> &mut Wire {
        match &mut self.line {
            Line::Epp(epp) => &mut epp.wire,
            Line::Rdap(wire) => wire,
        }
    }

    /// Sends and receives what can be without waiting; an answer, if one came.
    pub(super) fn drive(&mut self) -> io::Result<Option<Answer>> {
        self.wire_mut().flush()?;
        self.wire_mut().receive()?;
        match &mut self.line {
            Line::Epp(epp) => Ok(epp.answer()?.map(Answer::Epp)),
            Line::Rdap(wire) => Ok(http::take(&mut wire.input)?.map(Answer::Rdap)),
        }
    }

    /// Whether commands can be sent: handshake done, logged in.
    pub(super) fn is_open(&self) -> bool {
        match &self.line {
            Line::Epp(epp) => epp.is_logged_in(),
            Line::Rdap(wire) => !wire.is_handshaking(),
        }
    }

    pub(super) fn queue(&mut self, text: &str) -> io::Result<()> {
        match &mut self.line {
            Line::Epp(epp) => epp.wire.queue_frame(text),
            Line::Rdap(wire) => wire.queue(text.as_bytes()),
        }
    }

    pub(super) fn send(&mut self, text: &str) -> io::Result<()> {
        self.queue(text)?;
        self.wire_mut().flush().map(drop)
    }
}
