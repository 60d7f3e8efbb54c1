//! What is under way, and what it comes to. That the log is folded as the registry writes it is seen in the black-box tests.

use super::*;
use crate::base::timestamp::Date;

fn at(year: i32, month: u8, day: u8) -> Timestamp {
    Date::new(year, month, day).expect("a date").midnight()
}

fn term(kind: GraceKind, until: Timestamp, months: u32) -> Term {
    Term { kind, until, months, registrar: "a".into(), settled: false }
}

fn tally(terms: Vec<Term>) -> Tally {
    let mut tally = Tally::new(7, 3, at(2026, 1, 1));
    let (tld, sponsor) = ("example".to_owned(), "a".to_owned());
    let life = Life { tld, sponsor, expires: at(2027, 1, 1), terms, removal: None, transfer: None };
    tally.lives.insert("one.example".into(), life);
    tally
}

fn figures(tally: &Tally, month: u8, now: Timestamp) -> Vec<(usize, u64)> {
    let month = Month { year: 2026, month };
    let all = tally.month(month, "example", now, &Census::default(), &BTreeMap::new());
    let row = all.get("a").copied().unwrap_or([0; FIGURES]);
    row.into_iter().enumerate().filter(|(_, figure)| *figure > 0).collect()
}

#[test]
fn years_count_in_the_month_in_which_their_grace_period_ends_and_not_before() {
    let terms = vec![term(GraceKind::Add, at(2026, 2, 1), 24), term(GraceKind::AutoRenew, at(2026, 2, 15), 12)];
    let mut tally = tally(terms);
    assert_eq!(figures(&tally, 1, at(2026, 3, 1)), [], "the first of February is February");
    assert_eq!(figures(&tally, 2, at(2026, 2, 10)), [(place::ADDS + 1, 1)]);
    let both = [(place::ADDS + 1, 1), (place::RENEWS, 1)];
    assert_eq!(figures(&tally, 2, at(2026, 3, 1)), both);
    // What is tidied up counts the same.
    tally.tidy(at(2026, 2, 10), Month { year: 2025, month: 1 });
    assert_eq!(tally.lives["one.example"].terms.len(), 1);
    assert_eq!(figures(&tally, 2, at(2026, 3, 1)), both);
    tally.tidy(at(2026, 3, 10), Month { year: 2026, month: 2 });
    assert!(tally.lives.is_empty());
    assert_eq!(figures(&tally, 2, at(2026, 3, 1)), both);
    tally.tidy(at(2026, 3, 10), Month { year: 2026, month: 3 });
    assert_eq!(figures(&tally, 2, at(2026, 3, 1)), [], "forgotten");
}

#[test]
fn terms_have_columns_from_one_year_to_ten() {
    for (months, expected) in [(1, 0), (12, 0), (13, 1), (24, 1), (120, 9), (240, 9)] {
        assert_eq!(years(months), expected, "{months}");
    }
    assert_eq!(months(at(2024, 2, 29), at(2026, 2, 28)), 24);
    assert_eq!(months(at(2024, 1, 31), at(2034, 1, 31)), 120);
}

#[test]
fn a_file_reads_back_and_a_changed_octet_shows() {
    let mut tally = tally(vec![term(GraceKind::Renew, at(2026, 2, 1), 36)]);
    tally.add(at(2026, 1, 3), "example", "b", place::LOST);
    tally.ends.insert(Month { year: 2026, month: 1 }, Census { tlds: vec!["example".into()], ..Census::default() });
    let file = tally.to_file();
    assert_eq!(Tally::from_file(&file), Ok(tally));
    for at in (0..file.len()).step_by(7) {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(Tally::from_file(&changed).is_err(), "{at}");
    }
    assert!(Tally::from_file(&file[..20]).is_err() && Tally::from_file(b"").is_err());
}

#[test]
fn a_report_has_a_line_for_each_registrar_that_counts_and_totals() {
    let registrar = |clid: &str, iana_id, terminated, is_test| Registered {
        clid: clid.into(),
        name: format!("{clid}, Inc."),
        iana_id,
        operational: true,
        terminated,
        is_test,
    };
    let registrars = vec![
        registrar("none", None, false, false),
        registrar("b", Some(12), false, false),
        registrar("a", Some(9), true, false),
        registrar("gone", Some(3), true, false),
        registrar("test", Some(1), false, true),
    ];
    let row = |figure| std::array::from_fn(|place| if place == figure { 2 } else { 0 });
    let rows = [("a", row(0)), ("b", row(36)), ("test", row(5))].map(|(clid, row)| (clid.to_owned(), row));
    let made = report(&rows.into(), &Census { registrars, ..Census::default() });
    assert_eq!(super::super::monthly::check(&made).1, []);
    let text = String::from_utf8(made).expect("UTF-8");
    let lines: Vec<_> = text.lines().skip(1).collect();
    let zeros = |count| ",0".repeat(count);
    assert_eq!(
        lines,
        [
            format!("\"a, Inc.\",9,2{}", zeros(36)),
            format!("\"b, Inc.\",12{},2", zeros(36)),
            format!("\"none, Inc.\",9999{}", zeros(37)),
            format!("Totals,,2{},2", zeros(35)),
        ]
    );
}
