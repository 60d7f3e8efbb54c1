//! The launch phase mapping in responses: those printed in RFC 8334.

use super::*;
use crate::model::answer::DomainInfo;
use crate::model::change::Snapshot;
use crate::model::launch::{ApplicationStatus, Phase, PhaseKind};
use crate::model::launch_command::{Claims, ClaimsOf, LaunchData};
use crate::model::poll_data::{LaunchNews, PollData};
use crate::model::record::{Kind, PollMessage};
use crate::model::seal;
use crate::model::status::Status;
use crate::model::version::tag;

const LAUNCH: &str = "xmlns:launch=\"urn:ietf:params:xml:ns:launch-1.0\"";

fn sunrise() -> Phase {
    Phase { kind: PhaseKind::Sunrise, name: String::new() }
}

/// What stands in the extension, and what is printed.
fn assert_says(success: Success, answer: &Answer<'_>, printed: &str) {
    let printed = format!(
        "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><extension>{}</extension></epp>",
        printed.trim().replacen('>', &format!(" {LAUNCH}>"), 1)
    );
    let ours = said_of(success, answer, all());
    let extension = extension_of(&ours).unwrap_or_else(|| panic!("an extension in {ours}"));
    assert_eq!(meaning(&extension), meaning(&printed), "{ours}");
    assert!(!said_of(success, answer, all_but(Extension::Launch)).contains("launch:"));
}

/// Section 3.1.1, without the key of a second validator, which this server does not have.
const CHECKED: &str = r#"
     <launch:chkData>
      <launch:phase>claims</launch:phase>
      <launch:cd>
        <launch:name exists="0">domain1.example</launch:name>
      </launch:cd>
      <launch:cd>
        <launch:name exists="1">domain2.example</launch:name>
        <launch:claimKey validatorID="tmch">
        2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001
        </launch:claimKey>
      </launch:cd>
     </launch:chkData>"#;

#[test]
fn checks_tell_keys_and_no_availability() {
    let phase = Phase { kind: PhaseKind::Claims, name: String::new() };
    let key = Some("2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001");
    let names = vec![
        ClaimsOf { name: "domain1.example".into(), exists: false, key: None },
        ClaimsOf { name: "domain2.example".into(), exists: true, key },
    ];
    let answer = Answer::LaunchChecked(Claims { phase: Some(&phase), names: names.clone() });
    assert_says(Success::Completed, &answer, CHECKED);
    assert!(!said(&answer, all()).contains("resData"));
    // Section 3.1.3: no phase.
    let answer = Answer::LaunchChecked(Claims { phase: None, names });
    let printed = CHECKED.replace("<launch:phase>claims</launch:phase>", "");
    assert_says(Success::Completed, &answer, &printed);
}

#[test]
fn a_create_tells_the_application_and_no_term() {
    let answer = Answer::ApplicationCreated {
        name: "domain.example".into(),
        created: moment(2010, 8, 10, 15, 38, 26),
        phase: sunrise(),
        application: "2393-9323-E08C-03B1".into(),
    };
    let printed = "<launch:creData><launch:phase>sunrise</launch:phase>\
                   <launch:applicationID>2393-9323-E08C-03B1</launch:applicationID></launch:creData>";
    assert_says(Success::Pending, &answer, printed);
    let ours = said_of(Success::Pending, &answer, all());
    assert!(ours.contains("<result code=\"1001\">") && ours.contains("<domain:crDate>2010-08-10T15:38:26"));
    assert!(!ours.contains("exDate"));
}

#[test]
fn an_info_tells_the_status_of_an_application() {
    let mut memory = Memory::default();
    memory.apply(Change::PutDomain(domain()).seal());
    let mut info = DomainInfo {
        domain: memory.domain("domain.example").expect("was put"),
        statuses: Statuses::of(&[Status::PendingCreate]),
        rgp: Vec::new(),
        expires: moment(2014, 4, 3, 22, 0, 0),
        notes: None,
        name_servers: Vec::new(),
        hosts: Vec::new(),
        authorized: true,
        auth_set: false,
        launch: Some(LaunchData {
            phase: sunrise(),
            application: Some("abc123"),
            status: Some((ApplicationStatus::PendingValidation, "")),
            marks: Vec::new(),
        }),
        attributes: &[],
        token: None,
        ttls: Vec::new(),
    };
    let printed = "<launch:infData><launch:phase>sunrise</launch:phase><launch:applicationID>abc123</launch:applicationID>\
                   <launch:status s=\"pendingValidation\"/></launch:infData>";
    let answer = Answer::DomainInfo(info);
    assert_says(Success::Completed, &answer, printed);
    assert!(!said(&answer, all()).contains("exDate"));
    let Answer::DomainInfo(found) = answer else { return };
    info = found;
    info.launch = Some(LaunchData {
        phase: Phase { kind: PhaseKind::Custom, name: "a \"b\"".into() },
        application: None,
        status: Some((ApplicationStatus::Invalid, "no <mark>")),
        marks: Vec::new(),
    });
    let said = said(&Answer::DomainInfo(info), all());
    assert!(said.contains("<launch:phase name=\"a &quot;b&quot;\">custom</launch:phase>"), "{said}");
    assert!(said.contains("<launch:status s=\"invalid\">no &lt;mark&gt;</launch:status>"), "{said}");
}

/// Section 2.5: what the messages say beside their response data.
#[test]
fn messages_tell_the_status_of_an_application() {
    let shown = Snapshot {
        tag: tag(Kind::Domain),
        record: seal::archive(&domain()).to_vec(),
        statuses: Statuses::of(&[Status::PendingCreate]),
        name_servers: Vec::new(),
        hosts: Vec::new(),
    };
    for (status, application, domain, data) in [
        (ApplicationStatus::PendingAllocation, Some("abc123"), Some(shown), "<domain:infData"),
        (
            ApplicationStatus::Allocated,
            Some("abc123"),
            None,
            "<domain:name paResult=\"1\">domain.example</domain:name>",
        ),
        (ApplicationStatus::Rejected, Some("abc123"), None, "<domain:name paResult=\"0\">domain.example</domain:name>"),
        (ApplicationStatus::Allocated, None, None, "<domain:paTRID><clTRID>ABC-12345</clTRID>"),
    ] {
        let news = LaunchNews {
            phase: sunrise(),
            application: application.map(Into::into),
            status,
            name: "domain.example".into(),
            cl_trid: Some("ABC-12345".into()),
            sv_trid: "54321-XYZ".into(),
            completed: moment(2013, 4, 4, 22, 0, 0),
            domain,
        };
        let message = PollMessage {
            registrar: "ClientX".into(),
            number: 12345,
            queued: moment(2013, 4, 4, 22, 1, 0),
            text: "news".into(),
            data: Some(PollData::Launch(news)),
        };
        let mut memory = Memory::default();
        memory.apply(Change::PutPollMessage(message).seal());
        let message = memory.poll_message("ClientX", 12345).expect("was put");
        let answer = Answer::PollMessage { count: 5, message };
        let id =
            application.map_or_else(String::new, |id| format!("<launch:applicationID>{id}</launch:applicationID>"));
        let printed = format!(
            "<launch:infData><launch:phase>sunrise</launch:phase>{id}<launch:status s=\"{}\"/></launch:infData>",
            status.name()
        );
        assert_says(Success::AckToDequeue, &answer, &printed);
        let ours = said_of(Success::AckToDequeue, &answer, all());
        assert!(ours.contains(data), "{ours}");
    }
}
