//! What operators are told when they make and change registrars: what RDAP misses of them, URLs that are none, numbers that are
//! two registrars', and how many a demo has.

use simd_json::OwnedValue;
use simd_json::prelude::*;

use crate::admin::{domesday_admin_of, done, refused, row, run};
use crate::support::epp::code;
use crate::support::process::Registrar;
use crate::support::{EppClient, Server, rdap};
use crate::world::{demo, unique};

/// What it is warned of, on standard error and in JSON alike.
#[track_caller]
fn warned(server: &Server, arguments: &[&str]) -> Vec<String> {
    let mut output = domesday_admin_of(server.directory(), arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    let json = simd_json::to_owned_value(&mut output.stdout).expect("JSON");
    let texts = json.get_array("warnings").into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned));
    let texts: Vec<_> = texts.collect();
    let expected: String = texts.iter().map(|text| format!("warning: {text}\n")).collect();
    assert_eq!(said, expected, "{arguments:?}");
    texts
}

fn listed(server: &Server, clid: &str) -> Vec<String> {
    let mut output = domesday_admin_of(server.directory(), &["registrar", "list"]);
    let rows: OwnedValue = simd_json::to_owned_value(&mut output.stdout).expect("JSON");
    let row = row(&rows, "clid", clid).expect("it is listed");
    row.get_array("rdap_lacks").expect("a list").iter().filter_map(|lack| lack.as_str().map(str::to_owned)).collect()
}

#[test]
fn what_rdap_lacks_of_registrars_is_told_and_refuses_nothing() {
    let mut server = Server::start();
    let switches = ["--street", "--voice", "--email", "--abuse-voice", "--abuse-email", "--url", "--rdap-url"];
    let found = warned(&server, &["registrar", "add", "acme", "--name", "Acme", "--iana-id", "292"]);
    assert_eq!(found.len(), 1, "{found:?}");
    for switch in switches {
        assert!(found[0].contains(switch), "{switch}: {found:?}");
    }
    assert_eq!(listed(&server, "acme").len(), switches.len());
    // It says less with all that is given, and nothing in the end.
    let given = [
        &["--street", "1 Main Street", "--city", "Reston", "--cc", "US"][..],
        &["--voice", "+1.7035555555"],
        &["--email", "hostmaster@acme.example"],
        &["--abuse-voice", "+1.7035555556"],
        &["--abuse-email", "abuse@acme.example"],
        &["--url", "https://www.acme.example/"],
        &["--rdap-url", "https://rdap.acme.example"],
    ];
    for (number, given) in given.iter().enumerate() {
        let found = warned(&server, &[&["registrar", "set", "acme"], *given].concat());
        assert_eq!(listed(&server, "acme").len(), switches.len() - number - 1);
        let text = found.concat();
        let named = switches.iter().filter(|switch| text.contains(&format!("({switch}")));
        assert_eq!(named.count(), switches.len() - number - 1, "{text}");
    }
    // Names of the registry itself and of tests are referred to nobody.
    for (clid, whose) in
        [("own", &["--iana-id", "9998"][..]), ("none", &[]), ("trial", &["--iana-id", "7", "--test", "true"])]
    {
        let found = warned(&server, &[&["registrar", "add", clid, "--name", "Own"], whose].concat()).concat();
        assert!(found.contains("--abuse-email") && !found.contains("url"), "{found}");
    }
    assert!(
        !server.output().contains("gTLD RDAP profile"),
        "nothing was amiss at the first start: {}",
        server.output()
    );
    let found =
        warned(&server, &["tld", "add", "rst", "--data-model", "minimum", "--repository-id", "ICANNRST"]).concat();
    assert!(found.contains("ICANNRST") && found.contains("--repository-id"), "{found}");
    server.restart();
    let output = server.output();
    let warning = output.lines().find(|line| line.contains("gTLD RDAP profile")).expect("it is warned of at start");
    assert!(warning.contains("none, own, trial") && !warning.contains("acme"), "{warning}");
    assert!(output.lines().any(|line| line.contains("ICANNRST") && line.contains("rst")), "{output}");
    let found = warned(&server, &["tld", "set", "rst", "--repository-id", "RST"]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn urls_of_registrars_are_urls() {
    let clid = unique("url");
    done(&["registrar", "add", &clid, "--name", "Urls"]);
    for (switch, bad) in [
        ("--url", "www.a.example"),
        ("--url", "ftp://a.example/"),
        ("--url", "https://"),
        ("--url", "https://a b.example/"),
        ("--url", "https://user@a.example/"),
        ("--url", "https://a.example:x/"),
        ("--url", "https://a.example/%4"),
        ("--url", "https://a.example/<b>"),
        ("--url", "https://\u{fc}.example/"),
        ("--url", "https://a.example/#a#b"),
        ("--rdap-url", "http://rdap.a.example/"),
        ("--rdap-url", "https://rdap.a.example/?x=1"),
        ("--rdap-url", "https://rdap.a.example/#x"),
        ("--rdap-url", "https://rdap.a.example/a b/"),
        ("--rdap-url", "https://[::1/"),
    ] {
        // What was found, and what is expected.
        let command = ["registrar", "set", &clid, switch, bad];
        refused(&command, &format!("found {bad:?}"));
        refused(&command, "URL as https://");
    }
    for (given, kept) in [
        ("https://rdap.a.example", "https://rdap.a.example/"),
        ("https://rdap.a.example/v1", "https://rdap.a.example/v1/"),
        ("https://rdap.a.example:8443/v1/", "https://rdap.a.example:8443/v1/"),
    ] {
        done(&["registrar", "set", &clid, "--rdap-url", given, "--url", "http://a.example/who?we=are#top"]);
        let row = row(&done(&["registrar", "list"]), "clid", &clid).expect("it is listed");
        assert_eq!(row.get_str("rdap_url"), Some(kept));
        assert_eq!(row.get_str("url"), Some("http://a.example/who?we=are#top"));
    }
    done(&["registrar", "set", &clid, "--rdap-url", ""]);
    let row = row(&done(&["registrar", "list"]), "clid", &clid).expect("it is listed");
    assert_eq!(row.get_str("rdap_url"), None);
}

#[test]
fn no_number_is_the_clid_of_one_registrar_and_the_iana_id_of_another() {
    demo();
    refused(&["registrar", "add", "9995", "--name", "Nine"], "registrar-a");
    // Not as IANA writes it, and so no IANA id.
    done(&["registrar", "add", "09995", "--name", "Nine"]);
    done(&["registrar", "add", "8077", "--name", "Eight"]);
    let other = unique("num");
    refused(&["registrar", "add", &other, "--name", "Other", "--iana-id", "8077"], "clID");
    done(&["registrar", "add", &other, "--name", "Other"]);
    refused(&["registrar", "set", &other, "--iana-id", "8077"], "clID");
    // Its own may be the same.
    done(&["registrar", "set", "8077", "--iana-id", "8077"]);
    for entity in ["8077", "9995"] {
        assert_eq!(rdap::get(demo(), &format!("entity/{entity}")).json().get_str("handle"), Some(entity));
    }
}

#[test]
fn demo_json_tells_where_rdap_is_listened_on() {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let settings = [("rdap.listen", "[\"127.0.0.2:0\"]"), ("rdap.base_url", "https://localhost/v1/")];
    let server = Server::start_virtual_in(dir, &settings);
    let [base] = &server.demo().rdap.base_urls[..] else { panic!("one base URL") };
    assert!(base.starts_with("https://127.0.0.2:") && base.ends_with("/v1/"), "{base}");
    let target = server.directory().join("demo.json");
    let target = target.to_str().expect("UTF-8");
    let output = run(&["rdap", "get", "--target", target, "entity", "9995"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(server.output().contains(&format!("RDAP     {base}")), "{}", server.output());
    drop(server);
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let server = Server::start_virtual_in(dir, &[("rdap.listen", "[]")]);
    assert!(server.demo().rdap.base_urls.is_empty());
    assert!(server.output().contains("RDAP     none"), "{}", server.output());
}

fn registrars_of(server: &Server) -> Vec<&Registrar> {
    server.demo().registrars.iter().collect()
}

/// Whether this registrar of the server may log in with its own certificate.
#[track_caller]
fn logs_in(server: &Server, registrar: &Registrar) {
    let mut session = EppClient::connect(server.demo(), registrar).expect("a greeting");
    let answer = session.login(&registrar.clid, &registrar.pw);
    assert_eq!(code(&answer), 1000, "{}: {answer}", registrar.clid);
}

#[test]
fn a_demo_has_as_many_registrars_as_were_asked_for_and_never_loses_one() {
    let folder = tempfile::tempdir().expect("a directory");
    let start = |count: &str| Server::start_in_as(folder.path(), vec!["--registrars".into(), count.into()]);
    let mut server = start("10");
    let ten: Vec<Registrar> = server.demo().registrars.clone();
    let clids: Vec<_> = ten.iter().map(|registrar| registrar.clid.as_str()).collect();
    let expected: Vec<_> = ('a'..='j').map(|letter| format!("registrar-{letter}")).collect();
    assert_eq!(clids, expected);
    let j = ten.last().expect("registrar-j");
    logs_in(&server, j);
    let strange = Registrar { cert: ten[8].cert.clone(), key: ten[8].key.clone(), ..j.clone() };
    let mut session = EppClient::connect(server.demo(), &strange).expect("a greeting");
    assert_eq!(code(&session.login(&strange.clid, &strange.pw)), 2200, "each has a certificate of its own");
    let entity = rdap::get(server.demo(), "entity/registrar-j").json();
    assert_eq!(entity.get_str("handle"), Some("not applicable"));
    assert_eq!(listed(&server, "registrar-j"), [""; 0], "RDAP lacks nothing of it");
    assert!(server.terminate().success(), "{}", server.output());

    let mut server = start("2");
    assert_eq!(registrars_of(&server).len(), 2);
    logs_in(&server, j);
    assert!(server.terminate().success(), "{}", server.output());

    let server = start("28");
    let all = registrars_of(&server);
    assert_eq!((all.len(), all[27].clid.as_str()), (28, "registrar-ab"));
    for (now, before) in all.iter().zip(&ten) {
        assert_eq!((&now.clid, &now.pw, &now.cert), (&before.clid, &before.pw, &before.cert));
    }
    logs_in(&server, j);
    logs_in(&server, all[27]);
}
