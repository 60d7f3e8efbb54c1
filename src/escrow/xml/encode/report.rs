//! `rdeReport:report` as a document.

use crate::base::xml_text as xml;
use crate::escrow::report::Report;
use crate::escrow::xml::namespaces::Space;

/// The report of a deposit, as agents and ICANN's interface take it. What it says is the caller's: values are escaped, and not
/// compared with the schema.
pub fn report(report: &Report) -> Vec<u8> {
    let mut out = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdeReport:report".to_vec();
    for space in [Space::Report, Space::Header] {
        out.push(b'\n');
        xml::attribute(&mut out, &format!("xmlns:{}", space.prefix()), space.uri());
    }
    out.extend_from_slice(b">\n");
    for (element, value) in [
        ("rdeReport:id", report.id.as_str()),
        ("rdeReport:version", &report.version.to_string()),
        ("rdeReport:rydeSpecEscrow", &report.escrow_specification),
        ("rdeReport:rydeSpecMapping", &report.mapping_specification),
        ("rdeReport:resend", &report.resend.to_string()),
        ("rdeReport:crDate", &report.created.to_string()),
        ("rdeReport:kind", report.kind.name()),
        ("rdeReport:watermark", &report.watermark.to_string()),
    ] {
        xml::element(&mut out, element, value);
        out.push(b'\n');
    }
    super::header(&mut out, &report.header);
    out.extend_from_slice(b"</rdeReport:report>\n");
    out
}
