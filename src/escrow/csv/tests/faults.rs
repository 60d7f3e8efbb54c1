//! What is wrong with CSV files is told where it is, and all else is read.

use super::{Made, read};
use crate::escrow::object::{Delete, NameServers, Object};
use crate::escrow::xml::Event;
use crate::model::record::TransferState;

const XML: &str = include_str!("testdata/good.xml");

/// Files with the fields of those definitions; some end their lines as RFC 4180 has it, and some as RFC 9022 does.
const FILES: [(&str, &str); 15] = [
    ("gone.csv", "H8-EX\nH9-EX\n"),
    ("domain.csv", "D1-EX,one.example,con-1,9,reg-9,2028-01-01T00:00:00Z,\"1,50\"\r\nD2-EX,two.example,con-1,9,,,\r\n"),
    ("statuses.csv", "clientHold;one.example;\nserverHold;one.example;de\nok;TWO.example;\n"),
    ("servers.csv", "one.example,H1-EX\none.example,H2-EX"),
    ("attributes.csv", "two.example,ns.two.example,192.0.2.1\ntwo.example,ns.two.example,2001:DB8::1\n"),
    ("ds.csv", "one.example,604800,30730,8,2,91C9B176EB\none.example,604800,61882,8,2,9F8FEAC94B\n"),
    ("transfer.csv", "two.example,pending,reg-9,2026-05-01T00:00:00Z,reg-8,2026-05-06T00:00:00Z\n"),
    ("host.csv", "ns.one.example,H1-EX,reg-9\nns.other.test,H2-EX,reg-9\n"),
    ("hoststatuses.csv", "H1-EX,ok\nH2-EX,linked\n"),
    ("contact.csv", "con-1,C1-EX,+1.7035555555,12,a@b.example,reg-9\n"),
    ("contactstatuses.csv", "con-1,ok\n"),
    ("postal.csv", "con-1,int,John,Suite 1,1 Street,Reston,US\ncon-1,loc,Jöhn,,,Réston,US\n"),
    ("disclose.csv", "con-1,0,1\n"),
    ("registrar.csv", "reg-9,Nine,9,ok,Bern,CH\nreg-8,Eight,8,,,\n"),
    ("idn.csv", "de,https://example.example/de\n"),
];

fn good() -> Made {
    let files = FILES.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    let mut made = Made { xml: XML.to_owned(), files: files.into_iter().collect() };
    made.files.insert("nndn.csv".into(), b"xn--a.example,mirrored,\n".to_vec());
    made
}

fn changed(file: &str, from: &str, to: &str) -> Made {
    let mut made = good();
    let text = match file {
        "" => made.xml.clone(),
        file => String::from_utf8(made.files[file].clone()).expect("UTF-8"),
    };
    assert!(text.contains(from), "{from:?} in {file:?}");
    let text = text.replacen(from, to, 1);
    match file {
        "" => made.xml = text,
        file => drop(made.files.insert(file.to_owned(), text.into_bytes())),
    }
    made
}

/// The faults, as `domain.csv line 3: …`.
fn faults(made: &Made) -> Vec<String> {
    let placed = read(made);
    assert_eq!(placed.last().map(|placed| &placed.event), Some(&Event::End));
    let fault = |placed: super::Placed| match placed.event {
        Event::Fault(fault) => {
            assert_eq!(fault.line, placed.line);
            Some(format!("{} {fault}", placed.file.as_deref().unwrap_or("xml")))
        }
        _ => None,
    };
    placed.into_iter().filter_map(fault).collect()
}

#[test]
fn fields_in_any_order_from_any_maker_are_put_together() {
    assert_eq!(faults(&good()), Vec::<String>::new());
    let events: Vec<Event> = read(&good()).into_iter().map(|placed| placed.event).collect();
    assert!(events.contains(&Event::Delete(Delete::HostRoid("H9-EX".into()))), "{events:?}");
    let objects: Vec<&Object> = events
        .iter()
        .filter_map(|event| match event {
            Event::Object(object) => Some(object),
            _ => None,
        })
        .collect();
    let [_, _, _, Object::Contact(contact), _, _, Object::Domain(one), Object::Domain(two), Object::Nndn(_)] =
        objects.as_slice()
    else {
        panic!("{objects:?}")
    };
    assert_eq!(contact.postal[0].address.street, ["1 Street", "Suite 1"]);
    assert_eq!(one.name_servers, NameServers::Objects(vec!["ns.one.example".into(), "ns.other.test".into()]));
    assert_eq!((one.sponsor.as_str(), one.statuses.len()), ("reg-9", 2));
    assert_eq!(one.history.creator.as_ref().map(|actor| actor.registrar.as_str()), Some("reg-9"));
    assert_eq!(one.sec_dns.as_ref().map(|all| (all.max_sig_life, all.ds.len())), Some((Some(604_800), 2)));
    assert_eq!(two.transfer.as_ref().map(|transfer| transfer.state), Some(TransferState::Pending));
    assert!(matches!(&two.name_servers, NameServers::Attributes(all) if all.len() == 1 && all[0].1.len() == 2));
}

/// File, what stands there, what stands there instead, and the fault; an empty file's name is the XML.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// What is wrong with definitions.
const DEFINITIONS: &[Row] = &[
    (
        "",
        "<rdeCsv:file>idn.csv<",
        "<rdeCsv:file>none.csv<",
        "xml line 72: rdeCsv:file none.csv: expected the file none.csv, found nothing (file)",
    ),
    (
        "",
        "<rdeCsv:file>idn.csv<",
        "<rdeCsv:file>../idn.csv<",
        "xml line 72: csvIDN:contents/rdeCsv:csv/rdeCsv:files/rdeCsv:file: expected the name of a file beside the deposit, without a path, found \"../idn.csv\" (file)",
    ),
    (
        "",
        "<rdeCsv:file>idn.csv<",
        "<rdeCsv:file compression=\"gzip\">idn.csv<",
        "expected a file that is not compressed, found \"gzip\" (file)",
    ),
    (
        "",
        "<rdeCsv:file>idn.csv<",
        "<rdeCsv:file encoding=\"UTF-16\">idn.csv<",
        "expected UTF-8, found \"UTF-16\" (encoding)",
    ),
    (
        "",
        "<rdeCsv:file>idn.csv<",
        "<rdeCsv:file cksum=\"00000000\">idn.csv<",
        "xml line 72: rdeCsv:file idn.csv: expected the checksum 00000000, found",
    ),
    (
        "",
        "<rdeCsv:file>idn.csv<",
        "<rdeCsv:file cksum=\"0\" cksumAlg=\"SHA256\">idn.csv<",
        "expected the checksum 0, found \"DFF75FF8",
    ),
    (
        "",
        "<rdeCsv:file>idn.csv<",
        "<rdeCsv:file cksum=\"0\" cksumAlg=\"MD5\">idn.csv<",
        "expected CRC32 or SHA256 in cksumAlg, found \"MD5\"",
    ),
    (
        "",
        "<rdeCsv:file>idn.csv<",
        "<rdeCsv:file cksumAlg=\"CRC32\">idn.csv<",
        "expected attribute cksum beside cksumAlg, found nothing",
    ),
    (
        "",
        "name=\"idnLanguage\"",
        "name=\"idnTable\"",
        "expected a name of these: idnLanguage, found \"idnTable\" (enumeration)",
    ),
    (
        "",
        "name=\"idnLanguage\"",
        "name=\"idnLanguage\" sep=\"::\"",
        "expected one character but a quotation mark or the end of a line in sep, found \"::\" (value)",
    ),
    (
        "",
        "<rdeCsv:fUrl/>",
        "",
        "xml line 71: rdeCsv:csv[idnLanguage]/rdeCsv:fields: expected rdeCsv:fUrl, found nothing (missing)",
    ),
    ("", "<rdeCsv:fUrl/>", "<rdeCsv:fUrl/><rdeCsv:fUrl/>", "expected each field once, found \"rdeCsv:fUrl\" (many)"),
    (
        "",
        "<rdeCsv:fUrl/>",
        "<rdeCsv:fUrl/><rdeCsv:fLang/>",
        "expected a field of files named idnLanguage, found \"rdeCsv:fLang\" (element)",
    ),
    (
        "",
        "<rdeCsv:fUrl/>",
        "<rdeCsv:fUrl/><csvIDN:fUrl/>",
        "expected a field of RFC 9022, as csvDomain:fName, found \"csvIDN:fUrl\"",
    ),
    (
        "",
        "<rdeCsv:fUrl/>",
        "<rdeCsv:fUrl isRequired=\"maybe\"/>",
        "expected true or false in isRequired, found \"maybe\"",
    ),
    (
        "",
        "<rdeCsv:fUrl/>",
        "<rdeCsv:fUrl isLoc=\"true\"/>",
        "expected no attributes but isRequired, parent, type, found",
    ),
    (
        "",
        "<csvContact:fStreet index=\"1\"/>",
        "<csvContact:fStreet index=\"3\"/>",
        "expected 0, 1 or 2 in index, found \"3\"",
    ),
    (
        "",
        "<csvDomain:fName parent=\"true\"/><rdeCsv:fRoid/>",
        "<csvDomain:fName/><rdeCsv:fRoid/>",
        "expected parent=\"true\" on what names the object of a record, found nothing (missing-attribute)",
    ),
    ("transfer.csv", "reg-8", "reg-7", "rdeCsv:file transfer.csv: expected the checksum ba29b858, found"),
];

/// What is wrong with records.
const RECORDS: &[Row] = &[
    ("gone.csv", "H9-EX", "H9", "gone.csv line 2: host/rdeCsv:fRoid: expected a ROID"),
    (
        "domain.csv",
        ",\"1,50\"",
        "",
        "domain.csv line 1: domain: expected 7 fields, as the definition has, found \"6\" (columns)",
    ),
    (
        "domain.csv",
        "con-1",
        "",
        "domain.csv line 1: domain/rdeCsv:fRegistrant: expected a value, which is required, found nothing (missing)",
    ),
    (
        "domain.csv",
        ",9,,,",
        ",0,,,",
        "domain.csv line 2: domain/csvRegistrar:fGurid: expected a number, 1 at least, found \"0\"",
    ),
    (
        "domain.csv",
        ",9,,,",
        ",,,,",
        "domain.csv line 2: domain/csvRegistrar:fGurid: expected a value, found nothing (missing)",
    ),
    ("domain.csv", "2028-01-01T", "2028-02-31T", "domain.csv line 1: domain/rdeCsv:fExDate: expected a date and time"),
    (
        "domain.csv",
        "\"1,50\"",
        "\"1\"50\"",
        "domain.csv line 1: domain: expected a separator behind a field in quotes, found \"50\\\"\" (rfc-4180)",
    ),
    ("domain.csv", "two.example", "two.\u{1}", "domain.csv line 2: domain: expected characters that XML has"),
    (
        "statuses.csv",
        "serverHold",
        "OK",
        "statuses.csv line 2: domainStatuses/csvDomain:fStatus: expected a status that such objects have, found \"OK\" (enumeration)",
    ),
    ("statuses.csv", ";de", ";d_e", "statuses.csv line 2: domainStatuses/rdeCsv:fLang: expected a language tag"),
    (
        "statuses.csv",
        "TWO.",
        "three.",
        "statuses.csv line 3: domainStatuses/csvDomain:fName: expected an object in the files named domain, found \"three.example\" (parent)",
    ),
    (
        "statuses.csv",
        "TWO.",
        "three.",
        "domain.csv line 2: domain: expected a record in domainStatuses, found nothing (missing)",
    ),
    (
        "statuses.csv",
        "one.example;de",
        ";de",
        "statuses.csv line 2: domainStatuses: expected the object that the record belongs to, found nothing (parent)",
    ),
    (
        "servers.csv",
        "H2-EX",
        "H7-EX",
        "servers.csv line 2: domainNameServers/rdeCsv:fRoid: expected the ROID of a host in the deposit, found \"H7-EX\" (parent)",
    ),
    (
        "servers.csv",
        "H2-EX",
        "\"H2-EX",
        "servers.csv line 2: domainNameServers: expected a quotation mark at the end of the field, found \"the end of the file\"",
    ),
    (
        "servers.csv",
        "one.example,H2",
        "two.example,H2",
        "attributes.csv line 1: domainNameServersAddresses: expected domainNameServers or domainNameServersAddresses of a domain, found \"both\" (choice)",
    ),
    (
        "attributes.csv",
        "192.0.2.1",
        "192.0.2.256",
        "attributes.csv line 1: domainNameServersAddresses/csvHost:fAddr: expected an IP address",
    ),
    (
        "ds.csv",
        "91C9B176EB",
        "91C9B176EB////55",
        "ds.csv line 1: dnssec/csvDomain:fDigest: expected pairs of hexadecimal digits",
    ),
    (
        "ds.csv",
        "604800,61882",
        "604801,61882",
        "ds.csv line 2: dnssec/csvDomain:fMaxSigLife: expected one lifetime in all records of a domain, found \"604801\"",
    ),
    ("ds.csv", "61882", "65536", "ds.csv line 2: dnssec/csvDomain:fKeyTag: expected a number, 0 to 65535"),
    (
        "transfer.csv",
        "pending",
        "waiting",
        "transfer.csv line 1: domainTransfer/rdeCsv:fTrStatus: expected the state of a transfer, found \"waiting\"",
    ),
    (
        "transfer.csv",
        "two.example,pending",
        "two.example,pending,reg-9,2026-05-01T00:00:00Z,reg-8,2026-05-06T00:00:00Z\ntwo.example,pending",
        "transfer.csv line 2: domainTransfer: expected 1 record of an object at most, found \"another one\" (many)",
    ),
    (
        "host.csv",
        "reg-9\nns.other",
        "r\nns.other",
        "host.csv line 1: host/rdeCsv:fClID: expected 3 to 16 characters, found \"r\"",
    ),
    (
        "hoststatuses.csv",
        "H1-EX,ok",
        "H1-EX,clientHold",
        "hoststatuses.csv line 1: hostStatuses/csvHost:fStatus: expected a status",
    ),
    (
        "contact.csv",
        "+1.7035555555",
        "+1-7035555555",
        "contact.csv line 1: contact/csvContact:fVoice: expected a telephone number",
    ),
    (
        "contact.csv",
        "+1.7035555555",
        "",
        "contact.csv line 1: contact/csvContact:fVoice: expected a number that has this extension, found \"12\"",
    ),
    (
        "contact.csv",
        "a@b.example",
        " ",
        "contact.csv line 1: contact/csvContact:fEmail: expected a value, found nothing",
    ),
    (
        "postal.csv",
        "con-1,loc",
        "con-1,int",
        "postal.csv line 2: contactPostal/csvContact:fPostalType: expected int and loc once each, found \"int\" (twice)",
    ),
    (
        "postal.csv",
        "Reston,US",
        "Reston,USA",
        "postal.csv line 1: contactPostal/csvContact:fCc: expected 2 to 2 characters, found \"USA\"",
    ),
    (
        "postal.csv",
        "con-1,loc",
        "con-2,loc",
        "postal.csv line 2: contactPostal/csvContact:fId: expected an object in the files named contact, found \"con-2\"",
    ),
    (
        "disclose.csv",
        ",0,1",
        ",,1",
        "disclose.csv line 1: contactDisclose/csvContact:fDiscloseFlag: expected a value, found nothing",
    ),
    (
        "registrar.csv",
        "ok,Bern",
        "gone,Bern",
        "registrar.csv line 1: registrar/csvRegistrar:fStatus: expected ok, readonly or terminated, found \"gone\"",
    ),
    (
        "registrar.csv",
        "Bern,CH",
        ",CH",
        "registrar.csv line 1: registrar/csvContact:fCity isLoc=true: expected a value, found nothing",
    ),
    ("idn.csv", "https://", "https://[", "idn.csv line 1: idnLanguage/rdeCsv:fUrl: expected a URI"),
    (
        "nndn.csv",
        "mirrored",
        "reserved",
        "nndn.csv line 1: NNDN/csvNNDN:fNameState: expected withheld, blocked or mirrored, found \"reserved\"",
    ),
    (
        "nndn.csv",
        "xn--a.example",
        "\u{feff}a",
        "nndn.csv line 1: NNDN: expected UTF-8 without a byte order mark, found \"one\" (encoding)",
    ),
];

#[test]
fn each_rule_is_found_broken_where_it_is() {
    let is_missed = |(file, from, to, expected): &&Row| {
        let found = faults(&changed(file, from, to));
        let is_missed = !found.iter().any(|fault| fault.contains(expected));
        if is_missed {
            println!("{file:?}: {from:?} -> {to:?}: {found:#?}");
        }
        is_missed
    };
    assert_eq!(DEFINITIONS.iter().chain(RECORDS).filter(is_missed).count(), 0);
}

/// Of all objects, one that is wrong is missing, and no other.
#[test]
fn reading_goes_on_with_the_next_object() {
    let names = |made: &Made| -> Vec<String> {
        let name = |placed: super::Placed| match placed.event {
            Event::Object(Object::Domain(domain)) => Some(domain.name),
            Event::Object(Object::Host(host)) => Some(host.name),
            Event::Object(Object::Contact(contact)) => Some(contact.id),
            Event::Object(_) => Some("other".into()),
            _ => None,
        };
        read(made).into_iter().filter_map(name).collect()
    };
    let all = names(&good());
    assert_eq!(all.len(), 9);
    for (file, from, to, missing) in [
        ("ds.csv", "61882", "x", "one.example"),
        ("statuses.csv", "ok;", "OK;", "two.example"),
        ("hoststatuses.csv", "linked", "Linked", "ns.other.test"),
        ("disclose.csv", ",0", ",x", "con-1"),
    ] {
        let expected: Vec<String> = all.iter().filter(|name| *name != missing).cloned().collect();
        assert_eq!(names(&changed(file, from, to)), expected, "{file}");
    }
    // Of domains nothing is read where a file of theirs is not there.
    let found = names(&changed("", ">ds.csv<", ">none.csv<"));
    assert!(!found.iter().any(|name| name.contains("e.example") && !name.starts_with("ns")), "{found:?}");
}
