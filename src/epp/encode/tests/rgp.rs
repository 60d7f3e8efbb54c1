//! The grace period mapping in responses: those printed in RFC 3915.

use super::*;
use crate::model::answer::DomainInfo;
use crate::model::rgp::RgpStatus;

const RGP: &str = "xmlns:rgp=\"urn:ietf:params:xml:ns:rgp-1.0\"";

/// The answer to an info about a domain in these grace periods.
pub(super) fn with_info<T>(rgp: &[RgpStatus], check: impl FnOnce(&Answer<'_>) -> T) -> T {
    let domain = domain();
    let expires = domain.expires;
    let mut memory = Memory::default();
    memory.apply(Change::PutDomain(domain).seal());
    check(&Answer::DomainInfo(DomainInfo {
        domain: memory.domain("domain.example").expect("was put"),
        statuses: Statuses::default(),
        rgp: rgp.to_vec(),
        expires,
        notes: None,
        name_servers: Vec::new(),
        attributes: &[],
        hosts: Vec::new(),
        token: None,
        authorized: true,
        auth_set: false,
        launch: None,
        ttls: Vec::new(),
    }))
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
