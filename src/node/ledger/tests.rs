//! The ledger over a disk that loses power: every acknowledged transaction is there afterwards, and none is there half.

mod lives;
mod moments;

use std::cell::Cell;
use std::collections::BTreeMap;

use super::*;
use crate::model::command::{
    AuthInfo, DomainAddRem, DomainChange, DomainCreate, DomainUpdate, NameServers, TransferOp,
};
use crate::model::operator::{ByName, IdnRules, PriceSet, RegistrarAdd, TldAdd, TldPeriods, TldSecDns};
use crate::model::record::{DataModel, Disclosure, FeePolicy, HostModel, Kind};
use crate::model::transaction::decode_batch;
use crate::model::view::View as _;
use crate::node::replay::SEQUENCE_KEY;
use crate::port::clock::Doubt;
use crate::registry::invariants;
use crate::sim::disk::SimDisk;
use crate::sim::random::SplitMix64;

const CLIENTS: [&str; 2] = ["registrar-a", "registrar-b"];

/// A clock that moves a second with each look, and is doubted when a test says so.
struct Ticking {
    micros: Cell<i64>,
    doubt: Cell<Option<Doubt>>,
}

impl Ticking {
    fn new(micros: i64) -> Self {
        Self { micros: Cell::new(micros), doubt: Cell::default() }
    }
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        self.micros.set(self.micros.get() + 1_000_000);
        Timestamp::from_micros(self.micros.get())
    }

    fn date(&self, last: Timestamp) -> Result<Timestamp, Doubt> {
        self.doubt.get().map_or_else(|| Ok(self.now().max(last)), Err)
    }
}

/// Every record there is, as bytes.
type Image = BTreeMap<(u8, Vec<u8>), Vec<u8>>;

struct World {
    wal: SimDisk,
    index: SimDisk,
    ledger: Ledger<SimDisk, Ticking>,
    reader: index::Reader,
    random: SplitMix64,
    counter: u64,
    time: i64,
}

fn wal_options() -> wal::Options {
    wal::Options { segment_bytes: 256 * 1024, payload_bytes: 192 * 1024, log_id: 7 }
}

fn begin(wal: &SimDisk, index: &SimDisk) -> Result<(), OpenError> {
    Ledger::<_, Ticking>::begin(wal, index, &wal_options(), Timestamp::default())
}

fn open(
    wal: SimDisk,
    index: &SimDisk,
    time: i64,
) -> Result<(Ledger<SimDisk, Ticking>, index::Reader, Opened), OpenError> {
    let settings = Settings { repository_id: "REPO".into(), wal: wal_options(), index: index::Options::new(7) };
    Ledger::open(wal, index, Ticking::new(time), settings)
}

impl World {
    fn new(seed: u64) -> Self {
        Self::of_log(seed, 7)
    }

    fn of_log(seed: u64, log_id: u64) -> Self {
        let (wal, index) = (SimDisk::new(seed), SimDisk::new(seed + 1));
        let time = 1_795_252_087_000_000;
        let options = wal::Options { log_id, ..wal_options() };
        Ledger::<_, Ticking>::begin(&wal, &index, &options, Timestamp::from_micros(time)).expect("an empty disk");
        let (ledger, reader, _) = open(wal.clone(), &index, time).expect("just begun");
        let mut world = Self { wal, index, ledger, reader, random: SplitMix64::new(seed), counter: 0, time };
        let add = |clid: &str| RegistrarAdd { clid: clid.into(), name: clid.into(), ..RegistrarAdd::default() };
        let mut seed = vec![OperatorCommand::TldAdd(tld())];
        seed.extend(CLIENTS.map(|clid| OperatorCommand::RegistrarAdd(add(clid))));
        for command in seed {
            let outcomes = world.commit(vec![(Actor::System, Work::Operator(Box::new(command)))]);
            assert!(outcomes.iter().all(Result::is_ok), "{:?}", outcomes.first().and_then(|o| o.as_ref().err()));
        }
        world
    }

    fn commit(&mut self, batch: Vec<(Actor, Work)>) -> Vec<Outcome> {
        let mut submissions = Vec::new();
        for (actor, work) in batch {
            self.counter += 1;
            let (sv_trid, salt) = (format!("SV-{}", self.counter), [self.counter as u8; 16]);
            submissions.push(Submission { actor, work, cl_trid: None, sv_trid, salt, reply_to: () });
        }
        let mut submissions = submissions.into_iter();
        self.ledger.commit(|| submissions.next()).into_iter().map(|((), outcome)| outcome).collect()
    }

    fn random_batch(&mut self) -> Vec<(Actor, Work)> {
        let size = 1 + self.random.below(6);
        (0..size).map(|_| self.random_command()).collect()
    }

    fn random_command(&mut self) -> (Actor, Work) {
        let random = &mut self.random;
        let clid = CLIENTS[random.below(2) as usize];
        let name = format!("d{}.test", random.below(6));
        let host = format!("ns{}.d{}.test", random.below(2), random.below(6));
        let auth = AuthInfo::Password { password: "2fooBAR".into(), roid: None };
        let address = |text: &str| crate::model::command::HostAddress {
            family: crate::model::command::AddressFamily::V4,
            text: text.into(),
        };
        let transform = match random.below(10) {
            0..=2 => Transform::DomainCreate(DomainCreate {
                name,
                period: None,
                name_servers: None,
                registrant: None,
                contacts: Vec::new(),
                auth,
                fee: None,
                idn: None,
                sec_dns: None,
                launch: None,
                token: None,
                ttls: Vec::new(),
            }),
            3 => Transform::DomainDelete { name },
            4 | 5 => Transform::HostCreate { name: host, addresses: vec![address("192.0.2.1")], ttls: Vec::new() },
            6 => Transform::HostDelete { name: host },
            7 => Transform::DomainUpdate(DomainUpdate {
                name,
                add: Some(DomainAddRem {
                    name_servers: Some(NameServers::Objects(vec![host])),
                    ..DomainAddRem::default()
                }),
                rem: None,
                chg: Some(DomainChange { registrant: None, auth: Some(auth) }),
                restore: None,
                fee: None,
                sec_dns: None,
                ttls: Vec::new(),
            }),
            8 => Transform::DomainTransfer {
                op: TransferOp::Request,
                name,
                period: None,
                auth: Some(auth),
                fee: None,
                token: None,
            },
            _ => Transform::DomainTransfer {
                op: TransferOp::Approve,
                name,
                period: None,
                auth: None,
                fee: None,
                token: None,
            },
        };
        (Actor::Registrar(clid.into()), Work::Transform(Box::new(transform)))
    }

    /// Commits that many batches.
    fn work(&mut self, batches: usize) {
        for _ in 0..batches {
            let batch = self.random_batch();
            self.commit(batch);
        }
    }

    fn image(&self) -> Image {
        image(&self.reader)
    }

    fn checkpoint(&mut self) {
        let Some(frozen) = self.ledger.freeze().expect("none runs") else { return };
        let Ok(base) = frozen.write(&self.index) else { return };
        drop(self.ledger.install(base).remove(&self.index));
    }

    /// Cuts the power and starts again.
    fn restart(self) -> Self {
        let (wal, index) = (self.wal.power_cycle(), self.index.power_cycle());
        let time = self.time + 1_000_000_000;
        let (ledger, reader, _) = open(wal.clone(), &index, time).expect("what a power cut leaves can be opened");
        Self { wal, index, ledger, reader, time, ..self }
    }
}

fn tld() -> TldAdd {
    TldAdd {
        name: "test".into(),
        data_model: ByName(DataModel::Minimum),
        host_model: ByName(HostModel::Objects),
        required_contacts: Vec::new(),
        repository_id: "TEST".into(),
        min_months: 12,
        max_months: 120,
        default_months: 12,
        transfer_days: 5,
        // Names that are deleted are free at once, else none would be left: time stands still here.
        periods: TldPeriods { redemption: Some(0), pending_delete: Some(0), ..TldPeriods::default() },
        restore_report: true,
        fee_policy: ByName(FeePolicy::Premium),
        disclosure: ByName(Disclosure::ByDisclose),
        sec_dns: TldSecDns::default(),
        idn: false,
        ttls: Vec::new(),
        idn_rules: IdnRules::default(),
    }
}

fn image(reader: &index::Reader) -> Image {
    let snapshot = reader.pin();
    let mut image = Image::new();
    for kind in Kind::ALL {
        snapshot.for_each(tag(kind), |key, record| {
            image.insert((tag(kind), key.to_vec()), record.to_vec());
        });
    }
    image
}

/// The image as a registry in memory, for the invariants.
fn check_whole(image: &Image) {
    invariants::check(&memory(image), Timestamp::from_micros(1_900_000_000_000_000)).expect("whole");
}

fn memory(image: &Image) -> Memory {
    let mut memory = Memory::default();
    for ((tag, key), record) in image {
        let kind = Version::of(*tag).expect("known").kind;
        if kind == Kind::Sequence {
            continue;
        }
        let mut bytes = rkyv::util::AlignedVec::new();
        bytes.extend_from_slice(record);
        memory.apply(Sealed { kind, key: key.clone(), bytes: Some(bytes) });
    }
    memory
}

#[test]
fn what_was_acknowledged_survives_power_cuts_at_any_step() {
    let mut cuts_in_flight = 0;
    for seed in 0..60 {
        let mut world = World::new(seed * 2);
        for _ in 0..6 {
            for _ in 0..world.random.below(8) {
                let batch = world.random_batch();
                world.commit(batch);
                match world.random.below(8) {
                    0 | 1 => world.checkpoint(),
                    2 | 3 => world.ledger.seal(),
                    _ => {}
                }
            }
            let before = world.image();
            // The power fails within the next batch, or shortly after it.
            let step = 1 + world.random.below(6);
            world.wal.fail_power(step);
            let batch = world.random_batch();
            let outcomes = world.commit(batch);
            let after = world.image();
            let failed = outcomes.iter().any(|outcome| matches!(outcome, Err(Refusal::Failed(_))));
            if failed {
                assert_eq!(before, after, "seed {seed}: a batch that failed was shown to readers");
            }
            world = world.restart();
            let found = world.image();
            check_whole(&found);
            match failed {
                // Unacknowledged: there whole or not at all. The invariants above say whole.
                true => cuts_in_flight += 1,
                false => assert_eq!(found, after, "seed {seed}: acknowledged and not there"),
            }
            assert!(before.keys().all(|key| key.0 != tag(Kind::Tld) || found.contains_key(key)));
            if failed && world.ledger.sequence == sequence_in(&before) {
                assert_eq!(found, before, "seed {seed}: the batch is not there, yet something changed");
            }
        }
    }
    assert!(cuts_in_flight > 50, "only {cuts_in_flight} cuts hit a batch");
}

fn sequence_in(image: &Image) -> u64 {
    let record = &image[&(tag(Kind::Sequence), SEQUENCE_KEY.to_vec())];
    u64::from_le_bytes(record[..8].try_into().expect("a count"))
}

#[test]
fn a_failed_sync_refuses_this_batch_and_all_later_ones_and_changes_nothing() {
    for fail in [SimDisk::fail_sync as fn(&SimDisk, u64), SimDisk::fail_write] {
        let mut world = World::new(99);
        let before = world.image();
        fail(&world.wal, 1);
        for _ in 0..3 {
            let name = format!("d{}.test", world.counter);
            let outcomes = world.commit(vec![create(&name)]);
            assert_eq!(codes(&outcomes), [2400]);
        }
        assert_eq!(world.image(), before);
    }
}

#[test]
fn a_full_disk_refuses_and_work_goes_on_when_there_is_room_again() {
    let mut world = World::new(5);
    world.wal.limit_space(Some(0));
    let (mut refused, mut accepted) = (0, 0);
    for _ in 0..400 {
        let batch = world.random_batch();
        for outcome in world.commit(batch) {
            match outcome {
                Err(Refusal::Failed(_)) => refused += 1,
                _ => accepted += 1,
            }
        }
    }
    assert!(refused > 0 && accepted > 0, "{refused} refused, {accepted} accepted");
    world.wal.limit_space(None);
    let batch = world.random_batch();
    assert!(world.commit(batch).iter().all(|outcome| !matches!(outcome, Err(Refusal::Failed(_)))));
    let image = world.image();
    assert_eq!(world.restart().image(), image);
}

#[test]
fn a_log_that_lost_its_newest_frames_is_refused() {
    let mut world = World::new(11);
    let early = world.wal.list().expect("powered").into_iter().map(|name| (name.clone(), world.wal.bytes(&name)));
    let early: Vec<_> = early.collect();
    for _ in 0..5 {
        let batch = world.random_batch();
        world.commit(batch);
    }
    world.checkpoint();
    let old_log = SimDisk::new(1);
    early.into_iter().for_each(|(name, bytes)| old_log.put(&name, bytes));
    // The newest frame with a flipped bit looks like a torn tail; only the index knows that it was durable.
    let flipped = SimDisk::new(3);
    for name in world.wal.list().expect("powered") {
        let mut bytes = world.wal.bytes(&name);
        if name.ends_with(".seg")
            && let Some(last) = bytes.iter().rposition(|octet| *octet != 0)
        {
            bytes[last] ^= 1;
        }
        flipped.put(&name, bytes);
    }
    for (log, said) in [(old_log, "ends at offset"), (SimDisk::new(2), "no segment"), (flipped, "damaged at offset")] {
        let files = |log: &SimDisk| -> Vec<_> {
            log.list().expect("powered").into_iter().map(|name| (log.bytes(&name), name)).collect()
        };
        let before = files(&log);
        let refused = open(log.clone(), &world.index, world.time).err().expect("refused");
        assert!(matches!(refused, OpenError::Wal(WalError::TooShort { .. })), "{refused}");
        assert!(refused.to_string().contains(said), "{refused}");
        assert!(files(&log) == before, "something was changed: {refused}");
    }
}

#[test]
fn the_last_frame_torn_at_every_octet_leaves_all_before_it_and_nothing_of_it() {
    let mut world = World::new(21);
    let name = world.wal.list().expect("powered").into_iter().find(|name| name.ends_with(".seg")).expect("a segment");
    while world.image().len() < 12 {
        let batch = world.random_batch();
        world.commit(batch);
    }
    let (before, earlier) = (world.image(), world.wal.bytes(&name));
    while world.image() == before {
        let batch = world.random_batch();
        world.commit(batch);
    }
    let whole = world.wal.bytes(&name);
    let start = whole.iter().zip(&earlier).position(|(new, old)| new != old).expect("a frame was added");
    let end = whole.iter().rposition(|octet| *octet != 0).expect("not empty") + 1;
    for cut in start..end {
        let torn = copy(&world.wal);
        let mut bytes = whole.clone();
        bytes[cut..].fill(0);
        torn.put(&name, bytes);
        let (_, reader, _) = open(torn, &SimDisk::new(2), world.time).expect("a torn tail is cut");
        assert_eq!(image(&reader), before, "cut at {cut} of {start}..{end}");
    }
}

#[test]
fn a_registry_is_begun_only_where_there_is_nothing_of_one() {
    let mut world = World::new(31);
    world.checkpoint();
    assert!(begin(&world.wal, &world.index).is_err_and(|error| error.is_there_already()));
    assert!(begin(&world.wal, &SimDisk::new(1)).is_err_and(|error| error.is_there_already()));
    let error = begin(&SimDisk::new(1), &world.index).expect_err("an index without a log");
    assert!(error.is_there_already() && error.to_string().contains("sim/index-"), "{error}");
    world.index.put("notes.txt", vec![1]);
    let error = open(world.wal.clone(), &world.index, world.time).err().expect("a stranger");
    assert!(error.to_string().contains("sim/notes.txt"), "{error}");
}

/// What lies on a disk.
fn files(disk: &SimDisk) -> Vec<(String, Vec<u8>)> {
    disk.list().expect("powered").into_iter().map(|name| (name.clone(), disk.bytes(&name))).collect()
}

/// A disk with the same files.
fn copy(disk: &SimDisk) -> SimDisk {
    let copy = SimDisk::new(1);
    files(disk).into_iter().for_each(|(name, bytes)| copy.put(&name, bytes));
    copy
}

/// What an opening says that must be refused and change nothing.
fn refusal(wal: &SimDisk, index: &SimDisk) -> OpenError {
    let before = (files(wal), files(index));
    let refused = open(wal.clone(), index, 1_795_252_087_000_000).err().expect("refused");
    assert!((files(wal), files(index)) == before, "something was changed: {refused}");
    refused
}

#[test]
fn an_index_of_another_registry_and_one_of_a_restore_that_went_its_own_way_are_told_apart() {
    let mut world = World::new(41);
    world.work(5);
    let backup = copy(&world.wal);
    world.work(5);
    world.checkpoint();

    let mut other = World::of_log(43, 8);
    other.work(20);
    let refused = refusal(&other.wal, &world.index);
    assert!(matches!(refused, OpenError::Index(IndexError::OtherRegistry { .. })), "{refused}");
    // Even when the log is too short for it, whose it is comes first.
    let refused = refusal(&World::of_log(45, 8).wal, &world.index);
    assert!(matches!(refused, OpenError::Index(IndexError::OtherRegistry { .. })), "{refused}");

    let (ledger, reader, _) = open(backup.clone(), &SimDisk::new(1), world.time).expect("a restore");
    let mut restored =
        World { wal: backup, index: SimDisk::new(1), ledger, reader, random: SplitMix64::new(999), ..world };
    restored.work(20);
    let refused = refusal(&restored.wal, &world.index);
    assert!(matches!(refused, OpenError::Index(IndexError::OtherHistory { .. })), "{refused}");
    assert!(refused.to_string().contains("a restore that went its own way"), "{refused}");
}

#[test]
fn while_the_clock_is_doubted_nothing_is_written_and_everything_is_answered() {
    let mut world = World::new(31);
    let frames = world.ledger.stats().last_frame;
    let before = world.image();
    world.ledger.clock.doubt.set(Some(Doubt::Jumped { by: 1 }));
    for _ in 0..20 {
        let batch = world.random_batch();
        let asked = batch.len();
        let outcomes = world.commit(batch);
        assert_eq!(outcomes.len(), asked);
        assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_err_and(|refusal| *refusal == CLOCK_DOUBTED)));
    }
    assert_eq!((world.ledger.stats().last_frame, world.image()), (frames, before));
    world.ledger.clock.doubt.set(None);
    let outcomes = world.commit(vec![create("after.test")]);
    assert_eq!(codes(&outcomes), [1000]);
}

fn codes(outcomes: &[Outcome]) -> Vec<u16> {
    outcomes.iter().map(|outcome| outcome.as_ref().map_or_else(Refusal::code, |_| 1000)).collect()
}

/// registrar-a creates a domain.
fn create(name: &str) -> (Actor, Work) {
    let create = DomainCreate {
        name: name.into(),
        period: None,
        name_servers: None,
        registrant: None,
        contacts: Vec::new(),
        auth: AuthInfo::Null,
        fee: None,
        idn: None,
        sec_dns: None,
        launch: None,
        token: None,
        ttls: Vec::new(),
    };
    (Actor::Registrar(CLIENTS[0].into()), Work::Transform(Box::new(Transform::DomainCreate(create))))
}

#[test]
fn a_poll_message_that_takes_the_place_of_another_one_is_counted() {
    let mut world = World::new(3);
    let auth = AuthInfo::Password { password: "2fooBAR".into(), roid: None };
    let (actor, Work::Transform(create)) = create("a.test") else { panic!("a transform") };
    let Transform::DomainCreate(create) = *create else { panic!("a creation") };
    let create = Transform::DomainCreate(DomainCreate { auth: auth.clone(), ..create });
    assert_eq!(codes(&world.commit(vec![(actor, Work::Transform(Box::new(create)))])), [1000]);
    let transfer = |op, auth| {
        let transfer =
            Transform::DomainTransfer { op, name: "a.test".into(), period: None, auth, fee: None, token: None };
        (Actor::Registrar(CLIENTS[1].into()), Work::Transform(Box::new(transfer)))
    };
    let mut counted = Vec::new();
    for round in 0..crate::base::limits::POLL_MESSAGES_PER_OBJECT {
        let batch = vec![transfer(TransferOp::Request, Some(auth.clone())), transfer(TransferOp::Cancel, None)];
        assert_eq!(codes(&world.commit(batch)), [1000, 1000], "{round}");
        counted.push(world.ledger.crowded().len());
    }
    // Each round queues two for the sponsor, of which eight find room.
    assert_eq!(counted, [0, 0, 0, 0, 2, 2, 2, 2]);
    assert_eq!(world.ledger.crowded()[0], CLIENTS[0]);
    world.wal.fail_sync(1);
    assert_eq!(codes(&world.commit(vec![transfer(TransferOp::Request, Some(auth))])), [2400]);
    assert!(world.ledger.crowded().is_empty(), "nothing was kept");
}

#[test]
fn the_date_of_the_last_transaction_is_known_at_start_wherever_it_lies() {
    let (wal, index) = (SimDisk::new(1), SimDisk::new(2));
    begin(&wal, &index).expect("empty disks");
    let (_, _, opened) = open(wal, &index, 7).expect("a log without a transaction");
    assert_eq!(opened.last, Timestamp::default());
    for checkpoint in [false, true] {
        let mut world = World::new(41);
        let outcomes = world.commit(vec![create("last.test")]);
        assert_eq!(codes(&outcomes), [1000]);
        let last = world.ledger.last;
        // A refusal has no date.
        assert!(world.commit(vec![create("last.test")]).iter().all(Result::is_err));
        if checkpoint {
            world.checkpoint();
        }
        let (wal, index) = (world.wal.power_cycle(), world.index.power_cycle());
        let (mut ledger, _, opened) = open(wal, &index, 7).expect("whole");
        assert_eq!((opened.last, opened.transactions == 0), (last, checkpoint));
        // A clock that is behind gives no date that is.
        let (actor, work) = create("next.test");
        let submission = Submission { actor, work, cl_trid: None, sv_trid: "SV".into(), salt: [0; 16], reply_to: () };
        ledger.commit(|| None::<Submission<()>>);
        let mut submission = Some(submission);
        assert!(ledger.commit(|| submission.take()).iter().all(|((), outcome)| outcome.is_ok()));
        assert_eq!(ledger.last, last);
    }
}

#[test]
fn what_was_acknowledged_before_a_clean_stop_or_an_idle_while_cannot_go_unseen() {
    for clean in [true, false] {
        let mut world = World::new(51);
        world.work(10);
        assert!(world.ledger.is_unsealed());
        let (wal, index, there) = (world.wal.clone(), world.index.clone(), world.image());
        match clean {
            true => world.ledger.close(),
            false => world.ledger.seal(),
        }
        let name = wal.list().expect("powered").into_iter().find(|name| name.ends_with(".seg")).expect("a segment");
        let last = wal.bytes(&name).iter().rposition(|octet| *octet != 0).expect("not empty");
        wal.flip_bit(&name, last, 2);
        let refused = refusal(&wal, &index);
        assert!(matches!(refused, OpenError::Wal(WalError::Sealed(_))), "{refused}");
        assert!(refused.to_string().contains("were durable at"), "{refused}");
        wal.flip_bit(&name, last, 2);
        let (_, reader, opened) = open(wal, &index, world.time).expect("as it was left");
        assert_eq!((opened.recovery.clean, image(&reader)), (clean, there));
    }
}

#[test]
fn the_log_since_the_base_is_counted_through_checkpoints_failures_and_restarts() {
    let mut world = World::new(61);
    let fresh = |world: &World| world.ledger.stats().fresh_log_bytes;
    let frames = |world: &World| world.ledger.stats().last_frame;
    while frames(&world) < 150 {
        world.work(1);
    }
    let all = fresh(&world);
    assert!(all >= 150 * 4096, "{all}");
    // One that fails takes nothing away, and the next one takes up what it was to write, not what came since.
    drop(world.ledger.freeze().expect("none runs"));
    assert_eq!(fresh(&world), all);
    while frames(&world) < 170 {
        world.work(1);
    }
    let later = fresh(&world) - all;
    assert!(later >= 20 * 4096, "{later}");
    world.checkpoint();
    assert_eq!(fresh(&world), later);
    let mut world = world.restart();
    assert_eq!(fresh(&world), later, "counted again at the start");
    world.checkpoint();
    let stats = world.ledger.stats();
    assert_eq!(stats.fresh_log_bytes, 0);
    assert!(stats.wal_bytes <= 2 * 256 * 1024 && all > stats.wal_bytes, "{} of {all}", stats.wal_bytes);
}

const DAY: i64 = 86_400_000_000;

impl World {
    /// A world with so many names of the first client, all created in one second, after so many days.
    fn of_names(seed: u64, names: usize, days: i64) -> Self {
        let mut world = Self::new(seed);
        for chunk in (0..names).collect::<Vec<_>>().chunks(100) {
            let batch = chunk.iter().map(|number| {
                let create = DomainCreate {
                    name: format!("n{number}.test"),
                    period: None,
                    name_servers: None,
                    registrant: None,
                    contacts: Vec::new(),
                    auth: AuthInfo::Password { password: String::new(), roid: None },
                    fee: None,
                    idn: None,
                    sec_dns: None,
                    launch: None,
                    token: None,
                    ttls: Vec::new(),
                };
                let work = Work::Transform(Box::new(Transform::DomainCreate(create)));
                (Actor::Registrar(CLIENTS[0].into()), work)
            });
            let outcomes = world.commit(batch.collect());
            assert!(outcomes.iter().all(Result::is_ok));
        }
        world.wait(days);
        world
    }

    fn wait(&mut self, days: i64) {
        let clock = &self.ledger.clock.micros;
        clock.set(clock.get() + days * DAY);
        self.time = clock.get();
    }

    fn expiry(&self, name: &str) -> Timestamp {
        self.reader.pin().domain(name).expect("registered").expires.get()
    }

    /// What the system did, in the order of the log: the moment, and the name's key.
    fn steps(&self) -> Vec<(Timestamp, String, Vec<u8>)> {
        let recovered = Wal::recover(copy(&self.wal), wal_options(), &[0]).expect("whole");
        let mut frames = recovered.reader(1).expect("from the start");
        let mut steps = Vec::new();
        while let Some(frame) = frames.next_frame().expect("whole") {
            let entries = decode_batch(frame.payload).expect("ours");
            let ours = entries.into_iter().filter(|entry| entry.origin.sv_trid.starts_with("DUE-"));
            steps.extend(ours.map(|entry| (entry.origin.time, entry.origin.command, entry.changes[0].key.clone())));
        }
        steps
    }
}

#[test]
fn what_has_fallen_due_in_three_years_is_done_in_bounded_batches_in_order_and_once() {
    let names = 300;
    let mut world = World::of_names(71, names, 3 * 365 + 40);
    let first = world.expiry("n7.test");
    let mut batches = Vec::new();
    for round in 0.. {
        let done = world.ledger.fall_due();
        if done == 0 {
            break;
        }
        batches.push(done);
        // A restart or a checkpoint between two batches changes nothing.
        match round % 3 {
            0 => world.checkpoint(),
            1 => {
                let before = world.image();
                world = world.restart();
                assert!(world.image() == before, "the log folds to something else than what was served");
            }
            _ => {}
        }
    }
    assert_eq!(batches.iter().sum::<usize>(), 3 * names);
    assert!(batches.iter().all(|done| *done <= DUE_TRANSACTIONS), "{batches:?}");
    assert!(!world.ledger.is_overdue());
    check_whole(&world.image());
    for number in 0..names {
        let (name, found) = (format!("n{number}.test"), world.expiry(&format!("n{number}.test")));
        assert_eq!(found.micros() / DAY, first.plus_months(36).micros() / DAY, "{name}");
    }
}

#[test]
fn the_log_holds_what_fell_due_in_the_order_of_due_time() {
    let mut world = World::of_names(73, 30, 500);
    // Some names are deleted, which is after their first expiry: their places in the queue are out of date then. Another is
    // younger: it expires after what becomes of the others by a step of the same batch.
    let deleted: Vec<_> = (0..30).step_by(3).map(|number| format!("n{number}.test")).collect();
    let young = DomainCreate {
        name: "young.test".into(),
        period: None,
        name_servers: None,
        registrant: None,
        contacts: Vec::new(),
        auth: AuthInfo::Password { password: String::new(), roid: None },
        fee: None,
        idn: None,
        sec_dns: None,
        launch: None,
        token: None,
        ttls: Vec::new(),
    };
    let deletes = deleted.iter().map(|name| Transform::DomainDelete { name: name.clone() });
    for command in deletes.chain([Transform::DomainCreate(young)]) {
        let outcome = world.commit(vec![(Actor::Registrar(CLIENTS[0].into()), Work::Transform(Box::new(command)))]);
        assert!(outcome[0].is_ok());
    }
    world.wait(3 * 365);
    while world.ledger.fall_due() > 0 {}
    let steps = world.steps();
    assert!(steps[deleted.len()..].windows(2).all(|pair| pair[0].0 <= pair[1].0), "{steps:?}");
    // 20 names are renewed four times and the young one three times; ten once, when the delete came.
    assert!(steps.iter().all(|(_, command, _)| command == "domain:auto-renew"));
    assert_eq!(steps.len(), 20 * 4 + 3 + 10);
}

#[test]
fn a_command_waits_for_what_is_due_of_its_object_and_for_nothing_else() {
    let mut world = World::of_names(75, 200, 400);
    let before = world.expiry("n5.test");
    let renew = |expiry: Timestamp| {
        let command = Transform::DomainRenew {
            name: "N5.test".into(),
            current_expiry: Some(expiry.date()),
            period: None,
            fee: None,
            token: None,
        };
        vec![(Actor::Registrar(CLIENTS[0].into()), Work::Transform(Box::new(command)))]
    };
    let codes = |outcomes: Vec<Outcome>| {
        outcomes.into_iter().map(|o| o.map_or_else(|r| r.code(), |o| o.0.code())).collect::<Vec<_>>()
    };
    assert_eq!(codes(world.commit(renew(before))), [2306], "it has been renewed by the registry by now");
    assert_eq!(codes(world.commit(renew(before.plus_months(12)))), [1000]);
    assert_eq!(world.expiry("n5.test"), before.plus_months(24));
    assert_eq!(world.steps().len(), 1, "the others wait for their turn");
    assert!(world.ledger.is_overdue());
    assert_eq!(world.ledger.due_in(), Some(Duration::from_micros(DUE_LOOK_MICROS as u64)));
}

#[test]
fn a_renewal_that_nobody_can_be_charged_for_is_done_and_counted() {
    let mut world = World::of_names(77, 5, 1);
    let price = PriceSet {
        tld: "test".into(),
        currency: "EUR".into(),
        class: String::new(),
        from_micros: None,
        create: vec!["10".into()],
        renew: vec!["10".into()],
        transfer: vec!["10".into()],
        restore: "10".into(),
    };
    let work = Work::Operator(Box::new(OperatorCommand::PriceSet(price)));
    assert!(world.commit(vec![(Actor::Operator("root".into()), work)])[0].is_ok());
    let before = world.expiry("n3.test");
    world.wait(400);
    while world.ledger.fall_due() > 0 {}
    assert_eq!((world.expiry("n3.test"), world.ledger.remarks), (before.plus_months(12), 5));
    assert_eq!(world.reader.pin().balance(CLIENTS[0]).lines, 0);
}
