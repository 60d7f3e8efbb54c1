//! The words of marks and signed marks (RFC 7848): who holds a right to a string, where, and who vouches for it.
//!
//! A registry keeps and shows marks, and reads nothing out of them but labels. So dates, numbers and country codes are kept as
//! the text that was given, and are shown again as they came.

use rkyv::{Archive, Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::record::{Phone, PostalAddress};

/// `mark:mark` (section 2.2): any number of each, as the schema has it; the text asks for one of any kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Mark {
    /// mark:trademark.
    pub trademarks: Vec<Trademark>,
    /// mark:treatyOrStatute.
    pub treaties: Vec<Treaty>,
    /// mark:court.
    pub courts: Vec<Court>,
}

impl Mark {
    /// Every `mark:label`, in order, as given: letters of either case, some perhaps twice.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        let trademarks = self.trademarks.iter().map(|mark| &mark.right);
        let treaties = self.treaties.iter().map(|mark| &mark.right);
        let courts = self.courts.iter().map(|mark| &mark.right);
        trademarks.chain(treaties).chain(courts).flat_map(|right| right.labels.iter().map(String::as_str))
    }
}

/// What all three kinds of mark have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Right {
    /// mark:id: a number, a hyphen, and the issuer's number.
    pub id: String,
    /// mark:markName.
    pub name: String,
    /// mark:holder, one at least.
    pub holders: Vec<Holder>,
    /// mark:contact.
    pub contacts: Vec<MarkContact>,
    /// mark:label: A-labels or ASCII labels.
    pub labels: Vec<String>,
    /// mark:goodsAndServices.
    pub goods_and_services: String,
}

/// `mark:trademark`: registered with a trademark office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Trademark {
    /// What all marks have.
    pub right: Right,
    /// mark:jurisdiction: two letters (WIPO ST.3).
    pub jurisdiction: String,
    /// mark:class: numbers of the Nice classification.
    pub classes: Vec<String>,
    /// mark:apId.
    pub application_id: Option<String>,
    /// mark:apDate.
    pub applied: Option<String>,
    /// mark:regNum.
    pub registration: String,
    /// mark:regDate.
    pub registered: String,
    /// mark:exDate.
    pub expires: Option<String>,
}

/// `mark:treatyOrStatute`: protected by law.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Treaty {
    /// What all marks have.
    pub right: Right,
    /// mark:protection, one at least.
    pub protections: Vec<Protection>,
    /// mark:refNum.
    pub reference: String,
    /// mark:proDate.
    pub protected: String,
    /// mark:title.
    pub title: String,
    /// mark:execDate.
    pub executed: String,
}

/// `mark:court`: validated by a court.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Court {
    /// What all marks have.
    pub right: Right,
    /// mark:refNum.
    pub reference: String,
    /// mark:proDate.
    pub protected: String,
    /// mark:cc.
    pub cc: String,
    /// mark:region.
    pub regions: Vec<String>,
    /// mark:courtName.
    pub court: String,
}

/// `mark:protection`: where a mark is protected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Protection {
    /// mark:cc.
    pub cc: String,
    /// mark:region.
    pub region: Option<String>,
    /// mark:ruling: country codes.
    pub rulings: Vec<String>,
}

/// `mark:holder` (section 2.1).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Holder {
    /// entitlement.
    pub entitlement: Option<Entitlement>,
    /// mark:name.
    pub name: Option<String>,
    /// mark:org.
    pub org: Option<String>,
    /// mark:addr.
    pub address: PostalAddress,
    /// mark:voice.
    pub voice: Option<Phone>,
    /// mark:fax.
    pub fax: Option<Phone>,
    /// mark:email.
    pub email: Option<String>,
}

/// `mark:contact` (section 2.1).
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct MarkContact {
    /// type.
    pub kind: Option<ContactKind>,
    /// mark:name.
    pub name: String,
    /// mark:org.
    pub org: Option<String>,
    /// mark:addr.
    pub address: PostalAddress,
    /// mark:voice.
    pub voice: Phone,
    /// mark:fax.
    pub fax: Option<Phone>,
    /// mark:email.
    pub email: String,
}

/// By what title somebody holds a mark (`mark:entitlementType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub enum Entitlement {
    /// `owner`.
    Owner,
    /// `assignee`.
    Assignee,
    /// `licensee`.
    Licensee,
}

impl Entitlement {
    /// The word as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Assignee => "assignee",
            Self::Licensee => "licensee",
        }
    }

    /// The title that EPP writes as `name`.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Owner, Self::Assignee, Self::Licensee].into_iter().find(|title| title.name() == name)
    }
}

/// Who answers for a mark (`mark:contactTypeType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub enum ContactKind {
    /// `owner`.
    Owner,
    /// `agent`.
    Agent,
    /// `thirdparty`.
    ThirdParty,
}

impl ContactKind {
    /// The word as EPP writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Agent => "agent",
            Self::ThirdParty => "thirdparty",
        }
    }

    /// The kind that EPP writes as `name`.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Owner, Self::Agent, Self::ThirdParty].into_iter().find(|kind| kind.name() == name)
    }
}

/// `smd:signedMark` (section 2.3), its signature left out: what it says, not that it is true.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct SignedMark {
    /// smd:id: a number, a hyphen, and the issuer's number.
    pub id: String,
    /// smd:issuerInfo.
    pub issuer: Issuer,
    /// smd:notBefore; `None` for a moment that none can have (year 0, 10000, …).
    pub not_before: Option<Timestamp>,
    /// smd:notAfter; `None` as above.
    pub not_after: Option<Timestamp>,
    /// mark:mark.
    pub mark: Mark,
}

/// `smd:issuerInfo`: the validator that signed.
#[derive(Clone, Debug, PartialEq, Eq, Archive, Serialize, Deserialize)]
pub struct Issuer {
    /// issuerID.
    pub id: String,
    /// smd:org.
    pub org: String,
    /// smd:email.
    pub email: String,
    /// smd:url.
    pub url: Option<String>,
    /// smd:voice.
    pub voice: Option<Phone>,
}
