//! The hands of the seal: makes its file, reads it, writes its slots in turn.

use crate::base::log_place::LogPlace;
use crate::base::timestamp::Timestamp;
use crate::port::disk::{Disk, DiskFile};
use crate::wal::error::{SealFault, WalError};
use crate::wal::format::{BLOCK, Block};
use crate::wal::seal_file::{SEAL_BYTES, SEAL_NAME, SEAL_TEMPORARY, Seal, State};
use std::io;

/// The seal's file, and the last seal in it that is known to be durable.
pub(super) struct Sealer<F> {
    file: F,
    last: Seal,
    /// The slot of `last`; the other one is written next.
    slot: usize,
    /// Whether the other slot was found neither whole nor never written.
    damaged: bool,
}

impl<F: DiskFile> Sealer<F> {
    /// Opens the file, which is there.
    pub(super) fn open<D: Disk<File = F>>(disk: &D) -> Result<Self, WalError> {
        let error = |action| WalError::io(action, disk.display(SEAL_NAME));
        let file = disk.open(SEAL_NAME).map_err(error("open"))?;
        let found = file.len().map_err(error("measure"))?;
        let unreadable = |fault| WalError::Seal { file: disk.display(SEAL_NAME), fault };
        if found != SEAL_BYTES as u64 {
            return Err(unreadable(SealFault::Size { expected: SEAL_BYTES as u64, found }));
        }
        let mut content = [0; SEAL_BYTES];
        file.read_at(&mut content, 0).map_err(error("read"))?;
        let (last, slot) = Seal::newest(&content).map_err(unreadable)?;
        let damaged = !Seal::are_slots_good(&content, &last);
        Ok(Self { file, last, slot, damaged })
    }

    /// Makes the file, in the place of one that is there. It is durable, content and name.
    pub(super) fn create<D: Disk<File = F>>(disk: &D, first: Seal, leftover: bool) -> Result<Self, WalError> {
        let error = |action| WalError::io(action, disk.display(SEAL_TEMPORARY));
        if leftover {
            disk.remove(SEAL_TEMPORARY).map_err(error("remove"))?;
        }
        let mut file = disk.create(SEAL_TEMPORARY).map_err(error("create"))?;
        let mut content = Block::new();
        content.extend_from_slice(&first.encode());
        content.resize(SEAL_BYTES, 0);
        file.write_at(&content, 0).map_err(error("write to"))?;
        file.sync_data().map_err(error("sync"))?;
        disk.rename(SEAL_TEMPORARY, SEAL_NAME).map_err(error("rename"))?;
        disk.sync_dir().map_err(WalError::io("sync", disk.display("")))?;
        Ok(Self { file, last: first, slot: 0, damaged: false })
    }

    /// The last seal that is durable.
    pub(super) fn last(&self) -> &Seal {
        &self.last
    }

    /// Whether the file still has a name.
    pub(super) fn is_named(&self) -> io::Result<bool> {
        self.file.is_named()
    }

    /// Whether one of the slots is not what was written there.
    pub(super) fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// Writes a seal, and returns when it is durable. When that fails the other slot is untouched, and the next seal is
    /// written where this one should have been.
    pub(super) fn write<D: Disk<File = F>>(
        &mut self,
        disk: &D,
        place: LogPlace,
        state: State,
        time: Timestamp,
    ) -> Result<(), WalError> {
        let error = |action| WalError::io(action, disk.display(SEAL_NAME));
        let next = Seal { log_id: self.last.log_id, number: self.last.number + 1, place, state, time };
        let slot = 1 - self.slot;
        let mut content = Block::new();
        content.extend_from_slice(&next.encode());
        self.file.write_at(&content, (slot * BLOCK) as u64).map_err(error("write to"))?;
        self.file.sync_data().map_err(error("sync"))?;
        (self.last, self.slot) = (next, slot);
        Ok(())
    }
}
