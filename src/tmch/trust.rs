//! Whom the registry believes: the clearinghouse's root certificates, the list of revoked validators' certificates (CRL,
//! RFC 5280), and the list of revoked signed marks.

use std::collections::BTreeSet;
use std::fmt;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::revocation_list::CertificateRevocationList;
use x509_parser::time::ASN1Time;
use x509_parser::x509::AlgorithmIdentifier;

use crate::base::timestamp::Timestamp;
use crate::tmch::SmdFault;
use crate::tmch::lists::List;
use crate::tmch::proof::is_signed;

/// Least bits of an RSA key.
const KEY_BITS: usize = 2048;

/// What holds when the list of revoked certificates is out of date (RFC 9361, section 5.2.2: it is fetched once a day).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaleCrl {
    /// Signed marks are believed by the old list; [`Verified::crl_is_stale`](crate::tmch::smd::Verified::crl_is_stale) tells.
    Warn,
    /// None is believed.
    Refuse,
}

/// Whom the registry believes.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Certificates of the roots, as DER.
    roots: Vec<Vec<u8>>,
    crl: Option<Crl>,
    stale_crl: StaleCrl,
    /// Identifiers of revoked signed marks.
    revoked: BTreeSet<String>,
}

/// What a list of revoked certificates says.
#[derive(Clone, Debug)]
struct Crl {
    /// DER of the root that signed it.
    root: Vec<u8>,
    issued: Timestamp,
    due: Timestamp,
    /// Serial numbers, as DER has them.
    serials: BTreeSet<Vec<u8>>,
}

/// Why a file is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustFault {
    /// Neither a certificate in DER nor in PEM.
    NotCertificate,
    /// A certificate that may not sign others: no authority's, with a weak key, or with a critical extension that is not known.
    NotAuthority,
    /// No root at all.
    NoRoot,
    /// Neither a CRL in DER nor in PEM.
    NotCrl,
    /// None of the roots has signed the CRL.
    CrlNotSigned,
    /// A CRL without nextUpdate, or of a part only (a critical extension). Which.
    CrlForm(&'static str),
}

impl fmt::Display for TrustFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotCertificate => "expected a certificate (PEM or DER)",
            Self::NotAuthority => "expected the certificate of an authority, with an RSA key of 2048 bits at least",
            Self::NoRoot => "expected at least one root certificate",
            Self::NotCrl => "expected a list of revoked certificates (PEM or DER)",
            Self::CrlNotSigned => "expected a list of revoked certificates that a root has signed",
            Self::CrlForm(expected) => return write!(f, "a list of revoked certificates: expected {expected}"),
        })
    }
}

impl std::error::Error for TrustFault {}

impl Trust {
    /// Believes these roots (each a file's content, PEM or DER). Until there is a CRL, it counts as out of date.
    ///
    /// # Errors
    /// No root, or one that is none.
    pub fn new(roots: &[&[u8]], stale_crl: StaleCrl) -> Result<Self, TrustFault> {
        let roots = roots.iter().map(|root| root_der(root)).collect::<Result<Vec<_>, _>>()?;
        if roots.is_empty() {
            return Err(TrustFault::NoRoot);
        }
        Ok(Self { roots, crl: None, stale_crl, revoked: BTreeSet::new() })
    }

    /// Takes a CRL (PEM or DER) in place of the one before.
    ///
    /// # Errors
    /// It is none, or not a root's. The one before stays.
    pub fn set_crl(&mut self, crl: &[u8]) -> Result<(), TrustFault> {
        let der = der_of(crl, "X509 CRL").ok_or(TrustFault::NotCrl)?;
        let (rest, crl) = CertificateRevocationList::from_der(&der).map_err(|_| TrustFault::NotCrl)?;
        if !rest.is_empty() {
            return Err(TrustFault::NotCrl);
        }
        let signed = |root: &&Vec<u8>| {
            let Ok((_, parsed)) = X509Certificate::from_der(root) else { return false };
            let method =
                method(&crl.signature_algorithm).filter(|_| crl.signature_algorithm == crl.tbs_cert_list.signature);
            let may_sign = parsed.key_usage().is_ok_and(|usage| usage.is_none_or(|usage| usage.value.crl_sign()));
            let name = parsed.subject().as_raw() == crl.issuer().as_raw();
            let (data, signature) = (crl.tbs_cert_list.as_ref(), crl.signature_value.as_ref());
            may_sign && name && method.is_some_and(|method| is_signed(root, method, data, signature))
        };
        let root = self.roots.iter().find(signed).ok_or(TrustFault::CrlNotSigned)?.clone();
        if crl.extensions().iter().any(|extension| extension.critical) {
            return Err(TrustFault::CrlForm("one of all certificates, without critical extensions"));
        }
        let (issued, due) = (moment(crl.last_update()), crl.next_update().and_then(moment));
        let form = TrustFault::CrlForm("thisUpdate and nextUpdate");
        let (issued, due) = issued.zip(due).ok_or(form)?;
        let serials = crl.iter_revoked_certificates().map(|revoked| revoked.raw_serial().to_vec()).collect();
        self.crl = Some(Crl { root, issued, due, serials });
        Ok(())
    }

    /// When the list of revoked certificates has to be replaced; `None`: there is none.
    pub fn crl_due(&self) -> Option<Timestamp> {
        self.crl.as_ref().map(|crl| crl.due)
    }

    /// Takes a list of revoked signed marks in place of the one before.
    pub fn set_revoked(&mut self, list: &List) {
        self.revoked = list.entries.iter().map(|entry| entry.name.clone()).collect();
    }

    /// Whether the signed mark with that identifier is revoked.
    pub(super) fn is_revoked(&self, id: &str) -> bool {
        self.revoked.contains(id)
    }

    /// The first of `certificates` (DER) that is no authority's, if it may sign marks at `now`; and whether the CRL that says
    /// so is out of date. Validators' certificates are issued by a root itself (RFC 9361, section 5.2.2).
    ///
    /// # Errors
    /// The faults of [`SmdFault`] about certificates and the CRL.
    pub(super) fn validator<'c>(
        &self,
        certificates: &'c [Vec<u8>],
        now: Timestamp,
    ) -> Result<(&'c [u8], bool), SmdFault> {
        let parsed = certificates.iter().map(|der| (der, X509Certificate::from_der(der)));
        let whole = parsed.filter_map(|(der, result)| match result {
            Ok(([], certificate)) => Some((der, certificate)),
            _ => None,
        });
        let all: Vec<_> = whole.collect();
        let leaf = all.iter().find(|(_, certificate)| !certificate.is_ca()).or(all.first());
        let (der, leaf) = leaf.ok_or(SmdFault::NoCertificate)?;
        let method =
            method(&leaf.signature_algorithm).filter(|_| leaf.signature_algorithm == leaf.tbs_certificate.signature);
        let method = method.ok_or_else(|| SmdFault::Algorithm("the signature of the certificate".into()))?;
        let issued = |root: &&Vec<u8>| {
            let named = X509Certificate::from_der(root)
                .is_ok_and(|(_, root)| root.subject().as_raw() == leaf.issuer().as_raw());
            named && is_signed(root, method, leaf.tbs_certificate.as_ref(), leaf.signature_value.as_ref())
        };
        let root = self.roots.iter().find(issued);
        let root = root.ok_or_else(|| SmdFault::NotIssued { issuer: leaf.issuer().to_string() })?;
        use_of(leaf)?;
        valid(leaf, now)?;
        // What was a root when it was loaded can be read still.
        let (_, authority) = X509Certificate::from_der(root).map_err(|_| SmdFault::NoCertificate)?;
        valid(&authority, now)?;
        let is_stale = self.revocation(root, leaf, now)?;
        Ok((der, is_stale))
    }

    /// Whether the CRL is out of date.
    fn revocation(&self, root: &[u8], leaf: &X509Certificate<'_>, now: Timestamp) -> Result<bool, SmdFault> {
        let crl = self.crl.as_ref().filter(|crl| crl.root == root);
        if crl.is_some_and(|crl| crl.serials.contains(leaf.raw_serial())) {
            return Err(SmdFault::CertificateRevoked { serial: leaf.raw_serial_as_string() });
        }
        let is_stale = crl.is_none_or(|crl| now < crl.issued || now > crl.due);
        match (is_stale, self.stale_crl) {
            (true, StaleCrl::Refuse) => Err(SmdFault::StaleCrl { due: crl.map(|crl| crl.due) }),
            _ => Ok(is_stale),
        }
    }
}

fn root_der(file: &[u8]) -> Result<Vec<u8>, TrustFault> {
    let der = der_of(file, "CERTIFICATE").ok_or(TrustFault::NotCertificate)?;
    match X509Certificate::from_der(&der) {
        Ok(([], root)) => {
            let may_sign = root.key_usage().is_ok_and(|usage| usage.is_none_or(|usage| usage.value.key_cert_sign()));
            let is_good = root.is_ca() && may_sign && has_strong_key(&root) && !has_unknown_critical(root.extensions());
            if is_good { Ok(der) } else { Err(TrustFault::NotAuthority) }
        }
        _ => Err(TrustFault::NotCertificate),
    }
}

/// The DER in a file, which may be PEM of that label.
fn der_of(file: &[u8], label: &str) -> Option<Vec<u8>> {
    // DER of all that is looked for begins with a SEQUENCE.
    if file.first() == Some(&0x30) {
        return Some(file.to_vec());
    }
    let pem = Pem::iter_from_buffer(file).filter_map(Result::ok).find(|pem| pem.label == label)?;
    Some(pem.contents)
}

/// The URI of an algorithm that is not weak.
fn method(algorithm: &AlgorithmIdentifier<'_>) -> Option<&'static str> {
    match algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.11" => Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        "1.2.840.113549.1.1.12" => Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"),
        "1.2.840.113549.1.1.13" => Some("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
        _ => None,
    }
}

fn has_strong_key(certificate: &X509Certificate<'_>) -> bool {
    matches!(certificate.public_key().parsed(), Ok(PublicKey::RSA(key)) if key.key_size() >= KEY_BITS)
}

/// Whether there is a critical extension that nothing here looks at (RFC 5280, section 4.2: then it is to be refused).
fn has_unknown_critical(extensions: &[X509Extension<'_>]) -> bool {
    extensions.iter().any(|extension| {
        let is_known = matches!(
            extension.parsed_extension(),
            ParsedExtension::BasicConstraints(_)
                | ParsedExtension::KeyUsage(_)
                | ParsedExtension::CertificatePolicies(_)
        );
        extension.critical && !is_known
    })
}

/// That a certificate is for signing marks.
fn use_of(leaf: &X509Certificate<'_>) -> Result<(), SmdFault> {
    let signs = leaf
        .key_usage()
        .is_ok_and(|usage| usage.is_none_or(|usage| usage.value.digital_signature() || usage.value.non_repudiation()));
    if leaf.is_ca() || leaf.basic_constraints().is_err() {
        return Err(SmdFault::CertificateUse("none of an authority"));
    }
    if !signs {
        return Err(SmdFault::CertificateUse("key usage digitalSignature"));
    }
    if has_unknown_critical(leaf.extensions()) {
        return Err(SmdFault::CertificateUse("no critical extension that is not known"));
    }
    match has_strong_key(leaf) {
        true => Ok(()),
        false => Err(SmdFault::Algorithm("the key of the certificate".into())),
    }
}

fn valid(certificate: &X509Certificate<'_>, now: Timestamp) -> Result<(), SmdFault> {
    let validity = certificate.validity();
    // A date that no timestamp holds lies beyond all that is judged here.
    let from = moment(validity.not_before).unwrap_or(Timestamp::from_micros(i64::MAX));
    let until = moment(validity.not_after).unwrap_or(Timestamp::from_micros(i64::MAX));
    if now < from {
        return Err(SmdFault::CertificateNotYetValid { from });
    }
    if now > until { Err(SmdFault::CertificateExpired { until }) } else { Ok(()) }
}

fn moment(time: ASN1Time) -> Option<Timestamp> {
    time.timestamp().checked_mul(1_000_000).map(Timestamp::from_micros)
}
