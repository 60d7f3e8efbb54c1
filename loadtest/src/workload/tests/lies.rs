//! Answers that are wrong, of every kind: each must be found.

use super::*;

/// An answer and how it is told wrongly; the command it is to.
type Lie = (&'static str, Op, fn(&str) -> String);

/// The answer with a date of another year.
fn postponed(answer: &str, element: &str) -> String {
    let Some((before, rest)) = answer.split_once(&format!("<domain:{element}>")) else { return answer.to_owned() };
    let year: u16 = rest[..4].parse().expect("a year");
    format!("{before}<domain:{element}>{}{}", year + 2, &rest[4..])
}

fn without(answer: &str, from: &str, to: &str) -> String {
    let Some((before, rest)) = answer.split_once(from) else { return answer.to_owned() };
    let (_, after) = rest.split_once(to).expect("an end");
    before.to_owned() + after
}

fn other_name(answer: &str) -> String {
    answer.replacen(".test</domain:name>", "x.test</domain:name>", 1)
}

/// An answer to a frame with nothing but this code.
fn bare(code: u16, frame: &str) -> String {
    let cl_trid = text(frame, "clTRID").expect("a clTRID");
    format!("<result code=\"{code}\"></result><clTRID>{cl_trid}</clTRID>")
}

const LIES: &[Lie] = &[
    ("a name more is free", Op::Check, |answer| answer.replacen("avail=\"0\"", "avail=\"1\"", 1)),
    ("a name more is taken", Op::Check, |answer| answer.replacen("avail=\"1\"", "avail=\"0\"", 1)),
    ("a name is left out", Op::Check, |answer| without(answer, "<domain:cd>", "</domain:cd>")),
    ("a name is there twice", Op::Check, |answer| {
        let (before, rest) = answer.split_once("<domain:cd>").expect("a name");
        let (first, rest) = rest.split_once("</domain:cd>").expect("its end");
        let (_, rest) = rest.split_once("</domain:cd>").expect("another");
        format!("{before}<domain:cd>{first}</domain:cd><domain:cd>{first}</domain:cd>{rest}")
    }),
    ("another name", Op::Check, other_name),
    ("neither free nor taken", Op::Check, |answer| answer.replacen("avail=\"1\"", "avail=\"2\"", 1)),
    ("another name", Op::Info, other_name),
    ("no data", Op::Info, |answer| without(answer, "<resData>", "</resData>")),
    ("another sponsor", Op::Info, |answer| answer.replacen("</domain:clID>", "x</domain:clID>", 1)),
    ("no sponsor", Op::Info, |answer| without(answer, "<domain:clID>", "</domain:clID>")),
    ("another expiry", Op::Info, |answer| postponed(answer, "exDate")),
    ("no date", Op::Info, |answer| answer.replacen("<domain:exDate>2", "<domain:exDate>in 2", 1)),
    ("no hold", Op::Info, |answer| answer.replacen("s=\"clientHold\"", "s=\"inactive\"", 1)),
    ("a hold", Op::Info, |answer| answer.replacen("s=\"ok\"", "s=\"clientHold\"", 1)),
    ("a pending transfer", Op::Info, |answer| answer.replacen("s=\"ok\"", "s=\"pendingTransfer\"", 1)),
    ("another name", Op::Create, other_name),
    ("no data", Op::Create, |answer| without(answer, "<resData>", "</resData>")),
    ("another period", Op::Create, |answer| postponed(answer, "exDate")),
    ("another name", Op::Renew, other_name),
    ("another expiry", Op::Renew, |answer| postponed(answer, "exDate")),
    ("no data", Op::Renew, |answer| without(answer, "<resData>", "</resData>")),
    ("another name", Op::Transfer, other_name),
    ("another expiry", Op::Transfer, |answer| postponed(answer, "exDate")),
    ("another requester", Op::Transfer, |answer| answer.replacen("</domain:reID>", "x</domain:reID>", 1)),
    ("no status", Op::Transfer, |answer| without(answer, "<domain:trStatus>", "</domain:trStatus>")),
    ("not pending", Op::Transfer, |answer| answer.replacen(">pending<", ">clientApproved<", 1)),
    ("not approved", Op::Transfer, |answer| answer.replacen(">clientApproved<", ">clientRejected<", 1)),
    ("no id", Op::Poll, |answer| without(answer, " id=\"", "\"")),
];

/// Lies about any command.
fn about_all(answer: &str, cl_trid: &str) -> [(&'static str, String); 5] {
    [
        ("another clTRID", answer.replace(cl_trid, "load-abc-0-99999")),
        ("clTRID with more", answer.replace(cl_trid, &format!("{cl_trid}0"))),
        ("no clTRID", answer.replace(&format!("<clTRID>{cl_trid}</clTRID>"), "")),
        ("no result", answer.replace("<result", "<outcome")),
        ("nothing", String::new()),
    ]
}

#[test]
fn every_lie_is_found() {
    let mut run = Run::new(brief(ALL_EPP, 5000), 0, 1, Registry::new());
    run.prepare().expect("a population");
    run.go(3000).expect("right answers");
    let mut told: BTreeMap<(&str, Op), u32> = BTreeMap::new();
    for number in 0..30_000 {
        let (asked, registrar, frame) = run.draw();
        let honest = run.answer(registrar, &frame);
        if number % 3 > 0 {
            assert_eq!(run.workload.judge(asked, honest.as_bytes()), Ok(()));
            continue;
        }
        let of_op = LIES.iter().filter(|(_, op, _)| *op == asked.op);
        let cl_trid = text(&frame, "clTRID").expect("a clTRID");
        let lies = of_op.map(|(what, _, lie)| (*what, lie(&honest))).chain(about_all(&honest, cl_trid));
        // The names of an answer that lied are not known any more, so one is told at a time.
        let lies: Vec<_> = lies.filter(|(_, lie)| *lie != honest).collect();
        let (what, lie) = &lies[number / 3 % lies.len()];
        let judged = run.workload.judge(asked, lie.as_bytes());
        assert!(matches!(judged, Err(Failure::Wrong(_))), "{what}: {judged:?}: {lie}");
        *told.entry((*what, asked.op)).or_default() += 1;
    }
    for (what, op, _) in LIES {
        assert!(told.contains_key(&(*what, *op)), "{what} was told of no {op}");
    }
}

#[test]
fn the_names_of_a_check_may_come_in_any_order_but_each_once() {
    let mut run = Run::new(Brief { names_per_check: 5, ..brief("check=1", 500) }, 0, 1, Registry::new());
    run.prepare().expect("a population");
    let mut ask = |order: &[usize]| {
        let (asked, registrar, frame) = run.draw();
        let answer = run.answer(registrar, &frame);
        let (before, rest) = answer.split_once("<domain:cd>").expect("names");
        let (names, after) = rest.rsplit_once("</domain:cd>").expect("their end");
        let names: Vec<_> = names.split("</domain:cd><domain:cd>").collect();
        let inside: String = order.iter().map(|at| format!("<domain:cd>{}</domain:cd>", names[*at])).collect();
        run.workload.judge(asked, format!("{before}{inside}{after}").as_bytes())
    };
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [0, 1, 3, 4, 2], [1, 0, 2, 3, 4]] {
        assert_eq!(ask(&order), Ok(()), "{order:?}");
    }
    for order in [
        &[0, 1, 2, 3][..],
        &[0, 1, 2, 3, 3],
        &[4, 3, 2, 1, 1],
        &[1, 1, 2, 3, 4],
        &[0, 1, 2, 3, 4, 4],
        &[4, 3, 2, 1, 0, 0],
    ] {
        assert!(matches!(ask(order), Err(Failure::Wrong(_))), "{order:?}");
    }
}

#[test]
fn what_a_registry_refuses_is_counted_by_its_code_and_changes_nothing() {
    let mut run = Run::new(brief(ALL_EPP, 500), 0, 1, Registry::new());
    run.prepare().expect("a population");
    for number in 0..5000 {
        let (asked, registrar, frame) = run.draw();
        let is_approval = frame.contains("op=\"approve\"");
        if number % 7 == 0 && !is_approval {
            assert_eq!(run.workload.judge(asked, bare(2400, &frame).as_bytes()), Err(Failure::Refused(2400)));
            continue;
        }
        let answer = run.answer(registrar, &frame);
        assert_eq!(run.workload.judge(asked, answer.as_bytes()), Ok(()));
    }
    assert_eq!(run.registry.refused, []);
}

#[test]
fn a_success_of_another_kind_is_none() {
    let mut run = Run::new(brief(ALL_EPP, 500), 0, 1, Registry::new());
    run.prepare().expect("a population");
    for _ in 0..2000 {
        let (asked, _, frame) = run.draw();
        let code = match asked.op {
            Op::Poll | Op::Transfer if !frame.contains("op=\"approve\"") => 1000,
            Op::Delete => 1300,
            _ => 1001,
        };
        let judged = run.workload.judge(asked, bare(code, &frame).as_bytes());
        assert_eq!(judged, Err(Failure::Refused(code)), "{}", asked.op);
    }
}

#[test]
fn an_entity_keeps_the_handle_that_it_was_first_told_with_and_no_other_has_it() {
    let mut run = Run::new(brief("rdap-entity=1", 10), 0, 1, Registry::new());
    let mut judge = |whose: &str, handle: &str| {
        let asked = loop {
            let mut path = String::new();
            let asked = run.workload.ask_rdap(Op::RdapEntity, &mut path);
            if path == format!("entity/{whose}") {
                break asked;
            }
        };
        let body = format!(r#"{{"entities":[{{"handle":"x"}}],"objectClassName":"entity","handle":"{handle}"}}"#);
        run.workload.judge_rdap(asked, 200, body.as_bytes()).is_ok()
    };
    assert!(judge("c", "9995") && judge("c", "9995"));
    assert!(!judge("c", "9996"), "another than before");
    assert!(!judge("registrar-a", "9995"), "another's");
    assert!(!judge("registrar-a", "c") && !judge("c", "registrar-a"), "the clID of another");
    assert!(judge("registrar-a", "not applicable") && judge("B%20%26%20sons", "not applicable"));
    assert!(!judge("registrar-a", ""));
    assert!(judge("c", "C"), "its own clID");
}

#[test]
fn look_ups_are_judged() {
    let objects = Brief { hosts: true, ..brief("rdap-domain=5,rdap-nameserver=2,rdap-entity=2,rdap-help=1", 100) };
    for brief in [objects.clone(), Brief { hosts: false, ..objects }] {
        let has_hosts = brief.hosts;
        let mut run = Run::new(brief, 0, 1, Registry::new());
        run.prepare().expect("a population");
        assert_eq!(run.workload.draw(Protocol::Epp), None);
        let mut seen = BTreeSet::new();
        for _ in 0..500 {
            let op = run.workload.draw(Protocol::Either).expect("a look-up");
            let mut path = "/".to_owned();
            let asked = run.workload.ask_rdap(op, &mut path);
            let (kind, name) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
            let is_there = match kind {
                "domain" => run.registry.domains.contains_key(name),
                "nameserver" => run.registry.objects.contains(name),
                "entity" => ["registrar-a", "B%20%26%20sons", "c"].contains(&name),
                _ => kind == "help" && name.is_empty(),
            };
            seen.insert((kind.to_owned(), is_there));
            let right = match kind {
                "help" => r#"{"rdapConformance":["rdap_level_0"]}"#.to_owned(),
                "entity" => {
                    let handle = name.replace("%20", " ").replace("%26", "&");
                    format!(r#"{{"objectClassName":"entity","entities":[{{"handle":"other"}}],"handle" : "{handle}"}}"#)
                }
                _ => {
                    let upper = name.to_ascii_uppercase();
                    format!(r#"{{"nameservers":[{{"ldhName":"ns.example"}}],"ldhName" : "{upper}."}}"#)
                }
            };
            let wrong = right.replace("ldhName\" : \"", "ldhName\" : \"x").replace("handle\" : \"", "handle\" : \"x");
            let wrong = wrong.replace("rdapConformance", "notices");
            let mut judge = |status, body: &str| run.workload.judge_rdap(asked, status, body.as_bytes());
            match is_there {
                true => {
                    assert_eq!(judge(200, &right), Ok(()), "{path}");
                    assert!(matches!(judge(200, &wrong), Err(Failure::Wrong(_))), "{path}");
                    assert_eq!(judge(404, "{}"), Err(Failure::Refused(404)));
                }
                false => {
                    assert_eq!(judge(404, "{}"), Ok(()));
                    assert!(matches!(judge(200, &right), Err(Failure::Wrong(_))), "{path}");
                }
            }
            assert_eq!(judge(429, ""), Err(Failure::Refused(429)));
        }
        let expected =
            [("domain", true), ("domain", false), ("nameserver", has_hosts), ("entity", true), ("help", true)];
        assert_eq!(seen, expected.into_iter().map(|(kind, is_there)| (kind.to_owned(), is_there)).collect());
    }
}
