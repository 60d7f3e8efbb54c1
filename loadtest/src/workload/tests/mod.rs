//! The workload against a registry that is honest, and against one that lies.

mod lies;
pub(crate) mod registry;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use self::registry::{Registry, foreign, text};
use super::pick::below;
use super::*;
use crate::results::Failure;

const ALL_EPP: &str = "check=30,info=25,create=10,update=10,renew=8,transfer=8,delete=5,poll=4";
const CLIDS: [&str; 3] = ["registrar-a", "B & sons", "c"];

fn brief(mix: &str, population: u64) -> Brief {
    Brief {
        mix: mix.parse::<Mix>().expect("a mix"),
        tld: "test".to_owned(),
        registrars: CLIDS.map(str::to_owned).to_vec(),
        population,
        pick: Pick::Zipf(1.0),
        seed: 11,
        run: 0xabc,
        taken_share: 50,
        names_per_check: 3,
        contacts: false,
        hosts: false,
        today: Registry::new().today.0,
    }
}

/// The names of the registrars in XML are what the registry knows them by.
fn clid(registrar: usize) -> String {
    in_xml(CLIDS[registrar])
}

/// A core with a registry behind it, and commands on their way there and back.
struct Run {
    workload: Workload,
    registry: Registry,
    random: Xoshiro256PlusPlus,
    sent: Vec<(Asked, usize, String)>,
    answered: Vec<(Asked, String)>,
    /// What became of commands.
    done: BTreeMap<&'static str, u64>,
    is_foreign: bool,
}

impl Run {
    fn new(brief: Brief, part: usize, parts: usize, registry: Registry) -> Self {
        let present: Vec<_> = (0..brief.registrars.len()).collect();
        Self {
            workload: Workload::new(Arc::new(brief), part, parts, &present),
            registry,
            random: Xoshiro256PlusPlus::seed_from_u64(1),
            sent: Vec::new(),
            answered: Vec::new(),
            done: BTreeMap::new(),
            is_foreign: false,
        }
    }

    fn answer(&mut self, registrar: usize, frame: &str) -> String {
        let answer = self.registry.answer(&clid(registrar), frame);
        if self.is_foreign { foreign(&answer) } else { answer }
    }

    /// Prepares; some commands are under way at a time, and are answered in any order.
    fn prepare(&mut self) -> Result<(), String> {
        let mut sent: Vec<(Prepared, usize, String)> = Vec::new();
        loop {
            for registrar in 0..CLIDS.len() {
                let mut frame = Vec::new();
                if let Some(prepared) = self.workload.prepare(registrar, &mut frame) {
                    sent.push((prepared, registrar, String::from_utf8(frame).expect("UTF-8")));
                }
            }
            if sent.is_empty() {
                let (done, all) = self.workload.to_prepare();
                assert_eq!(done, all, "nothing is under way, and not all is done");
                return Ok(());
            }
            while sent.len() > 7 || (!sent.is_empty() && below(&mut self.random, 3) == 0) {
                let at = below(&mut self.random, sent.len() as u64) as usize;
                let (prepared, registrar, frame) = sent.swap_remove(at);
                let answer = self.answer(registrar, &frame);
                self.workload.prepared(prepared, answer.as_bytes())?;
            }
        }
    }

    fn draw(&mut self) -> (Asked, usize, String) {
        let op = self.workload.draw(Protocol::Epp).expect("a mix with EPP");
        let registrar = below(&mut self.random, CLIDS.len() as u64) as usize;
        self.ask(op, registrar)
    }

    fn ask(&mut self, op: Op, registrar: usize) -> (Asked, usize, String) {
        let mut frame = b"before".to_vec();
        let asked = self.workload.ask(op, registrar, &mut frame);
        *self.done.entry(asked.op.name()).or_default() += 1;
        let frame = String::from_utf8(frame).expect("UTF-8");
        (asked, registrar, frame.strip_prefix("before").expect("what was there is left").to_owned())
    }

    /// Sends so many commands; up to thirty are at the registry or on their way back, and overtake each other.
    fn go(&mut self, commands: u64) -> Result<(), Failure> {
        let mut left = commands;
        while left > 0 || self.sent.len() + self.answered.len() > 0 {
            match below(&mut self.random, 3) {
                0 if left > 0 && self.sent.len() + self.answered.len() < 30 => {
                    left -= 1;
                    let sent = self.draw();
                    self.sent.push(sent);
                }
                1 if !self.sent.is_empty() => {
                    let at = below(&mut self.random, self.sent.len() as u64) as usize;
                    let (asked, registrar, frame) = self.sent.swap_remove(at);
                    let answer = self.answer(registrar, &frame);
                    self.answered.push((asked, answer));
                }
                2 if !self.answered.is_empty() => {
                    let at = below(&mut self.random, self.answered.len() as u64) as usize;
                    let (asked, answer) = self.answered.swap_remove(at);
                    let judged = self.workload.judge(asked, answer.as_bytes());
                    judged.inspect_err(|error| eprintln!("{error}: {asked:?}: {answer}"))?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[test]
fn an_honest_registry_is_right_in_every_command_however_they_overtake() {
    for (pick, is_foreign, parts) in [(Pick::Zipf(1.1), false, 1), (Pick::Uniform, true, 2)] {
        let mut registry = Registry::new();
        registry.wants_objects = true;
        for part in 0..parts {
            let brief = Brief { pick, contacts: true, hosts: true, ..brief(ALL_EPP, 300) };
            let mut run = Run::new(brief, part, parts, registry);
            run.is_foreign = is_foreign;
            run.prepare().expect("a population");
            assert_eq!(run.registry.domains.len(), 300 / parts);
            run.registry.refused.clear();
            assert_eq!(run.go(20_000), Ok(()));
            assert_eq!(run.registry.refused, []);
            for op in Op::ALL.into_iter().filter(|op| op.protocol() == Protocol::Epp && *op != Op::Login) {
                assert!(run.done[op.name()] > 300, "{op}: {:?}", run.done);
            }
            registry = run.registry;
            registry.domains.clear();
        }
    }
}

#[test]
fn commands_come_in_the_shares_of_the_mix() {
    let mut run = Run::new(brief(ALL_EPP, 2000), 0, 1, Registry::new());
    run.prepare().expect("a population");
    // Names to be deleted must be created first.
    run.go(2000).expect("right answers");
    run.done.clear();
    run.go(20_000).expect("right answers");
    for op in run.workload.brief.mix.ops() {
        let expected = u64::from(run.workload.brief.mix.weight(op)) * 200;
        assert!(run.done[op.name()].abs_diff(expected) < 200 + expected / 10, "{op}: {:?}", run.done);
    }
    assert_eq!(run.workload.draw(Protocol::Rdap), None);
}

#[test]
fn transfers_go_round_and_renewals_end_in_updates() {
    let mut run = Run::new(brief("transfer=1,update=1", 200), 0, 1, Registry::new());
    run.prepare().expect("a population");
    let before: Vec<_> = run.registry.domains.values().map(|domain| domain.sponsor.clone()).collect();
    for name in CLIDS {
        let share = before.iter().filter(|sponsor| **sponsor == in_xml(name)).count();
        assert!((40..95).contains(&share), "{name} has {share}");
    }
    run.go(5000).expect("right answers");
    let moved = run.registry.domains.values().zip(&before).filter(|(domain, before)| domain.sponsor != **before);
    assert!(moved.count() > 50);
    assert!(run.done["transfer"] > 1000, "{:?}", run.done);

    let mut run = Run::new(brief("renew=1", 40), 0, 1, Registry::new());
    run.prepare().expect("a population");
    run.go(1000).expect("right answers");
    // From one year to nine; the tenth is left to servers that count by the second.
    assert_eq!(run.done["renew"], 40 * 8);
    // With many of the few under way, some have to be created.
    assert!(run.done["update"] > 600, "{:?}", run.done);
    assert_eq!(run.registry.refused, []);
}

#[test]
fn the_next_run_finds_the_names_there_and_knows_what_became_of_them() {
    let objects = Brief { contacts: true, hosts: true, ..brief(ALL_EPP, 500) };
    let mut run = Run::new(objects.clone(), 0, 1, Registry::new());
    run.prepare().expect("a population");
    run.go(5000).expect("right answers");
    let mut registry = run.registry;
    (registry.creates, registry.today) = (0, registry.today.plus_years(1));
    registry.cl_trids.clear();
    let known = registry.domains.len();
    let mut run = Run::new(Brief { run: 0xabd, ..objects }, 0, 1, registry);
    run.prepare().expect("a population");
    assert_eq!((run.registry.creates, run.registry.domains.len()), (0, known));
    run.registry.refused.clear();
    run.go(10_000).expect("right answers");
    assert_eq!(run.registry.refused, []);
}

#[test]
fn a_name_that_was_transferred_and_renewed_still_has_no_authorization() {
    let mut registry = Registry::new();
    for run in 0..3 {
        let mut run = Run::new(Brief { run, ..brief("transfer=2,renew=2", 300) }, 0, 1, registry);
        run.prepare().expect("a population");
        assert_eq!(run.go(400), Ok(()));
        assert_eq!(run.registry.refused, []);
        registry = run.registry;
    }
}

#[test]
fn what_was_not_answered_is_never_met_again() {
    let mut run = Run::new(brief(ALL_EPP, 3000), 0, 1, Registry::new());
    run.prepare().expect("a population");
    let mut lost = BTreeSet::new();
    for number in 0..10_000 {
        let (asked, registrar, frame) = run.draw();
        let name = text(&frame, "domain:name").unwrap_or_default().to_owned();
        let is_transform = asked.op.command().class == crate::results::Class::Transform;
        assert!(!lost.contains(&name), "{name} is lost, and in {frame}");
        if number % 3 > 0 {
            let answer = run.answer(registrar, &frame);
            if number % 20 > 2 {
                assert_eq!(run.workload.judge(asked, answer.as_bytes()), Ok(()));
                continue;
            }
        } else if number % 9 > 0 {
            let answer = run.answer(registrar, &frame);
            assert_eq!(run.workload.judge(asked, answer.as_bytes()), Ok(()));
            continue;
        }
        run.workload.unanswered(asked);
        if is_transform {
            lost.insert(name);
        }
    }
    assert!(lost.len() > 300, "{}", lost.len());
}

#[test]
fn a_core_without_names_or_with_one_still_has_something_to_ask() {
    for parts in [1, 2] {
        let mut run = Run::new(brief(ALL_EPP, 1), parts - 1, parts, Registry::new());
        run.prepare().expect("a population");
        run.go(3000).expect("right answers");
        assert_eq!(run.registry.refused, []);
    }
}

/// All frames of a run.
fn frames(brief: Brief) -> Vec<String> {
    let mut run = Run::new(brief, 0, 1, Registry::new());
    run.prepare().expect("a population");
    let next = |_| {
        let (asked, registrar, frame) = run.draw();
        let answer = run.answer(registrar, &frame);
        run.workload.judge(asked, answer.as_bytes()).expect("a right answer");
        frame
    };
    (0..2000).map(next).collect()
}

#[test]
fn a_seed_and_a_run_make_the_same_commands_again_and_others_make_others() {
    let first = frames(brief(ALL_EPP, 100));
    assert_eq!(first, frames(brief(ALL_EPP, 100)));
    for other in [Brief { seed: 12, ..brief(ALL_EPP, 100) }, Brief { run: 0xabd, ..brief(ALL_EPP, 100) }] {
        let other = frames(other);
        assert!(first.iter().zip(&other).filter(|(one, other)| one == other).count() < 20);
    }
    assert!(first[17].ends_with("<clTRID>load-abc-0-17</clTRID></command></epp>"), "{}", first[17]);
}

#[test]
fn a_check_has_as_many_names_as_asked_for_and_half_of_them_are_registered() {
    let brief = Brief { names_per_check: 250, ..brief("check=1", 10_000) };
    let mut run = Run::new(brief, 0, 1, Registry::new());
    run.prepare().expect("a population");
    let mut free = 0;
    for _ in 0..40 {
        let (asked, registrar, frame) = run.draw();
        let names: BTreeSet<_> = frame.split("<domain:name>").skip(1).map(|rest| rest.split('<').next()).collect();
        assert_eq!(names.len(), 250, "none is there twice");
        let answer = run.answer(registrar, &frame);
        free += answer.matches("avail=\"1\"").count();
        assert_eq!(run.workload.judge(asked, answer.as_bytes()), Ok(()));
    }
    assert!((4700..5300).contains(&free), "{free} of 10000 are free");
}

#[test]
fn names_that_cannot_be_prepared_say_why() {
    let mut run = Run::new(brief("check=1", 100), 0, 1, Registry::new());
    run.registry.wants_objects = true;
    let why = run.prepare().expect_err("domains need contacts");
    assert!(why.contains("create of ") && why.contains(".test: refused: ") && why.contains("2003"), "{why}");
}
