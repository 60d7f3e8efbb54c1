//! The one command of the balance mapping (Verisign's `balance-1.0`).

use crate::epp::decode::Decoder;
use crate::epp::xml::fault::Outcome;
use crate::model::command::{Action, Query};

impl<'a> Decoder<'a> {
    /// The command `balance:name`, whose start tag was taken last; `None`, and nothing read, when there is none.
    pub(super) fn balance(&mut self, name: &str) -> Outcome<Option<Action<'a>>> {
        if name != "info" {
            return Ok(None);
        }
        // The schema calls it empty and gives it no type, which means `xs:anyType`.
        self.cursor.any_attributes(true)?;
        self.any_content()?;
        Ok(Some(Action::Query(Query::BalanceInfo)))
    }
}
