//! The derived records that follow from changed records: link counts, subordinate hosts, poll queues, directories, balances.
//!
//! One function, used when a transaction is decided and again when the log is replayed, so that the two cannot differ.

use std::collections::BTreeMap;

use crate::model::record::{
    Application, Applications, ArchivedApplication, ArchivedContact, ArchivedDomain, ArchivedPollMessage,
    ArchivedRdapClient, Balance, BillingLine, Contact, ContactRef, Directory, Domain, Host, HostRef, Kind, LordnLine,
    PollAbout, PollGap, PollMessage, PollQueue, RdapClient, RdapClientRef, Registrar, RegistrarRef, Subordinates,
    Token, TokenRef, Variants,
};
use crate::model::seal::{BadRecord, Sealed};
use crate::model::view::{View, key};

/// The derived records, as they must be once `changes` (none of them derived) are applied to `view`.
///
/// # Errors
/// [`BadRecord`] when a change holds bytes that are not what its kind says; changes from `Entry::sealed` never do.
pub fn fold(view: &impl View, changes: &[Sealed]) -> Result<Vec<Sealed>, BadRecord> {
    let mut derived = Derived {
        view,
        earlier: BTreeMap::new(),
        counts: Vec::new(),
        lines: BTreeMap::new(),
        lists: BTreeMap::new(),
        about: BTreeMap::new(),
        gaps: BTreeMap::new(),
        balances: BTreeMap::new(),
        variants: BTreeMap::new(),
        applications: BTreeMap::new(),
        rest: Vec::new(),
    };
    for change in changes {
        let before = derived.earlier.insert((change.kind, &change.key), change);
        derived.change(before, change)?;
    }
    Ok(derived.finish())
}

/// What leads from a contact's ROID to the contact.
pub fn contact_ref(contact: &ArchivedContact) -> Sealed {
    Sealed::put(contact.roid.as_bytes(), &ContactRef { id: contact.id.to_string() })
}

struct Derived<'v, V: View> {
    view: &'v V,
    /// What the view says is old only for the first change of a key; a second change of the same key sees the first.
    earlier: BTreeMap<(Kind, &'v [u8]), &'v Sealed>,
    /// By how much counts change, a count as often as it does.
    counts: Vec<(Kind, Vec<u8>, i64)>,
    /// The counts of lines to report, whole: each line is held against the one before it.
    lines: BTreeMap<Vec<u8>, u64>,
    lists: BTreeMap<String, Subordinates>,
    about: BTreeMap<Vec<u8>, PollAbout>,
    gaps: BTreeMap<Vec<u8>, Option<PollGap>>,
    balances: BTreeMap<String, Balance>,
    variants: BTreeMap<Vec<u8>, Variants>,
    applications: BTreeMap<String, Applications>,
    rest: Vec<Sealed>,
}

impl<'v, V: View> Derived<'v, V> {
    fn change(&mut self, before: Option<&'v Sealed>, change: &'v Sealed) -> Result<(), BadRecord> {
        match change.kind {
            Kind::Domain => self.domain(before, change),
            Kind::Host => self.host(before, change),
            Kind::Registrar => self.registrar(change),
            Kind::Contact => self.contact(before, change),
            Kind::RdapClient => self.rdap_client(before, change),
            Kind::Tld | Kind::Maintenance => {
                self.directory(change.kind, change);
                Ok(())
            }
            Kind::IdnTable => {
                self.directory(Kind::IdnTable, change);
                Ok(())
            }
            Kind::PollMessage => self.poll_message(before, change),
            Kind::NameList => {
                self.name_lists(change);
                Ok(())
            }
            Kind::BillingLine => self.billing_line(change),
            Kind::Application => self.application(before, change),
            Kind::LordnLine => self.lordn_line(change),
            Kind::Token => self.token(before, change),
            // These have nothing that follows from them, or follow themselves.
            Kind::StatusNotes
            | Kind::PriceList
            | Kind::Account
            | Kind::Policy
            | Kind::EscrowHistory
            | Kind::LaunchPlan
            | Kind::Marks
            | Kind::TrademarkLabels
            | Kind::RevokedSmds
            | Kind::Applications
            | Kind::LordnLines
            | Kind::HostName
            | Kind::HostLinks
            | Kind::HostLinksBy
            | Kind::ContactLinks
            | Kind::Subordinates
            | Kind::PollQueue
            | Kind::Directory
            | Kind::RegistrarByIana
            | Kind::Sequence
            | Kind::PollAbout
            | Kind::PollGap
            | Kind::Balance
            | Kind::Variants
            | Kind::TokenOfBatch
            | Kind::TokenBatch
            | Kind::ContactRoid
            | Kind::RdapCredential => Ok(()),
        }
    }

    fn domain(&mut self, before: Option<&Sealed>, change: &Sealed) -> Result<(), BadRecord> {
        let old = match before {
            Some(before) => before.get::<Domain>()?,
            None => self.view.record::<Domain>(&change.key),
        };
        let new = change.get::<Domain>()?;
        if let Some(old) = old {
            self.count_references(old, -1);
        }
        if let Some(new) = new {
            self.count_references(new, 1);
        }
        // They hardly ever change while a name lives.
        if old.map(|old| &old.variant_keys) != new.map(|new| &new.variant_keys) {
            if let Some(old) = old {
                self.variants(old, |names| names.retain(|name| *name != *old.name));
            }
            if let Some(new) = new {
                self.variants(new, |names| {
                    names.push(new.name.to_string());
                    names.sort_unstable();
                });
            }
        }
        Ok(())
    }

    /// A ROID never changes while its contact is there.
    fn contact(&mut self, before: Option<&Sealed>, change: &Sealed) -> Result<(), BadRecord> {
        let old = match before {
            Some(before) => before.get::<Contact>()?,
            None => self.view.record::<Contact>(&change.key),
        };
        let new = change.get::<Contact>()?;
        if old.map(|old| &old.roid) == new.map(|new| &new.roid) {
            return Ok(());
        }
        if let Some(old) = old {
            self.rest.push(Sealed::delete(Kind::ContactRoid, old.roid.as_bytes().to_vec()));
        }
        if let Some(new) = new {
            self.rest.push(contact_ref(new));
        }
        Ok(())
    }

    fn rdap_client(&mut self, before: Option<&Sealed>, change: &Sealed) -> Result<(), BadRecord> {
        self.directory(Kind::RdapClient, change);
        let old = match before {
            Some(before) => before.get::<RdapClient>()?,
            None => self.view.record::<RdapClient>(&change.key),
        };
        for shown in old.into_iter().flat_map(ArchivedRdapClient::credentials) {
            self.rest.push(Sealed::delete(Kind::RdapCredential, shown.to_vec()));
        }
        if let Some(new) = change.get::<RdapClient>()? {
            for shown in new.credentials() {
                self.rest.push(Sealed::put(shown, &RdapClientRef { name: new.name.to_string() }));
            }
        }
        Ok(())
    }

    /// Changes each list of variants that the domain belongs in.
    fn variants(&mut self, domain: &ArchivedDomain, change: impl Fn(&mut Vec<String>)) {
        let view = self.view;
        for variant in domain.variant_keys.iter() {
            let list = self.variants.entry(key::variants(&domain.tld, variant));
            let list = list.or_insert_with(|| Variants {
                names: view.variants(&domain.tld, variant).map(str::to_owned).collect(),
            });
            change(&mut list.names);
        }
    }

    fn application(&mut self, before: Option<&Sealed>, change: &Sealed) -> Result<(), BadRecord> {
        let old = match before {
            Some(before) => before.get::<Application>()?,
            None => self.view.record::<Application>(&change.key),
        };
        let new = change.get::<Application>()?;
        for (application, by) in old.into_iter().map(|old| (old, -1)).chain(new.map(|new| (new, 1))) {
            self.list_application(application, by > 0);
            // What became a domain refers to things as that, and what was refused to nothing.
            if !application.status.get().is_final() {
                self.count_references(&application.domain, by);
            }
        }
        Ok(())
    }

    fn list_application(&mut self, application: &ArchivedApplication, there: bool) {
        let (view, name) = (self.view, application.domain.name.as_str());
        let known = || view.applications(name).map(|known| known.id.to_string()).collect();
        let ids = &mut self.applications.entry(name.to_owned()).or_insert_with(|| Applications { ids: known() }).ids;
        match (ids.binary_search_by(|id| id.as_str().cmp(&application.id)), there) {
            (Err(place), true) => ids.insert(place, application.id.to_string()),
            (Ok(place), false) => drop(ids.remove(place)),
            _ => {}
        }
    }

    /// A line to report. Only the next one can join: none is taken away, replaced or left out.
    fn lordn_line(&mut self, change: &Sealed) -> Result<(), BadRecord> {
        let Some(line) = change.get::<LordnLine>()? else {
            return Err(BadRecord { kind: Kind::LordnLine, cause: "a line that is taken away".into() });
        };
        let key = key::lordn_lines(&line.tld, line.kind.get());
        let view = self.view;
        let lines = self.lines.entry(key).or_insert_with_key(|key| view.count(Kind::LordnLines, key));
        if line.number.to_native() != *lines + 1 {
            let cause = format!("line {} after line {lines}", line.number);
            return Err(BadRecord { kind: Kind::LordnLine, cause });
        }
        *lines += 1;
        Ok(())
    }

    fn count_references(&mut self, domain: &ArchivedDomain, by: i64) {
        for host in domain.name_servers.iter() {
            self.add(Kind::HostLinks, key::host(host.to_native()).to_vec(), by);
            self.add(Kind::HostLinksBy, key::host_links_by(host.to_native(), &domain.sponsor), by);
        }
        for contact in domain.contacts.iter() {
            self.add(Kind::ContactLinks, contact.id.as_bytes().to_vec(), by);
        }
        if let Some(registrant) = domain.registrant.as_ref() {
            self.add(Kind::ContactLinks, registrant.as_bytes().to_vec(), by);
        }
    }

    fn add(&mut self, kind: Kind, key: Vec<u8>, by: i64) {
        self.counts.push((kind, key, by));
    }

    fn host(&mut self, before: Option<&Sealed>, change: &Sealed) -> Result<(), BadRecord> {
        let old = match before {
            Some(before) => before.get::<Host>()?,
            None => self.view.record::<Host>(&change.key),
        };
        let new = change.get::<Host>()?;
        if let Some(old) = old {
            if let Some(domain) = old.superordinate.as_ref() {
                let id = old.id.to_native();
                self.subordinates(domain).hosts.retain(|host| *host != id);
            }
            if new.is_none_or(|new| new.name != old.name) {
                self.rest.push(Sealed::delete(Kind::HostName, old.name.as_bytes().to_vec()));
            }
        }
        if let Some(new) = new {
            let id = new.id.to_native();
            if let Some(domain) = new.superordinate.as_ref() {
                let hosts = &mut self.subordinates(domain).hosts;
                if let Err(place) = hosts.binary_search(&id) {
                    hosts.insert(place, id);
                }
            }
            if old.is_none_or(|old| old.name != new.name) {
                self.rest.push(Sealed::put(new.name.as_bytes(), &HostRef { id }));
            }
        }
        Ok(())
    }

    fn subordinates(&mut self, domain: &str) -> &mut Subordinates {
        let view = self.view;
        self.lists
            .entry(domain.to_owned())
            .or_insert_with(|| Subordinates { hosts: view.subordinate_hosts(domain).collect() })
    }

    fn registrar(&mut self, change: &Sealed) -> Result<(), BadRecord> {
        self.directory(Kind::Registrar, change);
        let old =
            self.view.record::<Registrar>(&change.key).and_then(|old| old.iana_id.as_ref().map(|id| id.to_native()));
        let new = change.get::<Registrar>()?;
        let new_id = new.and_then(|new| new.iana_id.as_ref().map(|id| id.to_native()));
        if old == new_id {
            return Ok(());
        }
        if let Some(old) = old {
            self.rest.push(Sealed::delete(Kind::RegistrarByIana, key::iana(old).to_vec()));
        }
        if let (Some(new), Some(id)) = (new, new_id) {
            self.rest.push(Sealed::put(&key::iana(id), &RegistrarRef { clid: new.clid.to_string() }));
        }
        Ok(())
    }

    /// A directory is rewritten whole: there are thousands of entries at most, and they change a few times a day.
    fn directory(&mut self, kind: Kind, change: &Sealed) {
        let name = String::from_utf8_lossy(&change.key).into_owned();
        self.list(vec![kind as u8], name, change.bytes.is_some());
    }

    /// As a directory, of the lists of one TLD.
    fn name_lists(&mut self, change: &Sealed) {
        let key = String::from_utf8_lossy(&change.key).into_owned();
        let (tld, name) = key.split_once('\0').unwrap_or((&key, ""));
        self.list(key::name_lists(tld), name.to_owned(), change.bytes.is_some());
    }

    /// Puts a name into the directory of that key, or takes it out.
    fn list(&mut self, directory: Vec<u8>, name: String, there: bool) {
        let changed = self.rest.iter().rev().find(|made| made.kind == Kind::Directory && made.key == directory);
        let found = match changed {
            Some(changed) => changed.get::<Directory>().ok().flatten(),
            None => self.view.record::<Directory>(&directory),
        };
        let names = found.map(|found| found.names.as_slice()).unwrap_or_default();
        let mut names: Vec<String> = names.iter().map(|name| name.as_str().to_owned()).collect();
        match (names.binary_search(&name), there) {
            (Err(place), true) => names.insert(place, name),
            (Ok(place), false) => drop(names.remove(place)),
            _ => return,
        }
        self.rest.push(match names.is_empty() {
            true => Sealed::delete(Kind::Directory, directory),
            false => Sealed::put(&directory, &Directory { names }),
        });
    }

    /// A token that joins a batch. None ever leaves one, so that the places of a batch have no gap.
    fn token(&mut self, before: Option<&Sealed>, change: &Sealed) -> Result<(), BadRecord> {
        let Some(token) = change.get::<Token>()? else {
            return Err(BadRecord { kind: Kind::Token, cause: "a token that is taken away".into() });
        };
        if before.is_some() || self.view.token(&token.token).is_some() {
            return Ok(());
        }
        let (batch, number) = (token.batch.as_str(), token.number.to_native());
        if number == 1 {
            self.list(vec![Kind::Token as u8], batch.to_owned(), true);
        }
        self.add(Kind::TokenBatch, batch.as_bytes().to_vec(), 1);
        let place = TokenRef { token: token.token.to_string() };
        self.rest.push(Sealed::put(&key::token_of_batch(batch, number), &place));
        Ok(())
    }

    /// A line that joins a billing ledger. Only the next one can: none is taken away, replaced or left out.
    fn billing_line(&mut self, change: &Sealed) -> Result<(), BadRecord> {
        let Some(line) = change.get::<BillingLine>()? else {
            return Err(BadRecord { kind: Kind::BillingLine, cause: "a line that is taken away".into() });
        };
        let view = self.view;
        let balance = self.balances.entry(line.registrar.to_string());
        let balance = balance.or_insert_with(|| view.balance(&line.registrar));
        if line.number.to_native() != balance.lines + 1 {
            let cause = format!("line {} after line {}", line.number, balance.lines);
            return Err(BadRecord { kind: Kind::BillingLine, cause });
        }
        balance.lines += 1;
        balance.amount = balance.amount.saturating_add(line.amount.to_native());
        Ok(())
    }

    fn poll_message(&mut self, before: Option<&'v Sealed>, change: &'v Sealed) -> Result<(), BadRecord> {
        let Some((clid, number)) = split_poll_key(&change.key) else {
            return Err(BadRecord { kind: Kind::PollMessage, cause: "a key without registrar and number".into() });
        };
        let view = self.view;
        let old = match before {
            Some(before) => before.get::<PollMessage>()?,
            None => view.poll_message(clid, number),
        };
        let new = change.get::<PollMessage>()?;
        if let Some(old) = old {
            self.about(clid, old, |numbers| numbers.retain(|held| *held != number));
        }
        if let Some(new) = new {
            self.about(clid, new, |numbers| {
                if let Err(place) = numbers.binary_search(&number) {
                    numbers.insert(place, number);
                }
            });
        }
        let mut queue = self.queue(clid)?;
        queue.count = (queue.count + u64::from(new.is_some())).saturating_sub(u64::from(old.is_some()));
        match new {
            Some(_) => queue.next = queue.next.max(number + 1),
            None => {
                if old.is_some() && number > queue.first {
                    self.leave_gap(clid, number);
                }
                // Messages that left out of order left gaps; the queue begins at the next message that is there.
                while queue.first < queue.next && self.message(clid, queue.first)?.is_none() {
                    queue.first = self.pass_gap(clid, queue.first);
                }
            }
        }
        self.rest.push(Sealed::put(clid.as_bytes(), &queue));
        Ok(())
    }

    /// A message as the changes so far leave it.
    fn message(&self, clid: &str, number: u64) -> Result<Option<&'v ArchivedPollMessage>, BadRecord> {
        match self.earlier.get(&(Kind::PollMessage, &key::poll_message(clid, number))) {
            Some(change) => change.get::<PollMessage>(),
            None => Ok(self.view.poll_message(clid, number)),
        }
    }

    /// The gap that begins or ends at that number, as the changes so far leave it.
    fn gap(&self, clid: &str, number: u64) -> Option<PollGap> {
        match self.gaps.get(&key::poll_message(clid, number)) {
            Some(changed) => changed.clone(),
            None => self
                .view
                .poll_gap(clid, number)
                .map(|gap| PollGap { first: gap.first.to_native(), last: gap.last.to_native() }),
        }
    }

    /// A message that is not the oldest left; its number joins the gaps on both sides.
    fn leave_gap(&mut self, clid: &str, number: u64) {
        let below = self.gap(clid, number - 1).map_or(number, |gap| gap.first);
        let above = self.gap(clid, number + 1).map_or(number, |gap| gap.last);
        for inside in [(below < number).then(|| number - 1), (above > number).then(|| number + 1)].into_iter().flatten()
        {
            self.gaps.insert(key::poll_message(clid, inside), None);
        }
        for end in [below, above] {
            self.gaps.insert(key::poll_message(clid, end), Some(PollGap { first: below, last: above }));
        }
    }

    /// The queue no longer begins at that number, where there is no message. What follows the gap, which is needed no more.
    fn pass_gap(&mut self, clid: &str, number: u64) -> u64 {
        let Some(gap) = self.gap(clid, number) else { return number + 1 };
        for end in [gap.first, gap.last] {
            self.gaps.insert(key::poll_message(clid, end), None);
        }
        gap.last + 1
    }

    /// Changes the list that the message belongs in, if it tells of a transfer.
    fn about(&mut self, clid: &str, message: &ArchivedPollMessage, change: impl FnOnce(&mut Vec<u64>)) {
        let Some(object) = message.data.as_ref().and_then(|data| data.transferred()) else { return };
        let view = self.view;
        let list = self.about.entry(key::poll_about(clid, object));
        let list = list.or_insert_with(|| PollAbout { numbers: view.poll_about(clid, object).collect() });
        change(&mut list.numbers);
    }

    /// The queue as the changes so far leave it.
    fn queue(&self, clid: &str) -> Result<PollQueue, BadRecord> {
        let changed = self.rest.iter().rev().find(|made| made.kind == Kind::PollQueue && made.key == clid.as_bytes());
        let found = match changed {
            Some(changed) => changed.get::<PollQueue>()?,
            None => self.view.poll_queue(clid),
        };
        Ok(found.map_or(PollQueue { first: 1, next: 1, count: 0 }, |queue| PollQueue {
            first: queue.first.to_native(),
            next: queue.next.to_native(),
            count: queue.count.to_native(),
        }))
    }

    fn finish(mut self) -> Vec<Sealed> {
        self.counts.sort_unstable();
        let mut counts = self.counts.into_iter().peekable();
        while let Some((kind, key, mut by)) = counts.next() {
            while let Some((.., more)) = counts.next_if(|(k, other, _)| (*k, other) == (kind, &key)) {
                by += more;
            }
            if by != 0 {
                let count = self.view.count(kind, &key).saturating_add_signed(by);
                self.rest.push(Sealed::count(kind, key, count));
            }
        }
        for (key, lines) in self.lines {
            self.rest.push(Sealed::count(Kind::LordnLines, key, lines));
        }
        for (domain, subordinates) in self.lists {
            self.rest.push(match subordinates.hosts.is_empty() {
                true => Sealed::delete(Kind::Subordinates, domain.into_bytes()),
                false => Sealed::put(domain.as_bytes(), &subordinates),
            });
        }
        // After the queue, so that a reader finds either the gap or a queue that begins behind it.
        for (key, gap) in self.gaps {
            self.rest.push(match gap {
                Some(gap) => Sealed::put(&key, &gap),
                None => Sealed::delete(Kind::PollGap, key),
            });
        }
        for (clid, balance) in self.balances {
            self.rest.push(Sealed::put(clid.as_bytes(), &balance));
        }
        for (key, variants) in self.variants {
            self.rest.push(match variants.names.is_empty() {
                true => Sealed::delete(Kind::Variants, key),
                false => Sealed::put(&key, &variants),
            });
        }
        for (name, applications) in self.applications {
            self.rest.push(match applications.ids.is_empty() {
                true => Sealed::delete(Kind::Applications, name.into_bytes()),
                false => Sealed::put(name.as_bytes(), &applications),
            });
        }
        for (key, about) in self.about {
            self.rest.push(match about.numbers.is_empty() {
                true => Sealed::delete(Kind::PollAbout, key),
                false => Sealed::put(&key, &about),
            });
        }
        self.rest
    }
}

fn split_poll_key(key: &[u8]) -> Option<(&str, u64)> {
    let (head, number) = key.split_last_chunk::<8>()?;
    let clid = std::str::from_utf8(head.strip_suffix(&[0])?).ok()?;
    Some((clid, u64::from_be_bytes(*number)))
}
