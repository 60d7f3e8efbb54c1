//! Golden answers, one file per object and case under `tests/rdap/`. With `DOMESDAY_GOLDEN=write` the files are written anew.

use super::*;

/// The text with its members and elements on lines of their own, and nothing else changed: order and escapes stay.
fn pretty(body: &str) -> String {
    let (mut out, mut depth, mut quoted, mut escaped) = (String::new(), 0_usize, false, false);
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        let line = |depth: usize| format!("\n{}", "  ".repeat(depth));
        match c {
            _ if quoted => {
                out.push(c);
                quoted = c != '"' || escaped;
                escaped = c == '\\' && !escaped;
            }
            '{' | '[' => {
                out.push(c);
                if chars.peek().is_some_and(|next| matches!(next, '}' | ']')) {
                    out.extend(chars.next());
                } else {
                    depth += 1;
                    out.push_str(&line(depth));
                }
            }
            '}' | ']' => {
                depth -= 1;
                out.push_str(&line(depth));
                out.push(c);
            }
            ',' => {
                out.push(c);
                out.push_str(&line(depth));
            }
            ':' => out.push_str(": "),
            _ => {
                quoted = c == '"';
                out.push(c);
            }
        }
    }
    out.push('\n');
    out
}

#[track_caller]
fn assert_golden(found: &Response, status: u16, file: &str) {
    assert_eq!(found.status, status);
    value(&found.body);
    let text = pretty(std::str::from_utf8(&found.body).expect("UTF-8"));
    let path = [env!("CARGO_MANIFEST_DIR"), "/tests/rdap/", file].concat();
    if std::env::var_os("DOMESDAY_GOLDEN").is_some_and(|word| word == "write") {
        return std::fs::write(path, text).expect("the folder of golden files");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = text.lines().zip(golden.lines().chain(std::iter::repeat(""))).position(|(new, old)| new != old);
    assert!(text == golden, "{file} differs in line {:?}; the answer is\n{text}", differs.map(|line| line + 1));
}

/// The answer to a search of the sample.
fn search(policy: Disclosure, target: &str) -> Response {
    let (base, key) = (BaseUrl::new("https://rdap.example/v1/").expect("good"), CursorKey::new(&[7; 32]));
    let context = Context::new(&base, target, sample::day(30), TERMS).searching(SearchPolicy::All, &key);
    let asked = parse_for("GET", &base, target, Ok(&key)).expect("a search");
    answer(&sample::registry_under(policy), &asked, &context)
}

#[test]
fn a_search_for_domains() {
    let found = search(Disclosure::ByDisclose, "/v1/domains?name=sho*.example&count=true");
    assert_golden(&found, 200, "search_domains.json");
}

#[test]
fn a_search_for_domains_where_all_is_redacted() {
    assert_golden(&search(Disclosure::RedactAll, "/v1/domains?name=sh*"), 200, "search_domains_redact_all.json");
}

#[test]
fn a_search_for_nameservers() {
    assert_golden(&search(Disclosure::ByDisclose, "/v1/nameservers?name=ns*"), 200, "search_nameservers.json");
}

#[test]
fn a_search_for_entities() {
    let found = search(Disclosure::ByDisclose, "/v1/entities?fn=Registrar*");
    assert_golden(&found, 200, "search_entities.json");
}

macro_rules! golden {
    ($($name:ident: $policy:ident $audience:ident $target:literal is $status:literal $file:literal,)*) => { $(
        #[test]
        fn $name() {
            let registry = sample::registry_under(Disclosure::$policy);
            assert_golden(&ask_as(&registry, $target, Audience::$audience), $status, $file);
        }
    )* };
}

golden! {
    a_domain_with_everything:
        ByDisclose Anonymous "/v1/domain/Shop.example?x=%22<y>&z" is 200 "domain.json",
    a_domain_of_a_tld_that_redacts_all:
        RedactAll Anonymous "/v1/domain/shop.example" is 200 "domain_redact_all.json",
    a_domain_of_a_tld_that_publishes_organisations:
        PublishOrganisations Anonymous "/v1/domain/shop.example" is 200 "domain_publish_organisations.json",
    a_domain_for_who_is_authorised:
        RedactAll Authorised "/v1/domain/shop.example" is 200 "domain_authorised.json",
    a_domain_with_nothing_but_a_registrar:
        ByDisclose Anonymous "/v1/domain/b%C3%BCcher.example" is 200 "domain_thin_idn.json",
    a_domain_with_host_attributes:
        ByDisclose Anonymous "/v1/domain/attr.example" is 200 "domain_host_attributes.json",
    a_domain_whose_contacts_gave_little:
        ByDisclose Anonymous "/v1/domain/sparse.example" is 200 "domain_sparse.json",
    a_domain_whose_contacts_gave_little_for_who_is_authorised:
        ByDisclose Authorised "/v1/domain/sparse.example" is 200 "domain_sparse_authorised.json",
    a_domain_with_variants:
        ByDisclose Anonymous "/v1/domain/l%C3%B6we.example" is 200 "domain_variants.json",
    a_domain_that_can_be_restored:
        ByDisclose Anonymous "/v1/domain/redeemable.example" is 200 "domain_redemption.json",
    a_nameserver_below_a_domain:
        ByDisclose Anonymous "/v1/nameserver/ns1.shop.example" is 200 "nameserver.json",
    an_external_nameserver:
        ByDisclose Anonymous "/v1/nameserver/ns.xn--bcher-kva.test." is 200 "nameserver_external.json",
    a_registrar_by_iana_id:
        ByDisclose Anonymous "/v1/entity/9995" is 200 "registrar.json",
    a_registrar_without_iana_id:
        ByDisclose Anonymous "/v1/entity/registry" is 200 "registrar_without_id.json",
    a_contact_is_withheld:
        ByDisclose Anonymous "/v1/entity/SH8013" is 200 "contact_withheld.json",
    a_contact_that_asked_for_disclosure_is_shown:
        ByDisclose Anonymous "/v1/entity/Open%2F%C3%9C%201" is 200 "contact_disclosed.json",
    a_contact_where_all_is_redacted:
        RedactAll Anonymous "/v1/entity/SH8013" is 200 "contact_redact_all.json",
    a_contact_where_organisations_are_published:
        PublishOrganisations Anonymous "/v1/entity/SH8013" is 200 "contact_publish_organisations.json",
    a_contact_for_who_is_authorised:
        RedactAll Authorised "/v1/entity/closed" is 200 "contact_authorised.json",
    help:
        ByDisclose Anonymous "/v1/help" is 200 "help.json",
    what_is_not_there:
        ByDisclose Anonymous "/v1/domain/nothing.example" is 404 "not_found.json",
    what_is_no_query:
        ByDisclose Anonymous "/v1/domain/-.example" is 400 "bad_request.json",
}
