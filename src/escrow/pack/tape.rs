//! The tar file of a deposit as a stream: made member by member while it is read, alike for alike input.

use std::collections::HashSet;
use std::io::{self, Read};

use tar::{EntryType, Header};

use super::PackError;
use crate::base::timestamp::Timestamp;

/// A data file that goes into a deposit.
pub struct Member<'a> {
    /// Its name: no folder, printable ASCII, at most 100 octets.
    pub name: String,
    /// How many octets `content` yields. It stands before the content, so it must be known.
    pub octets: u64,
    /// What it holds.
    pub content: Box<dyn Read + 'a>,
}

/// Octets of a block: heads and contents begin at a multiple of it.
pub(super) const BLOCK: usize = 512;
/// The largest size that the head of ustar can tell: eleven octal digits.
const USTAR_OCTETS: u64 = 0o777_7777_7777;
const NAME_OCTETS: usize = 100;

/// Reads as a tar file (POSIX.1-2001, ustar; with a pax record of the size where 8 GiB and more need it).
pub(super) struct TarStream<'a> {
    members: std::vec::IntoIter<Member<'a>>,
    /// The member whose content is read, and how many octets of it have not been read yet.
    body: Option<(Member<'a>, u64)>,
    /// Heads and padding that have not been read yet, the next octet last.
    pending: Vec<u8>,
    seconds: u64,
    ended: bool,
    /// Why it cannot be read on, for the caller: between him and the stream stand libraries that only know `io::Error`.
    fault: Option<PackError>,
}

impl<'a> TarStream<'a> {
    /// `modified` is the time of every member.
    ///
    /// # Errors
    ///
    /// When there is no member, or a name cannot be a member's or is there twice.
    pub(super) fn new(members: Vec<Member<'a>>, modified: Timestamp) -> Result<Self, PackError> {
        if members.is_empty() {
            return Err(PackError::NoMember);
        }
        let mut seen = HashSet::new();
        for Member { name, .. } in &members {
            let plain = name.bytes().all(|octet| octet.is_ascii_graphic() && !matches!(octet, b'/' | b'\\'));
            if !plain || !(1..=NAME_OCTETS).contains(&name.len()) || matches!(&name[..], "." | "..") {
                return Err(PackError::MemberName { found: name.clone() });
            }
            if !seen.insert(name) {
                return Err(PackError::MemberTwice { name: name.clone() });
            }
        }
        drop(seen);
        let seconds = u64::try_from(modified.micros() / 1_000_000).unwrap_or(0);
        let members = members.into_iter();
        Ok(Self { members, body: None, pending: Vec::new(), seconds, ended: false, fault: None })
    }

    /// Why the stream could not be read on.
    pub(super) fn take_fault(&mut self) -> Option<PackError> {
        self.fault.take()
    }

    /// The next head, or the end mark of two empty blocks.
    fn advance(&mut self) -> io::Result<()> {
        match self.members.next() {
            Some(member) => {
                self.pending = head_of(&member, self.seconds)?;
                let octets = member.octets;
                self.body = Some((member, octets));
            }
            None => {
                self.pending = vec![0; 2 * BLOCK];
                self.ended = true;
            }
        }
        self.pending.reverse();
        Ok(())
    }

    /// Ends the member whose content has been read, once it is certain that there is no more.
    fn end_of(&mut self, mut member: Member<'a>) -> io::Result<()> {
        if read_some(&mut member.content, &mut [0])? > 0 {
            return Err(self.fail(PackError::MemberLonger { name: member.name, expected: member.octets }));
        }
        self.pending = vec![0; (member.octets.wrapping_neg() % BLOCK as u64) as usize];
        Ok(())
    }

    fn fail(&mut self, fault: PackError) -> io::Error {
        let told = fault.to_string();
        self.fault = Some(fault);
        io::Error::new(io::ErrorKind::InvalidData, told)
    }
}

impl Read for TarStream<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.pending.is_empty() {
                let count = out.len().min(self.pending.len());
                out.iter_mut()
                    .zip(self.pending.drain(self.pending.len() - count..).rev())
                    .for_each(|(to, octet)| *to = octet);
                return Ok(count);
            }
            match self.body.take() {
                Some((member, 0)) => self.end_of(member)?,
                Some((mut member, left)) => {
                    let room = usize::try_from(left).unwrap_or(usize::MAX).min(out.len());
                    let count = read_some(&mut member.content, &mut out[..room])?;
                    if count == 0 {
                        let (expected, found) = (member.octets, member.octets - left);
                        return Err(self.fail(PackError::MemberShorter { name: member.name, expected, found }));
                    }
                    self.body = Some((member, left - count as u64));
                    return Ok(count);
                }
                None if self.ended => return Ok(0),
                None => self.advance()?,
            }
        }
    }
}

/// As `read`, begun anew when a signal interrupts it.
pub(super) fn read_some(from: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(out) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// The blocks before a member's content.
fn head_of(member: &Member<'_>, seconds: u64) -> io::Result<Vec<u8>> {
    let mut blocks = Vec::with_capacity(3 * BLOCK);
    if member.octets > USTAR_OCTETS {
        let record = size_record(member.octets);
        blocks.extend_from_slice(block("pax", record.len() as u64, EntryType::XHeader, seconds)?.as_bytes());
        blocks.extend_from_slice(record.as_bytes());
        blocks.resize(2 * BLOCK, 0);
    }
    // A size above the record's limit stands here in GNU's way too, for those who do not know pax.
    blocks.extend_from_slice(block(&member.name, member.octets, EntryType::Regular, seconds)?.as_bytes());
    Ok(blocks)
}

fn block(name: &str, octets: u64, kind: EntryType, seconds: u64) -> io::Result<Header> {
    let mut header = Header::new_ustar();
    header.set_path(name)?;
    header.set_size(octets);
    header.set_entry_type(kind);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(seconds);
    header.set_cksum();
    Ok(header)
}

/// A pax record: its own length, which counts its own digits, then key and value.
fn size_record(octets: u64) -> String {
    let rest = format!(" size={octets}\n");
    let length = rest.len() + 2;
    debug_assert!((10..100).contains(&length), "two digits");
    format!("{length}{rest}")
}
