//! `<extension>` of a response (RFC 5730, section 2.7.3).

use super::{change_poll, fee, rgp, token, ttl, xml};
use crate::epp::extensions::{Extension, Services};
use crate::model::answer::Answer;

/// What the answer says in the extensions that the session asked for at login, in one `<extension>`; nothing when that is
/// nothing, since the element must not be empty. A client gets no element whose schema it did not name.
pub(super) fn extension(out: &mut Vec<u8>, answer: &Answer<'_>, services: Services) {
    if services.is_empty() {
        return;
    }
    let before = out.len();
    xml::open(out, "extension");
    let opened = out.len();
    for extension in Extension::ALL.into_iter().filter(|extension| services.has(*extension)) {
        match extension {
            Extension::Rgp => rgp::answered(out, answer),
            Extension::Fee => fee::answered(out, answer),
            Extension::AllocationToken => token::answered(out, answer),
            Extension::Ttl => ttl::answered(out, answer),
            // What it has to say is response data.
            Extension::LowBalance => {}
            Extension::ChangePoll => change_poll::answered(out, answer),
        }
    }
    if out.len() == opened {
        out.truncate(before);
    } else {
        xml::close(out, "extension");
    }
}
