//! Applications, and the lines to report.

use std::collections::{BTreeMap, BTreeSet};

use super::{Audit, records, records_by_key};
use crate::model::launch_record::LordnLine;
use crate::model::record::{Application, Domain, Kind, Marks};
use crate::model::status::{Status, Statuses};
use crate::model::view::{View, key};

impl Audit<'_> {
    pub(super) fn applications(&mut self) {
        let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for application in records::<Application>(self.memory) {
            let (id, domain) = (application.id.as_str(), &application.domain);
            by_name.entry(domain.name.to_string()).or_default().push(id.to_owned());
            self.registrar(id, &domain.sponsor);
            let shown = domain.statuses.get();
            self.expect(shown == Statuses::of(&[Status::PendingCreate]), || format!("{id}: shows {shown:?}"));
            if !application.status.get().is_final() {
                self.references(domain);
            }
        }
        for key in self.memory.keys(Kind::Applications) {
            let name = String::from_utf8_lossy(key).into_owned();
            self.expect(by_name.contains_key(&name), || format!("{name}: a list of no applications"));
        }
        for (name, mut ids) in by_name {
            ids.sort_unstable();
            let kept: Vec<String> = self.memory.applications(&name).map(|found| found.id.to_string()).collect();
            self.expect(kept == ids, || format!("{name}: applications {kept:?} kept, {ids:?} found"));
        }
        self.marks();
        self.lordn();
    }

    /// Marks go with what they belong to.
    fn marks(&mut self) {
        let applied = records::<Application>(self.memory).map(|application| application.domain.roid.to_string());
        let registered = records::<Domain>(self.memory).filter(|domain| domain.launch.is_some());
        let known: BTreeSet<String> = applied.chain(registered.map(|domain| domain.roid.to_string())).collect();
        for (key, kept) in records_by_key::<Marks>(self.memory) {
            let roid = String::from_utf8_lossy(&key).into_owned();
            self.expect(known.contains(&roid), || format!("{roid}: marks of nothing"));
            self.expect(!kept.marks.is_empty(), || format!("{roid}: no marks, and a record of them"));
        }
    }

    fn lordn(&mut self) {
        let mut numbers: BTreeMap<Vec<u8>, BTreeSet<u64>> = BTreeMap::new();
        for line in records::<LordnLine>(self.memory) {
            let key = key::lordn_lines(&line.tld, line.kind.get());
            self.count(Kind::LordnLines, key.clone());
            numbers.entry(key).or_default().insert(line.number.to_native());
        }
        for (key, numbers) in numbers {
            let whole = numbers.iter().copied().eq(1..=numbers.len() as u64);
            self.expect(whole, || format!("{}: lines {numbers:?}", key.escape_ascii()));
        }
    }
}
