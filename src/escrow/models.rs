//! Which model a deposit has its objects in (RFC 9022, section 2): each type of object is in one model only, and every type may
//! be in another.

use crate::escrow::object::ObjectKind;

/// A model of deposits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Objects are elements.
    Xml,
    /// Objects are records of CSV files.
    Csv,
}

/// The model of each type of object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Models {
    csv: [bool; ObjectKind::ALL.len()],
}

impl Models {
    /// All that can be in CSV files: everything but EPP parameters and the policy.
    pub fn csv() -> Self {
        ObjectKind::ALL.into_iter().fold(Self::default(), Self::with_csv)
    }

    /// All in the XML model.
    pub const fn xml() -> Self {
        Self { csv: [false; ObjectKind::ALL.len()] }
    }

    /// The same with objects of this kind in CSV files, if they can be.
    #[must_use]
    pub fn with_csv(mut self, kind: ObjectKind) -> Self {
        self.csv[kind as usize] = kind.csv_uri().is_some();
        self
    }

    /// The model of objects of this kind.
    pub const fn of(self, kind: ObjectKind) -> Model {
        if self.csv[kind as usize] { Model::Csv } else { Model::Xml }
    }

    /// The namespace that menu and header list for objects of this kind.
    pub fn uri(self, kind: ObjectKind) -> &'static str {
        kind.csv_uri().filter(|_| self.of(kind) == Model::Csv).unwrap_or(kind.xml_uri())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_csv_model_stays_in_xml() {
        let models = Models::csv();
        assert_eq!(models.of(ObjectKind::Domain), Model::Csv);
        assert_eq!(models.uri(ObjectKind::Domain), "urn:ietf:params:xml:ns:csvDomain-1.0");
        assert_eq!(models.of(ObjectKind::Policy), Model::Xml);
        assert_eq!(models.uri(ObjectKind::EppParams), "urn:ietf:params:xml:ns:rdeEppParams-1.0");
        assert_eq!(Models::xml(), Models::default());
        let mixed = Models::xml().with_csv(ObjectKind::Host).with_csv(ObjectKind::Policy);
        assert_eq!(ObjectKind::ALL.map(|kind| mixed.of(kind) == Model::Csv).iter().filter(|csv| **csv).count(), 1);
    }
}
