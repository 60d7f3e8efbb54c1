//! Definitions of CSV files (RFC 9022, section 4.6.2).

use crate::base::xml_text as xml;
use crate::escrow::definition::{Definition, Definitions, Field, field};
use crate::escrow::xml::namespaces::Space;

/// `csvDomain:contents`, `csvDomain:deletes` and their likes.
pub(super) fn definitions(out: &mut Vec<u8>, definitions: &Definitions) {
    let what = if definitions.deletes { "deletes" } else { "contents" };
    let name = format!("{}:{what}", Space::Csv(definitions.kind).prefix());
    xml::open(out, &name);
    out.push(b'\n');
    definitions.all.iter().for_each(|one| definition(out, one));
    xml::close(out, &name);
}

fn definition(out: &mut Vec<u8>, definition: &Definition) {
    out.extend_from_slice(b"<rdeCsv:csv");
    xml::attribute(out, "name", &definition.name);
    xml::attribute(out, "sep", definition.separator.encode_utf8(&mut [0; 4]));
    out.extend_from_slice(b"><rdeCsv:fields>");
    definition.fields.iter().for_each(|field| self::field_element(out, field));
    out.extend_from_slice(b"</rdeCsv:fields><rdeCsv:files>");
    for file in &definition.files {
        out.extend_from_slice(b"<rdeCsv:file");
        for (name, value) in [
            ("compression", &file.compression),
            ("encoding", &file.encoding),
            ("cksum", &file.checksum),
            ("cksumAlg", &file.algorithm),
        ] {
            if let Some(value) = value {
                xml::attribute(out, name, value);
            }
        }
        out.push(b'>');
        xml::text(out, &file.name);
        xml::close(out, "rdeCsv:file");
    }
    out.extend_from_slice(b"</rdeCsv:files></rdeCsv:csv>\n");
}

/// What substitutes for `rdeCsv:field`.
fn field_element(out: &mut Vec<u8>, found: &Field) {
    out.push(b'<');
    out.extend_from_slice(found.element.as_bytes());
    if let Some(name) = &found.custom {
        xml::attribute(out, "name", name);
    }
    if field(found.element).is_none_or(|(_, required, _)| *required != found.required) {
        xml::attribute(out, "isRequired", if found.required { "true" } else { "false" });
    }
    if found.parent {
        xml::attribute(out, "parent", "true");
    }
    if let Some(loc) = found.loc {
        xml::attribute(out, "isLoc", if loc { "true" } else { "false" });
    }
    if let Some(index) = found.index {
        xml::attribute(out, "index", &index.to_string());
    }
    out.extend_from_slice(b"/>");
}
