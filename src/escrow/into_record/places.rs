//! Which names can be objects of a registry with these zones.

use crate::base::limits::KEY_BYTES;
use crate::escrow::into_record::Rule;
use crate::escrow::object::{Contact, Object};
use crate::model::{identifier, name};

/// The names under which domains are registered directly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zones(Vec<String>);

impl Zones {
    /// These, each once; in lower case.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let mut zones = Vec::new();
        for name in names.into_iter().map(|name| name.to_ascii_lowercase()) {
            if !zones.contains(&name) {
                zones.push(name);
            }
        }
        Self(zones)
    }

    /// Their names, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|zone| zone == name)
    }

    /// The label of a name directly under a zone, and the zone.
    pub(super) fn split<'n>(&self, name: &'n str) -> Option<(&'n str, &'n str)> {
        name.split_once('.').filter(|(_, zone)| self.has(zone))
    }

    /// The domain at or above a name that would be registered in a zone, the longest; `None`: the name is outside of all.
    pub(super) fn domain_above<'n>(&self, name: &'n str) -> Option<&'n str> {
        let mut at = name;
        loop {
            let (_, above) = at.split_once('.')?;
            if self.has(above) {
                return Some(at);
            }
            at = above;
        }
    }

    /// The name or handle by which the registry would find a contact, host, domain or NNDN.
    ///
    /// # Errors
    /// Why there can be no such object.
    pub(super) fn fit(&self, object: &Object) -> Result<String, (Rule, String)> {
        match object {
            Object::Contact(contact) => fit_contact(contact),
            Object::Host(host) => {
                let name = normalized(&host.name)?;
                match self.has(&name) {
                    true => Err((Rule::Name, "expected a host, found the name of a zone".into())),
                    false => Ok(name),
                }
            }
            Object::Domain(domain) => self.fit_below(&domain.name),
            Object::Nndn(nndn) => self.fit_below(&nndn.name),
            Object::EppParams(_) | Object::Policy(_) | Object::Registrar(_) | Object::IdnTable(_) => Ok(String::new()),
        }
    }

    fn fit_below(&self, name: &str) -> Result<String, (Rule, String)> {
        let name = normalized(name)?;
        match self.split(&name) {
            Some(_) => Ok(name),
            None => {
                let zones: Vec<&str> = self.iter().collect();
                Err((Rule::Zone, format!("expected one label under {}, found {name}", zones.join(" or "))))
            }
        }
    }
}

fn normalized(given: &str) -> Result<String, (Rule, String)> {
    name::normalize(given).map_err(|fault| (Rule::Name, format!("{fault}; found {given:?}")))
}

fn fit_contact(contact: &Contact) -> Result<String, (Rule, String)> {
    identifier::check(&contact.id)
        .map_err(|expected| (Rule::ContactId, format!("{expected}; found {:?}", contact.id)))?;
    match contact.roid.len() <= KEY_BYTES {
        true => Ok(contact.id.clone()),
        false => Err((Rule::ContactId, format!("expected a ROID of {KEY_BYTES} octets at most, found one of more"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_under_the_longest_zone() {
        let zones = Zones::new(["example", "CO.example", "example"].map(str::to_owned));
        assert_eq!(zones.iter().collect::<Vec<_>>(), ["example", "co.example"]);
        for (name, above, split) in [
            ("a.example", Some("a.example"), Some(("a", "example"))),
            ("b.a.example", Some("a.example"), None),
            ("a.co.example", Some("a.co.example"), Some(("a", "co.example"))),
            ("x.a.co.example", Some("a.co.example"), None),
            ("example", None, None),
            ("a.test", None, None),
            ("aexample", None, None),
        ] {
            assert_eq!((zones.domain_above(name), zones.split(name)), (above, split), "{name}");
        }
    }
}
