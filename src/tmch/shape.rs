//! The form of a signed mark, by hand, before anything is proved: who stands where, what is signed, how, and by whom. Signature
//! wrapping lives on readers that look for elements; this one counts them.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::timestamp::Timestamp;
use crate::tmch::SmdFault;
use crate::tmch::moment;
use crate::tmch::tree::Node;

pub(super) const SMD: &str = "urn:ietf:params:xml:ns:signedMark-1.0";
pub(super) const MARK: &str = "urn:ietf:params:xml:ns:mark-1.0";
pub(super) const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const RSA: [&str; 3] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
];

/// What the signature is of, and how it was made.
pub(super) struct Signature {
    /// The reference to the document element.
    pub(super) document: Reference,
    /// The reference to `dsig:KeyInfo`, which some validators sign too.
    pub(super) key: Option<Reference>,
    /// SignatureMethod.
    pub(super) method: String,
    /// SignatureValue.
    pub(super) value: Vec<u8>,
    /// The certificates in it, as DER.
    pub(super) certificates: Vec<Vec<u8>>,
}

/// A reference.
pub(super) struct Reference {
    /// Whether the transforms end with exclusive canonicalization; else the default, Canonical XML 1.0, follows.
    pub(super) exclusive: bool,
    /// How it was digested.
    pub(super) digest: DigestMethod,
    /// DigestValue.
    pub(super) value: Vec<u8>,
}

/// A digest that is not weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DigestMethod {
    Sha256,
    Sha384,
    Sha512,
}

impl DigestMethod {
    fn of_uri(uri: &str) -> Option<Self> {
        match uri {
            "http://www.w3.org/2001/04/xmlenc#sha256" => Some(Self::Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#sha384" => Some(Self::Sha384),
            "http://www.w3.org/2001/04/xmlenc#sha512" => Some(Self::Sha512),
            _ => None,
        }
    }
}

/// What a signed mark says of itself.
pub(super) struct Facts {
    /// smd:id.
    pub(super) id: String,
    /// issuerID.
    pub(super) issuer: String,
    /// smd:notBefore.
    pub(super) not_before: Timestamp,
    /// smd:notAfter.
    pub(super) not_after: Timestamp,
    /// mark:label of all its marks, lower case, ascending, each once.
    pub(super) labels: Vec<String>,
}

fn shape(expected: &'static str, found: &Node) -> SmdFault {
    SmdFault::Shape { expected, found: format!("{{{}}}{}", found.namespace, found.name) }
}

/// The children of `node` if they are these and no others, and no text stands between them.
fn children<'n, const N: usize>(
    node: &'n Node,
    expected: &'static str,
    names: [(&str, &str); N],
) -> Result<&'n [Node; N], SmdFault> {
    let found: Option<&[Node; N]> = node.children.as_slice().try_into().ok();
    let is_good =
        |found: &&[Node; N]| found.iter().zip(names).all(|(child, (namespace, name))| child.is(namespace, name));
    found.filter(is_good).filter(|_| node.token().is_empty()).ok_or_else(|| shape(expected, node))
}

/// That identifiers are unique, and there is one signature, at its place.
pub(super) fn outline(root: &Node) -> Result<(), SmdFault> {
    if !root.is(SMD, "signedMark") {
        return Err(shape("smd:signedMark", root));
    }
    let mut ids = BTreeSet::new();
    let mut signatures = 0_usize;
    for node in root.all() {
        signatures += usize::from(node.is(DSIG, "Signature"));
        for (namespace, name, value) in &node.attributes {
            // Whatever some reader may take for an identifier.
            let is_id = name.eq_ignore_ascii_case("id") && (namespace.is_empty() || namespace == XML);
            if is_id && !ids.insert(value.trim()) {
                return Err(SmdFault::DuplicateId(value.clone()));
            }
        }
    }
    match (signatures, root.children.last().is_some_and(|last| last.is(DSIG, "Signature"))) {
        (1, true) => Ok(()),
        (0 | 1, _) => Err(SmdFault::NoSignature),
        _ => Err(SmdFault::ManySignatures),
    }
}

/// What a document says, its signature left out or not.
pub(super) fn facts(root: &Node, with_signature: bool) -> Result<Facts, SmdFault> {
    const FORM: &str = "id, issuerInfo, notBefore, notAfter, mark and Signature in smd:signedMark";
    let parts = [(SMD, "id"), (SMD, "issuerInfo"), (SMD, "notBefore"), (SMD, "notAfter"), (MARK, "mark")];
    let [id, issuer, not_before, not_after, mark] = match with_signature {
        true => {
            let [a, b, c, d, e] = parts;
            let [a, b, c, d, e, _] = children(root, FORM, [a, b, c, d, e, (DSIG, "Signature")])?;
            [a, b, c, d, e]
        }
        false => children(root, FORM, parts)?.each_ref(),
    };
    let moment = |node: &Node| moment::parse(&node.token()).ok_or_else(|| shape("a date with a time", node));
    let name = |node: &Node| Some(node.token()).filter(|name| !name.is_empty() && node.children.is_empty());
    Ok(Facts {
        id: name(id).ok_or_else(|| shape("an identifier in smd:id", id))?,
        issuer: issuer.attribute("issuerID").ok_or_else(|| shape("attribute issuerID", issuer))?.trim().to_owned(),
        not_before: moment(not_before)?,
        not_after: moment(not_after)?,
        labels: labels(mark)?,
    })
}

fn labels(mark: &Node) -> Result<Vec<String>, SmdFault> {
    let mut labels = BTreeSet::new();
    for right in &mark.children {
        if right.namespace != MARK || !["trademark", "treatyOrStatute", "court"].contains(&right.name.as_str()) {
            return Err(shape("mark:trademark, mark:treatyOrStatute or mark:court", right));
        }
        for label in right.children.iter().filter(|child| child.is(MARK, "label")) {
            let text = label.token();
            let is_label = (1..=63).contains(&text.len())
                && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
                && label.children.is_empty();
            if !is_label {
                return Err(shape("letters, digits and hyphens in mark:label", label));
            }
            labels.insert(text.to_ascii_lowercase());
        }
    }
    Ok(labels.into_iter().collect())
}

/// What the signature is of: the document element, whole. `root` has the outline of a signed mark.
pub(super) fn signature(root: &Node) -> Result<Signature, SmdFault> {
    let signature = root.children.last().ok_or(SmdFault::NoSignature)?;
    const FORM: &str = "SignedInfo, SignatureValue and KeyInfo in dsig:Signature";
    let parts = [(DSIG, "SignedInfo"), (DSIG, "SignatureValue"), (DSIG, "KeyInfo")];
    let [info, value, key] = match signature.children.len() {
        // A signature without key cannot be believed, and has the form all the same.
        2 => return Err(SmdFault::NoCertificate),
        _ => children(signature, FORM, parts)?,
    };
    let [canonicalization, method, references @ ..] = info.children.as_slice() else {
        return Err(shape("methods and references in dsig:SignedInfo", info));
    };
    named(canonicalization, "CanonicalizationMethod", &[EXCLUSIVE])?;
    named(method, "SignatureMethod", &RSA)?;
    let (mut of_document, mut of_key) = (None, None);
    for reference in references {
        if !reference.is(DSIG, "Reference") {
            return Err(shape("dsig:Reference", reference));
        }
        let uri = reference.attribute("URI").unwrap_or("no URI");
        let target = uri.strip_prefix('#').filter(|id| !id.is_empty());
        let slot = if uri.is_empty() || target.is_some_and(|id| root.attribute("id") == Some(id)) {
            &mut of_document
        } else if target.is_some_and(|id| key.attribute("Id") == Some(id)) {
            &mut of_key
        } else {
            return Err(SmdFault::References(format!("a reference to something else ({uri})")));
        };
        if slot.replace(reference).is_some() {
            return Err(SmdFault::References(format!("a reference twice ({uri})")));
        }
    }
    let of_document = of_document.ok_or_else(|| SmdFault::References("no reference to the document element".into()))?;
    Ok(Signature {
        document: self::reference(of_document, Some(ENVELOPED))?,
        key: of_key.map(|reference| self::reference(reference, None)).transpose()?,
        method: method.attribute("Algorithm").unwrap_or_default().to_owned(),
        value: binary(value).ok_or_else(|| shape("base64 in dsig:SignatureValue", value))?,
        certificates: certificates(key),
    })
}

/// That an element names one of these algorithms, without parameters.
fn named(node: &Node, name: &'static str, algorithms: &[&str]) -> Result<(), SmdFault> {
    let algorithm = node.attribute("Algorithm").unwrap_or_default();
    match node.is(DSIG, name) {
        false => Err(shape("dsig:CanonicalizationMethod, dsig:SignatureMethod", node)),
        true if !algorithms.contains(&algorithm) || !node.children.is_empty() => {
            Err(SmdFault::Algorithm(algorithm.to_owned()))
        }
        true => Ok(()),
    }
}

/// A reference with `first` and exclusive canonicalization as its transforms; the latter may be left out, as RFC 7848, section
/// 2.3, prints it.
fn reference(node: &Node, first: Option<&str>) -> Result<Reference, SmdFault> {
    let (transforms, method, value) = match node.children.as_slice() {
        [transforms, method, value] => (transforms.children.as_slice(), method, value),
        [method, value] => (&[][..], method, value),
        _ => return Err(shape("transforms, method and value in dsig:Reference", node)),
    };
    let is_whole = node.children.len() == 2 || node.children.first().is_some_and(|first| first.is(DSIG, "Transforms"));
    if !is_whole || !method.is(DSIG, "DigestMethod") || !value.is(DSIG, "DigestValue") {
        return Err(shape("transforms, method and value in dsig:Reference", node));
    }
    let names: Vec<&str> = transforms.iter().map(|node| node.attribute("Algorithm").unwrap_or_default()).collect();
    let plain = transforms.iter().all(|node| node.is(DSIG, "Transform") && node.children.is_empty());
    let rest = match first {
        Some(first) => names.strip_prefix(&[first]),
        None => Some(names.as_slice()),
    };
    let exclusive = match rest {
        Some([]) if plain => false,
        Some([EXCLUSIVE]) if plain => true,
        _ => return Err(SmdFault::Transforms(names.join(", "))),
    };
    let algorithm = method.attribute("Algorithm").unwrap_or_default();
    let digest = DigestMethod::of_uri(algorithm).filter(|_| method.children.is_empty());
    let digest = digest.ok_or_else(|| SmdFault::Algorithm(algorithm.to_owned()))?;
    let value = binary(value).ok_or_else(|| shape("base64 in dsig:DigestValue", value))?;
    Ok(Reference { exclusive, digest, value })
}

/// The certificates of a key, those that are base64.
fn certificates(key: &Node) -> Vec<Vec<u8>> {
    let data = key.children.iter().filter(|child| child.is(DSIG, "X509Data")).flat_map(|data| &data.children);
    data.filter(|part| part.is(DSIG, "X509Certificate")).filter_map(binary).collect()
}

fn binary(node: &Node) -> Option<Vec<u8>> {
    let text: String = node.text.split([' ', '\t', '\n', '\r']).collect();
    STANDARD.decode(text).ok().filter(|_| node.children.is_empty())
}
