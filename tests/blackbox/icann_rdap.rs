//! ICANN as a judge of RDAP: the checks of its client (the crate icann-rdap-common), and its `rdap-test` program where
//! `tests/run` has installed it, find neither errors nor warnings in any answer.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::process::Command;
use std::sync::LazyLock;

use icann_rdap_common::check::WARNING_CHECK_CLASSES;
use icann_rdap_common::check::process::{do_check_processing, get_summaries};
use icann_rdap_common::httpdata::HttpData;
use icann_rdap_common::prelude::RdapResponse;
use serde_json::Value;

use crate::admin::done;
use crate::extensions::{SEC_DNS, client_with, with_sec_dns};
use crate::frames::{
    contact_create_with, contacts, domain_create, expect, host_create, info, name_servers, part, postal, status, text,
    update,
};
use crate::names;
use crate::support::rdap::{HttpResponse, get};
use crate::world::{client, client_a, client_b, demo, directory, registrar, unique};

/// What the gTLD profile of February 2024 has every answer declare.
const EXTENSIONS: [&str; 2] = ["icann_rdap_response_profile_1", "icann_rdap_technical_implementation_guide_1"];

/// Names the `rdap-test` program of the crate icann-rdap-cli.
const PROGRAM: &str = "DOMESDAY_RDAP_TEST";

/// The one finding that no answer can be without: it asks for `rdapConformance` of any entity within an entity, as of a
/// root object, but only the topmost object may have it (RFC 9083, section 4.1; the profile's rule 14).
const IMPOSSIBLE: (&str, u64) = ("[ROOT]/entity/entity/", 100);

/// The errors and warnings of ICANN's checks, each with its place in the answer; an answer that they cannot read is one.
pub(crate) fn findings(response: &HttpResponse) -> Vec<String> {
    let field = |name| response.header(name).map(str::to_owned);
    let http = HttpData::now()
        .scheme("https")
        .host("localhost")
        .status_code(response.status)
        .and_content_type(field("content-type"))
        .and_access_control_allow_origin(field("access-control-allow-origin"))
        .and_access_control_allow_credentials(field("access-control-allow-credentials"))
        .build();
    let read = serde_json::from_slice::<Value>(&response.body).map_err(|error| error.to_string());
    let read = read.and_then(|value| RdapResponse::try_from(value).map_err(|error| error.to_string()));
    let answer = match read {
        Ok(answer) => answer,
        Err(error) => return vec![error],
    };
    let checks = do_check_processing(&answer, Some(&http), Some(&EXTENSIONS.map(str::to_owned)), false);
    let found = get_summaries(&checks, Some(WARNING_CHECK_CLASSES));
    let found = found.iter().filter(|found| is_possible(&found.structure, found.code as u64));
    found.map(|found| found.summarize()).map(|(place, what)| format!("{place}: {what}")).collect()
}

fn is_possible(place: &str, code: u64) -> bool {
    !(place.starts_with(IMPOSSIBLE.0) && code == IMPOSSIBLE.1)
}

/// The errors and warnings of ICANN's program for this path. At each address it asks three times: plainly, with an Origin,
/// and with the extensions that it knows in Accept. It trusts the CA of the server alone.
fn program_findings(program: &OsStr, path: &str) -> Vec<String> {
    let mut command = Command::new(program);
    for extension in EXTENSIONS {
        command.args(["--expect-extensions", extension]);
    }
    command.args(["--check-type", "warning", "--output-type", "json", "--log-level", "error", "--dns-resolver"]);
    command.arg(RESOLVER.to_string()).arg(format!("{}{path}", demo().rdap.base_urls[0]));
    let output = command.env("SSL_CERT_FILE", &demo().rdap.ca).env("HOME", directory()).output();
    let output = output.expect("the program that was named can be started");
    let Ok(results) = serde_json::from_slice::<Value>(&output.stdout) else {
        return vec![format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr))];
    };
    let results = &results["Http"];
    let list = |of: &Value, member: &str| of[member].as_array().cloned().unwrap_or_default();
    let runs = list(results, "test_runs");
    let mut found: Vec<String> = list(results, "service_checks").iter().map(ToString::to_string).collect();
    let untested = runs.iter().filter(|run| run["outcome"] != "Tested").map(|run| format!("not tested: {run}"));
    found.extend(untested);
    if runs.len() != 2 * 3 {
        found.push(format!("{} runs: {results}", runs.len()));
    }
    for run in &runs {
        let summaries = list(run, "summaries");
        let summaries = summaries.iter().filter(|found| {
            is_possible(found["structure"].as_str().unwrap_or_default(), found["code"].as_u64().unwrap_or_default())
        });
        found.extend(summaries.map(|found| format!("{} {}: {found}", run["socket_addr"], run["features"])));
    }
    found
}

/// A DNS server that says that every name is this machine, since ICANN's program resolves names itself.
static RESOLVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = socket.local_addr().expect("bound");
    std::thread::spawn(move || {
        let mut query = [0; 512];
        while let Ok((length, client)) = socket.recv_from(&mut query) {
            if let Some(answer) = resolved(&query[..length]) {
                // A lost answer is asked for again.
                let _ = socket.send_to(&answer, client);
            }
        }
    });
    address
});

/// The answer to a DNS query (RFC 1035, section 4): one A or AAAA record with an address of loopback.
fn resolved(query: &[u8]) -> Option<Vec<u8>> {
    const HEADER: usize = 12;
    let name = HEADER + query.get(HEADER..)?.iter().position(|octet| *octet == 0)? + 1;
    let (question, kind) = (query.get(HEADER..name + 4)?, query.get(name..name + 2)?);
    let address = match kind {
        [0, 1] => Ipv4Addr::LOCALHOST.octets().to_vec(),
        [0, 28] => Ipv6Addr::LOCALHOST.octets().to_vec(),
        _ => return None,
    };
    // A response, recursion desired and available; one question, one answer that points to its name.
    let head = [&query[..2], &[0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]].concat();
    let record = [&[0xc0, HEADER as u8], kind, &[0, 1, 0, 0, 0, 0, 0, address.len() as u8], &address].concat();
    Some([&head, question, &record].concat())
}

/// Judges the answers at these paths, which have this status; panics with all that was found.
#[track_caller]
fn judge(status: u16, paths: &[String]) {
    let mut found = Vec::new();
    let program = std::env::var_os(PROGRAM);
    if program.is_none() {
        println!("{PROGRAM} is not set: judged by the library alone");
    }
    for path in paths {
        let response = get(demo(), path);
        if response.status != status {
            found.push(format!("{path}: {} instead of {status}", response.status));
        }
        found.extend(findings(&response).into_iter().map(|finding| format!("{path}: {finding}")));
        let said = program.iter().flat_map(|program| program_findings(program, path));
        found.extend(said.map(|finding| format!("{path}, rdap-test: {finding}")));
    }
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

const DISCLOSE_ALL: &str = "<contact:disclose flag=\"1\"><contact:name type=\"int\"/><contact:org type=\"int\"/>\
    <contact:addr type=\"int\"/><contact:voice/><contact:fax/><contact:email/></contact:disclose>";

/// Contacts that disclose nothing, all, and all but what they do not have; that do not have much and disclose nothing; and whose
/// extension no URI can hold.
fn people() -> [String; 5] {
    let mut a = client_a();
    let options = "<contact:voice x=\"1234\">+1.7035555555</contact:voice><contact:fax>+1.7035555556</contact:fax>\
                   <contact:email>jdoe@example.com</contact:email>";
    let mail = "<contact:email>jdoe@example.com</contact:email>";
    let bare = "<contact:postalInfo type=\"int\"><contact:name>Jane Doe</contact:name><contact:addr>\
                <contact:city>Dulles</contact:city><contact:cc>US</contact:cc></contact:addr></contact:postalInfo>";
    let full = postal("int", "John Doe", "Dulles");
    let odd = options.replace("\"1234\"", "\"12#9 (day)\"");
    [
        (&full[..], options, ""),
        (&full, options, DISCLOSE_ALL),
        (bare, mail, DISCLOSE_ALL),
        (bare, mail, ""),
        (&full, &odd, DISCLOSE_ALL),
    ]
    .map(|(postal, options, disclose)| {
        let id = names::contact();
        expect(&mut a, 1000, &contact_create_with(&id, postal, options, disclose));
        id
    })
}

#[test]
fn domains_of_the_minimum_data_model() {
    let mut a = client_with(&demo().registrars[0], &[SEC_DNS]);
    let bare = names::minimum_of(&mut a);
    let name = names::minimum();
    let ds = "<secDNS:dsData><secDNS:keyTag>12345</secDNS:keyTag><secDNS:alg>13</secDNS:alg>\
        <secDNS:digestType>2</secDNS:digestType><secDNS:digest>"
        .to_owned()
        + &"49".repeat(32)
        + "</secDNS:digest></secDNS:dsData>";
    expect(&mut a, 1000, &with_sec_dns(&domain_create(&name, ""), "create", &ds));
    let (inside, outside) = (format!("ns1.{name}"), names::outside_of(&mut a));
    expect(&mut a, 1000, &host_create(&inside, &["192.0.2.1", "2001:db8::1"]));
    expect(&mut a, 1000, &update("domain", &name, &part("domain", "add", &name_servers(&[&inside, &outside]))));
    let held = names::minimum_of(&mut a);
    for prohibition in ["clientHold", "clientTransferProhibited", "clientUpdateProhibited"] {
        expect(&mut a, 1000, &status("domain", &held, "add", prohibition));
    }
    let upper = name.to_uppercase();
    judge(200, &[bare, name, upper, held].map(|name| format!("domain/{name}")));
    judge(200, &[inside, outside].map(|name| format!("nameserver/{name}")));
}

#[test]
fn domains_with_contacts_and_their_contacts() {
    let mut a = client_a();
    for id in people() {
        let name = names::maximum_of(&mut a, &id);
        judge(200, &[format!("domain/{name}"), contact_path(&id)]);
    }
}

/// Where a contact is looked up: by its ROID.
fn contact_path(id: &str) -> String {
    let answer = expect(&mut client_a(), 1000, &info("contact", id));
    format!("entity/{}", text(&answer, "contact:roid"))
}

#[test]
fn internationalized_names_in_both_forms() {
    let mut a = client_a();
    let contact = names::contact_of(&mut a);
    let number: u64 = unique("").parse().expect("a number");
    let ascii = idna::domain_to_ascii(&format!("b\u{fc}cher{number}.example")).expect("a valid U-label");
    expect(&mut a, 1000, &domain_create(&ascii, &contacts(&contact)));
    judge(200, &[format!("domain/{ascii}"), format!("domain/b%C3%BCcher{number}.example")]);
}

#[test]
fn registrars_with_and_without_an_iana_id() {
    let (own, told) = (registrar(), registrar());
    let all = [
        ["--email", "desk@registrar.example"],
        ["--voice", "+1.7035555555"],
        ["--fax", "+1.7035555556"],
        ["--url", "https://registrar.example/"],
        ["--rdap-url", "https://rdap.registrar.example/"],
        ["--abuse-email", "abuse@registrar.example"],
        ["--abuse-voice", "+1.7035555557"],
    ];
    done(&[&["registrar", "set", &told.clid][..], &all.concat()].concat());
    let linked = names::minimum_of(&mut client_b());
    let [of_own, of_told] = [&own, &told].map(|registrar| names::minimum_of(&mut client(registrar)));
    let entities = ["9995", "9996", "registrar-a", &own.clid, &told.clid].map(|handle| format!("entity/{handle}"));
    judge(200, &[&entities[..], &[linked, of_own, of_told].map(|name| format!("domain/{name}"))].concat());
}

#[test]
fn help_and_errors() {
    judge(200, &["help".to_owned()]);
    judge(404, &["domain/nobody.test", "nameserver/ns1.nobody.test", "entity/nobody-here"].map(str::to_owned));
    judge(400, &["domain/a..test".to_owned(), "fly/a.test".to_owned()]);
    judge(501, &["ip/192.0.2.1".to_owned(), "domains?name=a*.test".to_owned()]);
}

#[test]
fn every_redaction_policy() {
    let mut a = client_a();
    let people = people();
    for policy in ["redact-all", "by-disclose", "publish-organisations"] {
        let tld = unique("policy");
        done(&["tld", "add", &tld, "--repository-id", "POLICY", "--data-model", "maximum", "--disclosure", policy]);
        for (number, id) in people.iter().enumerate() {
            let name = format!("name{number}.{tld}");
            expect(&mut a, 1000, &domain_create(&name, &contacts(id)));
            judge(200, &[format!("domain/{name}")]);
        }
    }
}

#[test]
fn the_judge_sees_what_is_wrong() {
    type Spoil = fn(&mut HttpResponse);
    let good = get(demo(), "help");
    let cases: [(&str, Spoil); 4] = [
        ("Content-Type", |response| response.headers.retain(|(name, _)| name != "content-type")),
        ("access-control-allow-origin", |response| response.headers.retain(|(name, _)| !name.contains("allow-origin"))),
        ("EOF while parsing", |response| response.body.truncate(100)),
        ("rdapConformance", |response| {
            let text = String::from_utf8_lossy(&response.body).replace("rdapConformance", "conformance");
            response.body = text.into_bytes();
        }),
    ];
    for (named, spoil) in cases {
        let headers = good.headers.clone();
        let mut bad = HttpResponse { status: good.status, headers, body: good.body.clone() };
        spoil(&mut bad);
        let found = findings(&bad).join("\n").to_lowercase();
        assert!(found.contains(&named.to_lowercase()), "{named}: {found}");
    }
}
