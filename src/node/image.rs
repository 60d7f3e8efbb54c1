//! The registry as of an earlier moment, beside the one that goes on: base files mapped once more, and the log after them
//! replayed up to that moment. It costs the ledger nothing, and memory for what has changed since the base files alone.

use std::fmt;
use std::io;
use std::ops::Range;

use crate::base::timestamp::Timestamp;
use crate::escrow::{Changed, State};
use crate::index::{self, IndexError};
use crate::model::record::Kind;
use crate::model::transaction::decode_batch;
use crate::model::version::tag;
use crate::node::ledger::OpenError;
use crate::node::replay::{self, Replayed};
use crate::port::disk::Disk;
use crate::wal::{Frames, WalError};

/// How often the base files are looked up anew when a checkpoint removes some of them, or of the log, on the way.
const ATTEMPTS: u32 = 5;

/// A state that nothing changes any more.
pub(crate) struct Image {
    index: index::Writer,
    /// The last frame of its base files.
    pub(crate) base: u64,
    /// Sequence of the last transaction in it.
    pub(crate) sequence: u64,
    /// The date of the last transaction in it.
    pub(crate) last: Timestamp,
}

/// Why there is no image of a moment.
#[derive(Debug)]
pub(crate) enum ImageError {
    /// Base files or log.
    Open(OpenError),
    /// The base files hold later transactions already, and what they have replaced is gone.
    Past {
        /// The moment.
        wanted: Timestamp,
        /// When the last transaction in the base files was.
        found: Timestamp,
    },
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => error.fmt(f),
            Self::Past { wanted, found } => write!(
                f,
                "expected base files of before {wanted}, found them to hold what was done until {found}: the state of a \
                 moment can be read only while its log is kept; take a later one"
            ),
        }
    }
}

impl<E: Into<OpenError>> From<E> for ImageError {
    fn from(error: E) -> Self {
        Self::Open(error.into())
    }
}

/// The state of all that is dated before `until`; of all up to frame `durable` without it.
///
/// # Errors
/// [`ImageError`].
pub(crate) fn open<D: Disk>(
    (wal_disk, index_disk): (&D, &D),
    options: &index::Options,
    log_id: u64,
    durable: u64,
    until: Option<Timestamp>,
) -> Result<Image, ImageError> {
    let mut attempt = 1;
    loop {
        match open_once((wal_disk, index_disk), options.clone(), log_id, durable, until) {
            Err(ImageError::Open(error)) if attempt < ATTEMPTS && is_fleeting(&error) => attempt += 1,
            outcome => return outcome,
        }
    }
}

fn open_once<D: Disk>(
    (wal_disk, index_disk): (&D, &D),
    options: index::Options,
    log_id: u64,
    durable: u64,
    until: Option<Timestamp>,
) -> Result<Image, ImageError> {
    let bases = index::find(index_disk)?;
    bases.check_log(log_id)?;
    let contained = bases.place().frame;
    // What a checkpoint is about to remove is not ours to remove.
    let (mut index, ..) = replay::open(bases, index_disk, options, log_id)?;
    let begun = Replayed::begin(&index);
    if let Some(wanted) = until.filter(|until| begun.last >= *until) {
        return Err(ImageError::Past { wanted, found: begun.last });
    }
    let frames = Frames::open(wal_disk, contained + 1, durable)?;
    let Replayed { sequence, last, .. } = replay::replay(&mut index, frames, begun, until)?;
    Ok(Image { index, base: contained, sequence, last })
}

/// What the log changes between two moments, by the frames behind `base` up to `durable`. Of what falls due the date counts,
/// and not the place in the log, as in [`replay::replay`].
///
/// # Errors
/// [`OpenError`]: a frame that cannot be read.
pub(crate) fn changed<D: Disk>(
    wal_disk: &D,
    (base, durable): (u64, u64),
    between: Range<Timestamp>,
) -> Result<Changed, OpenError> {
    let mut changed = Changed::default();
    let mut frames = Frames::open(wal_disk, base + 1, durable)?;
    while let Some(frame) = frames.next_frame()? {
        let sequence = frame.header.sequence;
        let bad = |cause| OpenError::Batch { sequence, cause };
        for entry in decode_batch(frame.payload).map_err(bad)? {
            if between.contains(&entry.origin.time) {
                for change in entry.sealed().map_err(bad)? {
                    changed.note(change.kind, &change.key);
                }
            }
        }
    }
    Ok(changed)
}

/// Whether a checkpoint that ended meanwhile may be all that is wrong.
fn is_fleeting(error: &OpenError) -> bool {
    match error {
        OpenError::Wal(WalError::Released { .. }) => true,
        OpenError::Wal(WalError::Io { source, .. }) | OpenError::Index(IndexError::Io { source, .. }) => {
            source.kind() == io::ErrorKind::NotFound
        }
        OpenError::Index(IndexError::Gap { .. }) => true,
        _ => false,
    }
}

impl Image {
    /// A look at it, as long as it takes. Who owns the tables pins nothing to read them: a pin holds up the memory that the
    /// registry gives back meanwhile, and is held for a walk over the keys alone.
    pub(crate) fn state(&self) -> &index::Writer {
        &self.index
    }
}

impl State for index::Writer {
    fn for_each_key(&self, kind: Kind, each: &mut dyn FnMut(&[u8])) {
        self.reader().pin().for_each(tag(kind), |key, _| each(key));
    }
}
