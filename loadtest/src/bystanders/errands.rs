//! What bystanders do: what is due, over which connection it goes, and whether what comes back is right.

use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::epoll;

use super::caller::{Answer, Caller, Errand, Line};
use super::{Felt, Phase};
use crate::epp::Epp;
use crate::http;
use crate::outcome::{Failure, Kind};
use crate::schedule::Schedule;
use crate::script::Script;
use crate::wire::{Peer, Wire};

/// How long after it was due an errand is given up.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How long a kept connection may take to be ready.
const OPENING: Duration = Duration::from_secs(30);
/// How often it is looked for what is late.
const LOOK: Duration = Duration::from_millis(100);
/// Creates a second.
const CREATES: u32 = 5;
/// Logins a second, and as many look-ups over new connections.
const ARRIVALS: u32 = 3;
/// Connections kept for each kind of errand.
const KEPT: usize = 8;

/// What the bystanders need to know.
#[derive(Clone, Debug)]
pub(crate) struct Guide {
    pub(crate) epp: Peer,
    /// The bystander's login.
    pub(crate) login: Arc<str>,
    pub(crate) rdap: Peer,
    /// Host and port of RDAP, as HTTP wants them.
    pub(crate) authority: String,
    pub(crate) checks: Script,
    pub(crate) creates: Script,
    /// Checks a second, and as many RDAP look-ups.
    pub(crate) rate: u32,
}

impl Guide {
    fn rate(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Check | Kind::Rdap => self.rate,
            Kind::Create => CREATES,
            Kind::Visit | Kind::Login => ARRIVALS,
        }
    }

    fn open(&self, kind: Kind) -> io::Result<Line> {
        match kind {
            Kind::Check | Kind::Create | Kind::Login => Epp::open(&self.epp, None, self.login.clone()).map(Line::Epp),
            Kind::Rdap | Kind::Visit => Wire::open(&self.rdap, None).map(Line::Rdap),
        }
    }

    fn request(&self, errand: Errand) -> String {
        match errand.kind {
            Kind::Check => self.checks.command(errand.number),
            Kind::Create => self.creates.command(errand.number),
            Kind::Rdap | Kind::Visit => {
                http::get(&self.authority, &format!("domain/{}", self.checks.known(errand.number)))
            }
            Kind::Login => String::new(),
        }
    }

    fn judge(&self, errand: Errand, answer: &Answer) -> Option<Failure> {
        let judged = match answer {
            Answer::Epp(answer) if errand.kind == Kind::Create => self.creates.judge(errand.number, answer),
            Answer::Epp(answer) => self.checks.judge(errand.number, answer),
            Answer::Rdap(http::Response { status, content }) => {
                let name = format!("\"ldhName\":\"{}\"", self.checks.known(errand.number));
                let is_it = content.windows(name.len()).any(|part| part == name.as_bytes());
                match (*status, is_it) {
                    (200, true) => return None,
                    (200, false) => Err("the answer to another name"),
                    (status, _) => Ok(status),
                }
            }
        };
        match judged {
            Ok(1000) => None,
            Ok(code) => Some(Failure::Refused(format!("answered {code}"))),
            Err(why) => Some(Failure::Wrong(why.into())),
        }
    }
}

/// One kind of errand: when it is due, what waits, and the connections that are free for it.
struct Stream {
    kind: Kind,
    schedule: Schedule,
    taken: u64,
    waiting: VecDeque<Errand>,
    free: VecDeque<usize>,
}

/// One thread's errands.
pub(super) struct Errands {
    guide: Guide,
    streams: Vec<Stream>,
    callers: Vec<Option<Caller>>,
    vacant: Vec<usize>,
    /// Kept connections to open, and not before when.
    to_open: Vec<(Instant, Kind)>,
    began: Instant,
    looked: Instant,
    phase: Phase,
    pub(super) epoll: OwnedFd,
    pub(super) felt: Felt,
}

impl Errands {
    pub(super) fn new(guide: Guide, kinds: &[Kind], epoll: OwnedFd) -> Self {
        let now = Instant::now();
        let stream = |kind: &Kind| Stream {
            kind: *kind,
            schedule: Schedule::new(guide.rate(*kind), u32::MAX),
            taken: 0,
            waiting: VecDeque::new(),
            free: VecDeque::new(),
        };
        let streams = kinds.iter().map(stream).collect();
        let kept = kinds.iter().filter(|kind| kind.is_kept());
        let to_open = kept.flat_map(|kind| std::iter::repeat_n((now, *kind), KEPT)).collect();
        Self {
            guide,
            streams,
            callers: Vec::new(),
            vacant: Vec::new(),
            to_open,
            began: now,
            looked: now,
            phase: Phase::Beginning,
            epoll,
            felt: Felt::default(),
        }
    }

    /// Nothing that was due waits for its answer.
    pub(super) fn are_done(&self) -> bool {
        self.streams.iter().all(|stream| stream.waiting.is_empty())
            && self.callers.iter().flatten().all(|caller| caller.under_way.is_none())
    }

    /// Takes what has become due.
    pub(super) fn take_due(&mut self, phase: Phase) {
        self.phase = phase;
        let now = self.began.elapsed();
        for stream in &mut self.streams {
            while stream.taken < stream.schedule.due_by(now) {
                let due = stream.schedule.due(stream.taken);
                if let Some(outcome) = self.felt.of(phase) {
                    outcome.was_late(now.saturating_sub(due));
                }
                let errand = Errand { kind: stream.kind, number: stream.taken, due: self.began + due, phase };
                stream.waiting.push_back(errand);
                stream.taken += 1;
            }
        }
    }

    /// How long until something becomes due, or late.
    pub(super) fn next_due(&self) -> Duration {
        let dues = self.streams.iter().map(|stream| stream.schedule.due(stream.taken));
        dues.min().unwrap_or(LOOK).saturating_sub(self.began.elapsed()).min(LOOK)
    }

    /// Begins what waits, as far as connections are free for it.
    pub(super) fn begin_waiting(&mut self) {
        let now = Instant::now();
        let (open, later) = self.to_open.drain(..).partition(|(at, _)| *at <= now);
        self.to_open = later;
        let open: Vec<(Instant, Kind)> = open;
        for (_, kind) in open {
            self.open(kind, None);
        }
        for at in 0..self.streams.len() {
            while let Some((errand, token)) = self.streams.get_mut(at).and_then(next) {
                match token {
                    Some(token) => self.send(token, errand),
                    None => self.open(errand.kind, Some(errand)),
                }
            }
        }
    }

    fn open(&mut self, kind: Kind, under_way: Option<Errand>) {
        let token = self.vacant.pop().unwrap_or_else(|| {
            self.callers.push(None);
            self.callers.len() - 1
        });
        let opened = self.guide.open(kind).and_then(|line| {
            let opened = Instant::now();
            let mut caller = Caller { line, kind, under_way, ready: false, opened, watches_write: true };
            if let Some(errand) = under_way.filter(|errand| errand.kind == Kind::Visit) {
                // TLS keeps it until the handshake is done.
                caller.queue(&self.guide.request(errand))?;
            }
            let flags = epoll::EventFlags::IN | epoll::EventFlags::OUT;
            epoll::add(&self.epoll, &caller, epoll::EventData::new_u64(token as u64), flags)?;
            Ok(caller)
        });
        match opened {
            Ok(caller) => {
                if let Some(place) = self.callers.get_mut(token) {
                    *place = Some(caller);
                }
            }
            Err(error) => {
                self.vacant.push(token);
                match under_way {
                    Some(errand) => self.record(errand, Some(refused(&error))),
                    None => self.to_open.push((Instant::now() + LOOK, kind)),
                }
            }
        }
    }

    fn send(&mut self, token: usize, errand: Errand) {
        let request = self.guide.request(errand);
        let Some(caller) = self.callers.get_mut(token).and_then(Option::as_mut) else { return };
        caller.under_way = Some(errand);
        match caller.send(&request).and_then(|()| watch(&self.epoll, caller, token)) {
            Ok(()) => {}
            Err(error) => self.close(token, &refused(&error)),
        }
    }

    /// Does what a connection is ready for.
    pub(super) fn serve(&mut self, token: usize) -> io::Result<()> {
        let Some(caller) = self.callers.get_mut(token).and_then(Option::as_mut) else { return Ok(()) };
        let answer = match caller.drive() {
            Ok(answer) => answer,
            Err(error) => {
                self.close(token, &refused(&error));
                return Ok(());
            }
        };
        watch(&self.epoll, caller, token)?;
        let mut is_free = false;
        if !caller.ready && caller.is_open() {
            (caller.ready, is_free) = (true, true);
        }
        let (kind, mut done) = (caller.kind, None);
        if kind == Kind::Login && is_free {
            done = caller.under_way.take().map(|errand| (errand, None));
        } else if let (Some(errand), Some(answer)) = (caller.under_way, answer) {
            caller.under_way = None;
            done = Some((errand, self.guide.judge(errand, &answer)));
            is_free = true;
        }
        let is_done = done.is_some();
        if let Some((errand, failed)) = done {
            self.record(errand, failed);
        }
        if !kind.is_kept() {
            if is_done {
                self.forget(token);
            }
        } else if is_free && let Some(stream) = self.streams.iter_mut().find(|stream| stream.kind == kind) {
            stream.free.push_back(token);
        }
        Ok(())
    }

    /// Gives up what is late.
    pub(super) fn give_up_late(&mut self) {
        let now = Instant::now();
        if now - self.looked < LOOK {
            return;
        }
        self.looked = now;
        let is_late = |errand: &Errand| now.saturating_duration_since(errand.due) > PATIENCE;
        let mut late = Vec::new();
        for stream in &mut self.streams {
            while let Some(errand) = stream.waiting.pop_front_if(|errand| is_late(errand)) {
                late.push(errand);
            }
        }
        late.into_iter().for_each(|errand| self.record(errand, Some(Failure::TimedOut)));
        let over = |caller: &Caller| match &caller.under_way {
            Some(errand) => is_late(errand),
            None => !caller.ready && now - caller.opened > OPENING,
        };
        let tokens = self.callers.iter().enumerate();
        let late: Vec<usize> =
            tokens.filter(|(_, caller)| caller.as_ref().is_some_and(over)).map(|(token, _)| token).collect();
        late.into_iter().for_each(|token| self.close(token, &Failure::TimedOut));
    }

    /// A connection that is over: what was under way on it failed, and a kept one is opened again.
    fn close(&mut self, token: usize, failure: &Failure) {
        let Some(caller) = self.forget(token) else { return };
        if let Some(errand) = caller.under_way {
            self.record(errand, Some(failure.clone()));
        }
        if !caller.kind.is_kept() {
            return;
        }
        if caller.ready
            && let Some(outcome) = self.felt.of(self.phase)
        {
            outcome.reopened += 1;
        }
        let pause = if caller.ready { Duration::ZERO } else { LOOK };
        self.to_open.push((Instant::now() + pause, caller.kind));
    }

    fn forget(&mut self, token: usize) -> Option<Caller> {
        let caller = self.callers.get_mut(token).and_then(Option::take)?;
        self.streams.iter_mut().for_each(|stream| stream.free.retain(|free| *free != token));
        self.vacant.push(token);
        Some(caller)
    }

    fn record(&mut self, errand: Errand, failed: Option<Failure>) {
        if let Some(outcome) = self.felt.of(errand.phase) {
            outcome.kinds.entry(errand.kind).or_default().record(errand.due.elapsed(), failed);
        }
    }
}

/// What waits longest, and the connection it goes over; none for what opens its own.
fn next(stream: &mut Stream) -> Option<(Errand, Option<usize>)> {
    if !stream.kind.is_kept() {
        return Some((stream.waiting.pop_front()?, None));
    }
    stream.waiting.front()?;
    let token = stream.free.pop_front()?;
    Some((stream.waiting.pop_front()?, Some(token)))
}

/// Watches for room to write if there is something to send.
fn watch(epoll: &OwnedFd, caller: &mut Caller, token: usize) -> io::Result<()> {
    let wants = caller.wire().wants_write();
    if wants != caller.watches_write {
        caller.watches_write = wants;
        let mut flags = epoll::EventFlags::IN;
        flags.set(epoll::EventFlags::OUT, wants);
        epoll::modify(epoll, &*caller, epoll::EventData::new_u64(token as u64), flags)?;
    }
    Ok(())
}

fn refused(error: &io::Error) -> Failure {
    Failure::Refused(match error.kind() {
        io::ErrorKind::UnexpectedEof => "the server ended the connection".to_owned(),
        _ => error.to_string(),
    })
}
