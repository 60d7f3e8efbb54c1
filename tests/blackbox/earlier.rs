//! What earlier versions wrote is served: their records are made those of this version, from the log and from base files.
//!
//! `tests/fixtures/registry_N` is the data directory that a demo of version N of the records left after a clean stop, with
//! the zeros at the end of its segments cut off. Its names were created on 2026-11-26, those of the fourth and fifth a day later.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use crate::extensions::LAUNCH;
use crate::frames::{POLL, check as names, domain_create, info};
use crate::maintenance::asking;
use crate::printed_launch::extended;
use crate::printed_rgp::session;
use crate::rdap_tiers::{bearer, get};
use crate::support::epp::code;
use crate::support::process::binary;
use crate::support::{EppClient, Server, rdap};

/// Octets of a segment in a demo.
const SEGMENT: u64 = 32 << 20;

fn lay_out(fixture: &Path, directory: &Path) {
    for part in ["index", "wal"] {
        let to = directory.join("data").join(part);
        fs::create_dir_all(&to).expect("can be made");
        for file in fs::read_dir(fixture.join(part)).expect("the fixture is there") {
            let file = file.expect("can be read").path();
            let copy = to.join(file.file_name().expect("a file"));
            fs::copy(&file, &copy).expect("can be copied");
            if copy.extension().is_some_and(|extension| extension == "seg") {
                let segment = File::options().write(true).open(&copy).expect("just written");
                segment.set_len(SEGMENT).expect("there is room");
            }
        }
    }
}

fn shown(client: &mut EppClient, name: &str) -> String {
    client.command(&info("domain", name))
}

fn check(server: &Server) {
    let mut client = EppClient::logged_in(server.demo(), 0);
    let base = shown(&mut client, "base.example");
    assert_eq!(code(&base), 1000, "{base}");
    for part in [
        "<domain:crDate>2026-11-26T13:07:06.910Z</domain:crDate>",
        "<domain:exDate>2029-11-26T13:07:06.910Z</domain:exDate>",
        "<domain:registrant>fx-1</domain:registrant>",
        "<domain:hostObj>ns1.elsewhere.invalid</domain:hostObj>",
        "<domain:host>ns1.base.example</domain:host>",
        "<domain:status s=\"clientHold\"",
    ] {
        assert!(base.contains(part), "{part}: {base}");
    }
    let log = shown(&mut client, "log.test");
    assert!(log.contains("<domain:exDate>2029-11-26T13:07:"), "created for two years and renewed for one: {log}");
    assert_eq!(code(&shown(&mut client, "gone.test")), 2303);
    // A transfer was pending until 2026-12-01; then it is approved.
    let moves = shown(&mut client, "moves.test");
    let approved = moves.contains("<domain:clID>registrar-b</domain:clID>");
    assert!(approved || moves.contains("<domain:status s=\"pendingTransfer\"/>"), "{moves}");
}

/// A server on the fixture of that number, seen to be served as `check` has it: as it was found, from the base file of a
/// checkpoint, where nothing of the old records is left, and after a restart.
fn serve(fixture: u32, directory: &Path, check: fn(&Server)) -> Server {
    serve_with(fixture, directory, &[], check)
}

fn serve_with(fixture: u32, directory: &Path, settings: &[(&str, &str)], check: fn(&Server)) -> Server {
    let fixtures = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures"));
    lay_out(&fixtures.join(format!("registry_{fixture}")), directory);
    let mut server = Server::start_in_with(directory, settings);
    check(&server);
    let mut checkpoint = Command::new(binary());
    checkpoint.args(["admin", "--target"]).arg(directory.join("demo.json")).arg("checkpoint");
    assert!(checkpoint.status().expect("the binary can be started").success());
    check(&server);
    server.restart();
    check(&server);
    server
}

/// Of the time before names had prices: grace periods, removals and the periods of TLDs are there.
fn check_second(server: &Server) {
    let mut client = EppClient::logged_in(server.demo(), 0);
    let base = shown(&mut client, "base.example");
    assert_eq!(code(&base), 1000, "{base}");
    for part in [
        "<domain:exDate>2029-11-26T15:51:26.084Z</domain:exDate>",
        "<domain:status s=\"clientHold\"",
        "<domain:status s=\"serverUpdateProhibited\" lang=\"en\">court order</domain:status>",
    ] {
        assert!(base.contains(part), "{part}: {base}");
    }
    // Deleted on 2026-11-26: in redemption for 30 days, pending delete for five, then gone.
    for name in ["gone.short", "redeem.short"] {
        let deleted = shown(&mut client, name);
        let pending = deleted.contains("<domain:status s=\"pendingDelete\"/>")
            && deleted.contains("<domain:exDate>2026-12-31T15:51:26.");
        assert!(pending || code(&deleted) == 2303, "{deleted}");
    }
    let log = shown(&mut client, "log.test");
    assert!(log.contains("<domain:exDate>2029-11-26T15:51:26.520Z</domain:exDate>"), "{log}");
    let moves = shown(&mut client, "moves.test");
    let approved = moves.contains("<domain:clID>registrar-b</domain:clID>");
    assert!(approved || moves.contains("<domain:status s=\"pendingTransfer\"/>"), "{moves}");
    // The reason of the server status waits as a message of that time.
    let poll = client.command("<poll op=\"req\"/>");
    assert!(poll.contains("Transfer requested.") && poll.contains("<domain:reID>registrar-b</domain:reID>"), "{poll}");
}

#[test]
fn a_registry_of_the_time_before_prices_is_served_and_kept() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = serve(2, directory.path(), check_second);
    let mut client = EppClient::logged_in(server.demo(), 0);
    let delete = client.command("<delete><domain:delete><domain:name>log.test</domain:name></domain:delete></delete>");
    assert!(
        [1000, 1001].contains(&code(&delete)),
        "purged in the add grace period it was promised, or after it: {delete}"
    );
}

#[test]
fn a_registry_with_the_first_version_of_its_records_is_served_and_kept() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = serve(1, directory.path(), check);
    let mut client = EppClient::logged_in(server.demo(), 0);
    let delete = client.command("<delete><domain:delete><domain:name>log.test</domain:name></domain:delete></delete>");
    assert_eq!(code(&delete), 1001, "there is no grace period that it was promised: {delete}");
}

/// Of the time before extensions could be chosen: prices, accounts, lists, locks and policy are there.
fn check_third(server: &Server) {
    let mut client = EppClient::logged_in(server.demo(), 0);
    let base = shown(&mut client, "base.example");
    assert_eq!(code(&base), 1000, "{base}");
    for part in [
        "<domain:exDate>2029-11-26T19:03:34.926Z</domain:exDate>",
        "<domain:hostObj>ns1.base.example</domain:hostObj>",
        "<domain:status s=\"clientHold\"",
        "<domain:status s=\"serverUpdateProhibited\" lang=\"en\">court order</domain:status>",
    ] {
        assert!(base.contains(part), "{part}: {base}");
    }
    let host = client.command("<info><host:info><host:name>ns1.base.example</host:name></host:info></info>");
    assert!(host.contains("<host:addr ip=\"v4\">192.0.2.1</host:addr>"), "{host}");
    let contact = client.command("<info><contact:info><contact:id>fx-1</contact:id></contact:info></info>");
    assert!(contact.contains("<contact:email>fx@fixture.invalid</contact:email>"), "{contact}");
    let roid = contact.split_once("<contact:roid>").and_then(|(_, rest)| rest.split_once('<')).expect("a ROID").0;
    let found = rdap::get(server.demo(), &format!("entity/{roid}"));
    assert_eq!(found.status, 200, "versions before this one kept no way from a ROID to its contact");
    let locked = shown(&mut client, "locked.test");
    assert!(locked.contains("<domain:status s=\"serverHold\" lang=\"en\">phish</domain:status>"), "{locked}");
    let log = shown(&mut client, "log.test");
    assert!(log.contains("<domain:exDate>2029-11-26T19:03:35.237Z</domain:exDate>"), "{log}");
    let poll = client.command("<poll op=\"req\"/>");
    assert!(poll.contains("<domain:reID>registrar-b</domain:reID>"), "{poll}");
    let statement = admin_output(server, &["billing", "statement", "registrar-a"]);
    assert!(statement.contains("log.test, 12 months"), "{statement}");
    let policy = admin_output(server, &["policy", "show"]);
    assert!(policy.contains("30"), "{policy}");
}

fn admin_output(server: &Server, arguments: &[&str]) -> String {
    let mut admin = Command::new(binary());
    admin.args(["admin", "--target"]).arg(server.directory().join("demo.json")).args(arguments);
    let output = admin.output().expect("the binary can be started");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_registry_of_the_time_before_extensions_is_served_and_kept() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = serve(3, directory.path(), check_third);
    let mut client = EppClient::logged_in(server.demo(), 0);
    let moved = shown(&mut client, "moves.test");
    let approved = moved.contains("<domain:clID>registrar-b</domain:clID>");
    assert!(approved || moved.contains("<domain:status s=\"pendingTransfer\"/>"), "{moved}");
    let paid = client.command("<renew><domain:renew><domain:name>log.test</domain:name><domain:curExpDate>2029-11-26</domain:curExpDate></domain:renew></renew>");
    assert_eq!(code(&paid), 1000, "charged at the price and to the account of that time: {paid}");
    let statement = admin_output(&server, &["billing", "statement", "registrar-a"]);
    assert!(statement.contains("48.00 USD"), "{statement}");
}

/// Of the time when maintenance had one description and told of no end: launches, tables, tokens and lists are there.
fn check_fourth(server: &Server) {
    let mut client = session(server, 0, &[LAUNCH]);
    let shown = client.command(&asking("<maint:id>upgrade</maint:id>"));
    for part in [
        "<maint:id name=\"An upgrade\">upgrade</maint:id><maint:type>Routine Maintenance</maint:type>",
        "<maint:name>EPP</maint:name><maint:host>epp.example.net</maint:host><maint:impact>full</maint:impact>",
        "<maint:end>2090-01-01T08:00:00.000Z</maint:end><maint:reason>planned</maint:reason>",
        "<maint:description>It takes longer.</maint:description><maint:tlds><maint:tld>test</maint:tld></maint:tlds>",
        "<maint:connection>true</maint:connection>",
        "<maint:upDate>2026-11-27T00:48:20.",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // The one that was over had been announced in the base file, the other one only in the log.
    assert_eq!(code(&client.command(&asking("<maint:id>over</maint:id>"))), 1000);
    let listed = client.command(&asking("<maint:list/>"));
    assert!(listed.contains(">later<") && listed.contains(">upgrade<") && !listed.contains(">over<"), "{listed}");
    let poll = client.command(POLL);
    for part in [
        "<msgQ count=\"5\" id=\"1\">",
        "<maint:pollType>create</maint:pollType>",
        "<maint:end>2090-01-01T07:00:00.000Z</maint:end>",
        "<maint:description>The database moves.</maint:description>",
    ] {
        assert!(poll.contains(part), "{part}: {poll}");
    }
    let told = admin_output(server, &["poll", "list", "--registrar", "registrar-b"]);
    assert!(told.contains("4 of 4 messages"), "nobody is told of an end that nobody promised: {told}");

    let plan = admin_output(server, &["tld", "phase", "list", "example"]);
    for part in ["sunrise", "claims", "2090-04-01T00:00:00.000Z"] {
        assert!(plan.contains(part), "{part}: {plan}");
    }
    let application = admin_output(server, &["launch", "show", "AR-EXAMPLE"]);
    assert!(application.contains("An auction.") && application.contains("49FD46E6C4B45C55D4AE"), "{application}");
    let applications = admin_output(server, &["launch", "list", "son.words"]);
    assert!(applications.contains("AX-WORDS") && applications.contains("landrush"), "{applications}");
    let claims = "<launch:phase>claims</launch:phase>";
    let mark = client.command(&extended(&info("domain", "mark.test"), "info", claims));
    assert!(mark.contains("<domain:exDate>2036-11-27T00:48:20.727Z</domain:exDate>"), "{mark}");
    let checked = client.command(&extended(&names("domain", &["other.test", "free.test"]), "check", claims));
    assert!(checked.contains(">2026112000/2/a/b/other</launch:claimKey>"), "{checked}");

    // Contacts of the base file, which keeps no way from their ROIDs to them.
    for roid in ["CO-DOMESDAY", "CP-DOMESDAY"] {
        assert_eq!(rdap::get(server.demo(), &format!("entity/{roid}")).status, 200, "{roid}");
    }

    let token = admin_output(server, &["token", "show", "SPRING"]);
    assert!(token.contains("spring") && token.contains('5'), "{token}");
    assert_eq!(code(&client.command(&info("domain", "used.test"))), 1000);
    assert_eq!(code(&client.command(&info("domain", "xn--se-fka.words"))), 1000);
}

#[test]
fn a_registry_of_the_time_before_reminders_is_served_and_kept() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = serve(4, directory.path(), check_fourth);
    // Judged by the table of that time: ö is in it, ñ is not.
    let mut client = session(&server, 1, &[LAUNCH]);
    let landrush = "<launch:phase>landrush</launch:phase>";
    let create = |name: &str| extended(&domain_create(name, ""), "create", landrush);
    assert_eq!(code(&client.command(&create("xn--ne-fka.words"))), 1001);
    assert_eq!(code(&client.command(&create("xn--ida.words"))), 2306);
    admin_output(&server, &["launch", "allocate", "AR-EXAMPLE"]);
    admin_output(&server, &["maintenance", "set", "upgrade", "--type", "Software Upgrade"]);
    let poll = admin_output(&server, &["poll", "list", "--registrar", "registrar-b"]);
    assert!(poll.contains("5 of 5 messages"), "{poll}");
    // The plan of that time takes a phase of another kind, and what was registered then is reported.
    admin_output(&server, &["tld", "phase", "set", "example", "custom", "--name", "qlp", "--signed-mark-if-listed"]);
    let plan = admin_output(&server, &["--json", "tld", "phase", "list", "example"]);
    let asks = |answer: &str| plan.matches(&format!("\"signed_mark_if_listed\":{answer}")).count();
    assert!(asks("true") == 1 && asks("false") >= 2, "{plan}");
    let report = admin_output(&server, &["tmch", "lordn", "test", "claims"]);
    assert!(report.contains(",mark.test,") && report.contains(",2026-11-27T00:48:20.7Z,"), "{report}");
}

/// Tokens of the fifth: of `police`, `auditor` and `gone`.
const TOKENS: [&str; 3] = [
    "dmsd_47JOz0ZbINufjPQqsjGSivM_b-AhbjtG76dIWdwVdhY",
    "dmsd_orurrkx6BIBvwkss3C9PwyV49V9sI-lEbc6ZEbDzPVg",
    "dmsd_uhT99vBizMNuPXTzvcSqINJCpsNcaRU8FsHd7HHFSIA",
];

fn looked_up(server: &Server, path: &str, fields: &[&str]) -> (u16, String) {
    let answer = get(server, path, fields);
    (answer.status, String::from_utf8(answer.body).expect("JSON is UTF-8"))
}

/// Of the time when RDAP got tiers and searches: a registrar with all that can be known of one, TLDs of each disclosure,
/// contacts that ask for it, clients of RDAP. What is called late, or changed, stands in the log alone.
fn check_fifth(server: &Server) {
    let mut client = EppClient::logged_in(server.demo(), 0);
    let base = shown(&mut client, "base.test");
    let servers =
        "<domain:ns><domain:hostObj>ns1.base.test</domain:hostObj><domain:hostObj>ns2.base.test</domain:hostObj>";
    assert!(base.contains("<domain:exDate>2036-11-27T12:07:53.219Z</domain:exDate>"), "{base}");
    assert!(base.contains(servers), "{base}");
    assert_eq!(code(&shown(&mut client, "goes.test")), 2303, "deleted in its add grace period");

    let (_, registrar) = looked_up(server, "entity/9998", &[]);
    for part in ["Full Registrar", "+1.7035555504", "1 Long Road", "Floor 2", "Zug", "CH", "abuse@full.example"] {
        assert!(registrar.contains(part), "{part}: {registrar}");
    }
    let registrars = admin_output(server, &["--json", "registrar", "list"]);
    for part in ["https://full.example/", "https://rdap.full.example/", "\"is_test\":true"] {
        assert!(registrars.contains(part), "{part}: {registrars}");
    }

    let names = ["Openly Named", "Shut Named", "Plainly Named", "Lately Named"];
    let organisations = ["Open Ltd", "Shut Ltd", "Plain Ltd", "Late Ltd"];
    for (domain, name, organisation) in [
        ("open.example", true, true),
        ("shut.example", false, false),
        ("plain.example", false, false),
        ("late.example", true, false),
        ("open.organised", true, true),
        ("shut.organised", false, false),
        ("plain.organised", false, true),
        ("open.closed", false, false),
        ("plain.closed", false, false),
        ("open.changing", false, false),
    ] {
        let (status, body) = looked_up(server, &format!("domain/{domain}"), &[]);
        let shows = |words: &[&str]| words.iter().any(|word| body.contains(word));
        assert_eq!((status, shows(&names), shows(&organisations)), (200, name, organisation), "{domain}: {body}");
    }
    let [police, auditor, gone] = TOKENS.map(bearer);
    let purpose = "RDAP-Purpose: dnsTransparency";
    for (fields, status) in [(&[&*police, purpose][..], 200), (&[&*auditor], 200), (&[&*police], 403), (&[&*gone], 401)]
    {
        let (found, body) = looked_up(server, "domain/plain.closed", fields);
        assert_eq!((found, body.contains("Plainly Named")), (status, status == 200), "{fields:?}: {body}");
    }
    let clients = admin_output(server, &["--json", "rdap-client", "list"]);
    for part in [&*"ab".repeat(32), "a machine", "The police", "2090-01-01T00:00:00.000Z", "suspended"] {
        assert!(clients.contains(part), "{part}: {clients}");
    }
}

/// The same, and what searches find.
fn check_fifth_searched(server: &Server) {
    check_fifth(server);
    let (_, delegated) = looked_up(server, "domains?nsLdhName=ns1.base.test", &[]);
    assert_eq!(delegated.matches("\"objectClassName\":\"domain\"").count(), 14, "{delegated}");
    let police = [&*bearer(TOKENS[0]), "RDAP-Purpose: legalActions"];
    for (query, fields, found) in [
        ("domains?name=late*", &[][..], Some("late.example")),
        ("domains?name=goes*", &[], None),
        ("domains?nsIp=192.0.2.52", &[], Some("base.test")),
        ("domains?nsLdhName=ns.elsewhere.invalid", &[], None),
        ("nameservers?ip=2001:db8::51", &[], Some("ns1.base.test")),
        ("nameservers?name=ns2.base*", &[], Some("192.0.2.52")),
        ("entities?fn=full*", &[], Some("Full Registrar")),
        // Some TLD withholds all, and contacts belong to none.
        ("entities?fn=openly*", &[], None),
        ("entities?fn=openly*", &police, Some("Openly Named")),
        ("entities?fn=lately*", &police, Some("Lately Named")),
    ] {
        let (status, body) = looked_up(server, query, fields);
        assert_eq!(status, if found.is_some() { 200 } else { 404 }, "{query}: {body}");
        assert!(found.is_none_or(|found| body.contains(found)), "{query}: {body}");
    }
}

/// The versions of the format of the base files there are.
pub(crate) fn formats(directory: &Path) -> Vec<u8> {
    let files = fs::read_dir(directory.join("data/index")).expect("there is an index");
    let files = files.map(|file| file.expect("can be read").path()).filter(|path| path.extension().is_some());
    let mut formats: Vec<u8> = files.map(|file| fs::read(file).expect("can be read")[12]).collect();
    formats.sort_unstable();
    formats
}

#[test]
fn a_registry_of_the_time_when_searches_began_is_served_and_kept() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let server = serve_with(5, directory.path(), &[("rdap.search", "all")], check_fifth_searched);
    assert!(formats(directory.path()).iter().all(|format| *format == 4), "{:?}", formats(directory.path()));
    let contact = EppClient::logged_in(server.demo(), 0)
        .command("<info><contact:info><contact:id>fx-late</contact:id></contact:info></info>");
    assert!(
        contact.contains("<contact:disclose flag=\"1\"><contact:name type=\"int\"/></contact:disclose>"),
        "{contact}"
    );
}

#[test]
fn what_was_made_for_searches_is_no_harm_where_there_are_none_and_they_can_come_back() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut server = serve_with(5, directory.path(), &[], |server| {
        check_fifth(server);
        assert_eq!(looked_up(server, "domains?name=late*", &[]).0, 501);
    });
    // What is written now has nothing for searches.
    assert!(formats(directory.path()).contains(&3), "{:?}", formats(directory.path()));
    assert!(server.terminate().success());
    drop(server);
    check_fifth_searched(&Server::start_in_with(directory.path(), &[("rdap.search", "all")]));
}
