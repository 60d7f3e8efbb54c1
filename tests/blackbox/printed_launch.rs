//! The examples printed in RFC 8334, word for word but for identifiers and what is said beside each, sent to a registry whose
//! TLD is in the phases they speak of; and a whole launch, in time that is driven.

use std::path::{Path, PathBuf};

use crate::extensions::LAUNCH;
use crate::frames::{
    POLL, acknowledge, attributes, available, contact_create, contacts, delete, domain_create, expect, host_create,
    info, text, texts,
};
use crate::printed_rgp::{admin, replay, session};
use crate::support::epp::code;
use crate::support::{EppClient, Server};

/// A printed example; `None`, and a line, where the reference is not at hand.
fn printed(number: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reference = std::env::var_os("DOMESDAY_REFERENCE").map_or_else(|| root.join("../shared"), PathBuf::from);
    let path = reference.join(format!("examples/epp/rfc8334-{number}.xml"));
    let found = std::fs::read_to_string(&path).ok();
    if found.is_none() {
        println!("no example at {}: left unchecked", path.display());
    }
    found
}

pub(crate) fn phase(server: &Server, words: &[&str]) {
    admin(server, &[&["tld", "phase", "set"], words].concat());
}

/// A list of domain name labels in the demo's directory, loaded.
fn load(server: &Server, lines: &[(&str, &str)]) {
    let path = server.directory().join("dnl.csv");
    let lines: String = lines.iter().map(|(label, key)| format!("{label},{key},2012-08-16T00:00:00.0Z\n")).collect();
    let text = format!("1,2012-08-16T00:00:00.0Z\nDNL,lookup-key,insertion-datetime\n{lines}");
    std::fs::write(&path, text).expect("a file can be written");
    admin(server, &["tmch", "load", "dnl", path.to_str().expect("UTF-8")]);
}

/// `command` with `launch:VERB` of that content beside it.
pub(crate) fn extended(command: &str, verb: &str, content: &str) -> String {
    format!("{command}<extension><launch:{verb} xmlns:launch=\"{LAUNCH}\">{content}</launch:{verb}></extension>")
}

pub(crate) fn in_phase(phase: &str) -> String {
    format!("<launch:phase>{phase}</launch:phase>")
}

/// The oldest message of the queue, which is taken away.
pub(crate) fn message(client: &mut EppClient) -> String {
    let answer = expect(client, 1301, POLL);
    let id = attributes(&answer, "id")[0].to_owned();
    expect(client, 1000, &acknowledge(&id));
    answer
}

#[test]
fn the_examples_of_rfc_8334_are_answered_as_printed() {
    let Some(check) = printed("04-command") else { return };
    let print = |number: &str| printed(number).expect("one is there");
    let server = Server::start_virtual();
    let mut client = session(&server, 0, &[LAUNCH]);
    for id in ["jd1234", "sh8013"] {
        expect(&mut client, 1000, &contact_create(id));
    }
    // Claims checks (section 3.1.1), and trademark checks whatever the phase (section 3.1.3).
    let key = "2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001";
    load(&server, &[("domain2", key), ("domain3", key)]);
    replay(&mut client, 2306, &check);
    phase(&server, &["example", "claims", "--notices"]);
    for (asked, number) in [(&check, "05-response"), (&print("07-command"), "08-response")] {
        let (answer, expected) = (replay(&mut client, 1000, asked), print(number));
        assert_eq!(texts(&answer, "launch:phase"), texts(&expected, "launch:phase"));
        assert_eq!(attributes(&answer, "exists"), attributes(&expected, "exists"));
        assert_eq!(texts(&answer, "launch:claimKey"), [key, key], "{answer}");
        assert!(!answer.contains("resData"));
    }
    replay(&mut client, 2306, &print("06-command"));
    phase(&server, &["example", "custom", "--name", "idn-release"]);
    assert_eq!(available(&replay(&mut client, 1000, &print("06-command"))), [true, true]);
    // The notice is printed with the checksum of another name, and has expired (section 3.3.2).
    replay(&mut client, 2306, &print("17-command"));

    // Sunrise with codes, by application (sections 3.2 to 3.5).
    phase(&server, &["example", "sunrise", "--applications"]);
    let answer = replay(&mut client, 1001, &print("12-command"));
    assert_eq!(code(&answer), code(&print("20-response")));
    assert!(!answer.contains("exDate"), "{answer}");
    let id = text(&answer, "launch:applicationID").to_owned();
    let ours = |number: &str| print(number).replace("abc123", &id);
    let answer = replay(&mut client, 1000, &ours("09-command"));
    let elements = ["domain:name", "domain:registrant", "domain:contact", "launch:phase"];
    for element in elements {
        assert!(!texts(&answer, element).is_empty(), "{answer}");
    }
    assert_eq!(attributes(&answer, "s"), ["pendingCreate", "pendingValidation"]);
    assert_eq!(text(&answer, "launch:applicationID"), id);
    // No domain is registered in that phase, and the hosts below one that is not registered are not there.
    replay(&mut client, 2303, &print("10-command"));
    replay(&mut client, 2303, &ours("21-command"));
    replay(&mut client, 2303, &print("22-command"));
    replay(&mut client, 1000, &ours("22-command"));
    replay(&mut client, 2303, &ours("09-command"));
    // A signed mark that is none (section 3.3.1), and a landrush (section 3.3.3).
    let answer = client.exchange(&print("16-command"));
    assert!([2005, 2306].contains(&code(&answer)), "{answer}");
    replay(&mut client, 2306, &print("18-command"));
    phase(&server, &["example", "landrush", "--applications"]);
    let answer = replay(&mut client, 1001, &print("18-command"));
    let id = text(&answer, "launch:applicationID").to_owned();
    admin(&server, &["launch", "status", &id, "pendingAllocation", "--reason", "An auction."]);
    admin(&server, &["launch", "allocate", &id]);
    let expected = print("02-response");
    let moved = message(&mut client);
    assert_eq!(attributes(&moved, "s"), ["pendingCreate", "pendingAllocation"], "{moved}");
    let answer = message(&mut client);
    assert_eq!(attributes(&answer, "paResult"), attributes(&expected, "paResult"));
    assert_eq!(attributes(&answer, "s"), attributes(&expected, "s"), "{answer}");
    assert!(answer.contains("domain:panData") && texts(&answer, "clTRID")[0] == "ABC-12345", "{answer}");
}

#[test]
fn a_tld_is_launched_from_landrush_by_claims_to_open() {
    let server = Server::start_virtual();
    let [mut a, mut b] = [0, 1].map(|index| session(&server, index, &[LAUNCH]));
    load(&server, &[("mark", "2026112100/1/a/b/mark")]);
    phase(&server, &["test", "landrush", "--applications", "--until", "2099-01-01T00:00:00Z"]);
    let landrush = |name: &str| extended(&domain_create(name, ""), "create", &in_phase("landrush"));
    let ids: Vec<String> = [&mut a, &mut b]
        .into_iter()
        .map(|client| text(&expect(client, 1001, &landrush("gold.test")), "launch:applicationID").to_owned())
        .collect();
    expect(&mut a, 2306, &domain_create("gold.test", ""));
    let of = |id: &str| format!("{}<launch:applicationID>{id}</launch:applicationID>", in_phase("landrush"));
    expect(&mut b, 2201, &extended(&info("domain", "gold.test"), "info", &of(&ids[0])));
    expect(&mut b, 1000, &extended(&info("domain", "gold.test"), "info", &of(&ids[1])));
    server_clock(&server, 30);
    admin(&server, &["launch", "allocate", &ids[1]]);
    assert!(message(&mut a).contains("s=\"rejected\""));
    assert!(message(&mut b).contains("s=\"allocated\""));
    let answer = expect(&mut b, 1000, &extended(&info("domain", "gold.test"), "info", &in_phase("landrush")));
    assert!(answer.contains("<launch:status s=\"allocated\"/>") && answer.contains("exDate"), "{answer}");
    expect(&mut a, 2308, &extended(&delete("domain", "gold.test"), "delete", &of(&ids[0])));

    admin(&server, &["tld", "phase", "remove", "test", "landrush"]);
    phase(&server, &["test", "claims", "--notices", "--notice-days", "2"]);
    let asked = extended(&crate::frames::check("domain", &["mark.test", "free.test"]), "check", &in_phase("claims"));
    let answer = expect(&mut a, 1000, &asked);
    assert_eq!(texts(&answer, "launch:claimKey"), ["2026112100/1/a/b/mark"]);
    expect(&mut a, 1000, &domain_create("free.test", ""));
    let answer = expect(&mut a, 2306, &domain_create("mark.test", ""));
    assert!(answer.contains("claims notice must be acknowledged"), "{answer}");
    // CRC-32 of mark, the expiry in seconds and the number.
    let notice = |id: &str, accepted: &str| {
        let content = format!(
            "{}<launch:notice><launch:noticeID>{id}</launch:noticeID><launch:notAfter>2090-01-01T00:00:00Z\
             </launch:notAfter><launch:acceptedDate>{accepted}</launch:acceptedDate></launch:notice>",
            in_phase("claims")
        );
        extended(&domain_create("mark.test", ""), "create", &content)
    };
    let now = text(&expect(&mut a, 1000, &info("domain", "free.test")), "domain:crDate").to_owned();
    let good = format!("{:08x}0000000000000000001", crc32("mark37869120000000000000000000001"));
    expect(&mut a, 2306, &notice("000000000000000000000000001", &now));
    expect(&mut a, 2306, &notice(&good, "2026-01-01T00:00:00Z"));
    expect(&mut a, 1000, &notice(&good, &now));

    phase(&server, &["test", "open"]);
    expect(&mut b, 1000, &extended(&domain_create("later.test", ""), "create", &in_phase("open")));
    // An application needs what it refers to: its host stays.
    admin(&server, &["tld", "phase", "set", "example", "landrush", "--applications"]);
    for id in ["jd1234", "sh8013"] {
        expect(&mut a, 1000, &contact_create(id));
    }
    expect(&mut a, 1000, &host_create("ns1.example.icann", &[]));
    let options =
        crate::frames::name_servers(&["ns1.example.icann"]) + &contacts("sh8013").replacen("sh8013", "jd1234", 1);
    expect(&mut a, 1001, &extended(&domain_create("new.example", &options), "create", &in_phase("landrush")));
    expect(&mut a, 2305, &delete("host", "ns1.example.icann"));
}

#[test]
fn a_launch_extends_commands_on_domains_by_their_name_and_in_sessions_that_asked() {
    let server = Server::start_virtual();
    let check = |command: &str| extended(command, "check", &in_phase("open"));
    let domains = crate::frames::check("domain", &["a.test"]);
    let mut without = EppClient::logged_in(server.demo(), 0);
    expect(&mut without, 2103, &check(&domains));
    let mut with = session(&server, 0, &[LAUNCH]);
    let answer = expect(&mut with, 1000, &check(&domains));
    assert_eq!((attributes(&answer, "exists"), text(&answer, "launch:phase")), (vec!["0"], "open"));
    for command in [crate::frames::check("host", &["ns1.a.test"]), info("domain", "a.test"), delete("domain", "a.test")]
    {
        let answer = expect(&mut with, 2103, &check(&command));
        assert!(text(&answer, "reason").contains("domain:check"), "{answer}");
    }
    let id = format!("{}<launch:applicationID>{}</launch:applicationID>", in_phase("open"), "x".repeat(5000));
    expect(&mut with, 2102, &extended(&delete("domain", "a.test"), "delete", &id));
}

fn server_clock(server: &Server, days: u32) {
    admin(server, &["clock", "advance", "--days", &days.to_string()]);
}

/// CRC-32 of IEEE 802.3, as slow as it is short.
pub(crate) fn crc32(text: &str) -> u32 {
    !text.bytes().fold(u32::MAX, |crc, octet| {
        (0..8).fold(crc ^ u32::from(octet), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}
