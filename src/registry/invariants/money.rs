//! What holds of money, of what it is charged for, and of lists.

use std::collections::BTreeMap;

use super::{Audit, records};
use crate::model::record::{ArchivedDomain, ArchivedNameList, Balance, BillingLine, Kind, NameList};
use crate::model::status::{Status, Statuses};
use crate::model::view::{View, key};

impl Audit<'_> {
    /// What a domain says of money and locks.
    pub(super) fn paid(&mut self, domain: &ArchivedDomain) {
        let name = domain.name.as_str();
        let (paid, pending) = (domain.transfer_fee.to_native(), domain.statuses.get().has(Status::PendingTransfer));
        self.expect(paid == 0 || (paid > 0 && pending), || format!("{name}: {paid} paid for no transfer"));
        for grace in domain.grace.iter() {
            let fee = grace.fee.to_native();
            self.expect(fee >= 0, || format!("{name}: a grace period with the fee {fee}"));
        }
        self.expect(domain.removal.is_none() || domain.grace.is_empty(), || format!("{name}: deleted, and in grace"));
        let stored = domain.statuses.get();
        for lock in domain.locks.iter() {
            let added = lock.added.get();
            let all = Statuses::of(lock.cause.get().statuses());
            self.expect(stored.and(all) == all, || format!("{name}: a lock's statuses are gone"));
            self.expect(all.and(added) == added, || format!("{name}: a lock has added what is not its own"));
        }
    }

    pub(super) fn money(&mut self) {
        let mut lines: BTreeMap<&str, Vec<(u64, i64)>> = BTreeMap::new();
        let mut about: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        for line in records::<BillingLine>(self.memory) {
            let clid = line.registrar.as_str();
            lines.entry(clid).or_default().push((line.number.to_native(), line.amount.to_native()));
            if !line.object.is_empty() {
                *about.entry((clid, line.object.as_str())).or_default() += line.amount.to_native();
            }
            let account = self.memory.account(clid).map(|account| account.currency.get());
            let currency = line.currency.get();
            self.expect(account == Some(currency), || {
                format!("{clid}: a line in {currency}, the account in {account:?}")
            });
            self.expect(line.amount.to_native() != 0, || format!("{clid}: a line of nothing"));
        }
        for ((clid, name), sum) in about {
            self.expect(sum <= 0, || format!("{clid}: got {sum} more back for {name} than it has paid"));
        }
        for (clid, mut found) in lines {
            found.sort_unstable();
            let in_turn = found.iter().map(|(number, _)| *number).eq(1..=found.len() as u64);
            self.expect(in_turn, || format!("{clid}: lines are not numbered in turn"));
            let counted = Balance { amount: found.iter().map(|(_, amount)| amount).sum(), lines: found.len() as u64 };
            let kept = self.memory.balance(clid);
            self.expect(kept == counted, || format!("{clid}: balance {kept:?} kept, {counted:?} counted"));
        }
        for clid in self.memory.keys(Kind::Balance) {
            let clid = String::from_utf8_lossy(clid).into_owned();
            let counted = self.memory.record::<BillingLine>(&key::billing_line(&clid, 1)).is_some();
            self.expect(counted, || format!("{clid}: a balance of no line"));
        }
        for list in records::<NameList>(self.memory) {
            self.list(list);
        }
    }

    fn list(&mut self, list: &ArchivedNameList) {
        let (tld, name) = (list.tld.as_str(), list.name.as_str());
        self.expect(self.memory.tld(tld).is_some(), || format!("list {name}: no TLD {tld}"));
        for entries in [&list.labels, &list.patterns] {
            let sorted = entries.windows(2).all(|pair| pair[0].as_str() < pair[1].as_str());
            self.expect(sorted, || format!("list {name} of {tld}: not sorted, or a label twice"));
        }
        let named = self.memory.name_lists(tld).any(|named| named.name == list.name);
        self.expect(named, || format!("list {name} of {tld}: not in the directory"));
    }
}
