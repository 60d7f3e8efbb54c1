//! What the grace period mapping adds to responses (RFC 3915, section 4).

use super::xml;
use crate::epp::extensions::Extension;
use crate::model::answer::Answer;
use crate::model::rgp::RgpStatus;

/// `rgp:infData` (section 4.1.2) or `rgp:upData` (section 4.2.5), if the answer has a status to tell.
pub(super) fn answered(out: &mut Vec<u8>, answer: &Answer<'_>) {
    match answer {
        Answer::DomainInfo(info) => data(out, "rgp:infData", &info.rgp),
        Answer::DomainUpdated { rgp, .. } => data(out, "rgp:upData", rgp),
        _ => {}
    }
}

/// `rgp:respDataType`: one status at least. The text of RFC 3915 speaks of one, its schema of any number; a domain can be
/// in several grace periods at once (section 3.1 excludes none of them).
fn data(out: &mut Vec<u8>, name: &str, statuses: &[RgpStatus]) {
    if statuses.is_empty() {
        return;
    }
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b" xmlns:rgp=\"");
    out.extend_from_slice(Extension::Rgp.uri().as_bytes());
    out.extend_from_slice(b"\">");
    for status in statuses {
        out.extend_from_slice(b"<rgp:rgpStatus s=\"");
        out.extend_from_slice(status.name().as_bytes());
        out.extend_from_slice(b"\"/>");
    }
    xml::close(out, name);
}
