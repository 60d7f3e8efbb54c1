//! What a signature proves: the octets that were digested, and that a key has signed their digest.
//!
//! Canonicalization and the arithmetic of RSA are the library's; what is canonicalized, and which key is asked, is decided
//! here. The library never sees `dsig:KeyInfo`, resolves no reference and opens no file.

use bergshamra::c14n::{C14nMode, canonicalize_doc};
use bergshamra::crypto::sign;
use bergshamra::keys::loader::load_x509_cert_der;
use bergshamra::xml::{Document, NodeId, NodeSet, XmlDocument, uppsala};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::tmch::SmdFault;
use crate::tmch::shape::{DSIG, DigestMethod, Reference, Signature};

/// The canonical octets of the document without its signature, once they and the key are known to be what was signed with the
/// key of `certificate` (DER).
///
/// # Errors
/// [`SmdFault::Digest`], [`SmdFault::Signature`]; [`SmdFault::Xml`] where the library reads the document in another way.
pub(super) fn proved(text: &str, signature: &Signature, certificate: &[u8]) -> Result<String, SmdFault> {
    let document = uppsala::parse(text).map_err(|error| SmdFault::Xml(error.to_string()))?;
    let root = document.document_element().ok_or_else(|| SmdFault::Xml("no document element".into()))?;
    let envelope = only(&document, "Signature")?;
    if document.parent(envelope) != Some(root) {
        return Err(SmdFault::ManySignatures);
    }
    let whole = NodeSet::tree_without_comments(root, &document);
    let enveloped = whole.subtract(&NodeSet::tree_with_comments(envelope, &document));
    let signed = canonical(&document, &enveloped, signature.document.exclusive)?;
    check(&signature.document, &signed)?;
    if let Some(reference) = &signature.key {
        let key = NodeSet::tree_without_comments(only(&document, "KeyInfo")?, &document);
        check(reference, &canonical(&document, &key, reference.exclusive)?)?;
    }
    let info = NodeSet::tree_without_comments(only(&document, "SignedInfo")?, &document);
    let info = canonical(&document, &info, true)?;
    match is_signed(certificate, &signature.method, &info, &signature.value) {
        true => String::from_utf8(signed).map_err(|_| SmdFault::Xml("not UTF-8".into())),
        false => Err(SmdFault::Signature),
    }
}

/// Whether the key of a certificate (DER) has signed `data`; `method` by its URI.
pub(super) fn is_signed(certificate: &[u8], method: &str, data: &[u8], signature: &[u8]) -> bool {
    let key = load_x509_cert_der(certificate).and_then(|key| key.to_signing_key()).ok().flatten();
    let algorithm = sign::from_uri(method).ok();
    let verified = algorithm.zip(key).map(|(algorithm, key)| algorithm.verify(&key, data, signature));
    matches!(verified, Some(Ok(true)))
}

/// The only element of signatures with this name.
fn only(document: &Document<'_>, name: &str) -> Result<NodeId, SmdFault> {
    match XmlDocument::find_elements(document, DSIG, name).as_slice() {
        [node] => Ok(*node),
        _ => Err(SmdFault::ManySignatures),
    }
}

fn canonical(document: &Document<'_>, nodes: &NodeSet, exclusive: bool) -> Result<Vec<u8>, SmdFault> {
    let mode = if exclusive { C14nMode::Exclusive } else { C14nMode::Inclusive };
    canonicalize_doc::<&str>(document, mode, Some(nodes), &[]).map_err(|error| SmdFault::Xml(error.to_string()))
}

fn check(reference: &Reference, octets: &[u8]) -> Result<(), SmdFault> {
    let digest = match reference.digest {
        DigestMethod::Sha256 => Sha256::digest(octets).to_vec(),
        DigestMethod::Sha384 => Sha384::digest(octets).to_vec(),
        DigestMethod::Sha512 => Sha512::digest(octets).to_vec(),
    };
    if digest == reference.value { Ok(()) } else { Err(SmdFault::Digest) }
}
