//! Counts, for the monthly reports, what was responded to: one file for each shard and month, whose counters the shard alone
//! changes ([`crate::reports::activity`] has its form).
//!
//! What a command counts as is noted when its answer is written into the session's output, and counted when the client has
//! taken it. A command that names several TLDs counts once for each. Contacts, and hosts and queries that are of no TLD, count
//! for the whole system.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::timestamp::Timestamp;
use crate::model::command::{Action, Query, TransferOp, Transform};
use crate::model::record::Kind;
use crate::model::rgp::RestoreOp;
use crate::model::view::View;
use crate::node::meter::RdapKind;
use crate::reports::activity::{
    Counter, Counts, FIRST_ROW, MAGIC, NoCounters, WHOLE_SYSTEM, add, attempts_key, new_row, rows,
};
use crate::reports::monthly::Month;
use crate::runtime::shared_words::SharedWords;

/// The directory of the files, in the data directory.
const DIRECTORY: &str = "activity";
/// Words of a new file: room for some two hundred TLDs.
const WORDS: usize = 8 * 1024;

/// What a command counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noted {
    key: u32,
    counter: u16,
}

/// The counters of one shard.
pub(super) struct Activity {
    dir: PathBuf,
    shard: usize,
    counters: RefCell<Counters>,
}

#[derive(Default)]
struct Counters {
    keys: Vec<Key>,
    /// The longest name first, so that the longest wins.
    tlds: Vec<Tld>,
    file: Option<Open>,
    /// The month of that file, in microseconds since 1970.
    month: Range<i64>,
}

/// Whose counters.
struct Key {
    text: String,
    counters: usize,
    /// Where they are in the file, in words; 0: nowhere yet.
    place: usize,
}

struct Tld {
    name: Box<str>,
    key: u32,
    /// The keys of creates attempted, by clID.
    attempts: HashMap<Box<str>, u32>,
}

/// Where it is counted.
enum Words {
    Shared(File, SharedWords),
    /// The file cannot be had: until the month or the process ends.
    Lost(Vec<AtomicU64>),
}

struct Open {
    path: PathBuf,
    words: Words,
    /// Words in use.
    end: usize,
}

/// The key of [`WHOLE_SYSTEM`].
const SYSTEM: u32 = 0;

impl Activity {
    /// Of that shard, in the data directory of a registry.
    pub(super) fn new(data_dir: &Path, shard: usize) -> Self {
        let mut counters = Counters::default();
        counters.key(WHOLE_SYSTEM.to_owned(), Counter::ALL.len());
        Self { dir: data_dir.join(DIRECTORY), shard, counters: RefCell::new(counters) }
    }

    /// Learns what TLDs there are.
    pub(super) fn learn(&self, view: &impl View) {
        let mut counters = self.counters.borrow_mut();
        for name in view.directory(Kind::Tld) {
            counters.learn(name);
        }
    }

    /// Notes what a command of a client counts as.
    pub(super) fn note<V: View>(&self, view: impl Fn() -> V, action: &Action<'_>, clid: &str, noted: &mut Vec<Noted>) {
        let first = noted.len();
        let mut note = Note { counters: &mut self.counters.borrow_mut(), view, noted, first };
        match action {
            Action::Query(query) => note.query(query),
            Action::Transform(transform) => note.transform(transform, clid),
            Action::Login(_) | Action::Logout | Action::UnknownObject(_) => {}
        }
    }

    /// Counts a query of RDAP that was answered, about the object of that name.
    pub(super) fn rdap<V: View>(&self, view: impl Fn() -> V, kind: RdapKind, name: &str, now: Timestamp) {
        let mut noted = Vec::new();
        let mut note = Note { counters: &mut self.counters.borrow_mut(), view, noted: &mut noted, first: 0 };
        match kind {
            RdapKind::Domain => note.domain(name, Counter::RdapQueries),
            RdapKind::Nameserver => note.host(name, Counter::RdapQueries),
            RdapKind::Entity | RdapKind::Search | RdapKind::Help | RdapKind::Page => {
                note.push(SYSTEM, Counter::RdapQueries);
            }
            RdapKind::Other => {}
        }
        self.count(&mut noted, now);
    }

    /// Counts what was noted, when its answers have been taken at `now`.
    pub(super) fn count(&self, noted: &mut Vec<Noted>, now: Timestamp) {
        if noted.is_empty() {
            return;
        }
        let mut counters = self.counters.borrow_mut();
        if !counters.month.contains(&now.micros()) {
            counters.turn(Month::of(now), &self.dir, self.shard);
        }
        for Noted { key, counter } in noted.drain(..) {
            counters.add(key, counter);
        }
    }
}

/// Where what a command counts as is written down.
struct Note<'n, F> {
    counters: &'n mut Counters,
    view: F,
    noted: &'n mut Vec<Noted>,
    /// Where those of this command begin.
    first: usize,
}

impl<V: View, F: Fn() -> V> Note<'_, F> {
    fn query(&mut self, query: &Query<'_>) {
        match query {
            Query::DomainCheck { names, .. } | Query::LaunchCheck { names, .. } => {
                names.iter().for_each(|name| self.domain(name, Counter::DomCheck));
            }
            Query::DomainInfo { name, .. } | Query::LaunchInfo { name, .. } => self.domain(name, Counter::DomInfo),
            Query::DomainTransferQuery { name, .. } => self.domain(name, Counter::DomTransferQuery),
            Query::HostCheck(names) => names.iter().for_each(|name| self.host(name, Counter::HostCheck)),
            Query::HostInfo { name, .. } => self.host(name, Counter::HostInfo),
            Query::ContactCheck(_) => self.push(SYSTEM, Counter::ContCheck),
            Query::ContactInfo { .. } => self.push(SYSTEM, Counter::ContInfo),
            Query::ContactTransferQuery { .. } => self.push(SYSTEM, Counter::ContTransferQuery),
            Query::PollRequest | Query::BalanceInfo | Query::MaintenanceInfo { .. } => {}
        }
    }

    fn transform(&mut self, transform: &Transform, clid: &str) {
        match transform {
            Transform::DomainCreate(create) => {
                self.domain(&create.name, Counter::DomCreate);
                self.attempt(&create.name, clid);
            }
            Transform::DomainUpdate(update) => {
                let counter = match update.restore.as_ref().map(|restore| restore.op) {
                    None => Counter::DomUpdate,
                    Some(RestoreOp::Request) => Counter::DomRestoreRequest,
                    Some(RestoreOp::Report) => Counter::DomRestoreReport,
                };
                self.domain(&update.name, counter);
            }
            Transform::ApplicationUpdate { update, .. } => self.domain(&update.name, Counter::DomUpdate),
            Transform::DomainDelete { name } | Transform::ApplicationDelete { name, .. } => {
                self.domain(name, Counter::DomDelete);
            }
            Transform::DomainRenew { name, .. } => self.domain(name, Counter::DomRenew),
            Transform::DomainTransfer { op, name, .. } => self.domain(
                name,
                match op {
                    TransferOp::Request => Counter::DomTransferRequest,
                    TransferOp::Approve => Counter::DomTransferApprove,
                    TransferOp::Reject => Counter::DomTransferReject,
                    TransferOp::Cancel => Counter::DomTransferCancel,
                },
            ),
            Transform::HostCreate { name, .. } => self.host(name, Counter::HostCreate),
            Transform::HostUpdate(update) => self.host(&update.name, Counter::HostUpdate),
            Transform::HostDelete { name } => self.host(name, Counter::HostDelete),
            Transform::ContactCreate(_) => self.push(SYSTEM, Counter::ContCreate),
            Transform::ContactUpdate(_) => self.push(SYSTEM, Counter::ContUpdate),
            Transform::ContactDelete { .. } => self.push(SYSTEM, Counter::ContDelete),
            Transform::ContactTransfer { op, .. } => self.push(
                SYSTEM,
                match op {
                    TransferOp::Request => Counter::ContTransferRequest,
                    TransferOp::Approve => Counter::ContTransferApprove,
                    TransferOp::Reject => Counter::ContTransferReject,
                    TransferOp::Cancel => Counter::ContTransferCancel,
                },
            ),
            Transform::PollAck { .. } => {}
        }
    }

    fn domain(&mut self, name: &str, counter: Counter) {
        if let Some(tld) = self.tld(name) {
            self.push(self.counters.tlds[tld].key, counter);
        }
    }

    fn host(&mut self, name: &str, counter: Counter) {
        let key = self.tld(name).map_or(SYSTEM, |tld| self.counters.tlds[tld].key);
        self.push(key, counter);
    }

    fn attempt(&mut self, name: &str, clid: &str) {
        let Some(tld) = self.tld(name) else { return };
        let key = self.counters.attempt(tld, clid);
        self.noted.push(Noted { key, counter: 0 });
    }

    fn push(&mut self, key: u32, counter: Counter) {
        let noted = Noted { key, counter: counter as u16 };
        // Of the names of one command, one of each TLD counts.
        if !self.noted[self.first..].contains(&noted) {
            self.noted.push(noted);
        }
    }

    fn tld(&mut self, name: &str) -> Option<usize> {
        let known = self.counters.tlds.iter().position(|tld| is_below(name, &tld.name));
        if known.is_some() {
            return known;
        }
        // One that was added a moment ago.
        let view = (self.view)();
        let name = name.to_ascii_lowercase();
        let (_, tld) = view.tld_of(&name)?;
        self.counters.learn(&tld.name);
        self.counters.tlds.iter().position(|tld| is_below(&name, &tld.name))
    }
}

/// Whether a name stands below another, which is in lower case.
fn is_below(name: &str, tld: &str) -> bool {
    let (name, tld) = (name.as_bytes(), tld.as_bytes());
    let Some(dot) = name.len().checked_sub(tld.len() + 1) else { return false };
    name[dot] == b'.' && dot > 0 && name[dot + 1..].eq_ignore_ascii_case(tld)
}

impl Counters {
    fn key(&mut self, text: String, counters: usize) -> u32 {
        self.keys.push(Key { text, counters, place: 0 });
        self.keys.len() as u32 - 1
    }

    fn learn(&mut self, name: &str) {
        if self.tlds.iter().any(|tld| *tld.name == *name) {
            return;
        }
        let key = self.key(name.to_owned(), Counter::ALL.len());
        let place = self.tlds.partition_point(|tld| tld.name.len() >= name.len());
        self.tlds.insert(place, Tld { name: name.into(), key, attempts: HashMap::new() });
    }

    fn attempt(&mut self, tld: usize, clid: &str) -> u32 {
        if let Some(key) = self.tlds[tld].attempts.get(clid) {
            return *key;
        }
        let key = self.key(attempts_key(&self.tlds[tld].name, clid), 1);
        self.tlds[tld].attempts.insert(clid.into(), key);
        key
    }

    /// Goes on in the file of another month.
    fn turn(&mut self, month: Month, dir: &Path, shard: usize) {
        let path = dir.join(file_name(month, shard));
        let opened = Open::at(&path);
        let opened = opened.inspect_err(|error| lost(error, &path));
        let (open, found) =
            opened.unwrap_or_else(|_| (Open { path, words: lost_words(WORDS, &[]), end: FIRST_ROW }, Vec::new()));
        self.keys.iter_mut().for_each(|key| key.place = 0);
        for (text, place, counters) in found {
            let known = self.keys.iter_mut().find(|key| key.text == text && key.counters == counters);
            match known {
                Some(key) => key.place = place,
                // A registrar's, which is found by its name only when it is there.
                None => match text.split_once('\0').filter(|_| counters == 1) {
                    Some((name, clid)) => {
                        self.learn(name);
                        let tld = self.tlds.iter().position(|tld| *tld.name == *name).unwrap_or_default();
                        let key = self.attempt(tld, clid);
                        self.keys[key as usize].place = place;
                    }
                    None if counters == Counter::ALL.len() => {
                        self.learn(&text);
                        if let Some(key) = self.keys.iter_mut().find(|key| key.text == text) {
                            key.place = place;
                        }
                    }
                    // Of a version with other counters: a row of ours stands beside it.
                    None => {}
                },
            }
        }
        (self.file, self.month) = (Some(open), month.start().micros()..month.end().micros());
    }

    fn add(&mut self, key: u32, counter: u16) {
        let (Some(key), Some(file)) = (self.keys.get_mut(key as usize), &mut self.file) else { return };
        if key.place == 0 {
            key.place = file.new_row(&key.text, key.counters);
        }
        if let Some(word) = file.words.words().get(key.place + usize::from(counter)) {
            // This thread alone changes it.
            word.store(word.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    }
}

impl Words {
    fn words(&self) -> &[AtomicU64] {
        match self {
            Self::Shared(_, words) => words.words(),
            Self::Lost(words) => words,
        }
    }
}

/// Words of memory alone, beginning with those of a file.
fn lost_words(words: usize, from: &[AtomicU64]) -> Words {
    let from = from.iter().map(|word| word.load(Ordering::Relaxed));
    let all = from.chain(std::iter::repeat(0)).take(words).map(AtomicU64::new);
    Words::Lost(all.collect())
}

fn lost(error: &io::Error, path: &Path) {
    tracing::error!(%error, file = %path.display(), "what is counted for the monthly reports cannot be kept: it is missing in \
         this month's, from now on until the process is started again");
}

/// The key, place and number of the counters of a row.
type Found = (String, usize, usize);

impl Open {
    fn at(path: &Path) -> io::Result<(Self, Vec<Found>)> {
        if let Some(dir) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        }
        let open = || OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path);
        let mut file = open()?;
        let there = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX) / 8;
        let mut words = SharedWords::map(&file, there.max(WORDS))?;
        let read = |words: &SharedWords| {
            let words: Vec<u64> = words.words().iter().map(|word| word.load(Ordering::Relaxed)).collect();
            if words[..FIRST_ROW] == [0, 0] { Ok((Vec::new(), FIRST_ROW)) } else { rows(&words) }
        };
        let found = match read(&words) {
            Ok(found) => found,
            Err(NoCounters { .. }) => {
                let aside = path.with_extension("damaged");
                tracing::error!(file = %aside.display(), "a damaged file of counters was put aside, and is missing in this month's reports");
                fs::rename(path, aside)?;
                file = open()?;
                words = SharedWords::map(&file, WORDS)?;
                (Vec::new(), FIRST_ROW)
            }
        };
        let (found, end) = found;
        words.words()[1].store(end as u64, Ordering::Relaxed);
        words.words()[0].store(MAGIC, Ordering::Relaxed);
        let found = found.into_iter().map(|row| (row.key, row.place, row.counters.len())).collect();
        Ok((Self { path: path.to_owned(), words: Words::Shared(file, words), end }, found))
    }

    /// Writes a new row; the place of its first counter.
    fn new_row(&mut self, key: &str, counters: usize) -> usize {
        let (row, before) = new_row(key, counters);
        let (first, end) = (self.end, self.end + row.len());
        if end > self.words.words().len() {
            self.grow(end.next_power_of_two());
        }
        let words = self.words.words();
        for (word, value) in words[first..end].iter().zip(row) {
            word.store(value, Ordering::Relaxed);
        }
        words[1].store(end as u64, Ordering::Release);
        self.end = end;
        first + before
    }

    fn grow(&mut self, words: usize) {
        let grown = match &self.words {
            Words::Shared(file, _) => file.try_clone().and_then(|file| {
                let shared = SharedWords::map(&file, words)?;
                Ok(Words::Shared(file, shared))
            }),
            Words::Lost(have) => Ok(lost_words(words, have)),
        };
        self.words = grown.unwrap_or_else(|error| {
            lost(&error, &self.path);
            lost_words(words, self.words.words())
        });
    }
}

fn file_name(month: Month, shard: usize) -> String {
    format!("{month}.{shard}.counts")
}

/// The files of a month.
fn files(data_dir: &Path, month: Month) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(data_dir.join(DIRECTORY)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let prefix = format!("{month}.");
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().into_string().unwrap_or_default();
        if name.starts_with(&prefix) && name.ends_with(".counts") {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// Why the counts of a month cannot be read.
#[derive(Debug)]
pub(super) enum CountsError {
    /// A file.
    File(PathBuf, io::Error),
    /// What is in it.
    Content(PathBuf, NoCounters),
}

/// What all shards have counted in a month, and in how many files.
///
/// # Errors
/// [`CountsError`].
pub(super) fn read(data_dir: &Path, month: Month) -> Result<(Counts, usize), CountsError> {
    let mut counts = Counts::new();
    let files = files(data_dir, month).map_err(|error| CountsError::File(data_dir.join(DIRECTORY), error))?;
    for path in &files {
        let file = fs::read(path).map_err(|error| CountsError::File(path.clone(), error))?;
        add(&mut counts, &file).map_err(|error| CountsError::Content(path.clone(), error))?;
    }
    Ok((counts, files.len()))
}

/// Has the disk take what was counted in a month, so that a machine that loses power loses nothing of what was counted before.
///
/// # Errors
/// It does not.
pub(super) fn sync(data_dir: &Path, month: Month) -> io::Result<()> {
    for path in files(data_dir, month)? {
        File::open(path)?.sync_data()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
