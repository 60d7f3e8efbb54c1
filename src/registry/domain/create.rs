//! `domain:create` (RFC 5731, section 3.2.1): a name gets its sponsor, its term and what it refers to.

use crate::base::timestamp::Timestamp;
use crate::model::answer::{Answer, Success};
use crate::model::command::DomainCreate;
use crate::model::record::{
    ArchivedTld, ArchivedToken, BillingKind, Domain, DomainContact, GraceKind, HostAttribute, HostModel,
};
use crate::model::refusal::{Fault, Refusal};
use crate::model::status::Statuses;
use crate::model::token::TokenAction;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::billing::{self, Posting};
use crate::registry::domain::idn::{self, Holder};
use crate::registry::domain::{NAME, contacts, delegation, grace, host_attributes, place, sec_dns, term};
use crate::registry::launch::{application, entry, lordn, marks};
use crate::registry::token::{self, Purpose};
use crate::registry::{Decision, Request, checks, listed, new_auth, orphans, tariff, ttl};

/// Registers a name at once, or takes an application for it where the TLD is in such a phase of its launch.
///
/// # Result codes
/// - 1000
/// - 1001
/// - 2003: the fee must be acknowledged; no registrant, no contact of a required role, or a contact without type (maximum
///   data model); a host attribute without address that needs glue; no IDN table, where one must be named; no allocation token, for a name that needs one; a TTL
///   of custom records without their type
/// - 2004: the fee is more than the client agrees to, or in another currency; a TTL below or above what the TLD allows; DNSSEC
///   data ([`sec_dns`])
/// - 2005: no valid name, in Unicode neither, or name or address of a name server; DNSSEC data
/// - 2102: authInfo that is no password; DNSSEC data
/// - 2104: the name has a price, and the account does not cover it, or there is none in its currency
/// - 2201: an allocation token that does not apply
/// - 2202: an authInfo that is weaker than the registry asks for (RFC 9154, section 5.2)
/// - 2302: the name is registered
/// - 2303: a host or contact does not exist
/// - 2304: a host or contact has a status that keeps others from referring to it
/// - 2306: a name that stands not directly under one of our TLDs, or is an IDN where none is taken; a period outside of
///   the bounds; host attributes where the TLD has host objects, and the other way round; a host or contact named twice;
///   too many of either; a host of ours without address, a host attribute with one that is not wanted or not for public
///   use; contacts in the minimum data model; an authInfo too long or with a ROID; a name that is blocked or reserved; a
///   phase of a launch that the TLD is not in, or none where one must be named, and what else is wrong about a create in
///   it; one application too many, or one with an allocation token; a label that no table of the TLD takes, or that is a variant of a registered name; a TTL of records that a domain does not have; DNSSEC data
pub(crate) fn decide<V: View>(view: &V, request: &Request<'_>, create: &DomainCreate) -> Result<Decision, Refusal> {
    let name = checks::normalized_new(NAME, &create.name)?;
    let tld = place::tld(view, &name).map_err(|misplaced| misplaced.refusal(&create.name))?;

    if view.domain(&name).is_some() {
        return Err(Refusal::Exists(Fault::new(NAME, create.name.as_str(), "the name is registered")));
    }
    let now = request.now.trunc_millis();
    let (token, class) = opened(view, request, create, (&name, tld))?;
    let holder = Holder { clid: request.clid, registrant: create.registrant.as_deref() };
    let judged = idn::judge(view, tld, &name, create.idn.as_ref(), &holder);
    let judged = judged.map_err(|fault| fault.refusal(&create.name))?;
    let label = place::label(&name, tld);
    let entry = entry::judged(view, tld, label, request.now, create.launch.as_deref())?;
    let months = term::months(tld, create.period, tld.default_months.to_native())?;
    let (name_servers, host_attributes) = name_servers(view, tld, &name, create)?;
    let (contacts, rescued) = contacts(view, tld, request.clid, create)?;
    let auth = new_auth::decide(view, request, "domain", &create.auth)?;
    let sec_dns = create.sec_dns.as_ref().map(|data| sec_dns::created(tld, &name, data)).transpose()?;

    let fee = price(view, request, create, (tld, class, months), token)?;
    let expires = now.plus_months(months);
    let mut domain = new(request, tld, create, &name, expires);
    (domain.contacts, domain.class) = (contacts, class.to_owned());
    (domain.auth, domain.auth_until) = (auth.auth, auth.until);
    (domain.name_servers, domain.host_attributes) = (name_servers, host_attributes);
    (domain.idn, domain.variant_keys) = (judged.label.map(Box::new), judged.keys);
    domain.sec_dns = sec_dns;
    domain.ttls = ttl::chosen(Some(tld), ttl::of_domains(tld), Vec::new(), &create.ttls)?;
    if entry.rules.applications {
        if create.token.is_some() {
            let reason = "an allocation token registers a name; applications are decided by the registry";
            return Err(Refusal::Policy(Fault::new(token::TOKEN, "", reason)));
        }
        return application::submit(view, request, domain, months, entry, rescued);
    }
    domain.launch = entry.origin;
    domain.token = create.token.clone().map(Box::new);
    let days = tld.periods.add_grace.to_native();
    grace::begin(&mut domain, now, grace::Begun { kind: GraceKind::Add, days, months, before: now, fee });

    let mut changes = Vec::new();
    if rescued {
        orphans::relinked(view, now, &mut changes, None, Some(&domain));
    }
    let kind = BillingKind::Create;
    let reason = token::reason(token);
    let posting = Posting { clid: request.clid, kind, amount: -fee, domain: Some(&domain), months, reason: &reason };
    billing::charge(view, &request.cause("domain:create"), &mut changes, posting)?;
    let bill = billing::bill(view, &changes, request.clid, None, &[billing::fee_line(kind, fee, days)]);
    lordn::record(view, &mut changes, &domain, label, None, Some(&entry.rules));
    marks::keep(&mut changes, &domain.roid, entry.marks.marks);
    token::spend(&mut changes, token);
    changes.insert(0, Change::PutDomain(domain));
    let answer = Answer::DomainCreated { name, created: now, expires, bill };
    Ok(Decision { changes, success: Success::Completed, answer })
}

/// The name servers of the new domain: host objects or attributes, as its TLD has them.
fn name_servers<V: View>(
    view: &V,
    tld: &ArchivedTld,
    name: &str,
    create: &DomainCreate,
) -> Result<(Vec<u64>, Vec<HostAttribute>), Refusal> {
    let given = create.name_servers.as_ref();
    if tld.host_model.get() == HostModel::Attributes {
        let mut servers = Vec::new();
        host_attributes::add(view, name, &mut servers, given)?;
        return Ok((Vec::new(), servers));
    }
    let hosts = delegation::hosts(view, given)?;
    delegation::countable(hosts.len())?;
    hosts.iter().try_for_each(|host| delegation::delegable(host))?;
    Ok((hosts.iter().map(|host| host.id.to_native()).collect(), Vec::new()))
}

/// The record of a new name, without what it refers to.
fn new(request: &Request<'_>, tld: &ArchivedTld, create: &DomainCreate, name: &str, expires: Timestamp) -> Domain {
    Domain {
        id: request.sequence,
        roid: checks::roid('D', request.sequence, &tld.repository_id),
        name: name.to_owned(),
        tld: tld.name.to_string(),
        sponsor: request.clid.to_owned(),
        creator: request.clid.to_owned(),
        created: request.now.trunc_millis(),
        updater: None,
        updated: None,
        expires,
        transferred: None,
        statuses: Statuses::NONE,
        registrant: create.registrant.clone(),
        contacts: Vec::new(),
        name_servers: Vec::new(),
        auth: None,
        transfer: None,
        grace: Vec::new(),
        removal: None,
        class: String::new(),
        transfer_fee: 0,
        locks: Vec::new(),
        host_attributes: Vec::new(),
        sec_dns: None,
        idn: None,
        variant_keys: Vec::new(),
        ttls: Vec::new(),
        launch: None,
        token: None,
        auth_until: None,
    }
}

/// The token of the command, and the class that the lists give the name.
fn opened<'v, V: View>(
    view: &'v V,
    request: &Request<'_>,
    create: &DomainCreate,
    (name, tld): (&str, &ArchivedTld),
) -> Result<(Option<&'v ArchivedToken>, &'v str), Refusal> {
    let (action, now) = (TokenAction::Create, request.now.trunc_millis());
    let purpose = Purpose { action, name, tld: &tld.name, clid: request.clid, now };
    let token = token::of(view, create.token.as_deref(), purpose)?;
    let listed = listed::of(view, &tld.name, place::label(name, tld), token);
    Ok((token, listed.class(NAME, &create.name, token.is_some())?))
}

/// What is to be paid, with the token if there is one, and agreed to where it must be.
fn price<V: View>(
    view: &V,
    request: &Request<'_>,
    create: &DomainCreate,
    (tld, class, months): (&ArchivedTld, &str, u32),
    token: Option<&ArchivedToken>,
) -> Result<i64, Refusal> {
    let class = token::class(token, class);
    let tariff = tariff::of(view, request.clid, &tld.name, class, request.now.trunc_millis());
    let tariff = tariff.map_err(|none| none.refusal(NAME, &create.name))?;
    let fee = tariff.map_or(0, |tariff| token::due(token, &tariff, tariff.create(months)));
    tariff::acknowledged(tld, class, tariff.as_ref(), fee, create.fee.as_ref())?;
    Ok(fee)
}

/// The contacts of the new domain, with its registrant verified too.
/// The contacts, and whether the end of one of them or of the registrant has begun.
fn contacts<V: View>(
    view: &V,
    tld: &ArchivedTld,
    clid: &str,
    create: &DomainCreate,
) -> Result<(Vec<DomainContact>, bool), Refusal> {
    if !contacts::wanted(view, tld, clid) {
        return match (&create.registrant, create.contacts.first()) {
            (Some(id), _) => Err(contacts::unwanted(tld, contacts::REGISTRANT, id)),
            (None, Some(contact)) => Err(contacts::unwanted(tld, contacts::CONTACT, &contact.id)),
            (None, None) => Ok((Vec::new(), false)),
        };
    }
    let Some(registrant) = &create.registrant else {
        let fault = Fault::new(contacts::REGISTRANT, "", "domains of this TLD have a registrant (maximum data model)");
        return Err(Refusal::MissingParameter(fault));
    };
    let contacts = contacts::typed(&create.contacts)?;
    contacts::countable(contacts.len())?;
    if let Some(role) = contacts::missing(tld, &contacts) {
        let reason = format!("domains of this TLD have a contact of type {}", role.name());
        return Err(Refusal::MissingParameter(Fault::new(contacts::CONTACT, "", reason)));
    }
    let mut rescued = contacts::linkable(view, contacts::REGISTRANT, registrant)?;
    for contact in &contacts {
        rescued |= contacts::linkable(view, contacts::CONTACT, &contact.id)?;
    }
    Ok((contacts, rescued))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::limits;
    use crate::model::command::{ContactReference, Transform};
    use crate::model::record::ContactRole::{Admin, Billing, Tech};
    use crate::registry::domain::fixture::{
        Row, attributes, bare, check_table, contact, domain, extension, maximum, minimum, months, objects, password,
        password_of, world, years,
    };
    use crate::registry::testing::{A, B, PASSWORD};

    fn row(case: &'static str, create: DomainCreate, code: u16) -> Row {
        (case, &[], A, Transform::DomainCreate(create), code)
    }

    #[test]
    fn names_periods_and_auth_are_judged() {
        let minimum_with = |period, auth| DomainCreate { period, auth, ..minimum("new.test") };
        let with_period = |period| minimum_with(period, password(PASSWORD));
        let with_auth = |auth| minimum_with(None, auth);
        check_table(vec![
            row("maximum", maximum("new.example"), 1000),
            row("minimum", minimum("new.test"), 1000),
            row("upper case", minimum("NEW.Test"), 1000),
            row("registered", maximum("foo.example"), 2302),
            row("registered, upper case", maximum("FOO.example"), 2302),
            row("bad letter", minimum("n_w.test"), 2005),
            row("U-label", minimum("bücher.test"), 2005),
            row("A-label", minimum("xn--bcher-kva.test"), 2306),
            row("one label", minimum("test"), 2005),
            row("unknown TLD", minimum("new.com"), 2306),
            row("below a domain", minimum("a.foo.test"), 2306),
            row("one year", with_period(years(1)), 1000),
            row("ten years", with_period(years(10)), 1000),
            row("eleven years", with_period(years(11)), 2306),
            row("99 years", with_period(years(99)), 2306),
            row("24 months", with_period(months(24)), 1000),
            row("18 months", with_period(months(18)), 2306),
            row("6 months", with_period(months(6)), 2306),
            row("no authInfo", with_auth(password("")), 1000),
            row("longest authInfo", with_auth(password(&"x".repeat(limits::AUTH_INFO_BYTES))), 1000),
            row("longer authInfo", with_auth(password(&"x".repeat(limits::AUTH_INFO_BYTES + 1))), 2306),
            row("authInfo of another object", with_auth(password_of("C1-REPO", PASSWORD)), 2306),
            row("authInfo that is no password", with_auth(extension()), 2102),
        ]);
    }

    #[test]
    fn references_are_judged() {
        let hosts = |names: &[&str]| DomainCreate { name_servers: objects(names), ..minimum("new.test") };
        let many: Vec<String> = (0..=limits::HOSTS_PER_DOMAIN).map(|n| format!("ns{n}.example.com")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let contacts = |given: &[ContactReference]| DomainCreate { contacts: given.to_vec(), ..maximum("new.example") };
        let registrant = |id: Option<&str>| DomainCreate { registrant: id.map(Into::into), ..maximum("new.example") };
        let both = [contact(Admin, "sh8013"), contact(Tech, "other")];
        let with = |third: ContactReference| contacts(&[both[0].clone(), both[1].clone(), third]);
        check_table(vec![
            row("two hosts", hosts(&["ns1.example.com", "NS2.example.com"]), 1000),
            row("host of ours with glue", hosts(&["ns1.foo.example"]), 1000),
            row("host of ours without glue", hosts(&["dry.foo.example"]), 2306),
            row("unknown host", hosts(&["ns1.example.com", "ns3.example.com"]), 2303),
            row("too many unknown hosts", hosts(&many), 2303),
            row("host twice", hosts(&["ns1.example.com", "ns1.EXAMPLE.com"]), 2306),
            row("bad host name", hosts(&["ns_1.example.com"]), 2005),
            row(
                "host attributes",
                DomainCreate { name_servers: attributes(&[("ns1.example.com", &[])]), ..minimum("new.test") },
                2306,
            ),
            row("registrant in minimum", DomainCreate { registrant: Some("jd1234".into()), ..bare("new.test") }, 2306),
            row("contact in minimum", DomainCreate { contacts: both.to_vec(), ..bare("new.test") }, 2306),
            row("no registrant in maximum", registrant(None), 2003),
            row("registrant of another", registrant(Some("other")), 1000),
            row("unknown registrant", registrant(Some("nobody")), 2303),
            row("registrant not there yet", registrant(Some("coming")), 2304),
            row("contact of another", contacts(&both), 1000),
            row("no tech", contacts(&both[..1]), 2003),
            row("no contact", contacts(&[]), 2003),
            row("optional role too", with(contact(Billing, "jd1234")), 1000),
            row("role twice", with(contact(Tech, "jd1234")), 1000),
            row("contact twice", with(contact(Tech, "other")), 2306),
            row("contact without type", with(ContactReference { role: None, id: "jd1234".into() }), 2003),
            row("unknown contact", with(contact(Billing, "nobody")), 2303),
            row("contact not there yet", with(contact(Billing, "coming")), 2304),
        ]);
    }

    #[test]
    fn more_than_thirteen_hosts_are_2306() {
        let mut world = world();
        let names: Vec<String> = (0..=limits::HOSTS_PER_DOMAIN).map(|n| format!("a{n}.example.com")).collect();
        names.iter().for_each(|name| world.put_host(A, name, &[]));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let create = |hosts| DomainCreate { name_servers: objects(hosts), ..minimum("new.test") };
        assert_eq!(world.code(A, &Transform::DomainCreate(create(&names))), 2306);
        assert_eq!(world.code(A, &Transform::DomainCreate(create(&names[1..]))), 1000);
    }

    #[test]
    fn a_tld_below_a_tld_is_registered_in_and_not_itself_registered() {
        let mut world = world();
        let zone =
            crate::registry::testing::tld("co.test", crate::model::record::DataModel::Minimum, Vec::new(), world.now);
        world.put(vec![Change::PutTld(zone)]);
        assert_eq!(world.code(A, &Transform::DomainCreate(minimum("co.test"))), 2306);
        assert_eq!(world.code(A, &Transform::DomainCreate(minimum("new.co.test"))), 1000);
        assert_eq!(domain(&world, "new.co.test").tld, "co.test");
    }

    #[test]
    fn the_record_holds_what_was_given_and_when() {
        let mut world = world();
        let create =
            DomainCreate { period: years(2), name_servers: objects(&["ns1.foo.example"]), ..maximum("NEW.example") };
        let Ok((_, Answer::DomainCreated { name, created, expires, .. })) =
            world.run(B, &Transform::DomainCreate(create))
        else {
            panic!("a good create succeeds")
        };
        assert_eq!(name, "new.example");
        assert_eq!(created.to_string(), "2026-11-21T09:08:07.123Z");
        assert_eq!(created.micros() % 1000, 0);
        assert_eq!(expires.to_string(), "2028-11-21T09:08:07.123Z");
        let found = domain(&world, "new.example");
        assert_eq!(found.roid, checks::roid('D', world.sequence, "EXAMPLE"));
        assert_eq!((found.sponsor.as_str(), found.creator.as_str()), (B, B));
        assert_eq!((found.created, found.expires, found.updated, found.transferred), (created, expires, None, None));
        assert_eq!(found.registrant.as_deref(), Some("jd1234"));
        assert_eq!(found.contacts.len(), 2);
        assert!(found.auth.is_some_and(|auth| auth != domain(&world, "foo.example").auth.expect("set")));
        assert_eq!(domain(&world, "bare.test").auth, None);
    }
}
