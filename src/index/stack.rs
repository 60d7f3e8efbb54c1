//! The stack of base files: their names, which of them count after a crash, and when they are merged.

use super::{
    Deadlines, IndexError, Options, Validate,
    base::{self, Base},
    format::Span,
};
use crate::base::log_place::LogPlace;
use crate::port::{
    disk::{Disk, FileKind},
    strangers::is_of_the_system,
};
use std::sync::Arc;

/// The most files a stack grows to; a look-up that misses asks them all.
pub(super) const MAX_FILES: usize = 4;
/// A file is merged when those above it together have one part in so many of its bytes. A byte is then rewritten at
/// most about so many times on each level.
pub(super) const RATIO: usize = 4;

/// What the name of a base file ends with.
pub const SUFFIX: &str = ".base";
const TEMPORARY: &str = ".tmp";

/// The log positions whose changes a file holds: above `from`, up to and including `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Range {
    /// The name of its file; names sort as positions do.
    pub(super) fn file_name(self) -> String {
        format!("index-{:020}-{:020}{SUFFIX}", self.from, self.to)
    }

    /// The name of its file until it is whole.
    pub(super) fn temporary_name(self) -> String {
        self.file_name() + TEMPORARY
    }

    /// The range a file name tells, or `None` for a file that is not ours.
    fn parse(name: &str) -> Option<Range> {
        let (from, to) = name.strip_prefix("index-")?.strip_suffix(SUFFIX)?.split_once('-')?;
        let range = Range { from: from.parse().ok()?, to: to.parse().ok()? };
        (range.from < range.to && range.file_name() == name).then_some(range)
    }
}

/// The files that count, newest first. A wide file stands for the narrow ones whose range it covers: it was made by
/// merging them, and a crash came before they were removed.
fn chain(found: &[Range], shown: impl Fn(Range) -> String) -> Result<Vec<Range>, IndexError> {
    let mut chain: Vec<Range> = Vec::new();
    let Some(mut end) = found.iter().map(|range| range.to).max() else { return Ok(chain) };
    while end > 0 {
        match found.iter().filter(|range| range.to == end && range.from < end).min_by_key(|range| range.from) {
            Some(range) => {
                chain.push(*range);
                end = range.from;
            }
            None => {
                let below = found.iter().map(|range| range.to).filter(|to| *to < end).max().unwrap_or(0);
                let file = chain.last().map(|range| shown(*range)).unwrap_or_default();
                return Err(IndexError::Gap { file, expected: end, found: below });
            }
        }
    }
    Ok(chain)
}

/// The names of the index's files in the directory. Whatever else is there is refused: what is not understood might be
/// ours.
///
/// # Errors
/// [`IndexError::Stranger`], [`IndexError::NotAFile`], [`IndexError::Io`].
pub fn files<D: Disk>(disk: &D) -> Result<Vec<String>, IndexError> {
    let mut names = Vec::new();
    for name in disk.list().map_err(IndexError::io(disk.display("."), "list"))? {
        if is_ours(disk, &name)? {
            names.push(name);
        }
    }
    Ok(names)
}

fn is_ours<D: Disk>(disk: &D, name: &str) -> Result<bool, IndexError> {
    let look = || IndexError::io(disk.display(name), "look at");
    if is_of_the_system(disk, name).map_err(look())? {
        return Ok(false);
    }
    if Range::parse(name.strip_suffix(TEMPORARY).unwrap_or(name)).is_none() {
        return Err(IndexError::Stranger { file: disk.display(name) });
    }
    match disk.kind(name).map_err(look())? {
        FileKind::Regular => Ok(true),
        found => Err(IndexError::NotAFile { file: disk.display(name), found }),
    }
}

/// The base files of a directory, as far as their headers tell: nothing is opened, and nothing is changed.
pub struct Found {
    /// Those that count, newest first, each with the name that people read.
    counted: Vec<(String, Span)>,
    /// What a checkpoint left behind that was cut short.
    leftovers: Vec<String>,
    /// Files of it that have a whole header, with the id of the log they come from.
    replaced: Vec<(String, u64)>,
}

/// What an interrupted checkpoint left in the directory: unfinished files, and those that the merged one stands for.
#[must_use = "leftovers take up the disk until they are removed"]
pub struct Leftovers(Vec<String>);

/// Finds the base files that count.
///
/// # Errors
/// [`IndexError::Stranger`], [`IndexError::NotAFile`]; [`IndexError::Gap`] when files do not join; those of a header that
/// is damaged or of another version.
pub fn find<D: Disk>(disk: &D) -> Result<Found, IndexError> {
    let names = files(disk)?;
    let found: Vec<Range> = names.iter().filter_map(|name| Range::parse(name)).collect();
    let chain = chain(&found, |range| disk.display(&range.file_name()))?;
    let shown = |range: &Range| disk.display(&range.file_name());
    let counted = chain.iter().map(|range| Ok((shown(range), base::peek(disk, *range)?))).collect::<Result<_, _>>()?;
    let needless: Vec<_> = found.iter().filter(|range| !chain.contains(range)).collect();
    // A replaced file that is damaged is no loss; it only must not be somebody else's.
    let whole = needless.iter().filter_map(|range| Some((shown(range), base::peek(disk, **range).ok()?.log_id)));
    let replaced = whole.collect();
    let counts = |name: &String| Range::parse(name).is_some_and(|range| chain.contains(&range));
    let leftovers = names.into_iter().filter(|name| !counts(name)).collect();
    Ok(Found { counted, leftovers, replaced })
}

impl Found {
    /// Up to where the files hold the log.
    pub fn place(&self) -> LogPlace {
        self.counted.first().map_or(LogPlace::START, |(_, span)| span.to)
    }

    /// That all files are of the log with this id, and of one history of it.
    ///
    /// # Errors
    /// [`IndexError::OtherRegistry`], [`IndexError::OtherHistory`].
    pub fn check_log(&self, log_id: u64) -> Result<(), IndexError> {
        let counted = self.counted.iter().map(|(file, span)| (file, span.log_id));
        for (file, found) in counted.chain(self.replaced.iter().map(|(file, id)| (file, *id))) {
            if found != log_id {
                return Err(IndexError::OtherRegistry { file: file.clone(), expected: log_id, found });
            }
        }
        let below = self.counted.iter().skip(1).map(|(file, span)| (Some(file), span.to));
        for ((file, span), (older, place)) in self.counted.iter().zip(below.chain([(None, LogPlace::START)])) {
            if span.from != place {
                let beside = older.cloned().unwrap_or_else(|| "the start of the log".to_owned());
                return Err(IndexError::OtherHistory { file: file.clone(), beside, frame: place.frame });
            }
        }
        Ok(())
    }

    /// That the newest file ends where the log at `log` (its directory, for people) passes with this chain.
    ///
    /// # Errors
    /// [`IndexError::OtherHistory`].
    pub fn check_history(&self, log: String, chain: &[u8; 32]) -> Result<(), IndexError> {
        match self.counted.first() {
            Some((file, span)) if span.to.chain != *chain => {
                Err(IndexError::OtherHistory { file: file.clone(), beside: log, frame: span.to.frame })
            }
            _ => Ok(()),
        }
    }

    /// Opens the files that count, newest first.
    pub(super) fn open_files<D: Disk>(
        self,
        disk: &D,
        options: &Options,
        validate: &Validate<'_>,
        deadlines: Deadlines,
    ) -> Result<(Vec<Arc<Base>>, Leftovers), IndexError> {
        let (map, memory, search) = (options.map.as_deref(), options.memory, options.search);
        let open =
            |span: &Span| Base::open(disk, map, memory, span.range(), Some(validate), deadlines, search).map(Arc::new);
        let stack = self.counted.iter().map(|(_, span)| open(span)).collect::<Result<Vec<_>, _>>()?;
        Ok((stack, Leftovers(self.leftovers)))
    }
}

impl Leftovers {
    /// Removes them. Not before the files that count have been opened: had the merged one been damaged, those it was
    /// made from would have been needed.
    ///
    /// # Errors
    /// [`IndexError::Io`].
    pub fn remove<D: Disk>(self, disk: &D) -> Result<(), IndexError> {
        self.0.iter().try_for_each(|name| disk.remove(name).map_err(IndexError::io(disk.display(name), "remove")))
    }
}

/// How many of the upper files a checkpoint of `fresh` bytes merges with; `sizes` are newest first.
pub(super) fn merge_depth(fresh: usize, sizes: &[usize]) -> usize {
    let (mut depth, mut above) = (0, fresh);
    for (index, size) in sizes.iter().enumerate() {
        let files_left = sizes.len() - index + 1;
        if above.saturating_mul(RATIO) < *size && files_left <= MAX_FILES {
            break;
        }
        above = above.saturating_add(*size);
        depth = index + 1;
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(pairs: &[(u64, u64)]) -> Vec<Range> {
        pairs.iter().map(|&(from, to)| Range { from, to }).collect()
    }

    #[test]
    fn names_read_back_and_sort_by_position() {
        let range = Range { from: 9, to: 100 };
        assert_eq!(Range::parse(&range.file_name()), Some(range));
        assert!(range.file_name() < Range { from: 10, to: 11 }.file_name());
        for foreign in ["index-9-100.base", "wal-1", "index-.base", &range.temporary_name()] {
            assert_eq!(Range::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_widest_files_that_join_down_to_zero_count() {
        let shown = |range: Range| range.file_name();
        let join = |pairs: &[(u64, u64)]| chain(&ranges(pairs), shown);
        assert_eq!(join(&[]).expect("empty"), []);
        assert_eq!(join(&[(0, 5), (5, 8)]).expect("joins"), ranges(&[(5, 8), (0, 5)]));
        assert_eq!(join(&[(0, 5), (5, 8), (8, 9), (5, 12)]).expect("joins"), ranges(&[(5, 12), (0, 5)]));
        assert_eq!(join(&[(0, 5), (0, 12), (5, 8), (5, 12)]).expect("joins"), ranges(&[(0, 12)]));
        let Err(IndexError::Gap { expected: 6, found: 5, file }) = join(&[(0, 5), (6, 8)]) else { panic!("a gap") };
        assert!(file.contains("00006-"));
    }

    #[test]
    fn small_deltas_stack_up_and_large_ones_merge_down() {
        assert_eq!(merge_depth(10, &[]), 0);
        assert_eq!(merge_depth(10, &[1000]), 0);
        assert_eq!(merge_depth(250, &[1000]), 1);
        assert_eq!(merge_depth(10, &[30, 150, 1000]), 2);
        // A fourth file is the last that is laid on top without merging.
        assert_eq!(merge_depth(1, &[100, 1000, 10_000]), 0);
        assert_eq!(merge_depth(1, &[100, 1000, 10_000, 100_000]), 1);
    }
}
