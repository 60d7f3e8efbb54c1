//! `login-storm`: a registrar's sessions that all come at one time, log in, log out, and come again.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::event::epoll;

use super::tally::Tally;
use super::{Aim, Attacker, Plan, wants};
use crate::epp::Epp;
use crate::frames::LOGOUT;

/// The plan.
pub(super) struct LoginStorm {
    aim: Aim,
}

impl LoginStorm {
    pub(super) fn new(aim: Aim) -> Self {
        Self { aim }
    }
}

impl Plan for LoginStorm {
    fn open(&mut self, _slot: usize) -> io::Result<Box<dyn Attacker>> {
        let epp = Epp::open(&self.aim.epp, None, self.aim.login.clone())?;
        Ok(Box::new(Visitor { epp, leaves: false }))
    }
}

struct Visitor {
    epp: Epp,
    leaves: bool,
}

impl AsFd for Visitor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epp.as_fd()
    }
}

impl Attacker for Visitor {
    fn drive(&mut self, tally: &Tally) -> io::Result<()> {
        self.epp.wire.flush()?;
        self.epp.wire.receive()?;
        if let Err(error) = self.epp.answer() {
            tally.refused(1);
            return Err(error);
        }
        if self.epp.is_logged_in() && !self.leaves {
            self.leaves = true;
            tally.sent(1);
            tally.completed(1);
            self.epp.wire.queue_frame(LOGOUT)?;
        }
        self.epp.wire.flush().map(drop)
    }

    fn wants(&self) -> epoll::EventFlags {
        wants(&self.epp.wire, true)
    }

    // All come at one time: none waits until others are in.
    fn is_settled(&self) -> bool {
        true
    }

    fn is_in_place(&self) -> bool {
        self.leaves
    }
}
