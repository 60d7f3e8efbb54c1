//! Signed marks: taken out of what carries them, and validated (RFC 7848; RFC 9361, section 5.2.2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::limits::SMD_BYTES;
use crate::base::timestamp::Timestamp;
use crate::tmch::trust::Trust;
use crate::tmch::{SmdFault, proof, shape, tree};

const BEGIN: &str = "-----BEGIN ENCODED SMD-----";
const END: &str = "-----END ENCODED SMD-----";

/// What a signed mark says that is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// smd:id.
    pub id: String,
    /// issuerID.
    pub issuer: String,
    /// smd:notBefore.
    pub not_before: Timestamp,
    /// smd:notAfter.
    pub not_after: Timestamp,
    /// The labels of its marks, lower case, ascending, each once.
    pub labels: Vec<String>,
    /// The list of revoked certificates was out of date, and the policy is to warn of that only.
    pub crl_is_stale: bool,
}

impl Verified {
    /// That the label, lower case, is among those of the mark.
    ///
    /// # Errors
    /// [`SmdFault::Label`].
    pub fn is_of(&self, label: &str) -> Result<(), SmdFault> {
        match self.labels.binary_search_by(|own| own.as_str().cmp(label)) {
            Ok(_) => Ok(()),
            Err(_) => Err(SmdFault::Label { asked: label.to_owned() }),
        }
    }
}

/// The document in a `.smd` file (RFC 9361, section 6.4): "any data outside these boundaries […] MUST be ignored".
///
/// # Errors
/// [`SmdFault::Encoding`], [`SmdFault::TooLarge`].
pub fn of_file(text: &str) -> Result<Vec<u8>, SmdFault> {
    let mut lines = text.lines().map(str::trim_end);
    lines.find(|line| *line == BEGIN).ok_or(SmdFault::Encoding("the line -----BEGIN ENCODED SMD-----"))?;
    let mut encoded = String::new();
    for line in lines {
        if line == END {
            return of_base64(&encoded);
        }
        encoded.push_str(line);
    }
    Err(SmdFault::Encoding("the line -----END ENCODED SMD-----"))
}

/// The document in `smd:encodedSignedMark` (RFC 7848, section 2.4), whose `encoding` is base64; white space counts for nothing.
///
/// # Errors
/// [`SmdFault::Encoding`], [`SmdFault::TooLarge`].
pub fn of_base64(text: &str) -> Result<Vec<u8>, SmdFault> {
    let encoded: String = text.split([' ', '\t', '\n', '\r']).collect();
    let octets = encoded.len() / 4 * 3;
    if octets > SMD_BYTES + 2 {
        return Err(SmdFault::TooLarge { found: octets });
    }
    STANDARD.decode(encoded).map_err(|_| SmdFault::Encoding("base64"))
}

impl Trust {
    /// Whether the signed mark in a document of its own is to be believed at `now`, and what it says then.
    ///
    /// A pure function that takes milliseconds (two RSA signatures of 4096 bits, and canonicalization): not for a shard or the
    /// ledger, but for a thread beside them.
    ///
    /// # Errors
    /// The first of the reasons of [`SmdFault`], but [`SmdFault::Label`]: see [`Verified::is_of`].
    pub fn validate(&self, document: &[u8], now: Timestamp) -> Result<Verified, SmdFault> {
        if document.len() > SMD_BYTES {
            return Err(SmdFault::TooLarge { found: document.len() });
        }
        let text = std::str::from_utf8(document).map_err(|_| SmdFault::Xml("not UTF-8".into()))?;
        let root = tree::read(text)?;
        shape::outline(&root)?;
        shape::facts(&root, true)?;
        let signature = shape::signature(&root)?;
        let (certificate, crl_is_stale) = self.validator(&signature.certificates, now)?;
        let proved = proof::proved(text, &signature, certificate)?;
        let facts = shape::facts(&tree::read(&proved)?, false)?;
        if now < facts.not_before {
            return Err(SmdFault::NotYetValid { from: facts.not_before });
        }
        if now >= facts.not_after {
            return Err(SmdFault::Expired { until: facts.not_after });
        }
        if self.is_revoked(&facts.id) {
            return Err(SmdFault::Revoked { id: facts.id });
        }
        let shape::Facts { id, issuer, not_before, not_after, labels } = facts;
        Ok(Verified { id, issuer, not_before, not_after, labels, crl_is_stale })
    }
}
