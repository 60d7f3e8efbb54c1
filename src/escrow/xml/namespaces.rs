//! The namespaces of the XML model, and the prefixes that RFC 9022, section 14, gives them.

use crate::escrow::object::ObjectKind;

/// A namespace that something in a deposit can be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// The frame (RFC 8909).
    Rde,
    /// The header.
    Header,
    /// Objects of a kind, and what says that such are gone.
    Of(ObjectKind),
    /// CSV files of objects of a kind, which has them.
    Csv(ObjectKind),
    /// rdeCsv-1.0: what definitions of CSV files are made of.
    RdeCsv,
    /// epp-1.0: what `rdeEppParams` is made of.
    Epp,
    /// domain-1.0: name servers.
    Domain,
    /// contact-1.0: addresses, disclosure.
    Contact,
    /// secDNS-1.1.
    SecDns,
    /// rdeReport-1.0: what is said of a deposit.
    Report,
    /// rdeNotification-1.0: what its agent says.
    Notification,
    /// iirdea-1.0: what ICANN answers.
    Answer,
    /// XMLSchema-instance: where the schemas lie.
    Instance,
    /// No namespace.
    None,
    /// Any other.
    Other,
}

impl Space {
    /// All that are known, those first that a deposit is full of.
    pub(super) const KNOWN: [Self; 22] = [
        Self::Of(ObjectKind::Domain),
        Self::Domain,
        Self::Of(ObjectKind::Contact),
        Self::Contact,
        Self::Of(ObjectKind::Host),
        Self::SecDns,
        Self::Rde,
        Self::Header,
        Self::Of(ObjectKind::Registrar),
        Self::Of(ObjectKind::IdnTable),
        Self::Of(ObjectKind::Nndn),
        Self::Of(ObjectKind::EppParams),
        Self::Of(ObjectKind::Policy),
        Self::Epp,
        Self::Instance,
        Self::RdeCsv,
        Self::Csv(ObjectKind::Domain),
        Self::Csv(ObjectKind::Host),
        Self::Csv(ObjectKind::Contact),
        Self::Csv(ObjectKind::Registrar),
        Self::Csv(ObjectKind::IdnTable),
        Self::Csv(ObjectKind::Nndn),
    ];

    /// Those of documents about deposits, which no deposit has.
    const ABOUT: [Self; 3] = [Self::Report, Self::Notification, Self::Answer];

    /// The namespace's name; empty for none and any other.
    pub(super) const fn uri(self) -> &'static str {
        match self {
            Self::Rde => "urn:ietf:params:xml:ns:rde-1.0",
            Self::Header => "urn:ietf:params:xml:ns:rdeHeader-1.0",
            Self::Of(kind) => kind.xml_uri(),
            Self::Csv(kind) => match kind.csv_uri() {
                Some(uri) => uri,
                None => "",
            },
            Self::RdeCsv => "urn:ietf:params:xml:ns:rdeCsv-1.0",
            Self::Epp => "urn:ietf:params:xml:ns:epp-1.0",
            Self::Domain => "urn:ietf:params:xml:ns:domain-1.0",
            Self::Contact => "urn:ietf:params:xml:ns:contact-1.0",
            Self::SecDns => "urn:ietf:params:xml:ns:secDNS-1.1",
            Self::Report => "urn:ietf:params:xml:ns:rdeReport-1.0",
            Self::Notification => "urn:ietf:params:xml:ns:rdeNotification-1.0",
            Self::Answer => "urn:ietf:params:xml:ns:iirdea-1.0",
            Self::Instance => "http://www.w3.org/2001/XMLSchema-instance",
            Self::None | Self::Other => "",
        }
    }

    /// The prefix that we write, and that faults are told with, whatever a deposit writes.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Rde => "rde",
            Self::Header => "rdeHeader",
            Self::Of(kind) => prefix_of(kind),
            Self::Csv(kind) => csv_prefix_of(kind),
            Self::RdeCsv => "rdeCsv",
            Self::Epp => "epp",
            Self::Domain => "domain",
            Self::Contact => "contact",
            Self::SecDns => "secDNS",
            Self::Report => "rdeReport",
            Self::Notification => "rdeNotification",
            Self::Answer => "iirdea",
            Self::Instance => "xsi",
            Self::None | Self::Other => "",
        }
    }

    /// The namespace of this name.
    pub(super) fn of(uri: &str) -> Self {
        match uri {
            "" => Self::None,
            _ => Self::KNOWN.into_iter().chain(Self::ABOUT).find(|space| space.uri() == uri).unwrap_or(Self::Other),
        }
    }
}

/// The prefix of objects of a kind.
const fn prefix_of(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::EppParams => "rdeEppParams",
        ObjectKind::Policy => "rdePolicy",
        ObjectKind::Registrar => "rdeRegistrar",
        ObjectKind::IdnTable => "rdeIDN",
        ObjectKind::Contact => "rdeContact",
        ObjectKind::Host => "rdeHost",
        ObjectKind::Domain => "rdeDomain",
        ObjectKind::Nndn => "rdeNNDN",
    }
}

/// The prefix of CSV files of objects of a kind; empty: it has none.
const fn csv_prefix_of(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::EppParams | ObjectKind::Policy => "",
        ObjectKind::Registrar => "csvRegistrar",
        ObjectKind::IdnTable => "csvIDN",
        ObjectKind::Contact => "csvContact",
        ObjectKind::Host => "csvHost",
        ObjectKind::Domain => "csvDomain",
        ObjectKind::Nndn => "csvNNDN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_namespace_is_found_by_its_name_and_has_a_prefix_of_its_own() {
        let all = || Space::KNOWN.into_iter().chain(Space::ABOUT);
        for space in all() {
            assert_eq!(Space::of(space.uri()), space);
            assert_eq!(all().filter(|other| other.prefix() == space.prefix()).count(), 1, "{space:?}");
        }
        assert_eq!(Space::of(""), Space::None);
        assert_eq!(Space::of("urn:ietf:params:xml:ns:csvDomain-1.0"), Space::Csv(ObjectKind::Domain));
        assert_eq!(Space::of("urn:ietf:params:xml:ns:csvDomain-1.1"), Space::Other);
        for kind in ObjectKind::ALL {
            assert_eq!(Space::of(kind.xml_uri()), Space::Of(kind));
        }
    }
}
