//! What the allocation token extension adds to responses (RFC 8495).

use super::xml;
use crate::epp::extensions::Extension;
use crate::model::answer::Answer;

/// `allocationToken:allocationToken` (section 3.1.2), if it was asked for.
pub(super) fn answered(out: &mut Vec<u8>, answer: &Answer<'_>) {
    let Answer::DomainInfo(info) = answer else { return };
    let Some(token) = info.token else { return };
    out.extend_from_slice(b"<allocationToken:allocationToken xmlns:allocationToken=\"");
    out.extend_from_slice(Extension::AllocationToken.uri().as_bytes());
    out.extend_from_slice(b"\">");
    xml::text(out, token);
    xml::close(out, "allocationToken:allocationToken");
}
