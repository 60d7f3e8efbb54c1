//! Variants: who is found under which key.

use std::collections::{BTreeMap, BTreeSet};

use super::{Audit, records};
use crate::model::idn::{VariantKey, VariantPolicy};
use crate::model::record::{ArchivedDomain, ArchivedTld, Domain, Kind, Variants};
use crate::model::view::{View, key};
use crate::registry::domain::idn;

impl Audit<'_> {
    pub(super) fn variants(&mut self) {
        let mut lists: BTreeMap<Vec<u8>, BTreeSet<String>> = BTreeMap::new();
        for domain in records::<Domain>(self.memory) {
            let name = domain.name.as_str();
            for variant in domain.variant_keys.iter() {
                let is_new = lists.entry(key::variants(&domain.tld, variant)).or_default().insert(name.to_owned());
                self.expect(is_new, || format!("{name}: a variant key twice"));
            }
            self.keys(domain);
        }
        for key in self.memory.keys(Kind::Variants) {
            let Some(kept) = self.memory.record::<Variants>(key) else { continue };
            let found = lists.remove(key).unwrap_or_default();
            let same = kept.names.iter().map(|name| name.as_str()).eq(found.iter().map(String::as_str));
            let kept = &kept.names;
            self.expect(same, || format!("{}: variants {kept:?} kept, {found:?} found", key.escape_ascii()));
        }
        for (key, found) in lists {
            self.broken.push(format!("{}: variants {found:?} found, none kept", key.escape_ascii()));
        }
    }

    /// That a domain has the keys that its tables give it, and none of its variants that these block.
    fn keys(&mut self, domain: &ArchivedDomain) {
        let name = domain.name.as_str();
        let Some(tld) = self.memory.tld(&domain.tld).filter(|tld| self.is_judged_by(domain, tld)) else { return };
        let keys = idn::keys(self.memory, tld, name);
        let same = keys.iter().map(|(_, key)| key).eq(domain.variant_keys.iter());
        self.expect(same, || format!("{name}: other variant keys than its tables give it"));
        let blocking = keys.iter().filter(|(table, _)| table.variants.get() == VariantPolicy::Blocked);
        let others: Vec<String> =
            blocking.flat_map(|(table, key)| self.beside(domain, tld, (&table.tag, key))).collect();
        self.expect(others.is_empty(), || format!("{name}: beside its variants {others:?}"));
    }

    /// Other names that have this key of a table, and are variants by it.
    fn beside(&self, domain: &ArchivedDomain, tld: &ArchivedTld, (table, key): (&str, &VariantKey)) -> Vec<String> {
        let name = domain.name.as_str();
        let others = self.memory.variants(&tld.name, key).filter(|other| *other != name);
        let judged = |name: &&str| self.memory.domain(name).is_some_and(|other| self.is_judged_by(other, tld));
        let collide = |other: &&str| idn::collide(self.memory, tld, table, [name, other]);
        others.filter(judged).filter(collide).map(str::to_owned).collect()
    }

    /// Whether the TLD and its tables are what they were when the domain was registered.
    fn is_judged_by(&self, domain: &ArchivedDomain, tld: &ArchivedTld) -> bool {
        let registered = domain.created.get();
        let tables = tld.idn_policy.tables.iter();
        let mut loaded = tables.map(|table| self.memory.idn_table(&table.tag).map(|found| found.loaded.get()));
        let changed = tld.updated.as_ref().unwrap_or(&tld.created).get();
        changed < registered && loaded.all(|at| at.is_some_and(|at| at < registered))
    }
}
