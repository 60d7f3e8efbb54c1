//! Launches in the tables: the states, and what commands say of them.

use super::notation::Words;
use super::states::run;
use crate::base::timestamp::Timestamp;
use crate::model::command::{DomainCreate, Transform};
use crate::model::launch::{ApplicationStatus, Phase, PhaseKind};
use crate::model::launch_command::{GivenMarks, GivenNotice, LaunchCreate};
use crate::model::launch_record::{TrademarkLabel, TrademarkLabels, TrademarkList};
use crate::model::operator::{ByName, LaunchAllocate, LaunchPhaseSet, LaunchStatus, OperatorCommand};
use crate::model::transaction::Change;
use crate::model::view::{View, key};
use crate::registry::domain::fixture::{maximum, minimum};
use crate::registry::testing::{A, B, World};

const LAUNCH: &str = "urn:ietf:params:xml:ns:launch-1.0";
const MARK: &str = "urn:ietf:params:xml:ns:mark-1.0";
const SIGNED: &str = "urn:ietf:params:xml:ns:signedMark-1.0";

/// Days for which the notices of the tables run.
const NOTICE_DAYS: i64 = 30;

/// A step of `states.txt`.
pub(super) fn step(world: &mut World, name: &str) {
    match name {
        "sunrise" => phase(world, |set| (set.phase, set.signed_mark) = (ByName(PhaseKind::Sunrise), true)),
        "landrush" => phase(world, |set| (set.phase, set.applications) = (ByName(PhaseKind::Landrush), true)),
        "claims" => phase(world, |set| (set.phase, set.notices) = (ByName(PhaseKind::Claims), true)),
        "custom" => phase(world, |set| {
            (set.name, set.applications, set.notices) = ("early".into(), true, true);
        }),
        "later" => {
            let from = world.now.plus_days(3000).micros();
            phase(world, |set| (set.phase, set.from_micros) = (ByName(PhaseKind::Open), Some(from)));
        }
        "qualified" => phase(world, |set| {
            (set.name, set.signed_mark_if_listed, set.notices) = ("qlp".into(), true, true);
        }),
        "dnl" => [("mark", 100 * 24), ("fresh", 1)]
            .into_iter()
            .for_each(|(label, hours)| listed(world, TrademarkList::Dnl, label, hours)),
        "surl" => listed(world, TrademarkList::Surl, "sure", 100 * 24),
        "applied" => {
            step(world, "landrush");
            [A, B].into_iter().for_each(|clid| run(world, clid, &applied("new.test")));
        }
        "contacts-applied" => {
            phase(world, |set| {
                (set.tld, set.phase, set.applications) = ("example".into(), ByName(PhaseKind::Landrush), true)
            });
            let Transform::DomainCreate(create) = applied("new.example") else { return };
            let launch = create.launch;
            run(world, A, &Transform::DomainCreate(DomainCreate { launch, ..maximum("new.example") }));
        }
        "second" => {
            step(world, "applied");
            run(world, A, &applied("two.test"));
        }
        "allocated" => {
            step(world, "applied");
            let (id, keep_others) = (application(world, "new.test", true), false);
            world.operate(&OperatorCommand::LaunchAllocate(LaunchAllocate { id, keep_others })).expect("running");
        }
        "invalid" => {
            step(world, "applied");
            let (id, status) = (application(world, "new.test", true), ByName(ApplicationStatus::Invalid));
            world.operate(&OperatorCommand::LaunchStatus(LaunchStatus { id, status, reason: None })).expect("running");
        }
        _ => {
            step(world, "claims");
            step(world, "dnl");
            let notices = vec![notice(world, "good", "mark")];
            let (phase, marks) = (of(PhaseKind::Claims), GivenMarks::Codes(Vec::new()));
            let launch = Some(Box::new(LaunchCreate { phase, object: None, marks, notices }));
            run(world, A, &Transform::DomainCreate(DomainCreate { launch, ..minimum("mark.test") }));
        }
    }
}

fn of(kind: PhaseKind) -> Phase {
    Phase { kind, name: String::new() }
}

fn phase(world: &mut World, change: impl FnOnce(&mut LaunchPhaseSet)) {
    let mut set = LaunchPhaseSet {
        tld: "test".into(),
        phase: ByName(PhaseKind::Custom),
        name: String::new(),
        from_micros: None,
        until_micros: None,
        applications: false,
        notices: false,
        signed_mark: false,
        signed_mark_if_listed: false,
        notice_days: None,
    };
    change(&mut set);
    world.operate(&OperatorCommand::LaunchPhaseSet(set)).expect("a new phase");
}

fn listed(world: &mut World, list: TrademarkList, label: &str, hours: i64) {
    let inserted = Timestamp::from_micros(world.now.micros() - hours * 3_600_000_000);
    let key = key::trademark(list, label);
    let label = TrademarkLabel { label: label.into(), key: format!("2026112100/1/{label}"), inserted };
    world.put(vec![Change::PutTrademarkLabels { key, labels: TrademarkLabels { labels: vec![label] } }]);
}

/// An application in landrush.
fn applied(name: &str) -> Transform {
    let (phase, marks) = (of(PhaseKind::Landrush), GivenMarks::Codes(Vec::new()));
    let launch = Some(Box::new(LaunchCreate { phase, object: None, marks, notices: Vec::new() }));
    Transform::DomainCreate(DomainCreate { launch, ..minimum(name) })
}

/// The identifier of the first or the last application for a name.
fn application(world: &World, name: &str, first: bool) -> String {
    let mut ids = world.memory.applications(name).map(|found| found.id.to_string());
    let id = if first { ids.next() } else { ids.last() };
    id.unwrap_or_else(|| "none".to_owned())
}

/// A notice of the label, with what is wrong about it.
fn notice(world: &World, what: &str, label: &str) -> GivenNotice {
    let now = world.now.trunc_millis();
    let (not_after, accepted) = match what {
        "expired" => (now.plus_days(-1), now.plus_days(-2)),
        "old" => (now.plus_days(NOTICE_DAYS), now.plus_days(-366)),
        "early" => (now.plus_days(NOTICE_DAYS), now.plus_days(1)),
        _ => (now.plus_days(NOTICE_DAYS), now.plus_days(-1)),
    };
    let label = if what == "other" { "another" } else { label };
    let number = "9223372036854775807";
    let seconds = not_after.micros() / 1_000_000;
    let id = format!("{:08x}{number}", crc32fast::hash(format!("{label}{seconds}{number}").as_bytes()));
    let validator = (what == "foreign").then(|| "custom".to_owned());
    GivenNotice { id, validator, not_after: Some(not_after), accepted: Some(accepted) }
}

/// `launch:…` beside a command.
pub(super) fn element(words: &mut Words, verb: &str, world: &World) -> String {
    let Some(phase) = words.one("in") else {
        let form = words.one("form");
        return form
            .map_or_else(String::new, |form| format!("<launch:check xmlns:launch=\"{LAUNCH}\" type=\"{form}\"/>"));
    };
    let (kind, name) = phase
        .split_once(':')
        .map_or((phase.as_str(), String::new()), |(kind, name)| (kind, format!(" name=\"{name}\"")));
    let name_in_command = words.first().to_ascii_lowercase();
    let mut attributes = String::new();
    for (key, attribute) in [("form", "type"), ("make", "type"), ("marks", "includeMark")] {
        let value = words.one(key);
        attributes += &value.map_or_else(String::new, |value| format!(" {attribute}=\"{value}\""));
    }
    let mut content = format!("<launch:phase{name}>{kind}</launch:phase>");
    for code in words.all("code") {
        content += &format!("<launch:codeMark><launch:code>{code}</launch:code></launch:codeMark>");
    }
    for label in words.all("mark") {
        content += &format!(
            "<launch:codeMark><launch:code>x</launch:code><m:mark xmlns:m=\"{MARK}\"><m:court><m:id>1-2</m:id><m:markName>x\
             </m:markName><m:holder><m:addr><m:street>x</m:street><m:city>x</m:city><m:cc>US</m:cc></m:addr></m:holder>\
             <m:label>{label}</m:label><m:goodsAndServices>x</m:goodsAndServices><m:refNum>1</m:refNum><m:proDate>\
             2020-01-01T00:00:00Z</m:proDate><m:cc>US</m:cc><m:courtName>x</m:courtName></m:court></m:mark>\
             </launch:codeMark>"
        );
    }
    for smd in words.all("smd") {
        content += &format!("<s:encodedSignedMark xmlns:s=\"{SIGNED}\">{smd}</s:encodedSignedMark>");
    }
    let label = name_in_command.split('.').next().unwrap_or_default();
    for what in words.all("notice") {
        content += &written(&notice(world, &what, label));
    }
    if let Some(which) = words.one("app") {
        let id = match which.as_str() {
            "first" | "last" => application(world, &name_in_command, which == "first"),
            "other" => application(world, "two.test", true),
            other => other.to_owned(),
        };
        content += &format!("<launch:applicationID>{id}</launch:applicationID>");
    }
    format!("<launch:{verb} xmlns:launch=\"{LAUNCH}\"{attributes}>{content}</launch:{verb}>")
}

fn written(notice: &GivenNotice) -> String {
    let validator = notice.validator.as_ref().map_or_else(String::new, |id| format!(" validatorID=\"{id}\""));
    let [not_after, accepted] = [notice.not_after, notice.accepted].map(|moment| moment.expect("given"));
    format!(
        "<launch:notice><launch:noticeID{validator}>{}</launch:noticeID><launch:notAfter>{not_after}</launch:notAfter>\
         <launch:acceptedDate>{accepted}</launch:acceptedDate></launch:notice>",
        notice.id
    )
}
