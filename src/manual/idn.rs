//! Internationalized names: which labels a TLD takes, and which names keep others from being registered.
//!
//! # What a label must be
//!
//! 1. Clients write A-labels (`xn--…`). A new one must stand for a U-label of IDNA2008 ([`crate::ulabel`]); the refusal names the
//!    code point, its place and the rule.
//! 2. The TLD must take A-labels at all (`tld add|set --idn`).
//! 3. Where the TLD has tables (`--idn-tables de,zh=same-holder`), one of them must take the label: the one that the command
//!    names with `idn:data` (idn-1.0), else the first that does. With `--idn-tag-required` a command must name one, with
//!    `--idn-only` other names than A-labels are refused. An ASCII label needs no table, unless the command names one.
//!
//! `idn:uname` beside the table is the whole name in Unicode; it must be the name (2306) and be one (2005).
//!
//! # Tables
//!
//! A table is a label generation ruleset (RFC 7940). `admin idn load TAG FILE` compiles it ([`crate::lgr`]) into a record of the
//! log, so that a table has one meaning for ever, whatever Unicode version a later program knows; it is read where it lies.
//! Loading it again replaces it and counts its version up. A table that a TLD names cannot be removed.
//!
//! Compiling takes a millisecond or two for most tables of ICANN, but 33 ms for the Japanese one and 0.2 to 0.4 s for tables of
//! 3 MB. So the admin service has it done by the threads that hash passwords, and the ledger gets the compiled table: comparing
//! it with the one before and sealing it are less than 1 ms also for those of 3 MB.
//!
//! `admin idn list` and `show` tell what tables are and which TLDs have them, `tld list` which tables a TLD has. `admin idn
//! judge TAG LABEL` asks a table as registrations do: disposition and reason, the key, some variants (50 at most, the key finds
//! all; found by the threads for slow work too), and with `--tld` the names that are registered there and share the key.
//!
//! # Variants
//!
//! Each table has a key for a label that is equal for all its variants. A domain is kept under one key for each table of its TLD
//! that has the code points of its label ([`crate::model::idn::VariantKey`]), also when it is ASCII, or of another script: tables
//! list letters of other scripts that look like their own as variants out of their repertoire (RFC 7940, section 7.2.1), and so
//! a Cyrillic label keeps its Latin look-alike away, whatever table that would be registered by. A name that is checked or
//! created is looked up by its keys, one look-up a table, however many variants there are: a label of 6⁸ permutations takes the
//! look-ups of one that has no variant. What is found blocks it: `check` says which name, and a
//! create is 2306.
//!
//! With `=same-holder` behind the tag, who holds the one may have the other, if the table says that the variant can be allocated:
//! the same registrar with the same registrant, or the same registrar where there are no registrants. That is judged at the
//! create alone: names can be transferred apart afterwards, as any other names.
//!
//! The key is conservative: contexts (`when`, `not-when`) are not looked at, and symmetry and transitivity are taken for granted,
//! so that a few more labels block each other than the table would relate.
//!
//! # When tables change
//!
//! Registered names keep their table and their keys. After another version of a table was loaded, or a TLD got other tables,
//! `admin idn rekey NAME…` (or `--file`) gives names the keys of now; until then only names that share a key of then and now are
//! found as variants. A rekey refuses nothing: names that would no longer be taken stay registered.
