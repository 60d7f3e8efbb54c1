//! What each frame decodes to, or why it is refused: typed values, tables of faults, and named attacks.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::base::limits::{XML_ATTRIBUTES, XML_DEPTH, XML_NAMESPACES};
use crate::base::timestamp::Date;
use crate::epp::extensions::Extension;
use crate::model::command::{
    Action, AddressFamily, AuthInfo, ContactReference, DomainAddRem, DomainChange, DomainUpdate, Envelope, HostAddress,
    HostsShown, NameServers, Period, PeriodUnit, Query, StatusValue, TransferOp, Transform,
};
use crate::model::record::{ContactRole, Disclose, Phone, PostalAddress, PostalInfo, PostalKind};
use crate::model::refusal::Element;
use crate::model::status::Status;

mod fee;
mod idn;
mod launch;
mod login_sec;
mod maintenance;
mod mark;
mod printed;
mod rgp;
mod sec_dns;
mod token;
mod ttl;

const NS: &str = "urn:ietf:params:xml:ns";

fn epp(body: &str) -> String {
    format!("<epp xmlns=\"{NS}:epp-1.0\">{body}</epp>")
}

fn command(body: &str) -> String {
    epp(&format!("<command>{body}<clTRID>ABC-12345</clTRID></command>"))
}

/// `<verb><schema:verb>body</schema:verb></verb>`, `d` being the prefix of the schema.
fn object(verb: &str, schema: &str, body: &str) -> String {
    command(&format!("<{verb}><d:{verb} xmlns:d=\"{NS}:{schema}-1.0\">{body}</d:{verb}></{verb}>"))
}

fn envelope(xml: &[u8]) -> Envelope<'_> {
    match decode(xml) {
        Ok(Frame::Command(envelope)) => envelope,
        other => panic!("a command expected, not {other:?}"),
    }
}

fn action(xml: &str) -> Action<'_> {
    envelope(xml.as_bytes()).action
}

fn failure(xml: &[u8]) -> DecodeFailure {
    match decode(xml) {
        Err(failure) => failure,
        Ok(frame) => panic!("refusal expected, not {frame:?}, of {}", String::from_utf8_lossy(xml)),
    }
}

fn refused(xml: &str) -> (u16, String) {
    let failure = failure(xml.as_bytes());
    (failure.refusal.code(), failure.refusal.to_string())
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/decode");
    let paths =
        fs::read_dir(folder).expect("the seeds are part of the tree").map(|entry| entry.expect("readable").path());
    paths
        .map(|path| {
            (path.file_name().expect("a file").to_string_lossy().into_owned(), fs::read(&path).expect("readable"))
        })
        .collect()
}

/// The folder of reference material, where there is one.
fn reference() -> Option<PathBuf> {
    let folder = std::env::var_os("DOMESDAY_REFERENCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let examples = folder.join("examples/epp");
    if examples.is_dir() {
        return Some(examples);
    }
    println!("skipped: no folder {} (set DOMESDAY_REFERENCE)", examples.display());
    None
}

#[test]
fn every_seed_is_accepted() {
    let seeds = seeds();
    assert!(seeds.len() > 25);
    for (name, xml) in seeds {
        assert!(decode(&xml).is_ok(), "{name}: {:?}", decode(&xml));
        assert_eq!(frame_is_valid(&xml).is_ok(), !name.starts_with("foreign-"), "{name}");
    }
}

/// The fuzz target starts from frames of each extension, and its dictionary has the words that lead to others.
#[test]
fn the_fuzz_target_knows_every_extension_of_commands() {
    const OF_RESPONSES: [Extension; 4] =
        [Extension::LowBalance, Extension::ChangePoll, Extension::SecureAuthInfo, Extension::UnhandledNamespaces];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/dictionaries/decode.dict");
    let dictionary = fs::read_to_string(path).expect("the dictionary is part of the tree");
    let seeds = seeds();
    for extension in Extension::ALL.into_iter().filter(|extension| !OF_RESPONSES.contains(extension)) {
        let uri = extension.uri();
        let declared = format!("=\"{uri}\"");
        let is_used = |xml: &[u8]| String::from_utf8_lossy(xml).contains(&declared);
        assert!(seeds.iter().any(|(_, xml)| is_used(xml)), "a seed with {uri}");
        assert!(dictionary.contains(&format!("=\\\"{uri}\\\"")), "a word of the dictionary with {uri}");
    }
}

#[test]
fn every_command_printed_in_the_rfcs_of_our_schemas_is_accepted() {
    let Some(folder) = reference() else { return };
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        if ["rfc573", "rfc3915", "rfc5910", "rfc8807", "rfc9154"].iter().any(|rfc| name.starts_with(rfc))
            && name.ends_with("-command.xml")
        {
            let xml = fs::read(&path).expect("readable");
            assert_eq!(frame_is_valid(&xml), Ok(()), "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 47);
}

#[test]
fn responses_printed_in_the_rfcs_are_no_commands() {
    let Some(folder) = reference() else { return };
    let xml = fs::read(folder.join("rfc5731-02-response.xml")).expect("readable");
    assert_eq!(failure(&xml).refusal.code(), 2001);
}

#[test]
fn a_session_decodes() {
    assert_eq!(decode(epp("<hello/>").as_bytes()), Ok(Frame::Hello));
    let xml = command(
        "<login><clID> ClientX </clID><pw>foo-BAR2</pw><options><version>1.0</version><lang>en</lang></options>\
         <svcs><objURI>urn:a</objURI><objURI>urn:b</objURI><svcExtension><extURI>urn:c</extURI></svcExtension></svcs></login>",
    );
    let Action::Login(login) = action(&xml) else { panic!("a login") };
    assert_eq!((login.clid.as_ref(), login.password.as_ref(), login.new_password), ("ClientX", "foo-BAR2", None));
    assert_eq!((login.version.as_ref(), login.lang.as_ref()), ("1.0", "en"));
    assert_eq!((login.objects, login.extensions), (vec!["urn:a".into(), "urn:b".into()], vec!["urn:c".into()]));
    assert_eq!(action(&command("<logout/>")), Action::Logout);
    assert_eq!(action(&command("<poll op=' req '/>")), Action::Query(Query::PollRequest));
    let ack = |message| Action::Transform(Transform::PollAck { message });
    assert_eq!(action(&command("<poll op=\"ack\" msgID=\" 1  2 \"/>")), ack(Some(text("1 2"))));
    assert_eq!(action(&command("<poll op=\"ack\"/>")), ack(None));
}

#[test]
fn queries_borrow_from_the_frame() {
    let xml = object("check", "domain", "<d:name> a.example </d:name><d:name>b.example</d:name>");
    let decoded = envelope(xml.as_bytes());
    assert_eq!(decoded.cl_trid.as_deref(), Some("ABC-12345"));
    let Action::Query(Query::DomainCheck { names, .. }) = decoded.action else { panic!("a check") };
    assert_eq!(names, ["a.example", "b.example"]);
    assert!(names.iter().all(|name| matches!(name, std::borrow::Cow::Borrowed(_))));
}

#[test]
fn a_domain_info_decodes() {
    let xml = object(
        "info",
        "domain",
        "<d:name hosts=\"sub\">a&#46;example</d:name><d:authInfo><d:pw roid='A-B'>\ta  b&#10;</d:pw></d:authInfo>",
    );
    let auth = Some(AuthInfo::Password { password: text(" a  b "), roid: Some(text("A-B")) });
    assert_eq!(
        action(&xml),
        Action::Query(Query::DomainInfo {
            name: "a.example".into(),
            hosts: HostsShown::Subordinate,
            auth,
            token: false,
            ttl: None
        })
    );
}

#[test]
fn a_domain_create_decodes() {
    let (_, xml) = seeds().into_iter().find(|(name, _)| name == "domain-create.xml").expect("a seed");
    let Action::Transform(Transform::DomainCreate(create)) = envelope(&xml).action else { panic!("a create") };
    assert_eq!(create.name, "example.com");
    assert_eq!(create.period, Some(Period { count: 2, unit: PeriodUnit::Years }));
    assert_eq!(create.name_servers, Some(NameServers::Objects(vec![text("ns1.example.net"), text("ns2.example.net")])));
    assert_eq!(create.registrant.as_deref(), Some("jd1234"));
    let contact = |role| ContactReference { role: Some(role), id: text("sh8013") };
    assert_eq!(create.contacts, [contact(ContactRole::Admin), contact(ContactRole::Tech)]);
    assert_eq!(create.auth, AuthInfo::Password { password: text("2foo&BAR"), roid: None });
}

#[test]
fn a_domain_update_decodes() {
    let (_, xml) = seeds().into_iter().find(|(name, _)| name == "domain-update.xml").expect("a seed");
    let part = |host, role, id, status| {
        let contacts = vec![ContactReference { role: Some(role), id: text(id) }];
        Some(DomainAddRem {
            name_servers: Some(NameServers::Objects(vec![text(host)])),
            contacts,
            statuses: vec![status],
        })
    };
    let overdue = StatusValue { lang: Some(text("en")), text: text("Payment overdue."), ..Status::ClientHold.into() };
    let update = DomainUpdate {
        name: text("example.com"),
        add: part("ns2.example.com", ContactRole::Tech, "mak21", overdue),
        rem: part("ns1.example.com", ContactRole::Billing, "sh8013", Status::ClientUpdateProhibited.into()),
        chg: Some(DomainChange { registrant: Some(String::new()), auth: Some(AuthInfo::Null) }),
        restore: None,
        fee: None,
        sec_dns: None,
        ttls: Vec::new(),
    };
    assert_eq!(envelope(&xml).action, Action::Transform(Transform::DomainUpdate(update)));
}

#[test]
fn renewals_and_transfers_decode() {
    let renew = |date: &str| {
        object(
            "renew",
            "domain",
            &format!("<d:name>a</d:name><d:curExpDate>{date}</d:curExpDate><d:period unit='m'> 007 </d:period>"),
        )
    };
    let expected = |current_expiry| {
        let period = Some(Period { count: 7, unit: PeriodUnit::Months });
        Action::Transform(Transform::DomainRenew { name: text("a"), current_expiry, period, fee: None, token: None })
    };
    assert_eq!(action(&renew(" 2000-02-29Z ")), expected(Date::new(2000, 2, 29)));
    assert_eq!(action(&renew("12000-02-29")), expected(None));
    for (word, op) in [
        ("request", TransferOp::Request),
        ("approve", TransferOp::Approve),
        ("reject", TransferOp::Reject),
        ("cancel", TransferOp::Cancel),
    ] {
        let xml = object("transfer", "contact", "<d:id>abc</d:id>")
            .replace("<transfer>", &format!("<transfer op=\"{word}\">"));
        assert_eq!(action(&xml), Action::Transform(Transform::ContactTransfer { op, id: text("abc"), auth: None }));
    }
}

#[test]
fn a_host_create_decodes() {
    let xml =
        object("create", "host", "<d:name>ns.example</d:name><d:addr>192.0.2.1</d:addr><d:addr ip=\"v6\">::1</d:addr>");
    let addresses = vec![
        HostAddress { family: AddressFamily::V4, text: text("192.0.2.1") },
        HostAddress { family: AddressFamily::V6, text: text("::1") },
    ];
    assert_eq!(
        action(&xml),
        Action::Transform(Transform::HostCreate { name: text("ns.example"), addresses, ttls: Vec::new() })
    );
}

#[test]
fn a_contact_create_decodes() {
    let (_, xml) = seeds().into_iter().find(|(name, _)| name == "contact-create.xml").expect("a seed");
    let Action::Transform(Transform::ContactCreate(create)) = envelope(&xml).action else { panic!("a create") };
    assert_eq!((create.id.as_str(), create.email.as_str()), ("sh8013", "jdoe@example.com"));
    let address = PostalAddress {
        street: vec![text("123 Example Dr."), text("Suite 100")],
        city: text("Dulles"),
        sp: Some(text("VA")),
        pc: Some(text("20166-6503")),
        cc: text("US"),
    };
    let int = PostalInfo { kind: PostalKind::Int, name: text("John Doe"), org: Some(text("Example Inc.")), address };
    let address = PostalAddress { street: vec![], city: text("Köln"), sp: None, pc: None, cc: text("DE") };
    let loc = PostalInfo { kind: PostalKind::Loc, name: text("Jürgen Groß"), org: None, address };
    assert_eq!(create.postal, [int, loc]);
    assert_eq!(create.voice, Some(Phone { number: text("+1.7035555555"), ext: Some(text("1234")) }));
    assert_eq!(create.fax, Some(Phone { number: text("+1.7035555556"), ext: None }));
    let fields = Disclose::NAME_INT | Disclose::ADDR_LOC | Disclose::VOICE | Disclose::EMAIL;
    assert_eq!(create.disclose, Some(Disclose { flag: false, fields }));
}

#[test]
fn foreign_namespaces_are_named_for_the_session_to_answer() {
    let xml = command("<logout/><extension><a:b xmlns:a=\"urn:x\"><c/></a:b><d xmlns=\"urn:y\"/></extension>");
    assert_eq!(envelope(xml.as_bytes()).extensions.unknown, ["urn:x", "urn:y"]);
    assert!(frame_is_valid(xml.as_bytes()).is_err());
    let xml = command("<info><o:info xmlns:o=\"urn:obj&amp;\">text<o:id/></o:info></info>");
    assert_eq!(action(&xml), Action::UnknownObject("urn:obj&".into()));
    let xml =
        object("info", "domain", "<d:name>a</d:name><d:authInfo><d:ext><x xmlns=\"urn:z\"/></d:ext></d:authInfo>");
    let Action::Query(Query::DomainInfo { auth, .. }) = action(&xml) else { panic!("an info") };
    assert_eq!(auth, Some(AuthInfo::Extension(text("urn:z"))));
}

#[test]
fn faults_have_the_code_of_the_table() {
    let create = |body: &str| object("create", "domain", body);
    let contact = |body: &str| object("check", "contact", body);
    for (xml, code, what) in [
        (command("<chek/>"), 2000, "chek"),
        (epp("<command/>"), 2001, "an EPP command"),
        (epp("<response/>"), 2001, "epp:hello or epp:command"),
        (epp(""), 2001, "epp:hello or epp:command"),
        (command("<logout/><logout/>"), 2001, "expected epp:extension or epp:clTRID or </epp:command>, found logout"),
        (command("<check/>"), 2003, "epp:check"),
        (command("<transfer/>"), 2003, "attribute op is missing"),
        (command("<poll op=\"later\"/>"), 2004, "attribute op"),
        (command("<poll op=\"req\"> </poll>"), 2001, "</epp:poll>"),
        (command("<poll op=\"req\" lang=\"en\"/>"), 2001, "attributes op, msgID"),
        (create("<d:registrant>abc</d:registrant><d:authInfo><d:pw/></d:authInfo>"), 2003, "domain:name"),
        (
            create("<d:period unit='y'>1</d:period><d:name>a</d:name><d:authInfo><d:pw/></d:authInfo>"),
            2001,
            "expected domain:name, found d:period",
        ),
        (create("<d:name>a</d:name>"), 2003, "domain:authInfo"),
        (create("<d:name>a</d:name><d:authInfo/>"), 2003, "domain:authInfo"),
        (create("<d:name></d:name>"), 2005, "1 to 255 characters"),
        (create("<d:name>a<b/></d:name>"), 2001, "text of domain:name"),
        (create("<d:name>a</d:name>text"), 2001, "expected an element, found text"),
        (create("<d:name>a</d:name><d:bogus/>"), 2003, "domain:authInfo"),
        (create("<d:name>a</d:name><d:period unit='y'>0</d:period>"), 2004, "1 to 99"),
        (create("<d:name>a</d:name><d:period unit='y'>+1</d:period>"), 2005, "a decimal number"),
        (create("<d:name>a</d:name><d:period unit='d'>1</d:period>"), 2004, "attribute unit"),
        (create("<d:name>a</d:name><d:period>1</d:period>"), 2003, "attribute unit"),
        (create("<d:name>a</d:name><d:registrant>ab</d:registrant>"), 2005, "3 to 16 characters"),
        (create("<d:name>a</d:name><d:ns/>"), 2003, "domain:hostObj"),
        (contact("<d:id>abc</d:id><d:name>x</d:name>"), 2001, "contact:id or </contact:check>"),
        (contact(""), 2003, "contact:id"),
        (object("transfer", "host", "").replace("<transfer>", "<transfer op=\"query\">"), 2101, "host:transfer"),
        (object("renew", "contact", ""), 2101, "contact:renew"),
        (object("delete", "domain", "<d:name>a</d:name>").replace("d:delete", "d:erase"), 2001, "its schema declares"),
        (
            object("info", "domain", "<d:name>a</d:name>").replace("<info>", "<check>").replace("</info>", "</check>"),
            2001,
            "expected domain:check",
        ),
        (command("<login><clID>abc</clID><pw>short</pw></login>"), 2005, "6 to 16 characters"),
        (
            command("<login><clID>abc</clID><pw>foobar</pw><options><version>2.0</version></options></login>"),
            2100,
            "1.0 expected",
        ),
        (
            command("<login><clID>abc</clID><pw>foobar</pw><options><version>one</version></options></login>"),
            2005,
            "a version number",
        ),
    ] {
        let (found, message) = refused(&xml);
        assert_eq!(found, code, "{xml}\n{message}");
        assert!(message.contains(what), "{xml}\n{message}");
    }
}

#[test]
fn statuses_are_those_of_the_object_and_not_too_many() {
    let update = |schema: &str, key: &str, status: &str, times: usize| {
        let statuses = format!("<d:status s=\"{status}\"/>").repeat(times);
        object("update", schema, &format!("<d:{key}>abc</d:{key}><d:add>{statuses}</d:add>"))
    };
    for (schema, key, good, bad, most) in [
        ("domain", "name", "inactive", "linked", 11),
        ("host", "name", "linked", "clientHold", 7),
        ("contact", "id", "linked", "inactive", 7),
    ] {
        assert!(decode(update(schema, key, good, most).as_bytes()).is_ok());
        assert_eq!(refused(&update(schema, key, bad, 1)).0, 2004);
        assert_eq!(refused(&update(schema, key, good, most + 1)).0, 2001);
    }
    assert_eq!(refused(&update("contact", "id", "ok", 0)).0, 2003);
}

#[test]
fn positions_point_at_the_place() {
    for (xml, marker) in [
        (command("<logout/>@<bogus/>"), "<bogus/>"),
        (command("<logout>@&nbsp;</logout>"), "&nbsp;"),
        (command("<logout @a=\"<\"/>"), "a=\"<\""),
        (command("<logout @p:a=\"\"/>"), "p:a"),
        (command("<logout/>@]]>"), "]]>"),
        (format!("{}@<more/>", epp("<hello/>")), "<more/>"),
        (format!("\u{feff}{}", epp("@<bogus/>")), "<bogus/>"),
    ] {
        let at = xml.find('@').expect("marked");
        let xml = xml.replace('@', "");
        assert!(xml[at..].starts_with(marker));
        match failure(xml.as_bytes()).refusal {
            Refusal::Syntax { position, .. } => assert_eq!(position, at, "{xml}"),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for xml in [
        "",
        " ",
        "text",
        "<epp",
        "<",
        "<>",
        "</epp>",
        "<epp></other>",
        "<a:epp/>",
        "<epp a=b/>",
        "<epp a/>",
        "<epp a=\"1\"b=\"2\"/>",
        "<?xml?><epp/>",
    ] {
        assert_eq!(refused(xml).0, 2001, "{xml}");
    }
    for inside in [
        "<a></b>",
        "<a",
        "<a b=\"1\" b=\"2\"/>",
        "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>",
        "<a b='&lt'/>",
        "<a b='&#0;'/>",
        "&#xD800;",
        "&amp",
        "&;",
        "<!-- -- -->",
        "<!-- --->",
        "<!--->",
        "<?xml version='1.0'?>",
        "<?XML?>",
        "<?a:b?>",
        "<??>",
        "<? a?>",
        "]]>",
        "<1/>",
        "<a:b:c xmlns:a='u'/>",
        "<a:/>",
        "<:a/>",
        "<xmlns:a/>",
        "<a xmlns:xml='u'/>",
        "<a xmlns:xmlns='u'/>",
        "<a xmlns:p=''/>",
        "<a xmlns:p='u v'/>",
        "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
        "<![CDATA[",
        "<![cdata[]]>",
        "<a xmlns='u' xmlns='v'/>",
        "<a \u{d7}='1'/>",
        "\u{1}",
        "\u{fffe}",
        "<a xsi:type='b' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/>",
    ] {
        assert_eq!(refused(&epp(&format!("<hello>{inside}</hello>"))).0, 2001, "{inside}");
    }
}

#[test]
fn what_is_well_formed_is_accepted_where_anything_may_stand() {
    for inside in [
        "<a b='>'/>",
        "<!---> -->",
        "<?p a?b ?>",
        "<![CDATA[<&]]>",
        "]]",
        ">",
        "&#x10FFFF;",
        "<a xml:lang='e'/>",
        "<a xmlns:p='u'><p:b p:c='' c=''/></a>",
    ] {
        assert_eq!(decode(epp(&format!("<hello>{inside}</hello>")).as_bytes()), Ok(Frame::Hello), "{inside}");
    }
}

#[test]
fn known_elements_are_checked_wherever_the_schema_lets_them_in() {
    let inside = |body: &str| epp(&format!("<hello><a>{body}</a></hello>"));
    let check = |name: &str| format!("<d:check xmlns:d=\"{NS}:domain-1.0\"><d:name>{name}</d:name></d:check>");
    assert!(decode(inside(&check("a")).as_bytes()).is_ok());
    assert_eq!(refused(&inside(&check(""))).0, 2005);
    assert_eq!(refused(&command(&format!("<logout/><extension>{}</extension>", check("")))).0, 2005);
    assert_eq!(refused(&command("<logout/><extension><a xmlns=\"\"/></extension>")).0, 2001);
    assert_eq!(refused(&command("<logout/><extension><hello/></extension>")).0, 2001);
}

#[test]
fn the_transaction_identifier_is_found_in_refused_frames() {
    let found = |xml: &[u8]| failure(xml).cl_trid;
    let good = Some(text("ABC-12345"));
    assert_eq!(found(command("<bogus/>").as_bytes()), good);
    assert_eq!(found(command("<logout>&bad;</logout>").as_bytes()), good);
    assert_eq!(found(command("<check><a></check>").as_bytes()), good);
    assert_eq!(found(command("<logout>\u{1}</logout>").as_bytes()), good);
    assert_eq!(found(&[command("<bogus/>").as_bytes(), b"\xff"].concat()), good);
    assert_eq!(found(command("<bogus><x xmlns='urn:x'><clTRID>wrong</clTRID></x></bogus>").as_bytes()), good);
    assert_eq!(found(command("<bogus/>").replace("ABC-12345", " A&amp;B ").as_bytes()), Some(text("A&B")));
    for bad in ["AB", "A&bad;B", "<b/>ABC", "A\u{fffd}BC", "A\u{1}BC"] {
        assert_eq!(found(command("<bogus/>").replace("ABC-12345", bad).as_bytes()), None, "{bad}");
    }
    assert_eq!(found(command("<bogus/>").replace("ABC-12345", &"x".repeat(65)).as_bytes()), None);
    assert_eq!(found(b""), None);
}

#[test]
fn reported_values_are_cut() {
    let (_, message) = refused(&object("check", "domain", &format!("<d:name>{}</d:name>", "é".repeat(1000))));
    assert!(message.contains(&"é".repeat(255)) && !message.contains(&"é".repeat(256)));
}

#[test]
fn attacks_are_refused() {
    let with_doctype = |doctype: &str, name: &str| {
        format!("<?xml version=\"1.0\"?>{doctype}{}", object("check", "domain", &format!("<d:name>{name}</d:name>")))
    };
    let laughs = "<!DOCTYPE epp [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>";
    let many = |count: usize, what: fn(usize) -> String| (0..count).map(what).collect::<String>();
    let deep = format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000));
    for (attack, xml) in [
        ("external entity", with_doctype("<!DOCTYPE epp [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "&x;")),
        ("billion laughs", with_doctype(laughs, "&c;")),
        ("external DTD", with_doctype("<!DOCTYPE epp SYSTEM \"http://example.com/epp.dtd\">", "a")),
        ("entity in attribute", command("<poll op=\"&x;\"/>")),
        ("depth bomb", epp(&format!("<hello>{deep}</hello>"))),
        ("unclosed depth bomb", "<a>".repeat(20_000)),
        ("attribute flood", epp(&format!("<hello {}/>", many(5000, |n| format!(" a{n}=''"))))),
        ("namespace flood", epp(&format!("<hello {}/>", many(2000, |n| format!(" xmlns:a{n}='u'"))))),
        ("huge name", epp(&format!("<{}/>", "a".repeat(60_000)))),
        ("huge attribute name", epp(&format!("<command {}=''/>", "a".repeat(60_000)))),
        ("UTF-7", format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{}", command("<logout/>"))),
        ("nul", command("<logout>\0</logout>")),
        ("nul at the end", format!("{}\0", command("<logout/>"))),
        ("two byte order marks", format!("\u{feff}\u{feff}{}", command("<logout/>"))),
        ("ASCII declared", format!("<?xml version=\"1.0\" encoding=\"US-ASCII\"?>{}", command("<logout>é</logout>"))),
    ] {
        assert_eq!(refused(&xml).0, 2001, "{attack}");
    }
    let utf16: Vec<u8> =
        format!("\u{feff}{}", command("<logout/>")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let overlong = command("<logout>@</logout>")
        .into_bytes()
        .iter()
        .flat_map(|o| if *o == b'@' { vec![0xc0, 0xaf] } else { vec![*o] })
        .collect();
    for (attack, octets) in
        [("UTF-16", utf16), ("overlong UTF-8", overlong), ("surrogate", b"<a>\xed\xa0\x80</a>".to_vec())]
    {
        assert_eq!(failure(&octets).refusal.code(), 2001, "{attack}");
    }
}

#[test]
fn limits_are_met_exactly() {
    let nested = |depth: usize| epp(&format!("<hello>{}{}</hello>", "<a>".repeat(depth - 2), "</a>".repeat(depth - 2)));
    assert!(decode(nested(XML_DEPTH).as_bytes()).is_ok());
    assert_eq!(refused(&nested(XML_DEPTH + 1)).0, 2001);
    let attributes =
        |count: usize| epp(&format!("<hello{}/>", (0..count).map(|n| format!(" a{n}=''")).collect::<String>()));
    assert!(decode(attributes(XML_ATTRIBUTES).as_bytes()).is_ok());
    assert_eq!(refused(&attributes(XML_ATTRIBUTES + 1)).0, 2001);
    // One is declared by <epp>; the others are spread over several elements to stay below the attribute limit.
    let declared = |count: usize| {
        let declare = |range: std::ops::Range<usize>| range.map(|n| format!(" xmlns:a{n}='u'")).collect::<String>();
        epp(&format!("<hello{}><a{}><a{}/></a></hello>", declare(0..30), declare(30..60), declare(60..count - 1)))
    };
    assert!(decode(declared(XML_NAMESPACES).as_bytes()).is_ok());
    assert_eq!(refused(&declared(XML_NAMESPACES + 1)).0, 2001);
    let long_check = object("check", "domain", &"<d:name>a</d:name>".repeat(3000));
    assert!(decode(long_check.as_bytes()).is_ok());
}

#[test]
fn what_fuzzing_asserts_holds_for_cut_and_spliced_seeds() {
    for (_, xml) in seeds() {
        for length in (0..xml.len()).step_by(7) {
            crate::epp::fuzz_decode(&xml[..length]);
            let spliced = [&xml[..length], &xml[(length + 5).min(xml.len())..]].concat();
            crate::epp::fuzz_decode(&spliced);
            crate::epp::fuzz_frame(&spliced);
        }
    }
    assert_eq!(Element::epp("epp"), command::EPP);
}
