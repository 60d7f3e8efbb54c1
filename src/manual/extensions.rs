//! How an EPP extension is added, file by file.
//!
//! [`crate::epp::extensions`] is the one table of extensions; greeting, login, decoder, error responses and encoder ask it.
//! rgp-1.0 (RFC 3915) is the example throughout: search for `rgp` and `Rgp`. Nearly every step below is an exhaustive
//! `match` or a struct, so that the compiler asks for the step once the first one is done.
//!
//! # What holds for all of them
//!
//! - The greeting announces every extension of the table. A login may ask for any of them, and for no other (2103).
//! - A command's element is decoded strictly by its schema, wherever the schemas of EPP let it in; then the session judges
//!   it. One that the login did not ask for is 2103, and so is one beside a command that it does not extend.
//! - `<extension>` holds each extension at most once: the schema allows more, but which would count? 2001.
//! - A response has an element of an extension only in sessions whose login asked for it, and has one `<extension>` for all.
//!   A session that asked for none does not pay for any.
//! - What a session did not ask for goes to `<extValue>` where the session asked for that (RFC 9038): `epp/encode/unhandled.rs`
//!   asks the same functions as `epp/encode/extension.rs`.
//! - Each can be switched off, in the registry or in a TLD, and so can the object mappings `balance` and `maintenance`, in the
//!   registry. `epp/switches.rs` is the only place that knows; it needs to be told the names of domains and hosts in a new
//!   command, and of those that a new poll message tells of.
//! - What an extension asks for is part of the command that the rules decide on, in a field of its own. The rules do not
//!   know sessions: a command without the extension has `None` there.
//!
//! # What clients send
//!
//! 1. `epp/extensions.rs`: the variant, in `ALL`; schema name, URI; `is_in`; `misplaced`, which says what commands it
//!    extends. Its name in `model/extension.rs` (`extension_names!`), by which operators switch it off. One that only responses have (`ChangePoll`) is in no command, and has no steps 2, 3 and 5.
//! 2. `model/`: the words of the extension, with no XML in them (`model/rgp.rs`), a field of
//!    [`Extensions`](crate::model::extension::Extensions), and a field of each command that it extends
//!    (`DomainUpdate::restore`); `Extensions::extend` moves the one into the other. `Element::rgp` names its elements in
//!    refusals.
//! 3. `epp/decode/rgp.rs`: one function for each element that its schema declares for commands, with the start tag taken
//!    and the end tag passed. Its faults have the codes of the table in [`crate::epp::decode`]; what the RFC forbids and the
//!    schema allows is for the rules.
//! 4. `epp/decode/wildcard.rs`: `extension` pairs the names of these elements with the functions, `is_response_data` names
//!    the elements that its schema declares for responses.
//! 5. `registry/`: the rule of the extended command reads the new field.
//!
//! # What the server says
//!
//! 6. `model/answer.rs`: what is to be said, in the answer that the rule gives: another field of the answer to a query
//!    (`DomainInfo::rgp`), or an answer of its own (`DomainRestored`).
//! 7. `epp/encode/rgp.rs`: writes the extension's element for the answers that have one, and nothing for the others.
//!    `epp/encode/extension.rs` calls it. What is response data of a poll message and no element of `<extension>`
//!    (`LowBalance`) is written by `epp/encode/poll.rs`, which knows what the session asked for.
//!
//! # Tests
//!
//! 8. `epp/decode/tests/rgp.rs`: the commands that the RFC prints, a table of faults with their codes.
//!    `epp/encode/tests/rgp.rs`: the responses that the RFC prints.
//! 9. `tests/schema/`: the schema in `judge.py` and `schemas`, the RFC that prints it in `cut.py`; one that no RFC prints lies
//!    beside `judge.py` and is not in `schemas`. Then every recorded response is judged by it, and the differential test
//!    compares decoder and schema: give it valid frames in `tests/epp` (and `fuzz/seeds/decode`), the RFC in
//!    `tests/differential/seeds.rs`, prefix, names and values in `words.rs`, and every element for responses in `answers.rs`.
//! 10. `tests/blackbox/extensions.rs`: announced, asked for, refused where it was not asked for.
//! 11. `benches/support/extended.rs`: a command with it, and its row in `benches/instructions/src/main.rs`, beside the plain
//!     command. A command without it must not cost more than before, and `tests/run instructions` holds it to that;
//!     `tests/run baseline` gives the row its count.
