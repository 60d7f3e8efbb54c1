//! The signals an operator sends, as a stream of one executor.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::AsyncReadExt;
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::net::{Socket, Stream};

/// What the operator wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: stop in order.
    Terminate,
    /// SIGINT: the same, from a keyboard.
    Interrupt,
    /// SIGHUP: read certificates again.
    Reload,
}

/// SIGTERM, SIGINT and SIGHUP, from the moment this is made; their default actions return when it is dropped.
pub struct Signals {
    came: [(Signal, Arc<AtomicBool>); 3],
    wire: Stream,
    registered: Vec<SigId>,
}

impl Signals {
    /// Takes the signals over, for the calling executor.
    ///
    /// # Errors
    /// When there is no descriptor left.
    pub fn new() -> io::Result<Self> {
        let (read, write) = UnixStream::pair()?;
        let kinds = [(Signal::Terminate, SIGTERM), (Signal::Interrupt, SIGINT), (Signal::Reload, SIGHUP)];
        let came = kinds.map(|(signal, _)| (signal, Arc::new(AtomicBool::new(false))));
        let mut signals = Self { came, wire: Stream::new(Socket::from_fd(read)?)?, registered: Vec::new() };
        for ((_, number), (_, flag)) in kinds.into_iter().zip(&signals.came) {
            // Actions run in this order: whoever reads the wire finds the flag set.
            signals.registered.push(signal_hook::flag::register(number, flag.clone())?);
            signals.registered.push(signal_hook::low_level::pipe::register(number, write.try_clone()?)?);
        }
        Ok(signals)
    }

    /// The next signal. The same one sent twice before it is received counts once.
    ///
    /// # Errors
    /// When the wire breaks, which it has no reason to.
    pub async fn recv(&mut self) -> io::Result<Signal> {
        loop {
            let came = self.came.iter().find(|(_, flag)| flag.swap(false, Ordering::AcqRel));
            if let Some((signal, _)) = came {
                return Ok(*signal);
            }
            let mut octets = [0; 64];
            if self.wire.read(&mut octets).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.registered.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::executor::tests::run;

    #[test]
    fn each_signal_is_received_by_its_meaning() {
        run(|| async {
            let mut signals = Signals::new().expect("descriptors");
            for (number, meaning) in
                [(SIGHUP, Signal::Reload), (SIGTERM, Signal::Terminate), (SIGINT, Signal::Interrupt)]
            {
                signal_hook::low_level::raise(number).expect("we may signal ourselves");
                assert_eq!(signals.recv().await.expect("the wire holds"), meaning);
            }
        });
    }
}
