//! `rdap-mining`: readers of RDAP from few networks that ask for one name after the other, as fast as they are answered.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::event::epoll;

use super::tally::Tally;
use super::{Aim, Attacker, NETWORKS, Plan, network, wants};
use crate::http;
use crate::wire::Wire;

/// The plan.
pub(super) struct RdapMining {
    aim: Aim,
}

impl RdapMining {
    pub(super) fn new(aim: Aim) -> Self {
        Self { aim }
    }
}

impl Plan for RdapMining {
    fn open(&mut self, slot: usize) -> io::Result<Box<dyn Attacker>> {
        let wire = Wire::open(&self.aim.rdap, Some(network(slot % NETWORKS)))?;
        Ok(Box::new(Miner { wire, aim: self.aim.clone(), next: slot as u64 * 1_000_000, asked: false }))
    }
}

struct Miner {
    wire: Wire,
    aim: Aim,
    next: u64,
    /// Whether an answer is awaited.
    asked: bool,
}

impl Miner {
    /// Of two names one is registered.
    fn name(&self) -> String {
        match self.next % 2 {
            0 => self.aim.names.known(self.next / 2),
            _ => format!("load-{:x}-mine-{}.{}", self.aim.run, self.next, self.aim.tld),
        }
    }
}

impl AsFd for Miner {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wire.as_fd()
    }
}

impl Attacker for Miner {
    fn drive(&mut self, tally: &Tally) -> io::Result<()> {
        self.wire.flush()?;
        self.wire.receive()?;
        while let Some(response) = http::take(&mut self.wire.input)? {
            self.asked = false;
            match response.status {
                200 | 404 => tally.completed(1),
                _ => tally.refused(1),
            }
        }
        if !self.asked && !self.wire.is_handshaking() {
            self.asked = true;
            self.wire.queue(http::get(&self.aim.authority, &format!("domain/{}", self.name())).as_bytes())?;
            self.next += 1;
            tally.sent(1);
        }
        self.wire.flush().map(drop)
    }

    fn wants(&self) -> epoll::EventFlags {
        wants(&self.wire, true)
    }

    fn is_settled(&self) -> bool {
        !self.wire.is_handshaking()
    }
}
