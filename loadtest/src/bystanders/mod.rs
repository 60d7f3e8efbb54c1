//! The bystanders: an open loop that does what is due, whatever the server does, and measures from when it was due.
//!
//! Two threads run it, one for what goes over kept connections and one for what opens its own, so that the handshakes
//! of the second delay nothing in the first.

mod caller;
mod errands;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{Timespec, epoll};
use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime};

pub(crate) use self::errands::Guide;
use self::errands::{Errands, PATIENCE};
use crate::outcome::{Kind, Outcome};

/// The part of the test that what becomes due now belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Connections open, and warm.
    Beginning,
    Quiet,
    /// The attackers take their places.
    Between,
    Attacked,
    /// Nothing more becomes due; what is under way is awaited.
    Ending,
}

impl Phase {
    const ALL: [Self; 5] = [Self::Beginning, Self::Quiet, Self::Between, Self::Attacked, Self::Ending];
}

/// The phase, as all threads see it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock(Arc<AtomicU8>);

impl Clock {
    pub(crate) fn set(&self, phase: Phase) {
        self.0.store(phase as u8, Ordering::Release);
    }

    fn phase(&self) -> Phase {
        Phase::ALL.get(usize::from(self.0.load(Ordering::Acquire))).copied().unwrap_or(Phase::Ending)
    }
}

/// What both measured phases were like.
#[derive(Debug, Default)]
pub(crate) struct Felt {
    pub(crate) quiet: Outcome,
    pub(crate) attacked: Outcome,
}

impl Felt {
    /// Where what happens in a phase is recorded, if it is.
    fn of(&mut self, phase: Phase) -> Option<&mut Outcome> {
        match phase {
            Phase::Quiet => Some(&mut self.quiet),
            Phase::Attacked => Some(&mut self.attacked),
            Phase::Beginning | Phase::Between | Phase::Ending => None,
        }
    }
}

/// The bystanders under way.
pub(crate) struct Bystanders {
    threads: Vec<JoinHandle<io::Result<Felt>>>,
}

impl Bystanders {
    pub(crate) fn begin(guide: &Guide, clock: &Clock) -> Self {
        let parts: [&'static [Kind]; 2] = [&[Kind::Check, Kind::Create, Kind::Rdap], &[Kind::Visit, Kind::Login]];
        let thread = |kinds| {
            let (guide, clock) = (guide.clone(), clock.clone());
            std::thread::spawn(move || run(guide, kinds, &clock))
        };
        Self { threads: parts.map(thread).into() }
    }

    /// Waits for the end, which comes soon after [`Phase::Ending`].
    ///
    /// # Errors
    /// When a loop could not go on.
    pub(crate) fn end(self) -> Result<Felt, String> {
        let mut sum = Felt::default();
        for thread in self.threads {
            let felt = thread.join().map_err(|_| "a bystanders' thread panicked".to_owned())?;
            let felt = felt.map_err(|error| format!("the bystanders cannot go on: {error}"))?;
            sum.quiet.add(&felt.quiet);
            sum.attacked.add(&felt.attacked);
        }
        Ok(sum)
    }
}

/// What is added to the nice value of the bystanders' threads, where that is allowed.
const NICE: i32 = -19;

/// Token of the timer; connections have small ones.
const TIMER: u64 = u64::MAX;

fn run(guide: Guide, kinds: &[Kind], clock: &Clock) -> io::Result<Felt> {
    // A real bystander has a processor of his own. Whoever may not take one here reads how late the loop was.
    let _ = rustix::process::nice(NICE);
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
    epoll::add(&epoll, &timer, epoll::EventData::new_u64(TIMER), epoll::EventFlags::IN)?;
    let mut errands = Errands::new(guide, kinds, epoll);
    let mut events: Vec<epoll::Event> = Vec::with_capacity(256);
    let mut ended: Option<Instant> = None;
    loop {
        let phase = clock.phase();
        if phase == Phase::Ending {
            let since = *ended.get_or_insert_with(Instant::now);
            // What was due last has had its time by then, and was given up.
            if errands.are_done() || since.elapsed() > PATIENCE * 2 {
                return Ok(errands.felt);
            }
        } else {
            errands.take_due(phase);
        }
        errands.give_up_late();
        errands.begin_waiting();
        // Whole milliseconds are not fine enough for what is due, and waiting awake would take the server's processor.
        let next = errands.next_due().max(Duration::from_nanos(1));
        let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
        let it_value = Timespec { tv_sec: next.as_secs() as i64, tv_nsec: next.subsec_nanos().into() };
        timerfd_settime(&timer, TimerfdTimerFlags::empty(), &Itimerspec { it_interval: zero, it_value })?;
        events.clear();
        epoll::wait(&errands.epoll, rustix::buffer::spare_capacity(&mut events), None)?;
        for event in &events {
            // The timer is set anew each time, which takes its expiry away.
            let token = event.data.u64();
            if token != TIMER {
                errands.serve(token as usize)?;
            }
        }
    }
}
