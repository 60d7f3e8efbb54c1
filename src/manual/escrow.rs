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
//! # Two models
//!
//! RFC 9022 has objects as elements of the XML, or as records of CSV files that the XML names. Each type of object is in one of the
//! two, and a deposit may have both ([`crate::escrow::Models`]); EPP parameters and the policy are in the XML always.
//! [`crate::escrow::csv::Writer`] writes both, through [`crate::escrow::xml::Writer`] what is XML; the facts are the same.
//!
//! A file is RFC 4180 in UTF-8: commas, CRLF, no header line. It is named as the deposit with its purpose behind
//! (`example_2026-11-29_full_ID_domainStatuses.csv`), its checksum is CRC32, and one without records is not made. An object is a
//! record of the file of its kind; what it has several of are records of other files that name it:
//!
//! | object | files |
//! | --- | --- |
//! | domain | `domain`, `domainContacts`, `domainStatuses`, `domainNameServers` or `domainNameServersAddresses`, `dnssec-ds` or `dnssec-key`, `domainTransfer` |
//! | host | `host`, `hostStatuses`, `hostAddresses` |
//! | contact | `contact`, `contactStatuses`, `contactPostal`, `contactTransfer`, `contactDisclose` |
//! | registrar, IDN table, NNDN | `registrar`; `idnLanguage`; `NNDN` |
//! | what is gone | `domain-delete` and so on; hosts by their ROIDs alone (RFC 9022, section 5.2.2.2.1) |
//!
//! What the fields of RFC 9022 have no place for, and how it is carried all the same:
//!
//! | fact | in CSV |
//! | --- | --- |
//! | an RGP status and what is said of it | beside `pendingDelete`, or else beside the first status; each further one in a record that repeats that status. Its text and language are in the custom fields `rgpStatusDescription` and `rgpStatusLang` |
//! | the host name of a registrar's WHOIS service | custom field `whoisName` |
//! | where the rules for an IDN table are published | custom field `urlPolicy` |
//! | a value that is there and empty (`org`, `sp`, `pc`, a line of a street, a number or its extension) | `""`; a value that is not there is nothing at all. To others both are empty |
//! | addresses of a registrar in both forms | fields of their own, with `isLoc` |
//! | that each domain has a registrant | `isRequired` of `rdeCsv:fRegistrant`, instead of the policy object |
//!
//! Custom fields are the mechanism that RFC 9022 (section 4.6.2.2) has for that: whoever does not know them passes over them.
//!
//! # Reading deposits
//!
//! `domesday escrow check` reads a deposit of any make once, from the first octet to the last. The reader
//! ([`crate::escrow::xml::Reader`]) holds one object in memory and hands out what is whole; what breaks a schema it tells with line,
//! element, expected and found, and goes on with the next object. [`crate::escrow::Checker`] judges what schemas cannot: uniqueness,
//! references, counts, dates against the watermark, and that no type of object is in both models. Of each object it keeps hashes; of references to what has not come yet where
//! they stand, and the words of the first ten thousand.
//!
//! ## CSV files
//!
//! [`crate::escrow::csv::Reader`] reads the XML, and from wherever the caller finds them ([`crate::escrow::csv::Files`]) the CSV files
//! that it names; it yields the same events, with the file that each is of. Fields may stand in any order, with any separator of one
//! character, in any number of files and definitions; lines end with CRLF, or with LF as in the examples of RFC 9022 (their
//! checksums say so).
//!
//! - What is gone comes before the header, objects of CSV files behind those of the XML: registrars, IDN tables, contacts, hosts,
//!   domains, NNDNs.
//! - Where the records of all files of a kind stand in the order of the objects that they name, they are read side by side. Where they
//!   do not, or name one that is not there, all are sorted first, 32 MiB of each file in memory and the rest in files that have no
//!   name and are gone when they are closed; they hold what the deposit holds, as it is.
//! - Name servers that are called by ROID (`rdeCsv:fRoid` in `domainNameServers`) are found in the same way, among the hosts of
//!   either model. In a differential deposit the host may be in an earlier one: that is told as a fault, since the object has names.
//! - Registrars that are called by their IANA id (`csvRegistrar:fGurid`) are found among those of the deposit; one that is not there,
//!   or has no other id, is called by that number. `rdeCsv:fCrID` without `rdeCsv:fCrRr` is a registrar, as `crID` is in EPP.
//! - Fields that RFC 9022 does not list for a file are told, and not kept; custom fields of others are not kept.
//! - A checksum that is not right (CRC32, SHA-256) is told, and the file is read. Of a kind of which a file is not there, is compressed
//!   or is not UTF-8, or its definition leaves out what every record must have, nothing is read.
