//! What the XML of a deposit says of its CSV files (RFC 9022, section 4.6.2): which files there are, and what their fields hold.

use crate::escrow::object::ObjectKind;

/// `contents` or `deletes` of a kind in the CSV model, as `csvDomain:contents`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definitions {
    /// What the files are of.
    pub kind: ObjectKind,
    /// Whether they tell what is gone.
    pub deletes: bool,
    /// rdeCsv:csv, in order; one at least.
    pub all: Vec<Definition>,
}

impl Definitions {
    /// Of domains there are: whether each has a registrant (`isRequired` of `rdeCsv:fRegistrant`). `None`: it does not say.
    pub(super) fn requires_registrants(&self) -> Option<bool> {
        let is_of_domains = self.kind == ObjectKind::Domain && !self.deletes;
        let domains = self.all.iter().filter(|one| is_of_domains && one.name == "domain");
        let is_required = |field: &Field| field.element == "rdeCsv:fRegistrant" && field.required;
        domains.map(|one| one.fields.iter().any(is_required)).reduce(|one, other| one || other)
    }
}

/// `rdeCsv:csv`: files of one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The line of its start tag; 0: of one that is to be written.
    pub line: u64,
    /// name, as `domainStatuses`.
    pub name: String,
    /// sep: what stands between two fields.
    pub separator: char,
    /// rdeCsv:fields, in the order of the files.
    pub fields: Vec<Field>,
    /// rdeCsv:files, one at least, in order.
    pub files: Vec<CsvFile>,
}

/// A field of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Line of its start tag; 0: of one that is to be written.
    pub line: u64,
    /// The element, with the prefix of RFC 9022, section 14, as `csvDomain:fName`.
    pub element: &'static str,
    /// isRequired, or what the schema has where it is not said: it is never empty.
    pub required: bool,
    /// parent: it names the object of another file that the record belongs to.
    pub parent: bool,
    /// isLoc: whether it is the localized form.
    pub loc: Option<bool>,
    /// index, of a line of a street.
    pub index: Option<u8>,
    /// name, of a custom field.
    pub custom: Option<String>,
}

impl Field {
    /// What people know it by: `csvContact:fStreet` with its index, `rdeCsv:fCustom` with its name.
    pub fn label(&self) -> String {
        let form = match self.loc {
            Some(true) => " isLoc=true",
            Some(false) => " isLoc=false",
            None => "",
        };
        let index = self.index.map(|index| format!(" index={index}")).unwrap_or_default();
        let custom = self.custom.as_ref().map(|name| format!(" name={name}")).unwrap_or_default();
        format!("{}{form}{index}{custom}", self.element)
    }
}

/// `rdeCsv:file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvFile {
    /// Line of its start tag; 0: of one that is to be written.
    pub line: u64,
    /// Its name: no path.
    pub name: String,
    /// compression.
    pub compression: Option<String>,
    /// encoding, where it is said.
    pub encoding: Option<String>,
    /// cksum: of its octets.
    pub checksum: Option<String>,
    /// cksumAlg, where it is said; else CRC32.
    pub algorithm: Option<String>,
}

/// The attributes that a field can have besides isRequired, parent and type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    None,
    /// isLoc.
    Loc,
    /// isLoc and index.
    Line,
    /// name.
    Custom,
}

/// Every field of the schemas: the element, whether it is required where nothing is said, its other attributes.
pub(super) const FIELDS: &[(&str, bool, More)] = &[
    ("csvDomain:fName", true, More::None),
    ("csvDomain:fOriginalName", false, More::None),
    ("csvDomain:fRgpStatus", false, More::None),
    ("csvDomain:fContactType", true, More::None),
    ("csvDomain:fMaxSigLife", false, More::None),
    ("csvDomain:fKeyTag", true, More::None),
    ("csvDomain:fDsAlg", true, More::None),
    ("csvDomain:fDigestType", true, More::None),
    ("csvDomain:fDigest", true, More::None),
    ("csvDomain:fFlags", true, More::None),
    ("csvDomain:fProtocol", true, More::None),
    ("csvDomain:fKeyAlg", true, More::None),
    ("csvDomain:fPubKey", true, More::None),
    ("csvDomain:fStatus", true, More::None),
    ("csvHost:fName", true, More::None),
    ("csvHost:fAddr", false, More::None),
    ("csvHost:fAddrVersion", false, More::None),
    ("csvHost:fStatus", true, More::None),
    ("csvContact:fId", true, More::None),
    ("csvContact:fIsRegistrarContact", false, More::None),
    ("csvContact:fVoice", false, More::None),
    ("csvContact:fVoiceExt", false, More::None),
    ("csvContact:fFax", false, More::None),
    ("csvContact:fFaxExt", false, More::None),
    ("csvContact:fEmail", true, More::None),
    ("csvContact:fPostalType", true, More::None),
    ("csvContact:fName", true, More::Loc),
    ("csvContact:fOrg", false, More::Loc),
    ("csvContact:fStreet", false, More::Line),
    ("csvContact:fCity", true, More::Loc),
    ("csvContact:fSp", false, More::Loc),
    ("csvContact:fPc", false, More::Loc),
    ("csvContact:fCc", true, More::Loc),
    ("csvContact:fDiscloseFlag", false, More::None),
    ("csvContact:fDiscloseNameLoc", false, More::None),
    ("csvContact:fDiscloseNameInt", false, More::None),
    ("csvContact:fDiscloseOrgLoc", false, More::None),
    ("csvContact:fDiscloseOrgInt", false, More::None),
    ("csvContact:fDiscloseAddrLoc", false, More::None),
    ("csvContact:fDiscloseAddrInt", false, More::None),
    ("csvContact:fDiscloseVoice", false, More::None),
    ("csvContact:fDiscloseFax", false, More::None),
    ("csvContact:fDiscloseEmail", false, More::None),
    ("csvContact:fStatus", true, More::None),
    ("csvRegistrar:fId", true, More::None),
    ("csvRegistrar:fName", true, More::Loc),
    ("csvRegistrar:fGurid", false, More::None),
    ("csvRegistrar:fStatus", false, More::None),
    ("csvRegistrar:fStatusName", false, More::None),
    ("csvRegistrar:fWhoisUrl", false, More::None),
    ("csvNNDN:fAName", true, More::None),
    ("csvNNDN:fOriginalName", false, More::None),
    ("csvNNDN:fNameState", true, More::None),
    ("csvNNDN:fMirroringNS", false, More::None),
    ("rdeCsv:fUName", false, More::None),
    ("rdeCsv:fRoid", true, More::None),
    ("rdeCsv:fRegistrant", false, More::None),
    ("rdeCsv:fStatusDescription", false, More::None),
    ("rdeCsv:fClID", true, More::None),
    ("rdeCsv:fCrRr", false, More::None),
    ("rdeCsv:fCrID", false, More::None),
    ("rdeCsv:fUpRr", false, More::None),
    ("rdeCsv:fUpID", false, More::None),
    ("rdeCsv:fReRr", true, More::None),
    ("rdeCsv:fReID", false, More::None),
    ("rdeCsv:fAcRr", true, More::None),
    ("rdeCsv:fAcID", false, More::None),
    ("rdeCsv:fCrDate", false, More::None),
    ("rdeCsv:fUpDate", false, More::None),
    ("rdeCsv:fExDate", false, More::None),
    ("rdeCsv:fReDate", true, More::None),
    ("rdeCsv:fAcDate", true, More::None),
    ("rdeCsv:fTrDate", false, More::None),
    ("rdeCsv:fLang", false, More::None),
    ("rdeCsv:fIdnTableId", false, More::None),
    ("rdeCsv:fTrStatus", true, More::None),
    ("rdeCsv:fCustom", false, More::Custom),
    ("rdeCsv:fUrl", false, More::None),
];

/// A field of the schemas by its element.
pub(super) fn field(element: &str) -> Option<&'static (&'static str, bool, More)> {
    FIELDS.iter().find(|(known, _, _)| *known == element)
}
