//! Counters of one shard, from command to file.

use super::*;
use crate::model::memory::Memory;
use crate::node::activity;
use crate::reports::activity::attempts_key;

fn at(text: (i32, u8, u8)) -> Timestamp {
    crate::base::timestamp::Date::new(text.0, text.1, text.2).expect("a date").midnight()
}

fn view() -> Memory {
    Memory::default()
}

#[test]
fn a_name_stands_below_a_tld_whatever_its_case() {
    for (name, tld, expected) in [
        ("a.example", "example", true),
        ("A.EXAMPLE", "example", true),
        ("a.b.example", "example", true),
        ("example", "example", false),
        (".example", "example", false),
        ("aexample", "example", false),
        ("a.example.net", "example", false),
        ("", "example", false),
    ] {
        assert_eq!(is_below(name, tld), expected, "{name} {tld}");
    }
}

#[test]
fn counts_go_to_the_longest_tld_and_the_month_of_the_response_and_go_on_after_a_start() {
    let dir = tempfile::tempdir().expect("a directory");
    let learned = || {
        let activity = Activity::new(dir.path(), 3);
        ["example", "co.example"].into_iter().for_each(|name| activity.counters.borrow_mut().learn(name));
        activity
    };
    let november = Month { year: 2026, month: 11 };
    let december = Month { year: 2026, month: 12 };
    let names = |names: &[&'static str]| names.iter().map(|name| (*name).into()).collect();
    let check = |asked: &[&'static str]| {
        Action::Query(Query::DomainCheck { names: names(asked), fee: None, idn: None, token: None })
    };
    let send = |activity: &Activity, action: &Action<'_>, now| {
        let mut noted = Vec::new();
        activity.note(view, action, "registrar-a", &mut noted);
        activity.count(&mut noted, now);
        assert!(noted.is_empty());
    };
    let activity = learned();
    send(&activity, &check(&["a.example", "b.co.example", "c.Example", "d.invalid"]), at((2026, 11, 30)));
    send(&activity, &check(&["a.example"]), at((2026, 12, 1)));
    send(&activity, &Action::Query(Query::HostCheck(names(&["ns.elsewhere.net"]))), at((2026, 12, 1)));
    // Killed and started again.
    std::mem::forget(activity);
    let activity = learned();
    send(&activity, &check(&["a.example"]), at((2026, 12, 31)));
    activity.rdap(view, RdapKind::Help, "", at((2026, 12, 31)));
    let of = |month, key: &str, counter: Counter| {
        let (counts, files) = activity::read(dir.path(), month).expect("read");
        assert_eq!(files, 1);
        counts.get(key).map_or(0, |row| row[counter as usize])
    };
    assert_eq!(of(november, "example", Counter::DomCheck), 1);
    assert_eq!(of(november, "co.example", Counter::DomCheck), 1);
    assert_eq!(of(december, "example", Counter::DomCheck), 2);
    assert_eq!(of(december, "", Counter::HostCheck), 1);
    assert_eq!(of(december, "", Counter::RdapQueries), 1);
    activity::sync(dir.path(), december).expect("synced");
}

#[test]
fn a_file_grows_with_its_rows_and_a_damaged_one_is_put_aside() {
    let dir = tempfile::tempdir().expect("a directory");
    let (month, now) = (Month { year: 2026, month: 11 }, at((2026, 11, 5)));
    let activity = Activity::new(dir.path(), 0);
    activity.counters.borrow_mut().learn("example");
    // More registrars than the first file has room for.
    for round in 0..2 {
        for number in 0..2_000 {
            let key = activity.counters.borrow_mut().attempt(0, &format!("registrar-{number}"));
            activity.count(&mut vec![Noted { key, counter: 0 }], now);
        }
        let (counts, _) = activity::read(dir.path(), month).expect("read");
        assert_eq!(counts.len(), 2_000);
        assert!(counts.values().all(|row| *row == [round + 1]));
        assert!(counts.contains_key(&attempts_key("example", "registrar-1999")));
    }
    drop(activity);
    let path = activity::files(dir.path(), month).expect("listed").remove(0);
    fs::write(&path, [7; 100]).expect("written");
    assert!(activity::read(dir.path(), month).is_err());
    let activity = Activity::new(dir.path(), 0);
    let key = activity.counters.borrow_mut().key("other".into(), 1);
    activity.count(&mut vec![Noted { key, counter: 0 }], now);
    assert_eq!(activity::read(dir.path(), month).expect("read").0["other"], [1]);
    assert!(path.with_extension("damaged").exists());
}
