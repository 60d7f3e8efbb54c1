//! Short forms become frames that the schemas accept and our own decoder reads.

use super::*;
use crate::epp::decode;

fn words(line: &str) -> Vec<String> {
    line.split('_').flat_map(str::split_whitespace).map(str::to_owned).collect()
}

fn frame(line: &str) -> String {
    match step(&words(line), "cli-1") {
        Ok(Step::Frame(frame)) => String::from_utf8(frame).expect("made of text"),
        Ok(Step::RenewAfter { info, .. }) => info,
        Err(error) => panic!("{line}: {error}"),
    }
}

/// A line of every form, with every option somewhere.
const LINES: &[&str] = &[
    "check a.test",
    "check a.test b.test",
    "update domain a.test --rem-all-ds --max-sig-life 604800 --urgent",
    "check domain a.test",
    "check host ns1.a.test ns2.a.test",
    "check contact abc-1",
    "check a.test b.test --fee",
    "info domain a.test --ttl --token",
    "info host ns1.a.test --ttl-policy",
    "create domain a.test --ttl NS=3600 --ttl DS=60",
    "create host ns1.a.test 192.0.2.1 --ttl A=60",
    "update domain a.test --ttl NS= --ttl DNAME=5 --ttl SVCB=9",
    "update host ns1.a.test --ttl AAAA=60",
    "check a.test --token abc123",
    "check xn--sn-fka.test --idn-table de --uname sön.test",
    "create domain xn--sn-fka.test --idn-table de --uname sön.test",
    "create domain xn--sn-fka.test --idn-table de",
    "info domain a.test --token",
    "create domain a.test --fee 12.50 --token abc123",
    "renew a.test --cur-exp-date 2027-01-31 --token abc123",
    "transfer request a.test --pw 2fooBAR --token abc123",
    "check a.test --fee create renew restore --years 2 --currency EUR",
    "balance",
    "maintenance",
    "maintenance 2027-02",
    "info domain a.test",
    "info domain a.test --hosts del --pw 2fooBAR",
    "info host ns1.a.test",
    "info contact abc-1 --pw 2fooBAR",
    "create domain a.test",
    "create domain a.test --years 2 --ns ns1.a.test --ns ns2.a.test --registrant abc-1 --admin abc-1 --billing abc-2 --tech abc-3 --pw 2fooBAR",
    "create domain a.test --years 2 --fee 12.50 --currency EUR",
    "create domain a.test --ns-attr ns1.a.test,192.0.2.1,2001:db8::1 --ns-attr ns1.b.example",
    "create host ns1.a.test",
    "create host ns1.a.test 192.0.2.1 2001:db8::1",
    "create contact abc-1 --name Ada --city Wien --cc AT --email a@b.example",
    "create contact abc-1 --type loc --name Ada --org Inc --street X1 --street X2 --city Wien --sp W --pc 1010 --cc AT --voice +43.1 --fax +43.2 --email a@b.example --pw 2fooBAR",
    "renew a.test",
    "renew a.test --years 3 --cur-exp-date 2027-01-31",
    "renew a.test --cur-exp-date 2027-01-31 --fee 10",
    "delete domain a.test",
    "delete host ns1.a.test",
    "delete contact abc-1",
    "update domain a.test --add-ns ns3.a.test --rem-ns ns1.a.test --add-contact tech:abc-4 --rem-contact admin:abc-1 --add-status clientHold --rem-status clientUpdateProhibited --registrant abc-9 --pw 2BARfoo",
    "update domain a.test --add-ns-attr ns2.a.test,192.0.2.2 --rem-ns-attr ns1.a.test",
    "update domain a.test --no-pw",
    "update domain a.test --add-status clientHold --fee 0",
    "update domain a.test --restore",
    "update domain a.test --restore --fee 40 --currency EUR",
    "update domain a.test --restore-report mistake --deleted 2027-01-31T12:00:00Z --restored 2027-02-01T12:00:00Z --before x --after y",
    "update host ns1.a.test --add-ip 192.0.2.2 --rem-ip 2001:db8::1 --add-status clientUpdateProhibited --new-name ns9.a.test",
    "update host ns1.a.test --rem-status clientUpdateProhibited",
    "update contact abc-1 --add-status clientDeleteProhibited --rem-status clientUpdateProhibited --name Eve --email e@b.example --pw 2fooBAR",
    "update contact abc-1 --city Graz --cc AT --voice +43.3",
    "transfer request a.test --pw 2fooBAR --years 1",
    "transfer request a.test --pw 2fooBAR --fee 9 --currency EUR",
    "transfer request contact abc-1 --pw 2fooBAR",
    "transfer query a.test",
    "transfer approve a.test",
    "transfer reject domain a.test",
    "transfer cancel contact abc-1",
    "poll",
    "ack 12345",
    "hello",
];

#[test]
fn every_form_is_a_frame_that_our_decoder_reads() {
    for line in LINES {
        let frame = frame(line);
        assert!(decode::decode(frame.as_bytes()).is_ok(), "{line}: {frame}");
    }
}

/// Judged by libxml2 where it and the schemas are at hand.
#[test]
fn every_form_is_valid_against_the_schemas() {
    let reference = std::env::var("DOMESDAY_REFERENCE").unwrap_or_else(|_| "../shared".into());
    let schema = std::path::Path::new(&reference).join("xsd/epp-all.xsd");
    if !schema.is_file() || std::process::Command::new("xmllint").arg("--version").output().is_err() {
        return eprintln!("no xmllint or no schemas ({}): short forms are not judged by libxml2", schema.display());
    }
    let dir = tempfile::tempdir().expect("a directory");
    let mut lint = std::process::Command::new("xmllint");
    lint.args(["--nonet", "--noout", "--schema"]).arg(&schema);
    for (number, line) in LINES.iter().enumerate() {
        let path = dir.path().join(format!("{number}.xml"));
        std::fs::write(&path, frame(line)).expect("writable");
        lint.arg(path);
    }
    let output = lint.output().expect("it ran before");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_renewal_reads_the_date_first() {
    let step = step(&words("renew a.test --years 2 --fee 7"), "cli-1").expect("a form");
    let Step::RenewAfter { info, name, years, offer } = step else { panic!("{step:?}") };
    assert!(info.contains("<domain:info"), "{info}");
    assert_eq!((name.as_str(), years), ("a.test", Some(2)));
    let renewal = renew("a.test", "2027-01-31", years, &offer, "t");
    assert!(renewal.contains("<domain:curExpDate>2027-01-31</domain:curExpDate>"), "{renewal}");
    assert!(renewal.contains("<fee:fee>7</fee:fee></fee:renew></extension><clTRID>"), "{renewal}");
}

#[test]
fn extensions_stand_beside_the_commands_that_they_extend() {
    let asked = frame("check a.test --fee");
    for command in ["create", "renew", "transfer", "restore"] {
        assert!(asked.contains(&format!("<fee:command name=\"{command}\"/>")), "{asked}");
    }
    let asked = frame("check a.test --fee renew restore --years 3");
    assert!(
        asked.contains("<fee:command name=\"renew\"><fee:period unit=\"y\">3</fee:period></fee:command>"),
        "{asked}"
    );
    assert!(asked.contains("<fee:command name=\"restore\"/>"), "{asked}");
    let token = frame("check a.test --token abc123");
    assert!(token.contains(">abc123</allocationToken:allocationToken></extension>"), "{token}");
    let named = "<extension><idn:data xmlns:idn=\"urn:ietf:params:xml:ns:idn-1.0\"><idn:table>de</idn:table>";
    for verb in ["check", "create domain"] {
        let table = frame(&format!("{verb} xn--sn-fka.test --idn-table de"));
        assert!(table.contains(&format!("{named}</idn:data></extension>")), "{table}");
        let both = frame(&format!("{verb} xn--sn-fka.test --idn-table de --uname sön.test"));
        assert!(both.contains(&format!("{named}<idn:uname>sön.test</idn:uname></idn:data></extension>")), "{both}");
    }
    let restored = frame("update domain a.test --restore --fee <40>");
    assert!(restored.contains("<domain:chg/></domain:update></update><extension><rgp:update "), "{restored}");
    assert!(restored.contains("</rgp:update><fee:update ") && restored.contains("&lt;40&gt;"), "{restored}");
    for line in ["check a.test", "create domain a.test", "update domain a.test --no-pw", "transfer request a.test"] {
        assert!(!frame(line).contains("<extension>"), "{line}");
    }
    for line in [
        "renew a.test --currency EUR",
        "check a.test --years 2",
        "create domain xn--sn-fka.test --uname sön.test",
        "update domain a.test --restore-report why",
        "update domain a.test --deleted 2027-01-31T12:00:00Z",
        "update domain a.test --restore --restore-report why --deleted x --restored x --before x --after x",
    ] {
        assert!(step(&words(line), "t").is_err_and(|error| error.use_stderr()), "{line}");
    }
}

#[test]
fn dnssec_data_is_typed_as_zone_files_have_it() {
    let key = "257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=";
    let ds = |key: &str| {
        format!(
            "<secDNS:dsData><secDNS:keyTag>1</secDNS:keyTag><secDNS:alg>13</secDNS:alg>\
            <secDNS:digestType>2</secDNS:digestType><secDNS:digest>00FF</secDNS:digest>{key}</secDNS:dsData>"
        )
    };
    let key_data = "<secDNS:keyData><secDNS:flags>257</secDNS:flags><secDNS:protocol>3</secDNS:protocol>\
        <secDNS:alg>15</secDNS:alg><secDNS:pubKey>l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=</secDNS:pubKey></secDNS:keyData>";
    let sec_dns = "xmlns:secDNS=\"urn:ietf:params:xml:ns:secDNS-1.1\"";
    for (line, verb, content) in [
        (vec!["create", "domain", "a.test", "--ds", "1 13 2 00FF"], "create", ds("")),
        (vec!["create", "domain", "a.test", "--key", key], "create", key_data.to_owned()),
        (
            vec!["create", "domain", "a.test", "--ds", &format!("1 13 2 00FF {key}"), "--max-sig-life", "9"],
            "create",
            format!("<secDNS:maxSigLife>9</secDNS:maxSigLife>{}", ds(key_data)),
        ),
        (
            vec!["update", "domain", "a.test", "--rem-ds", "1 13 2 00FF", "--max-sig-life", "9"],
            "update",
            format!(
                "<secDNS:rem>{}</secDNS:rem><secDNS:chg><secDNS:maxSigLife>9</secDNS:maxSigLife></secDNS:chg>",
                ds("")
            ),
        ),
        (
            vec!["update", "domain", "a.test", "--rem-all-ds", "--add-key", key],
            "update",
            format!("<secDNS:rem><secDNS:all>true</secDNS:all></secDNS:rem><secDNS:add>{key_data}</secDNS:add>"),
        ),
    ] {
        let line: Vec<String> = line.into_iter().map(str::to_owned).collect();
        let sent = match step(&line, "t") {
            Ok(Step::Frame(sent)) => String::from_utf8(sent).expect("made of text"),
            _ => panic!("{line:?} is a frame"),
        };
        let expected = format!("<extension><secDNS:{verb} {sec_dns}>{content}</secDNS:{verb}></extension>");
        assert!(sent.contains(&expected), "{sent}");
    }
    let urgent = frame("update domain a.test --rem-all-ds --urgent");
    assert!(urgent.contains(&format!("<secDNS:update {sec_dns} urgent=\"true\"><secDNS:rem>")), "{urgent}");
    for line in [
        "create domain a.test --ds 1",
        "update domain a.test --add-ds 1",
        "update domain a.test --rem-all-ds --rem-key x",
    ] {
        assert!(step(&words(line), "t").is_err_and(|error| error.use_stderr()), "{line}");
    }
}

#[test]
fn a_launch_stands_beside_the_commands_that_it_extends() {
    for (line, parts) in [
        (
            "check a.test --phase claims --claims",
            &["type=\"claims\"><launch:phase>claims</launch:phase></launch:check>"][..],
        ),
        ("check a.test --phase custom:early", &["type=\"avail\"><launch:phase name=\"early\">custom</launch:phase>"]),
        ("check a.test --trademark", &["type=\"trademark\"/>"]),
        (
            "info domain a.test --phase sunrise --mark",
            &["<launch:info ", " includeMark=\"true\"><launch:phase>sunrise<"],
        ),
        ("info domain a.test --phase sunrise --application A1", &["<launch:info ", "<launch:applicationID>A1<"]),
        (
            "update domain a.test --phase sunrise --application A1 --pw x",
            &["<launch:update ", "<launch:applicationID>A1<"],
        ),
        ("delete domain a.test --phase sunrise --application A1", &["<launch:delete ", "<launch:applicationID>A1<"]),
        (
            "create domain a.test --phase claims --make registration --notice 1 --not-after x --accepted y",
            &[
                "type=\"registration\"><launch:phase>claims</launch:phase><launch:notice>",
                "<launch:noticeID>1</launch:noticeID><launch:notAfter>x</launch:notAfter>",
            ],
        ),
    ] {
        let sent = frame(line);
        assert!(parts.iter().all(|part| sent.contains(part)), "{line}: {sent}");
    }
    let file = std::env::temp_dir().join(format!("domesday-smd-{}", std::process::id()));
    std::fs::write(&file, "Marks: A\n-----BEGIN ENCODED SMD-----\nAAAA\nBBBB\n-----END ENCODED SMD-----\n")
        .expect("a file");
    let sent = frame(&format!("create domain a.test --phase sunrise --smd {}", file.display()));
    std::fs::remove_file(&file).expect("it is there");
    assert!(sent.contains(">AAAA\nBBBB</smd:encodedSignedMark></launch:create>"), "{sent}");
    for line in ["check a.test --claims", "info domain a.test --application A1", "create domain a.test --notice 1"] {
        assert!(step(&words(line), "t").is_err_and(|error| error.use_stderr()), "{line}");
    }
}

#[test]
fn values_go_out_as_typed_but_escaped() {
    assert!(frame("check A..<b>&").contains("<domain:name>A..&lt;b&gt;&amp;</domain:name>"));
    assert!(frame("create host ns1.a.test nonsense").contains("<host:addr ip=\"v4\">nonsense</host:addr>"));
}

#[test]
fn verbs_are_told_from_files_and_wrong_forms_are_errors() {
    for (word, verb) in [("check", true), ("help", true), ("frames.xml", false), ("-", false), ("./check", false)] {
        assert_eq!(is_verb(word), verb, "{word}");
    }
    for line in
        ["check", "info a.test", "delete a.test", "transfer take a.test", "create domain", "renew a.test --years x"]
    {
        assert!(step(&words(line), "t").is_err_and(|error| error.use_stderr()), "{line}");
    }
}
