//! Versions of records, and how a field is added.
//!
//! A record in the log or in a base file is marked with a number, its *tag*: which kind of record it is, in which version
//! ([`crate::model::version`]). Whatever is read is made the present version before anything else looks at it: a log entry
//! when it is replayed, the records of a base file when it is opened (they are put into the delta, and the next checkpoint
//! writes them). So no rule, no view and no encoder knows of versions.
//!
//! # Adding a field to a record
//!
//! 1. `model/record.rs`: the field.
//! 2. `model/old.rs` (`model/old_poll.rs` of poll messages and maintenance): the record as it was, under its name and the
//!    number of its version (`Domain1`), and `From` it into the present one, which says what the field is where nobody gave
//!    it. What is in this file never changes again. If there is an older version still, its `From` goes to this one's
//!    successor: the compiler asks for the field.
//! 3. `model/version.rs`: the present version gets a tag that was never used, the old one goes into the table `OLD` with the
//!    tag that it had.
//! 4. If the field changes when something falls due of the record: another number of the rules in `index/view.rs`.
//! 5. `tests/fixtures/registry_N`: a data directory that the version before has left, and its test in
//!    `tests/blackbox/earlier.rs`.
//!
//! A version that was never released needs no place in the table. An older program refuses records that it does not know by
//! name: there is no way back but a backup.
//!
//! Derived records have versions too. They can be left out of the table when they follow from others alone: a new kind is
//! filled by whatever puts the record it derives from.
