//! Packing and unpacking, judged by GnuPG and GNU tar.

pub(crate) mod gpg;
mod hostile;
mod keys;
mod message;
mod pack;
mod unpack;

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::num::NonZeroU64;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::{
    Cipher, Compression, FileKind, FileName, Folder, Joined, Limits, Member, Packed, Packing, PublicKey, SecretKey,
    UnpackError, Unpacked, Unpacking, pack as pack_deposit, unpack as unpack_deposit,
};
use crate::base::timestamp::{Date, Timestamp};

/// 2026-11-22, the day of the watermark.
fn midnight() -> Timestamp {
    Date::new(2026, 11, 22).expect("exists").midnight()
}

fn noon() -> Timestamp {
    Timestamp::from_micros(midnight().micros() + 12 * 3600 * 1_000_000)
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(20_261_122)
}

fn name() -> FileName {
    FileName::new("example", midnight().date(), FileKind::Full).expect("a TLD")
}

/// A folder in memory.
#[derive(Default)]
struct Shelf(BTreeMap<String, Vec<u8>>);

impl Folder for Shelf {
    type File = Vec<u8>;

    fn create(&mut self, _: &FileName) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn close(&mut self, name: &FileName, file: Vec<u8>) -> io::Result<()> {
        assert!(self.0.insert(name.to_string(), file).is_none(), "{name} is written once");
        Ok(())
    }
}

impl Shelf {
    /// The files that end so, in the order of the series.
    fn of(&self, extension: &str) -> Vec<Vec<u8>> {
        let files = self.0.iter().filter(|(name, _)| name.ends_with(extension));
        let files = files.map(|(name, file)| (name.parse::<FileName>().expect("a name").series, file.clone()));
        files.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    fn message(&self) -> Vec<u8> {
        self.of(".ryde").concat()
    }
}

/// A deposit that compresses, and one data file that does not fill a block.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let line = |number: usize| format!("<domain>name{number}.example{}</domain>\n", number * 7919 % 1009);
    let xml: String = (0..20_000).map(line).collect();
    vec![
        ("example_2026-11-22_full_S1_R0.xml", xml.into_bytes()),
        ("domain.csv", b"a,b\n".to_vec()),
        ("empty.csv", vec![]),
    ]
}

fn members(files: &[(&'static str, Vec<u8>)]) -> Vec<Member<'static>> {
    let member = |(name, octets): &(&str, Vec<u8>)| Member {
        name: (*name).to_owned(),
        octets: octets.len() as u64,
        content: Box::new(Cursor::new(octets.clone())),
    };
    files.iter().map(member).collect()
}

/// As Specification 2 has it, in one part.
fn packing<'a>(name: &'a FileName, recipients: &'a [&'a PublicKey], signer: &'a SecretKey) -> Packing<'a> {
    Packing {
        name,
        watermark: midnight(),
        now: noon(),
        recipients,
        signer,
        compression: Compression::Zip,
        cipher: Cipher::Aes128,
        part_octets: None,
        armour_signatures: false,
    }
}

/// Packs [`files`] in parts of so many octets.
fn packed(agent: &PublicKey, registry: &SecretKey, part_octets: u64) -> (Shelf, Packed) {
    let (name, recipients, mut shelf) = (name(), [agent], Shelf::default());
    let packing = Packing { part_octets: NonZeroU64::new(part_octets), ..packing(&name, &recipients, registry) };
    let done = pack_deposit(members(&files()), &packing, &mut rng(), &mut shelf).expect("packs");
    (shelf, done)
}

const LIMITS: Limits = Limits { members: 10, octets: 16 << 20 };

type Files = Vec<(String, Vec<u8>)>;

/// Reads everything.
fn unpacked(parts: Vec<Vec<u8>>, secret: Option<&SecretKey>) -> Result<(Files, Unpacked), UnpackError> {
    unpacked_within(parts, secret, LIMITS)
}

fn unpacked_within(
    parts: Vec<Vec<u8>>,
    secret: Option<&SecretKey>,
    limits: Limits,
) -> Result<(Files, Unpacked), UnpackError> {
    let mut files = Vec::new();
    let joined = Joined::new(parts.into_iter().map(Cursor::new).collect::<Vec<_>>());
    let unpacking = Unpacking { secret, limits, name: "bare.xml" };
    let done = unpack_deposit(joined, &unpacking, |member| {
        let mut content = Vec::new();
        member.read_to_end(&mut content)?;
        files.push((member.name.to_owned(), content));
        Ok::<(), UnpackError>(())
    })?;
    Ok((files, done))
}

fn owned(files: Vec<(&'static str, Vec<u8>)>) -> Files {
    files.into_iter().map(|(name, content)| (name.to_owned(), content)).collect()
}
