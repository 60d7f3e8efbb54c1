//! A disk of memory that forgets, tears, fails and fills up, the same way each time for the same seed.
//!
//! It holds each file twice: as a process sees it, and as it would be after a power failure. Between the two lie the
//! changes that no sync has covered. At [`SimDisk::power_cycle`] each of them is, by the seed, kept, lost, or torn: only
//! some of its 512-octet sectors, or only its first octets, arrive. Changes of the directory are kept or lost one by one.
//!
//! Faults are set from outside: [`SimDisk::fail_write`], [`SimDisk::fail_sync`], [`SimDisk::fail_power`],
//! [`SimDisk::limit_space`], [`SimDisk::refuse_files`], [`SimDisk::flip_bit`]. A failed sync behaves like Linux does: the data stay visible, and are
//! never written by any later sync ("fsyncgate").

use crate::port::disk::{Disk, DiskFile, FileKind};
use crate::sim::random::SplitMix64;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard};

/// Octets the disk writes all or nothing.
const SECTOR: usize = 512;

/// A handle of the disk. Clones are the same disk, as a second process would see it.
#[derive(Clone)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
    /// How often the power had failed when this handle was made; older handles are dead.
    epoch: u64,
}

/// A handle of one file.
pub struct SimFile {
    disk: SimDisk,
    inode: u64,
}

struct State {
    epoch: u64,
    random: SplitMix64,
    names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    pending_names: Vec<NameChange>,
    /// Names of what is no regular file.
    kinds: BTreeMap<String, FileKind>,
    files: BTreeMap<u64, Content>,
    next_inode: u64,
    capacity: Option<u64>,
    refuses_files: bool,
    writes_until_failure: Option<u64>,
    syncs_until_failure: Option<u64>,
    steps_until_power_failure: Option<u64>,
    powered: bool,
}

#[derive(Default)]
struct Content {
    visible: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Length(usize),
}

enum NameChange {
    Create { name: String, inode: u64 },
    Rename { from: String, to: String, inode: u64 },
    Remove { name: String },
}

impl SimDisk {
    /// An empty disk whose losses follow from `seed`.
    pub fn new(seed: u64) -> Self {
        let state = State {
            epoch: 0,
            random: SplitMix64::new(seed),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            pending_names: Vec::new(),
            kinds: BTreeMap::new(),
            files: BTreeMap::new(),
            next_inode: 1,
            capacity: None,
            refuses_files: false,
            writes_until_failure: None,
            syncs_until_failure: None,
            steps_until_power_failure: None,
            powered: true,
        };
        SimDisk { state: Arc::new(Mutex::new(state)), epoch: 0 }
    }

    /// The `n`-th write from now on (1 is the next) fails; any of its sectors may be written.
    pub fn fail_write(&self, n: u64) {
        self.lock().writes_until_failure = Some(n);
    }

    /// The `n`-th sync from now on (1 is the next), of a file or of the directory, fails.
    pub fn fail_sync(&self, n: u64) {
        self.lock().syncs_until_failure = Some(n);
    }

    /// No file can be created (`true`), as when descriptors have run out, until it is lifted (`false`).
    pub fn refuse_files(&self, refuse: bool) {
        self.lock().refuses_files = refuse;
    }

    /// The power fails in the midst of the `n`-th change or sync from now on (1 is the next).
    pub fn fail_power(&self, n: u64) {
        self.lock().steps_until_power_failure = Some(n);
    }

    /// The files together take at most `bytes`; `None` lifts the limit.
    pub fn limit_space(&self, bytes: Option<u64>) {
        self.lock().capacity = bytes;
    }

    /// Cuts the power if it is still on, and starts again with what the disk kept. Older handles answer only errors.
    #[must_use = "older handles are dead"]
    pub fn power_cycle(&self) -> SimDisk {
        let mut state = self.lock();
        state.lose_unsynced();
        state.epoch += 1;
        state.powered = true;
        state.steps_until_power_failure = None;
        SimDisk { state: Arc::clone(&self.state), epoch: state.epoch }
    }

    /// Inverts one bit on the medium.
    ///
    /// # Panics
    /// When there is no such file or octet: the test that asks is wrong.
    pub fn flip_bit(&self, name: &str, offset: usize, bit: u8) {
        let mut state = self.lock();
        let content = state.content(name);
        for side in [&mut content.visible, &mut content.durable] {
            *side.get_mut(offset).expect("a durable octet of the file") ^= 1 << bit;
        }
    }

    /// The content a process sees.
    ///
    /// # Panics
    /// When there is no such file.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.lock().content(name).visible.clone()
    }

    /// Puts a durable file there, replacing what had the name.
    pub fn put(&self, name: &str, bytes: Vec<u8>) {
        let mut state = self.lock();
        let inode = state.new_inode();
        state.files.insert(inode, Content { visible: bytes.clone(), durable: bytes, pending: Vec::new() });
        state.names.insert(name.to_owned(), inode);
        state.durable_names.insert(name.to_owned(), inode);
    }

    /// Makes a name that of something else than a regular file.
    pub fn disguise(&self, name: &str, kind: FileKind) {
        self.lock().kinds.insert(name.to_owned(), kind);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the lock panics, but for a wrong test")
    }

    /// The state, if this handle is alive.
    fn live(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.lock();
        if state.powered && state.epoch == self.epoch { Ok(state) } else { Err(power_failure()) }
    }
}

impl Disk for SimDisk {
    type File = SimFile;

    fn create(&self, name: &str) -> io::Result<SimFile> {
        let mut state = self.live()?;
        if state.names.contains_key(name) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        if state.refuses_files {
            return Err(io::Error::other("too many open files"));
        }
        let inode = state.new_inode();
        state.files.insert(inode, Content::default());
        state.names.insert(name.to_owned(), inode);
        state.pending_names.push(NameChange::Create { name: name.to_owned(), inode });
        state.step()?;
        Ok(SimFile { disk: self.clone(), inode })
    }

    fn open(&self, name: &str) -> io::Result<SimFile> {
        let inode = *self.live()?.names.get(name).ok_or(ErrorKind::NotFound)?;
        Ok(SimFile { disk: self.clone(), inode })
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.live()?;
        let inode = state.names.remove(from).ok_or(ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), inode);
        state.pending_names.push(NameChange::Rename { from: from.to_owned(), to: to.to_owned(), inode });
        state.step()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.live()?;
        state.names.remove(name).ok_or(ErrorKind::NotFound)?;
        state.pending_names.push(NameChange::Remove { name: name.to_owned() });
        state.step()
    }

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.live()?.names.keys().cloned().collect())
    }

    fn kind(&self, name: &str) -> io::Result<FileKind> {
        let state = self.live()?;
        state.names.get(name).ok_or(ErrorKind::NotFound)?;
        Ok(state.kinds.get(name).copied().unwrap_or(FileKind::Regular))
    }

    fn sync_dir(&self) -> io::Result<()> {
        let mut state = self.live()?;
        state.step()?;
        // A journal keeps what it could not write: unlike file data, changes of names outlive a failed sync.
        if due(&mut state.syncs_until_failure) {
            return Err(io::Error::other("simulated failure of a directory sync"));
        }
        for change in std::mem::take(&mut state.pending_names) {
            change.apply(&mut state.durable_names);
        }
        Ok(())
    }

    fn display(&self, name: &str) -> String {
        format!("sim/{name}")
    }
}

impl SimFile {
    fn with<T>(&self, act: impl FnOnce(&mut State, u64) -> io::Result<T>) -> io::Result<T> {
        act(&mut *self.disk.live()?, self.inode)
    }
}

impl DiskFile for SimFile {
    fn len(&self) -> io::Result<u64> {
        self.with(|state, inode| Ok(state.file(inode).visible.len() as u64))
    }

    fn is_named(&self) -> io::Result<bool> {
        self.with(|state, inode| Ok(state.names.values().any(|named| *named == inode)))
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.with(|state, inode| {
            let start = usize::try_from(offset).map_err(|_| ErrorKind::UnexpectedEof)?;
            let range = start..start.checked_add(buf.len()).ok_or(ErrorKind::UnexpectedEof)?;
            buf.copy_from_slice(state.file(inode).visible.get(range).ok_or(ErrorKind::UnexpectedEof)?);
            Ok(())
        })
    }

    fn write_at(&mut self, buf: &[u8], offset: u64) -> io::Result<()> {
        self.with(|state, inode| {
            let offset = usize::try_from(offset).map_err(|_| ErrorKind::FileTooLarge)?;
            let end = offset.checked_add(buf.len()).ok_or(ErrorKind::FileTooLarge)?;
            state.make_room(inode, end)?;
            if due(&mut state.writes_until_failure) {
                let change = Change::Write { offset, bytes: buf.to_owned() };
                let State { random, files, .. } = state;
                let content = files.entry(inode).or_default();
                for part in change.torn(random) {
                    part.apply(&mut content.visible);
                    content.pending.push(part);
                }
                return Err(io::Error::other("simulated failure of a write"));
            }
            state.change(inode, Change::Write { offset, bytes: buf.to_owned() });
            state.step()
        })
    }

    fn allocate(&mut self, len: u64) -> io::Result<()> {
        self.with(|state, inode| {
            let length = usize::try_from(len).map_err(|_| ErrorKind::FileTooLarge)?;
            state.make_room(inode, length)?;
            if length > state.file(inode).visible.len() {
                state.change(inode, Change::Length(length));
            }
            state.step()
        })
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.with(|state, inode| {
            let length = usize::try_from(len).map_err(|_| ErrorKind::FileTooLarge)?;
            if length < state.file(inode).visible.len() {
                state.change(inode, Change::Length(length));
            }
            state.step()
        })
    }

    fn sync_data(&mut self) -> io::Result<()> {
        self.with(|state, inode| {
            state.step()?;
            let failed = due(&mut state.syncs_until_failure);
            let State { random, files, .. } = state;
            let content = files.entry(inode).or_default();
            for change in std::mem::take(&mut content.pending) {
                if failed {
                    change.torn(random).iter().for_each(|part| part.apply(&mut content.durable));
                } else {
                    change.apply(&mut content.durable);
                }
            }
            if failed { Err(io::Error::other("simulated failure of a sync")) } else { Ok(()) }
        })
    }
}

impl State {
    fn new_inode(&mut self) -> u64 {
        self.next_inode += 1;
        self.next_inode
    }

    fn file(&mut self, inode: u64) -> &mut Content {
        self.files.entry(inode).or_default()
    }

    fn content(&mut self, name: &str) -> &mut Content {
        let inode = *self.names.get(name).expect("a file of the disk");
        self.file(inode)
    }

    fn change(&mut self, inode: u64, change: Change) {
        let content = self.file(inode);
        change.apply(&mut content.visible);
        content.pending.push(change);
    }

    /// Counts one change or sync; the power may fail in it.
    fn step(&mut self) -> io::Result<()> {
        if due(&mut self.steps_until_power_failure) {
            self.powered = false;
            return Err(power_failure());
        }
        Ok(())
    }

    /// Refuses what would not fit if the file grew to `length`.
    fn make_room(&self, inode: u64, length: usize) -> io::Result<()> {
        let Some(capacity) = self.capacity else { return Ok(()) };
        let used = |inode: &u64| self.files.get(inode).map_or(0, |content| content.visible.len());
        let others: usize = self.names.values().filter(|&other| *other != inode).map(used).sum();
        if length > used(&inode) && (others + length) as u64 > capacity {
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn lose_unsynced(&mut self) {
        let State { random, files, names, durable_names, pending_names, .. } = self;
        for change in std::mem::take(pending_names) {
            if random.chance(2) {
                change.apply(durable_names);
            }
        }
        names.clone_from(durable_names);
        for content in files.values_mut() {
            for change in std::mem::take(&mut content.pending) {
                change.torn(random).iter().for_each(|part| part.apply(&mut content.durable));
            }
            content.visible.clone_from(&content.durable);
        }
        files.retain(|inode, _| names.values().any(|named| named == inode));
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Change::Length(length) => content.resize(*length, 0),
            Change::Write { offset, bytes } => {
                let end = offset + bytes.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[*offset..end].copy_from_slice(bytes);
            }
        }
    }

    /// What of the change reaches the medium: all, nothing, some sectors, or the first octets.
    fn torn(self, random: &mut SplitMix64) -> Vec<Change> {
        let (offset, bytes) = match self {
            Change::Write { offset, bytes } if !bytes.is_empty() => (offset, bytes),
            other => return if random.chance(2) { vec![other] } else { Vec::new() },
        };
        match random.below(4) {
            0 => Vec::new(),
            1 => vec![Change::Write { offset, bytes }],
            2 => {
                let kept = random.below(bytes.len() as u64) as usize;
                vec![Change::Write { offset, bytes: bytes[..kept].to_vec() }]
            }
            _ => {
                let sectors = bytes.chunks(SECTOR).enumerate().filter(|_| random.chance(2));
                sectors.map(|(i, part)| Change::Write { offset: offset + i * SECTOR, bytes: part.to_vec() }).collect()
            }
        }
    }
}

impl NameChange {
    fn apply(self, names: &mut BTreeMap<String, u64>) {
        match self {
            NameChange::Create { name, inode } => {
                names.insert(name, inode);
            }
            NameChange::Rename { from, to, inode } => {
                if names.get(&from) == Some(&inode) {
                    names.remove(&from);
                }
                names.insert(to, inode);
            }
            NameChange::Remove { name } => {
                names.remove(&name);
            }
        }
    }
}

/// Counts down; whether this is the one that was waited for.
fn due(countdown: &mut Option<u64>) -> bool {
    *countdown = countdown.map(|left| left.saturating_sub(1));
    countdown.take_if(|left| *left == 0).is_some()
}

fn power_failure() -> io::Error {
    io::Error::other("simulated power failure")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk_with(name: &str, bytes: &[u8]) -> (SimDisk, SimFile) {
        let disk = SimDisk::new(1);
        disk.put(name, bytes.to_vec());
        let file = disk.open(name).expect("it was put");
        (disk, file)
    }

    #[test]
    fn synced_data_and_names_survive_every_power_failure() {
        for seed in 0..100 {
            let disk = SimDisk::new(seed);
            let mut file = disk.create("a").expect("created");
            file.write_at(b"hello", 3).expect("written");
            file.sync_data().expect("synced");
            disk.rename("a", "b").expect("renamed");
            disk.sync_dir().expect("synced");
            let disk = disk.power_cycle();
            assert_eq!(disk.list().expect("listed"), ["b"]);
            assert_eq!(disk.bytes("b"), b"\0\0\0hello");
        }
    }

    #[test]
    fn unsynced_writes_are_kept_lost_and_torn_and_the_seed_decides() {
        let outcome = |seed| {
            let disk = SimDisk::new(seed);
            disk.put("a", vec![0; 2048]);
            disk.open("a").expect("opened").write_at(&[1; 2048], 0).expect("written");
            disk.power_cycle().bytes("a")
        };
        let ones = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == 1).count();
        let counts: Vec<usize> = (0..64).map(|seed| ones(&outcome(seed))).collect();
        assert!(counts.contains(&0) && counts.contains(&2048));
        assert!(counts.iter().any(|count| !count.is_multiple_of(SECTOR)));
        assert!(counts.iter().any(|count| (1..2048).contains(count) && count.is_multiple_of(SECTOR)));
        assert!((0..64).all(|seed| outcome(seed) == outcome(seed)));
    }

    #[test]
    fn data_of_a_failed_sync_stay_visible_and_no_later_sync_saves_them() {
        let lost = (0..32).any(|seed| {
            let disk = SimDisk::new(seed);
            disk.put("a", vec![0; 4]);
            let mut file = disk.open("a").expect("opened");
            file.write_at(b"data", 0).expect("written");
            disk.fail_sync(1);
            assert!(file.sync_data().is_err());
            assert_eq!(disk.bytes("a"), b"data");
            file.sync_data().expect("the second sync succeeds");
            disk.power_cycle().bytes("a") != b"data"
        });
        assert!(lost);
    }

    #[test]
    fn the_nth_write_fails_and_only_that_one() {
        let (disk, mut file) = disk_with("a", b"....");
        disk.fail_write(2);
        file.write_at(b"x", 0).expect("first");
        assert!(file.write_at(b"y", 1).is_err());
        file.write_at(b"z", 2).expect("third");
    }

    #[test]
    fn a_full_disk_refuses_growth_and_takes_overwrites() {
        let (disk, mut file) = disk_with("a", b"....");
        disk.limit_space(Some(6));
        file.write_at(b"full", 0).expect("no growth");
        assert_eq!(file.allocate(7).map_err(|error| error.kind()), Err(ErrorKind::StorageFull));
        file.allocate(6).expect("exactly full");
    }

    #[test]
    fn handles_from_before_the_power_failure_are_dead() {
        let (disk, mut file) = disk_with("a", b"....");
        disk.fail_power(1);
        assert!(file.write_at(b"x", 0).is_err());
        assert!(disk.list().is_err());
        let again = disk.power_cycle();
        assert!(disk.list().is_err() && file.len().is_err());
        assert_eq!(again.list().expect("listed"), ["a"]);
    }
}
