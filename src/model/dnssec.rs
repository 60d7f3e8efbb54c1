//! The numbers of DNSSEC (IANA: DNS security algorithm numbers; digest algorithms), the form of each algorithm's keys, and the
//! DS record that is made of a key (RFC 4034, section 5.1.4 and appendix B).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use crate::model::sec_dns::{ArchivedKeyData, ArchivedSecDns, ArchivedSecDnsPolicy, DsData, KeyData};

/// An algorithm that zones are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// Its number.
    pub number: u8,
    /// Its mnemonic.
    pub name: &'static str,
    form: KeyForm,
}

/// What a public key of an algorithm looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyForm {
    /// Exponent and modulus (RFC 3110, section 2); bits of the modulus.
    Rsa { least: usize, most: usize },
    /// T, Q, P, G and Y (RFC 2536, section 2).
    Dsa,
    /// So many octets.
    Octets(usize),
}

const fn algorithm_of(number: u8, name: &'static str, form: KeyForm) -> Algorithm {
    Algorithm { number, name, form }
}

/// RFC 3110, section 3, and RFC 5702, section 2: up to 4096 bits.
const RSA: KeyForm = KeyForm::Rsa { least: 512, most: 4096 };

/// All that IANA lists for zone signing but for private ones (253, 254): whose they are, a registry cannot know.
const ALGORITHMS: [Algorithm; 14] = [
    algorithm_of(1, "RSAMD5", RSA),
    algorithm_of(3, "DSA", KeyForm::Dsa),
    algorithm_of(5, "RSASHA1", RSA),
    algorithm_of(6, "DSA-NSEC3-SHA1", KeyForm::Dsa),
    algorithm_of(7, "RSASHA1-NSEC3-SHA1", RSA),
    algorithm_of(8, "RSASHA256", RSA),
    // RFC 5702, section 2.2: "MUST NOT be less than 1024 bits".
    algorithm_of(10, "RSASHA512", KeyForm::Rsa { least: 1024, most: 4096 }),
    // RFC 5933, section 2.
    algorithm_of(12, "ECC-GOST", KeyForm::Octets(64)),
    // RFC 6605, section 4.
    algorithm_of(13, "ECDSAP256SHA256", KeyForm::Octets(64)),
    algorithm_of(14, "ECDSAP384SHA384", KeyForm::Octets(96)),
    // RFC 8080, section 3.
    algorithm_of(15, "ED25519", KeyForm::Octets(32)),
    algorithm_of(16, "ED448", KeyForm::Octets(57)),
    // RFC 9563, section 3.
    algorithm_of(17, "SM2SM3", KeyForm::Octets(64)),
    // RFC 9558, section 2.
    algorithm_of(23, "ECC-GOST12", KeyForm::Octets(64)),
];

/// The algorithm of this number.
pub fn algorithm(number: u8) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().find(|algorithm| algorithm.number == number)
}

impl Algorithm {
    /// What is wrong with a public key of it; `None`: its form is right.
    pub fn key_fault(&self, key: &[u8]) -> Option<String> {
        let (name, found) = (self.name, key.len());
        match self.form {
            KeyForm::Octets(octets) => {
                (found != octets).then(|| format!("a key of {name} has {octets} octets, this one {found}"))
            }
            KeyForm::Dsa => {
                let octets = key.first().map(|t| 1 + 20 + 3 * (64 + 8 * usize::from(*t)));
                let is_good = key.first().is_some_and(|t| *t <= 8) && octets == Some(found);
                (!is_good).then(|| format!("a key of {name} has T, Q, P, G and Y of the lengths that T gives"))
            }
            KeyForm::Rsa { least, most } => rsa_fault(key, least, most).map(|fault| format!("a key of {name} {fault}")),
        }
    }
}

/// RFC 3110, section 2: the exponent's length in one octet or in three of which the first is zero, exponent, modulus. "Leading
/// zero octets are prohibited in the exponent and modulus."
fn rsa_fault(key: &[u8], least: usize, most: usize) -> Option<String> {
    let parts = match key {
        [0, high, low, rest @ ..] => rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low]))),
        [0, ..] | [] => None,
        [length, rest @ ..] => rest.split_at_checked((*length).into()),
    };
    let Some((exponent, modulus)) = parts else { return Some("has an exponent as long as it says".to_owned()) };
    let bits = |number: &[u8]| match number.first() {
        None | Some(0) => None,
        Some(first) => Some(number.len() * 8 - usize::try_from(first.leading_zeros()).unwrap_or(8)),
    };
    match (bits(exponent), bits(modulus)) {
        (Some(exponent), Some(_)) if exponent > most => Some(format!("has an exponent of {most} bits at most")),
        (Some(_), Some(modulus)) if (least..=most).contains(&modulus) => None,
        (Some(_), Some(modulus)) => Some(format!("has a modulus of {least} to {most} bits, this one {modulus}")),
        _ => Some("has exponent and modulus without leading zeros".to_owned()),
    }
}

/// A digest type of DS records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestType {
    /// Its number.
    pub number: u8,
    /// Its name.
    pub name: &'static str,
    /// Octets of a digest.
    pub octets: usize,
}

const DIGEST_TYPES: [DigestType; 6] = [
    DigestType { number: 1, name: "SHA-1", octets: 20 },
    DigestType { number: 2, name: "SHA-256", octets: 32 },
    DigestType { number: 3, name: "GOST R 34.11-94", octets: 32 },
    DigestType { number: 4, name: "SHA-384", octets: 48 },
    DigestType { number: 5, name: "GOST R 34.11-2012", octets: 32 },
    DigestType { number: 6, name: "SM3", octets: 32 },
];

/// The digest type of this number.
pub fn digest_type(number: u8) -> Option<&'static DigestType> {
    DIGEST_TYPES.iter().find(|digest| digest.number == number)
}

/// Digest types that DS records can be made with here.
pub const MADE_DIGESTS: [u8; 2] = [2, 4];

impl KeyData {
    /// Its key tag (RFC 4034, appendix B).
    pub fn tag(&self) -> u16 {
        if self.algorithm == 1 {
            // Appendix B.1: "the most significant 16 bits of the least significant 24 bits in the public key modulus".
            return match self.public_key[..] {
                [.., high, low, _] => u16::from_be_bytes([high, low]),
                _ => 0,
            };
        }
        let rdata = self.rdata();
        let (pairs, rest) = rdata.as_chunks::<2>();
        let last = rest.first().map_or(0, |octet| u32::from(*octet) << 8);
        let sum = pairs.iter().fold(last, |sum, pair| sum.wrapping_add(u16::from_be_bytes(*pair).into()));
        // The sum of up to 32768 words fits 32 bits; the carry is added once, as the RFC's program does it.
        u16::try_from((sum.wrapping_add(sum >> 16 & 0xFFFF)) & 0xFFFF).unwrap_or_default()
    }

    /// The RDATA of its DNSKEY record (RFC 4034, section 2.1).
    fn rdata(&self) -> Vec<u8> {
        let [high, low] = self.flags.to_be_bytes();
        [&[high, low, self.protocol, self.algorithm], &self.public_key[..]].concat()
    }
}

impl DsData {
    /// The DS record of a key at this name, which has no dot at its end: a digest of the owner name in canonical wire format and
    /// the key's RDATA (RFC 4034, section 5.1.4). `None` for a digest type that is not made here ([`MADE_DIGESTS`]).
    pub fn of_key(owner: &str, key: &KeyData, digest_type: u8) -> Option<Self> {
        let mut data = Vec::new();
        for label in owner.split('.') {
            data.push(u8::try_from(label.len()).ok()?);
            data.extend(label.bytes().map(|octet| octet.to_ascii_lowercase()));
        }
        data.push(0);
        data.extend(key.rdata());
        let digest = match digest_type {
            2 => Sha256::digest(&data).to_vec(),
            4 => Sha384::digest(&data).to_vec(),
            _ => return None,
        };
        Some(Self { key_tag: key.tag(), algorithm: key.algorithm, digest_type, digest, key: None })
    }
}

/// The DS records of a delegation: as they were given, or made from its keys as its TLD makes them.
pub fn ds_records(owner: &str, held: &ArchivedSecDns, policy: &ArchivedSecDnsPolicy) -> Vec<DsData> {
    let given = held.ds.iter().map(|ds| DsData {
        key_tag: ds.key_tag.to_native(),
        algorithm: ds.algorithm,
        digest_type: ds.digest_type,
        digest: ds.digest.to_vec(),
        key: None,
    });
    let keys = held.keys.iter().map(ArchivedKeyData::get);
    let made = keys.flat_map(|key| {
        let made = policy.made_digests.iter().filter_map(|digest| DsData::of_key(owner, &key, *digest));
        made.collect::<Vec<_>>()
    });
    given.chain(made).collect()
}

/// Octets as pairs of upper-case hexadecimal digits.
pub fn hex(octets: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digits = octets.iter().flat_map(|octet| [octet >> 4, octet & 0xF]);
    digits.map(|digit| DIGITS[usize::from(digit)]).collect()
}

/// As RFC 4034, section 5.3, writes the RDATA: `60485 5 1 2BB183AF…`.
impl fmt::Display for DsData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.key_tag, self.algorithm, self.digest_type, hex(&self.digest))
    }
}

/// As RFC 4034, section 2.2, writes the RDATA: `256 3 5 AQPSKmyn…`.
impl fmt::Display for KeyData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.flags, self.protocol, self.algorithm, STANDARD.encode(&self.public_key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(algorithm: u8, text: &str) -> KeyData {
        KeyData { flags: 257, protocol: 3, algorithm, public_key: STANDARD.decode(text).expect("Base64") }
    }

    /// RFC 6605, section 6, and RFC 8080, section 6: keys with the DS records that they print.
    #[test]
    fn ds_records_are_those_that_the_rfcs_print() {
        for (algorithm, public, tag, digest_type, digest) in [
            (
                13,
                "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
                55648,
                2,
                "b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17",
            ),
            (
                14,
                "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8\
                 /uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40",
                10771,
                4,
                "72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a946df983d6",
            ),
            (
                15,
                "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
                3613,
                2,
                "3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b",
            ),
            (
                16,
                "3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA",
                9713,
                2,
                "6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7",
            ),
        ] {
            let owner = if algorithm < 15 { "example.net" } else { "example.com" };
            let made = DsData::of_key(owner, &key(algorithm, public), digest_type).expect("made here");
            assert_eq!((made.key_tag, made.algorithm, made.digest_type), (tag, algorithm, digest_type));
            assert_eq!(made.to_string(), format!("{tag} {algorithm} {digest_type} {}", digest.to_ascii_uppercase()));
            assert_eq!(DsData::of_key(&owner.to_ascii_uppercase(), &key(algorithm, public), digest_type), Some(made));
        }
        let key = key(15, "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=");
        for number in (0..=255).filter(|number| !MADE_DIGESTS.contains(number)) {
            assert_eq!(DsData::of_key("example.com", &key, number), None);
        }
    }

    /// RFC 4034, section 5.4: the key of dskey.example.com, whose tag is 60485.
    #[test]
    fn key_tags_are_those_that_the_rfcs_print() {
        let text = "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvx\
                    egXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
        assert_eq!(KeyData { flags: 256, ..key(5, text) }.tag(), 60485);
        // Appendix B.1 has no example: the last three octets of the modulus are AB CD EF.
        assert_eq!(KeyData { public_key: vec![1, 3, 0xAB, 0xCD, 0xEF], ..key(1, "") }.tag(), 0xABCD);
        assert_eq!(KeyData { public_key: vec![1], ..key(1, "") }.tag(), 0);
    }

    #[test]
    fn keys_have_the_form_of_their_algorithm() {
        let rsa = |exponent: &[u8], modulus: &[u8]| {
            let length = u8::try_from(exponent.len()).expect("short");
            [&[length], exponent, modulus].concat()
        };
        let modulus = |octets: usize| vec![0xC0; octets];
        let long = |exponent: &[u8]| {
            let length = u16::try_from(exponent.len()).expect("short").to_be_bytes();
            [&[0][..], &length, exponent, &modulus(128)].concat()
        };
        let good = rsa(&[1, 0, 1], &modulus(128));
        let rows = [
            (8, good.clone(), true),
            (8, rsa(&[3], &modulus(64)), true),
            (8, rsa(&[3], &modulus(63)), false),
            (8, rsa(&[3], &modulus(512)), true),
            (8, rsa(&[3], &modulus(513)), false),
            (8, rsa(&[3], &[&[0x7F][..], &modulus(63)].concat()), false),
            (10, rsa(&[3], &modulus(127)), false),
            (10, good.clone(), true),
            (5, good, true),
            (8, long(&[1; 300]), true),
            (8, long(&[1; 513]), false),
            (8, rsa(&[0, 1], &modulus(128)), false),
            (8, rsa(&[3], &[&[0][..], &modulus(128)].concat()), false),
            (8, rsa(&[3], &[]), false),
            (8, vec![200, 1, 1], false),
            (8, vec![0, 1], false),
            (8, vec![0, 0, 0, 0xC0], false),
            (8, Vec::new(), false),
            (3, [&[8][..], &[7; 20 + 3 * 128]].concat(), true),
            (3, [&[9][..], &[7; 20 + 3 * 136]].concat(), false),
            (6, [&[0][..], &[7; 20 + 3 * 64]].concat(), true),
            (6, [&[0][..], &[7; 21 + 3 * 64]].concat(), false),
            (3, Vec::new(), false),
        ];
        for (number, key, is_good) in rows {
            let fault = algorithm(number).expect("known").key_fault(&key);
            assert_eq!(fault.is_none(), is_good, "{number} {} octets: {fault:?}", key.len());
        }
        for (number, octets) in [(12, 64), (13, 64), (14, 96), (15, 32), (16, 57), (17, 64), (23, 64)] {
            let known = algorithm(number).expect("known");
            assert_eq!(known.key_fault(&vec![1; octets]), None);
            for wrong in [0, octets - 1, octets + 1] {
                assert!(known.key_fault(&vec![1; wrong]).is_some(), "{number} {wrong}");
            }
        }
    }

    #[test]
    fn numbers_are_those_of_iana() {
        let known: Vec<u8> = (0..=255).filter(|number| algorithm(*number).is_some()).collect();
        assert_eq!(known, [1, 3, 5, 6, 7, 8, 10, 12, 13, 14, 15, 16, 17, 23]);
        let known: Vec<u8> = (0..=255).filter(|number| digest_type(*number).is_some()).collect();
        assert_eq!(known, [1, 2, 3, 4, 5, 6]);
        assert!(MADE_DIGESTS.iter().all(|number| digest_type(*number).is_some()));
    }
}
