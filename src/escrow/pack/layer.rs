//! Which wrapping a file of a deposit has, seen at its first octets.

use std::io::{self, Cursor, Read};

use super::tape::{BLOCK, read_some};

/// The wrappings of a deposit, the outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// An OpenPGP message (RFC 4880, section 11.3), or the first part of one.
    Message,
    /// The same in ASCII armour (section 6).
    ArmouredMessage,
    /// A tar file.
    Tar,
    /// XML, which is the deposit itself.
    Xml,
}

/// A reader whose first octets have been looked at; it yields them again.
pub type Peeked<R> = io::Chain<Cursor<Vec<u8>>, R>;

impl Layer {
    /// The layer that begins with `first`, which has [`Layer::PEEK`] octets or all there are. Nothing: not of a deposit.
    pub fn detect(first: &[u8]) -> Option<Self> {
        let text = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first).trim_ascii_start();
        if is_tar(first) {
            Some(Self::Tar)
        } else if text.starts_with(b"-----BEGIN PGP MESSAGE") {
            Some(Self::ArmouredMessage)
        } else if text.starts_with(b"<") || is_utf_16(first) {
            Some(Self::Xml)
        } else {
            first.first().is_some_and(|tag| begins_message(*tag)).then_some(Self::Message)
        }
    }

    /// How many octets [`Layer::detect`] wants to see: the head of a tar file.
    pub const PEEK: usize = BLOCK;

    /// Looks at what `reader` begins with.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn peek<R: Read>(mut reader: R) -> io::Result<(Option<Self>, Peeked<R>)> {
        let mut first = vec![0; Self::PEEK];
        let mut filled = 0;
        while filled < first.len() {
            match read_some(&mut reader, &mut first[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        first.truncate(filled);
        let layer = Self::detect(&first);
        Ok((layer, Cursor::new(first).chain(reader)))
    }
}

/// What the reader of XML refuses in better words.
fn is_utf_16(first: &[u8]) -> bool {
    first.starts_with(b"\xFE\xFF\0<") || first.starts_with(b"\xFF\xFE<\0")
}

/// By the magic of POSIX and GNU, and without it by the checksum, as the tar of Unix V7 wrote it.
fn is_tar(first: &[u8]) -> bool {
    let Some(block) = first.get(..BLOCK) else { return false };
    if &block[257..262] == b"ustar" {
        return true;
    }
    let stated = tar::Header::from_byte_slice(block).cksum();
    let sum: u32 =
        block.iter().enumerate().map(|(at, octet)| if (148..156).contains(&at) { 32 } else { u32::from(*octet) }).sum();
    stated.is_ok_and(|stated| stated == sum) && block[0] != 0
}

/// Whether a packet with this first octet can begin a message (RFC 4880, section 4.2): a session key for a public key or a
/// passphrase, compressed, encrypted, signed or literal data, or a marker.
fn begins_message(tag: u8) -> bool {
    let packet = match tag {
        0xC0.. => tag & 0x3F,
        0x80.. => tag >> 2 & 0x0F,
        _ => return false,
    };
    matches!(packet, 1 | 2 | 3 | 4 | 8 | 9 | 10 | 11 | 18 | 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layer_is_seen_at_its_beginning() {
        for (first, layer) in [
            (&b"<?xml version=\"1.0\"?>"[..], Some(Layer::Xml)),
            (b"\xEF\xBB\xBF\n <rde:deposit", Some(Layer::Xml)),
            (b"-----BEGIN PGP MESSAGE-----\n", Some(Layer::ArmouredMessage)),
            (b"-----BEGIN PGP SIGNATURE-----\n", None),
            (b"\x85\x01\x0C\x03", Some(Layer::Message)),
            (b"\xC1\xC0\x4C\x03", Some(Layer::Message)),
            (b"\xD2\xFF", Some(Layer::Message)),
            (b"\x99\x01\x0D\x04", None),
            (b"\x1F\x8B\x08", None),
            (b"PK\x03\x04", None),
            (b"", None),
        ] {
            assert_eq!(Layer::detect(first), layer, "{first:?}");
        }
    }

    #[test]
    fn a_tar_file_is_seen_with_and_without_magic() {
        for mut header in [tar::Header::new_ustar(), tar::Header::new_gnu(), tar::Header::new_old()] {
            header.set_path("a.xml").expect("a name");
            header.set_size(0);
            header.set_cksum();
            assert_eq!(Layer::detect(header.as_bytes()), Some(Layer::Tar));
            assert_eq!(Layer::detect(&header.as_bytes()[..BLOCK - 1]), None);
        }
        assert_eq!(Layer::detect(&[0; BLOCK]), None);
    }

    #[test]
    fn what_was_looked_at_is_read_again() {
        let text = b"<x/>".repeat(1000);
        let (layer, mut reader) = Layer::peek(&text[..]).expect("memory");
        let mut read = Vec::new();
        reader.read_to_end(&mut read).expect("memory");
        assert_eq!((layer, read), (Some(Layer::Xml), text));
    }
}
