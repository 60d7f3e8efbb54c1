//! The gTLD RDAP profile of February 2024, rule by rule: what holds for every answer (rules 8 and 12 to 22). Each test has the
//! judge of its rule and the mutants that this judge refuses. Rules 1 to 7 and 9 to 11 are judged over sockets, in
//! `tests/blackbox`.

use super::judges::Mutant::{Octets, Put, Status, Twice, Without};
use super::judges::{
    Asked, Verdict, any, corpus, dates, domain, ensure, holds, items, links, nameserver, objects, properties, strings,
};
use super::*;

fn jcards(json: &OwnedValue) -> Vec<&OwnedValue> {
    objects(json).into_iter().filter(|object| object.get("vcardArray").is_some()).collect()
}

/// How often something of the corpus was judged.
fn count(of: impl Fn(&Asked) -> usize) -> usize {
    corpus().iter().map(of).sum()
}

#[test]
fn rule_08_errors_are_error_objects() {
    fn judge(asked: &Asked) -> Verdict {
        let code = asked.json.get_u64("errorCode");
        ensure!(asked.status != 200 && code == Some(asked.status.into()), "code {code:?}");
        ensure!(!strings(&asked.json, "rdapConformance").is_empty(), "no conformance");
        ensure!(asked.class().is_none(), "an object");
        ensure!(asked.json.get_str("title").is_some_and(|title| !title.is_empty()), "no title");
        Ok(())
    }
    assert_eq!(corpus().iter().filter(|asked| asked.status != 200).count(), 5 * 6);
    holds(
        |asked| asked.status != 200,
        judge,
        &[
            Without("errorCode"),
            Put("errorCode", "500"),
            Without("rdapConformance"),
            Without("title"),
            Put("title", r#""""#),
            Put("objectClassName", r#""domain""#),
            Status(200),
        ],
    );
}

#[test]
fn rule_12_help_is_an_answer() {
    fn judge(asked: &Asked) -> Verdict {
        ensure!(asked.status == 200, "status {}", asked.status);
        ensure!(items(&asked.json, "notices").len() >= 2, "no notices");
        ensure!(asked.json.get("errorCode").is_none(), "an error");
        Ok(())
    }
    holds(
        |asked| asked.target == "/v1/help",
        judge,
        &[Status(404), Without("notices"), Put("notices", "[]"), Put("errorCode", "501")],
    );
}

#[test]
fn rule_13_any_case_and_both_forms_of_a_name_are_answered_alike() {
    /// Any spelling has the answer of the canonical one but for the request, which links quote.
    fn judge(asked: &Asked) -> Verdict {
        let (class, name) = (asked.class().unwrap_or_default(), asked.json.get_str("ldhName").unwrap_or_default());
        let canonical = format!("/v1/{class}/{name}");
        let other = ask_as(asked.registry(), &canonical, asked.audience);
        let (mut found, mut expected) = (asked.json.clone(), value(&other.body));
        forget(&mut found, &asked.url());
        forget(&mut expected, &format!("https://rdap.example{canonical}"));
        ensure!(found == expected, "{canonical} is answered with {expected}");
        Ok(())
    }
    fn forget(json: &mut OwnedValue, request: &str) {
        match json {
            OwnedValue::Object(members) => {
                if members.get("value").is_some_and(|value| value.as_str() == Some(request)) {
                    members.remove("value");
                }
                members.values_mut().for_each(|member| forget(member, request));
            }
            OwnedValue::Array(elements) => elements.iter_mut().for_each(|element| forget(element, request)),
            OwnedValue::String(_) | OwnedValue::Static(_) => {}
        }
    }
    holds(
        |asked| domain(asked) || nameserver(asked),
        judge,
        &[
            Put("ldhName", r#""SHOP.example""#),
            Put("links/rel=self/href", r#""https://rdap.example/v1/domain/SHOP.example""#),
            Without("unicodeName"),
        ],
    );
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
    fn judge(asked: &Asked) -> Verdict {
        let mut expected =
            vec!["rdap_level_0", "icann_rdap_response_profile_1", "icann_rdap_technical_implementation_guide_1"];
        if asked.json.get("redacted").is_some() {
            expected.push("redacted");
            ensure!(!items(&asked.json, "redacted").is_empty(), "nothing is redacted");
        }
        let found = strings(&asked.json, "rdapConformance");
        ensure!(found == expected, "{found:?}");
        for object in objects(&asked.json).into_iter().skip(1) {
            ensure!(object.get("rdapConformance").or(object.get("redacted")).is_none(), "misplaced: {object}");
        }
        Ok(())
    }
    holds(
        any,
        judge,
        &[
            Without("rdapConformance"),
            Without("rdapConformance/0"),
            Without("rdapConformance/2"),
            Put("rdapConformance/1", r#""icann_rdap_response_profile_0""#),
            Put("rdapConformance/2", r#""icann_rdap_technical_implementation_guide_0""#),
            Twice("rdapConformance/0"),
            Without("rdapConformance/3"),
            Without("redacted"),
            Put("redacted", "[]"),
            Put("entities/0/rdapConformance", r#"["rdap_level_0"]"#),
        ],
    );
}

#[test]
fn rule_15_the_terms_of_service_are_linked_by_every_answer() {
    fn terms(json: &OwnedValue) -> Vec<[Option<&str>; 3]> {
        let links = items(json, "notices").iter().flat_map(|notice| links(notice, "terms-of-service"));
        links.map(|link| ["value", "href", "type"].map(|member| link.get_str(member))).collect()
    }
    fn judge(asked: &Asked) -> Verdict {
        let (url, found) = (asked.url(), terms(&asked.json));
        ensure!(found == [[Some(&url[..]), TERMS, Some("text/html")]], "{found:?}");
        Ok(())
    }
    holds(
        any,
        judge,
        &[
            Without("notices"),
            Without("notices/title=Terms of Service/links"),
            Put("notices/title=Terms of Service/links/0/rel", r#""about""#),
            Put("notices/title=Terms of Service/links/0/value", r#""https://rdap.example/v1/""#),
            Put("notices/title=Terms of Service/links/0/href", r#""/terms""#),
            Put("notices/title=Terms of Service/links/0/type", r#""application/rdap+json""#),
            Twice("notices/title=Terms of Service"),
        ],
    );
    // Without a page of terms, help stands for it, which is no page.
    let base = BaseUrl::new("https://rdap.example/v1/").expect("good");
    for target in ["/v1/domain/shop.example", "/v1/help", "/v1/domain/nothing.example"] {
        let request = parse("GET", &base, target).expect("a query");
        let context = Context::new(&base, target, sample::day(30), None);
        let json = value(&answer(&sample::registry(), &request, &context).body);
        let url = format!("https://rdap.example{target}");
        let expected = [&url, "https://rdap.example/v1/help", "application/rdap+json"].map(Some);
        assert_eq!(terms(&json), [expected], "{json}");
    }
}

#[test]
fn rule_16_links_are_whole() {
    fn all(json: &OwnedValue) -> impl Iterator<Item = &OwnedValue> {
        objects(json).into_iter().flat_map(|object| items(object, "links"))
    }
    fn judge(asked: &Asked) -> Verdict {
        for link in all(&asked.json) {
            ensure!(link.get_str("rel").is_some_and(|rel| !rel.is_empty()), "no relation: {link}");
            for member in ["value", "href"] {
                ensure!(link.get_str(member).is_some_and(|uri| uri.starts_with("https://")), "no {member}: {link}");
            }
        }
        Ok(())
    }
    assert!(count(|asked| all(&asked.json).count()) > 500);
    holds(
        any,
        judge,
        &[
            Without("notices/0/links/0/rel"),
            Without("notices/0/links/0/value"),
            Without("links/rel=self/value"),
            Put("links/rel=self/href", r#""""#),
            Put("entities/0/links/0/href", r#""entity/9995""#),
            Without("nameservers/0/links/0/href"),
        ],
    );
}

#[test]
fn rule_17_every_object_tells_of_when_the_data_is() {
    const ACTION: &str = "last update of RDAP database";
    fn judge(asked: &Asked) -> Verdict {
        let expected: &[_] = if asked.class().is_some() { &[Some("2026-02-01T03:04:05.678Z")] } else { &[] };
        let found = dates(&asked.json, ACTION);
        ensure!(found == expected, "{found:?}");
        for object in objects(&asked.json).into_iter().skip(1) {
            ensure!(dates(object, ACTION).is_empty(), "misplaced: {object}");
        }
        Ok(())
    }
    holds(
        any,
        judge,
        &[
            Without("events/eventAction=last update of RDAP database"),
            Twice("events/eventAction=last update of RDAP database"),
            Put("events/eventAction=last update of RDAP database/eventDate", r#""2026-01-02T03:04:05.678Z""#),
            Put("events/eventAction=last update of RDAP database/eventAction", r#""last changed""#),
            Put("entities/0/events", r#"[{"eventAction":"last update of RDAP database","eventDate":"x"}]"#),
        ],
    );
}

#[test]
fn rule_18_nothing_looks_like_markup() {
    fn judge(asked: &Asked) -> Verdict {
        ensure!(!asked.body.iter().any(|octet| b"<>&".contains(octet)), "markup");
        Ok(())
    }
    holds(any, judge, &[Octets(r"\u003c", "<"), Octets(r"\u003e", ">"), Octets(r"\u0026", "&")]);
    let shown = String::from_utf8(ask(&sample::registry(), "/v1/entity/9995").body).expect("UTF-8");
    assert!(shown.contains(r"\u003cLöwe\u003e"), "{shown}");
}

#[test]
fn rule_19_addresses_are_structured_with_the_country_as_a_code() {
    fn judge(asked: &Asked) -> Verdict {
        for card in jcards(&asked.json) {
            ensure!(items(card, "vcardArray").first().is_some_and(|word| word.as_str() == Some("vcard")), "{card}");
            for [_, parameters, kind, parts] in properties(card, "adr") {
                let parts = parts.as_array().map(Vec::as_slice).unwrap_or_default();
                ensure!(parts.len() == 7 && kind.as_str() == Some("text"), "{kind} {parts:?}");
                ensure!(parts[6].as_str() == Some(""), "a country: {parts:?}");
                let cc = parameters.get_str("cc").unwrap_or_default();
                ensure!(cc.len() == 2 && cc.bytes().all(|octet| octet.is_ascii_uppercase()), "{cc:?}");
                let lines = parts[2].as_array().map_or(0, Vec::len);
                ensure!(parts[2].is_str() || lines > 1, "{:?}", parts[2]);
            }
        }
        Ok(())
    }
    assert!(count(|asked| jcards(&asked.json).iter().map(|card| properties(card, "adr").len()).sum()) > 30);
    holds(
        any,
        judge,
        &[
            Put("vcardArray/0", r#""card""#),
            Put("vcardArray/1/0=adr/3/6", r#""Germany""#),
            Without("vcardArray/1/0=adr/1/cc"),
            Put("vcardArray/1/0=adr/1/cc", r#""de""#),
            Put("vcardArray/1/0=adr/2", r#""uri""#),
            Put("vcardArray/1/0=adr/3", r#""Secret 1, Secret City""#),
            Put("vcardArray/1/0=adr/3/2", r#"["Secret 1"]"#),
            Without("entities/roles=registrant/vcardArray/1/0=adr/3/0"),
            Without("entities/roles=technical/vcardArray/1/0=adr/1/cc"),
        ],
    );
}

#[test]
fn rule_20_numbers_have_a_type_and_mail_addresses_two_sides() {
    fn judge(asked: &Asked) -> Verdict {
        for card in jcards(&asked.json) {
            for [_, parameters, kind, number] in properties(card, "tel") {
                ensure!(matches!(parameters.get_str("type"), Some("voice" | "fax")), "{parameters}");
                let number = number.as_str().unwrap_or_default();
                let sound = match kind.as_str() {
                    Some("uri") => number.strip_prefix("tel:").is_some_and(is_dialled),
                    Some("text") => number.split_once(" ext. ").is_some_and(|(number, _)| is_dialled(number)),
                    _ => false,
                };
                ensure!(sound, "{kind} {number}");
            }
            for [_, _, kind, address] in properties(card, "email") {
                let sides = address.as_str().and_then(|address| address.split_once('@'));
                ensure!(sides.is_some_and(|(local, host)| !local.is_empty() && host.contains('.')), "{address}");
                ensure!(kind.as_str() == Some("text"), "{kind}");
            }
        }
        Ok(())
    }
    /// A global number with an extension at most (RFC 3966, section 3).
    fn is_dialled(number: &str) -> bool {
        let digits = |text: &str, others: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || others.contains(c))
        };
        let (number, ext) = number.split_once(";ext=").map_or((number, None), |(number, ext)| (number, Some(ext)));
        number.strip_prefix('+').is_some_and(|number| digits(number, ".")) && ext.is_none_or(|ext| digits(ext, "-.()"))
    }
    let all = |name: &str| count(|asked| jcards(&asked.json).iter().map(|card| properties(card, name).len()).sum());
    assert!(all("tel") > 100 && all("email") > 100);
    holds(
        any,
        judge,
        &[
            Without("vcardArray/1/0=tel/1/type"),
            Put("vcardArray/1/0=tel/1/type", r#""cell""#),
            Put("vcardArray/1/0=tel/3", r#""tel:+49.1;ext=1%202""#),
            Put("vcardArray/1/0=tel/3", r#""tel:49.1""#),
            Put("vcardArray/1/1.type=voice/2", r#""integer""#),
            Put("entities/roles=technical/vcardArray/1/1.type=voice/2", r#""uri""#),
            Put("vcardArray/1/1.type=fax/2", r#""text""#),
            Put("vcardArray/1/0=email/3", r#""nobody""#),
            Put("entities/roles=registrar/vcardArray/1/0=email/3", r#""@a.example""#),
        ],
    );
}

#[test]
fn rule_21_no_status_and_no_event_comes_twice() {
    fn judge(asked: &Asked) -> Verdict {
        for object in objects(&asked.json) {
            let statuses = strings(object, "status");
            let events: Vec<_> =
                items(object, "events").iter().filter_map(|event| event.get_str("eventAction")).collect();
            for mut words in [statuses, events] {
                let before = words.len();
                words.sort_unstable();
                words.dedup();
                ensure!(words.len() == before, "{object}");
            }
        }
        Ok(())
    }
    holds(any, judge, &[Twice("status/0"), Twice("events/0"), Twice("nameservers/0/status/0")]);
}

#[test]
fn rule_22_handles_are_repository_identifiers() {
    fn handles(json: &OwnedValue) -> impl Iterator<Item = &str> {
        let others = |object: &&OwnedValue| !strings(object, "roles").contains(&"registrar");
        objects(json).into_iter().filter(others).filter_map(|object| object.get_str("handle"))
    }
    fn judge(asked: &Asked) -> Verdict {
        for handle in handles(&asked.json) {
            let (number, repository) = handle.rsplit_once('-').unwrap_or_default();
            let word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            ensure!((1..=80).contains(&number.len()) && word(number), "{handle}");
            ensure!(repository == "EXAMPLE", "{handle}");
        }
        Ok(())
    }
    assert!(count(|asked| handles(&asked.json).count()) > 100);
    holds(
        |asked| domain(asked) || nameserver(asked),
        judge,
        &[
            Put("handle", r#""D31""#),
            Put("handle", r#""D31-ICANNRST""#),
            Put("handle", r#""-EXAMPLE""#),
            Put("nameservers/0/handle", r#""H 21-EXAMPLE""#),
            Put("entities/roles=registrant/handle", r#""SH8013""#),
            Put("entities/roles=registrar/roles", r#"["sponsor"]"#),
        ],
    );
}
