//! `domain:info` (RFC 5731, section 3.1.2): what is known of a domain, in full or in part.

use crate::model::answer::{Answer, DomainInfo, Success};
use crate::model::command::{AuthInfo, HostsShown};
use crate::model::lifecycle;
use crate::model::record::{ArchivedDomain, ArchivedHostAttribute, Kind};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::{Reader, checks, domain, notes, ttl};

/// How often a domain is read again whose hosts are gone by the time they are looked up. Each time, a transaction must
/// have come between the look-ups of one domain: twice is rare already.
const READS: usize = 8;

/// The domain. All of it for its sponsoring client and for one that knows the authInfo; for others the answer is marked
/// as not authorized.
///
/// # Result codes
/// - 1000
/// - 2005: no valid name
/// - 2102: authInfo that is no password
/// - 2201: the allocation token is asked for, and the reader is not the sponsoring client
/// - 2202: a wrong authInfo, whoever gives it: so one can be verified before a transfer (RFC 9154, section 5.3)
/// - 2303: no such domain; the allocation token is asked for, and there is none
/// - 2400: the domain's hosts changed under the reader, again and again
pub(crate) fn answer<'v, V: View>(
    view: &'v V,
    reader: &Reader<'_>,
    name: &str,
    shown: HostsShown,
    (auth, wants_token, ttl): (Option<&AuthInfo>, bool, Option<bool>),
) -> Result<(Success, Answer<'v>), Refusal> {
    for _ in 0..READS {
        let domain = domain::load(view, name)?;
        let sponsor = reader.clid == domain.sponsor;
        if let Some(auth) = auth {
            checks::domain_auth(view, domain, auth)?;
        }
        let token = if wants_token { Some(token(domain, sponsor, name)?) } else { None };
        let (Some(name_servers), Some(hosts)) = (delegated(view, domain, shown), subordinate(view, domain, shown))
        else {
            continue;
        };
        let authorized = sponsor || auth.is_some();
        let tld = view.tld(&domain.tld);
        let notes = || notes::read(view, Kind::Domain, domain.name.as_bytes(), domain.statuses.get());
        let info = DomainInfo {
            domain,
            statuses: lifecycle::domain(domain),
            rgp: lifecycle::rgp(domain, reader.now),
            expires: lifecycle::end(domain),
            notes: authorized.then(notes).flatten(),
            name_servers,
            attributes: attributes(domain, shown),
            hosts,
            token,
            ttls: ttl::told(tld, tld.map_or(&[], ttl::of_domains), &domain.ttls, ttl),
            authorized,
            auth_set: sponsor && domain.auth.is_some(),
            launch: None,
        };
        return Ok((Success::Completed, Answer::DomainInfo(info)));
    }
    Err(Refusal::Failed("the hosts of the domain changed while they were read"))
}

/// The token that the domain was registered with (RFC 8495, section 3.1.2).
pub(in crate::registry) fn token<'v>(
    domain: &'v ArchivedDomain,
    is_sponsor: bool,
    name: &str,
) -> Result<&'v str, Refusal> {
    const INFO: Element = Element::token("info");
    if !is_sponsor {
        let reason = "only the sponsoring client reads the allocation token";
        return Err(Refusal::Authorization(Fault::new(INFO, name, reason)));
    }
    let missing = || Fault::new(INFO, name, "the domain was not registered with an allocation token");
    domain.token.as_ref().map(|token| token.as_str()).ok_or_else(|| Refusal::DoesNotExist(missing()))
}

/// Names of the name servers; `None` when one is gone since the domain was read.
fn delegated<'v, V: View>(view: &'v V, domain: &ArchivedDomain, shown: HostsShown) -> Option<Vec<&'v str>> {
    match shown {
        HostsShown::All | HostsShown::Delegated => {
            let ids = domain.name_servers.iter();
            ids.map(|id| view.host(id.to_native()).map(|host| host.name.as_str())).collect()
        }
        HostsShown::Subordinate | HostsShown::None => Some(Vec::new()),
    }
}

/// The name servers that are attributes of the domain.
fn attributes(domain: &ArchivedDomain, shown: HostsShown) -> &[ArchivedHostAttribute] {
    match shown {
        HostsShown::All | HostsShown::Delegated => domain.host_attributes.as_slice(),
        HostsShown::Subordinate | HostsShown::None => &[],
    }
}

/// Names of the hosts below the domain; `None` when one is gone since their list was read.
fn subordinate<'v, V: View>(view: &'v V, domain: &ArchivedDomain, shown: HostsShown) -> Option<Vec<&'v str>> {
    match shown {
        HostsShown::All | HostsShown::Subordinate => {
            let ids = view.subordinate_hosts(&domain.name);
            ids.map(|id| view.host(id).map(|host| host.name.as_str())).collect()
        }
        HostsShown::Delegated | HostsShown::None => Some(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::Query;
    use crate::model::status::{Status, Statuses};
    use crate::registry::domain::fixture::{extension, password, password_of, set_statuses, world};
    use crate::registry::testing::{A, B, PASSWORD, World, code};

    fn query(name: &str, auth: Option<AuthInfo>) -> Query<'_> {
        Query::DomainInfo { name: name.into(), hosts: HostsShown::All, auth, token: false, ttl: None }
    }

    fn roid(world: &World, contact: &str) -> String {
        world.memory.contact(contact).expect("was put").roid.to_string()
    }

    #[test]
    fn auth_info_decides_who_reads_how_much() {
        let world = world();
        let (registrant, tech, other) = (roid(&world, "jd1234"), roid(&world, "sh8013"), roid(&world, "other"));
        let own = || Some(password(PASSWORD));
        let of = |roid: &str| Some(password_of(roid, PASSWORD));
        let rows = [
            ("sponsor", A, "foo.example", None, 1000, true, true),
            ("sponsor, upper case", A, "FOO.Example", None, 1000, true, true),
            ("sponsor verifies", A, "foo.example", own(), 1000, true, true),
            ("sponsor is wrong", A, "foo.example", Some(password("wrong")), 2202, false, false),
            ("sponsor, none set", A, "bare.test", None, 1000, true, false),
            ("sponsor verifies, none set", A, "bare.test", own(), 2202, false, false),
            ("other", B, "foo.example", None, 1000, false, false),
            ("other, none set", B, "bare.test", None, 1000, false, false),
            ("other knows", B, "foo.example", own(), 1000, true, false),
            ("other is wrong", B, "foo.example", Some(password("wrong")), 2202, false, false),
            ("other, empty", B, "foo.example", Some(password("")), 2202, false, false),
            ("other, empty, none set", B, "bare.test", Some(password("")), 2202, false, false),
            ("registrant's", B, "foo.example", of(&registrant), 1000, true, false),
            ("tech's", B, "foo.example", of(&tech), 1000, true, false),
            ("registrant's, wrong", B, "foo.example", Some(password_of(&registrant, "wrong")), 2202, false, false),
            ("contact's of other domains", B, "foo.example", of(&other), 2202, false, false),
            ("nobody's", B, "foo.example", of("C0-REPO"), 2202, false, false),
            ("no password", B, "foo.example", Some(extension()), 2102, false, false),
            ("unknown", A, "free.example", None, 2303, false, false),
            ("unknown TLD", A, "foo.com", None, 2303, false, false),
            ("no name", A, "foo..example", None, 2005, false, false),
        ];
        for (case, clid, name, auth, expected, authorized, auth_set) in rows {
            let query = query(name, auth);
            let result = world.ask(clid, &query);
            assert_eq!(code(&result), expected, "{case}");
            if let Ok((_, Answer::DomainInfo(info))) = result {
                assert_eq!((info.authorized, info.auth_set), (authorized, auth_set), "{case}");
            }
        }
    }

    #[test]
    fn hosts_are_listed_as_asked() {
        let world = world();
        let (delegated, below) = (vec!["ns1.example.com"], vec!["ns1.foo.example", "dry.foo.example"]);
        for (hosts, expected) in [
            (HostsShown::All, (delegated.clone(), below.clone())),
            (HostsShown::Delegated, (delegated, Vec::new())),
            (HostsShown::Subordinate, (Vec::new(), below)),
            (HostsShown::None, (Vec::new(), Vec::new())),
        ] {
            let query = Query::DomainInfo { name: "foo.example".into(), hosts, auth: None, token: false, ttl: None };
            let Ok((_, Answer::DomainInfo(info))) = world.ask(A, &query) else { panic!("it is registered") };
            assert_eq!((info.name_servers, info.hosts), expected, "{hosts:?}");
        }
    }

    #[test]
    fn statuses_are_the_ones_shown_now() {
        let mut world = world();
        for (name, stored, shown) in [
            ("foo.example", &[][..], &[Status::Ok][..]),
            ("foo.example", &[Status::ClientHold], &[Status::ClientHold]),
            ("plain.example", &[], &[Status::Inactive]),
            ("plain.example", &[Status::ClientHold], &[Status::ClientHold, Status::Inactive]),
        ] {
            set_statuses(&mut world, name, stored);
            let query = query(name, None);
            let Ok((_, Answer::DomainInfo(info))) = world.ask(A, &query) else { panic!("it is registered") };
            assert_eq!(info.statuses, Statuses::of(shown));
        }
    }

    #[test]
    fn hosts_that_are_gone_at_each_read_are_2400_and_not_left_out() {
        let mut world = world();
        let ghost = crate::model::record::Domain {
            name_servers: vec![999],
            ..crate::registry::domain::fixture::domain(&world, "plain.example")
        };
        world.put(vec![crate::model::transaction::Change::PutDomain(ghost)]);
        assert_eq!(code(&world.ask(A, &query("plain.example", None))), 2400);
    }
}
