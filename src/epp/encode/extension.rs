//! `<extension>` of a response (RFC 5730, section 2.7.3).

use super::{change_poll, fee, idn, launch, login_sec, rgp, sec_dns, token, ttl, xml};
use crate::epp::extensions::{Extension, Services};
use crate::model::answer::Answer;
use crate::model::refusal::Refusal;

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
        said(out, extension, answer);
    }
    if out.len() == opened {
        out.truncate(before);
    } else {
        xml::close(out, "extension");
    }
}

/// The element that the answer has in this extension, if it has one.
pub(super) fn said(out: &mut Vec<u8>, extension: Extension, answer: &Answer<'_>) {
    match extension {
        Extension::Rgp => rgp::answered(out, answer),
        Extension::Fee => fee::answered(out, answer),
        Extension::SecDns => sec_dns::answered(out, answer),
        // What it has to say is response data.
        Extension::LowBalance => {}
        Extension::ChangePoll => change_poll::answered(out, answer),
        Extension::LoginSec => login_sec::answered(out, answer),
        Extension::Idn => idn::answered(out, answer),
        Extension::Launch => launch::answered(out, answer),
        Extension::AllocationToken => token::answered(out, answer),
        Extension::Ttl => ttl::answered(out, answer),
        // A practice, which says nothing.
        Extension::SecureAuthInfo => {}
        // It says where the others are said.
        Extension::UnhandledNamespaces => {}
    }
}

/// What a login that was refused is told: only a client that asked for it is told anything (RFC 8807, section 4.1).
pub(super) fn refused(out: &mut Vec<u8>, refusal: &Refusal) {
    if let Refusal::Login { events, .. } = refusal {
        xml::open(out, "extension");
        login_sec::data(out, events);
        xml::close(out, "extension");
    }
}
