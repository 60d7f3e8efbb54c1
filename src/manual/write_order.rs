//! The order of writes, and what each failure leaves behind.
//!
//! A batch goes through five steps, in this order and no other:
//!
//! 1. **Decide** each command against head: the index, and above it what earlier commands of the same batch changed. A
//!    refusal is held back too: "object exists" may rest on a create of the same batch.
//! 2. **Durable**: one log frame for the batch, written and synced ([`crate::wal::Wal::append`]).
//! 3. **Visible**: each change is put into the index, one record at a time, then the log position.
//! 4. **Answered**: outcomes travel to the shards.
//! 5. **Checkpointed**, some time later: the index's fresh records become a base file. Only when that file is durable may
//!    log segments before its position go.
//!
//! # Why not otherwise
//!
//! - *Visible before durable*: RDAP or another registrar would see a name that a power cut takes back. The shard that read
//!   it may have told someone.
//! - *Answered before durable*: the promise of the product broken.
//! - *Answered before visible*: a registrar that creates a domain and asks for it in the next command, on the same shard and
//!   without passing the ledger, could be told that it does not exist.
//! - *Log released before the base file is durable*: a crash between the two loses what only the released segments held.
//!
//! # What readers see
//!
//! Step 3 is atomic for each record, not for a transaction: a reader may see one record of a transaction new and another
//! still old, for the microseconds that step takes. Every command reads one object, and follows references from it at
//! most one step. A reference that leads to nothing (the host was removed from the domain and then deleted, between two
//! look-ups) is passed over in EPP and read again in RDAP. The ledger itself reads head, which nobody else changes.
//!
//! # Failures
//!
//! | what fails | what happens |
//! | --- | --- |
//! | the wall clock jumps, before step 1 | the batch is refused with 2400 and so are all until the clock is back or accepted; nothing is written, so no date of a clock that is doubted is kept ([`super::architecture`]) |
//! | the process, before step 2 is complete | the frame is torn or absent; recovery cuts it; its commands were not answered |
//! | the process, after step 2, before 4 | the frame is replayed; the client does not know and asks by `<info>` |
//! | the disk is full, before the frame | the batch is refused with 2400; nothing was written; the log goes on when there is room |
//! | descriptors have run out when a new segment is due | the same: refused with 2400, and the log goes on when there are some |
//! | a write or sync of the log | the batch and all later transforms are refused with 2400, and the log says why; queries and RDAP go on; the process must be restarted. A failed sync is never tried again: the kernel may have dropped the pages and would report success. If the frame did reach the disk, the restart finds it and applies it whole; the 2400 says "not confirmed" for that reason |
//! | a checkpoint | the fresh records stay in memory and the log stays on disk; the next checkpoint tries again |
//! | the last frames of the log, after they were durable | the start is refused, as far as the log's seal knows of them: all of them after an orderly stop, those older than two seconds of a quiet registry, than five under load. What is newer looks like a frame in flight and is cut, and the log says that it cannot know |
//! | a write of the seal | the log goes on and says so; the seal says less than it could, and is written again |
//! | a mapped base file is shortened or cannot be read, while it is in use | the process ends with exit code 3 and says which; what was acknowledged is in the log and the base files |
//! | damage in a segment or base file | the start is refused with file, offset, what was expected and found, and what to do |
//! | the log ends before the index, or begins after it | the start is refused: segments are missing |
//! | a base file is of another registry, or of another history of this one | the start is refused, by the file's name |
