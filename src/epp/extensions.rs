//! The extensions of EPP that this server has: the one table of them. [`crate::manual::extensions`] tells, file by file,
//! how another one is added.

use crate::model::command::{Action, Transform};
use crate::model::extension::Extensions;
use crate::model::refusal::{Element, Fault};

/// An extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// Grace periods of domains (RFC 3915).
    Rgp,
}

impl Extension {
    /// All of them, in the order of the greeting and of `<extension>` in responses.
    pub const ALL: [Self; 1] = [Self::Rgp];

    /// How [`Element::schema`] names its schema; also the prefix of what we write.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::Rgp => "rgp",
        }
    }

    /// Its namespace, which is also its name in greeting and login.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Rgp => "urn:ietf:params:xml:ns:rgp-1.0",
        }
    }

    /// The extension of this namespace.
    pub(super) fn of_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extension| extension.uri() == uri)
    }

    /// The extension whose schema is named so.
    pub(super) fn of_schema(schema: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extension| extension.schema() == schema)
    }

    /// Whether a command has an element of it.
    pub(super) const fn is_in(self, extensions: &Extensions<'_>) -> bool {
        match self {
            Self::Rgp => extensions.rgp.is_some(),
        }
    }

    /// Why its element in a command does not belong there: each extends certain commands and no others.
    pub(super) fn misplaced(self, action: &Action<'_>) -> Option<Fault> {
        match self {
            // RFC 3915, section 4: "This extension does not add any elements" to every command but <update>.
            Self::Rgp => {
                let is_extended = matches!(action, Action::Transform(Transform::DomainUpdate(_)));
                (!is_extended).then(|| Fault::new(Element::rgp("update"), "", "it extends domain:update only"))
            }
        }
    }
}

/// The URI of the namespace that [`Element::schema`] names so.
pub(super) fn schema_uri(schema: &str) -> String {
    match Extension::of_schema(schema) {
        Some(extension) => extension.uri().to_owned(),
        None => format!("urn:ietf:params:xml:ns:{schema}-1.0"),
    }
}

/// The extensions that the login of a session asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Services(u32);

impl Services {
    /// Those asked for.
    pub fn of(extensions: impl IntoIterator<Item = Extension>) -> Self {
        Self(extensions.into_iter().fold(0, |bits, extension| bits | extension.bit()))
    }

    /// Whether it is one of them.
    pub const fn has(self, extension: Extension) -> bool {
        self.0 & extension.bit() != 0
    }
}

impl Extension {
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_extension_is_found_by_its_names_and_is_a_service_of_its_own() {
        for extension in Extension::ALL {
            assert_eq!(Extension::of_uri(extension.uri()), Some(extension));
            assert_eq!(Extension::of_schema(extension.schema()), Some(extension));
            assert_eq!(schema_uri(extension.schema()), extension.uri());
            let services = Services::of([extension]);
            for other in Extension::ALL {
                assert_eq!(services.has(other), other == extension);
                assert!(!Services::default().has(other));
            }
        }
        assert_eq!(Extension::of_schema(""), None);
        assert_eq!(schema_uri("domain"), "urn:ietf:params:xml:ns:domain-1.0");
    }
}
