//! Why a signed mark is not believed.

use std::fmt;

use crate::base::timestamp::Timestamp;

/// Why a signed mark is not believed: the first reason, in the order in which they stand here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmdFault {
    /// The text around it is no `.smd` file (RFC 9361, section 6.4), or not base64. What was expected.
    Encoding(&'static str),
    /// More octets than [`SMD_BYTES`](crate::base::limits::SMD_BYTES).
    TooLarge {
        /// How many.
        found: usize,
    },
    /// Not XML 1.0 with namespaces in UTF-8; a document type declaration, a processing instruction or a comment, which no
    /// validator writes, counts as that. What is wrong.
    Xml(String),
    /// Not the form of `smd:signedMark` (RFC 7848, section 2.3). What was expected, and what was found.
    Shape {
        /// An element or attribute.
        expected: &'static str,
        /// Its place's content.
        found: String,
    },
    /// Two elements have the same identifier.
    DuplicateId(String),
    /// There is no signature as last child of the document element.
    NoSignature,
    /// There is another signature, or one in another place.
    ManySignatures,
    /// The references are not one to the document element, and at most one more to the signature's own key.
    References(String),
    /// The reference has other transforms than enveloped-signature and exclusive canonicalization, in this order.
    Transforms(String),
    /// An algorithm that is weak or not known: anything but RSA with SHA-256, SHA-384 or SHA-512, or a key below 2048 bits.
    Algorithm(String),
    /// The signature has no certificate that can be read.
    NoCertificate,
    /// The certificate is not signed by a root that is trusted.
    NotIssued {
        /// Its issuer, as it says.
        issuer: String,
    },
    /// The certificate is not one for signing marks: it is an authority's, has another key usage, or a critical extension that
    /// is not known. What was expected.
    CertificateUse(&'static str),
    /// The certificate, or that of its root, is not valid yet.
    CertificateNotYetValid {
        /// When it will be.
        from: Timestamp,
    },
    /// The certificate, or that of its root, has expired.
    CertificateExpired {
        /// When.
        until: Timestamp,
    },
    /// The certificate is on the list of revoked certificates.
    CertificateRevoked {
        /// Its serial number, in hexadecimal.
        serial: String,
    },
    /// The list of revoked certificates is out of date, and the policy is to refuse then.
    StaleCrl {
        /// When the next one was due; nothing: there is none.
        due: Option<Timestamp>,
    },
    /// What was signed is not what is there.
    Digest,
    /// The key of the certificate has not made the signature.
    Signature,
    /// The signed mark is not valid yet (`smd:notBefore`).
    NotYetValid {
        /// When it will be.
        from: Timestamp,
    },
    /// The signed mark has expired (`smd:notAfter`).
    Expired {
        /// When.
        until: Timestamp,
    },
    /// The signed mark is on the list of revoked ones (RFC 9361, section 6.2).
    Revoked {
        /// smd:id.
        id: String,
    },
    /// The label that is asked for is not among those of the mark.
    Label {
        /// What was asked for.
        asked: String,
    },
}

impl fmt::Display for SmdFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding(expected) => write!(f, "not an encoded signed mark: expected {expected}"),
            Self::TooLarge { found } => {
                write!(f, "a signed mark of {found} octets, more than {}", crate::base::limits::SMD_BYTES)
            }
            Self::Xml(reason) => write!(f, "not well-formed: {reason}"),
            Self::Shape { expected, found } => write!(f, "not a signed mark: expected {expected}, found {found}"),
            Self::DuplicateId(id) => write!(f, "two elements with the identifier {id}"),
            Self::NoSignature => f.write_str("no signature at its end"),
            Self::ManySignatures => f.write_str("more than one signature"),
            Self::References(reason) => write!(f, "the signature is not of the document: {reason}"),
            Self::Transforms(found) => write!(f, "transforms that are not taken: {found}"),
            Self::Algorithm(found) => write!(f, "an algorithm that is weak or not known: {found}"),
            Self::NoCertificate => f.write_str("no certificate that can be read"),
            Self::NotIssued { issuer } => write!(f, "a certificate that no trusted root has issued (issuer: {issuer})"),
            Self::CertificateUse(expected) => write!(f, "a certificate of another use: expected {expected}"),
            Self::CertificateNotYetValid { from } => write!(f, "a certificate that is valid from {from}"),
            Self::CertificateExpired { until } => write!(f, "a certificate that expired at {until}"),
            Self::StaleCrl { due: Some(due) } => {
                write!(f, "the list of revoked certificates is out of date: due {due}")
            }
            Self::StaleCrl { due: None } => f.write_str("there is no list of revoked certificates"),
            Self::CertificateRevoked { serial } => write!(f, "the certificate {serial} is revoked"),
            Self::Digest => f.write_str("changed after it was signed (digest)"),
            Self::Signature => f.write_str("not signed by the key of its certificate"),
            Self::NotYetValid { from } => write!(f, "valid from {from}"),
            Self::Expired { until } => write!(f, "expired at {until}"),
            Self::Revoked { id } => write!(f, "{id} is revoked"),
            Self::Label { asked } => write!(f, "not of the label {asked}"),
        }
    }
}

impl std::error::Error for SmdFault {}
