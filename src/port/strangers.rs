//! What may lie in a directory of ours that is not ours.

use crate::port::disk::{Disk, FileKind};
use std::io;

/// What file systems of the ext family keep in the root of each volume; a directory of ours may be such a root.
const LOST_AND_FOUND: &str = "lost+found";

/// The directory of what is kept for deposits, by second names of files of ours.
pub const KEPT: &str = "kept";

/// Whether the name is nobody's mistake: what the file system itself put there, or where we keep what lay here before.
///
/// # Errors
/// As [`Disk::kind`].
pub fn is_of_the_system<D: Disk>(disk: &D, name: &str) -> io::Result<bool> {
    Ok((name == LOST_AND_FOUND || name == KEPT) && disk.kind(name)? == FileKind::Directory)
}
