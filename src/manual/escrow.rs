//! Deposits with an escrow agent (Specification 2 of ICANN's base registry agreement, RFC 8909, RFC 9022).
//!
//! # The state of a moment
//!
//! A deposit tells the registry as of its *watermark*: all that is dated before it. Nothing is stopped for that, and nothing is
//! copied: base files never change, and the log says what came after them. So the state of a moment is the base files, mapped
//! and checked once more, and the log from their position on, replayed beside the ledger with the fold that the ledger itself
//! uses. It takes memory for what has changed since the last checkpoint, and a thread.
//!
//! Commands are dated in the order of the log. What falls due is dated with its own time and may stand behind commands that are
//! dated later, when much fell due at once: it counts by its date all the same, and so the log is read to its end.
//!
//! | what happens meanwhile | what becomes of the deposit |
//! | --- | --- |
//! | commands | they go on; the ledger knows nothing of it |
//! | a checkpoint that replaces base files or releases log | what is mapped stays; what could not be opened in time is looked up anew |
//! | the moment is older than the base files | it is refused: the log before them is gone |
//! | something has fallen due before the moment and was not done yet | it is done first; while the clock is doubted no deposit is made |
//! | a crash | a file that ends in `.part`; the next attempt at the same moment writes it anew |
//! | another deposit is asked for | it is refused until the first is done |
//!
//! # What is in it
//!
//! | object | which | of a registry with several TLDs |
//! | --- | --- | --- |
//! | EPP parameters | one: what the greeting announces | |
//! | policy | one where every domain must have a registrant | |
//! | registrar | all, but of those for tests only the ones that something in the deposit names | all |
//! | IDN table | those of the TLD and those that its names were judged by, with where they are published (`escrow.idn_table_url`) | its own |
//! | contact | all that its domains name, and those that no domain names | those of others are theirs |
//! | host | all that its domains name, those below its names, and external ones that no domain names | those of others are theirs |
//! | domain | all, as [`crate::model::lifecycle`] shows them at the watermark | its own |
//! | NNDN | labels on lists of the TLD that block or reserve them and are no domains, as `blocked` | its own |
//!
//! Objects stand in this order, contacts, hosts and domains by their ids, so that what is referred to comes first and the same
//! state gives the same octets on every machine. Their order is found without sorting all: for each million of them the keys
//! are walked once, and the million with the lowest ids kept. No authInfo is in a record in a form that could be deposited.
//!
//! Patterns of name lists and variants of internationalized names are no NNDN objects yet, and a name that was registered before its
//! TLD had tables names none.
//!
//! # Reading deposits
//!
//! `domesday escrow check` reads a deposit of any make once, from the first octet to the last. The reader
//! ([`crate::escrow::xml::Reader`]) holds one object in memory and hands out what is whole; what breaks a schema it tells with line,
//! element, expected and found, and goes on with the next object. [`crate::escrow::Checker`] judges what schemas cannot: uniqueness,
//! references, counts, dates against the watermark. Of each object it keeps hashes; of references to what has not come yet where
//! they stand, and the words of the first ten thousand.
