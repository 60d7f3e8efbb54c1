//! What the IDN extension adds to commands (idn-1.0): the table of an internationalized label, and the label in Unicode.

use crate::epp::decode::Decoder;
use crate::epp::xml::fault::Outcome;
use crate::model::idn::IdnData;
use crate::model::refusal::Element;

const DATA: Element = Element::idn("data");
const TABLE: Element = Element::idn("table");
const UNAME: Element = Element::idn("uname");

impl Decoder<'_> {
    /// `idn:data`, whose start tag was taken last.
    pub(super) fn idn_data(&mut self) -> Outcome<IdnData> {
        self.cursor.no_attributes()?;
        self.cursor.required(TABLE)?;
        let table = self.token(TABLE, 1, usize::MAX)?.into_owned();
        let u_name = match self.cursor.optional(UNAME)? {
            true => Some(self.label(UNAME)?),
            false => None,
        };
        self.cursor.end(DATA)?;
        Ok(IdnData { table, u_name })
    }
}
