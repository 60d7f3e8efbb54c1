//! What is withheld from whom, and the member `redacted` (RFC 9537) in the names of the gTLD profile.

use super::json_path::evaluate;
use super::judges::Mutant::{Put, Without};
use super::judges::{Asked, Verdict, any, corpus, ensure, holds, items, objects, properties, strings};
use super::*;
use crate::model::record::{
    Contact, ContactRole, Disclose, Domain, DomainContact, Phone, PostalAddress, PostalInfo, PostalKind,
};

/// A piece of data: its words in redactions after the role, how it is withheld, and its text in the int and the loc form.
struct Piece {
    words: &'static str,
    method: &'static str,
    texts: [&'static str; 2],
    /// The bits of `disclose` for the forms.
    bits: [u16; 2],
}

const PIECES: [Piece; 10] = [
    piece("Name", "emptyValue", ["zqIntName", "zqLocName"], [Disclose::NAME_INT, Disclose::NAME_LOC]),
    piece("Organization", "removal", ["zqIntOrg", "zqLocOrg"], [Disclose::ORG_INT, Disclose::ORG_LOC]),
    piece("Street", "emptyValue", ["zqIntStreet", "zqLocStreet"], [Disclose::ADDR_INT, Disclose::ADDR_LOC]),
    piece("City", "emptyValue", ["zqIntCity", "zqLocCity"], [Disclose::ADDR_INT, Disclose::ADDR_LOC]),
    piece("Postal Code", "emptyValue", ["zqIntCode", "zqLocCode"], [Disclose::ADDR_INT, Disclose::ADDR_LOC]),
    piece("Phone", "removal", ["8888888881"; 2], [Disclose::VOICE; 2]),
    piece("Phone Ext", "removal", ["8888888882"; 2], [Disclose::VOICE; 2]),
    piece("Fax", "removal", ["8888888883"; 2], [Disclose::FAX; 2]),
    piece("Fax Ext", "removal", ["8888888884"; 2], [Disclose::FAX; 2]),
    piece("Email", "removal", ["zqmail@zq.example"; 2], [Disclose::EMAIL; 2]),
];

const fn piece(words: &'static str, method: &'static str, texts: [&'static str; 2], bits: [u16; 2]) -> Piece {
    Piece { words, method, texts, bits }
}

/// What EPP calls the contact, which is nobody's business.
const ID: &str = "zqEppId";
const ROID: &str = "C99-EXAMPLE";

/// A contact with an unmistakable text in each field.
fn contact(registry: &Memory, forms: &[PostalKind], disclose: Option<Disclose>) -> Contact {
    let found = registry.contact("SH8013").expect("in the sample");
    let template = rkyv::deserialize::<Contact, rkyv::rancor::Error>(found).expect("no shared pointers");
    let postal = |kind: PostalKind| {
        let text = |at: usize| PIECES[at].texts[kind as usize].to_owned();
        PostalInfo {
            kind,
            name: text(0),
            org: Some(text(1)),
            address: PostalAddress {
                street: vec![text(2), text(2)],
                city: text(3),
                sp: Some("zqState".into()),
                pc: Some(text(4)),
                cc: "DE".into(),
            },
        }
    };
    let phone = |at: usize| {
        Some(Phone { number: format!("+49.{}", PIECES[at].texts[0]), ext: Some(PIECES[at + 1].texts[0].into()) })
    };
    Contact {
        object_id: 99,
        roid: ROID.into(),
        id: ID.into(),
        postal: forms.iter().map(|kind| postal(*kind)).collect(),
        voice: phone(5),
        fax: phone(7),
        email: PIECES[9].texts[0].into(),
        disclose,
        ..template
    }
}

/// A registry where the contact fills these roles of `marked.example`.
fn registry(
    policy: Disclosure,
    forms: &[PostalKind],
    disclose: Option<Disclose>,
    roles: &[Option<ContactRole>],
) -> Memory {
    let mut registry = sample::registry_under(policy);
    let found = registry.domain("attr.example").expect("in the sample");
    let template = rkyv::deserialize::<Domain, rkyv::rancor::Error>(found).expect("no shared pointers");
    let others = roles.iter().flatten().map(|role| DomainContact { role: *role, id: ID.into() });
    let domain = Domain {
        id: 98,
        roid: "D98-EXAMPLE".into(),
        name: "marked.example".into(),
        registrant: roles.contains(&None).then(|| ID.into()),
        contacts: others.collect(),
        ..template
    };
    let contact = contact(&registry, forms, disclose);
    sample::commit(&mut registry, vec![Change::PutContact(contact), Change::PutDomain(domain)]);
    registry
}

/// Whether anybody sees a piece of the form that is shown: the policies, told once more.
fn is_public(policy: Disclosure, piece: &Piece, form: PostalKind, disclose: Option<Disclose>) -> bool {
    let names = |flag| disclose.is_some_and(|wish| wish.flag == flag && wish.fields & piece.bits[form as usize] != 0);
    match policy {
        Disclosure::RedactAll => false,
        Disclosure::PublishOrganisations if piece.words == "Organization" => !names(false),
        Disclosure::ByDisclose | Disclosure::PublishOrganisations => names(true),
    }
}

/// Names and methods in `redacted`, with the member that holds the name.
fn entries(json: &OwnedValue) -> Vec<(&str, String, &str)> {
    let entry = |entry| {
        let name = OwnedValue::get(entry, "name").and_then(|name| name.as_object()).expect("a name");
        assert_eq!(name.len(), 1);
        let (member, name) = name.iter().next().expect("one member");
        (&member[..], name.as_str().expect("a string").to_owned(), entry.get_str("method").expect("a method"))
    };
    items(json, "redacted").iter().map(entry).collect()
}

/// Every wish that matters on its own, and some together.
fn wishes() -> Vec<Option<Disclose>> {
    let single = (0..9).map(|bit| 1 << bit);
    let masks = single.clone().chain(single.map(|bit: u16| 0x1ff & !bit)).chain([0x1ff, 0]);
    masks.flat_map(|fields| [true, false].map(|flag| Some(Disclose { flag, fields }))).chain([None]).collect()
}

/// Each string that is withheld from anybody is nowhere in the body, each other one is there, and `redacted` says the same.
#[test]
fn nothing_withheld_leaks_and_each_thing_withheld_is_listed() {
    let forms = [&[PostalKind::Loc, PostalKind::Int][..], &[PostalKind::Loc], &[PostalKind::Int]];
    for (policy, forms) in POLICIES.into_iter().flat_map(|policy| forms.map(|forms| (policy, forms))) {
        let form = if forms.contains(&PostalKind::Int) { PostalKind::Int } else { PostalKind::Loc };
        for disclose in wishes() {
            let registry = registry(policy, forms, disclose, &[None]);
            for (target, word) in [("/v1/domain/marked.example", "Registrant"), ("/v1/entity/zqEppId", "Contact")] {
                let body = String::from_utf8(ask(&registry, target).body).expect("UTF-8");
                let case = format!("{policy:?} {disclose:?} {form:?} {target}\n{body}");
                let json = value(body.as_bytes());
                let mut expected = Vec::new();
                if policy == Disclosure::RedactAll {
                    expected.push((format!("Registry {word} ID"), "removal"));
                }
                assert_eq!(body.contains(ROID), policy != Disclosure::RedactAll, "{case}");
                for piece in &PIECES {
                    let (shown, other) = (piece.texts[form as usize], piece.texts[1 - form as usize]);
                    let public = is_public(policy, piece, form, disclose);
                    assert_eq!(body.contains(shown), public, "{}: {case}", piece.words);
                    assert!(other == shown || !body.contains(other), "{}: {case}", piece.words);
                    if !public {
                        expected.push((format!("{word} {}", piece.words), piece.method));
                    }
                }
                assert!(body.contains("zqState") && body.contains(r#""cc":"DE""#), "{case}");
                let asked = r#""value":"https://rdap.example/v1/entity/zqEppId""#;
                assert!(!body.replace(asked, "").contains(ID), "{case}");
                let found: Vec<_> = entries(&json).into_iter().map(|(_, name, method)| (name, method)).collect();
                assert_eq!(found, expected, "{case}");
            }
        }
    }
}

#[test]
fn who_is_authorised_sees_everything_and_no_redactions() {
    for policy in POLICIES {
        let registry = registry(policy, &[PostalKind::Int], Some(Disclose { flag: false, fields: 0x1ff }), &[None]);
        for target in ["/v1/domain/marked.example", "/v1/entity/zqEppId"] {
            let body = String::from_utf8(ask_as(&registry, target, Audience::Authorised).body).expect("UTF-8");
            assert!(PIECES.iter().all(|piece| body.contains(piece.texts[0])) && body.contains(ROID), "{body}");
            assert!(!body.contains("redacted"), "{body}");
        }
    }
}

/// How a registered name or its like is withheld, and where its path ends.
fn form(name: &str) -> (&'static str, &'static str) {
    match () {
        () if name.ends_with(" ID") => ("removal", ".handle"),
        () if name.contains("Phone") => ("removal", "[?(@[1].type=='voice')]"),
        () if name.contains("Fax") => ("removal", "[?(@[1].type=='fax')]"),
        () if name.ends_with("Name") => ("emptyValue", "[?(@[0]=='fn')][3]"),
        () if name.ends_with("Organization") => ("removal", "[?(@[0]=='org')]"),
        () if name.ends_with("Street") => ("emptyValue", "[?(@[0]=='adr')][3][2]"),
        () if name.ends_with("City") => ("emptyValue", "[?(@[0]=='adr')][3][3]"),
        () if name.ends_with("Postal Code") => ("emptyValue", "[?(@[0]=='adr')][3][5]"),
        () => ("removal", "[?(@[0]=='email')]"),
    }
}

/// The name of an entry, and its path.
fn name_and_path(entry: &OwnedValue) -> (&str, &str) {
    let name = entry.get("name").and_then(|name| name.as_object()).and_then(|name| name.values().next()?.as_str());
    let path = entry.get_str("prePath").or(entry.get_str("postPath"));
    (name.unwrap_or_default(), path.unwrap_or_default())
}

/// Each entry is whole, of the method that its name has; its path leads to one empty string, or to nothing where the value is
/// removed.
#[test]
fn redactions_lead_where_they_say() {
    fn judge(asked: &Asked) -> Verdict {
        for entry in items(&asked.json, "redacted") {
            let (name, path) = name_and_path(entry);
            let (method, end) = form(name);
            ensure!(entry.get_str("method") == Some(method), "{entry}");
            let (member, values) = if method == "removal" { ("prePath", vec![]) } else { ("postPath", vec![Some("")]) };
            let mut members: Vec<_> = entry.as_object().into_iter().flat_map(|entry| entry.keys()).collect();
            members.sort_unstable();
            let mut expected = ["method", "name", member, "reason"];
            expected.sort_unstable();
            ensure!(members == expected, "{entry}");
            ensure!(path.starts_with('$') && path.ends_with(end), "{path} of {name}");
            let found: Vec<_> = evaluate(&asked.json, path).into_iter().map(|value| value.as_str()).collect();
            ensure!(found == values, "{path} leads to {found:?}");
            let reason = entry.get("reason").map(|reason| reason.encode()).unwrap_or_default();
            let reasons = match asked.audience {
                Audience::Anonymous => &["Server policy", "Not provided"][..],
                Audience::Authorised => &["Not provided"],
            };
            ensure!(reasons.iter().any(|words| reason == format!(r#"{{"description":"{words}"}}"#)), "{reason}");
        }
        Ok(())
    }
    holds(
        any,
        judge,
        &[
            Without("redacted/0/name"),
            Without("redacted/0/reason"),
            Put("redacted/0/reason", r#""Server policy""#),
            Put("redacted/0/pathLang", r#""xpath""#),
            Put("redacted/method=removal/method", r#""emptyValue""#),
            Put("redacted/method=emptyValue/method", r#""removal""#),
            Put("redacted/method=removal/postPath", r#""$.handle""#),
            Without("redacted/method=removal/prePath"),
            Without("redacted/method=emptyValue/postPath"),
            Put("redacted/method=emptyValue/postPath", r#""$.entities""#),
        ],
    );
    // What is withheld is not there besides.
    let redacts_all = |asked: &Asked| {
        asked.policy == Disclosure::RedactAll && asked.audience == Audience::Anonymous && asked.is_of("domain")
    };
    holds(
        redacts_all,
        judge,
        &[
            Put("entities/roles=registrant/handle", r#""C11-EXAMPLE""#),
            Put("entities/roles=registrant/vcardArray/1/0=fn/3", r#""Secret""#),
            Put("entities/roles=registrant/vcardArray/1/0=adr/3/2", r#"["",""]"#),
            Without("entities/roles=registrant/vcardArray/1/0=adr"),
            Without("entities/roles=technical/vcardArray/1/0=fn"),
            Put("entities/roles=registrant/vcardArray/1/0=version", r#"["email",{},"text","secret@shop.example"]"#),
            Put("entities/roles=technical/vcardArray/1/0=version", r#"["tel",{"type":"voice"},"uri","tel:+49.1"]"#),
        ],
    );
}

/// Where everything is shown, the path of what is withheld leads to it; or to nothing where there is nothing, which alone is said
/// there.
#[test]
fn redactions_are_of_what_is_there_or_required() {
    const REQUIRED: [&str; 9] = [
        "Registrant Name",
        "Registrant Street",
        "Registrant City",
        "Registrant Postal Code",
        "Registrant Phone",
        "Registrant Email",
        "Tech Name",
        "Tech Phone",
        "Tech Email",
    ];
    let (mut seen, mut missing) = (0, 0);
    for pair in corpus().chunks(2) {
        let [public, whole] = pair else { panic!("pairs") };
        assert_eq!(public.target, whole.target);
        let of = |asked: &Asked, path: &str| -> Vec<String> {
            let there = evaluate(&asked.json, path).into_iter();
            there.filter(|value| value.as_str() != Some("")).map(|value| value.encode()).collect()
        };
        for entry in items(&public.json, "redacted") {
            seen += 1;
            let (name, path) = name_and_path(entry);
            let there = of(whole, path).len();
            assert!(there == 1 || there == 0 && REQUIRED.contains(&name), "{path} of {name} in {}", whole.json);
            let said = items(&whole.json, "redacted").iter().any(|entry| name_and_path(entry) == (name, path));
            assert_eq!(said, there == 0, "{name} in {}", whole.json);
        }
        for entry in items(&whole.json, "redacted") {
            missing += 1;
            let (name, path) = name_and_path(entry);
            let said = items(&public.json, "redacted").iter().any(|entry| name_and_path(entry) == (name, path));
            assert!(REQUIRED.contains(&name) && said && of(whole, path).is_empty(), "{name} in {}", whole.json);
        }
    }
    assert!(seen > 100 && missing == 3 * 4, "{seen} {missing}");
}

/// RFC 9537 says it now.
#[test]
fn no_remark_tells_of_redactions() {
    for asked in corpus() {
        let truncated = |object: &&OwnedValue| object.get("remarks").is_some();
        assert!(objects(&asked.json).into_iter().find(truncated).is_none(), "{}", asked.json);
    }
}

/// Nobody learns by its redaction whether a contact has what the profile asks for.
#[test]
fn what_is_closed_looks_alike_whether_it_is_there_or_not() {
    let full = registry(Disclosure::RedactAll, &[PostalKind::Int], None, &[None, Some(ContactRole::Tech)]);
    let mut poor = registry(Disclosure::RedactAll, &[PostalKind::Int], None, &[None, Some(ContactRole::Tech)]);
    let mut contact = contact(&poor, &[PostalKind::Int], None);
    contact.postal[0].address.street.clear();
    contact.postal[0].address.pc = None;
    // Extensions are none of the profile's required values.
    (contact.voice.as_mut().expect("given").ext, contact.fax) = (None, None);
    sample::commit(&mut poor, vec![Change::PutContact(contact.clone())]);
    let known = ask(&poor, "/v1/domain/marked.example").body;
    contact.voice = None;
    contact.postal.clear();
    contact.email.clear();
    sample::commit(&mut poor, vec![Change::PutContact(contact)]);
    let unknown = ask(&poor, "/v1/domain/marked.example").body;
    let names = |body: &[u8]| -> Vec<_> {
        let json = value(body);
        entries(&json).into_iter().map(|(_, name, method)| (name, method.to_owned())).collect()
    };
    let without = |words: &[&str]| -> Vec<_> {
        let mut all = names(&ask(&full, "/v1/domain/marked.example").body);
        all.retain(|(name, _)| !words.iter().any(|word| name.ends_with(word)));
        all
    };
    assert_eq!(names(&known), without(&["Ext", "Fax"]));
    assert_eq!(names(&unknown), without(&["Ext", "Fax", "Organization"]));
    // The paths of what is emptied lead somewhere though nobody gave an address, of which the country is not known either.
    let json = value(&unknown);
    let registrant = items(&json, "entities").iter().find(|entity| strings(entity, "roles").contains(&"registrant"));
    let adr = properties(registrant.expect("it has one"), "adr")[0];
    assert_eq!(adr.map(|part| part.encode())[1..], ["{}", r#""text""#, r#"["","","","","","",""]"#]);
    for entry in items(&json, "redacted").iter().filter(|entry| entry.get_str("method") == Some("emptyValue")) {
        let path = entry.get_str("postPath").expect("a path");
        let found: Vec<_> = evaluate(&json, path).into_iter().map(|value| value.as_str()).collect();
        assert_eq!(found, [Some("")], "{path}");
    }
}

/// What a URI cannot hold of an extension is shown as text, and all of it is withheld where it is withheld.
#[test]
fn extensions_are_shown_whole_in_what_may_hold_them() {
    for (ext, kind, shown) in [
        (None, "uri", "tel:+49.1"),
        (Some(""), "uri", "tel:+49.1"),
        (Some("1234"), "uri", "tel:+49.1;ext=1234"),
        (Some("(1)2-3.4"), "uri", "tel:+49.1;ext=(1)2-3.4"),
        (Some("1 2"), "text", "+49.1 ext. 1 2"),
        (Some("-"), "text", "+49.1 ext. -"),
        (Some("12#9"), "text", "+49.1 ext. 12#9"),
        (Some("7;x=\"y\""), "text", "+49.1 ext. 7;x=\"y\""),
        (Some("\u{663}"), "text", "+49.1 ext. \u{663}"),
    ] {
        let mut registry = registry(Disclosure::RedactAll, &[PostalKind::Int], None, &[None]);
        let mut contact = contact(&registry, &[PostalKind::Int], None);
        contact.voice = Some(Phone { number: "+49.1".into(), ext: ext.map(str::to_owned) });
        contact.fax = None;
        sample::commit(&mut registry, vec![Change::PutContact(contact)]);
        let json = value(&ask_as(&registry, "/v1/entity/zqEppId", Audience::Authorised).body);
        let tels = properties(&json, "tel");
        assert_eq!((tels.len(), tels[0][2].as_str(), tels[0][3].as_str()), (1, Some(kind), Some(shown)));
        let json = value(&ask(&registry, "/v1/entity/zqEppId").body);
        assert!(properties(&json, "tel").is_empty());
        let said = entries(&json).iter().any(|(_, name, _)| name == "Contact Phone Ext");
        assert_eq!(said, ext.is_some_and(|ext| !ext.is_empty()));
    }
}

/// Registered names are a `type`, all others a `description`.
#[test]
fn redactions_are_named_as_they_are_registered() {
    const REGISTERED: [&str; 15] = [
        "Registry Registrant ID",
        "Registrant Name",
        "Registrant Organization",
        "Registrant Street",
        "Registrant City",
        "Registrant Postal Code",
        "Registrant Phone",
        "Registrant Phone Ext",
        "Registrant Fax",
        "Registrant Fax Ext",
        "Registrant Email",
        "Registry Tech ID",
        "Tech Name",
        "Tech Phone",
        "Tech Email",
    ];
    const WORDS: [&str; 10] =
        ["Name", "Organization", "Street", "City", "Postal Code", "Phone", "Phone Ext", "Fax", "Fax Ext", "Email"];
    let (admin, tech, billing) = (Some(ContactRole::Admin), Some(ContactRole::Tech), Some(ContactRole::Billing));
    let all = |word: &str| -> Vec<String> {
        let others = WORDS.iter().map(|words| format!("{word} {words}"));
        std::iter::once(format!("Registry {word} ID")).chain(others).collect()
    };
    let tech_besides = ["Registry Tech ID", "Tech Name", "Tech Phone", "Tech Email"].map(str::to_owned).to_vec();
    for (roles, expected, first) in [
        (&[None][..], all("Registrant"), "@.roles[0]=='registrant'"),
        (&[tech], all("Tech"), "@.roles[0]=='technical'"),
        (&[admin], all("Admin"), "@.roles[0]=='administrative'"),
        (&[billing], all("Billing"), "@.roles[0]=='billing'"),
        (&[admin, billing], all("Admin"), "@.roles[0]=='administrative'"),
        (&[admin, tech], all("Tech"), "@.roles[1]=='technical'"),
        (&[None, admin, tech, billing], [all("Registrant"), tech_besides].concat(), "@.roles[0]=='registrant'"),
    ] {
        let registry = registry(Disclosure::RedactAll, &[PostalKind::Int], None, roles);
        let whole = value(&ask_as(&registry, "/v1/domain/marked.example", Audience::Authorised).body);
        let json = value(&ask(&registry, "/v1/domain/marked.example").body);
        let found = entries(&json);
        assert_eq!(found.iter().map(|(_, name, _)| name.clone()).collect::<Vec<_>>(), expected);
        for (member, name, _) in &found {
            assert_eq!(*member == "type", REGISTERED.contains(&&name[..]), "{member} {name}");
        }
        for (at, entry) in items(&json, "redacted").iter().enumerate() {
            let path = entry.get_str("prePath").or(entry.get_str("postPath")).expect("a path");
            assert!(at > 0 || path.contains(first), "{path}");
            assert_eq!(evaluate(&whole, path).len(), 1, "{path}");
        }
    }
}

/// What the profile does not ask for is not withheld where it is not there.
#[test]
fn what_a_contact_does_not_have_is_not_redacted_unless_it_is_required() {
    let mut registry = registry(Disclosure::RedactAll, &[PostalKind::Int], None, &[None]);
    let mut poor = contact(&registry, &[PostalKind::Int], None);
    poor.postal[0].org = None;
    poor.postal[0].address.street.clear();
    poor.postal[0].address.pc = None;
    poor.fax = None;
    poor.voice = Some(Phone { number: "+49.1".into(), ext: None });
    sample::commit(&mut registry, vec![Change::PutContact(poor)]);
    let json = value(&ask(&registry, "/v1/domain/marked.example").body);
    let names: Vec<_> = entries(&json).into_iter().map(|(_, name, _)| name).collect();
    let expected = [
        "Registry Registrant ID",
        "Registrant Name",
        "Registrant Street",
        "Registrant City",
        "Registrant Postal Code",
        "Registrant Phone",
        "Registrant Email",
    ];
    assert_eq!(names, expected);
    // Nobody asks for anything of a contact by itself.
    let json = value(&ask(&registry, "/v1/entity/zqEppId").body);
    let names: Vec<_> = entries(&json).into_iter().map(|(_, name, _)| name).collect();
    let expected = ["Registry Contact ID", "Contact Name", "Contact City", "Contact Phone", "Contact Email"];
    assert_eq!(names, expected);
}

#[test]
fn a_redacted_handle_is_in_no_link() {
    let json = value(&ask(&sample::registry_under(Disclosure::RedactAll), "/v1/domain/shop.example").body);
    for entity in items(&json, "entities") {
        let registrar = strings(entity, "roles").contains(&"registrar");
        assert_eq!((entity.get("handle").is_some(), entity.get("links").is_some()), (registrar, registrar), "{entity}");
    }
}

/// A contact by itself belongs to no TLD.
#[test]
fn a_contact_by_itself_is_shown_by_the_strictest_policy_of_all_tlds() {
    use Disclosure::{ByDisclose, PublishOrganisations, RedactAll};
    for (policies, expected) in [
        (&[PublishOrganisations][..], PublishOrganisations),
        (&[PublishOrganisations, ByDisclose], ByDisclose),
        (&[ByDisclose, PublishOrganisations], ByDisclose),
        (&[PublishOrganisations, ByDisclose, RedactAll, PublishOrganisations], RedactAll),
    ] {
        let mut registry = sample::registry_under(policies[0]);
        for (number, policy) in policies.iter().enumerate().skip(1) {
            let tld = crate::model::record::Tld { name: format!("tld{number}"), ..sample::tld(*policy) };
            sample::commit(&mut registry, vec![Change::PutTld(tld)]);
        }
        let shown = |registry: &Memory| value(&ask(registry, "/v1/entity/SH8013").body);
        let (found, only) = (shown(&registry), shown(&sample::registry_under(expected)));
        assert_eq!(found, only, "{policies:?}");
    }
}
