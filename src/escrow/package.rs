//! What the files of a deposit must be, beside what is in them (Specification 2, sections 5 and 6; RST v2, cases rde-01 to rde-03):
//! their names, their order, their wrapping, the members of the tar file, and that names say what the contents say.

use std::num::NonZeroU32;

use crate::escrow::check::{Case, Finding};
use crate::escrow::object::{Deposit, DepositKind, Header, Repository};
use crate::escrow::pack::{Extension, FileKind, FileName, KeyError, Layer, UnpackError, Wrapping, in_order};

/// What a member of the tar file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The XML of the deposit.
    Deposit,
    /// A file of the CSV model.
    Csv,
    /// Nothing that belongs there.
    Foreign,
}

/// Judges the files of a deposit.
#[derive(Debug, Default)]
pub struct Package {
    /// What the contents are held against: the name outside, or where that is none, the one inside.
    name: Option<FileName>,
    has_deposit: bool,
    findings: Vec<Finding>,
}

impl Package {
    /// Of processed files with these names, without folders, in whatever order; and the places of the names in the order of the
    /// series. Where names are wrong the order is as given; nothing: the files are not all of one deposit's parts.
    pub fn of_parts(names: &[&str]) -> (Self, Option<Vec<usize>>) {
        let mut package = Self::default();
        let mut placed = Vec::new();
        for (place, name) in names.iter().enumerate() {
            match name.parse::<FileName>() {
                Ok(parsed) => {
                    if parsed.extension != Extension::Ryde {
                        let problem = format!("expected the extension ryde of a message, found {}", parsed.extension);
                        package.file(Case::Rde01, name, problem);
                    }
                    placed.push((parsed.with_extension(Extension::Ryde), place));
                }
                Err(error) => package.file(Case::Rde01, name, error.to_string()),
            }
        }
        if placed.len() < names.len() {
            return (package, Some((0..names.len()).collect()));
        }
        placed.sort_by_key(|(name, _)| name.series);
        let (sorted, places): (Vec<_>, Vec<_>) = placed.into_iter().unzip();
        let order = match in_order(&sorted) {
            Ok(()) => Some(places),
            Err(error) => {
                package.find(Case::Rde01, String::new(), error.to_string());
                None
            }
        };
        package.name = sorted.into_iter().next();
        (package, order)
    }

    /// Of one file that somebody has taken out of its wrapping. It may be called as they like; what is called as a deposit must
    /// be it.
    pub fn unwrapped(name: &str) -> Self {
        Self { name: name.parse().ok(), ..Self::default() }
    }

    /// Whether there is a name that contents are held against.
    pub fn is_named(&self) -> bool {
        self.name.is_some()
    }

    /// Findings since the last call.
    pub fn take(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    fn find(&mut self, case: Case, object: String, problem: String) {
        self.findings.push(Finding { case, file: None, line: 0, object, problem });
    }

    fn file(&mut self, case: Case, name: &str, problem: String) {
        self.find(case, format!("file {name}"), problem);
    }

    /// Finds a signature that is not there.
    pub fn unsigned(&mut self, part: &str) {
        self.file(Case::Rde02, part, "expected a signature beside it, found none".to_owned());
    }

    /// Finds what `error` says of a file, or of all of them where `name` is empty; but nothing where it is an error of a key, of
    /// the disk, or of what was not given.
    pub fn fault(&mut self, name: &str, error: &UnpackError) {
        let Some(case) = case_of(error) else { return };
        if name.is_empty() {
            self.find(case, String::new(), error.to_string());
        } else {
            self.file(case, name, error.to_string());
        }
    }

    /// Judges how the message is made, and what stands in it.
    pub fn wrapping(&mut self, wrapping: &Wrapping) {
        let Some(sealing) = &wrapping.sealing else { return };
        for departure in sealing.departures() {
            let problem = format!("expected {}, found {}", departure.expected, departure.found);
            self.find(Case::Rde03, String::new(), problem);
        }
        if wrapping.layers.last() == Some(&Layer::Xml) {
            self.find(Case::Rde03, String::new(), "expected a tar file in the message, found XML".to_owned());
        }
    }

    /// Judges a data file by its name, and says what it is. What is in no tar file has no name.
    pub fn member(&mut self, name: &str, wrapping: &Wrapping) -> Role {
        if wrapping.layers.last() != Some(&Layer::Tar) {
            self.has_deposit = true;
            return Role::Deposit;
        }
        if name.contains('/') {
            self.file(Case::Rde03, name, "expected a tar file without folders, found a file in one".to_owned());
        }
        match name.rsplit_once('.') {
            Some((_, "xml")) if self.has_deposit => {
                self.file(Case::Rde03, name, "expected one XML file, found another".to_owned());
                Role::Foreign
            }
            Some((_, "xml")) => {
                self.has_deposit = true;
                self.named_as_outside(name);
                Role::Deposit
            }
            Some((_, "csv")) => Role::Csv,
            _ => {
                self.file(Case::Rde03, name, "expected XML and CSV files alone, found another".to_owned());
                Role::Foreign
            }
        }
    }

    fn named_as_outside(&mut self, found: &str) {
        let Some(outside) = &self.name else {
            match found.parse() {
                Ok(name) => self.name = Some(name),
                Err(error) => self.file(Case::Rde01, found, error.to_string()),
            }
            return;
        };
        let expected = outside.with_extension(Extension::Xml).with_series(NonZeroU32::MIN).to_string();
        if found != expected {
            self.file(Case::Rde01, found, format!("expected the name {expected} of the files outside, found {found}"));
        }
    }

    /// Holds the frame of the deposit against the name of its files.
    pub fn frame(&mut self, deposit: &Deposit) {
        let Some(name) = self.name.clone() else { return };
        let fits = match name.kind {
            FileKind::Full | FileKind::Thin | FileKind::Thick { .. } => deposit.kind == DepositKind::Full,
            FileKind::Differential => deposit.kind != DepositKind::Full,
        };
        if !fits {
            self.differs(&name, &format!("a {} deposit", name.kind), &format!("type {}", deposit.kind.name()));
        }
        let day = deposit.watermark.date();
        if day != name.day {
            self.differs(&name, &format!("a watermark on {}", name.day), &deposit.watermark.to_string());
        }
        if u32::from(deposit.resend) != name.revision {
            self.differs(&name, &format!("resend {}", name.revision), &deposit.resend.to_string());
        }
    }

    /// Holds the header against the name of the files.
    pub fn header(&mut self, header: &Header) {
        let Some(name) = self.name.clone() else { return };
        match &header.repository {
            Repository::Tld(tld) if tld.eq_ignore_ascii_case(name.tld()) => {}
            Repository::Tld(tld) => self.differs(&name, &format!("the TLD {}", name.tld()), tld),
            _ => self.differs(&name, &format!("the TLD {}", name.tld()), "a repository of another kind"),
        }
    }

    fn differs(&mut self, name: &FileName, expected: &str, found: &str) {
        self.find(Case::Rde01, String::new(), format!("expected {expected}, as {name} says, found {found}"));
    }

    /// Judges what only the whole can tell, once all members have been seen.
    pub fn finish(&mut self) {
        if !self.has_deposit {
            self.find(Case::Rde03, String::new(), "expected an XML file in the tar file, found none".to_owned());
        }
    }
}

/// The case that an error breaks; nothing where it is of a key, of the disk, or of what was not given.
const fn case_of(error: &UnpackError) -> Option<Case> {
    match error {
        UnpackError::Name(_) | UnpackError::ForeignPart { .. } | UnpackError::PartOrder { .. } => Some(Case::Rde01),
        UnpackError::SignatureForm { .. }
        | UnpackError::SignatureOfOther { .. }
        | UnpackError::WeakDigest { .. }
        | UnpackError::SignatureWrong
        | UnpackError::SignatureInFuture { .. }
        | UnpackError::SignatureExpired { .. }
        // The registry's key was not one to sign with when it was signed.
        | UnpackError::Key(KeyError::NoneFits { .. }) => Some(Case::Rde02),
        UnpackError::UnknownLayer { .. }
        | UnpackError::NotForUs { .. }
        | UnpackError::SessionKey { .. }
        | UnpackError::MessageForm { .. }
        | UnpackError::Damaged { .. }
        | UnpackError::MemberName { .. }
        | UnpackError::MemberKind { .. }
        | UnpackError::MemberTwice { .. }
        | UnpackError::NoMember
        | UnpackError::TooManyMembers { .. }
        | UnpackError::Bomb { .. }
        | UnpackError::Tar { .. } => Some(Case::Rde03),
        UnpackError::Key(_) | UnpackError::Encrypted | UnpackError::Io(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::timestamp::Date;

    const ONE: &str = "example_2026-11-22_full_S1_R0.ryde";
    const TWO: &str = "example_2026-11-22_full_S2_R0.ryde";

    fn told(package: &mut Package) -> Vec<String> {
        let findings = package.take().into_iter();
        findings.map(|found| format!("{} {}: {}", found.case.name(), found.object, found.problem)).collect()
    }

    #[test]
    fn parts_are_put_in_order_by_their_names() {
        let (mut package, order) = Package::of_parts(&[TWO, ONE]);
        assert_eq!((order, told(&mut package)), (Some(vec![1, 0]), vec![]));
        for (names, order, expected) in [
            (&[TWO][..], None, "rde-01 : expected part S1, found example_2026-11-22_full_S2_R0.ryde"),
            (&[ONE, ONE], None, "rde-01 : expected part S2, found example_2026-11-22_full_S1_R0.ryde"),
            (&[ONE, "example_2026-11-22_full_S3_R0.ryde"], None, "rde-01 : expected part S2, found"),
            (&[ONE, "other_2026-11-22_full_S2_R0.ryde"], None, "other_2026-11-22_full_S2_R0.ryde is not of the same"),
            (&["x.pgp", ONE], Some(vec![0, 1]), "rde-01 file x.pgp: not the name of a file of a deposit"),
            (
                &["example_2026-11-22_full_S1_R0.tar"],
                Some(vec![0]),
                "expected the extension ryde of a message, found tar",
            ),
        ] {
            let (mut package, found) = Package::of_parts(names);
            let told = told(&mut package);
            assert!(found == order && told.len() == 1 && told[0].contains(expected), "{names:?}: {found:?} {told:?}");
        }
    }

    #[test]
    fn members_are_named_as_the_files_outside_and_nothing_else_is_among_them() {
        let wrapping = |layer| Wrapping { layers: vec![Layer::Message, layer], sealing: None };
        let tar = wrapping(Layer::Tar);
        for (name, role, expected) in [
            ("example_2026-11-22_full_S1_R0.xml", Role::Deposit, ""),
            (
                "example_2026-11-23_full_S1_R0.xml",
                Role::Deposit,
                "rde-01 file example_2026-11-23_full_S1_R0.xml: expected the name",
            ),
            ("deposit.xml", Role::Deposit, "expected the name example_2026-11-22_full_S1_R0.xml of the files outside"),
            ("a/example_2026-11-22_full_S1_R0.xml", Role::Deposit, "expected a tar file without folders"),
            ("domain.csv", Role::Csv, ""),
            ("README", Role::Foreign, "rde-03 file README: expected XML and CSV files alone"),
        ] {
            let (mut package, _) = Package::of_parts(&[ONE]);
            let found = package.member(name, &tar);
            let told = told(&mut package).concat();
            assert!(
                found == role && told.contains(expected) && told.is_empty() == expected.is_empty(),
                "{name}: {told}"
            );
            package.finish();
            assert_eq!(
                package.take().len(),
                usize::from(role != Role::Deposit),
                "{name}: there is an XML file, or not"
            );
        }
        let (mut package, _) = Package::of_parts(&[ONE]);
        package.member("example_2026-11-22_full_S1_R0.xml", &tar);
        assert_eq!(package.member("more.xml", &tar), Role::Foreign);
        assert!(told(&mut package).concat().contains("expected one XML file, found another"));
        assert_eq!(package.member("bare.xml", &wrapping(Layer::Xml)), Role::Deposit);
    }

    #[test]
    fn names_say_what_the_contents_say() {
        let midnight = Date::new(2026, 11, 22).expect("exists").midnight();
        let (kind, id) = (DepositKind::Full, "A1".to_owned());
        let deposit = Deposit { kind, id, previous: None, resend: 0, watermark: midnight, menu: vec![] };
        let header = |repository| Header { repository, counts: vec![], content_tag: None };
        let tld = |tld: &str| header(Repository::Tld(tld.to_owned()));
        for (name, deposit, header, expected) in [
            (ONE, deposit.clone(), tld("example"), ""),
            (ONE, deposit.clone(), tld("EXAMPLE"), ""),
            (
                ONE,
                deposit.clone(),
                tld("test"),
                "rde-01 : expected the TLD example, as example_2026-11-22_full_S1_R0.ryde says, found test",
            ),
            (ONE, deposit.clone(), header(Repository::Registrar(1)), "found a repository of another kind"),
            (
                ONE,
                Deposit { kind: DepositKind::Differential, ..deposit.clone() },
                tld("example"),
                "expected a full deposit",
            ),
            (ONE, Deposit { resend: 1, ..deposit.clone() }, tld("example"), "expected resend 0"),
            (
                ONE,
                Deposit { watermark: midnight.plus_days(1), ..deposit.clone() },
                tld("example"),
                "expected a watermark on 2026-11-22",
            ),
            ("example_2026-11-22_diff_S1_R0.ryde", deposit.clone(), tld("example"), "expected a diff deposit"),
            ("example_2026-11-22_thin_S1_R0.ryde", deposit.clone(), tld("example"), ""),
        ] {
            let (mut package, _) = Package::of_parts(&[name]);
            package.frame(&deposit);
            package.header(&header);
            let told = told(&mut package);
            let is_right =
                if expected.is_empty() { told.is_empty() } else { told.len() == 1 && told[0].contains(expected) };
            assert!(is_right, "{name}: {told:?}");
        }
        let mut unnamed = Package::unwrapped("deposit.xml");
        unnamed.frame(&deposit);
        unnamed.header(&tld("test"));
        assert!(!unnamed.is_named() && unnamed.take().is_empty());
    }
}
