//! What a response has to say beyond the login services of its session: in `<extValue>` of its result, for those who asked
//! for that, and nowhere for the others (RFC 9038).
//!
//! Response data goes first, then the extensions. Of general responses only the extensions can be beyond the services: a
//! command of an object mapping that the login did not name is refused.

use super::{extension, poll, xml};
use crate::epp::extensions::{Extension, Services};
use crate::model::answer::Answer;

/// `<extValue>` for each namespace that the services do not cover; which those are.
pub(super) fn unhandled(out: &mut Vec<u8>, answer: &Answer<'_>, services: Services) -> Vec<&'static str> {
    let mut namespaces = Vec::new();
    if !services.has(Extension::UnhandledNamespaces) {
        return namespaces;
    }
    if let Answer::PollMessage { message, .. } = answer {
        namespaces.extend(poll::unhandled(out, message, services));
    }
    for extension in Extension::ALL.into_iter().filter(|extension| services.moves(*extension)) {
        namespaces.extend(moved(out, extension.uri(), |out| extension::said(out, extension, answer)));
    }
    namespaces
}

/// One `<extValue>` with what `write` writes of that namespace, and the namespace; nothing when that is nothing.
pub(super) fn moved(out: &mut Vec<u8>, uri: &'static str, write: impl FnOnce(&mut Vec<u8>)) -> Option<&'static str> {
    let before = out.len();
    out.extend_from_slice(b"<extValue><value>");
    let opened = out.len();
    write(out);
    if out.len() == opened {
        out.truncate(before);
        return None;
    }
    out.extend_from_slice(b"</value>");
    xml::element(out, "reason", &format!("{uri} not in login services"));
    xml::close(out, "extValue");
    Some(uri)
}
