//! Deposits of other makes: what they leave open is filled in, what does not fit is told by its rule, and nothing that is broken
//! leaves half a registry.

use super::*;

const WHOLE: &str = include_str!("../../../escrow/testdata/whole.xml");

/// The same with what a deposit of ours always says, and that one leaves open.
fn filled(mut object: Object, watermark: Timestamp) -> Object {
    let fill = |history: &mut crate::escrow::History, sponsor: &str| {
        let actor = || crate::escrow::Actor { registrar: sponsor.to_owned(), client: None };
        history.creator.get_or_insert_with(actor);
        history.created.get_or_insert(watermark);
        for actor in history.creator.iter_mut().chain(&mut history.updater) {
            actor.client = None;
        }
    };
    match &mut object {
        Object::Contact(contact) => fill(&mut contact.history, &contact.sponsor),
        Object::Host(host) => fill(&mut host.history, &host.sponsor),
        Object::Domain(domain) => fill(&mut domain.history, &domain.sponsor),
        Object::Registrar(registrar) => {
            registrar.state.get_or_insert(RegistrarState::Ok);
            registrar.created.get_or_insert(watermark);
            registrar.whois = None;
            registrar.voice.iter_mut().for_each(|voice| voice.ext = None);
        }
        Object::Nndn(nndn) => {
            nndn.created.get_or_insert(watermark);
            nndn.state = NndnState::Blocked;
            (nndn.idn_table, nndn.original) = (None, None);
            nndn.u_name = nndn
                .u_name
                .take()
                .or_else(|| (nndn.name == "xn--exampl-gva.example").then(|| "exampl\u{e9}.example".into()));
        }
        _ => {}
    }
    object
}

/// The rules that a text with these replacements breaks, of one file.
#[track_caller]
fn broken(replacements: &[(&str, &str)]) -> (Vec<Rule>, Option<Memory>) {
    let mut text = WHOLE.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let documents = Documents(vec![text.into_bytes()]);
    let order = Order::default();
    let (judged, problems) = judge(&documents, &order, late()).expect("readable");
    let rules = problems.iter().map(|(rule, ..)| rule).filter(|rule| *rule != Rule::MissingData).collect();
    let memory = judged.filter(|_| problems.beside(&everything()).is_empty()).map(|mut judged| {
        let memory = registry_of(&documents, &mut judged).expect("it is written");
        invariants::check(&memory, judged.imported.watermark).expect("whole");
        memory
    });
    (rules, memory)
}

#[test]
fn a_deposit_with_all_kinds_of_objects_comes_back() {
    let documents = Documents(vec![WHOLE.as_bytes().to_vec()]);
    let (memory, problems, judged) = imported(&documents, &Order::default());
    let rules: Vec<Rule> = problems.iter().map(|(rule, ..)| rule).collect();
    assert_eq!(rules, [Rule::MissingData], "{problems:?}");
    assert!(!judged.survey.is_sorted(), "what refers comes first in it");
    let watermark = judged.imported.watermark;
    let expected = read(WHOLE.as_bytes()).into_iter().map(|object| filled(object, watermark)).collect();
    let (_, found) = objects(&memory, "example", watermark);
    assert_same(found, expected, "example", &[ObjectKind::EppParams]);
    let registrar = memory.registrar("reg-one").expect("there");
    assert!(registrar.password.is_empty() && registrar.certificates.is_empty());
    let tld = memory.tld("example").expect("there");
    assert_eq!((tld.data_model.get(), tld.repository_id.as_str()), (DataModel::Maximum, "EX"));
}

#[test]
fn the_example_of_the_rfc_comes_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reference = std::env::var_os("DOMESDAY_REFERENCE").map_or_else(|| root.join("../shared"), PathBuf::from);
    let file = reference.join("examples/rde/rfc9022-full-xml-model.xml");
    let Ok(text) = std::fs::read(&file) else {
        println!("skipped: no file {} (set DOMESDAY_REFERENCE); left unchecked: the RFC's example", file.display());
        return;
    };
    let documents = Documents(vec![text]);
    // Its header is of another TLD than its names.
    let order = Order { zones: vec!["example".into()], ..Order::default() };
    let (memory, problems, judged) = imported(&documents, &order);
    let rules: Vec<Rule> = problems.iter().map(|(rule, ..)| rule).collect();
    assert_eq!(rules[..1], [Rule::MissingContact], "{problems:?}");
    let watermark = judged.imported.watermark;
    let expected = read(&documents.0[0]).into_iter().map(|object| {
        let mut object = filled(object, watermark);
        if let Object::Domain(domain) = &mut object {
            domain.registrant = domain.registrant.take().filter(|id| id != "jd1234");
            if let NameServers::Objects(names) = &mut domain.name_servers {
                names.retain(|name| name != "ns1.example.com");
            }
        }
        object
    });
    let (_, found) = objects(&memory, "example", watermark);
    assert_same(found, expected.collect(), "example", &[ObjectKind::EppParams, ObjectKind::Policy]);
}

/// The case, what is written in place of what, and the rules that it breaks.
type Row = (&'static str, Vec<(&'static str, String)>, Vec<Rule>);

fn row(case: &'static str, replacements: &[(&'static str, &str)], rules: &[Rule]) -> Row {
    let replacements = replacements.iter().map(|(from, to)| (*from, (*to).to_owned())).collect();
    (case, replacements, rules.to_vec())
}

const TWO: &str = "<rdeDomain:name>two.example<";
const OK: &str = "<rdeDomain:status s=\"ok\"/>";
const PENDING: &str = "<rdeDomain:status s=\"pendingDelete\"/>";

fn names_and_references() -> Vec<Row> {
    let named = |name: &str| format!("<rdeDomain:name>{name}<");
    let roid = "<rdeDomain:roid>D1-EX</rdeDomain:roid>";
    let host = "</domain:hostObj>";
    let two_hosts = format!("{host}<domain:hostObj>ns.one.example{host}");
    let u_name = format!("{roid}<rdeDomain:uName>eins.example</rdeDomain:uName>");
    let registrant = "<rdeDomain:registrant>con1";
    let address = "<rdeHost:addr ip=\"v4\">192.0.2.1</rdeHost:addr><rdeHost:clID>";
    let below = [("<rdeHost:name>ns.one", "<rdeHost:name>ns.three"), ("hostObj>ns.one", "hostObj>ns.three")];
    let sponsor = ("<rdeDomain:clID>reg-one", "<rdeDomain:clID>reg-two");
    let handle = [("<rdeContact:id>con1", "<rdeContact:id>con 1")];
    vec![
        row("one name twice", &[(TWO, &named("ONE.example"))], &[Rule::Duplicate]),
        row("one ROID twice", &[("D2-EX", "D1-EX")], &[Rule::Duplicate]),
        row("another TLD", &[(TWO, &named("two.test"))], &[Rule::Zone]),
        row("no name", &[(TWO, &named("t_o.example"))], &[Rule::Name]),
        row("no A-label", &[(TWO, &named("xn--a.example"))], &[Rule::Idna]),
        row("a handle with a space", &handle, &[Rule::ContactId, Rule::MissingContact, Rule::Policy]),
        row("another sponsor", &[sponsor], &[Rule::MissingRegistrar, Rule::HostSponsor]),
        row("no contact", &[(registrant, "<rdeDomain:registrant>con2")], &[Rule::MissingContact, Rule::Policy]),
        row("no registrant", &[("<rdeDomain:registrant>con1</rdeDomain:registrant>", "")], &[Rule::Policy]),
        row("no host", &[("<domain:hostObj>ns.one", "<domain:hostObj>ns.two")], &[Rule::MissingHost]),
        row("a host below nothing", &below, &[Rule::MissingHost, Rule::HostBelow]),
        row("an address twice", &[("<rdeHost:clID>", address)], &[Rule::HostAddress]),
        row("a name server twice", &[(host, &two_hosts)], &[Rule::NameServers]),
        row("withheld", &[("nameState>blocked", "nameState>withheld")], &[Rule::Nndn]),
        row("a domain", &[("<rdeNNDN:aName>never", "<rdeNNDN:aName>two")], &[Rule::Nndn]),
        row("another Unicode", &[(roid, &u_name)], &[Rule::Idn]),
    ]
}

fn states() -> Vec<Row> {
    let inactive = "<rdeDomain:status s=\"inactive\"/>";
    let rgp = |before: &str, status: &str| format!("{before}<rdeDomain:rgpStatus s=\"{status}\"/>");
    let (add, redemption) = (rgp(OK, "addPeriod"), rgp(OK, "redemptionPeriod"));
    let removed = rgp(PENDING, "redemptionPeriod");
    let both = format!("{PENDING}<rdeDomain:status s=\"clientDeleteProhibited\"/>");
    let both = rgp(&both, "pendingDelete");
    let expires = "2028-01-01T";
    vec![
        row("nothing", &[], &[]),
        row("a fault", &[("2028-01-02T00:00:00Z", "soon")], &[Rule::Fault]),
        row("too long", &[(expires, "2048-01-01T")], &[Rule::Expiry]),
        row("ends before it begins", &[(expires, "2025-01-01T")], &[Rule::Dates]),
        row("never ends", &[(inactive, "<rdeDomain:status s=\"pendingUpdate\"/>")], &[Rule::Status]),
        row("no transfer", &[(OK, "<rdeDomain:status s=\"pendingTransfer\"/>")], &[Rule::Transfer]),
        row("no stage", &[(OK, PENDING)], &[Rule::Removal]),
        row("no status", &[(OK, &redemption)], &[Rule::Removal]),
        row("no purge", &[(OK, &removed)], &[Rule::Removal]),
        row("a purge", &[(OK, &removed), (expires, "2026-06-20T")], &[]),
        row("a prohibition", &[(OK, &both), (expires, "2026-06-05T")], &[Rule::Status]),
        row("over long ago", &[(OK, &add)], &[Rule::Grace]),
        row("not over", &[(OK, &add), ("2026-01-01T", "2026-05-30T")], &[]),
    ]
}

#[test]
fn what_does_not_fit_is_told_by_its_rule_and_taken_as_it_says() {
    for (case, replacements, expected) in names_and_references().into_iter().chain(states()) {
        let replacements: Vec<_> = replacements.iter().map(|(from, to)| (*from, to.as_str())).collect();
        let (rules, memory) = broken(&replacements);
        assert_eq!(rules, expected, "{case}");
        assert!(memory.is_some(), "{case}: it is taken");
    }
}

#[test]
fn what_is_no_registry_is_never_taken() {
    let id = "<rdeRegistrar:id>reg-one";
    for (case, replacements, rule) in [
        ("no full deposit", vec![("type=\"FULL\"", "type=\"INCR\" prevId=\"T0\"")], Rule::Frame),
        ("not whole", vec![("</rde:deposit>", "")], Rule::Frame),
        ("no frame", vec![("<rde:watermark>2026", "<rde:watermark>x")], Rule::Frame),
        ("from the future", vec![("2026-06-01T00", "2199-06-01T00")], Rule::Frame),
        ("a registrar with a space", vec![(id, "<rdeRegistrar:id>reg one")], Rule::RegistrarId),
    ] {
        let (rules, memory) = broken(&replacements);
        assert!(rules.contains(&rule) && memory.is_none(), "{case}: {rules:?}");
    }
    let again = |from: &str, to: &str| WHOLE.replace("type=\"FULL\" id=\"T1\"", from).replace("2026-06-01T", to);
    for (case, second, fits) in [
        ("in order", again("type=\"DIFF\" id=\"T2\" prevId=\"T1\"", "2026-06-02T"), true),
        ("another before", again("type=\"DIFF\" id=\"T2\" prevId=\"T0\"", "2026-06-02T"), false),
        ("none before", again("type=\"DIFF\" id=\"T2\"", "2026-06-02T"), false),
        ("the same day", again("type=\"DIFF\" id=\"T2\" prevId=\"T1\"", "2026-06-01T"), false),
        ("two full ones", WHOLE.to_owned(), false),
    ] {
        let documents = Documents(vec![WHOLE.as_bytes().to_vec(), second.into_bytes()]);
        let (_, problems) = judge(&documents, &Order::default(), late()).expect("readable");
        assert_eq!(problems.of(Rule::Frame) == 0, fits, "{case}: {problems:?}");
    }
}

#[test]
fn a_roid_of_an_earlier_registry_is_never_made_again() {
    let (_, memory) = broken(&[("D2-EX", "DZZZ-EX")]);
    let memory = memory.expect("it is taken");
    let highest = 36 * 36 * 36 - 1;
    assert!(memory.domain("two.example").expect("there").id.to_native() > highest);
}

/// Deposits that cannot be read any more once they are written.
struct Failing(Documents);

impl Deposits for Failing {
    fn count(&self) -> usize {
        self.0.count()
    }

    fn name(&self, file: usize) -> String {
        self.0.name(file)
    }

    fn open(&self, file: usize, pass: Pass) -> io::Result<Events<'_>> {
        let events = self.0.open(file, pass)?;
        let gone = || Err(io::Error::other("the volume is gone"));
        Ok(match pass {
            Pass::WriteDomains => Box::new(events.take(5).chain(std::iter::once_with(gone))),
            _ => events,
        })
    }
}

#[test]
fn an_import_that_fails_leaves_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let order = Order { into: dir.path().join("new"), accepted: everything(), ..Order::default() };
    let documents = || Documents(vec![WHOLE.as_bytes().to_vec()]);
    let failed = import(&Failing(documents()), &order, late()).expect_err("it fails");
    assert!(failed.to_string().contains("file 0: the volume is gone"), "{failed}");
    let left = || std::fs::read_dir(dir.path()).expect("readable").count();
    assert_eq!(left(), 0, "nothing is there");
    let refused =
        import(&documents(), &Order { accepted: BTreeSet::new(), ..order.clone() }, late()).expect("readable");
    assert_eq!((refused.refused.as_slice(), left()), (&[Rule::MissingData][..], 0));
    // An empty directory is as good as none; whatever is in one is somebody's.
    std::fs::create_dir(&order.into).expect("a directory");
    assert!(import(&documents(), &order, late()).expect("it fits").found.expect("a registry").written);
    assert_eq!(left(), 1);
    let twice = import(&documents(), &order, late()).expect_err("it is taken").to_string();
    assert!(twice.contains("expected nothing or an empty directory"), "{twice}");
}

/// Whatever is done to the octets of a deposit, it is refused or gives a registry that is whole.
#[test]
fn a_deposit_that_is_broken_anyhow_gives_a_whole_registry_or_none() {
    let mut random = SplitMix64::new(7);
    let words = [
        "<", ">", "example", "one", "reg-one", "con1", "ok", "inactive", "T1", "2028", "rdeHost:", "xn--", ".", "-",
        "\0",
    ];
    let mut taken = 0;
    for _ in 0..600 {
        let mut text = WHOLE.as_bytes().to_vec();
        for _ in 0..=random.below(3) {
            let (at, other) = (random.below(text.len() as u64) as usize, random.below(text.len() as u64) as usize);
            match random.below(4) {
                0 => drop(text.drain(at..(at + 1 + random.below(40) as usize).min(text.len()))),
                1 => text[at] = text[other],
                2 => drop(text.splice(at..at, words[random.below(words.len() as u64) as usize].bytes())),
                _ => {
                    let piece = text[other..(other + random.below(400) as usize).min(text.len())].to_vec();
                    drop(text.splice(at..at, piece));
                }
            }
        }
        let documents = Documents(vec![text]);
        let Ok((Some(mut judged), problems)) = judge(&documents, &Order::default(), late()) else { continue };
        if problems.beside(&everything()).is_empty() {
            let memory = registry_of(&documents, &mut judged).expect("what is judged to fit can be written");
            let broken = invariants::check(&memory, judged.imported.watermark);
            assert!(broken.is_ok(), "{broken:?}: {}", String::from_utf8_lossy(&documents.0[0]));
            taken += 1;
        }
    }
    assert!(taken > 30, "{taken} of 600 were taken");
}
