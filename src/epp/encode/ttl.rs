//! What the mapping of DNS TTLs adds to responses (RFC 9803).

use super::xml;
use crate::epp::extensions::Extension;
use crate::model::answer::Answer;
use crate::model::ttl::TtlTold;

/// `ttl:infData`, if TTLs were asked for and there are some to tell.
pub(super) fn answered(out: &mut Vec<u8>, answer: &Answer<'_>) {
    match answer {
        Answer::DomainInfo(info) => data(out, &info.ttls),
        Answer::HostInfo(info) => data(out, &info.ttls),
        _ => {}
    }
}

/// `ttl:responseContainer`: one TTL at least.
fn data(out: &mut Vec<u8>, told: &[TtlTold]) {
    if told.is_empty() {
        return;
    }
    out.extend_from_slice(b"<ttl:infData xmlns:ttl=\"");
    out.extend_from_slice(Extension::Ttl.uri().as_bytes());
    out.extend_from_slice(b"\">");
    for TtlTold { kind, seconds, bounds } in told {
        out.extend_from_slice(b"<ttl:ttl");
        xml::attribute(out, "for", kind.name());
        if let Some(bounds) = bounds {
            for (name, seconds) in [("min", bounds.min), ("default", bounds.default), ("max", bounds.max)] {
                xml::attribute(out, name, &seconds.to_string());
            }
        }
        match seconds {
            Some(seconds) => {
                out.push(b'>');
                xml::number(out, (*seconds).into());
                xml::close(out, "ttl:ttl");
            }
            None => out.extend_from_slice(b"/>"),
        }
    }
    xml::close(out, "ttl:infData");
}
