//! What login services do not cover: the responses printed in RFC 9038, and who gets nothing of the kind.

use super::poll::{UPDATED, change, domain_as, polled, printed_domain};
use super::rgp::with_info;
use super::*;
use crate::model::change::{CaseKind, ChangeCase, ChangeOperation, ObjectChange};
use crate::model::record::{Kind, PollData, Transfer, TransferState};
use crate::model::rgp::RgpStatus;
use crate::model::status::Status;

const SHOWN: Statuses = Statuses::of(&[Status::Ok]);
/// No object mapping but that of hosts.
const HOSTS: [bool; 5] = [false, true, false, false, false];

fn none() -> Services {
    Services::of([])
}

fn unhandled() -> Services {
    Services::of([Extension::UnhandledNamespaces])
}

/// `<result>` of a response, in a document of its own.
fn result_of(response: &str) -> String {
    let (start, end) = (response.find("<result ").expect("a result"), response.find("</result>").expect("its end"));
    format!("<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\">{}</result></epp>", &response[start..end])
}

fn printed(code: u16, message: &str, values: &[(&str, &str)]) -> String {
    let values: String = values
        .iter()
        .map(|(value, uri)| {
            format!("<extValue><value>{value}</value>\n<reason>\n  {uri} not in login services\n </reason></extValue>")
        })
        .collect();
    format!(
        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><result code=\"{code}\"><msg>{message}</msg>{values}</result></epp>"
    )
    .replace(":57.0Z", ":57.000Z")
    .replace(":00.0Z", ":00.000Z")
}

const CHANGE_POLL: &str = "urn:ietf:params:xml:ns:changePoll-1.0";
const DOMAIN: &str = "urn:ietf:params:xml:ns:domain-1.0";

/// Section 5: an info about a domain in its redemption period, by a session without rgp-1.0.
#[test]
fn a_general_response_moves_what_rfc_9038_moves() {
    let value = r#"<rgp:infData xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"
             xsi:schemaLocation="urn:ietf:params:xml:ns:rgp-1.0
             rgp-1.0.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <rgp:rgpStatus s="redemptionPeriod"/>
            </rgp:infData>"#;
    let expected = printed(1000, "Command completed successfully", &[(value, Extension::Rgp.uri())]);
    let ours = with_info(&[RgpStatus::RedemptionPeriod], |answer| said(answer, unhandled()));
    assert_eq!(meaning(&result_of(&ours)), meaning(&expected), "{ours}");
    assert!(ours.contains("</result><resData><domain:infData") && ours.contains("</resData><trID>"), "{ours}");
    // Section 3: not for those who did not ask for it, and not for those who have it where it belongs.
    let services = Services::of([Extension::UnhandledNamespaces, Extension::Rgp]);
    let asked = with_info(&[RgpStatus::RedemptionPeriod], |answer| said(answer, services));
    assert!(!asked.contains("extValue") && asked.contains("<extension><rgp:infData"), "{asked}");
    let silent = with_info(&[RgpStatus::RedemptionPeriod], |answer| said(answer, none()));
    assert!(!silent.contains("extValue") && !silent.contains("rgp"), "{silent}");
    let plain = said(&Answer::Empty, unhandled());
    assert_eq!(plain, said(&Answer::Empty, none()), "nothing to say, nothing moved");
}

/// Section 6, both examples: the change alone, and the domain before it.
#[test]
fn a_poll_message_moves_what_rfc_9038_moves() {
    let change = ObjectChange {
        case: Some(ChangeCase { id: "urs123".into(), kind: CaseKind::Urs }),
        ..change(domain_as(SHOWN, domain()), ChangeOperation::Update, "URS Admin", "URS Lock")
    };
    let data = r#"<changePoll:changeData xmlns:changePoll="urn:ietf:params:xml:ns:changePoll-1.0" state="after">
              <changePoll:operation>update</changePoll:operation>
              <changePoll:date>
                2013-10-22T14:25:57.0Z</changePoll:date>
              <changePoll:svTRID>12345-XYZ</changePoll:svTRID>
              <changePoll:who>URS Admin</changePoll:who>
              <changePoll:caseId type="urs">urs123
              </changePoll:caseId>
              <changePoll:reason>URS Lock</changePoll:reason>
            </changePoll:changeData>"#;
    let object = printed_domain("<domain:status s=\"ok\"/>", "");
    let message = "Command completed successfully; ack to dequeue";
    let polled =
        |services| polled("Registry initiated update of domain.", 1, PollData::Changed(change.clone()), services);
    let ours = polled(unhandled());
    assert_eq!(meaning(&result_of(&ours)), meaning(&printed(1301, message, &[(data, CHANGE_POLL)])), "{ours}");
    assert!(ours.contains("<resData><domain:infData") && !ours.contains("<extension>"), "{ours}");

    let ours = polled(unhandled().with_objects(HOSTS));
    let expected = printed(1301, message, &[(&object, DOMAIN), (data, CHANGE_POLL)]);
    assert_eq!(meaning(&result_of(&ours)), meaning(&expected), "{ours}");
    assert!(ours.contains("</msgQ><trID>"), "{ours}");
    assert!(!ours.contains(UPDATED), "as it was when it was changed");

    // Without the practice: what was not asked for is not said, in one place or another.
    let silent = polled(none().with_objects(HOSTS));
    assert!(silent.contains("Registry initiated update of domain.</msg></msgQ><trID>"), "{silent}");
    let services = Services::of([Extension::ChangePoll]).with_objects(HOSTS);
    let told = polled(services);
    assert!(told.contains("</msgQ><extension><changePoll:changeData") && !told.contains("domain:"), "{told}");
}

/// Section 3.1, the transfer, as the poll message that tells of it.
#[test]
fn a_transfer_moves_as_rfc_9038_prints_it() {
    let value = r#"<domain:trnData xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
              <domain:name>example.com</domain:name>
              <domain:trStatus>pending</domain:trStatus>
              <domain:reID>ClientX</domain:reID>
              <domain:reDate>2000-06-06T22:00:00.0Z</domain:reDate>
              <domain:acID>ClientY</domain:acID>
              <domain:acDate>2000-06-11T22:00:00.0Z</domain:acDate>
              <domain:exDate>2002-09-08T22:00:00.0Z</domain:exDate>
            </domain:trnData>"#;
    let transfer = Transfer {
        state: TransferState::Pending,
        requester: "ClientX".into(),
        requested: moment(2000, 6, 6, 22, 0, 0),
        actor: "ClientY".into(),
        act: moment(2000, 6, 11, 22, 0, 0),
        months: 12,
        expires: Some(moment(2002, 9, 8, 22, 0, 0)),
    };
    let data = PollData::DomainTransfer { name: "example.com".into(), transfer };
    let ours = polled("Transfer requested.", 1, data, unhandled().with_objects(HOSTS));
    let expected = printed(1301, "Command completed successfully; ack to dequeue", &[(value, DOMAIN)]);
    assert_eq!(meaning(&result_of(&ours)), meaning(&expected), "{ours}");
}

#[test]
fn response_data_of_each_mapping_is_shown_moved_or_left_out_by_the_services() {
    let pending = |kind: Kind, object: &str| PollData::Pending {
        kind: kind as u8,
        object: object.into(),
        accepted: true,
        cl_trid: None,
        sv_trid: "1-2".into(),
        completed: moment(2013, 10, 22, 14, 25, 57),
    };
    for (place, data) in [(0, pending(Kind::Domain, "a.test")), (1, pending(Kind::Host, "ns.a.test"))]
        .into_iter()
        .chain([(2, pending(Kind::Contact, "sh8013"))])
    {
        let mut others = [true; 5];
        others[place] = false;
        let shown = polled("done", 1, data.clone(), unhandled());
        assert!(shown.contains("</msgQ><resData>") && !shown.contains("extValue"), "{shown}");
        let moved = polled("done", 1, data.clone(), unhandled().with_objects(others));
        assert!(moved.contains("<extValue><value><") && !moved.contains("resData"), "{moved}");
        let hidden = polled("done", 1, data, none().with_objects(others));
        assert!(hidden.contains("<msg>done</msg></msgQ><trID>") && !hidden.contains("extValue"), "{hidden}");
    }
}
