//! What the IDN extension adds to responses (idn-1.0).

use super::xml;
use crate::epp::extensions::Extension;
use crate::model::answer::Answer;
use crate::model::idn::ArchivedIdnLabel;

/// `idn:data` of an internationalized name.
pub(super) fn answered(out: &mut Vec<u8>, answer: &Answer<'_>) {
    let Answer::DomainInfo(info) = answer else { return };
    if let Some(label) = info.domain.idn.as_ref() {
        data(out, label);
    }
}

fn data(out: &mut Vec<u8>, label: &ArchivedIdnLabel) {
    out.extend_from_slice(b"<idn:data xmlns:idn=\"");
    out.extend_from_slice(Extension::Idn.uri().as_bytes());
    out.extend_from_slice(b"\">");
    xml::element(out, "idn:table", &label.table);
    xml::element(out, "idn:uname", &label.u_name);
    xml::close(out, "idn:data");
}
