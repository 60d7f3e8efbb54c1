//! The maintenance mapping in responses: what RFC 9167 prints.

use super::*;
use crate::model::maintenance::{
    Description, Impact, Intervention, MaintainedSystem, Maintenance, MaintenanceEvent, MaintenanceNews, Wording,
};
use crate::model::poll_data::PollData;
use crate::model::record::PollMessage;

fn words(lang: Option<&str>, text: &str) -> Wording {
    Wording { lang: lang.map(str::to_owned), text: text.into() }
}

fn description(lang: &str, text: &str) -> Description {
    Description { words: words(Some(lang), text), html: false }
}

/// The event of the examples.
fn event() -> MaintenanceEvent {
    MaintenanceEvent {
        id: "2e6df9b0-4092-4491-bcc8-9fb2166dcee6".into(),
        name: None,
        types: vec![words(Some("en"), "Routine Maintenance")],
        systems: vec![MaintainedSystem {
            name: "EPP".into(),
            host: Some("epp.registry.example".into()),
            impact: Impact::Full,
        }],
        environment: "production".into(),
        start: moment(2021, 12, 30, 6, 0, 0),
        end: moment(2021, 12, 30, 7, 0, 0),
        emergency: false,
        detail: Some("https://www.registry.example/notice?123".into()),
        descriptions: vec![description("en", "free-text"), description("de", "Freitext")],
        tlds: vec!["example".into(), "test".into()],
        intervention: Some(Intervention { connection: false, implementation: false }),
        created: moment(2021, 11, 8, 22, 10, 0),
        updated: None,
    }
}

/// Section 4.1.1.1, with our own fractions of seconds.
fn printed(kind: &str) -> String {
    format!(
        r#"<maint:infData
             xmlns:maint="urn:ietf:params:xml:ns:epp:maintenance-1.0">
             <maint:item>
               <maint:id>2e6df9b0-4092-4491-bcc8-9fb2166dcee6
               </maint:id>
               <maint:type lang="en">Routine Maintenance</maint:type>
               {kind}
               <maint:systems>
                 <maint:system>
                   <maint:name>EPP</maint:name>
                   <maint:host>epp.registry.example
                   </maint:host>
                   <maint:impact>full</maint:impact>
                 </maint:system>
               </maint:systems>
               <maint:environment type="production"/>
               <maint:start>2021-12-30T06:00:00.000Z</maint:start>
               <maint:end>2021-12-30T07:00:00.000Z</maint:end>
               <maint:reason>planned</maint:reason>
               <maint:detail>
                 https://www.registry.example/notice?123
               </maint:detail>
               <maint:description lang="en">free-text
               </maint:description>
               <maint:description lang="de">Freitext
               </maint:description>
               <maint:tlds>
                 <maint:tld>example</maint:tld>
                 <maint:tld>test</maint:tld>
               </maint:tlds>
               <maint:intervention>
                 <maint:connection>false</maint:connection>
                 <maint:implementation>false</maint:implementation>
               </maint:intervention>
               <maint:crDate>2021-11-08T22:10:00.000Z</maint:crDate>
             </maint:item>
           </maint:infData>"#
    )
}

fn data_of(response: &str) -> &str {
    let (_, rest) = response.split_once("<resData>").expect("response data");
    rest.split_once("</resData>").expect("its end").0
}

/// The record of that event.
fn put(event: MaintenanceEvent) -> Change {
    let reminded = event.created;
    Change::PutMaintenance(Maintenance {
        event,
        courtesy_minutes: Vec::new(),
        tells_end: false,
        reminded,
        telling: None,
    })
}

fn with_event<T>(event: MaintenanceEvent, check: impl FnOnce(&Memory) -> T) -> T {
    let mut memory = Memory::default();
    memory.apply(put(event).seal());
    check(&memory)
}

#[test]
fn an_info_says_what_rfc_9167_prints() {
    let id = event().id;
    let ours =
        with_event(event(), |memory| said(&Answer::Maintenance(&memory.maintenance(&id).expect("put").event), all()));
    assert_eq!(meaning(data_of(&ours)), meaning(&printed("")), "{ours}");
    let html = Description { words: words(None, "<b>text</b>"), html: true };
    let custom = MaintenanceEvent {
        name: Some(words(Some("nl"), "a \"name\"")),
        types: vec![words(None, "Software Update")],
        descriptions: vec![html],
        environment: "marketing".into(),
        emergency: true,
        updated: Some(moment(2021, 11, 17, 15, 0, 0)),
        ..event()
    };
    let ours = with_event(custom, |memory| {
        let event = &memory.maintenance(&id).expect("put").event;
        said(&Answer::Maintenance(event), all()) + &said(&Answer::MaintenanceList(vec![event]), all())
    });
    for part in [
        "<maint:id name=\"a &quot;name&quot;\" lang=\"nl\">",
        "<maint:type>Software Update</maint:type>",
        "<maint:description type=\"html\">&lt;b&gt;text&lt;/b&gt;</maint:description>",
        "<maint:environment type=\"custom\" name=\"marketing\"/>",
        "<maint:reason>emergency<",
        "</maint:crDate><maint:upDate>2021-11-17T15:00:00.000Z</maint:upDate></maint:item>",
        "</maint:end><maint:crDate>2021-11-08T22:10:00.000Z</maint:crDate><maint:upDate>",
    ] {
        assert!(ours.contains(part), "{part} in {ours}");
    }
    assert!(said(&Answer::MaintenanceList(Vec::new()), all()).contains("<maint:list></maint:list>"));
}

#[test]
fn a_message_has_the_event_for_sessions_with_the_mapping() {
    let data = PollData::Maintenance { news: MaintenanceNews::Create, event: Box::new(event()) };
    let (registrar, text) = ("ClientX".into(), "Registry Maintenance Notification".into());
    let message = PollMessage { registrar, number: 1, queued: moment(2021, 11, 8, 22, 10, 0), text, data: Some(data) };
    let mut memory = Memory::default();
    memory.apply(Change::PutPollMessage(message).seal());
    let message = memory.poll_message("ClientX", 1).expect("was put");
    let answer = Answer::PollMessage { count: 1, message };
    let ours = said_of(Success::AckToDequeue, &answer, all());
    assert_eq!(meaning(data_of(&ours)), meaning(&printed("<maint:pollType>create</maint:pollType>")), "{ours}");
    let ours = said_of(Success::AckToDequeue, &answer, Services::of([]).with_objects([true, true, true, true, false]));
    assert!(ours.contains("Registry Maintenance Notification") && !ours.contains("resData"), "{ours}");
}

/// Section 4.1.1.2, with our own fractions of seconds.
const LISTED: &str = r#"<maint:infData
             xmlns:maint="urn:ietf:params:xml:ns:epp:maintenance-1.0">
             <maint:list>
               <maint:listItem>
                 <maint:id>2e6df9b0-4092-4491-bcc8-9fb2166dcee6
                 </maint:id>
                 <maint:start>2021-12-30T06:00:00.000Z</maint:start>
                 <maint:end>2021-12-30T07:00:00.000Z</maint:end>
                 <maint:crDate>2021-11-08T22:10:00.000Z</maint:crDate>
               </maint:listItem>
               <maint:listItem>
                 <maint:id>91e9dabf-c4e9-4c19-a56c-78e3e89c2e2f
                 </maint:id>
                 <maint:start>2021-12-15T04:30:00.000Z</maint:start>
                 <maint:end>2021-12-15T05:30:00.000Z</maint:end>
                 <maint:crDate>2021-11-08T22:11:00.000Z</maint:crDate>
                 <maint:upDate>2021-11-17T15:00:00.000Z</maint:upDate>
               </maint:listItem>
             </maint:list>
           </maint:infData>"#;

#[test]
fn a_list_says_what_rfc_9167_prints() {
    let other = MaintenanceEvent {
        id: "91e9dabf-c4e9-4c19-a56c-78e3e89c2e2f".into(),
        start: moment(2021, 12, 15, 4, 30, 0),
        end: moment(2021, 12, 15, 5, 30, 0),
        created: moment(2021, 11, 8, 22, 11, 0),
        updated: Some(moment(2021, 11, 17, 15, 0, 0)),
        ..event()
    };
    let ids = [event().id, other.id.clone()];
    let mut memory = Memory::default();
    for event in [event(), other] {
        memory.apply(put(event).seal());
    }
    let events = ids.iter().map(|id| &memory.maintenance(id).expect("put").event).collect();
    let ours = said(&Answer::MaintenanceList(events), all());
    assert_eq!(meaning(data_of(&ours)), meaning(LISTED), "{ours}");
}
