//! The bytes of a base file in memory, 16-byte aligned: mapped, or read into a buffer where a disk has no paths.
#![allow(unsafe_code)]

use super::{IndexError, Memory};
use crate::port::disk::{Disk, DiskFile};
use memmap2::{Mmap, MmapOptions};
use std::{fs::File, ops::Deref, path::Path};

/// Sixteen bytes on a sixteen-byte boundary.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
struct Block([u8; 16]);

/// A base file's bytes; they never change while the region lives.
pub(super) struct Region {
    bytes: Bytes,
    locked: bool,
}

enum Bytes {
    Mapped(Mmap),
    Owned { blocks: Box<[Block]>, len: usize },
}

impl Region {
    /// Maps the file in the directory `map`, or reads it through the disk where it has no path.
    pub(super) fn open<D: Disk>(
        disk: &D,
        map: Option<&Path>,
        name: &str,
        memory: Memory,
    ) -> Result<Region, IndexError> {
        match map {
            // An empty file cannot be mapped; reading it says that it is empty.
            Some(dir) if std::fs::metadata(dir.join(name)).is_ok_and(|m| m.len() > 0) => Region::map(dir, name, memory),
            _ => Region::read(disk, name),
        }
    }

    /// Maps `dir/name`. A lock that the system refuses leaves the region unlocked: see [`Region::locked`].
    fn map(dir: &Path, name: &str, memory: Memory) -> Result<Region, IndexError> {
        let path = dir.join(name);
        let file = File::open(&path).map_err(IndexError::io(path.display().to_string(), "open"))?;
        let mut options = MmapOptions::new();
        if memory != Memory::Lazy {
            options.populate();
        }
        // SAFETY: the mapping is sound while nobody changes or shortens the file. Base files are written under
        // another name and never written again once they have theirs; `Builder::finish` maps one before that, and while
        // it has it, writes nothing. The directory belongs to this process alone
        // (the node holds its lock); removing a file leaves its mapping whole.
        let map = unsafe { options.map(&file) }.map_err(IndexError::io(path.display().to_string(), "map"))?;
        let locked = memory == Memory::Lock && map.lock().is_ok();
        Ok(Region { bytes: Bytes::Mapped(map), locked })
    }

    /// Reads a whole file through the disk.
    fn read<D: Disk>(disk: &D, name: &str) -> Result<Region, IndexError> {
        let file = disk.open(name).map_err(IndexError::io(disk.display(name), "open"))?;
        let len = file.len().map_err(IndexError::io(disk.display(name), "measure"))? as usize;
        let mut blocks = vec![Block([0; 16]); len.div_ceil(16)].into_boxed_slice();
        // SAFETY: the blocks are one allocation of at least `len` initialised bytes, `Block` has no padding, and the
        // borrow of `blocks` is exclusive until the slice is gone.
        let bytes = unsafe { std::slice::from_raw_parts_mut(blocks.as_mut_ptr().cast::<u8>(), len) };
        file.read_at(bytes, 0).map_err(IndexError::io(disk.display(name), "read"))?;
        Ok(Region { bytes: Bytes::Owned { blocks, len }, locked: false })
    }

    /// Whether the system keeps these pages in memory.
    pub(super) fn locked(&self) -> bool {
        self.locked
    }
}

impl Deref for Region {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => map,
            // SAFETY: as in `read`: `len` bytes of one initialised allocation, borrowed as long as `self`.
            Bytes::Owned { blocks, len } => unsafe { std::slice::from_raw_parts(blocks.as_ptr().cast::<u8>(), *len) },
        }
    }
}
