//! `greedy`: one registrar whose sessions send large checks without pause, several under way in each, and some creates.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;

use domesday::base::limits::CHECK_OBJECTS;
use rustix::event::epoll;

use super::tally::Tally;
use super::{Aim, Attacker, Plan, wants};
use crate::epp::Epp;
use crate::frames::{check, create, result_code};

/// Commands that one session has under way.
const UNDER_WAY: usize = 8;
/// One command of so many is a create.
const CREATE_OF: u64 = 20;
/// Checks that are made once and sent again and again.
const CHECKS: u64 = 16;

/// The plan.
pub(super) struct Greedy {
    aim: Aim,
    checks: Rc<[String]>,
}

impl Greedy {
    pub(super) fn new(aim: Aim) -> Self {
        let checks = (0..CHECKS).map(|number| large_check(&aim, number)).collect();
        Self { aim, checks }
    }
}

/// A check of as many names as one may ask for.
pub(super) fn large_check(aim: &Aim, number: u64) -> String {
    let name = |place| format!("load-{:x}-greedy-{number}-{place}.{}", aim.run, aim.tld);
    let names: Vec<String> = (0..CHECK_OBJECTS).map(name).collect();
    check(&names, &format!("greedy-{number}"))
}

impl Plan for Greedy {
    fn open(&mut self, slot: usize) -> io::Result<Box<dyn Attacker>> {
        let epp = Epp::open(&self.aim.epp, None, self.aim.login.clone())?;
        let first = slot as u64 * 1_000_000;
        Ok(Box::new(Session { epp, aim: self.aim.clone(), checks: self.checks.clone(), next: first, under_way: 0 }))
    }
}

struct Session {
    epp: Epp,
    aim: Aim,
    checks: Rc<[String]>,
    next: u64,
    under_way: usize,
}

impl Session {
    fn queue_next(&mut self) -> io::Result<()> {
        let number = self.next;
        self.next += 1;
        self.under_way += 1;
        if number % CREATE_OF == CREATE_OF - 1 {
            let name = format!("load-{:x}-greed-{number}.{}", self.aim.run, self.aim.tld);
            return self.epp.wire.queue_frame(&create(&name, "greedy-create"));
        }
        match self.checks.get((number % CHECKS) as usize) {
            Some(check) => self.epp.wire.queue_frame(check),
            None => Ok(()),
        }
    }
}

impl AsFd for Session {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epp.as_fd()
    }
}

impl Attacker for Session {
    fn drive(&mut self, tally: &Tally) -> io::Result<()> {
        self.epp.wire.receive()?;
        while let Some(answer) = self.epp.answer()? {
            self.under_way -= 1;
            match result_code(&answer) {
                Some(1000) => tally.completed(1),
                _ => tally.refused(1),
            }
        }
        while self.epp.is_logged_in() && self.under_way < UNDER_WAY {
            self.queue_next()?;
            tally.sent(1);
        }
        self.epp.wire.flush().map(drop)
    }

    fn wants(&self) -> epoll::EventFlags {
        wants(&self.epp.wire, true)
    }

    fn is_settled(&self) -> bool {
        self.epp.is_logged_in()
    }
}
