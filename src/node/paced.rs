//! Octets of strangers are taken in turns: what follows from them (the steps of a TLS handshake, the frames of HTTP/2) is
//! work that nobody else has a hand on.

use std::net::IpAddr;
use std::rc::Rc;
use std::task::{Context, Poll};

use crate::node::shard::Shard;
use crate::node::turns::{HANDSHAKE_COST, HTTP_OCTET_COST, LOGIN_OCTET_COST, Payer, Place};
use crate::runtime::net::Pace;

/// What a connection's octets are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// A TLS handshake: each read is a flight of it.
    Handshake,
    /// EPP before login: what is decoded is paid for besides.
    Login,
    /// HTTP.
    Http,
}

impl Phase {
    /// What a turn costs, whatever is taken in it.
    fn cost(self) -> u32 {
        match self {
            Self::Handshake => HANDSHAKE_COST,
            Self::Login | Self::Http => 1,
        }
    }
}

/// Paces one connection.
pub(super) struct Paced {
    shard: Rc<Shard>,
    payer: Rc<Payer>,
    client: IpAddr,
    phase: Phase,
    place: Place,
    /// The turn has come.
    granted: bool,
}

impl Paced {
    /// On that account, as a stream wants it. Each phase has one of its own.
    pub(super) fn boxed(shard: &Rc<Shard>, payer: &Rc<Payer>, client: IpAddr, phase: Phase) -> Option<Box<dyn Pace>> {
        let (shard, payer) = (shard.clone(), payer.clone());
        Some(Box::new(Self { shard, payer, client, phase, place: Place::default(), granted: false }))
    }
}

impl Pace for Paced {
    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.granted {
            let turn = self.place.poll(&self.shard.turns, (&self.payer, self.client), self.phase.cost(), cx);
            self.granted = turn.is_ready();
        }
        if self.granted { Poll::Ready(()) } else { Poll::Pending }
    }

    fn took(&mut self, octets: usize) {
        self.granted = false;
        let cost = match self.phase {
            Phase::Handshake => return,
            Phase::Login => LOGIN_OCTET_COST,
            Phase::Http => HTTP_OCTET_COST,
        };
        self.shard.turns.charge(&self.payer, octets as u32 * cost);
    }

    /// A turn is not kept for later: with many, a crowd could come to work in one round.
    fn took_nothing(&mut self) {
        self.granted = false;
        self.shard.turns.give_back(&self.payer, self.phase.cost());
    }
}
