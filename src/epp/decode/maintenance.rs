//! The one command of the maintenance mapping (RFC 9167, section 4.1.1).

use crate::base::lexical::WhiteSpace;
use crate::epp::decode::Decoder;
use crate::epp::xml::fault::Outcome;
use crate::model::command::{Action, Query};
use crate::model::refusal::Element;

const INFO: Element = Element::maint("info");
const LIST: Element = Element::maint("list");
const ID: Element = Element::maint("id");

impl<'a> Decoder<'a> {
    /// The command `maint:name`, whose start tag was taken last; `None`, and nothing read, when there is none.
    pub(super) fn maintenance(&mut self, name: &str) -> Outcome<Option<Action<'a>>> {
        if name != "info" {
            return Ok(None);
        }
        self.cursor.no_attributes()?;
        // The schema gives the list no type, which means `xs:anyType`.
        let id = if self.cursor.optional_any(LIST)? {
            self.any_content()?;
            None
        } else {
            let [_name, lang] = self.cursor.required_with(ID, ["name", "lang"])?;
            self.language(ID, lang)?;
            Some(self.cursor.text(ID, WhiteSpace::Collapse)?)
        };
        self.cursor.end(INFO)?;
        Ok(Some(Action::Query(Query::MaintenanceInfo { id })))
    }
}
