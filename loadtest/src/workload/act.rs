//! A command under way, and what its answer is judged by.

use super::names::Name;
use super::op::Op;

/// A command under way: what must be remembered to judge its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// What it is in the end; not always what was asked for.
    pub(crate) op: Op,
    pub(super) act: Act,
    /// The end of its transaction identifier.
    pub(super) number: u64,
    /// The registrar whose session it is of.
    pub(super) by: u16,
}

/// What is done to what. `at` is a place in the population.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// The names of a batch.
    Check {
        batch: u32,
    },
    Info {
        at: u32,
    },
    /// `at`: where it is remembered, if it is.
    Create {
        number: u64,
        at: Option<u32>,
    },
    Hold {
        at: u32,
    },
    Release {
        at: u32,
    },
    SetAuth {
        at: u32,
    },
    Renew {
        at: u32,
    },
    Request {
        at: u32,
    },
    Approve {
        at: u32,
        requester: u16,
    },
    Delete {
        at: u32,
    },
    Poll,
    LookUp(Item),
    /// One that is there, or else a name that is not.
    Nameserver {
        host: Option<(u16, u16)>,
        free: u64,
    },
    Entity {
        registrar: u16,
    },
    Help,
    /// A login, which is none of the workload's.
    Nothing,
}

/// A name that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// Registered; its place in the population.
    Taken(u32),
    /// Never registered; its number.
    Free(u64),
}

impl Act {
    pub(super) fn op(self) -> Op {
        match self {
            Self::Check { .. } => Op::Check,
            Self::Info { .. } => Op::Info,
            Self::Create { .. } => Op::Create,
            Self::Hold { .. } | Self::Release { .. } | Self::SetAuth { .. } => Op::Update,
            Self::Renew { .. } => Op::Renew,
            Self::Request { .. } | Self::Approve { .. } => Op::Transfer,
            Self::Delete { .. } => Op::Delete,
            Self::Poll => Op::Poll,
            Self::LookUp(_) => Op::RdapDomain,
            Self::Nameserver { .. } => Op::RdapNameserver,
            Self::Entity { .. } => Op::RdapEntity,
            Self::Help => Op::RdapHelp,
            Self::Nothing => Op::Login,
        }
    }
}

/// The names of the checks that are under way. Their memory is used again.
#[derive(Debug, Default)]
pub(super) struct Batches {
    batches: Vec<Vec<Item>>,
    idle: Vec<u32>,
}

impl Batches {
    /// An empty batch.
    pub(super) fn open(&mut self) -> u32 {
        self.idle.pop().unwrap_or_else(|| {
            self.batches.push(Vec::new());
            self.batches.len() as u32 - 1
        })
    }

    pub(super) fn of(&self, batch: u32) -> &[Item] {
        self.batches.get(batch as usize).map_or(&[], Vec::as_slice)
    }

    pub(super) fn add(&mut self, batch: u32, item: Item) {
        if let Some(items) = self.batches.get_mut(batch as usize) {
            items.push(item);
        }
    }

    /// Gives the batch back, each of its items to `take`.
    pub(super) fn close(&mut self, batch: u32, take: impl FnMut(Item)) {
        if let Some(items) = self.batches.get_mut(batch as usize) {
            items.drain(..).for_each(take);
            self.idle.push(batch);
        }
    }
}

impl Item {
    /// The name, where `known` names a place.
    pub(super) fn name(self, known: impl FnOnce(u32) -> Name) -> Name {
        match self {
            Self::Taken(at) => known(at),
            Self::Free(number) => Name::Free(number),
        }
    }
}
