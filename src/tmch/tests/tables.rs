//! Lists and reports: those printed in RFC 9361, and tables of what is wrong.

use super::*;
use crate::model::launch_record::{LordnKind, LordnLine};
use crate::model::operator_launch::TmchList;
use crate::tmch::lists::{Entry, parse};
use crate::tmch::lordn;

#[test]
fn the_lists_of_rfc_9361_are_read() {
    let dnl = "1,2012-08-16T00:00:00.0Z\r\nDNL,lookup-key,insertion-datetime\r\n\
               example,2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001,2010-07-14T00:00:00.0Z\r\n\
               another-example,2013041500/6/A/5/alJAqG2vI2BmCv5PfUvuDkf40000000002,2012-08-16T00:00:00.0Z\r\n\
               anotherexample,2013041500/A/C/7/rHdC4wnrWRvPY6nneCVtQhFj0000000003,2011-08-16T12:00:00.0Z\r\n";
    let entry = |name: &str, key: &str, inserted| Entry { name: name.into(), key: key.into(), inserted };
    let noon = Timestamp::from_micros(day(2011, 8, 16).micros() + 12 * 3_600_000_000);
    let found = parse(dnl, TmchList::Dnl).expect("figure 10");
    assert_eq!(found.created, day(2012, 8, 16));
    assert_eq!(
        found.entries,
        [
            entry("another-example", "2013041500/6/A/5/alJAqG2vI2BmCv5PfUvuDkf40000000002", day(2012, 8, 16)),
            entry("anotherexample", "2013041500/A/C/7/rHdC4wnrWRvPY6nneCVtQhFj0000000003", noon),
            entry("example", "2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001", day(2010, 7, 14)),
        ]
    );
    let smdrl = "1,2012-08-16T00:00:00.0Z\nsmd-id,insertion-datetime\n2-2,2012-08-15T00:00:00.0Z\n\
                 3-2,2012-08-15T00:00:00.0Z\n1-2,2012-08-15T00:00:00.0Z";
    let found = parse(smdrl, TmchList::Smdrl).expect("figure 11");
    let names: Vec<&str> = found.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["1-2", "2-2", "3-2"]);
    let surl = "1,2012-08-16T00:00:00.0Z\nDNL,insertion-datetime\nExample,2010-07-14T00:00:00.0Z\n";
    assert_eq!(parse(surl, TmchList::Surl).expect("a list").entries, [entry("example", "", day(2010, 7, 14))]);
    let empty = "1,2012-08-16T00:00:00.0Z\nDNL,insertion-datetime\n";
    assert_eq!(parse(empty, TmchList::Surl).expect("a list").entries, []);
}

#[test]
fn every_wrong_line_is_told_by_its_number() {
    const FIRST: &str = "1,2012-08-16T00:00:00.0Z";
    const DNL: &str = "DNL,lookup-key,insertion-datetime";
    const GOOD: &str = "a,b/c,2012-08-16T00:00:00.0Z";
    let long = format!("{},2012-08-16T00:00:00.0Z", "a".repeat(64));
    let key = format!("a,{},2012-08-16T00:00:00.0Z", "k".repeat(52));
    for (kind, text, expected) in [
        (TmchList::Dnl, String::new(), &[1, 2][..]),
        (TmchList::Dnl, format!("2,2012-08-16T00:00:00.0Z\n{DNL}\n"), &[1]),
        (TmchList::Dnl, format!("1,2012-08-16\n{DNL}\n{GOOD}\n"), &[1]),
        (TmchList::Dnl, format!("1,2012-08-16T02:00:00+02:00\n{DNL}\n{GOOD}\n"), &[1]),
        (TmchList::Dnl, format!("{FIRST},3\n{DNL}\n{GOOD}\n"), &[1]),
        (TmchList::Dnl, format!("\u{feff}{FIRST}\n{DNL}\n{GOOD}\n"), &[1]),
        (TmchList::Surl, format!("{FIRST}\n{DNL}\n"), &[2]),
        (TmchList::Dnl, format!("{FIRST}\n{}\n", DNL.to_lowercase()), &[2]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\n{GOOD}\n\n"), &[4]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\n{GOOD}\r\r\n"), &[3]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\n{GOOD}\n{GOOD}\n"), &[4]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\na,b\n{GOOD}\n,b,2012-08-16T00:00:00.0Z\n{GOOD},x\n"), &[3, 5, 6]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\na,,2012-08-16T00:00:00.0Z\n"), &[3]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\na,b c,2012-08-16T00:00:00.0Z\n"), &[3]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\n{key}\n"), &[3]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\n-a,b,2012-08-16T00:00:00.0Z\n"), &[3]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\né,b,2012-08-16T00:00:00.0Z\n"), &[3]),
        (TmchList::Dnl, format!("{FIRST}\n{DNL}\na.b,b,2012-08-16T00:00:00.0Z\n"), &[3]),
        (TmchList::Surl, format!("{FIRST}\nDNL,insertion-datetime\n{long}\n"), &[3]),
        (TmchList::Smdrl, format!("{FIRST}\nsmd-id,insertion-datetime\n1,2012-08-15T00:00:00.0Z\n"), &[3]),
        (TmchList::Smdrl, format!("{FIRST}\nsmd-id,insertion-datetime\n1-a,2012-08-15T00:00:00.0Z\n"), &[3]),
        (TmchList::Smdrl, format!("{FIRST}\nsmd-id,insertion-datetime\n1-2,soon\n"), &[3]),
    ] {
        let faults = parse(&text, kind).expect_err(&text);
        let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, expected, "{text}: {faults:?}");
    }
}

fn line(kind: LordnKind, roid: &str, name: &str, proof: &str, registered: Timestamp) -> LordnLine {
    LordnLine {
        tld: "gtld".into(),
        kind,
        number: 1,
        roid: roid.into(),
        name: name.into(),
        proof: proof.into(),
        iana_id: Some(9999),
        registered,
        accepted: None,
        applied: None,
    }
}

#[test]
fn reports_are_those_of_rfc_9361() {
    let at = |day: Timestamp, hour: i64, minute: i64, second: i64| {
        Timestamp::from_micros(day.micros() + ((hour * 60 + minute) * 60 + second) * 1_000_000)
    };
    let (created, before) = (day(2012, 8, 16), day(2012, 8, 15));
    let sunrise = |roid, name, proof, registered| line(LordnKind::Sunrise, roid, name, proof, registered);
    let mut first = sunrise("SH8013-REP", "example1.gtld", "1-2", at(before, 13, 20, 0));
    first.applied = Some(at(day(2012, 7, 15), 0, 50, 0));
    let second = sunrise("EK77-REP", "example2.gtld", "2-2", at(before, 14, 0, 3));
    let mut third = sunrise("HB800-REP", "example3.gtld", "3-2", at(before, 15, 40, 0));
    third.number = 3;
    assert_eq!(
        lordn::file(LordnKind::Sunrise, created, &[first, second, third.clone()]).expect("figure 12"),
        "1,2012-08-16T00:00:00.0Z,3\nroid,domain-name,SMD-id,registrar-id,registration-datetime,application-datetime\n\
         SH8013-REP,example1.gtld,1-2,9999,2012-08-15T13:20:00.0Z,2012-07-15T00:50:00.0Z\n\
         EK77-REP,example2.gtld,2-2,9999,2012-08-15T14:00:03.0Z\n\
         HB800-REP,example3.gtld,3-2,9999,2012-08-15T15:40:00.0Z\n"
    );
    third.iana_id = None;
    assert_eq!(lordn::file(LordnKind::Sunrise, created, &[third]), Err(vec![3]));
    let claims = |roid, name, proof, registered| line(LordnKind::Claims, roid, name, proof, registered);
    let mut first = claims("SH8013-REP", "example1.gtld", "a76716ed9223352036854775808", at(before, 14, 20, 0));
    first.accepted = Some(at(before, 13, 20, 0));
    let mut second = claims("EK77-REP", "example2.gtld", "a7b786ed9223372036856775808", at(before, 11, 20, 0));
    (second.accepted, second.iana_id) = (Some(at(before, 11, 19, 0)), Some(1));
    let mut third = claims("HB800-REP", "example3.gtld", "", at(before, 13, 20, 0));
    third.applied = Some(before);
    assert_eq!(
        lordn::file(LordnKind::Claims, created, &[first, second, third]).expect("figure 13"),
        "1,2012-08-16T00:00:00.0Z,3\n\
         roid,domain-name,notice-id,registrar-id,registration-datetime,ack-datetime,application-datetime\n\
         SH8013-REP,example1.gtld,a76716ed9223352036854775808,9999,2012-08-15T14:20:00.0Z,2012-08-15T13:20:00.0Z\n\
         EK77-REP,example2.gtld,a7b786ed9223372036856775808,1,2012-08-15T11:20:00.0Z,2012-08-15T11:19:00.0Z\n\
         HB800-REP,example3.gtld,recent-dnl-insertion,9999,2012-08-15T13:20:00.0Z,recent-dnl-insertion,2012-08-15T00:00:00.0Z\n"
    );
    let empty = lordn::file(LordnKind::Sunrise, created, &[]).expect("no line is wrong");
    assert!(empty.starts_with("1,2012-08-16T00:00:00.0Z,0\nroid,"));
}
