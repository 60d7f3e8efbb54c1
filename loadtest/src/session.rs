//! One EPP session that waits for each answer: what is needed before a test.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::frames::result_code;
use crate::wire::{Peer, Wire};

/// How long connecting and each answer before the test may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A session.
pub(crate) struct Session {
    wire: Wire,
}

impl AsFd for Session {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wire.as_fd()
    }
}

impl Session {
    /// Connects, and reads the greeting.
    pub(crate) fn connect(peer: &Peer) -> io::Result<(Self, String)> {
        let mut session = Self { wire: Wire::open(peer, None)? };
        let greeting = session.wait()?;
        Ok((session, greeting))
    }

    /// Sends a command and waits for its answer; before the test.
    pub(crate) fn exchange(&mut self, command: &str) -> io::Result<String> {
        self.send(command)?;
        self.wait()
    }

    /// Sends a command and expects it to be completed; before the test.
    pub(crate) fn must_complete(&mut self, command: &str) -> Result<(), String> {
        let answer = self.exchange(command).map_err(|error| error.to_string())?;
        match result_code(&answer) {
            Some(1000) => Ok(()),
            _ => Err(format!("{command} was answered {answer}")),
        }
    }

    /// Waits for the next answer.
    pub(crate) fn wait(&mut self) -> io::Result<String> {
        let began = Instant::now();
        loop {
            let sent = self.wire.flush()?;
            if let Some(answer) = self.receive()? {
                return Ok(answer);
            }
            let left = PATIENCE.checked_sub(began.elapsed()).ok_or(io::ErrorKind::TimedOut)?;
            let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
            let flags = if sent { PollFlags::IN } else { PollFlags::IN | PollFlags::OUT };
            poll(&mut [PollFd::new(&self.wire, flags)], Some(&left))?;
        }
    }

    /// Sends a command. Commands are far smaller than a socket's buffer, so that this waits only when a server does not
    /// read; then it waits on the server's account.
    pub(crate) fn send(&mut self, command: &str) -> io::Result<()> {
        self.wire.queue_frame(command)?;
        while !self.wire.flush()? {
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Reads what is there; the answer, when it is whole.
    pub(crate) fn receive(&mut self) -> io::Result<Option<String>> {
        self.wire.receive()?;
        self.wire.frame()
    }
}
