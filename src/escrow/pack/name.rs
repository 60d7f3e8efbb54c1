//! Names of the files of a deposit (Specification 2, section 5): `{gTLD}_{YYYY-MM-DD}_{type}_S{#}_R{rev}.{ext}`.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use crate::base::timestamp::Date;

/// What a file is part of, as its name says it. There is no word for an incremental deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `full`: a full deposit.
    Full,
    /// `diff`: a differential deposit.
    Differential,
    /// `thin`: bulk registration data access (Specification 4, section 3.1).
    Thin,
    /// `thick-{gurid}`: exceptional access to the names of one registrar (section 3.2).
    Thick {
        /// The registrar's number at IANA.
        gurid: u32,
    },
}

/// What a file holds, as the end of its name says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extension {
    /// `ryde`: a processed file, which is an OpenPGP message or a part of one.
    Ryde,
    /// `sig`: the detached signature over a processed file.
    Sig,
    /// `tar`: what the message holds.
    Tar,
    /// `xml`: the deposit (RFC 8909).
    Xml,
    /// `csv`: objects in the CSV model (RFC 9022, section 4.6).
    Csv,
}

/// The name of a file of a deposit, read by [`str::parse`] and written by [`ToString`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileName {
    tld: String,
    /// The day of the watermark.
    pub day: Date,
    /// What the file is part of.
    pub kind: FileKind,
    /// S: the place in the series of parts, from 1.
    pub series: NonZeroU32,
    /// R: how often the deposit has been sent before.
    pub revision: u32,
    /// What the file holds.
    pub extension: Extension,
}

/// A part of a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// The five parts between underscores, and the extension behind a dot.
    Whole,
    /// gTLD.
    Tld,
    /// YYYY-MM-DD.
    Day,
    /// type.
    Kind,
    /// S{#}.
    Series,
    /// R{rev}.
    Revision,
    /// ext.
    Extension,
}

/// A name that no file of a deposit has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    /// The first part that is wrong.
    pub part: NamePart,
    /// What stands there.
    pub found: String,
}

impl FileName {
    /// The first processed file of a deposit: S1, R0, `ryde`; the other fields can be set.
    ///
    /// # Errors
    ///
    /// When `tld` is no lower-case A-label or other label of letters, digits and hyphens.
    pub fn new(tld: &str, day: Date, kind: FileKind) -> Result<Self, NameError> {
        if !is_label(tld) {
            return Err(wrong(NamePart::Tld, tld));
        }
        let (series, revision, extension) = (NonZeroU32::MIN, 0, Extension::Ryde);
        Ok(Self { tld: tld.to_owned(), day, kind, series, revision, extension })
    }

    /// The TLD, without a dot and with an IDN as its A-label.
    pub fn tld(&self) -> &str {
        &self.tld
    }

    /// The file beside this one that holds something else.
    #[must_use]
    pub fn with_extension(&self, extension: Extension) -> Self {
        Self { extension, ..self.clone() }
    }

    /// The file at another place of the series.
    #[must_use]
    pub fn with_series(&self, series: NonZeroU32) -> Self {
        Self { series, ..self.clone() }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tld, day, kind, series, revision, extension } = self;
        write!(f, "{tld}_{day}_{kind}_S{series}_R{revision}.{extension}")
    }
}

impl FromStr for FileName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        let whole = || wrong(NamePart::Whole, name);
        let (base, extension) = name.split_once('.').ok_or_else(whole)?;
        let parts: Vec<&str> = base.split('_').collect();
        let [tld, day, kind, series, revision] = parts[..] else { return Err(whole()) };
        let day = date(day).ok_or_else(|| wrong(NamePart::Day, day))?;
        let kind = FileKind::of(kind).ok_or_else(|| wrong(NamePart::Kind, kind))?;
        let named = Self::new(tld, day, kind)?;
        let series = numbered(series, 'S').and_then(NonZeroU32::new).ok_or_else(|| wrong(NamePart::Series, series))?;
        let revision = numbered(revision, 'R').ok_or_else(|| wrong(NamePart::Revision, revision))?;
        let extension = Extension::of(extension).ok_or_else(|| wrong(NamePart::Extension, extension))?;
        Ok(Self { series, revision, extension, ..named })
    }
}

impl FileKind {
    fn of(word: &str) -> Option<Self> {
        match word {
            "full" => Some(Self::Full),
            "diff" => Some(Self::Differential),
            "thin" => Some(Self::Thin),
            _ => Some(Self::Thick { gurid: number(word.strip_prefix("thick-")?)? }),
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("full"),
            Self::Differential => f.write_str("diff"),
            Self::Thin => f.write_str("thin"),
            Self::Thick { gurid } => write!(f, "thick-{gurid}"),
        }
    }
}

impl Extension {
    const ALL: [Self; 5] = [Self::Ryde, Self::Sig, Self::Tar, Self::Xml, Self::Csv];

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extension| extension.word() == word)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Ryde => "ryde",
            Self::Sig => "sig",
            Self::Tar => "tar",
            Self::Xml => "xml",
            Self::Csv => "csv",
        }
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self.part {
            NamePart::Whole => "{gTLD}_{YYYY-MM-DD}_{type}_S{#}_R{rev}.{ext}",
            NamePart::Tld => "a TLD without dot, in lower case, an IDN as its A-label",
            NamePart::Day => "a day as YYYY-MM-DD",
            NamePart::Kind => "full, diff, thin or thick-{gurid}",
            NamePart::Series => "S and a number from 1",
            NamePart::Revision => "R and a number from 0",
            NamePart::Extension => "ryde, sig, tar, xml or csv",
        };
        write!(f, "not the name of a file of a deposit: expected {expected}, found {:?}", self.found)
    }
}

impl std::error::Error for NameError {}

/// Octets of a wrong name that are shown; a file system has none longer.
const SHOWN: usize = 255;

fn wrong(part: NamePart, found: &str) -> NameError {
    let end = (0..=found.len().min(SHOWN)).rev().find(|end| found.is_char_boundary(*end)).unwrap_or(0);
    NameError { part, found: found[..end].to_owned() }
}

/// A label of a domain name (RFC 5890, section 2.3.1), in lower case.
fn is_label(text: &str) -> bool {
    let letters = text.bytes().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    letters && (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-')
}

fn date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) || !text.bytes().all(|o| o.is_ascii_digit() || o == b'-') {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn numbered(text: &str, letter: char) -> Option<u32> {
    number(text.strip_prefix(letter)?)
}

/// A number in its one shortest form, so that every name is written again as it was read.
fn number(text: &str) -> Option<u32> {
    let shortest = text == "0" || (!text.starts_with('0') && text.bytes().all(|octet| octet.is_ascii_digit()));
    if shortest { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> Date {
        Date::new(2026, 11, 22).expect("exists")
    }

    #[test]
    fn the_examples_of_the_specification_are_written_and_read() {
        let full = FileName::new("example", day(), FileKind::Full).expect("a TLD");
        assert_eq!(full.to_string(), "example_2026-11-22_full_S1_R0.ryde");
        assert_eq!(full.with_extension(Extension::Sig).to_string(), "example_2026-11-22_full_S1_R0.sig");
        let diff: FileName = "xn--p1ai_2026-11-23_diff_S2_R1.ryde".parse().expect("a name");
        assert_eq!((diff.tld(), diff.day.day, diff.kind), ("xn--p1ai", 23, FileKind::Differential));
        assert_eq!((diff.series.get(), diff.revision, diff.extension), (2, 1, Extension::Ryde));
        let thick: FileName = "example_2026-11-22_thick-9999_S1_R0.xml".parse().expect("a name");
        assert_eq!(thick.kind, FileKind::Thick { gurid: 9999 });
        let thin: FileName = "example_2026-11-22_thin_S1_R0.csv".parse().expect("a name");
        assert_eq!((thin.kind, thin.extension), (FileKind::Thin, Extension::Csv));
    }

    #[test]
    fn the_first_wrong_part_is_named() {
        for (name, part, found) in [
            ("example", NamePart::Whole, "example"),
            ("example_2026-11-22_full_S1.ryde", NamePart::Whole, "example_2026-11-22_full_S1.ryde"),
            ("a_b_2026-11-22_full_S1_R0.ryde", NamePart::Whole, "a_b_2026-11-22_full_S1_R0.ryde"),
            ("Example_2026-11-22_full_S1_R0.ryde", NamePart::Tld, "Example"),
            ("../x_2026-11-22_full_S1_R0.ryde", NamePart::Whole, "../x_2026-11-22_full_S1_R0.ryde"),
            ("-x_2026-11-22_full_S1_R0.ryde", NamePart::Tld, "-x"),
            ("_2026-11-22_full_S1_R0.ryde", NamePart::Tld, ""),
            ("рф_2026-11-22_full_S1_R0.ryde", NamePart::Tld, "рф"),
            ("example_2026-02-29_full_S1_R0.ryde", NamePart::Day, "2026-02-29"),
            ("example_2026-2-09_full_S1_R0.ryde", NamePart::Day, "2026-2-09"),
            ("example_+026-02-09_full_S1_R0.ryde", NamePart::Day, "+026-02-09"),
            ("example_2026-11-22_incr_S1_R0.ryde", NamePart::Kind, "incr"),
            ("example_2026-11-22_thick-_S1_R0.ryde", NamePart::Kind, "thick-"),
            ("example_2026-11-22_thick-+1_S1_R0.ryde", NamePart::Kind, "thick-+1"),
            ("example_2026-11-22_full_S0_R0.ryde", NamePart::Series, "S0"),
            ("example_2026-11-22_full_S01_R0.ryde", NamePart::Series, "S01"),
            ("example_2026-11-22_full_s1_R0.ryde", NamePart::Series, "s1"),
            ("example_2026-11-22_full_S1_R-1.ryde", NamePart::Revision, "R-1"),
            ("example_2026-11-22_full_S1_R4294967296.ryde", NamePart::Revision, "R4294967296"),
            ("example_2026-11-22_full_S1_R0.asc", NamePart::Extension, "asc"),
            ("example_2026-11-22_full_S1_R0.ryde.sig", NamePart::Extension, "ryde.sig"),
        ] {
            assert_eq!(name.parse::<FileName>(), Err(NameError { part, found: found.to_owned() }), "{name}");
        }
        let told = NameError { part: NamePart::Kind, found: "incr".to_owned() }.to_string();
        assert!(told.contains("expected full, diff, thin") && told.contains("found \"incr\""), "{told}");
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_as_it_was(name in "[a-z0-9-]{1,9}_20[0-9]{2}-[01][0-9]-[0-3][0-9]_(full|diff|thin|thick-[0-9]{1,3})_S[0-9]{1,2}_R[0-9]{1,2}\\.(ryde|sig|tar|xml|csv)") {
            if let Ok(read) = name.parse::<FileName>() {
                prop_assert_eq!(read.to_string(), name);
            }
        }

        #[test]
        fn what_is_written_is_read_again(series in 1u32.., revision: u32, gurid: u32, month in 1u8..=12, kind in 0usize..4, at in 0usize..5) {
            let kind = [FileKind::Full, FileKind::Differential, FileKind::Thin, FileKind::Thick { gurid }][kind];
            let day = Date::new(2026, month, 7).expect("exists");
            let series = NonZeroU32::new(series).expect("from 1");
            let name = FileName::new("xn--p1ai", day, kind).expect("a TLD").with_series(series);
            let name = FileName { revision, ..name }.with_extension(Extension::ALL[at]);
            prop_assert_eq!(name.to_string().parse::<FileName>(), Ok(name));
        }
    }
}
