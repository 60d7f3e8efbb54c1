//! What the EPP service announces (RFC 9022, section 5.7.1; RFC 5730, section 2.4).

use super::WriteError;
use super::shared::element;
use crate::base::xml_text as xml;
use crate::escrow::object::{Dcp, DcpExpiry, DcpStatement, EppParams};
use crate::escrow::xml::words::{ACCESS, PURPOSES, RECIPIENTS, RETENTION};

/// `rdeEppParams:eppParams`.
pub(super) fn epp_params(out: &mut Vec<u8>, params: &EppParams) -> Result<(), WriteError> {
    const P: &str = "rdeEppParams:";
    xml::open(out, "rdeEppParams:eppParams");
    params.versions.iter().for_each(|version| element(out, P, "version", version));
    params.langs.iter().for_each(|lang| element(out, P, "lang", lang));
    params.objects.iter().for_each(|uri| element(out, P, "objURI", uri));
    if !params.extensions.is_empty() {
        xml::open(out, "rdeEppParams:svcExtension");
        params.extensions.iter().for_each(|uri| xml::element(out, "epp:extURI", uri));
        xml::close(out, "rdeEppParams:svcExtension");
    }
    xml::open(out, "rdeEppParams:dcp");
    dcp(out, &params.dcp)?;
    xml::close(out, "rdeEppParams:dcp");
    xml::close(out, "rdeEppParams:eppParams");
    Ok(())
}

/// `epp:dcpType`.
fn dcp(out: &mut Vec<u8>, dcp: &Dcp) -> Result<(), WriteError> {
    choice(out, "epp:access", &ACCESS, &dcp.access)?;
    dcp.statements.iter().try_for_each(|one| statement(out, one))?;
    match dcp.expiry.as_ref() {
        None => {}
        Some(DcpExpiry::Absolute(moment)) => {
            xml::open(out, "epp:expiry");
            xml::time(out, "epp:absolute", *moment);
            xml::close(out, "epp:expiry");
        }
        Some(DcpExpiry::Relative(duration)) => {
            xml::open(out, "epp:expiry");
            xml::element(out, "epp:relative", duration);
            xml::close(out, "epp:expiry");
        }
    }
    Ok(())
}

/// `epp:dcpStatementType`; purposes and recipients in the order of the schema, in whichever they are given.
fn statement(out: &mut Vec<u8>, statement: &DcpStatement) -> Result<(), WriteError> {
    xml::open(out, "epp:statement");
    for purpose in &statement.purposes {
        known("epp:purpose", &PURPOSES, purpose)?;
    }
    xml::open(out, "epp:purpose");
    PURPOSES.iter().filter(|name| statement.purposes.iter().any(|one| one == *name)).for_each(|name| empty(out, name));
    xml::close(out, "epp:purpose");
    for (recipient, _) in &statement.recipients {
        known("epp:recipient", &RECIPIENTS, recipient)?;
    }
    xml::open(out, "epp:recipient");
    for name in RECIPIENTS {
        let mut found = statement.recipients.iter().filter(|(recipient, _)| recipient == name);
        match name {
            "ours" => found.for_each(|(_, description)| ours(out, description.as_deref())),
            _ => found.next().into_iter().for_each(|_| empty(out, name)),
        }
    }
    xml::close(out, "epp:recipient");
    choice(out, "epp:retention", &RETENTION, &statement.retention)?;
    xml::close(out, "epp:statement");
    Ok(())
}

fn ours(out: &mut Vec<u8>, description: Option<&str>) {
    match description {
        None => empty(out, "ours"),
        Some(description) => {
            xml::open(out, "epp:ours");
            xml::element(out, "epp:recDesc", description);
            xml::close(out, "epp:ours");
        }
    }
}

fn empty(out: &mut Vec<u8>, name: &str) {
    for part in ["<epp:", name, "/>"] {
        out.extend_from_slice(part.as_bytes());
    }
}

/// Names of elements are no values, which could be escaped: they are the schema's or none.
fn known(element: &'static str, names: &[&str], name: &str) -> Result<(), WriteError> {
    match names.contains(&name) {
        true => Ok(()),
        false => Err(WriteError::Value(element, name.to_owned())),
    }
}

fn choice(out: &mut Vec<u8>, element: &'static str, names: &[&str], name: &str) -> Result<(), WriteError> {
    known(element, names, name)?;
    xml::open(out, element);
    empty(out, name);
    xml::close(out, element);
    Ok(())
}
