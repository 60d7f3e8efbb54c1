//! What the grace period mapping adds to commands (RFC 3915, section 4.2.5; schema in section 5).

use crate::base::lexical::{WhiteSpace, date_time};
use crate::base::timestamp::Timestamp;
use crate::epp::decode::Decoder;
use crate::epp::xml::Values;
use crate::epp::xml::fault::{Outcome, malformed};
use crate::model::refusal::Element;
use crate::model::rgp::{Restore, RestoreOp, RestoreReport};

const UPDATE: Element = Element::rgp("update");
const RESTORE: Element = Element::rgp("restore");
const REPORT: Element = Element::rgp("report");
const BEFORE: Element = Element::rgp("preData");
const AFTER: Element = Element::rgp("postData");
const DELETED: Element = Element::rgp("delTime");
const RESTORED: Element = Element::rgp("resTime");
const REASON: Element = Element::rgp("resReason");
const STATEMENT: Element = Element::rgp("statement");
const OTHER: Element = Element::rgp("other");

impl<'a> Decoder<'a> {
    /// `rgp:update`, whose start tag was taken last.
    pub(super) fn rgp_update(&mut self) -> Outcome<Restore> {
        self.cursor.no_attributes()?;
        let [op] = self.cursor.required_with(RESTORE, ["op"])?;
        let op = self.required_word(RESTORE, "op", op, |word| match word {
            "request" => Some(RestoreOp::Request),
            "report" => Some(RestoreOp::Report),
            _ => None,
        })?;
        let report = match self.cursor.optional(REPORT)? {
            true => Some(Box::new(self.restore_report()?)),
            false => None,
        };
        self.cursor.end(RESTORE)?;
        self.cursor.end(UPDATE)?;
        Ok(Restore { op, report })
    }

    /// `rgp:reportType`.
    fn restore_report(&mut self) -> Outcome<RestoreReport> {
        self.cursor.required(BEFORE)?;
        let before = self.any_text()?;
        self.cursor.required(AFTER)?;
        let after = self.any_text()?;
        let deleted = self.moment(DELETED)?;
        let restored = self.moment(RESTORED)?;
        let lang = self.cursor.required_with(REASON, ["lang"])?;
        let reason = self.report_text(REASON, lang)?;
        let lang = self.cursor.required_with(STATEMENT, ["lang"])?;
        let mut statements = vec![self.report_text(STATEMENT, lang)?];
        if let Some(lang) = self.cursor.optional_with(STATEMENT, ["lang"])? {
            statements.push(self.report_text(STATEMENT, lang)?);
        }
        let other = match self.cursor.optional(OTHER)? {
            true => Some(self.any_text()?),
            false => None,
        };
        self.cursor.end(REPORT)?;
        Ok(RestoreReport { before, after, deleted, restored, reason, statements, other })
    }

    /// The `xs:dateTime` in `element`, which must be next.
    fn moment(&mut self, element: Element) -> Outcome<Option<Timestamp>> {
        self.cursor.required(element)?;
        let text = self.cursor.text(element, WhiteSpace::Collapse)?;
        date_time(&text).map_err(|_| malformed(element, &text, "a date with a time expected"))
    }

    /// `rgp:reportTextType` in `element`, whose start tag was taken last.
    fn report_text(&mut self, element: Element, [lang]: Values<'a, 1>) -> Outcome<String> {
        self.language(element, lang)?;
        self.any_text()
    }
}
