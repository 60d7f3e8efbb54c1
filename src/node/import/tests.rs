//! What is imported is what the deposit says: its own full deposit is the one that came in, object by object, whatever the
//! registry was like, and differences make of one day's deposit the next day's.

mod foreign;

use std::collections::BTreeMap;

use super::*;
use crate::escrow::{
    Announced, Dcp, DcpStatement, Delete, Deposit, DepositKind, EppParams, Full, Header, IdnTable, Models, NameServers,
    NndnState, ObjectKind, RegistrarState, State, Stated, csv, xml,
};
use crate::model::memory::Memory;
use crate::model::record::Kind;
use crate::model::seal::Sealed;
use crate::model::status::Status;
use crate::model::version::Version;
use crate::registry::invariants;
use crate::registry::testing::{A, B, World, idn};
use crate::registry::workload::{CONTACTS, Deed, Dice};
use crate::sim::disk::SimDisk;
use crate::sim::random::SplitMix64;

/// Deposits in memory.
struct Documents(Vec<Vec<u8>>);

impl Deposits for Documents {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn name(&self, file: usize) -> String {
        format!("file {file}")
    }

    fn open(&self, file: usize, _: Pass) -> io::Result<Events<'_>> {
        Ok(Box::new(xml::Reader::new(self.0[file].as_slice()).map(|placed| placed.map(Placed::from))))
    }
}

/// A deposit in memory that has all in CSV files that can be in them.
struct CsvDocument {
    xml: Vec<u8>,
    files: BTreeMap<String, Vec<u8>>,
}

impl CsvDocument {
    fn new(mut deposit: Deposit, mut header: Header, objects: &[Object]) -> Self {
        let models = Models::csv();
        let kind_of = |uri: &str| ObjectKind::ALL.into_iter().find(|kind| kind.xml_uri() == uri).expect("ours");
        deposit.menu.iter_mut().for_each(|uri| *uri = models.uri(kind_of(uri)).to_owned());
        header.counts.iter_mut().for_each(|count| count.uri = models.uri(kind_of(&count.uri)).to_owned());
        let wants_registrants = objects.iter().any(|object| object.kind() == ObjectKind::Policy);
        let create = |_: &str| Ok(Vec::new());
        let asked = (models, wants_registrants);
        let mut writer = csv::Writer::begin(Vec::new(), &deposit, asked, "stem", create).expect("memory");
        writer.header(&header).expect("memory");
        for object in objects.iter().filter(|object| object.kind() != ObjectKind::Policy) {
            writer.object(object).expect("it can be written");
        }
        let csv::Finished { xml, files } = writer.finish().expect("memory");
        Self { xml, files: files.into_iter().collect() }
    }
}

impl Deposits for CsvDocument {
    fn count(&self) -> usize {
        1
    }

    fn name(&self, _: usize) -> String {
        "file".into()
    }

    fn open(&self, _: usize, _: Pass) -> io::Result<Events<'_>> {
        let files = |name: &str| -> io::Result<Option<Box<dyn io::Read>>> {
            Ok(self.files.get(name).map(|file| Box::new(io::Cursor::new(file.clone())) as Box<dyn io::Read>))
        };
        Ok(Box::new(csv::Reader::new(self.xml.as_slice(), files, Path::new("/nonexistent"))))
    }
}

fn everything() -> BTreeSet<Rule> {
    Rule::ALL.into_iter().filter(|rule| rule.accepting().is_some()).collect()
}

fn late() -> Timestamp {
    Timestamp::from_micros(4_000_000_000_000_000)
}

/// Writes what was judged to disks in memory, opens them again, and takes all records out.
fn registry_of(documents: &impl Deposits, judged: &mut Judged) -> Result<Memory, ImportError> {
    let (wal_disk, index_disk) = (SimDisk::new(1), SimDisk::new(2));
    let options = wal::Options { segment_bytes: 256 * 1024, payload_bytes: 192 * 1024, log_id: 7 };
    let clock = SystemClock::default();
    Ledger::<_, SystemClock>::begin(&wal_disk, &index_disk, &options, clock.now())?;
    let settings = || Settings { repository_id: "NEW".into(), wal: options.clone(), index: index::Options::new(9) };
    let (ledger, ..) = Ledger::open(wal_disk.clone(), &index_disk, clock.clone(), settings())?;
    write(ledger, &index_disk, documents, judged)?;
    let (_, reader, opened) = Ledger::open(wal_disk, &index_disk, clock, settings())?;
    assert_eq!(opened.replayed, 0, "the base files hold everything");
    let mut memory = Memory::default();
    for kind in Kind::ALL {
        reader.pin().for_each(crate::model::version::tag(kind), |key, record| {
            let version = Version::of(crate::model::version::tag(kind)).expect("of this version");
            let mut bytes = rkyv::util::AlignedVec::with_capacity(record.len());
            bytes.extend_from_slice(record);
            let bytes = Some(version.present(bytes).expect("whole"));
            memory.apply(Sealed { kind, key: key.to_vec(), bytes });
        });
    }
    Ok(memory)
}

/// Judges and writes; everything is accepted that can be. The registry is whole.
#[track_caller]
fn imported(documents: &impl Deposits, order: &Order) -> (Memory, Problems, Judged) {
    let (judged, problems) = judge(documents, order, late()).expect("readable");
    assert_eq!(problems.beside(&everything()), [], "{problems:?}");
    let mut judged = judged.expect("a registry");
    let memory = registry_of(documents, &mut judged).expect("it is written");
    invariants::check(&memory, judged.imported.watermark).expect("whole");
    (memory, problems, judged)
}

fn announced(state: &impl View) -> Announced {
    let statement = DcpStatement {
        purposes: vec!["admin".into()],
        recipients: vec![("ours".into(), None)],
        retention: "none".into(),
    };
    let epp = EppParams {
        versions: vec!["1.0".into()],
        langs: vec!["en".into()],
        objects: vec!["urn:ietf:params:xml:ns:domain-1.0".into()],
        extensions: vec!["urn:ietf:params:xml:ns:rgp-1.0".into()],
        dcp: Dcp { access: "all".into(), statements: vec![statement], expiry: None },
    };
    let table = |tag: &str| IdnTable { id: tag.into(), url: format!("https://example/{tag}"), policy_url: None };
    let idn_tables = state.directory(Kind::IdnTable).map(|tag| (tag.to_owned(), table(tag))).collect();
    Announced { epp, idn_tables }
}

fn objects<S: State>(state: &S, tld: &str, watermark: Timestamp) -> (Header, Vec<Object>) {
    let announced = announced(state);
    let full = Full::survey(state, tld, watermark, &announced).expect("the TLD is there");
    let mut objects = Vec::new();
    let taken: Result<(), ()> = full.for_each(|mut object| {
        match &mut object {
            Object::Contact(contact) => keep_possible(&mut contact.statuses),
            Object::Host(host) => keep_possible(&mut host.statuses),
            _ => {}
        }
        objects.push(object);
        Ok(())
    });
    taken.expect("nothing fails");
    // As a deposit says them: to the millisecond.
    let deposit = frame(DepositKind::Full, ("F0", None), watermark);
    (full.header(), read(&document(&deposit, &[], &full.header(), &objects)))
}

/// Statuses that contacts and hosts can have: the commands of a life know no schema, which keeps registrars from others.
fn keep_possible(statuses: &mut Vec<Stated<Status>>) {
    use Status::{ClientHold, ClientRenewProhibited, ServerHold, ServerRenewProhibited};
    let others = [ClientHold, ClientRenewProhibited, ServerHold, ServerRenewProhibited];
    statuses.retain(|stated| !others.contains(&stated.status));
    if statuses.is_empty() {
        statuses.push(Stated::bare(Status::Ok));
    }
}

fn read(document: &[u8]) -> Vec<Object> {
    let events = xml::Reader::new(document).map(|placed| placed.expect("memory").event);
    let object = |event| match event {
        Event::Object(object) => Some(object),
        Event::Fault(fault) => panic!("{fault}"),
        _ => None,
    };
    events.filter_map(object).collect()
}

fn frame(kind: DepositKind, (id, previous): (&str, Option<&str>), watermark: Timestamp) -> Deposit {
    let menu = ObjectKind::ALL.map(|kind| kind.xml_uri().to_owned()).to_vec();
    let (id, previous) = (id.to_owned(), previous.map(str::to_owned));
    Deposit { kind, id, previous, resend: 0, watermark, menu }
}

fn document(deposit: &Deposit, deletes: &[Delete], header: &Header, objects: &[Object]) -> Vec<u8> {
    let mut writer = xml::Writer::begin(Vec::new(), deposit).expect("memory");
    writer.deletes(deletes).expect("memory");
    writer.header(header).expect("memory");
    objects.iter().for_each(|object| writer.object(object).expect("it can be written"));
    writer.finish().expect("memory")
}

/// What an object is found by.
fn identity(object: &Object) -> (ObjectKind, String) {
    let name = match object {
        Object::EppParams(_) => String::new(),
        Object::Policy(policy) => policy.scope.clone(),
        Object::Registrar(registrar) => registrar.id.clone(),
        Object::IdnTable(table) => table.id.clone(),
        Object::Contact(contact) => contact.id.clone(),
        Object::Host(host) => host.name.clone(),
        Object::Domain(domain) => domain.name.clone(),
        Object::Nndn(nndn) => nndn.name.clone(),
    };
    (object.kind(), name)
}

/// The statuses that do not follow from other objects, in order.
fn own(statuses: &mut Vec<Stated<Status>>, beside: &[Status]) {
    statuses
        .retain(|stated| ![Status::Ok, Status::Linked].contains(&stated.status) && !beside.contains(&stated.status));
    statuses.sort_by_key(|stated| stated.status);
    for stated in statuses.iter_mut().filter(|stated| !stated.text.is_empty()) {
        stated.lang.get_or_insert_with(|| "en".into());
    }
}

/// Objects by what they are found by, in the one form that all ways to say the same have: what follows from objects of other
/// deposits, and tables that only the operator has, is not compared.
fn canonical(objects: Vec<Object>, tld: &str) -> BTreeMap<(ObjectKind, String), Object> {
    let below = format!(".{tld}");
    let forms = objects.into_iter().filter(|object| object.kind() != ObjectKind::IdnTable).map(|mut object| {
        match &mut object {
            Object::Contact(contact) => own(&mut contact.statuses, &[]),
            Object::Host(host) if host.name.ends_with(&below) => own(&mut host.statuses, &[]),
            Object::Host(host) => own(&mut host.statuses, &[Status::PendingTransfer]),
            Object::Domain(domain) => {
                own(&mut domain.statuses, &[Status::Inactive]);
                domain.u_name = domain.u_name.take().filter(|name| *name != domain.name);
            }
            _ => {}
        }
        (identity(&object), object)
    });
    forms.collect()
}

#[track_caller]
fn assert_same(found: Vec<Object>, expected: Vec<Object>, tld: &str, beside: &[ObjectKind]) {
    assert_same_beside(found, expected, tld, (beside, &BTreeSet::new()));
}

/// But for some kinds of objects, and some objects by their names.
#[track_caller]
fn assert_same_beside(
    found: Vec<Object>,
    expected: Vec<Object>,
    tld: &str,
    (kinds, names): (&[ObjectKind], &BTreeSet<String>),
) {
    let (mut found, expected) = (canonical(found, tld), canonical(expected, tld));
    for (identity, object) in &expected {
        let there = found.remove(identity);
        if !kinds.contains(&identity.0) && !names.contains(&identity.1) {
            assert_eq!(there.as_ref(), Some(object), "{identity:?}");
        }
    }
    let surplus: Vec<_> = found.keys().filter(|(kind, _)| !kinds.contains(kind)).collect();
    assert!(surplus.is_empty(), "{surplus:?}");
}

/// What the operator must say of a TLD, as no deposit does.
fn order_for(memory: &Memory, tld: &str) -> Order {
    let tld = memory.tld(tld).expect("there");
    let periods = &tld.periods;
    let fields = [
        ("periods.add_grace", periods.add_grace),
        ("periods.auto_renew_grace", periods.auto_renew_grace),
        ("periods.renew_grace", periods.renew_grace),
        ("periods.transfer_grace", periods.transfer_grace),
        ("periods.redemption", periods.redemption),
        ("periods.pending_delete", periods.pending_delete),
        ("periods.pending_restore", periods.pending_restore),
        ("min_months", tld.min_months),
        ("max_months", tld.max_months),
        ("default_months", tld.default_months),
    ];
    let tld = fields.map(|(key, value)| (key.to_owned(), value.to_string())).to_vec();
    Order { tld, accepted: everything(), ..Order::default() }
}

/// A registry that has lived for some steps.
struct Life {
    world: World,
    random: SplitMix64,
}

impl Life {
    fn new(seed: u64) -> Self {
        let mut world = World::new();
        world.put_idn_tables();
        let tables = [("latin", crate::model::idn::VariantPolicy::Blocked)];
        world.operate(&idn::take("example", &tables)).expect("good");
        CONTACTS.iter().zip([A, B, A]).for_each(|(id, clid)| world.put_contact(clid, id));
        Self { world, random: SplitMix64::new(seed) }
    }

    fn live(&mut self, steps: usize) {
        for _ in 0..steps {
            let dice = Dice::roll(|below| self.random.below(below));
            match dice.deed(&self.world.memory, self.world.now) {
                Deed::Pass(days) => drop(self.world.pass(self.world.now.plus_days(days.min(60)))),
                Deed::Command(clid, command) => drop(self.world.code(&clid, &command)),
                Deed::Operator(command) => drop(self.world.operate(&command)),
            }
        }
        // Everything is dated before the watermark.
        self.world.pass(self.world.now.trunc_millis().plus_days(1));
    }

    fn deposit(&self, tld: &str) -> (Header, Vec<Object>) {
        objects(&self.world.memory, tld, self.world.now)
    }
}

/// Rules that a deposit of ours may break, since a record says more than a deposit: periods of a TLD that were others once, and
/// what an operator has done against the rules.
const LOSSY: [Rule; 4] = [Rule::Grace, Rule::Removal, Rule::Status, Rule::Policy];

/// Imports what a life has deposited, and compares. How many objects there were, and whether all of them fitted.
fn round_trip(life: &Life, documents: &impl Deposits, tld: &str) -> (usize, bool) {
    let (_, expected) = life.deposit(tld);
    let order = order_for(&life.world.memory, tld);
    let (memory, problems, judged) = imported(documents, &order);
    let broken: Vec<Rule> = problems.iter().map(|(rule, ..)| rule).collect();
    assert!(broken.iter().all(|rule| LOSSY.contains(rule)), "{problems:?}");
    let count = expected.len();
    let named = problems.iter().filter(|(rule, ..)| *rule != Rule::Policy).flat_map(|(.., examples)| examples);
    let named = named.filter_map(|example| Some(example.object.split_once(' ')?.1.to_owned())).collect();
    let kinds: &[ObjectKind] = if broken.contains(&Rule::Policy) { &[ObjectKind::Policy] } else { &[] };
    let (_, found) = objects(&memory, tld, judged.imported.watermark);
    assert_same_beside(found, expected, tld, (kinds, &named));
    // It goes on like any other: whatever falls due becomes, and leaves it whole.
    let mut world = World { memory, now: judged.imported.watermark, sequence: 1 << 41 };
    world.pass(judged.imported.watermark.plus_days(400));
    (count, broken.is_empty())
}

#[test]
fn the_deposit_of_what_was_imported_is_the_deposit() {
    let (mut objects, mut whole) = (0, 0);
    for seed in 0..12 {
        let mut life = Life::new(seed);
        life.live(150);
        for tld in ["example", "test", "attr", "choice"] {
            let (header, all) = life.deposit(tld);
            let deposit = frame(DepositKind::Full, ("F1", None), life.world.now);
            let documents = Documents(vec![document(&deposit, &[], &header, &all)]);
            let (count, fits) = round_trip(&life, &documents, tld);
            objects += count;
            whole += usize::from(fits);
        }
    }
    assert!(objects > 250, "{objects} objects are few");
    assert!(whole > 30, "{whole} of 48 deposits fitted whole");
}

#[test]
fn a_deposit_of_csv_files_is_imported_as_one_in_xml() {
    let mut counted = 0;
    for seed in 0..3 {
        let mut life = Life::new(seed);
        life.live(150);
        for tld in ["example", "test", "attr", "choice"] {
            let (header, all) = life.deposit(tld);
            let document = CsvDocument::new(frame(DepositKind::Full, ("F1", None), life.world.now), header, &all);
            assert!(!document.files.is_empty(), "registrars at least");
            counted += round_trip(&life, &document, tld).0;
        }
    }
    assert!(counted > 60, "{counted} objects are few");
}

/// What a day has changed.
fn difference(before: Vec<Object>, after: Vec<Object>) -> (Vec<Delete>, Vec<Object>) {
    let key = |object: &Object| (identity(object), object.clone());
    let before: BTreeMap<_, _> = before.iter().map(key).collect();
    let after: BTreeMap<_, _> = after.iter().map(key).collect();
    let roids: BTreeSet<&str> = after.values().filter_map(host_roid).collect();
    let gone = before.iter().filter(|(identity, _)| !after.contains_key(*identity));
    let deletes = gone.filter_map(|((_, name), object)| match object {
        Object::Registrar(_) => Some(Delete::Registrar(name.clone())),
        Object::IdnTable(_) => Some(Delete::IdnTable(name.clone())),
        Object::Contact(_) => Some(Delete::Contact(name.clone())),
        // Another name of the same host says that this one is gone.
        Object::Host(host) if roids.contains(host.roid.as_str()) => None,
        Object::Host(host) if host.roid.len() % 2 == 0 => Some(Delete::HostRoid(host.roid.clone())),
        Object::Host(_) => Some(Delete::HostName(name.clone())),
        Object::Domain(_) => Some(Delete::Domain(name.clone())),
        Object::Nndn(_) => Some(Delete::Nndn(name.clone())),
        Object::EppParams(_) | Object::Policy(_) => None,
    });
    let changed = after.iter().filter(|(identity, object)| before.get(*identity) != Some(*object));
    (deletes.collect(), changed.map(|(_, object)| object.clone()).collect())
}

fn host_roid(object: &Object) -> Option<&str> {
    match object {
        Object::Host(host) => Some(&host.roid),
        _ => None,
    }
}

#[test]
fn a_full_deposit_and_the_differences_of_two_days_are_the_full_deposit_of_the_last() {
    let mut differences = 0;
    for seed in 100..112 {
        let mut life = Life::new(seed);
        life.live(100);
        let tld = ["example", "test", "attr"][seed as usize % 3];
        let (header, mut before) = life.deposit(tld);
        let full = frame(DepositKind::Full, ("F1", None), life.world.now);
        let mut documents = vec![document(&full, &[], &header, &before)];
        for (id, previous) in [("D2", "F1"), ("D3", "D2")] {
            life.live(150);
            let (header, after) = life.deposit(tld);
            let (deletes, changed) = difference(before, after.clone());
            differences += deletes.len() + changed.len();
            let frame = frame(DepositKind::Differential, (id, Some(previous)), life.world.now);
            documents.push(document(&frame, &deletes, &header, &changed));
            before = after;
        }
        round_trip(&life, &Documents(documents), tld);
    }
    assert!(differences > 40, "{differences} differences are few");
}
