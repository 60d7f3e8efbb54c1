//! What is sent, and what has to come back: a seeded model of the names of one core.
//!
//! It does nothing but compute: no clock, no socket. The names of the population come of the seed, those that a run
//! creates of the run; of each it is remembered who sponsors it, when it expires and what was changed, so that every
//! answer can be judged. A name that is being changed is in no other command meanwhile, and one that is asked about is
//! not changed, so that the right answer is known whatever comes first.

mod brief;
mod mix;
mod op;

use std::sync::Arc;

pub(crate) use self::brief::{Brief, Pick};
pub(crate) use self::mix::Mix;
pub(crate) use self::op::{Op, Protocol};
use crate::results::Failure;

/// A command under way: what must be remembered to judge its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// What it is in the end; not always what was asked for.
    pub(crate) op: Op,
}

/// A command of the preparation under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prepared;

/// One core's share of the workload.
#[derive(Debug)]
pub(crate) struct Workload {
    _brief: Arc<Brief>,
}

impl Workload {
    /// The share `part` of `parts`: the population's names whose number leaves `part` when divided by `parts`.
    /// `present`: the registrars (places in [`Brief::registrars`]) that have sessions on this core; they sponsor its names.
    pub(crate) fn new(brief: Arc<Brief>, _part: usize, _parts: usize, _present: &[usize]) -> Self {
        Self { _brief: brief }
    }

    /// The next command of the mix; `None` if it has none of this protocol.
    pub(crate) fn draw(&mut self, _of: Protocol) -> Option<Op> {
        None
    }

    /// Writes a command for a session of this registrar to the end of `frame`: XML, without a length. Takes another
    /// command where none such is possible (no name is there to be deleted, none can be renewed any further):
    /// [`Asked::op`] says which. `op` is one of EPP, and no login.
    pub(crate) fn ask(&mut self, op: Op, _registrar: usize, _frame: &mut Vec<u8>) -> Asked {
        Asked { op }
    }

    /// Writes the path of a look-up, as `domain/xyz.example`, to the end of `path`. `op` is one of RDAP.
    pub(crate) fn ask_rdap(&mut self, op: Op, _path: &mut String) -> Asked {
        Asked { op }
    }

    /// Judges an answer of EPP: XML, without a length.
    ///
    /// # Errors
    /// How it is not the right one.
    pub(crate) fn judge(&mut self, _asked: Asked, _answer: &[u8]) -> Result<(), Failure> {
        Ok(())
    }

    /// Judges an answer of RDAP.
    ///
    /// # Errors
    /// How it is not the right one.
    pub(crate) fn judge_rdap(&mut self, _asked: Asked, _status: u16, _body: &[u8]) -> Result<(), Failure> {
        Ok(())
    }

    /// Nobody will answer it: what it was to change is unknown from now on.
    pub(crate) fn unanswered(&mut self, _asked: Asked) {}

    /// Writes the next command of the preparation for a session of this registrar. `None`: nothing for it now; there may
    /// be later, until [`Self::to_prepare`] says that all is done.
    pub(crate) fn prepare(&mut self, _registrar: usize, _frame: &mut Vec<u8>) -> Option<Prepared> {
        None
    }

    /// Takes the answer to a command of the preparation.
    ///
    /// # Errors
    /// An answer with which nobody can go on.
    pub(crate) fn prepared(&mut self, _prepared: Prepared, _answer: &[u8]) -> Result<(), String> {
        Ok(())
    }

    /// Nobody will answer it: it is to be sent again.
    pub(crate) fn unprepared(&mut self, _prepared: Prepared) {}

    /// Names (and contacts and hosts) that are ready, of how many.
    pub(crate) fn to_prepare(&self) -> (u64, u64) {
        (0, 0)
    }
}
