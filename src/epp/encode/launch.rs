//! What the launch phase mapping adds to responses (RFC 8334).

use super::{mark, xml};
use crate::epp::extensions::Extension;
use crate::model::answer::Answer;
use crate::model::launch::Phase;
use crate::model::launch_command::{Claims, LaunchData};
use crate::model::poll_data::ArchivedPollData;

/// The Trademark Clearinghouse, as the RFC's examples name it beside its keys (section 2.2).
const CLEARINGHOUSE: &str = "tmch";

/// The element for the answer, if it has something to say of a launch (section 3).
pub(super) fn answered(out: &mut Vec<u8>, answer: &Answer<'_>) {
    match answer {
        Answer::LaunchChecked(claims) => checked(out, claims),
        Answer::ApplicationCreated { phase, application, .. } => {
            open(out, "launch:creData");
            written_phase(out, phase);
            xml::element(out, "launch:applicationID", application);
            xml::close(out, "launch:creData");
        }
        Answer::DomainInfo(info) => {
            if let Some(data) = &info.launch {
                informed(out, data);
            }
        }
        Answer::PollMessage { message, .. } => {
            if let Some(ArchivedPollData::Launch(news)) = message.data.as_ref() {
                let status = Some((news.status.get(), ""));
                let application = news.application.as_deref();
                informed(out, &LaunchData { phase: news.phase.get(), application, status, marks: Vec::new() });
            }
        }
        _ => {}
    }
}

fn open(out: &mut Vec<u8>, name: &str) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b" xmlns:launch=\"");
    out.extend_from_slice(Extension::Launch.uri().as_bytes());
    out.extend_from_slice(b"\">");
}

fn written_phase(out: &mut Vec<u8>, phase: &Phase) {
    out.extend_from_slice(b"<launch:phase");
    if !phase.name.is_empty() {
        xml::attribute(out, "name", &phase.name);
    }
    out.push(b'>');
    xml::text(out, phase.kind.name());
    xml::close(out, "launch:phase");
}

/// `chkData` (sections 3.1.1 and 3.1.3).
fn checked(out: &mut Vec<u8>, claims: &Claims<'_>) {
    open(out, "launch:chkData");
    if let Some(phase) = claims.phase {
        written_phase(out, phase);
    }
    for of in &claims.names {
        out.extend_from_slice(b"<launch:cd><launch:name exists=\"");
        out.extend_from_slice(if of.exists { b"1\">" } else { b"0\">" });
        xml::text(out, &of.name);
        xml::close(out, "launch:name");
        if let Some(key) = of.key {
            out.extend_from_slice(b"<launch:claimKey");
            xml::attribute(out, "validatorID", CLEARINGHOUSE);
            out.push(b'>');
            xml::text(out, key);
            xml::close(out, "launch:claimKey");
        }
        xml::close(out, "launch:cd");
    }
    xml::close(out, "launch:chkData");
}

/// `infData` (section 3.2).
fn informed(out: &mut Vec<u8>, data: &LaunchData<'_>) {
    open(out, "launch:infData");
    written_phase(out, &data.phase);
    xml::optional(out, "launch:applicationID", data.application);
    if let Some((status, text)) = data.status {
        out.extend_from_slice(b"<launch:status");
        xml::attribute(out, "s", status.name());
        match text.is_empty() {
            true => out.extend_from_slice(b"/>"),
            false => {
                out.push(b'>');
                xml::text(out, text);
                xml::close(out, "launch:status");
            }
        }
    }
    data.marks.iter().for_each(|mark| mark::write(out, mark));
    xml::close(out, "launch:infData");
}
