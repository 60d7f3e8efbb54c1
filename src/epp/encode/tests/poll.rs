//! Poll messages with the data of extensions: those printed in RFC 8590, and an account that runs low.

use super::*;
use crate::model::change::{CaseKind, ChangeCase, ChangeOperation, ObjectChange, Snapshot};
use crate::model::money::Currency;
use crate::model::record::{
    Address, Contact, Host, Kind, PollData, PollMessage, PostalAddress, PostalInfo, PostalKind, Threshold,
};
use crate::model::seal;
use crate::model::sec_dns::{KeyData, SecDns};
use crate::model::status::Status;
use crate::model::version;

const SHOWN: Statuses = Statuses::of(&[Status::Ok]);

/// The response to a poll, with that message first of so many.
pub(super) fn polled(text: &str, number: u64, data: PollData, services: Services) -> String {
    let message = PollMessage {
        registrar: "ClientX".into(),
        number,
        queued: moment(2013, 10, 22, 14, 25, 57),
        text: text.into(),
        data: Some(data),
    };
    let mut memory = Memory::default();
    memory.apply(Change::PutPollMessage(message).seal());
    let message = memory.poll_message("ClientX", number).expect("was put");
    said_of(Success::AckToDequeue, &Answer::PollMessage { count: 1, message }, services)
}

/// The domain of the examples, as `statuses`.
pub(super) fn domain_as(statuses: Statuses, domain: Domain) -> Snapshot {
    let record = seal::archive(&domain).to_vec();
    Snapshot { tag: version::tag(Kind::Domain), record, statuses, name_servers: Vec::new(), hosts: Vec::new() }
}

pub(super) fn change(object: Snapshot, operation: ChangeOperation, who: &str, reason: &str) -> ObjectChange {
    ObjectChange {
        object,
        before: false,
        operation,
        op: String::new(),
        date: moment(2013, 10, 22, 14, 25, 57),
        sv_trid: "12345-XYZ".into(),
        who: who.into(),
        case: None,
        reason: reason.into(),
    }
}

/// A printed response as ours say it: dates have milliseconds, what is the default is not said but for the state.
fn printed(message: &str, number: u64, object: &str, change: &str) -> String {
    let change =
        change.replacen("changeData", "changeData xmlns:changePoll=\"urn:ietf:params:xml:ns:changePoll-1.0\"", 1);
    format!(
        r#"<epp xmlns="urn:ietf:params:xml:ns:epp-1.0">
   <response>
      <result code="1301">
         <msg>Command completed successfully; ack to dequeue</msg>
      </result>
      <msgQ id="{number}" count="1">
         <qDate>2013-10-22T14:25:57.0Z</qDate>
         <msg>{message}</msg>
      </msgQ>
    <resData>{object}</resData>
    <extension>{change}</extension>
    <trID>
      <clTRID>ABC-12345</clTRID>
      <svTRID>54321-XYZ</svTRID>
    </trID>
   </response>
</epp>"#
    )
    .replace(":57.0Z", ":57.000Z")
    .replace(":00.0Z", ":00.000Z")
    .replace(" lang=\"en\"", "")
}

/// The domain of section 4.1 with these statuses and these elements between crDate and exDate.
pub(super) fn printed_domain(statuses: &str, updated: &str) -> String {
    format!(
        r#"<domain:infData
       xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">
        <domain:name>domain.example</domain:name>
        <domain:roid>EXAMPLE1-REP</domain:roid>
        {statuses}
        <domain:registrant>jd1234</domain:registrant>
        <domain:contact type="admin">sh8013</domain:contact>
        <domain:contact type="tech">sh8013</domain:contact>
        <domain:clID>ClientX</domain:clID>
        <domain:crID>ClientY</domain:crID>
        <domain:crDate>2012-04-03T22:00:00.0Z</domain:crDate>
        {updated}
        <domain:exDate>2014-04-03T22:00:00.0Z</domain:exDate>
      </domain:infData>"#
    )
}

pub(super) const UPDATED: &str =
    "<domain:upID>ClientZ</domain:upID>\n        <domain:upDate>2013-10-22T14:25:57.0Z</domain:upDate>";

/// Section 4.1, the first two examples: a URS lock, before and after. The order of statuses is ours.
#[test]
fn a_urs_lock_says_what_rfc_8590_prints() {
    let case = || Some(ChangeCase { id: "urs123".into(), kind: CaseKind::Urs });
    let updated =
        || Domain { updater: Some("ClientZ".into()), updated: Some(moment(2013, 10, 22, 14, 25, 57)), ..domain() };
    let locked = [Status::ServerUpdateProhibited, Status::ServerDeleteProhibited, Status::ServerTransferProhibited];
    let locked = Statuses::of(&locked);
    let shown: String = locked.iter().map(|status| format!("<domain:status s=\"{}\"/>", status.name())).collect();
    for (before, number, snapshot, object) in [
        (true, 201, domain_as(SHOWN, domain()), printed_domain("<domain:status s=\"ok\"/>", "")),
        (false, 202, domain_as(locked, updated()), printed_domain(&shown, UPDATED)),
    ] {
        let state = if before { "before" } else { "after" };
        let change = change(snapshot, ChangeOperation::Update, "URS Admin", "URS Lock");
        let change = ObjectChange { before, case: case(), ..change };
        let data = format!(
            r#"<changePoll:changeData state="{state}">
        <changePoll:operation>update</changePoll:operation>
        <changePoll:date>2013-10-22T14:25:57.0Z</changePoll:date>
        <changePoll:svTRID>12345-XYZ</changePoll:svTRID>
        <changePoll:who>URS Admin</changePoll:who>
        <changePoll:caseId type="urs">urs123</changePoll:caseId>
        <changePoll:reason>URS Lock</changePoll:reason>
      </changePoll:changeData>"#
        );
        let text = "Registry initiated update of domain.";
        let ours = polled(text, number, PollData::Changed(change), all());
        assert_eq!(meaning(&ours), meaning(&printed(text, number, &object, &data)), "{ours}");
    }
}

#[test]
fn a_custom_case_has_a_name() {
    for (kind, expected) in [
        (CaseKind::Custom, r#"<changePoll:caseId type="custom" name="registry">AB-1</changePoll:caseId>"#),
        (CaseKind::Udrp, r#"<changePoll:caseId type="udrp">AB-1</changePoll:caseId>"#),
    ] {
        let change = change(domain_as(SHOWN, domain()), ChangeOperation::Update, "Abuse Desk", "phishing");
        let change = ObjectChange { case: Some(ChangeCase { id: "AB-1".into(), kind }), ..change };
        let answer = polled("Locked.", 203, PollData::Changed(change), all());
        assert!(answer.contains(expected), "{answer}");
    }
}

/// Section 4.1, a custom operation; the state, which RFC 8590 leaves to its default, is said.
#[test]
fn a_custom_operation_says_what_rfc_8590_prints() {
    let updated =
        Domain { updater: Some("ClientZ".into()), updated: Some(moment(2013, 10, 22, 14, 25, 57)), ..domain() };
    let change = change(domain_as(SHOWN, updated), ChangeOperation::Custom, "CSR", "Customer sync request");
    let change = ObjectChange { op: "sync".into(), ..change };
    let data = r#"<changePoll:changeData state="after">
        <changePoll:operation op="sync">custom
        </changePoll:operation>
        <changePoll:date>2013-10-22T14:25:57.0Z</changePoll:date>
        <changePoll:svTRID>12345-XYZ</changePoll:svTRID>
        <changePoll:who>CSR</changePoll:who>
        <changePoll:reason lang="en">Customer sync request
        </changePoll:reason>
      </changePoll:changeData>"#;
    let text = "Registry initiated Sync of Domain Expiration Date";
    let object = printed_domain("<domain:status s=\"ok\"/>", UPDATED);
    let ours = polled(text, 201, PollData::Changed(change), all());
    assert_eq!(meaning(&ours), meaning(&printed(text, 201, &object, data)), "{ours}");
}

/// Section 4.1, the two purges. The object is shown whole, which the RFC leaves to the server's policy.
#[test]
fn purges_say_what_rfc_8590_prints() {
    for (operation, op, element, who, reason) in [
        (ChangeOperation::Delete, "purge", "<changePoll:operation op=\"purge\">delete", "ClientZ", "Court order"),
        (ChangeOperation::AutoPurge, "", "<changePoll:operation>autoPurge", "Batch", "Past pendingDelete 5 day period"),
    ] {
        let data = format!(
            r#"<changePoll:changeData state="before">
        {element}
        </changePoll:operation>
        <changePoll:date>2013-10-22T14:25:57.0Z</changePoll:date>
        <changePoll:svTRID>12345-XYZ
        </changePoll:svTRID>
        <changePoll:who>{who}
        </changePoll:who>
        <changePoll:reason>{reason}
        </changePoll:reason>
      </changePoll:changeData>"#
        );
        let change = change(domain_as(SHOWN, domain()), operation, who, reason);
        let change = ObjectChange { before: true, op: op.into(), ..change };
        let object = printed_domain("<domain:status s=\"ok\"/>", "");
        let text = "Registry purged domain with pendingDelete status.";
        let ours = polled(text, 200, PollData::Changed(change), all());
        assert_eq!(meaning(&ours), meaning(&printed(text, 200, &object, &data)), "{ours}");
    }
}

fn host() -> Host {
    Host {
        id: 2,
        roid: "NS1_EXAMPLE1-REP".into(),
        name: "ns1.domain.example".into(),
        superordinate: Some("domain.example".into()),
        addresses: vec![
            Address::V4([192, 0, 2, 2]),
            Address::V6("2001:db8:0:0:1:0:0:1".parse::<std::net::Ipv6Addr>().expect("an address").octets()),
        ],
        sponsor: "ClientX".into(),
        creator: "ClientY".into(),
        created: moment(2012, 4, 3, 22, 0, 0),
        updater: Some("ClientY".into()),
        updated: Some(moment(2013, 10, 22, 14, 25, 57)),
        transferred: None,
        statuses: Statuses::default(),
        ttls: Vec::new(),
    }
}

fn snapshot(kind: Kind, record: Vec<u8>, statuses: &[Status]) -> Snapshot {
    let statuses = Statuses::of(statuses);
    Snapshot { tag: version::tag(kind), record, statuses, name_servers: Vec::new(), hosts: Vec::new() }
}

/// Section 4.1, the host: its statuses in our order, its IPv6 address in the form of RFC 5952.
#[test]
fn a_host_says_what_rfc_8590_prints() {
    let statuses = [Status::Linked, Status::ServerUpdateProhibited, Status::ServerDeleteProhibited];
    let shown: String =
        Statuses::of(&statuses).iter().map(|status| format!("<host:status s=\"{}\"/>", status.name())).collect();
    let object = format!(
        r#"<host:infData
       xmlns:host="urn:ietf:params:xml:ns:host-1.0">
        <host:name>ns1.domain.example</host:name>
        <host:roid>NS1_EXAMPLE1-REP</host:roid>
        {shown}
        <host:addr ip="v4">192.0.2.2</host:addr>
        <host:addr ip="v6">2001:db8::1:0:0:1</host:addr>
        <host:clID>ClientX</host:clID>
        <host:crID>ClientY</host:crID>
        <host:crDate>2012-04-03T22:00:00.0Z</host:crDate>
        <host:upID>ClientY</host:upID>
        <host:upDate>2013-10-22T14:25:57.0Z</host:upDate>
      </host:infData>"#
    );
    let data = r#"<changePoll:changeData state="after">
        <changePoll:operation>update</changePoll:operation>
        <changePoll:date>2013-10-22T14:25:57.0Z</changePoll:date>
        <changePoll:svTRID>12345-XYZ</changePoll:svTRID>
        <changePoll:who>ClientZ</changePoll:who>
        <changePoll:reason>Host Lock</changePoll:reason>
      </changePoll:changeData>"#;
    let host = snapshot(Kind::Host, seal::archive(&host()).to_vec(), &statuses);
    let change = change(host, ChangeOperation::Update, "ClientZ", "Host Lock");
    let text = "Registry initiated update of host.";
    let ours = polled(text, 201, PollData::Changed(change), all());
    assert_eq!(meaning(&ours), meaning(&printed(text, 201, &object, data)), "{ours}");
}

fn contact() -> Contact {
    let address = PostalAddress {
        street: vec!["123 Example Dr.".into()],
        city: "Dulles".into(),
        sp: None,
        pc: None,
        cc: "US".into(),
    };
    let postal = PostalInfo { kind: PostalKind::Int, name: "John Doe".into(), org: None, address };
    Contact {
        object_id: 3,
        roid: "SH8013-REP".into(),
        id: "sh8013".into(),
        postal: vec![postal],
        voice: None,
        fax: None,
        email: "jdoe@example.com".into(),
        sponsor: "ClientX".into(),
        creator: "ClientY".into(),
        created: moment(2012, 4, 3, 22, 0, 0),
        updater: None,
        updated: None,
        transferred: None,
        statuses: Statuses::default(),
        auth: None,
        disclose: None,
        transfer: None,
        orphan: None,
        auth_until: None,
    }
}

#[test]
fn the_object_is_shown_whoever_reads_and_what_was_done_to_those_who_asked() {
    let contact = snapshot(Kind::Contact, seal::archive(&contact()).to_vec(), &[Status::Linked]);
    let mut domain = domain_as(SHOWN, domain());
    domain.name_servers = vec!["ns1.example.net".into(), "ns2.example.net".into()];
    domain.hosts = vec!["ns1.domain.example".into()];
    for (object, shown) in [
        (
            contact,
            "<contact:infData xmlns:contact=\"urn:ietf:params:xml:ns:contact-1.0\"><contact:id>sh8013</contact:id>",
        ),
        (
            domain,
            "<domain:ns><domain:hostObj>ns1.example.net</domain:hostObj>\
             <domain:hostObj>ns2.example.net</domain:hostObj></domain:ns><domain:host>ns1.domain.example</domain:host>",
        ),
    ] {
        let change = change(object, ChangeOperation::Update, "a & b", "");
        let polled = |services| polled("changed", 1, PollData::Changed(change.clone()), services);
        let (with, without) = (polled(all()), polled(all_but(Extension::ChangePoll)));
        assert!(with.contains(shown) && without.contains(shown), "{with}");
        assert!(with.contains("<changePoll:who>a &amp; b</changePoll:who></changePoll:changeData>"), "{with}");
        assert!(with.contains("</resData><extension>"), "{with}");
        assert!(!without.contains("changePoll") && !without.contains("<extension>"), "{without}");
    }
}

#[test]
fn dnssec_data_of_a_changed_domain_is_shown_to_those_who_asked() {
    let keys = vec![KeyData { flags: 257, protocol: 3, algorithm: 15, public_key: vec![0; 3] }];
    let signed = Domain { sec_dns: Some(Box::new(SecDns { keys, ..SecDns::default() })), ..domain() };
    let change = change(domain_as(SHOWN, signed), ChangeOperation::Update, "CSR", "");
    let shown = "<extension><secDNS:infData xmlns:secDNS=\"urn:ietf:params:xml:ns:secDNS-1.1\"><secDNS:keyData>\
        <secDNS:flags>257</secDNS:flags><secDNS:protocol>3</secDNS:protocol><secDNS:alg>15</secDNS:alg>\
        <secDNS:pubKey>AAAA</secDNS:pubKey></secDNS:keyData></secDNS:infData>";
    let polled = |services| polled("changed", 1, PollData::Changed(change.clone()), services);
    let ours = polled(all());
    assert!(ours.contains(&format!("</resData>{shown}<changePoll:changeData ")), "{ours}");
    let ours = polled(Services::of([Extension::SecDns]));
    assert!(ours.contains(&format!("</resData>{shown}</extension>")), "{ours}");
    let ours = polled(all_but(Extension::SecDns));
    assert!(ours.contains("</resData><extension><changePoll:changeData "), "{ours}");
}

#[test]
fn what_cannot_be_read_any_more_is_not_shown() {
    let unknown = Snapshot { tag: 255, ..domain_as(SHOWN, domain()) };
    let damaged = Snapshot { record: vec![1, 2, 3], ..domain_as(SHOWN, domain()) };
    for object in [unknown, damaged] {
        let change = change(object, ChangeOperation::Update, "CSR", "");
        let ours = polled("changed", 1, PollData::Changed(change), all());
        assert!(!ours.contains("resData") && ours.contains("<msg>changed</msg>"), "{ours}");
        assert!(ours.contains("</msgQ><extension><changePoll:changeData "), "{ours}");
    }
}

#[test]
fn a_low_balance_is_data_for_those_who_asked_and_text_for_the_others() {
    for (threshold, shown) in
        [(Threshold::Fixed(50_000), "type=\"FIXED\">500.00"), (Threshold::Percent(10), "type=\"PERCENT\">10")]
    {
        let data = PollData::LowBalance {
            registrar: "Client & X".into(),
            currency: Currency::parse("USD").expect("known"),
            credit_limit: 100_000,
            threshold,
            available: -1,
        };
        let with = polled("low", 7, data.clone(), all());
        let expected = format!(
            "</msgQ><resData><lowbalance-poll:pollData xmlns:lowbalance-poll=\"http://www.verisign.com/epp/lowbalance-poll-1.0\">\
             <lowbalance-poll:registrarName>Client &amp; X</lowbalance-poll:registrarName>\
             <lowbalance-poll:creditLimit>1000.00</lowbalance-poll:creditLimit>\
             <lowbalance-poll:creditThreshold {shown}</lowbalance-poll:creditThreshold>\
             <lowbalance-poll:availableCredit>-0.01</lowbalance-poll:availableCredit>\
             </lowbalance-poll:pollData></resData><trID>"
        );
        assert!(with.contains(&expected), "{with}");
        let without = polled("low", 7, data, all_but(Extension::LowBalance));
        assert!(without.contains("<msg>low</msg></msgQ><trID>"), "{without}");
    }
}
