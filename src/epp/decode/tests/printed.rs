//! Commands as RFC 8334, 8495, 9154 and 9167 print them, from the files of the reference material: each one decodes to what it
//! says. Those of the other RFCs have tests of their own.

use super::*;
use crate::base::timestamp::Timestamp;
use crate::model::launch::{Phase, PhaseKind};
use crate::model::launch_command::{
    CheckForm, CodeMark, EncodedMark, GivenMarks, GivenNotice, LaunchCheck, LaunchCreate, LaunchId, LaunchInfo,
    LaunchObject,
};

/// The command of a file, with the extensions where they belong.
fn extended(xml: &str) -> Action<'_> {
    let mut envelope = envelope(xml.as_bytes());
    assert_eq!(frame_is_valid(xml.as_bytes()), Ok(()), "{xml}");
    let extensions = std::mem::take(&mut envelope.extensions);
    extensions.extend(&mut envelope.action);
    envelope.action
}

/// Runs a check for each command that the RFC prints; a file without a row, or a row without a file, is a fault.
fn each_printed(rfc: &str, rows: &[(&str, &dyn Fn(Action<'_>))]) {
    let Some(folder) = reference() else { return };
    let mut numbers: Vec<String> = fs::read_dir(&folder)
        .expect("readable")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .filter_map(|name| Some(name.strip_prefix(rfc)?.strip_prefix('-')?.strip_suffix("-command.xml")?.to_owned()))
        .collect();
    numbers.sort();
    assert_eq!(numbers, rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), "the commands of {rfc}");
    for (number, check) in rows {
        println!("{rfc}-{number}");
        let xml = fs::read_to_string(folder.join(format!("{rfc}-{number}-command.xml"))).expect("readable");
        check(extended(&xml));
    }
}

fn phase(kind: PhaseKind, name: &str) -> Phase {
    Phase { kind, name: name.into() }
}

/// `check` of that many names.
fn checked(names: usize, form: CheckForm, of: Option<Phase>) -> impl Fn(Action<'_>) {
    let expected: Vec<String> = (1..=names).map(|number| format!("domain{number}.example")).collect();
    move |action| {
        let Action::Query(Query::LaunchCheck { names, fee: None, idn: None, token: None, check }) = action else {
            panic!("{action:?}")
        };
        assert_eq!(names, expected);
        assert_eq!(check, LaunchCheck { form, phase: of.clone() });
    }
}

fn informed(application: Option<&'static str>, include_mark: bool) -> impl Fn(Action<'_>) {
    move |action| {
        let Action::Query(Query::LaunchInfo { name, info, .. }) = action else { panic!("{action:?}") };
        let application = application.map(str::to_owned);
        assert_eq!(name, "domain.example");
        assert_eq!(info, LaunchInfo { phase: phase(PhaseKind::Sunrise, ""), application, include_mark });
    }
}

/// `create` of that name with the registrant, contacts and password of all examples.
fn created(name: &'static str, of: LaunchCreate) -> impl Fn(Action<'_>) {
    move |action| {
        let Action::Transform(Transform::DomainCreate(create)) = action else { panic!("{action:?}") };
        assert_eq!((create.name.as_str(), create.registrant.as_deref()), (name, Some("jd1234")));
        assert_eq!(create.contacts.len(), 2);
        assert_eq!(create.auth, password("2fooBAR"));
        assert_eq!(create.launch.as_deref(), Some(&of));
    }
}

fn password(password: &str) -> AuthInfo {
    AuthInfo::Password { password: password.into(), roid: None }
}

fn in_phase(kind: PhaseKind) -> LaunchCreate {
    LaunchCreate { phase: phase(kind, ""), object: None, marks: GivenMarks::Codes(Vec::new()), notices: Vec::new() }
}

/// That time of 19 June 2014.
fn moment(hour: i64, second: i64) -> Option<Timestamp> {
    let midnight = Date::new(2014, 6, 19).expect("a day").midnight().micros();
    Some(Timestamp::from_micros(midnight + (hour * 3600 + second) * 1_000_000))
}

#[test]
fn the_commands_of_rfc_8334_decode() {
    let code = |code: &str, validator: Option<&str>| CodeMark {
        code: Some(code.into()),
        validator: validator.map(str::to_owned),
        mark: None,
    };
    let codes = GivenMarks::Codes(vec![
        code("49FD46E6C4B45C55D4AC", Some("sample1")),
        code("49FD46E6C4B45C55D4AD", None),
        code("49FD46E6C4B45C55D4AE", Some("sample2")),
    ]);
    let elided = GivenMarks::Encoded(vec![EncodedMark { encoding: None, text: "...".into() }]);
    let notice = |id: &str, validator: &str, second| GivenNotice {
        id: id.into(),
        validator: Some(validator.into()),
        not_after: moment(10, 0),
        accepted: moment(9, second),
    };
    let notices =
        vec![notice("370d0b7c9223372036854775807", "tmch", 0), notice("470d0b7c9223654313275808", "custom-tmch", 30)];
    let named = || LaunchId { phase: phase(PhaseKind::Sunrise, ""), application: "abc123".into() };
    let hosts = |host: &str| {
        let name_servers = Some(NameServers::Objects(vec![host.into()]));
        Some(DomainAddRem { name_servers, ..DomainAddRem::default() })
    };
    let updated = |action: Action<'_>| {
        let Action::Transform(Transform::ApplicationUpdate { update, id }) = action else { panic!("{action:?}") };
        assert_eq!((update.name.as_str(), id), ("domain.example", named()));
        assert_eq!((update.add, update.rem), (hosts("ns2.domain.example"), hosts("ns1.domain.example")));
    };
    let deleted = |action: Action<'_>| {
        let Action::Transform(Transform::ApplicationDelete { name, id }) = action else { panic!("{action:?}") };
        assert_eq!((name.as_str(), id), ("domain.example", named()));
    };
    let landrush = LaunchCreate { object: Some(LaunchObject::Application), ..in_phase(PhaseKind::Landrush) };
    each_printed(
        "rfc8334",
        &[
            ("04", &checked(3, CheckForm::Claims, Some(phase(PhaseKind::Claims, "")))),
            ("06", &checked(2, CheckForm::Availability, Some(phase(PhaseKind::Custom, "idn-release")))),
            ("07", &checked(3, CheckForm::Trademark, None)),
            ("09", &informed(Some("abc123"), true)),
            ("10", &informed(None, false)),
            ("12", &created("domain.example", LaunchCreate { marks: codes, ..in_phase(PhaseKind::Sunrise) })),
            ("16", &created("domainone.example", LaunchCreate { marks: elided, ..in_phase(PhaseKind::Sunrise) })),
            ("17", &created("domain.example", LaunchCreate { notices, ..in_phase(PhaseKind::Claims) })),
            ("18", &created("domain.example", landrush)),
            ("21", &updated),
            ("22", &deleted),
        ],
    );
}

#[test]
fn the_commands_of_rfc_8495_decode() {
    let checked = |expected: &'static [&'static str]| {
        move |action: Action<'_>| {
            let Action::Query(Query::DomainCheck { names, token, .. }) = action else { panic!("{action:?}") };
            assert_eq!(
                (names, token.as_deref()),
                (expected.iter().map(|name| (*name).into()).collect(), Some("abc123"))
            );
        }
    };
    let informed = |action: Action<'_>| {
        let Action::Query(Query::DomainInfo { name, token, .. }) = action else { panic!("{action:?}") };
        assert_eq!((name.as_ref(), token), ("allocation.example", true));
    };
    let created = |action: Action<'_>| {
        let Action::Transform(Transform::DomainCreate(create)) = action else { panic!("{action:?}") };
        assert_eq!((create.name.as_str(), create.token.as_deref()), ("allocation.example", Some("abc123")));
        assert_eq!(create.auth, password("2fooBAR"));
    };
    let transferred = |action: Action<'_>| {
        let Action::Transform(Transform::DomainTransfer { op, name, period, auth, fee: None, token }) = action else {
            panic!("{action:?}")
        };
        assert_eq!((op, name.as_str(), token.as_deref()), (TransferOp::Request, "example1.tld", Some("abc123")));
        assert_eq!(period, Some(Period { count: 1, unit: PeriodUnit::Years }));
        assert_eq!(auth, Some(password("2fooBAR")));
    };
    each_printed(
        "rfc8495",
        &[
            ("01", &checked(&["allocation.example"])),
            ("03", &checked(&["allocation.example", "allocation2.example"])),
            ("05", &informed),
            ("07", &created),
            ("08", &transferred),
        ],
    );
}

#[test]
fn the_commands_of_rfc_9154_decode() {
    // A password is a normalized string (RFC 5730, section 4.2): what breaks the line in print are spaces at its end.
    let is_secret = |found: Option<AuthInfo>| match found {
        Some(AuthInfo::Password { password, roid: None }) => {
            assert_eq!(password.trim_end_matches(' '), "LuQ7Bu@w9?%+_HK3cayg$55$LSft3MPP");
        }
        other => panic!("{other:?}"),
    };
    let domain_created = |action: Action<'_>| {
        let Action::Transform(Transform::DomainCreate(create)) = action else { panic!("{action:?}") };
        assert_eq!((create.name.as_str(), create.auth), ("example.com", password("")));
    };
    let contact_created = |action: Action<'_>| {
        let Action::Transform(Transform::ContactCreate(create)) = action else { panic!("{action:?}") };
        assert_eq!((create.id.as_str(), create.auth), ("sh8013", password("")));
    };
    let locked =
        Some(DomainAddRem { statuses: vec![Status::ClientTransferProhibited.into()], ..DomainAddRem::default() });
    let unlocked = |action: Action<'_>| {
        let Action::Transform(Transform::DomainUpdate(update)) = action else { panic!("{action:?}") };
        assert_eq!((update.name.as_str(), &update.add, &update.rem), ("example.com", &None, &locked));
        is_secret(update.chg.and_then(|chg| chg.auth));
    };
    let unset = |auth: AuthInfo| {
        let locked = locked.clone();
        move |action: Action<'_>| {
            let Action::Transform(Transform::DomainUpdate(update)) = action else { panic!("{action:?}") };
            assert_eq!((&update.add, &update.rem), (&locked, &None));
            assert_eq!(update.chg, Some(DomainChange { registrant: None, auth: Some(auth.clone()) }));
        }
    };
    let contact_unset = |action: Action<'_>| {
        let Action::Transform(Transform::ContactUpdate(update)) = action else { panic!("{action:?}") };
        let auth = update.chg.and_then(|chg| chg.auth);
        assert_eq!((update.id.as_str(), auth), ("sh8013", Some(password(""))));
    };
    let informed = |action: Action<'_>| {
        let Action::Query(Query::DomainInfo { name, auth, .. }) = action else { panic!("{action:?}") };
        assert_eq!(name, "example.com");
        is_secret(auth);
    };
    let transferred = |action: Action<'_>| {
        let Action::Transform(Transform::DomainTransfer { op: TransferOp::Request, name, auth, .. }) = action else {
            panic!("{action:?}")
        };
        assert_eq!(name, "example1.com");
        is_secret(auth);
    };
    each_printed(
        "rfc9154",
        &[
            ("01", &domain_created),
            ("02", &contact_created),
            ("03", &unlocked),
            ("04", &unset(AuthInfo::Null)),
            ("05", &unset(password(""))),
            ("06", &contact_unset),
            ("07", &informed),
            ("09", &transferred),
        ],
    );
}

#[test]
fn the_commands_of_rfc_9167_decode() {
    let asks = |expected: Option<&'static str>| {
        move |action: Action<'_>| {
            assert_eq!(action, Action::Query(Query::MaintenanceInfo { id: expected.map(Into::into) }));
        }
    };
    let polls = |action: Action<'_>| assert_eq!(action, Action::Query(Query::PollRequest));
    let one = asks(Some("2e6df9b0-4092-4491-bcc8-9fb2166dcee6"));
    each_printed("rfc9167", &[("01", &one), ("03", &asks(None)), ("05", &polls)]);
}
