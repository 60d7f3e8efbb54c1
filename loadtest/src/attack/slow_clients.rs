//! `slow-clients`: they ask for much and read none of it. HTTP/2 with windows of nothing, HTTP/1.1 pipelines, EPP sessions
//! of a registrar; and a crowd of RDAP connections that ask for nothing at all.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::sync::Arc;

use domesday::base::limits::RDAP_STREAMS;
use rustix::event::epoll;
use rustls::ClientConfig;

use super::greedy::large_check;
use super::half_open::Silent;
use super::tally::Tally;
use super::{Aim, Attacker, NETWORKS, Plan, network};
use crate::epp::Epp;
use crate::http;
use crate::wire::{Peer, Wire};

/// Of ten connections one is an HTTP/2 reader and one an HTTP/1.1 reader, up to this many of each.
const READERS: usize = 200;
/// Of ten connections one is an EPP session, up to this many.
const SESSIONS: usize = 50;
/// Requests or commands that are queued at one time; the next when the socket has taken them.
const BATCH: usize = 16;
/// Batches that one connection sends before others have their turn.
const TURN: usize = 4;

/// The plan.
pub(super) struct SlowClients {
    aim: Aim,
    http2: Peer,
    streams: Rc<[u8]>,
    pipeline: Rc<[u8]>,
    checks: Rc<[u8]>,
}

impl SlowClients {
    pub(super) fn new(aim: Aim) -> Self {
        let mut tls = ClientConfig::clone(&aim.rdap.tls);
        tls.alpn_protocols = vec![b"h2".to_vec()];
        let http2 = Peer { tls: Arc::new(tls), ..aim.rdap.clone() };
        let path = |number| format!("domain/{}", aim.names.known(number));
        let pipeline: String = (0..BATCH as u64).map(|number| http::get(&aim.authority, &path(number))).collect();
        let check = large_check(&aim, 0);
        let mut checks = (check.len() as u32 + 4).to_be_bytes().to_vec();
        checks.extend_from_slice(check.as_bytes());
        Self {
            http2,
            streams: zero_windows(&aim.authority, &path(0)).into(),
            pipeline: pipeline.into_bytes().into(),
            checks: checks.into(),
            aim,
        }
    }
}

impl Plan for SlowClients {
    fn open(&mut self, slot: usize) -> io::Result<Box<dyn Attacker>> {
        let from = Some(network(slot % NETWORKS));
        let place = slot / 10;
        let mut once = None;
        let (line, asks) = match slot % 10 {
            0 if place < READERS => {
                once = Some(u64::from(RDAP_STREAMS));
                (Line::Rdap(Wire::open(&self.http2, from)?), &self.streams)
            }
            1 if place < READERS => (Line::Rdap(Wire::open(&self.aim.rdap, from)?), &self.pipeline),
            2 if place < SESSIONS => (Line::Epp(Epp::open(&self.aim.epp, None, self.aim.login.clone())?), &self.checks),
            _ => return Ok(Box::new(Silent { wire: Wire::open(&self.aim.rdap, from)? })),
        };
        let requests = match (once, &line) {
            (Some(streams), _) => streams,
            (None, Line::Rdap(_)) => BATCH as u64,
            (None, Line::Epp(_)) => 1,
        };
        Ok(Box::new(Reader { line, asks: asks.clone(), requests, is_once: once.is_some(), has_asked: false }))
    }
}

/// The preface, windows of nothing for all streams, and a GET on each stream there may be (RFC 9113, sections 3.4, 6.5.2
/// and 8.1).
fn zero_windows(authority: &str, path: &str) -> Vec<u8> {
    let mut octets = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    const SETTINGS: u8 = 4;
    const HEADERS: u8 = 1;
    const END_STREAM_AND_HEADERS: u8 = 5;
    // SETTINGS_INITIAL_WINDOW_SIZE: 0
    frame(&mut octets, SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]);
    // :method GET, :scheme https; :path and :authority as literals that are not indexed (RFC 7541, section 6.2.2).
    let mut block = vec![0x82, 0x87];
    for (index, value) in [(4, format!("/{path}")), (1, authority.to_owned())] {
        block.push(index);
        // Longer ones would need another form of length.
        block.push(u8::try_from(value.len()).unwrap_or_default() & 0x7f);
        block.extend_from_slice(value.as_bytes());
    }
    for stream in 0..RDAP_STREAMS {
        frame(&mut octets, HEADERS, END_STREAM_AND_HEADERS, 2 * stream + 1, &block);
    }
    octets
}

fn frame(octets: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, content: &[u8]) {
    let [_, length @ ..] = (content.len() as u32).to_be_bytes();
    octets.extend_from_slice(&length);
    octets.extend_from_slice(&[kind, flags]);
    octets.extend_from_slice(&stream.to_be_bytes());
    octets.extend_from_slice(content);
}

enum Line {
    Rdap(Wire),
    Epp(Epp),
}

impl Line {
    fn wire(&mut self) -> &mut Wire {
        match self {
            Self::Rdap(wire) => wire,
            Self::Epp(epp) => &mut epp.wire,
        }
    }

    /// Whether it can ask, from where on it reads nothing.
    fn is_open(&self) -> bool {
        match self {
            Self::Rdap(wire) => !wire.is_handshaking(),
            Self::Epp(epp) => epp.is_logged_in(),
        }
    }
}

/// Asks and does not read.
struct Reader {
    line: Line,
    asks: Rc<[u8]>,
    /// Requests in what it asks.
    requests: u64,
    is_once: bool,
    has_asked: bool,
}

impl AsFd for Reader {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.line {
            Line::Rdap(wire) => wire.as_fd(),
            Line::Epp(epp) => epp.as_fd(),
        }
    }
}

impl Attacker for Reader {
    fn drive(&mut self, tally: &Tally) -> io::Result<()> {
        if !self.line.is_open() {
            self.line.wire().flush()?;
            self.line.wire().receive()?;
            if let Line::Epp(epp) = &mut self.line {
                epp.answer()?;
            }
        }
        let mut all_sent = self.line.wire().flush()?;
        for _ in 0..TURN {
            if !self.line.is_open() || !all_sent || self.is_once && self.has_asked {
                break;
            }
            self.line.wire().queue(&self.asks)?;
            self.has_asked = true;
            tally.sent(self.requests);
            all_sent = self.line.wire().flush()?;
        }
        Ok(())
    }

    fn wants(&self) -> epoll::EventFlags {
        let (Line::Rdap(wire) | Line::Epp(Epp { wire, .. })) = &self.line;
        let is_open = self.line.is_open();
        let mut wants = super::wants(wire, !is_open);
        let asks_more = is_open && !(self.is_once && self.has_asked);
        wants.set(epoll::EventFlags::OUT, asks_more || wire.wants_write());
        wants
    }

    fn is_settled(&self) -> bool {
        self.line.is_open()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stream_asks_and_no_window_is_open() {
        let octets = zero_windows("localhost:8443", "domain/a.test");
        let mut rest = octets.strip_prefix(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").expect("the preface");
        let mut streams = Vec::new();
        while let Some((head, after)) = rest.split_first_chunk::<9>() {
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            let (content, after) = after.split_at(length);
            match head[3] {
                4 => assert_eq!(content, [0, 4, 0, 0, 0, 0]),
                1 => streams.push(u32::from_be_bytes([head[5], head[6], head[7], head[8]])),
                kind => panic!("a frame of type {kind}"),
            }
            rest = after;
        }
        assert_eq!(rest, b"");
        assert_eq!(streams.len(), RDAP_STREAMS as usize);
        assert!(streams.is_sorted() && streams.iter().all(|stream| stream % 2 == 1));
    }
}
