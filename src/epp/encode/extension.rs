//! `<extension>` of a response (RFC 5730, section 2.7.3).

use super::{change_poll, fee, rgp, xml};
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

#[cfg(test)]
mod tests {
    use quick_xml::NsReader;
    use quick_xml::events::Event;
    use quick_xml::name::ResolveResult;

    use super::*;
    use crate::base::timestamp::Timestamp;
    use crate::epp::encode::{Response, response};
    use crate::model::answer::{DomainInfo, Success};
    use crate::model::memory::Memory;
    use crate::model::record::Domain;
    use crate::model::rgp::RgpStatus;
    use crate::model::status::Statuses;
    use crate::model::transaction::Change;
    use crate::model::view::View;

    const RGP: &str = "xmlns:rgp=\"urn:ietf:params:xml:ns:rgp-1.0\"";

    /// The response to a session with or without the extensions.
    fn said(answer: &Answer<'_>, services: Services) -> String {
        let mut out = Vec::new();
        let (result, cl_trid) = (Ok((Success::Completed, answer)), Some("ABC-12345"));
        response(&mut out, &Response { result, cl_trid, sv_trid: "54321-XYZ", sent: None, services });
        String::from_utf8(out.split_off(4)).expect("a response is UTF-8")
    }

    fn all() -> Services {
        Services::of(Extension::ALL)
    }

    /// The answer to an info about a domain in these grace periods.
    fn with_info<T>(rgp: &[RgpStatus], check: impl FnOnce(&Answer<'_>) -> T) -> T {
        let time = Timestamp::from_micros(1_069_884_000_000_000);
        let domain = Domain {
            id: 1,
            roid: "EXAMPLE1-REP".into(),
            name: "example.com".into(),
            tld: "com".into(),
            sponsor: "ClientX".into(),
            creator: "ClientX".into(),
            created: time,
            updater: None,
            updated: None,
            expires: time,
            transferred: None,
            statuses: Statuses::default(),
            registrant: None,
            contacts: Vec::new(),
            name_servers: Vec::new(),
            auth: None,
            transfer: None,
            grace: Vec::new(),
            removal: None,
            class: String::new(),
            transfer_fee: 0,
            locks: Vec::new(),
        };
        let mut memory = Memory::default();
        memory.apply(Change::PutDomain(domain).seal());
        check(&Answer::DomainInfo(DomainInfo {
            domain: memory.domain("example.com").expect("was put"),
            statuses: Statuses::default(),
            rgp: rgp.to_vec(),
            expires: time,
            notes: None,
            name_servers: Vec::new(),
            hosts: Vec::new(),
            authorized: true,
            auth_set: false,
        }))
    }

    /// What a document says, however it is laid out: elements by namespace, their attributes, their text. Where a schema
    /// is to be found (`xsi:schemaLocation`) is no part of it.
    fn meaning(document: &str) -> Vec<String> {
        let mut reader = NsReader::from_str(document);
        let mut found = Vec::new();
        loop {
            let (namespace, event) = reader.read_resolved_event().expect("well-formed");
            let uri = match namespace {
                ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
                _ => String::new(),
            };
            let mut start = |tag: &quick_xml::events::BytesStart<'_>| {
                found.push(format!("<{{{uri}}}{}", tag.local_name().as_ref()));
                for attribute in tag.attributes() {
                    let attribute = attribute.expect("good");
                    if !["xmlns", "xsi:"].iter().any(|start| attribute.key.as_ref().starts_with(start)) {
                        found.push(format!("{}={}", attribute.key.as_ref(), attribute.value));
                    }
                }
            };
            match event {
                Event::Start(tag) => start(&tag),
                Event::Empty(tag) => {
                    start(&tag);
                    found.push(">".into());
                }
                Event::End(_) => found.push(">".into()),
                Event::Text(text) if !text.trim().is_empty() => found.push(text.trim().to_owned()),
                Event::Eof => return found,
                _ => {}
            }
        }
    }

    /// The part of a response from `<extension>` to its end, in a document of its own.
    fn extension_of(response: &str) -> Option<String> {
        let start = response.find("<extension>")?;
        let end = response.find("</extension>")? + "</extension>".len();
        Some(format!("<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">{}</epp>", &response[start..end]))
    }

    /// RFC 3915, section 4.1.2, the examples of `<info>` responses: status, and what stands in the extension.
    const INFO: [(RgpStatus, &str); 4] = [
        (RgpStatus::AddPeriod, r#"<rgp:rgpStatus s="addPeriod"/>"#),
        (RgpStatus::RedemptionPeriod, r#"<rgp:rgpStatus s="redemptionPeriod"/>"#),
        (RgpStatus::PendingRestore, r#"<rgp:rgpStatus s="pendingRestore"/>"#),
        (RgpStatus::PendingDelete, r#"<rgp:rgpStatus s="pendingDelete"/>"#),
    ];

    #[test]
    fn an_info_says_what_rfc_3915_prints() {
        for (status, printed) in INFO {
            let printed = format!(
                r#"<epp xmlns="urn:ietf:params:xml:ns:epp-1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
                <extension>
                  <rgp:infData {RGP}
                   xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
                   rgp-1.0.xsd">
                    {printed}
                  </rgp:infData>
                </extension></epp>"#
            );
            let ours = with_info(&[status], |answer| said(answer, all()));
            let extension = extension_of(&ours).unwrap_or_else(|| panic!("an extension in {ours}"));
            assert_eq!(meaning(&extension), meaning(&printed), "{ours}");
            assert!(ours.contains("</resData><extension>") && ours.contains("</extension><trID>"), "{ours}");
        }
    }

    /// RFC 3915, section 4.2.5, "Example "restore request" <update> response", but for the `lang` of `<msg>`, which is the
    /// default.
    #[test]
    fn an_accepted_restore_says_what_rfc_3915_prints() {
        let printed = format!(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
            <epp xmlns="urn:ietf:params:xml:ns:epp-1.0"
                 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                 xsi:schemaLocation="urn:ietf:params:xml:ns:epp-1.0
                 epp-1.0.xsd">
              <response>
                <result code="1000">
                  <msg>Command completed successfully</msg>
                </result>
                <extension>
                  <rgp:upData {RGP}
                   xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
                   rgp-1.0.xsd">
                    <rgp:rgpStatus s="pendingRestore"/>
                  </rgp:upData>
                </extension>
                <trID>
                  <clTRID>ABC-12345</clTRID>
                  <svTRID>54321-XYZ</svTRID>
                </trID>
              </response>
            </epp>"#
        );
        let restored = Answer::DomainUpdated { rgp: vec![RgpStatus::PendingRestore], bill: None };
        assert_eq!(meaning(&said(&restored, all())), meaning(&printed));
        // "no registry grace period extension" once the report is accepted: the answer of any update.
        let done = said(&Answer::DomainUpdated { rgp: Vec::new(), bill: None }, all());
        assert_eq!(done, said(&Answer::Empty, all()));
    }

    #[test]
    fn every_status_is_named_in_order() {
        let ours = with_info(&RgpStatus::ALL, |answer| said(answer, all()));
        let places = RgpStatus::ALL.map(|status| ours.find(&format!("<rgp:rgpStatus s=\"{}\"/>", status.name())));
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{ours}");
    }

    #[test]
    fn nothing_is_said_that_was_not_asked_for_or_is_not_there() {
        let none = Services::default();
        let restored = Answer::DomainUpdated { rgp: RgpStatus::ALL.to_vec(), bill: None };
        for (answer, services) in [(&restored, none), (&Answer::DomainUpdated { rgp: Vec::new(), bill: None }, all())] {
            assert_eq!(said(answer, services), said(&Answer::Empty, none));
        }
        let plain = with_info(&[], |answer| said(answer, none));
        assert!(!plain.contains("extension"), "{plain}");
        assert_eq!(with_info(&RgpStatus::ALL, |answer| said(answer, none)), plain);
        assert_eq!(with_info(&[], |answer| said(answer, all())), plain);
    }
}
