//! Documents about deposits: the registry's report, the agent's notification, and what ICANN's interface answers. Each is small
//! and read as a whole, as strictly as an object of a deposit.

use std::borrow::Cow;

use super::fault::{Fault, Rule};
use super::shape::{Notes, any, maybe, one};
use super::source::{Source, Stop, Token};
use super::tree::{Element, Tree};
use crate::base::lexical::{WhiteSpace, date, unsigned_short};
use crate::base::limits::ESCROW_OBJECT_BYTES;
use crate::base::timestamp::Date;
use crate::escrow::interface::{InterfaceResult, ResultCode};
use crate::escrow::object::{DepositKind, Header, Repository};
use crate::escrow::report::{Notification, NotificationStatus, Report};
use crate::escrow::xml::namespaces::Space;

/// Reads `rdeReport:report` (draft-lozano-icann-registry-interfaces, section 2.1.2).
///
/// # Errors
/// All that is wrong, up to a hundred faults.
pub fn report(document: &[u8]) -> Result<Report, Vec<Fault>> {
    whole(document, Space::Report, "report", Notes::report)
}

/// Reads `rdeNotification:notification` (draft-lozano-icann-registry-interfaces, section 3.1.2).
///
/// # Errors
/// All that is wrong, up to a hundred faults.
pub fn notification(document: &[u8]) -> Result<Notification, Vec<Fault>> {
    whole(document, Space::Notification, "notification", Notes::notification)
}

/// Reads `iirdea:response`, the answer of ICANN's interface to a report.
///
/// # Errors
/// All that is wrong, up to a hundred faults.
pub fn answer(document: &[u8]) -> Result<InterfaceResult, Vec<Fault>> {
    whole(document, Space::Answer, "response", Notes::answer)
}

/// Reads a document with this document element.
fn whole<T>(
    document: &[u8],
    space: Space,
    name: &str,
    read: fn(&mut Notes, Element<'_>) -> T,
) -> Result<T, Vec<Fault>> {
    let mut source = Source::new(document);
    let mut tree = Tree::default();
    let mut notes = Notes::default();
    let mut found = None;
    loop {
        let token = source.next(&mut tree).map_err(ended)?;
        let line = source.line();
        let fault = |rule, expected: String, found: &str| vec![Fault::new(line, rule, String::new(), expected, found)];
        match token {
            Token::Start if found.is_none() => {
                let label = tree.root().map(Element::label).unwrap_or_default();
                if !tree.root().is_some_and(|root| root.is(space, name)) {
                    return Err(fault(Rule::Root, format!("{}:{name}", space.prefix()), &label));
                }
                if !source.rest(&mut tree).map_err(ended)? {
                    return Err(fault(Rule::Length, format!("{ESCROW_OBJECT_BYTES} octets at most"), "more"));
                }
                found = tree.root().map(|root| read(&mut notes, root));
                tree.clear();
            }
            Token::Start => return Err(fault(Rule::WellFormed, "one document element".into(), "another one")),
            // What stands outside of the document element has been judged.
            Token::Nothing | Token::Text | Token::End => {}
            Token::Eof => {
                let Some(found) = found else {
                    return Err(fault(Rule::WellFormed, format!("{}:{name}", space.prefix()), ""));
                };
                return if notes.faults.is_empty() { Ok(found) } else { Err(notes.faults) };
            }
        }
    }
}

/// Why reading has ended; memory has no other faults.
fn ended(stop: Stop) -> Vec<Fault> {
    vec![match stop {
        Stop::Fault(fault) => fault,
        Stop::Io(error) => {
            Fault::new(1, Rule::WellFormed, String::new(), "a document that can be read", &error.to_string())
        }
    }]
}

impl Notes {
    /// `rdeReport:report`.
    fn report(&mut self, at: Element<'_>) -> Report {
        let slots = [
            one("id"),
            one("version"),
            one("rydeSpecEscrow"),
            one("rydeSpecMapping"),
            one("resend"),
            one("crDate"),
            one("kind"),
            one("watermark"),
            one("header"),
        ];
        self.mixed(at, |name| if name == "header" { Space::Header } else { Space::Report }, &[], &slots);
        let nothing = || Header { repository: Repository::Tld(String::new()), counts: Vec::new(), content_tag: None };
        Report {
            id: self.value(at, "id", |notes, at| {
                let value = notes.token(at);
                notes.deposit_id(at, &value)
            }),
            version: self.value(at, "version", Self::short),
            escrow_specification: self.value(at, "rydeSpecEscrow", Self::token),
            mapping_specification: self.value(at, "rydeSpecMapping", Self::token),
            resend: self.value(at, "resend", Self::short),
            created: self.value(at, "crDate", Self::date),
            kind: self.optional(at, "kind", Self::deposit_kind).unwrap_or(DepositKind::Full),
            watermark: self.value(at, "watermark", Self::date),
            header: self.optional(at, "header", Self::header).unwrap_or_else(nothing),
        }
    }

    /// `rde:depositTypeType`, as text.
    fn deposit_kind(&mut self, at: Element<'_>) -> DepositKind {
        let value = self.token(at);
        let all = [DepositKind::Full, DepositKind::Differential, DepositKind::Incremental];
        let find = |value: &str| all.into_iter().find(|kind| kind.name() == value);
        self.word(at, "FULL, DIFF or INCR", &value, find).unwrap_or(DepositKind::Full)
    }

    /// `rdeNotification:notification`.
    fn notification(&mut self, at: Element<'_>) -> Notification {
        let slots = [
            one("deaName"),
            one("version"),
            one("repDate"),
            one("status"),
            maybe("reDate"),
            maybe("vaDate"),
            maybe("lastFullDate"),
            maybe("report"),
        ];
        self.mixed(at, |name| if name == "report" { Space::Report } else { Space::Notification }, &[], &slots);
        Notification {
            agent: self.value(at, "deaName", Self::line),
            version: self.value(at, "version", Self::short),
            day: at.child("repDate").and_then(|at| self.day(at)).unwrap_or(FIRST_DAY),
            status: self.optional(at, "status", Self::notified).unwrap_or(NotificationStatus::NotReceived),
            received: self.optional(at, "reDate", Self::date),
            validated: self.optional(at, "vaDate", Self::date),
            last_full: at.child("lastFullDate").and_then(|at| self.day(at)),
            report: self.optional(at, "report", Self::report),
        }
    }

    fn notified(&mut self, at: Element<'_>) -> NotificationStatus {
        let value = self.token(at);
        let find = |value: &str| NotificationStatus::ALL.into_iter().find(|status| status.name() == value);
        self.word(at, "DVPN, DVFN or DRFN", &value, find).unwrap_or(NotificationStatus::NotReceived)
    }

    /// `xs:date`; its zone, if it has one, says nothing of which day it is.
    fn day(&mut self, at: Element<'_>) -> Option<Date> {
        let value = self.token(at);
        self.typed(at, "a date of the years 1 to 9999, as 2026-11-28", &value, |value| date(value).ok().flatten())
    }

    /// `iirdea:response`.
    fn answer(&mut self, at: Element<'_>) -> InterfaceResult {
        self.sequence(at, Space::Answer, &[], &[one("result")]);
        let nothing = || InterfaceResult {
            code: ResultCode::Other(0),
            message: String::new(),
            description: None,
            more: Vec::new(),
        };
        self.optional(at, "result", Self::result).unwrap_or_else(nothing)
    }

    /// `iirdea:resultType`. Later revisions of the draft may have more elements: they are kept, since what was accepted is
    /// accepted whatever stands beside it.
    fn result(&mut self, at: Element<'_>) -> InterfaceResult {
        let known = |child: &Element<'_>| ["msg", "description"].into_iter().any(|name| child.is(Space::Answer, name));
        let is_more = |child: &Element<'_>| child.space() == Space::Answer && !known(child);
        let mut slots = vec![one("msg"), maybe("description")];
        let more: Vec<Element<'_>> = at.children().filter(is_more).collect();
        slots.extend(more.iter().map(|child| any(child.name())));
        self.sequence(at, Space::Answer, &["code"], &slots);
        let code = self.needed(at, "code").and_then(|value| {
            let value = WhiteSpace::Collapse.apply(Cow::Borrowed(value));
            let read = |value: &str| unsigned_short(value).flatten().filter(|number| (1000..=9999).contains(number));
            self.typed(at, "a number, 1000 to 9999, in code", &value, read)
        });
        let text = |at: &Element<'_>| WhiteSpace::Collapse.apply(Cow::Borrowed(at.text())).into_owned();
        InterfaceResult {
            code: code.map_or(ResultCode::Other(0), ResultCode::of),
            message: self.value(at, "msg", Self::token),
            description: self.optional(at, "description", Self::token),
            more: more.iter().map(|child| (child.name().to_owned(), text(child))).collect(),
        }
    }
}

/// What stands for a day that is not there.
const FIRST_DAY: Date = Date { year: 1, month: 1, day: 1 };
