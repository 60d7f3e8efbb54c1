//! The base files of the index, byte by byte (format versions 3 and 4).
//!
//! A base file holds the records that the log, up to one position, has left behind. It is mapped into memory and read
//! where it lies. It is never changed after it has its name. It can be rebuilt from an older one and the log.
//!
//! # What is assumed of the disk
//!
//! A rename within the directory is atomic, and durable once the directory is synced. A file's bytes are durable once
//! the file is synced. Nothing else: torn, lost and flipped bytes are found when the file is opened, since every byte
//! is under a checksum.
//!
//! # Names
//!
//! ```text
//! index-00000000000000004711-00000000000000009000.base
//!       '- above this log     '- up to and including this one
//!          position
//! ```
//!
//! The file holds the newest state of each key changed by the log frames in that range. The bottom of the stack starts
//! at 0. With `.tmp` behind it, the file is unfinished and is removed at the next start. The files that count are the
//! widest ones that join, from the highest position down to 0; others are leftovers of a merge, and are removed once
//! those that count have been checked.
//!
//! Nothing else may be in the directory (but a directory `lost+found`): another name, or a name of these that is not a
//! regular file, is refused by that name. The directory as a whole may be a link, and is locked as the log's is.
//!
//! # The file
//!
//! All numbers are little-endian, and unsigned but for deadlines. There is no byte between the parts. The search section is there
//! exactly in a file of version 4.
//!
//! ```text
//!        0 +--------------------------------------------------+
//!          | header, 4096 bytes                               |
//!     4096 +--------------------------------------------------+
//!          | heap: entries, each 16-aligned, one after the    |
//!          | other, in no order                               |
//! 4096 + h +--------------------------------------------------+
//!          | slot table: 8 bytes a slot, at least one empty   |
//!          +--------------------------------------------------+
//!          | due section: 16 bytes for each deadline, in the  |
//!          | order of the deadlines                           |
//!          +--------------------------------------------------+
//!          | search section: 8 bytes for each search key, in  |
//!          | the order of families, texts and keys            |
//!          +--------------------------------------------------+  end of file
//! ```
//!
//! # Header
//!
//! | offset | bytes | field |
//! | --- | --- | --- |
//! | 0 | 8 | magic, `DOMESDAY` |
//! | 8 | 4 | file kind, `BASE` |
//! | 12 | 4 | format version, 3; 4 with a search section |
//! | 16 | 8 | log position above which the file holds changes |
//! | 24 | 8 | log position up to which it holds them |
//! | 32 | 8 | seed of the slot table's hash |
//! | 40 | 8 | entries, tombstones counted |
//! | 48 | 8 | tombstones |
//! | 56 | 8 | length of the file |
//! | 64 | 8 | number of sections: 3, or 4 |
//! | 72 | 8 | section kind, 1: heap |
//! | 80 | 8 | its offset, 4096 |
//! | 88 | 8 | its length |
//! | 96 | 8 | xxh3_64 of its bytes |
//! | 104 | 8 | section kind, 2: slot table |
//! | 112 | 8 | its offset |
//! | 120 | 8 | its length |
//! | 128 | 8 | xxh3_64 of its bytes |
//! | 136 | 8 | section kind, 3: due section |
//! | 144 | 8 | its offset |
//! | 152 | 8 | its length |
//! | 160 | 8 | xxh3_64 of its bytes |
//! | 168 | 8 | section kind, 4: search section |
//! | 176 | 8 | its offset |
//! | 184 | 8 | its length |
//! | 192 | 8 | xxh3_64 of its bytes |
//! | 200 | 8 | id of the log whose changes the file holds |
//! | 208 | 32 | the log's chain at the position above which it holds them; zeros at 0 |
//! | 240 | 32 | the log's chain at the position up to which it holds them |
//! | 272 | 8 | number of the rules by which the deadlines in the due section were found |
//! | 280 | 8 | number of the rules by which the search keys were found |
//! | 288 | 3800 | zero |
//! | 4088 | 8 | xxh3_64 of the 4088 bytes before |
//!
//! Without a search section, the id of the log stands at 168, and what follows it 32 bytes before the places above; the last
//! number is not there.
//!
//! # Entry
//!
//! ```text
//!   0      1       2            4               8                 16·a                 16·b
//!   +------+-------+------------+---------------+-----------+-----+--------------+-----+
//!   | kind | flags | key length | record length | key       |  0  | record       |  0  |
//!   | u8   | u8    | u16        | u32           |           |     |              |     |
//!   +------+-------+------------+---------------+-----------+-----+--------------+-----+
//! ```
//!
//! `a` is the least number with `16·a >= 8 + key length`, `b` the least with `16·b >= 16·a + record length`. Flags: 0 is
//! a record; 1 is a tombstone, whose record length is 0, and which hides the records of its key in older files. The
//! bottom of the stack has none. The meaning of kinds, keys and records is the model's; a record is an rkyv archive
//! that begins where the record begins.
//!
//! # Slot
//!
//! ```text
//!   63                40 39                                     0
//!   +-------------------+---------------------------------------+
//!   | tag, 24 bits      | offset in the file / 16, 40 bits      |   zero: an empty slot
//!   +-------------------+---------------------------------------+
//! ```
//!
//! The hash of a key is `xxh3_64_with_seed(key, seed xor (kind × 0x9E3779B97F4A7C15 modulo 2^64))`. Its tag is its low
//! 24 bits. With `n` slots, the search begins at slot `hash × n / 2^64` (of the 128-bit product) and goes up, from the
//! last slot on to the first, until the key or an empty slot is met. A slot with another tag is passed without a look at
//! the heap. Two thirds of the slots are filled at most. Offsets end at 16 TiB.
//!
//! # Due section
//!
//! ```text
//!   0                    8                    16
//!   +--------------------+--------------------+
//!   | deadline, signed,  | offset of the      |
//!   | in microseconds    | entry in the file  |
//!   +--------------------+--------------------+
//! ```
//!
//! There is one item for each record that has a deadline, whether a newer file hides it or not; tombstones have none.
//! Items are ordered by deadline, then kind, then key, the latter two by their bytes. Which records have a deadline, and
//! which, is the model's to say; its rules have a number. In a file that was made by rules of another number the section
//! is under its checksum but is not used: the deadlines are found anew when the file is opened, and kept in memory, 16
//! bytes each. The log says so. The next merge writes them.
//!
//! An item counts while the newest record of its key has exactly that deadline. So nothing is ever removed from a file,
//! and the queue of what is due is the merge of the due sections and of the ordered deadlines of the fresh records.
//!
//! # Search section
//!
//! ```text
//!   63      56 55      40 39                                    0
//!   +---------+----------+---------------------------------------+
//!   | family  | which    | offset of the entry / 16              |
//!   +---------+----------+---------------------------------------+
//! ```
//!
//! A search key is a text under which a record is found besides its own key; texts that mean different things are of different
//! families (the name of a domain, the object id of a name server of it, the name of a host, an address of it, the name of an
//! entity, its handle: [`crate::model::search::Family`]). There is one item for each search key of each record, whether a newer
//! file hides it or not: *which* one it is among those of its record, counted from 0 in the order that the model tells them.
//! Items are ordered by family, then by the text, kind and key of what they lead to, each by its bytes. The texts are in the
//! records, not here.
//!
//! Which search keys a record has is the model's to say; its rules have a number. A section that is missing, or was made by
//! rules of another number, is replaced in memory when the file is opened, 8 bytes a key; the log says so, and the next merge
//! writes it. Where nothing is searched (`rdap.search` is off) there are no rules, and files of version 3 are written.
//!
//! An item counts while the newest record of its key has that search key: whoever searches reads the record and decides by
//! it. So nothing is ever removed from a file, and a search is a walk through the sections of all files and the ordered sets
//! of search keys of the fresh records, side by side. What a walk meets is argued where it is written (`index/search_walk.rs`).
//!
//! # What opening checks
//!
//! The header's checksum, and that its range is the name's; that the parts tile the file; the section checksums; that
//! the heap is a sequence of whole entries, as many as the header says; that every filled slot points to the start of
//! an entry and every entry is pointed to by one slot; by the model, every record; and that the due section has as many
//! items as the heap has records with a deadline, that the sums (modulo 2^64) of the xxh3_64 of each item agree, and that
//! the items are in order; likewise the search section, but that only its families are seen to be in order: to compare texts
//! would jump through the whole file, and disorder there hides records from searches and does no other harm. After that no look-up checks anything. A file that fails is refused with its name, the offset,
//! what was expected and what was found.
//!
//! # When a mapped file goes away
//!
//! Opening also checks that the file is a regular one, that this process may read it, and that its length is the one in its
//! header. What happens to it later, while it is mapped, no check sees. If it is shortened, or a page of it is not in memory
//! and its sector cannot be read, the thread that looks there gets SIGBUS. The process then ends with exit code 3 and a last
//! message ([`crate::runtime::bus_fault`]): which file was shortened and to what, or, if none was, that disk or memory is
//! failing; and what to do. Nothing that was acknowledged depends on that file alone but what the log has released: put it
//! back from a backup, or move it away while the log reaches back far enough to rebuild it.
//!
//! What cannot be caught: a file that is overwritten in place, without changing its length, gives wrong answers or ends the
//! process by a panic, until the next start finds the checksum; of an unreadable sector the message cannot name the file,
//! only the kernel's log can; and a process that gets SIGBUS by `kill` ends the same way. Nobody but the registry's account
//! should be able to write there: files are made with mode 0600, and those found wider are narrowed at the start.
//! Directories are made with mode 0700; those found wider are told in the log and left, since others may be meant to reach
//! the admin socket in one.
//! `index.lock_memory` keeps all pages in memory, so that no sector is read while it serves.
//!
//! # Whose it is
//!
//! Before any of that, and before anything is changed, the headers are compared with the log. The log id of every file must
//! be the log's: otherwise the file is **of another registry**. Each file must begin where the one below it ends, by
//! position and by chain, and the newest must end at a frame that the log passes with the same chain: otherwise it is **of
//! another history of this registry**, a restore that went its own way. A base file may hold less than the log, never more:
//! a log that ends before it has lost its newest part. All of these refuse the start by the file's name.
//!
//! # Versions
//!
//! Version 1 lacked the log id and the chains. Its files are refused: while the log reaches back to frame 1 they can be
//! moved away and the index is rebuilt. Version 2 lacked the due section and the number of the rules: it has two sections,
//! the id of the log stands at 136, the chains at 144 and 176, zeros from 208. Its files are read, and their deadlines
//! found as after a change of the rules. Version 3 lacks the search section; it is written where nothing is searched, version 4
//! where something is. Older programs refuse what is newer than they are. The tests keep files of
//! all versions (`src/index/fixtures`).
//!
//! # Checkpoints
//!
//! A checkpoint begins when the delta has `checkpoint.delta_mib` or the log since the newest base file `checkpoint.log_mib`.
//! The delta, everything since the newest base file, is frozen and written as a file of its own, or merged with the
//! upper files of the stack once those above a file reach a quarter of its size. There are at most four files. The order
//! is: write under the temporary name; sync; rename; sync the directory; open and check; show it to the readers; remove
//! the replaced files. A crash between any two of these steps leaves a directory that opens to the old state or the new.
