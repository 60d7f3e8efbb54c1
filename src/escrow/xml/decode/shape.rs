//! Which elements and attributes stand where: sequences and choices of the schemas.
//!
//! What is wrong is noted, and reading goes on with values that stand for what is not there: an object with a fault is not
//! handed out, so nobody sees them.

use super::fault::{Fault, Rule};
use super::tree::Element;
use crate::escrow::xml::namespaces::Space;

/// Faults that are told of one object.
const FAULTS: usize = 100;

/// An element of a sequence: its name, how often it comes at least and at most.
pub(super) type Slot<'n> = (&'n str, usize, usize);

/// An element that comes once.
pub(super) const fn one(name: &str) -> Slot<'_> {
    (name, 1, 1)
}

/// An element that may be left out.
pub(super) const fn maybe(name: &str) -> Slot<'_> {
    (name, 0, 1)
}

/// An element that may come as often as it likes.
pub(super) const fn any(name: &str) -> Slot<'_> {
    (name, 0, usize::MAX)
}

/// An element that comes once at least.
pub(super) const fn some(name: &str) -> Slot<'_> {
    (name, 1, usize::MAX)
}

/// What is wrong with an object.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) faults: Vec<Fault>,
}

impl Notes {
    /// Notes a fault.
    pub(super) fn fault(&mut self, at: Element<'_>, rule: Rule, expected: impl Into<String>, found: &str) {
        if self.faults.len() < FAULTS {
            self.faults.push(Fault::new(at.line(), rule, at.path(), expected, found));
        }
    }

    /// That `parent` has no other attributes.
    pub(super) fn attributes(&mut self, parent: Element<'_>, names: &[&str]) {
        for (space, name, value) in parent.attributes() {
            let is_hint = space == Space::Instance && ["schemaLocation", "noNamespaceSchemaLocation"].contains(&name);
            if is_hint || space == Space::None && names.contains(&name) {
                continue;
            }
            let expected = match names {
                [] => "no attributes".to_owned(),
                _ => format!("no attributes but {}", names.join(", ")),
            };
            self.fault(parent, Rule::Attribute, expected, &format!("{name}=\"{value}\""));
        }
    }

    /// The value of an attribute that must be there.
    pub(super) fn needed<'t>(&mut self, parent: Element<'t>, name: &str) -> Option<&'t str> {
        let found = parent.attribute(name);
        if found.is_none() {
            self.fault(parent, Rule::MissingAttribute, format!("attribute {name}"), "");
        }
        found
    }

    /// That no text stands between the elements in `parent`.
    fn no_text(&mut self, parent: Element<'_>) {
        if parent.has_text() {
            self.fault(parent, Rule::Text, "elements and no text between them", parent.text().trim());
        }
    }

    /// That the children of `parent` are these, all of `space`, in this order, and its attributes these.
    pub(super) fn sequence(&mut self, parent: Element<'_>, space: Space, attributes: &[&str], slots: &[Slot<'_>]) {
        self.mixed(parent, |_| space, attributes, slots);
    }

    /// The same, of elements whose space their names tell.
    pub(super) fn mixed(
        &mut self,
        parent: Element<'_>,
        space: impl Fn(&str) -> Space,
        attributes: &[&str],
        slots: &[Slot<'_>],
    ) {
        self.attributes(parent, attributes);
        self.no_text(parent);
        let label = |(name, _, _): &Slot<'_>| format!("{}:{name}", space(name).prefix());
        let mut place = 0;
        let mut counts = vec![0_usize; slots.len()];
        for child in parent.children() {
            let name = child.name();
            let found = slots.iter().position(|(slot, _, _)| child.space() == space(name) && *slot == name);
            let Some((index, count)) = found.and_then(|index| Some((index, counts.get_mut(index)?))) else {
                let list: Vec<String> = slots.iter().skip(place).map(label).collect();
                let expected = if list.is_empty() { "nothing".into() } else { format!("one of {}", list.join(", ")) };
                self.fault(child, Rule::Element, expected, &child.label());
                continue;
            };
            *count += 1;
            if index < place {
                let before = slots.get(place).map(label).unwrap_or_default();
                self.fault(child, Rule::Order, format!("it before {before}"), &format!("it behind {before}"));
                continue;
            }
            place = index;
            if slots.get(index).is_some_and(|(_, _, most)| *count == most.saturating_add(1)) {
                let most = *count - 1;
                self.fault(child, Rule::Many, format!("{most} of them at most"), &format!("number {}", most + 1));
            }
        }
        for (slot, count) in slots.iter().zip(counts) {
            if count < slot.1 {
                self.fault(parent, Rule::Missing, label(slot), "");
            }
        }
    }

    /// The child of `parent`, which has one, of `space` and one of these.
    pub(super) fn choice<'t>(
        &mut self,
        parent: Element<'t>,
        space: Space,
        names: &[&'static str],
    ) -> Option<(&'static str, Element<'t>)> {
        self.attributes(parent, &[]);
        self.no_text(parent);
        let list = || names.iter().map(|name| format!("{}:{name}", space.prefix())).collect::<Vec<_>>().join(", ");
        let mut children = parent.children();
        let Some(first) = children.next() else {
            self.fault(parent, Rule::Missing, format!("one of {}", list()), "");
            return None;
        };
        if let Some(second) = children.next() {
            self.fault(second, Rule::Choice, format!("one of {}", list()), &format!("{} as well", second.label()));
        }
        let name = names.iter().find(|name| first.is(space, name));
        if name.is_none() {
            self.fault(first, Rule::Element, format!("one of {}", list()), &first.label());
        }
        name.map(|name| (*name, first))
    }

    /// The value of the child of `parent` of this name, which the sequence asks for; the default where it is missing.
    pub(super) fn value<'t, T: Default>(
        &mut self,
        parent: Element<'t>,
        name: &str,
        read: fn(&mut Self, Element<'t>) -> T,
    ) -> T {
        parent.child(name).map(|child| read(self, child)).unwrap_or_default()
    }

    /// The value of the child of `parent` of this name, if there is one.
    pub(super) fn optional<'t, T>(
        &mut self,
        parent: Element<'t>,
        name: &str,
        read: fn(&mut Self, Element<'t>) -> T,
    ) -> Option<T> {
        parent.child(name).map(|child| read(self, child))
    }

    /// The values of all children of `parent` of this name.
    pub(super) fn values<'t, T>(
        &mut self,
        parent: Element<'t>,
        name: &'t str,
        read: fn(&mut Self, Element<'t>) -> T,
    ) -> Vec<T> {
        parent.all(name).map(|child| read(self, child)).collect()
    }
}
