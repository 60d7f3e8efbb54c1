//! What the DNSSEC extension adds to responses (RFC 5910).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{change_poll, xml};
use crate::epp::extensions::Extension;
use crate::model::answer::Answer;
use crate::model::dnssec;
use crate::model::record::ArchivedPollData;
use crate::model::sec_dns::{ArchivedDsData, ArchivedKeyData, ArchivedSecDns};

/// `secDNS:infData` (section 5.1.2) where a domain is shown that has such data: by an info, or as it was when the registry
/// changed it (RFC 8590).
pub(super) fn answered(out: &mut Vec<u8>, answer: &Answer<'_>) {
    match answer {
        Answer::DomainInfo(info) => data(out, info.domain.sec_dns.as_deref()),
        Answer::PollMessage { message, .. } => {
            if let Some(ArchivedPollData::Changed(change)) = message.data.as_ref() {
                change_poll::with_domain(&change.object, |domain| data(out, domain.sec_dns.as_deref()));
            }
        }
        _ => {}
    }
}

/// The schema wants one record at least, and of one kind.
fn data(out: &mut Vec<u8>, found: Option<&ArchivedSecDns>) {
    let Some(found) = found.filter(|found| !(found.ds.is_empty() && found.keys.is_empty())) else { return };
    out.extend_from_slice(b"<secDNS:infData xmlns:secDNS=\"");
    out.extend_from_slice(Extension::SecDns.uri().as_bytes());
    out.extend_from_slice(b"\">");
    if let Some(seconds) = found.max_sig_life.as_ref() {
        number(out, "secDNS:maxSigLife", seconds.to_native());
    }
    found.ds.iter().for_each(|ds| ds_data(out, ds));
    found.keys.iter().for_each(|key| key_data(out, key));
    xml::close(out, "secDNS:infData");
}

fn ds_data(out: &mut Vec<u8>, ds: &ArchivedDsData) {
    xml::open(out, "secDNS:dsData");
    number(out, "secDNS:keyTag", ds.key_tag.to_native().into());
    number(out, "secDNS:alg", ds.algorithm.into());
    number(out, "secDNS:digestType", ds.digest_type.into());
    // Upper case: the canonical form of xs:hexBinary.
    xml::element(out, "secDNS:digest", &dnssec::hex(&ds.digest));
    if let Some(key) = ds.key.as_ref() {
        key_data(out, key);
    }
    xml::close(out, "secDNS:dsData");
}

fn key_data(out: &mut Vec<u8>, key: &ArchivedKeyData) {
    xml::open(out, "secDNS:keyData");
    number(out, "secDNS:flags", key.flags.to_native().into());
    number(out, "secDNS:protocol", key.protocol.into());
    number(out, "secDNS:alg", key.algorithm.into());
    xml::element(out, "secDNS:pubKey", &STANDARD.encode(&key.public_key));
    xml::close(out, "secDNS:keyData");
}

fn number(out: &mut Vec<u8>, name: &str, value: u32) {
    xml::open(out, name);
    xml::number(out, value.into());
    xml::close(out, name);
}
