//! The files of each kind of object, and their fields (RFC 9022, sections 5.1.2 to 5.6.2).
//!
//! What the standard fields have no place for is in custom fields (`rdeCsv:fCustom`), each of a name that says what it holds:
//!
//! | file | name | holds |
//! | --- | --- | --- |
//! | `domainStatuses` | `rgpStatusDescription`, `rgpStatusLang` | what is said beside the RGP status of the record, and in which language |
//! | `registrar` | `whoisName` | the host name of its WHOIS service |
//! | `idnLanguage` | `urlPolicy` | where the rules for the use of the table are published |

use crate::escrow::definition::{Field, field};
use crate::escrow::object::ObjectKind;

/// A field, as its form, its place in an address or its name tell it from others of its element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) element: &'static str,
    pub(super) index: Option<u8>,
    /// `None`: whatever the form.
    pub(super) loc: Option<bool>,
    pub(super) custom: Option<&'static str>,
}

const fn plain(element: &'static str) -> Column {
    Column { element, index: None, loc: None, custom: None }
}

const fn custom(name: &'static str) -> Column {
    Column { element: "rdeCsv:fCustom", index: None, loc: None, custom: Some(name) }
}

const fn street(index: u8, loc: Option<bool>) -> Column {
    Column { element: "csvContact:fStreet", index: Some(index), loc, custom: None }
}

macro_rules! columns {
    ($($name:ident = $column:expr;)*) => { $(pub(super) const $name: Column = $column;)* };
}

columns! {
    DOMAIN = plain("csvDomain:fName");
    DOMAIN_ORIGINAL = plain("csvDomain:fOriginalName");
    RGP = plain("csvDomain:fRgpStatus");
    RGP_TEXT = custom("rgpStatusDescription");
    RGP_LANG = custom("rgpStatusLang");
    CONTACT_TYPE = plain("csvDomain:fContactType");
    MAX_SIG_LIFE = plain("csvDomain:fMaxSigLife");
    KEY_TAG = plain("csvDomain:fKeyTag");
    DS_ALG = plain("csvDomain:fDsAlg");
    DIGEST_TYPE = plain("csvDomain:fDigestType");
    DIGEST = plain("csvDomain:fDigest");
    FLAGS = plain("csvDomain:fFlags");
    PROTOCOL = plain("csvDomain:fProtocol");
    KEY_ALG = plain("csvDomain:fKeyAlg");
    PUB_KEY = plain("csvDomain:fPubKey");
    DOMAIN_STATUS = plain("csvDomain:fStatus");
    HOST = plain("csvHost:fName");
    ADDR = plain("csvHost:fAddr");
    ADDR_VERSION = plain("csvHost:fAddrVersion");
    HOST_STATUS = plain("csvHost:fStatus");
    CONTACT = plain("csvContact:fId");
    IS_REGISTRAR_CONTACT = plain("csvContact:fIsRegistrarContact");
    VOICE = plain("csvContact:fVoice");
    VOICE_EXT = plain("csvContact:fVoiceExt");
    FAX = plain("csvContact:fFax");
    FAX_EXT = plain("csvContact:fFaxExt");
    EMAIL = plain("csvContact:fEmail");
    POSTAL_TYPE = plain("csvContact:fPostalType");
    POSTAL_NAME = plain("csvContact:fName");
    ORG = plain("csvContact:fOrg");
    CONTACT_STATUS = plain("csvContact:fStatus");
    DISCLOSE_FLAG = plain("csvContact:fDiscloseFlag");
    REGISTRAR = plain("csvRegistrar:fId");
    REGISTRAR_NAME = plain("csvRegistrar:fName");
    GURID = plain("csvRegistrar:fGurid");
    REGISTRAR_STATUS = plain("csvRegistrar:fStatus");
    STATUS_NAME = plain("csvRegistrar:fStatusName");
    WHOIS_URL = plain("csvRegistrar:fWhoisUrl");
    WHOIS_NAME = custom("whoisName");
    NNDN = plain("csvNNDN:fAName");
    NNDN_ORIGINAL = plain("csvNNDN:fOriginalName");
    NAME_STATE = plain("csvNNDN:fNameState");
    MIRRORING_NS = plain("csvNNDN:fMirroringNS");
    U_NAME = plain("rdeCsv:fUName");
    ROID = plain("rdeCsv:fRoid");
    REGISTRANT = plain("rdeCsv:fRegistrant");
    STATUS_TEXT = plain("rdeCsv:fStatusDescription");
    CL_ID = plain("rdeCsv:fClID");
    CR_RR = plain("rdeCsv:fCrRr");
    CR_ID = plain("rdeCsv:fCrID");
    UP_RR = plain("rdeCsv:fUpRr");
    UP_ID = plain("rdeCsv:fUpID");
    RE_RR = plain("rdeCsv:fReRr");
    RE_ID = plain("rdeCsv:fReID");
    AC_RR = plain("rdeCsv:fAcRr");
    AC_ID = plain("rdeCsv:fAcID");
    CR_DATE = plain("rdeCsv:fCrDate");
    UP_DATE = plain("rdeCsv:fUpDate");
    EX_DATE = plain("rdeCsv:fExDate");
    RE_DATE = plain("rdeCsv:fReDate");
    AC_DATE = plain("rdeCsv:fAcDate");
    TR_DATE = plain("rdeCsv:fTrDate");
    LANG = plain("rdeCsv:fLang");
    IDN_TABLE = plain("rdeCsv:fIdnTableId");
    TR_STATUS = plain("rdeCsv:fTrStatus");
    URL = plain("rdeCsv:fUrl");
    URL_POLICY = custom("urlPolicy");
}

/// The fields of an address, in the order of an [`AddressColumns`].
#[derive(Clone, Copy, Debug)]
pub(super) struct AddressColumns {
    pub(super) street: [Column; 3],
    pub(super) city: Column,
    pub(super) sp: Column,
    pub(super) pc: Column,
    pub(super) cc: Column,
}

impl AddressColumns {
    const fn of(loc: Option<bool>) -> Self {
        const fn one(element: &'static str, loc: Option<bool>) -> Column {
            Column { element, index: None, loc, custom: None }
        }
        Self {
            street: [street(0, loc), street(1, loc), street(2, loc)],
            city: one("csvContact:fCity", loc),
            sp: one("csvContact:fSp", loc),
            pc: one("csvContact:fPc", loc),
            cc: one("csvContact:fCc", loc),
        }
    }
}

/// Addresses of contacts, whose form is a value.
pub(super) const POSTAL: AddressColumns = AddressColumns::of(None);
/// Addresses of registrars, whose form is the field's: int and loc.
pub(super) const INT: AddressColumns = AddressColumns::of(Some(false));
pub(super) const LOC: AddressColumns = AddressColumns::of(Some(true));

/// What is disclosed, by the bits of a [`crate::model::record::Disclose`] in the order of the RFC.
pub(super) const DISCLOSED: [(Column, u16); 9] = {
    use crate::model::record::Disclose as D;
    [
        (plain("csvContact:fDiscloseNameLoc"), D::NAME_LOC),
        (plain("csvContact:fDiscloseNameInt"), D::NAME_INT),
        (plain("csvContact:fDiscloseOrgLoc"), D::ORG_LOC),
        (plain("csvContact:fDiscloseOrgInt"), D::ORG_INT),
        (plain("csvContact:fDiscloseAddrLoc"), D::ADDR_LOC),
        (plain("csvContact:fDiscloseAddrInt"), D::ADDR_INT),
        (plain("csvContact:fDiscloseVoice"), D::VOICE),
        (plain("csvContact:fDiscloseFax"), D::FAX),
        (plain("csvContact:fDiscloseEmail"), D::EMAIL),
    ]
};

impl Column {
    /// Whether a field of a definition is this one. Where no form is said, it is the internationalized one.
    pub(super) fn is(self, field: &Field) -> bool {
        self.element == field.element
            && self.index == field.index
            && self.loc.is_none_or(|loc| loc == field.loc.unwrap_or(false))
            && self.custom.is_none_or(|name| field.custom.as_deref() == Some(name))
    }

    /// What faults call it.
    pub(super) fn label(self) -> String {
        self.field(false, false).label()
    }

    /// The field in a definition of ours.
    pub(super) fn field(self, required: bool, parent: bool) -> Field {
        let Self { element, index, loc, custom } = self;
        Field { line: 0, element, required, parent, loc, index, custom: custom.map(str::to_owned) }
    }

    /// The same, required if its schema has it so.
    pub(super) fn default_field(self, parent: bool) -> Field {
        self.field(field(self.element).is_some_and(|(_, required, _)| *required), parent)
    }
}

/// Files of one name in the definitions of a kind.
#[derive(Debug)]
pub(super) struct Table {
    /// The definition's name.
    pub(super) name: &'static str,
    /// Of several fields one at least, for each list.
    pub(super) needs: &'static [&'static [Column]],
    /// The others that it may have. Those that objects have no place for are not kept.
    pub(super) may: &'static [Column],
}

const fn table(name: &'static str, needs: &'static [&'static [Column]], may: &'static [Column]) -> Table {
    Table { name, needs, may }
}

/// The tables of a kind: that of the objects first, then those that name them by the first field that they need.
#[derive(Debug)]
pub(super) struct Tables {
    /// The field of the first table by which the others name its records; the others have the same.
    pub(super) key: Column,
    /// Whether its values are names, which are alike whatever their case.
    pub(super) is_name: bool,
    pub(super) parent: Table,
    pub(super) children: &'static [Table],
    /// What is gone.
    pub(super) deletes: Table,
}

const DOMAINS: Tables = Tables {
    key: DOMAIN,
    is_name: true,
    parent: table(
        "domain",
        &[&[DOMAIN], &[ROID], &[CL_ID, GURID]],
        &[
            DOMAIN_ORIGINAL,
            CR_RR,
            CR_ID,
            UP_RR,
            UP_ID,
            U_NAME,
            IDN_TABLE,
            REGISTRANT,
            CR_DATE,
            UP_DATE,
            EX_DATE,
            TR_DATE,
        ],
    ),
    children: &[
        table("domainContacts", &[&[DOMAIN], &[CONTACT], &[CONTACT_TYPE]], &[]),
        table("domainStatuses", &[&[DOMAIN], &[DOMAIN_STATUS]], &[RGP, STATUS_TEXT, LANG, RGP_TEXT, RGP_LANG]),
        table("domainNameServers", &[&[DOMAIN], &[HOST, ROID]], &[]),
        table("domainNameServersAddresses", &[&[DOMAIN], &[HOST]], &[ADDR, ADDR_VERSION]),
        table(
            "dnssec",
            &[&[DOMAIN], &[KEY_TAG, PUB_KEY]],
            &[DS_ALG, DIGEST_TYPE, DIGEST, FLAGS, PROTOCOL, KEY_ALG, MAX_SIG_LIFE],
        ),
        table(
            "domainTransfer",
            &[&[DOMAIN], &[TR_STATUS], &[RE_RR], &[RE_DATE], &[AC_RR], &[AC_DATE]],
            &[RE_ID, AC_ID, EX_DATE],
        ),
    ],
    deletes: table("domain", &[&[DOMAIN]], &[]),
};

const HOSTS: Tables = Tables {
    key: ROID,
    is_name: false,
    parent: table(
        "host",
        &[&[HOST], &[ROID], &[CL_ID, GURID]],
        &[CR_RR, CR_ID, UP_RR, UP_ID, CR_DATE, UP_DATE, TR_DATE],
    ),
    children: &[
        table("hostStatuses", &[&[ROID], &[HOST_STATUS]], &[STATUS_TEXT, LANG]),
        table("hostAddresses", &[&[ROID], &[ADDR]], &[ADDR_VERSION]),
    ],
    deletes: table("host", &[&[ROID]], &[]),
};

const CONTACTS: Tables = Tables {
    key: CONTACT,
    is_name: false,
    parent: table(
        "contact",
        &[&[CONTACT], &[ROID], &[EMAIL], &[CL_ID, GURID]],
        &[VOICE, VOICE_EXT, FAX, FAX_EXT, CR_RR, CR_ID, UP_RR, UP_ID, CR_DATE, UP_DATE, TR_DATE, IS_REGISTRAR_CONTACT],
    ),
    children: &[
        table("contactStatuses", &[&[CONTACT], &[CONTACT_STATUS]], &[STATUS_TEXT, LANG]),
        table(
            "contactPostal",
            &[&[CONTACT], &[POSTAL_TYPE], &[POSTAL_NAME], &[POSTAL.city], &[POSTAL.cc]],
            &[ORG, POSTAL.street[0], POSTAL.street[1], POSTAL.street[2], POSTAL.sp, POSTAL.pc],
        ),
        table(
            "contactTransfer",
            &[&[CONTACT], &[TR_STATUS], &[RE_RR], &[RE_DATE], &[AC_RR], &[AC_DATE]],
            &[RE_ID, AC_ID],
        ),
        table(
            "contactDisclose",
            &[&[CONTACT], &[DISCLOSE_FLAG]],
            &[
                DISCLOSED[0].0,
                DISCLOSED[1].0,
                DISCLOSED[2].0,
                DISCLOSED[3].0,
                DISCLOSED[4].0,
                DISCLOSED[5].0,
                DISCLOSED[6].0,
                DISCLOSED[7].0,
                DISCLOSED[8].0,
            ],
        ),
    ],
    deletes: table("contact", &[&[CONTACT]], &[]),
};

const REGISTRARS: Tables = Tables {
    key: REGISTRAR,
    is_name: false,
    parent: table(
        "registrar",
        &[&[REGISTRAR, GURID], &[REGISTRAR_NAME]],
        &[
            REGISTRAR_STATUS,
            WHOIS_URL,
            WHOIS_NAME,
            CR_DATE,
            UP_DATE,
            URL,
            EMAIL,
            VOICE,
            VOICE_EXT,
            FAX,
            FAX_EXT,
            INT.street[0],
            INT.street[1],
            INT.street[2],
            INT.city,
            INT.sp,
            INT.pc,
            INT.cc,
            LOC.street[0],
            LOC.street[1],
            LOC.street[2],
            LOC.city,
            LOC.sp,
            LOC.pc,
            LOC.cc,
            // These stand in the example of section 4.6.3, or in the schema.
            ROID,
            CR_RR,
            CR_ID,
            UP_RR,
            UP_ID,
            STATUS_NAME,
        ],
    ),
    children: &[],
    deletes: table("registrar", &[&[REGISTRAR, GURID]], &[]),
};

const IDN_TABLES: Tables = Tables {
    key: IDN_TABLE,
    is_name: false,
    parent: table("idnLanguage", &[&[IDN_TABLE], &[URL]], &[URL_POLICY]),
    children: &[],
    deletes: table("idnLanguage", &[&[IDN_TABLE]], &[]),
};

const NNDNS: Tables = Tables {
    key: NNDN,
    is_name: true,
    parent: table("NNDN", &[&[NNDN], &[NAME_STATE]], &[NNDN_ORIGINAL, MIRRORING_NS, CR_DATE, U_NAME, IDN_TABLE]),
    children: &[],
    deletes: table("NNDN", &[&[NNDN]], &[]),
};

/// The tables of a kind, if it has a CSV model.
pub(super) const fn tables(kind: ObjectKind) -> Option<&'static Tables> {
    match kind {
        ObjectKind::EppParams | ObjectKind::Policy => None,
        ObjectKind::Registrar => Some(&REGISTRARS),
        ObjectKind::IdnTable => Some(&IDN_TABLES),
        ObjectKind::Contact => Some(&CONTACTS),
        ObjectKind::Host => Some(&HOSTS),
        ObjectKind::Domain => Some(&DOMAINS),
        ObjectKind::Nndn => Some(&NNDNS),
    }
}
