//! XML documents as trees of raw text: a mutation may put anything into any place, well-formed or not.

/// One node; all text is as written in the document, references unresolved.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Everything else: text, comments, CDATA sections, processing instructions, or garbage.
    Raw(String),
}

/// One element with the name and prefix as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The qualified name.
    pub name: String,
    /// Qualified names and raw values; namespace declarations are among them.
    pub attributes: Vec<(String, String)>,
    /// The content in order.
    pub children: Vec<Node>,
}

impl Element {
    /// The name without its prefix.
    pub fn local_name(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or(&self.name)
    }

    /// The text content, if there is nothing but text.
    pub fn text(&self) -> Option<&str> {
        match self.children.as_slice() {
            [] => Some(""),
            [Node::Raw(text)] => Some(text),
            _ => None,
        }
    }

    /// This element and all below it, each as a path of child indexes, in document order.
    pub fn paths(&self) -> Vec<Vec<usize>> {
        let mut paths = vec![vec![]];
        for (index, child) in self.children.iter().enumerate() {
            if let Node::Element(element) = child {
                paths.extend(element.paths().into_iter().map(|tail| [vec![index], tail].concat()));
            }
        }
        paths
    }

    /// The element at `path`, which came from [`paths`](Self::paths) of this very tree.
    pub fn at(&self, path: &[usize]) -> &Self {
        path.iter().fold(self, |element, index| match &element.children[*index] {
            Node::Element(child) => child,
            Node::Raw(_) => unreachable!("paths lead to elements only"),
        })
    }

    /// The element at `path`, to change.
    pub fn at_mut(&mut self, path: &[usize]) -> &mut Self {
        path.iter().fold(self, |element, index| match &mut element.children[*index] {
            Node::Element(child) => child,
            Node::Raw(_) => unreachable!("paths lead to elements only"),
        })
    }

    /// Calls `change` on this element and all below it.
    pub fn for_each(&mut self, change: &mut impl FnMut(&mut Self)) {
        change(self);
        for child in &mut self.children {
            if let Node::Element(element) = child {
                element.for_each(change);
            }
        }
    }

    /// The element as a document's text, without XML declaration.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out);
        out
    }

    fn write_to(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            let quote = if value.contains('"') { '\'' } else { '"' };
            out.extend([" ", name, "="]);
            out.push(quote);
            out.push_str(value);
            out.push(quote);
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write_to(out),
                Node::Raw(text) => out.push_str(text),
            }
        }
        out.extend(["</", &self.name, ">"]);
    }
}

/// Reads a well-formed seed without CDATA sections and DTD. White space between elements, comments and the XML
/// declaration are dropped, so that equal frames in different layout give equal trees.
///
/// # Panics
/// On a seed that is not like that: seeds are ours.
pub fn parse(document: &str) -> Element {
    let mut rest = document;
    loop {
        rest = rest.trim_start();
        if let Some(tail) = rest.strip_prefix("<?") {
            rest = tail.split_once("?>").expect("an instruction ends").1;
        } else if let Some(tail) = rest.strip_prefix("<!--") {
            rest = tail.split_once("-->").expect("a comment ends").1;
        } else {
            break;
        }
    }
    let (element, rest) = parse_element(rest);
    assert!(rest.trim().is_empty(), "text after the root element: {rest:?}");
    element
}

fn parse_element(text: &str) -> (Element, &str) {
    let text = text.strip_prefix('<').unwrap_or_else(|| panic!("an element was expected at {text:?}"));
    let (tag, mut rest) = text.split_once('>').expect("a tag ends");
    let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
    let name_end = tag.find(char::is_whitespace).unwrap_or(tag.len());
    let mut element = Element {
        name: tag[..name_end].to_owned(),
        attributes: parse_attributes(&tag[name_end..]),
        children: Vec::new(),
    };
    if is_empty {
        return (element, rest);
    }
    loop {
        let (text, markup) = rest.split_at(rest.find('<').expect("an element ends"));
        if !text.trim().is_empty() {
            element.children.push(Node::Raw(text.to_owned()));
        }
        if let Some(tail) = markup.strip_prefix("</") {
            let (name, tail) = tail.split_once('>').expect("an end tag ends");
            assert_eq!(name.trim_end(), element.name, "tags match");
            return (element, tail);
        }
        if let Some(tail) = markup.strip_prefix("<!--") {
            rest = tail.split_once("-->").expect("a comment ends").1;
            continue;
        }
        let (child, tail) = parse_element(markup);
        element.children.push(Node::Element(child));
        rest = tail;
    }
}

fn parse_attributes(mut text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        text = text.trim_start();
        let Some((name, tail)) = text.split_once('=') else {
            return attributes;
        };
        let tail = tail.trim_start();
        let quote = if tail.starts_with('"') { '"' } else { '\'' };
        let (value, tail) = tail[1..].split_once(quote).expect("an attribute value ends");
        attributes.push((name.trim_end().to_owned(), value.to_owned()));
        text = tail;
    }
}

#[test]
fn a_seed_reads_and_writes_to_the_same_text() {
    let text = r#"<epp xmlns="urn:x" a='"'><command><poll op="req"/><!-- gone --><b:c d="e &amp; f">g &lt; h</b:c></command></epp>"#;
    assert_eq!(parse(&format!("<?xml version=\"1.0\"?>\n{text}\n")).to_text(), text.replace("<!-- gone -->", ""));
}
