//! Floor 5: executors, sockets, timers, mailboxes, TLS and the disk of a real machine. The only place that names glommio.
//!
//! One [`executor`] is one thread, usually pinned to its own core, with one *driver* inside: a task that polls the
//! executor's sockets, its mailboxes and its timers, and puts the thread to sleep when nothing is left to do. Everything
//! a task may wait for ([`net`], [`time`], [`mailbox`], [`offload`], [`signals`]) is woken by that driver, so that one
//! place decides who runs next and when the core sleeps.

pub mod bus_fault;
pub mod clock;
pub mod dir_lock;
pub mod disk;
pub mod disk_probe;
mod driver;
pub mod executor;
pub mod halt;
pub mod https;
pub mod mailbox;
pub mod net;
pub mod offload;
pub mod probe;
pub mod shared_words;
pub mod signals;
pub mod survey;
pub mod task;
pub mod time;
pub mod tls;
