//! # The write-ahead log on disk, format version 2
//!
//! The log is the only truth of the registry: what it holds has happened, what it does not hold has not. This chapter
//! says what lies on disk octet by octet, what is assumed of the disk, and how the start after a crash decides. The code
//! is [`crate::wal`]; the constants are in [`crate::wal::format`].
//!
//! # Files
//!
//! A log is a row of *segments*, files of one fixed size (64 MiB unless configured otherwise) in one directory, named for
//! the sequence of their first frame in twenty decimal digits, so that names sort as sequences do:
//!
//! ```text
//! wal-00000000000000000001.seg   frames 1 …        released when every consumer has passed it
//! wal-00000000000000015873.seg   frames 15873 …
//! wal-00000000000000031502.seg   frames 31502 …    the active segment: frames, then zeros to its end
//! wal-next.tmp                   the segment being prepared; no part of the log, removed at start
//! seal                           how far the log was durable once (below)
//! seal.tmp                       the seal being made; removed at start
//! ```
//!
//! Nothing else may be there (but a directory `lost+found`, which file systems keep in the root of a volume): another name,
//! or a name of these that is not a regular file, is refused at the start by that name, since it may be a segment that
//! somebody renamed or linked. The directory as a whole may be a link to another place. It is locked (`flock` on the
//! directory itself) before anything in it is read.
//!
//! A segment is written full of zeros and synced before it is used. Reserving space would not be enough: a file system
//! marks reserved space as unwritten and must change metadata at the first write into it, so each sync would write its
//! journal too.
//!
//! # Segment header
//!
//! One block of 4096 octets. Integers are little-endian here and everywhere.
//!
//! | offset | width | field | meaning |
//! | ---: | ---: | --- | --- |
//! | 0 | 8 | magic | `D0 4F 4D 57 41 4C 0D 0A` |
//! | 8 | 8 | version | 2, or 1 for a segment of a log that had no seal yet; any other is refused before anything else is believed |
//! | 16 | 8 | checksum | XXH3-64, seed 0, of octets 24 to 4095 |
//! | 24 | 8 | log id | random number given when the log was created; the same in all its segments |
//! | 32 | 8 | segment bytes | length of this file |
//! | 40 | 8 | first sequence | sequence of the first frame, as in the file's name |
//! | 48 | 32 | chain before | chain of the frame before the first one; zeros for frame 1 |
//! | 80 | 4016 | zero | |
//!
//! # Frame
//!
//! Frames follow from offset 4096 on, each at a multiple of 4096.
//!
//! | offset | width | field | meaning |
//! | ---: | ---: | --- | --- |
//! | 0 | 8 | checksum | XXH3-64, seeded with the log id, of octet 8 to the frame's end, padding included |
//! | 8 | 4 | magic | `D0 46 52 01` |
//! | 12 | 4 | length | octets of payload, *n* |
//! | 16 | 8 | sequence | 1 for the first frame of a log, then one more for each |
//! | 24 | 8 | term | of the leader that wrote it; 0 on a single node |
//! | 32 | 32 | chain | SHA-256 of: chain of the frame before (32), *n* as 8 octets, sequence (8), term (8), payload (*n*) |
//! | 64 | *n* | payload | one batch of transactions; 16-aligned, since archives inside are read where they lie |
//! | 64 + *n* | … | zero | up to the next multiple of 4096 |
//!
//! *Why 4096.* A frame in flight shares no sector of the medium, no block of the file system and no page of the cache with
//! a durable frame, so no torn write reaches back. It costs no I/O (the kernel writes whole pages anyway), only log space
//! for small batches, and a disk implementation may bypass the page cache without changing the format.
//!
//! *Why two hashes.* The checksum is fast and tells accidents; the chain tells intent: a frame that was edited, removed or
//! exchanged and given a fitting checksum still breaks the chain of its successor.
//!
//! *Why the checksum is seeded.* Payloads hold what registrars send. After a torn frame, recovery looks for whole frames
//! behind it; a payload that contains the image of a frame must not pass for one. Who does not know the log id cannot
//! make such an image, and the magic cannot occur in XML text.
//!
//! # Seal
//!
//! The log alone cannot tell that its newest frames are gone: a log that ends early looks like one that was never longer.
//! So a file beside it says *frames up to S, with this chain, were durable when this was written*. That stays true whatever
//! is appended later, so no append has to touch it, and none waits for it.
//!
//! The file has two slots of 4096 octets, written in turn, each by one write and one sync: a torn write leaves the other
//! slot. The whole slot with the higher number counts. A slot that is not whole is told in the log at the start: a crash
//! leaves that, and so does a disk that fails.
//!
//! | offset | width | field | meaning |
//! | ---: | ---: | --- | --- |
//! | 0 | 8 | magic | `D0 4F 4D 53 45 41 4C 0A` |
//! | 8 | 8 | version | 1 |
//! | 16 | 8 | checksum | XXH3-64, seed 0, of octets 24 to 4095 |
//! | 24 | 8 | log id | as in the segments |
//! | 32 | 8 | number | counts the seals of this log |
//! | 40 | 8 | last sequence | *S*; 0 before the first frame |
//! | 48 | 32 | chain | up to frame *S* |
//! | 80 | 8 | state | 1 *new*: the log is being made; 2 *open*: it was in use; 3 *clean*: it was closed, and nothing follows |
//! | 88 | 8 | time | when it was written, microseconds since 1970, for people |
//! | 96 | 4000 | zero | |
//!
//! It is written
//!
//! - when the log is begun (*new*), before the first segment has its name;
//! - at each start, after recovery and before the first append (*open*);
//! - two seconds after the last commit, so that a power cut of a quiet registry hides nothing, and every five seconds when
//!   there is no end of commits (*open*);
//! - before segments are released, if it lags behind them (*open*): the frame it names stays in reach;
//! - at an orderly stop (*clean*).
//!
//! Before a seal is written, the file of the newest segment and that of the seal are asked whether they still have a name. One
//! that was removed under the running registry is named in the log as an error, and no seal is written then, nor at the
//! stop: it would vouch for what the next start cannot find. The log goes on, for what is appended is lost no more than
//! what was.
//!
//! A write of the seal that fails harms nothing but that: the log goes on, and the next seal goes to the same slot. After
//! a failed write or sync of the log itself no seal is written.
//!
//! # What is assumed of the disk
//!
//! | assumed | if it does not hold |
//! | --- | --- |
//! | what was written before a successful fdatasync survives a power failure | nothing can help; use disks that do not lie |
//! | a write without a sync may arrive whole, in part (any sectors, any first octets) or not at all | this is the torn tail |
//! | sectors that were not written to keep their content | it shows as damage |
//! | rewriting a sector with the content it has leaves that content, whatever happens | it shows as a torn last frame |
//! | a rename or removal followed by a sync of the directory survives; without it, each may or may not | |
//! | bits may flip at any time, anywhere | damage, but for frames behind the seal (below) |
//! | after a failed write or sync, what the disk holds is unknown, and a later successful sync proves nothing | the log is *poisoned* |
//!
//! # Writing
//!
//! One frame is in flight at a time. [`Wal::append`](crate::wal::Wal::append) writes it with one write behind the last
//! one, syncs, and only then answers. So at any moment the disk holds all answered frames, at most one frame that is
//! partly there, and zeros behind it.
//!
//! When a frame does not fit, it begins a new segment: header and frame are written into the prepared file and synced;
//! then the file is renamed to its segment name and the directory is synced; then the append answers. Hence **a segment
//! that has a name has a whole first frame**, but for the first segment of an empty log, and **a segment is begun only
//! when all frames before it are durable**.
//!
//! A failed write or sync is never tried again: the log takes no more writes until a new start has read what is there.
//! Only three refusals leave it usable, because they come before any octet of the log is touched: a payload that is too
//! large, no space for the next segment, and no file for it (descriptors have run out). The active segment is never short
//! of space; it is all written already.
//!
//! Old segments are removed oldest first, the directory synced after each: the log on disk never has a hole.
//!
//! # Recovery
//!
//! [`recovery::Fold`](crate::wal::recovery::Fold) takes the segments in order and walks their frames. A frame is good when
//! its magic is there, its length fits, its checksum is right, its sequence is the next one and its chain follows. At the
//! first place *P* where no good frame lies, with *s* the sequence expected there:
//!
//! | at *P* and behind | verdict |
//! | --- | --- |
//! | zeros to the end of the newest segment | clean end |
//! | zeros to the end of the segment, and the next one begins with *s* | go on there |
//! | zeros to the end of the segment, and the next one begins later | damage: frames are missing |
//! | a whole frame of another sequence or with another chain | damage: hole, duplicate or edited history |
//! | anything else, and a whole frame with sequence *s* or later behind it | damage: bad frame |
//! | anything else, and a later segment exists | damage: bad frame |
//! | anything else or zeros, as first frame of a segment that is not the log's first | damage: bad frame |
//! | anything else | **torn tail** |
//!
//! *A torn tail is not taken for damage.* Let a crash tear the frame at *P*. It was the one in flight. No frame was ever
//! written behind it; there were zeros; what lies behind *P* is part of the torn frame itself, and no image of a frame in
//! its payload has the right checksum. No later segment was named. It was not the first of a named segment, since that is
//! durable before the name. So only the last row is left.
//!
//! *Damage is not taken for a torn tail* as long as a trace of a later frame is left. Let the durable frame at *P* go bad.
//! If a later frame was durable and is whole, it is found: in this segment by the search behind *P*, which tries every
//! multiple of 4096, or by its segment's existence. What remains are the very last frames, and segments that were taken
//! away whole: for them there is the seal. With *E* the last good frame of the log, and *S* that of the seal:
//!
//! | found | verdict |
//! | --- | --- |
//! | a seal with another log id | refused: of another registry |
//! | *E* < *S* | refused: frames that were durable are gone or damaged |
//! | another chain at *S* | refused: of another history of this registry, a restore that went its own way |
//! | *clean*, and *E* > *S* | refused: seal and log are of different times |
//! | *clean*, and octets that are not zero behind *S* | refused: nothing was in flight at a clean stop |
//! | *open*, and a torn tail behind *E* | cut; see below |
//! | no whole seal, or none, beside segments of version 2 | refused |
//! | none, beside segments of version 1 only | accepted, and a seal is made |
//! | a seal and no segment | refused, unless it is *new*: then the log was never used, and may be begun again |
//!
//! *What can be known of a torn tail that is cut.* Everything up to *E* is there. The frame after *E* is not whole. After a
//! crash nothing on this disk tells whether it was in flight, and so never answered, or was durable and went bad since: the
//! seal did not know of it yet. The message says this much and no more; [`Recovery::torn`](crate::wal::Recovery) has file,
//! offset and reason. How much can go unseen is bounded by the age of the seal: frames of the last five seconds before a
//! crash under load, of the last two of a quiet registry, none after an orderly stop. In a cluster the quorum has them.
//!
//! *A lost seal.* An older one from a backup is still true and will do, unless it was *clean*. Where there is none, or what is
//! missing is lost for good, `domesday reseal` takes the log as it is: a deliberate act, since nobody notices the loss
//! afterwards. It still refuses damage, and a log that does not fit its base files. A copy of a running registry
//! takes the index first, then the seal, then the segments from the oldest to the newest: each is then true of what follows.
//!
//! All other findings refuse the start, change nothing, and name the file, the offset, what was expected and found, and
//! what can be done. Nothing is ever skipped. A file shorter than its header says is refused as well: its length was
//! durable before its name, so no crash explains it.
//!
//! # Before the first append
//!
//! The end is made safe before anything else is written:
//!
//! 1. The last good frame is written once more, as it is. It may be whole in the page cache only, because its process was
//!    killed before the sync, or because the sync failed and the kernel marked the pages clean. From here on its effects
//!    are shown to people, so it must be durable.
//! 2. What lies behind it is overwritten with zeros. Left alone, the end of a long torn frame would lie behind a short
//!    new one and could be taken for a frame at the next start.
//! 3. The file and the directory are synced.
//! 4. The seal says *open*, with the last frame. Only then is the log open. A crash in between changes no verdict: zeros
//!    over part of a torn frame leave it torn or make the end clean, and the old seal is still true.
//!
//! Before any of this the owner compares the log with its base files (see [`super::index_format`]) and replays what they
//! lack: when something does not fit, nothing has been changed.
//!
//! # Versions
//!
//! Versions 1 and 2 are read, and 2 is written. They differ in nothing but the promise of a seal. The tests keep files of
//! every version (`src/wal/testdata`) and open them.
