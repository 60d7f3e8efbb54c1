//! The registry functions activity report of Specification 3: its columns, what is counted for them, and the file that the
//! counters lie in.
//!
//! A file is 64-bit words in the machine's order. The first is [`MAGIC`], the second says how many words are in use. From the
//! third on there are rows: a word with the length of the key (low 32 bits) and the number of counters (high 32 bits), the key,
//! filled up with zeros, and the counters. A row is written before it is counted as in use, and never moves.

use std::collections::BTreeMap;
use std::fmt;

/// The first word of a file of counters.
pub const MAGIC: u64 = u64::from_ne_bytes(*b"domesdc1");
/// Where the rows begin, in words.
pub const FIRST_ROW: usize = 2;
/// The key of what belongs to no TLD: it is reported for the whole system.
pub const WHOLE_SYSTEM: &str = "";

macro_rules! counters {
    ($($variant:ident, $name:literal;)*) => {
        /// What is counted. Its number is its place in a row of a TLD, for ever: new ones come last.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is the column of its name")]
        pub enum Counter {
            $($variant,)*
        }

        impl Counter {
            /// Every counter, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The column it is reported in.
            pub const fn column(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

counters! {
    DomCheck, "srs-dom-check";
    DomCreate, "srs-dom-create";
    DomDelete, "srs-dom-delete";
    DomInfo, "srs-dom-info";
    DomRenew, "srs-dom-renew";
    DomRestoreReport, "srs-dom-rgp-restore-report";
    DomRestoreRequest, "srs-dom-rgp-restore-request";
    DomTransferApprove, "srs-dom-transfer-approve";
    DomTransferCancel, "srs-dom-transfer-cancel";
    DomTransferQuery, "srs-dom-transfer-query";
    DomTransferReject, "srs-dom-transfer-reject";
    DomTransferRequest, "srs-dom-transfer-request";
    DomUpdate, "srs-dom-update";
    HostCheck, "srs-host-check";
    HostCreate, "srs-host-create";
    HostDelete, "srs-host-delete";
    HostInfo, "srs-host-info";
    HostUpdate, "srs-host-update";
    ContCheck, "srs-cont-check";
    ContCreate, "srs-cont-create";
    ContDelete, "srs-cont-delete";
    ContInfo, "srs-cont-info";
    ContTransferApprove, "srs-cont-transfer-approve";
    ContTransferCancel, "srs-cont-transfer-cancel";
    ContTransferQuery, "srs-cont-transfer-query";
    ContTransferReject, "srs-cont-transfer-reject";
    ContTransferRequest, "srs-cont-transfer-request";
    ContUpdate, "srs-cont-update";
    RdapQueries, "rdap-queries";
}

/// Columns of figures that this program does not have: what other systems count, 0 unless the operator gives them.
pub const GIVEN: [&str; 9] = [
    "ramp-up-registrars",
    "pre-ramp-up-registrars",
    "whois-43-queries",
    "web-whois-queries",
    "searchable-whois-queries",
    "dns-udp-queries-received",
    "dns-udp-queries-responded",
    "dns-tcp-queries-received",
    "dns-tcp-queries-responded",
];

/// Which columns a report has: the agreement of the TLD says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Agreements of 2017 and later, with the amendment of 2023.
    #[default]
    Current,
    /// Agreements before 2017: registrars that ramp up, and no RDAP.
    #[serde(rename = "2012")]
    Older,
}

/// What all forms begin with.
const FIRST: &str = "operational-registrars";

impl Form {
    /// The columns, in their order.
    pub fn columns(self) -> Vec<&'static str> {
        let (older, all) = (self == Self::Older, Counter::ALL);
        let given = GIVEN.iter().copied();
        let ramp = given.clone().take(2).filter(|_| older);
        let counted = all.iter().map(|counter| counter.column()).filter(|name| !(older && *name == "rdap-queries"));
        [FIRST].into_iter().chain(ramp).chain(["zfa-passwords"]).chain(given.skip(2)).chain(counted).collect()
    }

    /// The form with these columns.
    pub fn of<'c>(columns: impl Iterator<Item = &'c str> + Clone) -> Option<Self> {
        [Self::Current, Self::Older].into_iter().find(|form| form.columns().into_iter().eq(columns.clone()))
    }
}

/// Counts by key: the name of a TLD, [`WHOLE_SYSTEM`], or [`attempts_key`].
pub type Counts = BTreeMap<String, Vec<u64>>;

/// The key of the creates that a registrar has attempted in a TLD, a row of one counter.
pub fn attempts_key(tld: &str, clid: &str) -> String {
    format!("{tld}\0{clid}")
}

/// Octets that are no counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCounters(&'static str);

impl fmt::Display for NoCounters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected a file of counters, found one whose {}; move it away, and what it has counted is lost",
            self.0
        )
    }
}

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose counters.
    pub key: String,
    /// The place of the first counter, in words.
    pub place: usize,
    /// The counters.
    pub counters: Vec<u64>,
}

/// The rows of a file, by its words, and how many words are in use.
///
/// # Errors
/// [`NoCounters`]: it is another file, or damaged.
pub fn rows(words: &[u64]) -> Result<(Vec<Row>, usize), NoCounters> {
    let bad = |what| Err(NoCounters(what));
    let (Some(&MAGIC), Some(end)) = (words.first(), words.get(1)) else { return bad("first word is another") };
    let end = usize::try_from(*end).unwrap_or(usize::MAX);
    let Some(used) = words.get(..end).filter(|_| end >= FIRST_ROW) else { return bad("end is not in it") };
    let (mut rows, mut at) = (Vec::new(), FIRST_ROW);
    while let Some(&head) = used.get(at) {
        let (octets, counters) = ((head as u32) as usize, (head >> 32) as usize);
        let place = at + 1 + octets.div_ceil(8);
        let (Some(key), Some(counters)) = (used.get(at + 1..place), used.get(place..place + counters)) else {
            return bad("last row is not whole");
        };
        let mut key: Vec<u8> = key.iter().flat_map(|word| word.to_ne_bytes()).collect();
        key.truncate(octets);
        let Ok(key) = String::from_utf8(key) else { return bad("keys are no text") };
        at = place + counters.len();
        rows.push(Row { key, place, counters: counters.to_vec() });
    }
    Ok((rows, end))
}

/// The words of a new row, all counters 0, and how many of them are before the first counter.
pub fn new_row(key: &str, counters: usize) -> (Vec<u64>, usize) {
    let head = (counters as u64) << 32 | key.len() as u64;
    let text = key.as_bytes().chunks(8).map(|part| {
        let mut octets = [0; 8];
        octets[..part.len()].copy_from_slice(part);
        u64::from_ne_bytes(octets)
    });
    let mut words: Vec<u64> = [head].into_iter().chain(text).collect();
    let before = words.len();
    words.resize(before + counters, 0);
    (words, before)
}

/// Adds a file's counts to those of others.
///
/// # Errors
/// [`NoCounters`].
pub fn add(counts: &mut Counts, file: &[u8]) -> Result<(), NoCounters> {
    let words: Vec<u64> = file.as_chunks().0.iter().map(|octets| u64::from_ne_bytes(*octets)).collect();
    for row in rows(&words)?.0 {
        let sums = counts.entry(row.key).or_default();
        sums.resize(sums.len().max(row.counters.len()), 0);
        sums.iter_mut().zip(row.counters).for_each(|(sum, count)| *sum += count);
    }
    Ok(())
}

/// A TLD's report: its own counts, and those of the whole system.
pub fn report(form: Form, tld: &str, operational: u64, given: &BTreeMap<String, u64>, counts: &Counts) -> Vec<u8> {
    let counted = |counter: Counter| {
        let of = |key: &str| counts.get(key).and_then(|row| row.get(counter as usize)).copied().unwrap_or(0);
        of(tld) + of(WHOLE_SYSTEM)
    };
    let value = |column: &str| match Counter::ALL.iter().find(|counter| counter.column() == column) {
        Some(counter) => counted(*counter).to_string(),
        None if column == FIRST => operational.to_string(),
        None if column == "zfa-passwords" => "CZDS".to_owned(),
        None => given.get(column).copied().unwrap_or(0).to_string(),
    };
    let columns = form.columns();
    let values: Vec<_> = columns.iter().map(|column| value(column)).collect();
    super::monthly::csv([columns.into_iter().map(str::to_owned).collect(), values])
}

/// The figures of [`GIVEN`] columns that a report says.
pub fn given_in(report: &[u8]) -> BTreeMap<String, u64> {
    let Ok(lines) = super::monthly::lines(report) else { return BTreeMap::new() };
    let [head, values] = lines.as_slice() else { return BTreeMap::new() };
    let pairs = head.iter().zip(values).filter(|(column, _)| GIVEN.contains(&column.as_str()));
    pairs.filter_map(|(column, value)| Some((column.clone(), value.parse().ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURRENT: &str = "operational-registrars,zfa-passwords,whois-43-queries,web-whois-queries,\
        searchable-whois-queries,dns-udp-queries-received,dns-udp-queries-responded,dns-tcp-queries-received,\
        dns-tcp-queries-responded,srs-dom-check,srs-dom-create,srs-dom-delete,srs-dom-info,srs-dom-renew,\
        srs-dom-rgp-restore-report,srs-dom-rgp-restore-request,srs-dom-transfer-approve,srs-dom-transfer-cancel,\
        srs-dom-transfer-query,srs-dom-transfer-reject,srs-dom-transfer-request,srs-dom-update,srs-host-check,\
        srs-host-create,srs-host-delete,srs-host-info,srs-host-update,srs-cont-check,srs-cont-create,srs-cont-delete,\
        srs-cont-info,srs-cont-transfer-approve,srs-cont-transfer-cancel,srs-cont-transfer-query,\
        srs-cont-transfer-reject,srs-cont-transfer-request,srs-cont-update,rdap-queries";

    #[test]
    fn the_columns_are_those_of_the_agreement() {
        assert_eq!(Form::Current.columns().join(","), CURRENT);
        let older = CURRENT.replace("registrars,zfa", "registrars,ramp-up-registrars,pre-ramp-up-registrars,zfa");
        assert_eq!(Form::Older.columns().join(","), older.replace(",rdap-queries", ""));
        assert_eq!(Form::of(older.replace(",rdap-queries", "").split(',')), Some(Form::Older));
        assert_eq!(Form::of(older.split(',')), None);
    }

    #[test]
    fn files_of_counters_add_up_and_a_torn_one_is_told() {
        let file = |rows: &[(&str, &[u64])]| {
            let mut words = vec![MAGIC, 0];
            for (key, counters) in rows {
                let (mut row, before) = new_row(key, counters.len());
                row[before..].copy_from_slice(counters);
                words.extend(row);
            }
            words[1] = words.len() as u64;
            words.push(99); // not in use
            words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<u8>>()
        };
        let mut counts = Counts::new();
        let key = attempts_key("example", "registrar-a");
        add(&mut counts, &file(&[("example", &[1, 2]), ("", &[5]), (&key, &[7])])).expect("whole");
        add(&mut counts, &file(&[("example", &[10, 20, 30]), (&key, &[1])])).expect("whole");
        let expected = [("example", vec![11, 22, 30]), ("", vec![5]), (key.as_str(), vec![8])];
        assert_eq!(counts, expected.map(|(key, row)| (key.to_owned(), row)).into());
        let whole = file(&[("example", &[1, 2])]);
        assert!(add(&mut counts, &whole[..whole.len() - 16]).is_err());
        assert!(add(&mut counts, &whole[8..]).is_err());
    }

    #[test]
    fn a_report_has_the_counts_of_its_tld_and_of_the_whole_system() {
        let mut tld = vec![0; Counter::ALL.len()];
        tld[Counter::DomCheck as usize] = 3;
        let mut all = vec![0; Counter::ALL.len()];
        all[Counter::ContInfo as usize] = 4;
        let other = vec![100; Counter::ALL.len()];
        let counts = [("example", tld), ("", all), ("test", other)].map(|(key, row)| (key.to_owned(), row)).into();
        let given = [("dns-udp-queries-received".to_owned(), 12)].into();
        let made = String::from_utf8(report(Form::Current, "example", 2, &given, &counts)).expect("UTF-8");
        let values = "2,CZDS,0,0,0,12,0,0,0,3,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,4,0,0,0,0,0,0,0";
        assert_eq!(made, format!("{CURRENT}\r\n{values}\r\n"));
        assert_eq!(
            given_in(made.as_bytes()).into_iter().filter(|(_, value)| *value > 0).collect::<BTreeMap<_, _>>(),
            given
        );
    }
}
