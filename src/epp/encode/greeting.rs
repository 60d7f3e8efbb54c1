//! The greeting (RFC 5730, section 2.4).

use super::{framed, xml};
use crate::base::timestamp::Timestamp;
use crate::epp::offer::Offer;

/// What all greetings announce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// svID, 3 to 64 characters.
    pub server_id: String,
    /// Namespace URIs of the extensions.
    pub extensions: Vec<&'static str>,
}

/// The data collection policy: all may see what is held of them; data serves administration and provisioning, goes to
/// us and to the public (RDAP), and is kept as the law and the contract ask.
const DCP: &str = "<dcp><access><all/></access><statement><purpose><admin/><prov/></purpose>\
<recipient><ours/><public/></recipient><retention><stated/></retention></statement></dcp>";

/// Appends a greeting, framed, with the object mappings of the offer.
pub fn greeting(out: &mut Vec<u8>, greeting: &Greeting, offer: Offer, now: Timestamp) {
    framed(out, |out| {
        out.extend_from_slice(super::response::HEAD.as_bytes());
        out.extend_from_slice(b"<greeting>");
        xml::element(out, "svID", &greeting.server_id);
        xml::time(out, "svDate", now);
        out.extend_from_slice(b"<svcMenu><version>1.0</version><lang>en</lang>");
        for uri in offer.announced() {
            xml::element(out, "objURI", uri);
        }
        if !greeting.extensions.is_empty() {
            out.extend_from_slice(b"<svcExtension>");
            for uri in &greeting.extensions {
                xml::element(out, "extURI", uri);
            }
            out.extend_from_slice(b"</svcExtension>");
        }
        out.extend_from_slice(b"</svcMenu>");
        out.extend_from_slice(DCP.as_bytes());
        out.extend_from_slice(b"</greeting></epp>");
    });
}
