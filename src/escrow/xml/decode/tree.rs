//! One object of a deposit as a tree that is filled again for each: names, values and text lie in one string, elements in one
//! list, so that an object costs no allocation once the largest has been there.

use crate::escrow::xml::namespaces::Space;

/// A part of [`Tree::text`].
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: usize,
    end: usize,
}

#[derive(Debug)]
struct Node {
    space: Space,
    /// The namespace's name, where it is none of ours.
    uri: Span,
    name: Span,
    /// The text up to the first child; what is meant, where there is none.
    text: Span,
    /// Whether anything but white space stands in it, children left out.
    has_text: bool,
    line: u64,
    /// The first of its attributes, and the one behind the last.
    attributes: (usize, usize),
    parent: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    next: Option<usize>,
}

#[derive(Debug)]
struct Attribute {
    space: Space,
    uri: Span,
    name: Span,
    value: Span,
}

/// Elements with what is in them.
#[derive(Debug, Default)]
pub(super) struct Tree {
    text: String,
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    /// The elements whose end is still to come.
    open: Vec<usize>,
}

impl Tree {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.nodes.clear();
        self.attributes.clear();
        self.open.clear();
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span { start, end: self.text.len() }
    }

    fn at(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Begins an element, in the one that is open.
    pub(super) fn start(&mut self, space: Space, uri: &str, name: &str, line: u64) {
        let index = self.nodes.len();
        let parent = self.open.last().copied();
        let uri = if space == Space::Other { self.keep(uri) } else { Span::default() };
        let name = self.keep(name);
        let attributes = (self.attributes.len(), self.attributes.len());
        let text = Span { start: self.text.len(), end: self.text.len() };
        let (first, last, next) = (None, None, None);
        self.nodes.push(Node { space, uri, name, text, has_text: false, line, attributes, parent, first, last, next });
        if let Some(parent) = parent {
            match self.nodes[parent].last.replace(index) {
                Some(before) => self.nodes[before].next = Some(index),
                None => self.nodes[parent].first = Some(index),
            }
        }
        self.open.push(index);
    }

    /// Gives the element that was begun last an attribute; false: it has it already.
    pub(super) fn attribute(&mut self, space: Space, uri: &str, name: &str, value: &str) -> bool {
        let Some(index) = self.open.last().copied() else { return true };
        let (first, end) = self.nodes[index].attributes;
        let is_same = |attribute: &Attribute| {
            attribute.space == space && self.at(attribute.name) == name && self.at(attribute.uri) == uri
        };
        if self.attributes[first..end].iter().any(is_same) {
            return false;
        }
        let (uri, name, value) = (self.keep(uri), self.keep(name), self.keep(value));
        self.attributes.push(Attribute { space, uri, name, value });
        let text = Span { start: self.text.len(), end: self.text.len() };
        let node = &mut self.nodes[index];
        node.attributes.1 = end + 1;
        node.text = text;
        true
    }

    /// Appends to the text of the open element.
    pub(super) fn text(&mut self, text: &str, is_blank: bool) {
        let Some(index) = self.open.last().copied() else { return };
        self.text.push_str(text);
        let end = self.text.len();
        let node = &mut self.nodes[index];
        node.has_text |= !is_blank;
        if node.first.is_none() {
            node.text.end = end;
        }
    }

    /// Ends the open element.
    pub(super) fn end(&mut self) {
        self.open.pop();
    }

    /// The first element.
    pub(super) fn root(&self) -> Option<Element<'_>> {
        (!self.nodes.is_empty()).then_some(Element { tree: self, index: 0 })
    }
}

/// An element of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'t> {
    tree: &'t Tree,
    index: usize,
}

impl<'t> Element<'t> {
    fn node(self) -> &'t Node {
        &self.tree.nodes[self.index]
    }

    /// Its namespace.
    pub(super) fn space(self) -> Space {
        self.node().space
    }

    /// Its name without prefix.
    pub(super) fn name(self) -> &'t str {
        self.tree.at(self.node().name)
    }

    /// Whether it is this element.
    pub(super) fn is(self, space: Space, name: &str) -> bool {
        self.space() == space && self.name() == name
    }

    /// The line of its start tag.
    pub(super) fn line(self) -> u64 {
        self.node().line
    }

    /// Its text, where it has no children.
    pub(super) fn text(self) -> &'t str {
        self.tree.at(self.node().text)
    }

    /// Whether anything but white space stands directly in it.
    pub(super) fn has_text(self) -> bool {
        self.node().has_text
    }

    /// Its children, in order.
    pub(super) fn children(self) -> impl Iterator<Item = Element<'t>> {
        let element = move |index| Element { tree: self.tree, index };
        std::iter::successors(self.node().first.map(element), move |child| child.node().next.map(element))
    }

    /// Those of its children that have this name.
    pub(super) fn all(self, name: &str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first of them.
    pub(super) fn child(self, name: &str) -> Option<Element<'t>> {
        self.all(name).next()
    }

    /// Its attributes that declare no namespace: namespace, name, value.
    pub(super) fn attributes(self) -> impl Iterator<Item = (Space, &'t str, &'t str)> {
        let (first, end) = self.node().attributes;
        let all = self.tree.attributes[first..end].iter();
        all.map(|attribute| (attribute.space, self.tree.at(attribute.name), self.tree.at(attribute.value)))
    }

    /// The value of the attribute of this name that is in no namespace.
    pub(super) fn attribute(self, name: &str) -> Option<&'t str> {
        self.attributes().find(|(space, other, _)| *space == Space::None && *other == name).map(|(_, _, value)| value)
    }

    /// What people know it by: `rdeDomain:name`, or `{NAMESPACE}name` where we do not know that.
    pub(super) fn label(self) -> String {
        match self.space() {
            Space::None => self.name().to_owned(),
            Space::Other => format!("{{{}}}{}", self.tree.at(self.node().uri), self.name()),
            space => format!("{}:{}", space.prefix(), self.name()),
        }
    }

    /// The labels from the top of the tree down to this element.
    pub(super) fn path(self) -> String {
        match self.node().parent {
            Some(index) => format!("{}/{}", Element { tree: self.tree, index }.path(), self.label()),
            None => self.label(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escrow::object::ObjectKind;

    #[test]
    fn a_tree_keeps_apart_what_stands_where() {
        let mut tree = Tree::default();
        for _ in 0..2 {
            tree.clear();
            tree.start(Space::Of(ObjectKind::Host), "", "host", 7);
            tree.text("\n ", true);
            tree.start(Space::Of(ObjectKind::Host), "", "name", 8);
            assert!(tree.attribute(Space::None, "", "a", "1"));
            assert!(tree.attribute(Space::Other, "urn:a", "a", "2"));
            assert!(tree.attribute(Space::Other, "urn:b", "a", "3"));
            assert!(!tree.attribute(Space::Other, "urn:b", "a", "4"), "an attribute twice");
            tree.text("one", false);
            tree.text(" two", false);
            tree.end();
            tree.start(Space::Other, "urn:x", "y", 9);
            tree.end();
            tree.text("stray", false);
            tree.end();
            let root = tree.root().expect("an element");
            assert!(root.has_text() && root.is(Space::Of(ObjectKind::Host), "host"));
            let name = root.child("name").expect("a child");
            assert_eq!((name.text(), name.line(), name.path().as_str()), ("one two", 8, "rdeHost:host/rdeHost:name"));
            assert_eq!(name.attribute("a"), Some("1"));
            assert_eq!(name.attributes().count(), 3);
            assert_eq!(root.children().map(Element::label).collect::<Vec<_>>(), ["rdeHost:name", "{urn:x}y"]);
        }
    }
}
