//! `strangers`: certificates that nobody pinned, which complete the handshake, read the greeting, and then send frames
//! as fast as they are taken: large ones and small ones, commands, wrong logins and garbage.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::sync::Arc;

use domesday::base::limits::EPP_FRAME_BYTES;
use rcgen::{CertificateParams, KeyPair};
use rustix::event::epoll;
use rustls::ClientConfig;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::{CertifiedKey, SingleCertAndKey};

use super::greedy::large_check;
use super::tally::Tally;
use super::{Aim, Attacker, NETWORKS, Plan, network};
use crate::frames::{check, login, result_code};
use crate::wire::{Peer, Wire};

/// Frames that one connection sends before others have their turn.
const TURN: usize = 16;

/// The plan.
pub(super) struct Strangers {
    /// One for each network.
    peers: Vec<Peer>,
    frames: Vec<Rc<str>>,
}

impl Strangers {
    pub(super) fn new(aim: &Aim) -> io::Result<Self> {
        Ok(Self { peers: peers(&aim.epp)?, frames: frames(aim) })
    }
}

impl Plan for Strangers {
    fn open(&mut self, slot: usize) -> io::Result<Box<dyn Attacker>> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        let peer = self.peers.get(slot % NETWORKS).ok_or_else(missing)?;
        // Networks and frames are counted independently, so that each network sends each kind.
        let frame = self.frames.get(slot / NETWORKS % self.frames.len()).ok_or_else(missing)?;
        let wire = Wire::open(peer, Some(network(slot % NETWORKS)))?;
        Ok(Box::new(Stranger { wire, frame: frame.clone(), is_greeted: false }))
    }
}

/// The same service for as many strangers as there are networks, each with a certificate of its own making.
pub(super) fn peers(epp: &Peer) -> io::Result<Vec<Peer>> {
    let stranger = |number| {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let params = CertificateParams::new(vec![format!("stranger-{number}.example")]).map_err(io::Error::other)?;
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        let mut tls = ClientConfig::clone(&epp.tls);
        let private = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let pair = CertifiedKey::from_der(vec![certificate.der().clone()], private, tls.crypto_provider());
        tls.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(pair.map_err(io::Error::other)?));
        Ok(Peer { tls: Arc::new(tls), ..epp.clone() })
    };
    (0..NETWORKS).map(stranger).collect()
}

/// What strangers send: each of them one of these, again and again.
fn frames(aim: &Aim) -> Vec<Rc<str>> {
    let name = format!("load-{:x}-strange.{}", aim.run, aim.tld);
    let login = login(&aim.victim, "not-the-password");
    let large = large_check(aim, 0);
    // White space between elements is valid and has to be read.
    let padding = " ".repeat((EPP_FRAME_BYTES - 64).saturating_sub(large.len()));
    [
        large.replacen("<check>", &format!("<check>{padding}"), 1),
        check(&[name], "stranger"),
        login,
        garbage(EPP_FRAME_BYTES - 64),
        garbage(200),
    ]
    .map(Rc::from)
    .into()
}

/// Octets without sense behind a beginning that has some.
fn garbage(length: usize) -> String {
    let mut state = 1_u32;
    let mut text = "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><command>".to_owned();
    while text.len() < length {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push(char::from(b' ' + u8::try_from((state >> 24) % 95).unwrap_or_default()));
    }
    text
}

struct Stranger {
    wire: Wire,
    frame: Rc<str>,
    is_greeted: bool,
}

impl AsFd for Stranger {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wire.as_fd()
    }
}

impl Attacker for Stranger {
    fn drive(&mut self, tally: &Tally) -> io::Result<()> {
        self.wire.receive()?;
        while let Some(answer) = self.wire.frame()? {
            match (self.is_greeted, result_code(&answer)) {
                (false, _) => self.is_greeted = true,
                (true, Some(1000)) => tally.completed(1),
                (true, _) => tally.refused(1),
            }
        }
        let mut all_sent = self.wire.flush()?;
        for _ in 0..TURN {
            if !self.is_greeted || !all_sent {
                break;
            }
            self.wire.queue_frame(&self.frame)?;
            tally.sent(1);
            all_sent = self.wire.flush()?;
        }
        Ok(())
    }

    fn wants(&self) -> epoll::EventFlags {
        let mut wants = super::wants(&self.wire, true);
        wants.set(epoll::EventFlags::OUT, self.is_greeted || self.wire.wants_write());
        wants
    }

    fn is_settled(&self) -> bool {
        self.is_greeted
    }
}
