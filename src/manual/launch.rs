//! The launch of a TLD: phases, applications, trademark claims and sunrise (RFC 8334, 7848 and 9361).
//!
//! # Phases
//!
//! A TLD has a plan ([`crate::model::record::LaunchPlan`]) or none; without one it is open. A plan is phases with a beginning
//! and perhaps an end, set by `admin tld phase set`; some may overlap. Between two phases nothing is registered, so a plan ends
//! with a phase `open` that has no end. For each phase the operator says
//!
//! - whether names are *applied for* and allocated later (`--applications`), or registered, first come, first served;
//! - whether names that are marks need the acknowledgement of their *claims notice* (`--notices`);
//! - whether names need a *signed mark* of their label (`--signed-mark`), or only those whose label is on the clearinghouse's
//!   list of sunrise eligible ones (`--signed-mark-if-listed`).
//!
//! So a start-date sunrise is `sunrise --signed-mark`, an end-date sunrise has `--applications` too, a landrush during claims is
//! `landrush --applications --notices`, or `claims --name landrush` with both. A qualified launch (RFC 9361, section 5.4) is
//! `custom --name qlp --signed-mark-if-listed --notices`.
//!
//! A command says which phase it means (`launch:phase`); one that the TLD is not in is 2306. The name of a phase or of a part of
//! it may be left out, but for a custom phase, which is its name. A create without the extension belongs to a phase `claims` or
//! `open` where names are registered and none needs a signed mark; in no other. `domain:check` without the extension tells names of
//! other phases as not available.
//!
//! # Applications
//!
//! A create in a phase with applications is answered with 1001 and an applicationID. There may be several for one name; each is
//! a record of its own ([`crate::model::record::Application`]), with the domain as it will be. What it refers to counts as
//! linked. Its sponsor reads, changes and withdraws it by `launch:info`, `launch:update` and `launch:delete`; others learn of it
//! only with its authInfo.
//!
//! ```text
//!  create ──► validated (with a signed mark)       ┐ admin launch allocate   ┌ allocated: the domain, paid for now
//!         ├─► pendingValidation (with codes only)  ├────────────────────────►┤
//!         └─► pendingAllocation (with neither)     ┘ admin launch refuse     └ rejected
//!                     ▲  admin launch status: any of these, and invalid
//! ```
//!
//! One that is invalid is refused, or gets another status; it is not allocated (section 2.4.1).
//!
//! Whatever the registry does to an application is a poll message to its sponsor: `domain:panData` at the end, `domain:infData`
//! before, `launch:infData` beside both. Allocating one refuses the others for the name in the same transaction, unless they are
//! to stay (`--keep-others`). An application that has ended stays where it is, so that it can be read.
//!
//! `admin launch list` finds applications by name, TLD, status, phase and registrar, a thousand at a time: it walks through the
//! whole index on a thread of its own, unless a name is given.
//!
//! `launch:update` and `launch:delete` of an application that is not there are 2303, and 2102 where no phase of the TLD, past or
//! future, has applications (sections 3.4 and 3.5).
//!
//! The status `custom` of section 2.4 is never shown: "the server SHOULD use one of the non-"custom" status values", and its name
//! would need a place in applications and in poll messages. What a status means here is said by its reason
//! (`admin launch status ID STATUS --reason …`), which is the text of `launch:status`.
//!
//! # Trademark claims
//!
//! `admin tmch load dnl FILE` takes the daily list of labels that are marks. It is kept in 256 records by a hash of the label,
//! and only those that differ are written. `launch:check` of the claims form tells the key of a label where the phase demands
//! notices, of the trademark form always. A create of such a label needs a notice: its identifier has the checksum of label and
//! expiry, it has not expired, and it was accepted in the last days (`--notice-days`, 365 unless said otherwise). A label
//! that entered the list less than 24 hours ago needs none.
//!
//! # Sunrise
//!
//! `tmch.root` in the configuration names the root certificate by which signed marks are believed, `tmch.crl` the root's list of
//! revoked certificates. It is due once a day: whoever fetches it sends SIGHUP, and `domesday_tmch_crl_due_seconds` tells when
//! the next one is due. When it is missing or out of date no signed mark is believed, or with `tmch.stale_crl = "warn"` they
//! are, and the log says so. Without a root every signed mark is 2306.
//!
//! ```text
//!  frame ─► decoder ─► shard ─► thread for marks (crate::tmch) ─► ledger: dates, list of revoked marks, label
//!                                  base64, XML, schema: 2005
//!                                  certificate, root, CRL, digests, signature: 2306
//! ```
//!
//! Whether a signed mark is believed is for [`crate::tmch`]: its form, the certificate of its validator, the root and the list of
//! revoked certificates (CRL), the digests and the signature, in this order, and a fault of its own for each
//! ([`SmdFault`](crate::tmch::SmdFault)). The labels are read out of the octets that were digested. It takes milliseconds, so
//! it is done on a thread of its own before the command goes to the ledger. The rules take what has been validated
//! ([`SignedMark`](crate::model::launch_command::SignedMark)), and look again at what may change meanwhile: the mark must be
//! valid at the moment of the decision, not be on the list of revoked ones (`admin tmch load smdrl FILE`) and be of the label.
//!
//! Marks that nobody has signed come with an application only (`launch:codeMark`: a code, a mark, or both), for people to judge;
//! they must be of the label too. All marks are kept beside the domain ([`Marks`](crate::model::record::Marks)), shown by
//! `launch:info` with `includeMark` to its sponsor and to who knows its authInfo, and go with it.
//!
//! # Qualified launch
//!
//! In a phase `--signed-mark-if-listed` a label on the SURL (`admin tmch load surl FILE`; RFC 9361, section 6.6) needs a signed
//! mark of it, and then no claims notice; others are registered freely, or with their claims notice where the phase demands
//! notices. Labels that may be given away without a mark all the same (section 2.2 of ICANN's QLP addendum) are for a phase
//! without the option. The lines to report follow table 1: a name is in one of the two files.
//!
//! ```text
//!  SURL  DNL  signed mark   needed           reported
//!  yes   any  yes           signed mark      sunrise
//!  yes   any  no            refused; a label that became eligible after its application:
//!                                            claims if on the DNL, else sunrise as 99999-99999
//!  no    yes  any           claims notice    claims
//!  no    no   any           nothing          nowhere
//! ```
//!
//! # Lines to report
//!
//! A registration with a signed mark, and one of a label that is on the list of marks now and whose notice was acknowledged, or
//! which was too new to need one, adds a line ([`LordnLine`](crate::model::record::LordnLine)) in the transaction that registers
//! it, numbered by TLD and kind without a gap. A notice of a label that is not on the list at that moment is taken, and not
//! reported (RFC 9361, section 5.3.3.2).
//!
//! `admin tmch lordn TLD sunrise|claims --from N --out FILE` writes the file of RFC 9361 (section 6.3) of the lines from N on, and
//! prints which they are and what is next (`--json` for scripts). The registry does not remember what was sent: a file counts when
//! the clearinghouse has taken it, and only who sends it knows that. The lines stay, so that any part can be written again. Where
//! there is no line, there is no file; one that is there is not overwritten. The creation datetime is the registry's time, in tenths
//! of a second as printed; the clearinghouse takes two files with the same one for the same file, so the command lasts as long.
//! A line whose registrar had no IANA id needs `--registrar-id`, as 9999 for the registry's own names.
//!
//! A job that runs every three hours ("RECOMMENDED maximum frequency", section 5.2.3.3; the limit is 26 hours) does
//!
//! ```text
//!  next=$(cat shop-claims.next)                  # 1 at first
//!  file=shop-claims-$next-$(date +%s).csv
//!  report=$(domesday admin --json --config registry.toml tmch lordn shop claims --from "$next" --out "$file") || exit 1
//!  [ -e "$file" ] || exit 0                      # nothing to report
//!  curl --fail … --data-binary @"$file" https://…/LORDN/shop/claims || exit 1
//!  # and when the LORDN Log says accepted (section 6.3.1):
//!  echo "$report" | jq .next > shop-claims.next
//! ```
//!
//! `oldest` in the report is the registration that has waited longest.
