//! `half-open`: connections to EPP that never come to a login. They say nothing, half of a ClientHello, or complete the
//! handshake and are silent then.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::event::epoll;
use rustls::ClientConnection;

use super::tally::Tally;
use super::{Aim, Attacker, NETWORKS, Plan, network, strangers};
use crate::wire::{Peer, Wire, connect};

/// The plan.
pub(super) struct HalfOpen {
    /// One for each network.
    peers: Vec<Peer>,
}

impl HalfOpen {
    pub(super) fn new(aim: &Aim) -> io::Result<Self> {
        Ok(Self { peers: strangers::peers(&aim.epp)? })
    }
}

impl Plan for HalfOpen {
    fn open(&mut self, slot: usize) -> io::Result<Box<dyn Attacker>> {
        let peer = self.peers.get(slot % NETWORKS).ok_or(io::ErrorKind::NotFound)?;
        let from = Some(network(slot % NETWORKS));
        Ok(match slot / NETWORKS % 3 {
            0 => Box::new(Mute { socket: connect(peer.address, from)?, says: Vec::new() }),
            1 => Box::new(Mute { socket: connect(peer.address, from)?, says: half_a_hello(peer)? }),
            _ => Box::new(Silent { wire: Wire::open(peer, from)? }),
        })
    }
}

fn half_a_hello(peer: &Peer) -> io::Result<Vec<u8>> {
    let mut tls = ClientConnection::new(peer.tls.clone(), peer.name.clone()).map_err(io::Error::other)?;
    let mut hello = Vec::new();
    tls.write_tls(&mut hello)?;
    hello.truncate(hello.len() / 2);
    Ok(hello)
}

/// Says something that is no ClientHello, or nothing.
struct Mute {
    socket: TcpStream,
    says: Vec<u8>,
}

impl AsFd for Mute {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Attacker for Mute {
    fn drive(&mut self, _: &Tally) -> io::Result<()> {
        if !self.says.is_empty() {
            match self.socket.write(&self.says) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => drop(self.says.drain(..written?)),
            }
        }
        match self.socket.read(&mut [0; 512]) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(()),
        }
    }

    fn wants(&self) -> epoll::EventFlags {
        let mut wants = epoll::EventFlags::IN;
        wants.set(epoll::EventFlags::OUT, !self.says.is_empty());
        wants
    }
}

/// Completes the handshake, and says nothing more.
pub(super) struct Silent {
    pub(super) wire: Wire,
}

impl AsFd for Silent {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wire.as_fd()
    }
}

impl Attacker for Silent {
    fn drive(&mut self, _: &Tally) -> io::Result<()> {
        self.wire.flush()?;
        self.wire.receive()?;
        self.wire.input.clear();
        Ok(())
    }

    fn wants(&self) -> epoll::EventFlags {
        super::wants(&self.wire, true)
    }

    fn is_settled(&self) -> bool {
        !self.wire.is_handshaking()
    }
}
