//! What is kept of the clock between two runs, in a file of the data directory: during which boot of the machine it was
//! believed, and how far it then was from the steady clock. So a clock that has jumped is not believed only because the
//! registry was started again.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::base::timestamp::Timestamp;
use crate::runtime::clock::{ClockStatus, SystemClock, boot_id};

/// The name of the file.
const NAME: &str = "clock";
/// The name while it is written.
const TEMPORARY: &str = "clock.tmp";
/// The first line, with the version of the format.
const TITLE: &str = "domesday clock 1";
const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// The file, and the clock that it tells of.
pub(super) struct ClockNote {
    dir: PathBuf,
    clock: SystemClock,
}

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Noted {
    /// The kernel's name of the boot.
    boot: String,
    /// Trusted time less the steady clock, in microseconds.
    line: i64,
    /// The trusted time when it was written.
    date: Timestamp,
}

impl ClockNote {
    /// Has the clock begin, after a last transaction of that date and with what an earlier run has noted; and notes it.
    pub(super) fn begin(data_dir: &Path, clock: SystemClock, last: Timestamp) -> Self {
        let note = Self { dir: data_dir.to_owned(), clock };
        let noted = note.read();
        let this_boot = boot_id().ok();
        let line = noted.as_ref().filter(|noted| Some(&noted.boot) == this_boot.as_ref()).map(|noted| noted.line);
        let status = note.clock.begin_after(last, line);
        let written = noted.map_or(last, |noted| last.max(noted.date));
        if let (None, Some(oddity)) = (line, oddity(&status, written)) {
            let wall = status.wall;
            tracing::warn!(%wall, last = %written, "{oddity}; it is believed, since nothing tells otherwise: if it is \
                 wrong, stop the registry and set it right before anything is dated");
        }
        note.keep();
        note
    }

    /// Writes down what is believed now. While all there is is a guess, what was written before stays.
    pub(super) fn keep(&self) {
        if let Err(error) = self.write() {
            let file = self.dir.join(NAME);
            tracing::warn!(%error, file = %file.display(), "what is known of the clock could not be kept for the next \
                 start, which may believe a clock that has jumped");
        }
    }

    fn read(&self) -> Option<Noted> {
        let file = self.dir.join(NAME);
        let text = match std::fs::read_to_string(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            text => text,
        };
        let noted = text.as_ref().ok().and_then(|text| Noted::parse(text));
        if noted.is_none() {
            let error = text.err().map_or_else(|| "it is not whole".to_owned(), |error| error.to_string());
            tracing::warn!(error, file = %file.display(), "what an earlier run knew of the clock cannot be read; it is \
                 written anew");
        }
        noted
    }

    fn write(&self) -> io::Result<()> {
        let Some(line) = self.clock.line() else { return Ok(()) };
        let text = Noted { boot: boot_id()?, line, date: self.clock.look().trusted }.text();
        let temporary = self.dir.join(TEMPORARY);
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(text.as_bytes())?;
        // Whole or not at all if the process ends here. It need not outlast the machine: after that it is another boot.
        std::fs::rename(&temporary, self.dir.join(NAME))
    }
}

impl Noted {
    fn text(&self) -> String {
        let Self { boot, line, date } = self;
        format!("{TITLE}\nboot {boot}\nline {line}\ndate {}\n", date.micros())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let mut value = |name: &str| lines.next()?.strip_prefix(name);
        value(TITLE).filter(|rest| rest.is_empty())?;
        let boot = value("boot ")?.to_owned();
        let line = value("line ")?.parse().ok()?;
        let date = Timestamp::from_micros(value("date ")?.parse().ok()?);
        lines.next().is_none().then_some(Self { boot, line, date })
    }
}

/// What is strange, though not impossible, in a clock that there is no line for, after `written`, the last date that is
/// kept; the epoch: none.
fn oddity(status: &ClockStatus, written: Timestamp) -> Option<&'static str> {
    let since = status.wall.micros().saturating_sub(written.micros());
    match (written > Timestamp::default() && status.doubt.is_none(), since) {
        (true, ..0) => Some("the machine's clock is before the last date that this registry has written"),
        (true, DAY_MICROS..) => {
            Some("the machine's clock is more than a day after the last date that this registry has written")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_reads_back_and_nothing_else_is_one() {
        let noted = Noted { boot: "8f3e-77".into(), line: -5, date: Timestamp::from_micros(7) };
        let text = noted.text();
        assert_eq!(Noted::parse(&text), Some(noted));
        for end in 0..text.len() {
            assert_eq!(Noted::parse(&text[..end]), None, "{end}");
        }
        assert_eq!(Noted::parse(&format!("{text}more\n")), None);
    }

    #[test]
    fn a_clock_without_a_line_is_strange_before_the_last_date_and_a_day_after_it() {
        let day = DAY_MICROS;
        let status = |wall, doubt| {
            let wall = Timestamp::from_micros(wall);
            ClockStatus { wall, trusted: wall, last: None, doubt, doubts: 0 }
        };
        let strange = |wall, written| oddity(&status(wall, None), Timestamp::from_micros(written)).is_some();
        assert!(strange(10 * day - 1, 10 * day) && strange(11 * day, 10 * day));
        assert!(!strange(10 * day, 10 * day) && !strange(11 * day - 1, 10 * day));
        assert!(!strange(10 * day, 0), "nothing was ever written");
        let doubted = status(day, Some(crate::port::clock::Doubt::Jumped { by: 1 }));
        assert_eq!(oddity(&doubted, Timestamp::from_micros(10 * day)), None, "said as an error already");
    }

    #[test]
    fn the_next_run_of_the_same_boot_finds_the_jump_and_one_of_another_does_not() {
        let dir = tempfile::tempdir().expect("a directory");
        let begin = || {
            let clock = SystemClock::default();
            let note = ClockNote::begin(dir.path(), clock.clone(), Timestamp::default());
            (note, clock)
        };
        let (note, clock) = begin();
        assert_eq!(clock.look().doubt, None);
        let kept = note.read().expect("it was kept");
        // An hour before, the clock was an hour behind what it is now.
        let write = |noted: &Noted| std::fs::write(dir.path().join(NAME), noted.text()).expect("writable");
        let before = Noted { line: kept.line - 3600 * 1_000_000, ..kept };
        write(&before);
        let (note, clock) = begin();
        assert!(clock.look().doubt.is_some());
        assert_eq!(note.read().map(|noted| noted.line), Some(before.line), "the next start doubts it too");
        clock.accept();
        note.keep();
        assert_eq!(begin().1.look().doubt, None);
        write(&Noted { boot: "another".into(), ..before });
        assert_eq!(begin().1.look().doubt, None);
        std::fs::write(dir.path().join(NAME), "what").expect("writable");
        let (note, clock) = begin();
        assert_eq!((clock.look().doubt, note.read().is_some()), (None, true));
    }
}
