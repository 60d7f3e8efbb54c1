//! Floors: what the same exchanges take when the server does nothing, and what a write takes until it is durable. Whatever
//! a registry takes beyond them is its own.
//!
//! [`echo`] has bare TLS servers that read requests of one size and send answers of one size; [`load`] the client that keeps
//! them busy; [`disk`] writes and syncs as the log does; [`pki`] makes the certificates of both sides. [`measure`] puts a
//! server and a client together.
//!
//! Client and server are threads of this process, each pinned to a core. Where they are the same core, or where other
//! processes want it, figures mean little.

pub mod disk;
pub mod echo;
pub mod load;
pub mod pki;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use domesday::runtime::clock::SystemClock;
use domesday::runtime::probe::allowed_cores;
use domesday::runtime::tls::{ClientAuth, TlsError, epp_server_config};
use hdrhistogram::Histogram;

pub use self::echo::Exchange;
use self::echo::{Contender, Usage, pin};
use self::load::{Client, Framing, Script};
use self::pki::Pki;

/// Octets of a request, or of an answer, at most.
pub const OCTETS_MAX: usize = 1 << 20;
/// The longest time that a histogram of this crate tells from longer ones, in nanoseconds.
const LONGEST_NS: u64 = 60_000_000_000;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// epoll, sockets that do not block and rustls, without task and waker.
    Epoll,
    /// glommio's own sockets.
    Glommio,
    /// Domesday's executor and sockets.
    Ours,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Epoll, Self::Glommio, Self::Ours];

    /// What it is called in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Epoll => "plain epoll",
            Self::Glommio => "glommio",
            Self::Ours => "domesday's executor",
        }
    }
}

/// What is exchanged, by how many, for how long and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Octets of request and answer, as the application sees them: with an EPP header, without TLS.
    pub exchange: Exchange,
    /// Sessions, each with one request under way.
    pub sessions: usize,
    /// How long each server is loaded.
    pub duration: Duration,
    /// The server's core.
    pub server_core: usize,
    /// The client's core; it is busy all the time.
    pub client_core: usize,
}

impl Conditions {
    /// The first core that this process may use for the server, the last for the client.
    pub fn cores() -> (usize, usize) {
        let cores = allowed_cores();
        (cores.first().copied().unwrap_or(0), cores.last().copied().unwrap_or(0))
    }

    /// Whether they can be; every measurement asks too.
    ///
    /// # Errors
    /// A core that this process may not use, octets that are none or too many.
    pub fn check(&self) -> Result<(), FloorError> {
        let allowed = allowed_cores();
        match [self.server_core, self.client_core].into_iter().find(|core| !allowed.contains(core)) {
            Some(core) => Err(FloorError::Core { core, allowed }),
            None => Ok(()),
        }?;
        let Exchange { request, answer } = self.exchange;
        match [request, answer].into_iter().find(|octets| !(1..=OCTETS_MAX).contains(octets)) {
            Some(octets) => Err(FloorError::Octets { octets, most: OCTETS_MAX }),
            None => Ok(()),
        }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The server.
    pub kind: Kind,
    /// How it was measured.
    pub conditions: Conditions,
    /// Answers within the time.
    pub exchanges: u64,
    /// From the first request on.
    pub elapsed: Duration,
    /// Round trips, in nanoseconds.
    pub round_trips: Histogram<u64>,
    /// From connecting to the end of the handshake as the client sees it, with certificates of both sides, one session
    /// after the other, in nanoseconds.
    pub handshakes: Histogram<u64>,
    /// What the server's thread took meanwhile.
    pub usage: Usage,
}

impl Found {
    /// Exchanges a second.
    pub fn rate(&self) -> f64 {
        self.exchanges as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Processor time of the server's thread for one exchange.
    pub fn cpu_per_exchange(&self) -> Duration {
        Duration::from_nanos(self.usage.nanos / self.exchanges.max(1))
    }

    /// How often the server's thread lost or gave up its core, for one exchange.
    pub fn switches_per_exchange(&self) -> f64 {
        self.usage.switches as f64 / self.exchanges.max(1) as f64
    }

    /// The share of the time that the server's thread had a core. Far below 1 with many sessions, the client was the limit.
    pub fn busy(&self) -> f64 {
        self.usage.nanos as f64 / (self.elapsed.as_nanos() as f64).max(1.0)
    }
}

/// Why there is no figure.
#[derive(Debug)]
pub enum FloorError {
    /// A core that this process may not use.
    Core {
        /// The core.
        core: usize,
        /// Those that it may use.
        allowed: Vec<usize>,
    },
    /// A request, an answer or a write of nothing, or of too much.
    Octets {
        /// Its size.
        octets: usize,
        /// How much it may be.
        most: usize,
    },
    /// The certificates cannot be made.
    Certificates(String),
    /// They cannot be used.
    Tls(TlsError),
    /// A server that does not start.
    Start {
        /// Which.
        server: &'static str,
        /// Why.
        why: String,
    },
    /// An exchange that did not come to its end.
    Exchange {
        /// With which server.
        server: &'static str,
        /// Why.
        error: io::Error,
    },
    /// A file that cannot be made, written, synced or removed.
    Disk {
        /// The directory.
        dir: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for FloorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Core { core, allowed } => {
                write!(f, "core {core}: this process may use {allowed:?}; choose one of them")
            }
            Self::Octets { octets, most } => write!(f, "{octets} octets: expected 1 to {most}"),
            Self::Certificates(why) => write!(f, "certificates for the floor cannot be made: {why}"),
            Self::Tls(error) => write!(f, "{error}"),
            Self::Start { server, why } => write!(f, "the floor ({server}) does not start: {why}"),
            Self::Exchange { server, error } => write!(f, "the floor ({server}) failed: {error}"),
            Self::Disk { dir, error } => {
                write!(f, "{}: {error}; expected a directory that files can be made in", dir.display())
            }
        }
    }
}

impl std::error::Error for FloorError {}

impl From<TlsError> for FloorError {
    fn from(error: TlsError) -> Self {
        Self::Tls(error)
    }
}

/// A histogram that takes every time in nanoseconds without growing.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST_NS, 3).expect("the bounds are in order")
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Loads one server. It goes on listening, idle, until the process ends.
///
/// # Errors
/// [`FloorError`]; an answer of any other size than asked for is one.
pub fn measure_one(kind: Kind, conditions: &Conditions) -> Result<Found, FloorError> {
    conditions.check()?;
    let pki = Pki::new()?;
    let server = epp_server_config(pki.identity()?, &ClientAuth::Pinned, &[], &SystemClock::default())?;
    let Conditions { exchange, server_core, .. } = *conditions;
    let contender = match kind {
        Kind::Epoll => echo::plain_epoll(server_core, server, exchange),
        Kind::Glommio => echo::glommio_stream(server_core, server, exchange),
        Kind::Ours => echo::ours(kind.name(), server_core, Duration::ZERO, server, exchange),
    }?;
    measure_contender(kind, &contender, &pki, conditions)
}

/// The floor of such exchanges: the better, by rate, of [`Kind::Epoll`] and [`Kind::Ours`].
///
/// # Errors
/// As [`measure_one`].
pub fn measure(conditions: &Conditions) -> Result<Found, FloorError> {
    let [epoll, ours] = [Kind::Epoll, Kind::Ours].map(|kind| measure_one(kind, conditions));
    let (epoll, ours) = (epoll?, ours?);
    Ok(if ours.rate() > epoll.rate() { ours } else { epoll })
}

fn measure_contender(
    kind: Kind,
    contender: &Contender,
    pki: &Pki,
    conditions: &Conditions,
) -> Result<Found, FloorError> {
    let config = pki.client(&[])?;
    let Conditions { exchange, sessions, duration, client_core, .. } = *conditions;
    let server = kind.name();
    let client = || {
        pin(client_core)?;
        let request = vec![b'x'; exchange.request];
        let script = Script {
            framing: Framing::Fixed(exchange.answer),
            greeted: false,
            // With the first answer the server too has done with the handshake.
            prelude: &|_| vec![request.clone()],
            request: &|_, _| request.clone(),
        };
        let client = Client::connect(contender.address, &config, sessions, &script)?;
        let handshakes = client.handshakes().clone();
        let before = contender.usage();
        let outcome = client.run(duration)?;
        Ok((outcome, handshakes, contender.usage() - before))
    };
    // On a thread of its own: whoever calls stays free to run on every core.
    let done = thread::scope(|scope| scope.spawn(client).join());
    let done = done.unwrap_or_else(|_| Err(io::Error::other("the client panicked")));
    let (outcome, handshakes, usage) = done.map_err(|error| FloorError::Exchange { server, error })?;
    let load::Outcome { requests, elapsed, round_trips } = outcome;
    Ok(Found { kind, conditions: *conditions, exchanges: requests, elapsed, round_trips, handshakes, usage })
}

#[cfg(test)]
mod tests;
