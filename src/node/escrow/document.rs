//! The document of a deposit: the state of a moment, or what has changed between two.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{EscrowError, Made, Order, Place, Registry, file_error};
use crate::base::timestamp::Timestamp;
use crate::epp::offer::Offer;
use crate::epp::switches;
use crate::escrow::{
    Announced, Dcp, DcpStatement, Deposit, Difference, EppParams, Full, IdnTable, ObjectKind, State, csv, xml,
};
use crate::index;
use crate::model::escrow::DepositKind;
use crate::model::record::Kind;
use crate::model::view::View;
use crate::node::image::{self, Image, ImageError};
use crate::runtime::disk::FsDisk;

/// Octets that are gathered before they are written.
const BUFFER: usize = 1 << 20;

/// Makes it: durable under its name when this returns.
///
/// # Errors
/// [`EscrowError`]; no file is left then.
pub(super) fn make(registry: &Registry, place: &Place, order: &Order) -> Result<Made, EscrowError> {
    // All that the registry's log holds by now stays readable, whatever it releases meanwhile.
    let log = match order.previous {
        Some(_) => Some(registry.kept.link_log().map_err(EscrowError::Kept)?),
        None => None,
    };
    let image = state_of(registry, order.watermark, order.durable)?;
    let state = image.state();
    let announced_now = announced(state, order, place);
    let full = Full::survey(state, &order.tld, order.watermark, &announced_now).ok_or(EscrowError::NoTld)?;
    let full = full.in_models(order.models);
    let (Some((_, before)), Some(log)) = (&order.previous, log) else {
        let counts = full.counts();
        return write(&Content::Full(&full), counts, place, order, image.sequence);
    };
    let earlier = state_of(registry, *before, order.durable).map_err(|error| match error {
        EscrowError::Image(error) => EscrowError::Earlier(Some(error)),
        other => other,
    })?;
    let announced_then = announced(earlier.state(), order, place);
    let log = FsDisk::open(&log).map_err(EscrowError::Kept)?;
    let changed = image::changed(&log, (earlier.base, order.durable), *before..order.watermark)?;
    let then = Full::survey(earlier.state(), &order.tld, *before, &announced_then);
    let then = then.ok_or(EscrowError::Earlier(None))?;
    let then = then.in_models(order.models);
    let difference = Difference::survey(&then, &full, changed);
    let counts = difference.counts();
    write(&Content::Difference(&difference), counts, place, order, image.sequence)
}

/// The state of a moment, by the registry's own base files or by those that are kept.
fn state_of(registry: &Registry, moment: Timestamp, durable: u64) -> Result<Image, EscrowError> {
    let Registry { disks: (wal, index), kept, options, log_id } = registry;
    let past = match image::open((wal, index), options, *log_id, durable, Some(moment)) {
        Err(past @ ImageError::Past { .. }) => past,
        outcome => return Ok(outcome?),
    };
    let holds = kept.holds().map_err(EscrowError::Kept)?;
    let Some(hold) = holds.into_iter().find(|hold| hold.last < moment) else { return Err(past.into()) };
    let log = kept.link_log().map_err(EscrowError::Kept)?;
    let open = |path: &Path| FsDisk::open(path).map_err(EscrowError::Kept);
    let options = index::Options { map: Some(hold.dir.clone()), ..options.clone() };
    Ok(image::open((&open(&log)?, &open(&hold.dir)?), &options, *log_id, durable, Some(moment))?)
}

/// What is written.
enum Content<'c, 'f, 's, S> {
    Full(&'c Full<'s, S>),
    Difference(&'c Difference<'f, 's, S>),
}

impl<'s, S: State> Content<'_, '_, 's, S> {
    /// The state that is told, or that the difference leads to.
    const fn full(&self) -> &Full<'s, S> {
        match self {
            Self::Full(full) => full,
            Self::Difference(difference) => difference.after(),
        }
    }

    /// The XML, and the CSV files that it names.
    fn write_to<W: Write>(
        &self,
        xml: W,
        deposit: &Deposit,
        stem: &str,
        parts: &Parts<'_>,
    ) -> Result<csv::Finished<W, BufWriter<File>>, xml::WriteError> {
        let models = (self.full().models(), self.full().wants_registrants());
        let mut writer = csv::Writer::begin(xml, deposit, models, stem, |name: &str| parts.create(name))?;
        match self {
            Self::Full(full) => {
                writer.header(&full.header())?;
                full.for_each(|object| writer.object(&object))?;
            }
            Self::Difference(difference) => {
                difference.for_each_delete(|delete| writer.delete(&delete))?;
                writer.header(&difference.header())?;
                difference.for_each(|object| writer.object(&object))?;
            }
        }
        writer.finish()
    }
}

fn write<S: State>(
    content: &Content<'_, '_, '_, S>,
    counts: Vec<(ObjectKind, u64)>,
    place: &Place,
    order: &Order,
    sequence: u64,
) -> Result<Made, EscrowError> {
    let dir = &place.dir;
    let mut id = id(order.watermark, order.kind, order.resend);
    if order.stem.is_none() {
        // Not one of the schedule's, which may be of the same moment.
        id.push('A');
    }
    // By its id too: two of one day are two.
    let plain = || format!("{}_{}_{}_{id}", order.tld, &order.watermark.to_string()[..10], word(order.kind));
    let stem = order.stem.clone().unwrap_or_else(plain);
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(file_error(dir))?;
    // The directory of a new TLD is durable too.
    let above = dir.parent().unwrap_or(dir);
    File::open(above).and_then(|above| above.sync_all()).map_err(file_error(above))?;
    let deposit = Deposit {
        kind: order.kind,
        id: id.clone(),
        previous: order.previous.as_ref().map(|(id, _)| id.clone()),
        resend: u16::try_from(order.resend).unwrap_or(u16::MAX),
        watermark: order.watermark,
        menu: counts.iter().map(|(kind, _)| order.models.uri(*kind).to_owned()).collect(),
    };
    let parts = Parts { dir, made: RefCell::default() };
    let (octets, sha256) = write_files(content, &deposit, &stem, &parts).map_err(|error| {
        // A disk that is full is to have its room again.
        parts.made.borrow().iter().for_each(|name| drop(std::fs::remove_file(parts.unfinished(name))));
        EscrowError::Document(dir.join(format!("{stem}.xml.part")), error)
    })?;
    // The XML was made first and comes last: what it names is there then.
    let mut paths = Vec::new();
    for name in parts.made.borrow().iter().rev() {
        let path = dir.join(name);
        std::fs::rename(parts.unfinished(name), &path).map_err(file_error(&path))?;
        paths.push(path);
    }
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(file_error(dir))?;
    let path = paths.pop().unwrap_or_default();
    paths.reverse();
    let (tld, kind, watermark, previous) = (order.tld.clone(), order.kind, order.watermark, deposit.previous);
    let models = order.models;
    Ok(Made { tld, kind, watermark, previous, path, csv: paths, id, sequence, octets, sha256, counts, models })
}

/// Files of a deposit, which have other names until all are whole.
struct Parts<'d> {
    dir: &'d Path,
    made: RefCell<Vec<String>>,
}

impl Parts<'_> {
    fn unfinished(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.part"))
    }

    fn create(&self, name: &str) -> io::Result<BufWriter<File>> {
        let path = self.unfinished(name);
        // What an attempt before has left is nobody's.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        self.made.borrow_mut().push(name.to_owned());
        Ok(BufWriter::with_capacity(BUFFER, file))
    }
}

/// The octets of all files, which are on disk, and the hash of the XML.
fn write_files<S: State>(
    content: &Content<'_, '_, '_, S>,
    deposit: &Deposit,
    stem: &str,
    parts: &Parts<'_>,
) -> Result<(u64, [u8; 32]), xml::WriteError> {
    let inner = parts.create(&format!("{stem}.xml"))?;
    let hashed = Hashed { inner, sha256: Sha256::new() };
    let csv::Finished { xml, files } = content.write_to(hashed, deposit, stem, parts)?;
    let mut octets = 0;
    for mut out in std::iter::once(xml.inner).chain(files.into_iter().map(|(_, out)| out)) {
        out.flush()?;
        let file = out.get_ref();
        file.sync_all()?;
        octets += file.metadata()?.len();
    }
    Ok((octets, xml.sha256.finalize().into()))
}

/// What is written is hashed on its way.
struct Hashed<W> {
    inner: W,
    sha256: Sha256,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(octets)?;
        self.sha256.update(&octets[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// As names of files say it (Specification 2, part A, section 5), which have no word for an incremental deposit.
pub(super) const fn word(kind: DepositKind) -> &'static str {
    match kind {
        DepositKind::Full => "full",
        DepositKind::Differential => "diff",
        DepositKind::Incremental => "incr",
    }
}

/// An id of 13 characters at most that no other deposit of the TLD has: the watermark's microseconds in 36 signs, how much is
/// in it, and how many of that moment were refused.
pub(super) fn id(watermark: Timestamp, kind: DepositKind, resend: u32) -> String {
    let mut id = signs(u64::try_from(watermark.micros()).unwrap_or_default());
    id.push(match kind {
        DepositKind::Full => 'F',
        DepositKind::Differential => 'D',
        DepositKind::Incremental => 'I',
    });
    if resend > 0 {
        id.push_str(&signs(u64::from(resend)));
    }
    id
}

fn signs(mut number: u64) -> String {
    let mut signs = Vec::new();
    loop {
        signs.push(char::from_digit((number % 36) as u32, 36).unwrap_or('0').to_ascii_uppercase());
        number /= 36;
        if number == 0 {
            return signs.iter().rev().collect();
        }
    }
}

/// What the deposit says of the registry's services, as its greeting and its pages say it.
fn announced(state: &impl View, order: &Order, place: &Place) -> Announced {
    let off = switches::in_registry(state);
    let extensions = order.greeting.extensions.iter().filter(|uri| !off.has_uri(uri)).map(|uri| (*uri).to_owned());
    let statement = DcpStatement {
        purposes: vec!["admin".into(), "prov".into()],
        recipients: vec![("ours".into(), None), ("public".into(), None)],
        retention: "stated".into(),
    };
    let epp = EppParams {
        versions: vec!["1.0".into()],
        langs: vec!["en".into()],
        objects: Offer::of(state).announced().map(str::to_owned).collect(),
        extensions: extensions.collect(),
        dcp: Dcp { access: "all".into(), statements: vec![statement], expiry: None },
    };
    // Names keep tables that their TLD has given up.
    let tables = state.directory(Kind::IdnTable).map(|tag| {
        let url = |pattern: &str| pattern.replace("{tld}", &order.tld).replace("{tag}", tag);
        let policy_url = Some(url(&place.idn_policy_url)).filter(|url| !url.is_empty());
        (tag.to_owned(), IdnTable { id: tag.to_owned(), url: url(&place.idn_table_url), policy_url })
    });
    Announced { epp, idn_tables: tables.collect::<BTreeMap<_, _>>() }
}
