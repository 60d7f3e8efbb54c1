//! The attackers: a thread beside the bystanders', with less right to the processor, that keeps a fixed number of
//! connections busy and opens each again as soon as the server ends it.

mod greedy;
mod half_open;
mod login_storm;
mod rdap_mining;
mod slow_clients;
mod strangers;
pub(crate) mod tally;
mod turns;

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{Timespec, epoll};

use self::tally::Tally;
use self::turns::Turns;
use crate::scenario::Attack;
use crate::script::Script;
use crate::wire::{Peer, Wire};

/// Networks that attackers who are not a registrar come from.
const NETWORKS: usize = 4;
/// Connections opened in one round, so that those that are open are served too.
const OPENED_A_ROUND: usize = 32;
/// Connections that are on their way to their attack at one time.
const ON_THEIR_WAY: usize = 16;
/// How long a connection that could not even begin waits for its next attempt.
const PAUSE: Duration = Duration::from_millis(100);

/// One attacking connection.
pub(crate) trait Attacker: AsFd {
    /// Does what can be done without waiting.
    ///
    /// # Errors
    /// The connection is over.
    fn drive(&mut self, tally: &Tally) -> io::Result<()>;

    /// What it waits for.
    fn wants(&self) -> epoll::EventFlags;

    /// Whether it has come to where its attack begins, so that the next may be on its way.
    fn is_settled(&self) -> bool {
        true
    }

    /// Whether it was let in so far that it can attack.
    fn is_in_place(&self) -> bool {
        self.is_settled()
    }
}

/// What each connection of an attack is.
pub(crate) trait Plan {
    fn open(&mut self, slot: usize) -> io::Result<Box<dyn Attacker>>;

    /// Who it belongs to, where several attack side by side and are to be served alike.
    fn group(&self, _slot: usize) -> usize {
        0
    }

    /// When all that have been waiting in their places begin, if they do.
    fn begins(&self) -> Option<Instant> {
        None
    }
}

/// What all attacks need to know.
#[derive(Clone, Debug)]
pub(crate) struct Aim {
    /// EPP, with the certificate of the registrar who attacks.
    pub(crate) epp: Peer,
    /// His login.
    pub(crate) login: Arc<str>,
    /// The clID of the bystander.
    pub(crate) victim: String,
    pub(crate) rdap: Peer,
    /// Host and port of RDAP, as HTTP wants them.
    pub(crate) authority: String,
    /// Names that are registered.
    pub(crate) names: Script,
    /// The TLD of all names.
    pub(crate) tld: String,
    /// Part of every name, so that runs do not meet.
    pub(crate) run: u64,
    pub(crate) connections: usize,
}

/// An attack under way.
pub(crate) struct Storm {
    thread: JoinHandle<io::Result<()>>,
    signals: Arc<Signals>,
    pub(crate) tally: Arc<Tally>,
}

#[derive(Debug, Default)]
struct Signals {
    ready: AtomicBool,
    stop: AtomicBool,
}

impl Storm {
    /// Lets the attackers loose, in a thread that adds so much to its nice value and counts in this tally.
    pub(crate) fn begin(
        nice: i32,
        connections: usize,
        tally: Arc<Tally>,
        plan: impl FnOnce() -> io::Result<Box<dyn Plan>> + Send + 'static,
    ) -> Self {
        let signals = Arc::new(Signals::default());
        let (theirs, counted) = (signals.clone(), tally.clone());
        let thread = std::thread::spawn(move || {
            rustix::process::nice(nice)?;
            Attackers::new(plan()?, connections, &counted)?.run(&theirs)
        });
        Self { thread, signals, tally }
    }

    /// Waits until every connection has come to where its attack begins. Whether that was in time.
    pub(crate) fn wait_ready(&self, patience: Duration) -> bool {
        let began = Instant::now();
        while !self.signals.ready.load(Ordering::Acquire) && !self.thread.is_finished() {
            if began.elapsed() > patience {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }

    /// Ends the attack.
    ///
    /// # Errors
    /// When it could not go on.
    pub(crate) fn end(self) -> Result<(), String> {
        self.signals.stop.store(true, Ordering::Release);
        let ended = self.thread.join().map_err(|_| "the attackers' thread panicked".to_owned())?;
        ended.map_err(|error| format!("the attackers cannot go on: {error}"))
    }
}

/// What the connections of an attack are.
///
/// # Errors
/// When it cannot be prepared.
pub(crate) fn plan(attack: Attack, aim: Aim) -> io::Result<Box<dyn Plan>> {
    Ok(match attack {
        Attack::Strangers => Box::new(strangers::Strangers::new(&aim)?),
        Attack::Greedy => Box::new(greedy::Greedy::new(aim)),
        Attack::SlowClients => Box::new(slow_clients::SlowClients::new(aim)),
        Attack::LoginStorm => Box::new(login_storm::LoginStorm::new(aim)),
        Attack::RdapMining => Box::new(rdap_mining::RdapMining::new(aim)),
        Attack::HalfOpen => Box::new(half_open::HalfOpen::new(&aim)?),
    })
}

/// The address of a network of its own (IPv4 /16) that attackers come from.
fn network(number: usize) -> IpAddr {
    Ipv4Addr::new(127, 64 + u8::try_from(number % NETWORKS).unwrap_or_default(), 0, 1).into()
}

/// A connection's place.
#[derive(Default)]
struct Slot {
    attacker: Option<Box<dyn Attacker>>,
    wants: epoll::EventFlags,
    settled: bool,
    /// It was counted as one that came to its attack.
    in_place: bool,
    /// It waits for its turn.
    queued: bool,
    /// Its first connection settled, or was ended before.
    tried: bool,
}

/// All attacking connections.
struct Attackers<'a> {
    plan: Box<dyn Plan>,
    slots: Vec<Slot>,
    /// Places without a connection.
    vacant: VecDeque<usize>,
    /// Places whose connection could not even begin.
    pausing: Vec<usize>,
    on_their_way: usize,
    /// Places that have not been tried.
    untried: usize,
    turns: Turns<(usize, epoll::EventFlags)>,
    tally: &'a Tally,
    epoll: OwnedFd,
}

/// Over without us: reported for each connection, whatever it wants.
const OVER: epoll::EventFlags = epoll::EventFlags::HUP.union(epoll::EventFlags::ERR).union(epoll::EventFlags::RDHUP);

impl<'a> Attackers<'a> {
    fn new(plan: Box<dyn Plan>, connections: usize, tally: &'a Tally) -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let slots = std::iter::repeat_with(Slot::default).take(connections).collect();
        let vacant = (0..connections).collect();
        Ok(Self {
            plan,
            slots,
            vacant,
            pausing: Vec::new(),
            on_their_way: 0,
            untried: connections,
            turns: Turns::new(),
            tally,
            epoll,
        })
    }

    fn run(mut self, signals: &Signals) -> io::Result<()> {
        let mut events: Vec<epoll::Event> = Vec::with_capacity(256);
        let mut paused = Instant::now();
        let (mut begun, mut round) = (false, Vec::new());
        while !signals.stop.load(Ordering::Acquire) {
            if paused.elapsed() > PAUSE {
                self.vacant.extend(self.pausing.drain(..));
                paused = Instant::now();
            }
            self.fill();
            if !begun && self.plan.begins().is_some_and(|at| at <= Instant::now()) {
                begun = true;
                (0..self.slots.len()).for_each(|number| self.queue(number, epoll::EventFlags::empty()));
            }
            if self.untried == 0 {
                signals.ready.store(true, Ordering::Release);
            }
            let room = !self.vacant.is_empty() && self.on_their_way < ON_THEIR_WAY;
            let is_idle = !room && self.turns.is_empty();
            let patience = Timespec { tv_sec: 0, tv_nsec: if is_idle { 10_000_000 } else { 0 } };
            events.clear();
            epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&patience))?;
            for event in &events {
                let (flags, data) = (event.flags, event.data);
                self.queue(data.u64() as usize, flags);
            }
            self.turns.take_round(&mut round);
            for (number, flags) in round.drain(..) {
                self.serve(number, flags)?;
            }
        }
        Ok(())
    }

    /// Opens what is vacant.
    fn fill(&mut self) {
        for _ in 0..OPENED_A_ROUND {
            if self.on_their_way >= ON_THEIR_WAY {
                return;
            }
            let Some(number) = self.vacant.pop_front() else { return };
            match self.open(number) {
                Ok(()) => self.tally.opened(1),
                Err(_) => {
                    self.tally.not_opened(1);
                    self.tried(number);
                    self.pausing.push(number);
                }
            }
        }
    }

    fn open(&mut self, number: usize) -> io::Result<()> {
        let attacker = self.plan.open(number)?;
        let wants = attacker.wants() | OVER;
        epoll::add(&self.epoll, &*attacker, epoll::EventData::new_u64(number as u64), wants)?;
        let settled = attacker.is_settled();
        self.on_their_way += usize::from(!settled);
        if let Some(slot) = self.slots.get_mut(number) {
            let in_place = attacker.is_in_place();
            self.tally.settled(in_place.into());
            *slot = Slot { attacker: Some(attacker), wants, settled, in_place, queued: false, tried: slot.tried };
        }
        if settled {
            self.tried(number);
        }
        Ok(())
    }

    fn tried(&mut self, number: usize) {
        if let Some(slot) = self.slots.get_mut(number).filter(|slot| !slot.tried) {
            slot.tried = true;
            self.untried -= 1;
        }
    }

    /// Lets a connection wait for its turn, unless it does: what it is ready for then it will be told again.
    fn queue(&mut self, number: usize, flags: epoll::EventFlags) {
        let Some(slot) = self.slots.get_mut(number).filter(|slot| !slot.queued) else { return };
        slot.queued = true;
        self.turns.push(self.plan.group(number), (number, flags));
    }

    fn serve(&mut self, number: usize, flags: epoll::EventFlags) -> io::Result<()> {
        let Some(slot) = self.slots.get_mut(number) else { return Ok(()) };
        slot.queued = false;
        let Some(attacker) = &mut slot.attacker else { return Ok(()) };
        let is_over = attacker.drive(self.tally).is_err() || flags.intersects(OVER);
        let settles = !slot.settled && (is_over || attacker.is_settled());
        if !slot.in_place && attacker.is_in_place() {
            slot.in_place = true;
            self.tally.settled(1);
        }
        if is_over {
            // Its descriptor leaves the epoll set as it is closed.
            *slot = Slot { tried: slot.tried, ..Slot::default() };
            self.tally.closed(1);
            self.vacant.push_back(number);
        } else {
            slot.settled |= settles;
            let wants = attacker.wants() | OVER;
            if wants != slot.wants {
                slot.wants = wants;
                epoll::modify(&self.epoll, &**attacker, epoll::EventData::new_u64(number as u64), wants)?;
            }
        }
        if settles {
            self.on_their_way -= 1;
            self.tried(number);
        }
        Ok(())
    }
}

/// Waits for what a wire can do next.
pub(crate) fn wants(wire: &Wire, reads: bool) -> epoll::EventFlags {
    let mut wants = epoll::EventFlags::empty();
    wants.set(epoll::EventFlags::IN, reads);
    wants.set(epoll::EventFlags::OUT, wire.wants_write());
    wants
}
