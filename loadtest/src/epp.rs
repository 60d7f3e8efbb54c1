//! A client of EPP that never waits: greeting, login, then commands and answers as they come.

use std::io;
use std::net::IpAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use crate::frames::result_code;
use crate::wire::{Peer, Wire};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Greeting,
    LoggingIn,
    LoggedIn,
}

/// A client of EPP.
pub(crate) struct Epp {
    pub(crate) wire: Wire,
    login: Arc<str>,
    stage: Stage,
}

impl AsFd for Epp {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.wire.as_fd()
    }
}

impl Epp {
    /// Begins to connect; logs in with this command when it is greeted.
    pub(crate) fn open(peer: &Peer, from: Option<IpAddr>, login: Arc<str>) -> io::Result<Self> {
        Ok(Self { wire: Wire::open(peer, from)?, login, stage: Stage::Greeting })
    }

    pub(crate) fn is_logged_in(&self) -> bool {
        self.stage == Stage::LoggedIn
    }

    /// The next answer that came after the login's, from what was received.
    ///
    /// # Errors
    /// A login that was refused, an answer that is none.
    pub(crate) fn answer(&mut self) -> io::Result<Option<String>> {
        while let Some(frame) = self.wire.frame()? {
            match self.stage {
                Stage::Greeting => {
                    self.wire.queue_frame(&self.login)?;
                    self.wire.flush()?;
                    self.stage = Stage::LoggingIn;
                }
                Stage::LoggingIn if result_code(&frame) == Some(1000) => self.stage = Stage::LoggedIn,
                Stage::LoggingIn => {
                    let code = result_code(&frame).unwrap_or_default();
                    return Err(io::Error::new(io::ErrorKind::PermissionDenied, format!("login answered {code}")));
                }
                Stage::LoggedIn => return Ok(Some(frame)),
            }
        }
        Ok(None)
    }
}
