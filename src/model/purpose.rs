//! What RDAP is queried for: the values of IANA's registry of query purposes (RFC 9560, section 9.3).

use crate::model::operator::Named;

macro_rules! purposes {
    ($($variant:ident $name:literal,)*) => {
        /// A registered purpose.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "RFC 9560, section 9.3 describes each")]
        pub enum Purpose {
            $($variant,)*
        }

        impl Purpose {
            /// All of them, in the order of the registry.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The value of the registry.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

purposes! {
    DomainNameControl "domainNameControl",
    PersonalDataProtection "personalDataProtection",
    TechnicalIssueResolution "technicalIssueResolution",
    DomainNameCertification "domainNameCertification",
    IndividualInternetUse "individualInternetUse",
    BusinessDomainNamePurchaseOrSale "businessDomainNamePurchaseOrSale",
    AcademicPublicInterestDnsResearch "academicPublicInterestDNSResearch",
    LegalActions "legalActions",
    RegulatoryAndContractEnforcement "regulatoryAndContractEnforcement",
    CriminalInvestigationAndDnsAbuseMitigation "criminalInvestigationAndDNSAbuseMitigation",
    DnsTransparency "dnsTransparency",
}

impl Purpose {
    /// The purpose of that value; case counts.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|purpose| purpose.name() == name)
    }
}

impl Named for Purpose {
    const WHAT: &'static str = "a query purpose of RFC 9560, section 9.3, as legalActions";

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::parse(name)
    }
}

/// Some of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purposes(u16);

impl Purposes {
    /// Whether it is one of these.
    pub const fn has(self, purpose: Purpose) -> bool {
        self.0 & 1 << purpose as u16 != 0
    }

    /// In the order of the registry.
    pub fn iter(self) -> impl Iterator<Item = Purpose> {
        Purpose::ALL.iter().copied().filter(move |purpose| self.has(*purpose))
    }

    /// The one that there is, if it is the only one.
    pub fn only(self) -> Option<Purpose> {
        self.iter().next().filter(|_| self.0.is_power_of_two())
    }
}

impl FromIterator<Purpose> for Purposes {
    fn from_iter<I: IntoIterator<Item = Purpose>>(purposes: I) -> Self {
        Self(purposes.into_iter().fold(0, |all, purpose| all | 1 << purpose as u16))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back_and_sets_hold_what_was_put_in() {
        assert!(Purpose::ALL.iter().all(|purpose| Purpose::parse(purpose.name()) == Some(*purpose)));
        assert_eq!(Purpose::parse("LegalActions"), None);
        let some: Purposes = [Purpose::DnsTransparency, Purpose::LegalActions].into_iter().collect();
        let names: Vec<_> = some.iter().map(Purpose::name).collect();
        assert_eq!(names, ["legalActions", "dnsTransparency"]);
        assert!(some.has(Purpose::LegalActions) && !some.has(Purpose::DomainNameControl));
        assert_eq!(some.only(), None);
        assert_eq!(Purposes::default().only(), None);
        let one: Purposes = [Purpose::DomainNameControl].into_iter().collect();
        assert_eq!(one.only(), Some(Purpose::DomainNameControl));
    }
}
