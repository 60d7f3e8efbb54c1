//! The gTLD RDAP profile of February 2024, rule by rule: what holds for every answer (rules 8 to 22; those of them that are
//! about bodies).

use super::*;

/// What of the sample is asked for: each object kind, and what goes wrong.
const TARGETS: [&str; 27] = [
    "/v1/domain/shop.example",
    "/v1/domain/SHOP.example?x=<y>&z",
    "/v1/domain/b%C3%BCcher.example",
    "/v1/domain/attr.example",
    "/v1/domain/l%C3%B6we.example",
    "/v1/domain/plain.example",
    "/v1/domain/fresh.example",
    "/v1/domain/renewed.example",
    "/v1/domain/bare.example",
    "/v1/domain/moving.example",
    "/v1/domain/redeemable.example",
    "/v1/domain/restoring.example",
    "/v1/domain/leaving.example",
    "/v1/nameserver/ns1.shop.example",
    "/v1/nameserver/ns.xn--bcher-kva.test",
    "/v1/entity/9995",
    "/v1/entity/registrar-b",
    "/v1/entity/registry",
    "/v1/entity/SH8013",
    "/v1/entity/Open%2F%C3%9C%201",
    "/v1/entity/C13-EXAMPLE",
    "/v1/help",
    "/v1/domain/nothing.example",
    "/v1/domain/-.example",
    "/v1/nameserver/nothing.example",
    "/v1/entity/nobody",
    "/v1/domains?name=x*",
];

/// An answer, and to what.
pub(super) struct Asked {
    pub(super) target: &'static str,
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) json: OwnedValue,
}

impl Asked {
    /// The URL that was asked.
    pub(super) fn url(&self) -> String {
        format!("https://rdap.example{}", self.target.replace('<', "%3C").replace('>', "%3E"))
    }

    pub(super) fn class(&self) -> Option<&str> {
        self.json.get_str("objectClassName")
    }
}

/// Each target under each policy, for each audience.
pub(super) fn corpus() -> Vec<Asked> {
    let mut corpus = Vec::new();
    for policy in POLICIES {
        let registry = sample::registry_under(policy);
        for (target, audience) in
            TARGETS.iter().flat_map(|target| [Audience::Anonymous, Audience::Authorised].map(|of| (*target, of)))
        {
            let found = ask_as(&registry, target, audience);
            let json = value(&found.body);
            corpus.push(Asked { target, status: found.status, body: found.body, json });
        }
    }
    corpus
}

/// Every object of a JSON text, with whether it is the topmost one.
pub(super) fn objects(json: &OwnedValue) -> Vec<&OwnedValue> {
    let mut found = Vec::new();
    let mut open = vec![json];
    while let Some(value) = open.pop() {
        match value {
            OwnedValue::Object(members) => {
                found.push(value);
                open.extend(members.values());
            }
            OwnedValue::Array(elements) => open.extend(elements.iter()),
            OwnedValue::String(_) | OwnedValue::Static(_) => {}
        }
    }
    found
}

pub(super) fn items<'j>(json: &'j OwnedValue, member: &str) -> &'j [OwnedValue] {
    json.get_array(member).map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn strings<'j>(json: &'j OwnedValue, member: &str) -> Vec<&'j str> {
    items(json, member).iter().map(|item| item.as_str().expect("a string")).collect()
}

/// The entities with a role, of those directly in an object.
pub(super) fn with_role<'j>(json: &'j OwnedValue, role: &str) -> Vec<&'j OwnedValue> {
    items(json, "entities").iter().filter(|entity| strings(entity, "roles").contains(&role)).collect()
}

/// The properties of that name in a jCard.
pub(super) fn properties<'j>(entity: &'j OwnedValue, name: &str) -> Vec<&'j [OwnedValue]> {
    let card = items(entity, "vcardArray");
    assert_eq!(card.first().and_then(|word| word.as_str()), Some("vcard"), "{entity}");
    let all = card[1].as_array().expect("properties").iter().filter_map(|property| property.as_array());
    all.filter(|property| property[0].as_str() == Some(name)).map(Vec::as_slice).collect()
}

/// The links with a relation, of those directly in an object.
pub(super) fn links<'j>(json: &'j OwnedValue, rel: &str) -> Vec<&'j OwnedValue> {
    items(json, "links").iter().filter(|link| link.get_str("rel") == Some(rel)).collect()
}

fn jcards(json: &OwnedValue) -> Vec<&OwnedValue> {
    objects(json).into_iter().filter(|object| object.get("vcardArray").is_some()).collect()
}

#[test]
fn rule_08_errors_are_error_objects() {
    let corpus = corpus();
    let errors: Vec<_> = corpus.iter().filter(|asked| asked.status != 200).collect();
    assert_eq!(errors.len(), 5 * 6);
    for asked in errors {
        assert_eq!(asked.json.get_u64("errorCode"), Some(asked.status.into()), "{}", asked.json);
        assert!(!strings(&asked.json, "rdapConformance").is_empty() && asked.class().is_none(), "{}", asked.json);
        assert!(asked.json.get_str("title").is_some_and(|title| !title.is_empty()), "{}", asked.json);
    }
}

#[test]
fn rule_12_help_is_an_answer() {
    let help = ask(&sample::registry(), "/v1/help");
    assert_eq!(help.status, 200);
    let json = value(&help.body);
    assert!(items(&json, "notices").len() >= 2 && json.get("errorCode").is_none(), "{json}");
}

#[test]
fn rule_13_any_case_and_both_forms_of_a_name_are_answered_alike() {
    let registry = sample::registry();
    for forms in [
        ["domain/shop.example", "domain/sHoP.ExAmPlE", "domain/SHOP.EXAMPLE."],
        ["domain/xn--bcher-kva.example", "domain/XN--Bcher-KVA.example", "domain/b%C3%9CCHER.eXample"],
        ["nameserver/ns.xn--bcher-kva.test", "nameserver/NS.xn--bcher-kva.TEST", "nameserver/ns.b%C3%BCcher.test"],
    ] {
        let [first, others @ ..] = forms.map(|form| {
            let found = ask(&registry, &format!("/v1/{form}"));
            assert_eq!(found.status, 200, "{form}");
            let text = String::from_utf8(found.body).expect("UTF-8");
            // The request is quoted as the context of links.
            text.replace(&format!("\"value\":\"https://rdap.example/v1/{form}\""), "")
        });
        assert!(others.iter().all(|other| *other == first), "{forms:?}");
    }
}

#[test]
fn rule_14_conformance_is_said_once_and_only_of_what_is_used() {
    for asked in corpus() {
        let mut expected =
            vec!["rdap_level_0", "icann_rdap_response_profile_1", "icann_rdap_technical_implementation_guide_1"];
        if asked.json.get("redacted").is_some() {
            expected.push("redacted");
            assert!(!items(&asked.json, "redacted").is_empty(), "{}", asked.json);
        }
        assert_eq!(strings(&asked.json, "rdapConformance"), expected, "{}", asked.json);
        let nested = objects(&asked.json).into_iter().skip(1);
        let misplaced = |object: &&OwnedValue| object.get("rdapConformance").or(object.get("redacted")).is_some();
        assert!(nested.into_iter().find(misplaced).is_none(), "{}", asked.json);
    }
}

#[test]
fn rule_15_the_terms_of_service_are_linked_by_every_answer() {
    let terms_of = |json: &OwnedValue| -> Vec<[String; 2]> {
        let links = items(json, "notices").iter().flat_map(|notice| links(notice, "terms-of-service"));
        let part = |link: &OwnedValue, name| link.get_str(name).expect("a link").to_owned();
        links.map(|link| [part(link, "value"), part(link, "href")]).collect()
    };
    for asked in corpus() {
        assert_eq!(terms_of(&asked.json), [[asked.url(), "https://registry.example/terms".into()]], "{}", asked.json);
    }
    // Without a page of terms, help stands for it.
    let base = BaseUrl::new("https://rdap.example/v1/").expect("good");
    for target in ["/v1/domain/shop.example", "/v1/help", "/v1/domain/nothing.example"] {
        let request = parse("GET", &base, target).expect("a query");
        let context = Context::new(&base, target, sample::day(30), None);
        let json = value(&answer(&sample::registry(), &request, &context).body);
        let url = format!("https://rdap.example{target}");
        assert_eq!(terms_of(&json), [[url, "https://rdap.example/v1/help".into()]], "{json}");
    }
}

#[test]
fn rule_16_links_are_whole() {
    let mut seen = 0;
    for asked in corpus() {
        for link in objects(&asked.json).into_iter().flat_map(|object| items(object, "links")) {
            seen += 1;
            for member in ["value", "rel", "href"] {
                assert!(link.get_str(member).is_some_and(|text| !text.is_empty()), "{link}");
            }
            let absolute = |member| link.get_str(member).is_some_and(|uri| uri.starts_with("https://"));
            assert!(absolute("value") && absolute("href"), "{link}");
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn rule_17_every_object_tells_of_when_the_data_is() {
    for asked in corpus() {
        let told = |object: &OwnedValue| {
            let events = items(object, "events").iter();
            let of = |event: &&OwnedValue| event.get_str("eventAction") == Some("last update of RDAP database");
            events.filter(of).map(|event| event.get_str("eventDate").expect("a date").to_owned()).collect::<Vec<_>>()
        };
        let expected: &[&str] = if asked.class().is_some() { &["2026-02-01T03:04:05.678Z"] } else { &[] };
        assert_eq!(told(&asked.json), expected, "{}", asked.json);
        assert!(objects(&asked.json).into_iter().skip(1).all(|object| told(object).is_empty()), "{}", asked.json);
    }
}

#[test]
fn rule_18_nothing_looks_like_markup() {
    for asked in corpus() {
        assert!(!asked.body.iter().any(|octet| b"<>&".contains(octet)), "{}", asked.json);
    }
    let shown = String::from_utf8(ask(&sample::registry(), "/v1/entity/9995").body).expect("UTF-8");
    assert!(shown.contains(r"\u003cLöwe\u003e"), "{shown}");
}

#[test]
fn rule_19_addresses_are_structured_with_the_country_as_a_code() {
    let mut seen = 0;
    for asked in corpus() {
        for adr in jcards(&asked.json).into_iter().flat_map(|card| properties(card, "adr")) {
            seen += 1;
            let parts = adr[3].as_array().expect("a structured value");
            assert_eq!(parts.len(), 7, "{adr:?}");
            assert_eq!((adr[2].as_str(), parts[6].as_str()), (Some("text"), Some("")), "{adr:?}");
            let cc = adr[1].get_str("cc").expect("a country");
            assert!(cc.len() == 2 && cc.bytes().all(|octet| octet.is_ascii_uppercase()), "{adr:?}");
            let lines = parts[2].as_array().map_or(1, Vec::len);
            assert!(parts[2].is_str() || lines > 1, "{adr:?}");
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn rule_20_numbers_have_a_type_and_mail_addresses_two_sides() {
    let (mut numbers, mut mails) = (0, 0);
    for asked in corpus() {
        for card in jcards(&asked.json) {
            for tel in properties(card, "tel") {
                numbers += 1;
                assert!(matches!(tel[1].get_str("type"), Some("voice" | "fax")), "{tel:?}");
                assert_eq!(tel[2].as_str(), Some("uri"));
                assert!(tel[3].as_str().is_some_and(|uri| uri.starts_with("tel:+") && !uri.contains(' ')), "{tel:?}");
            }
            for email in properties(card, "email") {
                mails += 1;
                let parts = email[3].as_str().and_then(|address| address.split_once('@'));
                assert!(parts.is_some_and(|(local, host)| !local.is_empty() && host.contains('.')), "{email:?}");
            }
        }
    }
    assert!(numbers > 100 && mails > 100, "{numbers} {mails}");
}

#[test]
fn rule_21_no_status_and_no_event_comes_twice() {
    for asked in corpus() {
        for object in objects(&asked.json) {
            let mut statuses = strings(object, "status");
            let mut events: Vec<_> =
                items(object, "events").iter().filter_map(|event| event.get_str("eventAction")).collect();
            for words in [&mut statuses, &mut events] {
                let before = words.len();
                words.sort_unstable();
                words.dedup();
                assert_eq!(words.len(), before, "{object}");
            }
        }
    }
}

#[test]
fn rule_22_handles_are_repository_identifiers() {
    let mut seen = 0;
    for asked in corpus() {
        for object in objects(&asked.json) {
            let roles = strings(object, "roles");
            let Some(handle) = object.get_str("handle") else { continue };
            if roles.contains(&"registrar") {
                continue;
            }
            seen += 1;
            let (number, repository) = handle.rsplit_once('-').expect("a hyphen");
            let word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            assert!((1..=80).contains(&number.len()) && word(number), "{handle}");
            assert_eq!(repository, "EXAMPLE", "{handle}");
        }
    }
    assert!(seen > 100, "{seen}");
}
