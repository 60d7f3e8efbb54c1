//! Names that nobody can register (RFC 9022, section 5.6), as lists of their TLDs.

use std::collections::BTreeMap;

use crate::base::limits::{LISTS_PER_TLD, TRANSACTION_BYTES};
use crate::base::timestamp::Timestamp;
use crate::escrow::from_record::unicode;
use crate::escrow::into_record::{Notes, Problems, Rule, Survey};
use crate::escrow::object::{Nndn, NndnState, Object};
use crate::model::record::{ListPurpose, NameList};

/// Octets of the labels of one list at most, each with what its archive takes besides: a list is one transaction.
const LIST_BYTES: usize = TRANSACTION_BYTES / 2;
const LABEL_BYTES: usize = 16;
/// Different dates of a TLD's names that have lists of their own.
const DATES: usize = LISTS_PER_TLD / 2;

/// Labels by TLD and by the date since when nobody can have them.
type Labels = BTreeMap<String, BTreeMap<Timestamp, Vec<String>>>;

impl Survey {
    /// The lists that block what the deposit says nobody can have: one for each date, since a list is loaded as a whole.
    pub fn lists(&self, watermark: Timestamp, problems: &mut Problems) -> Vec<NameList> {
        let mut labels = Labels::new();
        for (place, nndn) in self.nndns() {
            let mut notes = Notes::new(problems, place, format!("NNDN {}", nndn.name));
            self.list(&mut notes, nndn, watermark, &mut labels);
        }
        labels.into_iter().flat_map(|(tld, dates)| lists(&tld, merged(&tld, dates, problems))).collect()
    }

    fn list(&self, notes: &mut Notes<'_>, nndn: &Nndn, watermark: Timestamp, labels: &mut Labels) {
        let name = match self.zones().fit(&Object::Nndn(nndn.clone())) {
            Ok(name) => name,
            Err((rule, problem)) => return notes.tell(rule, problem),
        };
        let Some((label, tld)) = self.zones().split(&name) else { return };
        if self.sponsor(&name).is_some() {
            return notes.tell(Rule::Nndn, "expected no domain of the name, found one");
        }
        if nndn.state != NndnState::Blocked {
            let found = if nndn.state == NndnState::Withheld { "withheld" } else { "mirrored" };
            notes.tell(Rule::Nndn, format!("expected blocked as its state, found {found}"));
        }
        for (lost, what) in [(&nndn.idn_table, "idnTableId"), (&nndn.original, "originalName")] {
            if let Some(lost) = lost {
                notes.tell(Rule::NoPlace, format!("no {what} is kept, found {lost}"));
            }
        }
        let said = unicode(&name);
        if let Some(given) = nndn.u_name.as_ref().filter(|given| **given != name && Some(*given) != said.as_ref()) {
            notes.tell(Rule::Idn, format!("expected {} as uName, found {given}", said.as_ref().unwrap_or(&name)));
        }
        if nndn.created.is_none() {
            notes.tell(Rule::MissingData, "expected crDate, found none");
        }
        let dates = labels.entry(tld.to_owned()).or_default();
        dates.entry(nndn.created.unwrap_or(watermark)).or_default().push(label.to_owned());
    }
}

/// The labels under few dates: where there are many, all under the first of them.
fn merged(
    tld: &str,
    dates: BTreeMap<Timestamp, Vec<String>>,
    problems: &mut Problems,
) -> BTreeMap<Timestamp, Vec<String>> {
    let (count, Some(first)) = (dates.len(), dates.keys().next().copied()) else { return dates };
    if count <= DATES {
        return dates;
    }
    let mut notes = Notes::new(problems, Default::default(), format!("TLD {tld}"));
    notes.tell(
        Rule::NoPlace,
        format!("expected {DATES} different crDate of NNDNs at most, found {count}: all get {first}"),
    );
    BTreeMap::from([(first, dates.into_values().flatten().collect())])
}

fn lists(tld: &str, dates: BTreeMap<Timestamp, Vec<String>>) -> Vec<NameList> {
    let mut lists: Vec<NameList> = Vec::new();
    for (loaded, mut labels) in dates {
        labels.sort_unstable();
        labels.dedup();
        let mut room = 0;
        for label in labels {
            let needed = label.len() + LABEL_BYTES;
            if room < needed {
                lists.push(NameList {
                    tld: tld.to_owned(),
                    name: format!("deposit-{}", lists.len() + 1),
                    purpose: ListPurpose::Blocked,
                    class: String::new(),
                    labels: Vec::new(),
                    patterns: Vec::new(),
                    loaded,
                });
                room = LIST_BYTES;
            }
            room -= needed;
            lists.iter_mut().last().into_iter().for_each(|list| list.labels.push(label.clone()));
        }
    }
    lists
}
