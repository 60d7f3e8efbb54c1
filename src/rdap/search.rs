//! Searches: the walk through search keys that gathers one page of objects, and the answer (RFC 9083, section 8; RFC 8977).
//!
//! A walk looks at a bounded number of places. Each leads to a record, which decides whether it is wanted; a record that has
//! several keys in a walk is taken at the first of them, so that no page repeats what another one has.

use std::ops::{Bound, ControlFlow};

use crate::base::limits::{RDAP_SEARCH_LOOKS, RDAP_SEARCH_RESULTS};
use crate::model::record::{ArchivedContact, ArchivedDomain, ArchivedHost, Disclosure, Kind};
use crate::model::search::{self, Family, Place, Searchable, address, folded, name_text, registrar_handle, shown_form};
use crate::rdap::redaction::{self, Field};
use crate::rdap::search_cursor::{Position, Spot};
use crate::rdap::search_query::{Pattern, Search, Subject};
use crate::rdap::{Audience, Context, Missing, RdapError, domain, entity, nameserver};

/// One of the walks that a search takes, one after the other.
enum Stage {
    /// The records of the keys are what is searched.
    Direct(Family, Wanted),
    /// The records of the keys are hosts, and their domains are what is searched.
    Delegated(Family, Wanted),
}

/// Which keys of a family: this text, or all that begin so.
struct Wanted {
    text: Vec<u8>,
    partial: bool,
}

impl Wanted {
    fn of(pattern: &Pattern) -> Self {
        Self { text: pattern.start.as_bytes().to_vec(), partial: pattern.end.is_some() }
    }

    fn has(&self, text: &[u8]) -> bool {
        if self.partial { text.starts_with(&self.text) } else { *text == self.text }
    }
}

fn stages(subject: &Subject, context: &Context<'_>) -> Vec<Stage> {
    let exact = |ip: &std::net::Ipv6Addr| Wanted { text: ip.octets().to_vec(), partial: false };
    match subject {
        Subject::DomainsByName(pattern) => vec![Stage::Direct(Family::DomainName, Wanted::of(pattern))],
        Subject::DomainsByServer(pattern) => vec![
            Stage::Delegated(Family::HostName, Wanted::of(pattern)),
            Stage::Direct(Family::DomainByAttribute, Wanted::of(pattern)),
        ],
        Subject::DomainsByServerAddress(ip) => {
            vec![Stage::Delegated(Family::HostByAddress, exact(ip)), Stage::Direct(Family::DomainByAddress, exact(ip))]
        }
        Subject::NameserversByName(pattern) => vec![Stage::Direct(Family::HostName, Wanted::of(pattern))],
        Subject::NameserversByAddress(ip) => vec![Stage::Direct(Family::HostByAddress, exact(ip))],
        Subject::EntitiesByName(pattern) => {
            let wanted = || Wanted { text: name_text(&pattern.start).to_vec(), ..Wanted::of(pattern) };
            let withheld =
                (context.audience == Audience::Authorised).then(|| Stage::Direct(Family::WithheldName, wanted()));
            [Stage::Direct(Family::EntityName, wanted())].into_iter().chain(withheld).collect()
        }
        Subject::EntitiesByHandle(pattern) => vec![Stage::Direct(Family::EntityHandle, Wanted::of(pattern))],
    }
}

/// An object that a search has found, by the key of its record.
pub(super) enum Object {
    Domain(String),
    Nameserver(String),
    Registrar(String),
    Contact(String),
}

/// Why a walk is over.
pub(super) enum Stop {
    /// There are no more.
    End,
    /// There are enough.
    Results,
    /// It has looked at enough; the next one may begin there, if that may be told.
    Looks(Option<Position>),
}

/// What a walk has gathered.
pub(super) struct Gathered {
    /// Each with the place where it was found.
    pub(super) found: Vec<(Object, Position)>,
    pub(super) stop: Stop,
    looks: usize,
    wanted: usize,
}

impl Gathered {
    /// One more place was looked at, and gave this.
    fn look(&mut self, object: Option<Object>, position: impl Fn() -> Position) -> ControlFlow<()> {
        self.looks += 1;
        if let Some(object) = object {
            self.found.push((object, position()));
            if self.found.len() == self.wanted {
                self.stop = Stop::Results;
                return ControlFlow::Break(());
            }
        }
        if self.looks == RDAP_SEARCH_LOOKS {
            self.stop = Stop::Looks(Some(position()));
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// Gathers what a search wants from a position on, or from the beginning, `wanted` objects at most.
pub(super) fn gather(
    view: &impl Searchable,
    context: &Context<'_>,
    search: &Search,
    from: Option<&Position>,
    wanted: usize,
) -> Gathered {
    let (policy, audience) = (redaction::strictest_policy(view), context.audience);
    let judge = Judge { view, subject: &search.subject, policy, audience };
    let mut gathered = Gathered { found: Vec::new(), stop: Stop::End, looks: 0, wanted };
    for (number, stage) in (0u8..).zip(stages(&search.subject, context)) {
        let from = from.filter(|from| from.stage >= number);
        if from.is_some_and(|from| from.stage > number) {
            continue;
        }
        match stage {
            Stage::Direct(family, wanted) if judge.knows_registrars_only() => {
                judge.walk_registrars(number, family, &wanted, from, &mut gathered);
            }
            Stage::Direct(family, wanted) => judge.walk(number, family, &wanted, from, &mut gathered),
            Stage::Delegated(family, wanted) => judge.walk_hosts(number, family, &wanted, from, &mut gathered),
        }
        if !matches!(gathered.stop, Stop::End) {
            break;
        }
    }
    // Among these there may be some that the asker may not see, and a place tells what is there.
    let of_entities = matches!(search.subject, Subject::EntitiesByName(_) | Subject::EntitiesByHandle(_));
    if of_entities && context.audience != Audience::Authorised && matches!(gathered.stop, Stop::Looks(_)) {
        gathered.stop = Stop::Looks(gathered.found.last().map(|(_, position)| position.clone()));
    }
    gathered
}

/// Decides by the records.
struct Judge<'s, V> {
    view: &'s V,
    subject: &'s Subject,
    /// For contacts, which belong to no TLD.
    policy: Disclosure,
    audience: Audience,
}

impl<'s, V: Searchable> Judge<'s, V> {
    fn walk(&self, stage: u8, family: Family, wanted: &Wanted, from: Option<&Position>, gathered: &mut Gathered) {
        let start = from.map_or(Place::before(&wanted.text), |from| Bound::Excluded(from.spot.place()));
        self.view.search(family, start, &mut |place| {
            if !wanted.has(place.text) {
                return ControlFlow::Break(());
            }
            let position = || Position { stage, spot: Spot::new(place), inner: None };
            gathered.look(self.object(family, place), position)
        });
    }

    /// Whether entities are searched of which the asker may find registrars alone. That contacts are passed over must not be
    /// seen either, by how soon a walk has looked at enough.
    fn knows_registrars_only(&self) -> bool {
        let of_entities = matches!(self.subject, Subject::EntitiesByName(_) | Subject::EntitiesByHandle(_));
        of_entities && self.audience == Audience::Anonymous && self.policy == Disclosure::RedactAll
    }

    /// As [`Judge::walk`], of registrars alone: there are some thousands at most.
    fn walk_registrars(
        &self,
        stage: u8,
        family: Family,
        wanted: &Wanted,
        from: Option<&Position>,
        gathered: &mut Gathered,
    ) {
        let mut places: Vec<(Vec<u8>, &str)> = Vec::new();
        for clid in self.view.directory(Kind::Registrar) {
            let Some(registrar) = self.view.registrar(clid) else { continue };
            search::registrar(registrar, &mut |found, text| {
                if found == family && wanted.has(text) {
                    places.push((text.to_vec(), clid));
                }
            });
        }
        places.sort_unstable();
        for (text, clid) in &places {
            let place = Place { text, kind: Kind::Registrar, key: clid.as_bytes() };
            let is_behind = |from: Place<'_>| (place.text, place.key) > (from.text, from.key);
            if from.is_some_and(|from| !is_behind(from.spot.place())) {
                continue;
            }
            let position = || Position { stage, spot: Spot::new(place), inner: None };
            if gathered.look(self.object(family, place), position).is_break() {
                return;
            }
        }
    }

    fn walk_hosts(&self, stage: u8, family: Family, wanted: &Wanted, from: Option<&Position>, gathered: &mut Gathered) {
        let start = from.map_or(Place::before(&wanted.text), |from| match from.inner {
            Some(_) => Bound::Included(from.spot.place()),
            None => Bound::Excluded(from.spot.place()),
        });
        self.view.search(family, start, &mut |host| {
            if !wanted.has(host.text) {
                return ControlFlow::Break(());
            }
            let at = |inner| Position { stage, spot: Spot::new(host), inner };
            if self.host(family, host).is_some() {
                let inner = from.filter(|from| from.spot.place() == host).and_then(|from| from.inner.as_ref());
                let start = inner.map_or(Place::before(host.key), |inner| Bound::Excluded(inner.place()));
                let mut flow = ControlFlow::Continue(());
                self.view.search(Family::DomainByHost, start, &mut |place| {
                    if place.text != host.key {
                        return ControlFlow::Break(());
                    }
                    let object = self.delegated(family, host, place);
                    flow = gathered.look(object, || at(Some(Spot::new(place))));
                    flow
                });
                flow?;
            }
            gathered.look(None, || at(None))
        });
    }

    /// The object of the record at a place, where that has the key, and is wanted.
    fn object(&self, family: Family, place: Place<'_>) -> Option<Object> {
        match (family, place.kind) {
            (Family::HostName | Family::HostByAddress, _) => {
                self.host(family, place).map(|host| Object::Nameserver(host.name.as_str().to_owned()))
            }
            (Family::EntityName | Family::WithheldName | Family::EntityHandle, Kind::Registrar) => {
                let registrar = self.view.registrar(key(place)?)?;
                let has = match family {
                    Family::EntityHandle => registrar_handle(registrar).is_some_and(|own| self.is_handle(&own, place)),
                    _ => self.is_name(&registrar.name, place),
                };
                has.then(|| Object::Registrar(registrar.clid.as_str().to_owned()))
            }
            (Family::EntityName | Family::WithheldName | Family::EntityHandle, _) => {
                let contact = self.view.contact(key(place)?)?;
                let has = match family {
                    Family::EntityHandle => self.shows(contact, Field::Handle) && self.is_handle(&contact.roid, place),
                    _ => {
                        let form = shown_form(contact).filter(|_| self.shows(contact, Field::Name));
                        form.is_some_and(|form| self.is_name(&form.name, place))
                    }
                };
                has.then(|| Object::Contact(contact.id.as_str().to_owned()))
            }
            _ => {
                let domain = self.domain(place)?;
                let has = match family {
                    Family::DomainByAttribute => self.first_attribute(domain) == Some(place.text),
                    Family::DomainByAddress => {
                        let mut addresses = domain.host_attributes.iter().flat_map(|server| server.addresses.iter());
                        addresses.any(|ip| address(ip.get()) == *place.text)
                    }
                    _ => self.pattern()?.matches(&domain.name),
                };
                has.then(|| Object::Domain(domain.name.as_str().to_owned()))
            }
        }
    }

    /// The domain at a place below a host's, if it is delegated to it, and to no wanted one that comes before.
    fn delegated(&self, family: Family, host: Place<'_>, place: Place<'_>) -> Option<Object> {
        let domain = self.domain(place)?;
        let mut servers = domain.name_servers.iter().map(|id| id.to_native());
        if !servers.clone().any(|id| id.to_be_bytes() == *host.key) {
            return None;
        }
        let comes_before = |id: u64| {
            let text = match (self.view.host(id), family) {
                (Some(other), Family::HostName) if self.pattern().is_some_and(|wanted| wanted.matches(&other.name)) => {
                    other.name.as_bytes()
                }
                (Some(other), Family::HostByAddress) if has_address(other, host.text) => host.text,
                _ => return false,
            };
            (text, id.to_be_bytes().as_slice()) < (host.text, host.key)
        };
        let is_first = !servers.any(comes_before);
        is_first.then(|| Object::Domain(domain.name.as_str().to_owned()))
    }

    /// The host at a place, if it has the key and is wanted.
    fn host(&self, family: Family, place: Place<'_>) -> Option<&'s ArchivedHost> {
        let host = self.view.host(u64::from_be_bytes(place.key.try_into().ok()?))?;
        let has = match family {
            Family::HostByAddress => has_address(host, place.text),
            _ => host.name.as_bytes() == place.text && self.pattern()?.matches(&host.name),
        };
        has.then_some(host)
    }

    fn domain(&self, place: Place<'_>) -> Option<&'s ArchivedDomain> {
        self.view.domain(key(place)?)
    }

    /// The first wanted name among the name servers that are attributes of a domain.
    fn first_attribute<'d>(&self, domain: &'d ArchivedDomain) -> Option<&'d [u8]> {
        let pattern = self.pattern()?;
        let names = domain.host_attributes.iter().map(|server| server.name.as_str());
        names.filter(|name| pattern.matches(name)).min().map(str::as_bytes)
    }

    /// Whether the asker may see a field of a contact: exactly where the answer shows it.
    fn shows(&self, contact: &ArchivedContact, field: Field) -> bool {
        !redaction::withheld(contact, self.policy, self.audience).has(field)
    }

    fn is_name(&self, name: &str, place: Place<'_>) -> bool {
        let name = folded(name);
        name_text(&name) == place.text && self.pattern().is_some_and(|pattern| pattern.matches(&name))
    }

    fn is_handle(&self, handle: &str, place: Place<'_>) -> bool {
        handle.as_bytes() == place.text && self.pattern().is_some_and(|pattern| pattern.matches(handle))
    }

    fn pattern(&self) -> Option<&'s Pattern> {
        match self.subject {
            Subject::DomainsByServerAddress(_) | Subject::NameserversByAddress(_) => None,
            Subject::DomainsByName(pattern)
            | Subject::DomainsByServer(pattern)
            | Subject::NameserversByName(pattern)
            | Subject::EntitiesByName(pattern)
            | Subject::EntitiesByHandle(pattern) => Some(pattern),
        }
    }
}

fn key<'p>(place: Place<'p>) -> Option<&'p str> {
    str::from_utf8(place.key).ok()
}

fn has_address(host: &ArchivedHost, octets: &[u8]) -> bool {
    host.addresses.iter().any(|ip| address(ip.get()) == *octets)
}

/// The objects of a page, whole.
pub(super) enum Page<'v> {
    Domains(Vec<domain::Found<'v>>),
    Nameservers(Vec<nameserver::Found<'v>>),
    Entities(Vec<entity::Found<'v>>),
}

impl Page<'_> {
    /// Whether something is withheld in any of them.
    pub(super) fn is_redacted(&self) -> bool {
        match self {
            Page::Domains(page) => page.iter().any(domain::Found::is_redacted),
            Page::Nameservers(_) => false,
            Page::Entities(page) => page.iter().any(entity::Found::is_redacted),
        }
    }
}

/// One page of a search, and what is beside it.
pub(super) struct Found<'v> {
    pub(super) page: Page<'v>,
    /// Its number; the first is 1.
    pub(super) number: u32,
    /// Where the next one begins.
    pub(super) next: Option<Position>,
    /// Why it ends where it does.
    pub(super) stop: Stop,
    /// How many there are on all pages, if that was asked for.
    pub(super) total: Option<usize>,
}

/// Finds a page.
///
/// # Errors
/// [`Missing`]; a first page without any object is [`Missing::Object`] (RFC 7480, section 5.3).
pub(super) fn find<'v>(
    view: &'v impl Searchable,
    context: &Context<'_>,
    search: &Search,
) -> Result<Found<'v>, Missing> {
    let from = search.cursor.as_ref().map(|cursor| &cursor.position);
    // One more than a page has, to know whether there is a next one.
    let mut gathered = gather(view, context, search, from, RDAP_SEARCH_RESULTS + 1);
    let total = match (search.count, from, &gathered.stop) {
        (false, ..) => None,
        (true, None, Stop::End) => Some(gathered.found.len()),
        (true, ..) => {
            let all = gather(view, context, search, None, usize::MAX);
            // To tell another number would be wrong, and to tell none is not for us to choose (RFC 8977, section 2.2).
            let Stop::End = all.stop else { return Err(Missing::Refused(RdapError::TooManyToCount)) };
            Some(all.found.len())
        }
    };
    gathered.found.truncate(RDAP_SEARCH_RESULTS);
    let next = match &gathered.stop {
        Stop::End => None,
        Stop::Results => gathered.found.last().map(|(_, position)| position.clone()),
        Stop::Looks(position) => position.clone(),
    };
    if gathered.found.is_empty() && from.is_none() && matches!(gathered.stop, Stop::End) {
        return Err(Missing::Object);
    }
    let page = read(view, context, search, gathered.found)?;
    let number = search.cursor.as_ref().map_or(1, |cursor| cursor.page);
    Ok(Found { page, number, next, stop: gathered.stop, total })
}

/// Reads the objects. One that has gone since it was found is left out.
fn read<'v>(
    view: &'v impl Searchable,
    context: &Context<'_>,
    search: &Search,
    found: Vec<(Object, Position)>,
) -> Result<Page<'v>, Missing> {
    let mut page = match search.subject {
        Subject::DomainsByName(_) | Subject::DomainsByServer(_) | Subject::DomainsByServerAddress(_) => {
            Page::Domains(Vec::with_capacity(found.len()))
        }
        Subject::NameserversByName(_) | Subject::NameserversByAddress(_) => Page::Nameservers(Vec::new()),
        Subject::EntitiesByName(_) | Subject::EntitiesByHandle(_) => Page::Entities(Vec::new()),
    };
    for (object, _) in found {
        let read = match (&mut page, object) {
            (Page::Domains(page), Object::Domain(name)) => {
                domain::find(view, context, &name).map(|found| page.push(found))
            }
            (Page::Nameservers(page), Object::Nameserver(name)) => {
                nameserver::find(view, &name).map(|found| page.push(found))
            }
            (Page::Entities(page), Object::Registrar(clid)) => {
                entity::find_registrar(view, &clid).map(|found| page.push(found))
            }
            (Page::Entities(page), Object::Contact(id)) => {
                entity::find_contact(view, context, &id).map(|found| page.push(found))
            }
            // Each search finds objects of its own class.
            _ => Ok(()),
        };
        match read {
            Ok(()) | Err(Missing::Object) => {}
            Err(missing) => return Err(missing),
        }
    }
    Ok(page)
}
