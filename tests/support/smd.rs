//! A clearinghouse of our own: a root, validators, lists of revoked certificates, and signed marks, made when a test asks for
//! them. Signed by the library's signer, so that what judges them is judged by somebody else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bergshamra::keys::loader::load_pem_auto;
use bergshamra::{DsigContext, KeysManager, sign};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, RevokedCertParams, SerialNumber, date_time_ymd,
};

/// A day: year, month, day.
pub type Day = (i32, u8, u8);

/// An authority that issues validators' certificates.
pub struct Root {
    /// DER.
    pub certificate: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
    /// PKCS #8 in PEM.
    key: String,
}

/// Who signs marks.
pub struct Validator {
    /// DER.
    pub certificate: Vec<u8>,
    /// PKCS #8 in PEM.
    key: String,
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_RSA_SHA256).expect("an RSA key")
}

fn params(name: &str, from: Day, until: Day, usages: &[KeyUsagePurpose]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(from.0, from.1, from.2);
    params.not_after = date_time_ymd(until.0, until.1, until.2);
    params.key_usages = usages.to_vec();
    params
}

impl Root {
    /// A root of that name, valid from 2020 to 2099.
    pub fn new(name: &str) -> Self {
        Self::with(name, key())
    }

    /// Another root with the same key.
    pub fn renamed(&self, name: &str) -> Self {
        Self::with(name, KeyPair::from_pem_and_sign_algo(&self.key, &PKCS_RSA_SHA256).expect("a key"))
    }

    fn with(name: &str, key: KeyPair) -> Self {
        let usages = [KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let mut params = params(name, (2020, 1, 1), (2099, 1, 1), &usages);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let certificate = params.self_signed(&key).expect("a certificate").der().to_vec();
        let pem = key.serialize_pem();
        Self { certificate, issuer: Issuer::new(params, key), key: pem }
    }

    /// A validator whose certificate has that serial number and validity.
    pub fn validator(&self, serial: u64, from: Day, until: Day) -> Validator {
        self.issue(serial, params("Validator", from, until, &[KeyUsagePurpose::DigitalSignature]))
    }

    /// A validator whose certificate is not one for signing.
    pub fn other_use(&self, serial: u64) -> Validator {
        self.issue(serial, params("Validator", (2020, 1, 1), (2099, 1, 1), &[KeyUsagePurpose::KeyAgreement]))
    }

    /// A validator whose certificate is an authority's too.
    pub fn authority(&self, serial: u64) -> Validator {
        let usages = [KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign];
        let mut params = params("Validator", (2020, 1, 1), (2099, 1, 1), &usages);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        self.issue(serial, params)
    }

    fn issue(&self, serial: u64, mut params: CertificateParams) -> Validator {
        params.serial_number = Some(SerialNumber::from(serial));
        let key = key();
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate").der().to_vec();
        Validator { certificate, key: key.serialize_pem() }
    }

    /// A list of revoked certificates (DER), made on one day and due on another.
    pub fn crl(&self, serials: &[u64], made: Day, due: Day) -> Vec<u8> {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(made.0, made.1, made.2),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(made.0, made.1, made.2),
            next_update: date_time_ymd(due.0, due.1, due.2),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).expect("a list").der().to_vec()
    }
}

impl Validator {
    /// A validator that vouches for itself.
    pub fn alone() -> Self {
        let key = key();
        let params = params("Root", (2020, 1, 1), (2099, 1, 1), &[KeyUsagePurpose::DigitalSignature]);
        let certificate = params.self_signed(&key).expect("a certificate").der().to_vec();
        Self { certificate, key: key.serialize_pem() }
    }

    /// The signed mark that the template says.
    pub fn sign(&self, template: &Template) -> String {
        self.sign_text(&template.text(&self.certificate))
    }

    /// Fills the empty digests and the empty signature of a document.
    pub fn sign_text(&self, document: &str) -> String {
        let key = load_pem_auto(self.key.as_bytes(), None).expect("a key");
        let mut keys = KeysManager::new();
        keys.add_key(key);
        sign(&DsigContext::new_permissive(keys), document).expect("a signature")
    }
}

/// What a signed mark is to say.
#[derive(Clone)]
pub struct Template {
    /// smd:id.
    pub id: String,
    /// smd:notBefore.
    pub not_before: String,
    /// smd:notAfter.
    pub not_after: String,
    /// mark:label.
    pub labels: Vec<String>,
    /// Whether the key is signed too, as those of the clearinghouse do.
    pub signs_key: bool,
    /// Whether exclusive canonicalization is among the transforms.
    pub exclusive: bool,
}

impl Template {
    /// A mark of these labels, valid from 2025 to 2030.
    pub fn of(labels: &[&str]) -> Self {
        Self {
            id: "0000001751376056503931-65535".into(),
            not_before: "2025-01-01T00:00:00.000Z".into(),
            not_after: "2030-01-01T00:00:00.000Z".into(),
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            signs_key: true,
            exclusive: true,
        }
    }

    /// The document, digests and signature left empty.
    pub fn text(&self, certificate: &[u8]) -> String {
        let Self { id, not_before, not_after, labels, signs_key, exclusive } = self;
        let labels: String = labels.iter().map(|label| format!("<mark:label>{label}</mark:label>")).collect();
        let exclusively = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
        let digest =
            "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><ds:DigestValue></ds:DigestValue>";
        let of_key = match signs_key {
            true => format!(
                "<ds:Reference URI=\"#key\"><ds:Transforms>{exclusively}</ds:Transforms>{digest}</ds:Reference>"
            ),
            false => String::new(),
        };
        let last = if *exclusive { exclusively } else { "" };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<smd:signedMark xmlns:smd=\"urn:ietf:params:xml:ns:signedMark-1.0\" \
             id=\"smd1\"><smd:id>{id}</smd:id><smd:issuerInfo issuerID=\"65535\"><smd:org>Test</smd:org><smd:email>a@example.com\
             </smd:email></smd:issuerInfo><smd:notBefore>{not_before}</smd:notBefore><smd:notAfter>{not_after}</smd:notAfter>\
             <mark:mark xmlns:mark=\"urn:ietf:params:xml:ns:mark-1.0\"><mark:trademark><mark:id>1-65535</mark:id>\
             <mark:markName>Test &amp; Validate</mark:markName><mark:holder entitlement=\"owner\"><mark:org>Ag corporation\
             </mark:org><mark:addr><mark:street>1305 Bright Avenue</mark:street><mark:city>Arcadia</mark:city><mark:cc>US\
             </mark:cc></mark:addr></mark:holder><mark:jurisdiction>US</mark:jurisdiction>{labels}<mark:goodsAndServices>guitar\
             </mark:goodsAndServices><mark:regNum>1234</mark:regNum><mark:regDate>2012-12-31T23:00:00.000Z</mark:regDate>\
             </mark:trademark></mark:mark><ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"signature\">\
             <ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
             <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/><ds:Reference URI=\"#smd1\">\
             <ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>{last}\
             </ds:Transforms>{digest}</ds:Reference>{of_key}</ds:SignedInfo><ds:SignatureValue></ds:SignatureValue>\
             <ds:KeyInfo Id=\"key\"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
             </ds:Signature></smd:signedMark>\n",
            STANDARD.encode(certificate),
        )
    }
}

/// The text of `smd:encodedSignedMark`.
pub fn encoded(document: &str) -> String {
    STANDARD.encode(document)
}

/// A `.smd` file.
pub fn file(document: &str) -> String {
    let encoded = encoded(document);
    let lines = encoded.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned());
    let lines: Vec<String> = lines.collect();
    format!(
        "Marks: Test & Validate\nsmdID: 1-2\nU-labels: test\nnotBefore: 2025-01-01T00:00:00.000Z\nnotAfter: 2030-01-01T00:00:00.000Z\n\
         -----BEGIN ENCODED SMD-----\n{}\n-----END ENCODED SMD-----\n",
        lines.join("\n")
    )
}
