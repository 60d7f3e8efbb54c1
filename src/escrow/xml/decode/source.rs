//! The tokens of a document of any size, judged against XML 1.0 and its namespaces, with the lines that they begin in.
//!
//! quick-xml finds the tokens, pairs the tags and resolves the namespaces. It leaves to us: the `Char` production, names, the
//! space between attributes, `<` in their values, `]]>` in text, targets of processing instructions, the XML declaration, what
//! stands outside of the document element, and elements left open.

use std::io::{self, BufRead, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{PrefixDeclaration, QName, ResolveResult};
use quick_xml::{NsReader, XmlVersion};

use super::fault::{Fault, Rule};
use super::tree::Tree;
use crate::base::lexical::{is_blank, is_space};
use crate::base::limits::{ESCROW_OBJECT_BYTES, XML_ATTRIBUTES, XML_DEPTH, XML_NAMESPACES};
use crate::base::xml_chars::{Survey, is_ncname, normalize_line_ends, resolve};
use crate::base::xml_prolog::{Encoding, declaration};
use crate::escrow::xml::namespaces::Space;

/// Why nothing more can be read.
#[derive(Debug)]
pub(super) enum Stop {
    /// The document says so.
    Fault(Fault),
    /// The file does.
    Io(io::Error),
}

/// What has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// An element begins; it is in the tree now.
    Start,
    /// An element ends.
    End,
    /// Text that is more than white space.
    Text,
    /// What means nothing: white space, comments, processing instructions.
    Nothing,
    /// The document ends.
    Eof,
}

/// Counts what passes: lines, octets, and the octets that the token at hand may still have.
struct Lines<R> {
    inner: R,
    line: u64,
    octets: u64,
    budget: usize,
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.budget == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let available = self.inner.fill_buf()?;
        Ok(available.get(..self.budget).unwrap_or(available))
    }

    fn consume(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        // What is consumed lies in the buffer, so that nothing is read here.
        let passed = self.inner.fill_buf().ok().and_then(|buffer| buffer.get(..count)).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.octets += count as u64;
        self.budget = self.budget.saturating_sub(count);
        self.inner.consume(count);
    }
}

/// A rule, what was expected, what was found.
type Wrong = (Rule, &'static str, String);

fn ill(expected: &'static str, found: impl Into<String>) -> Wrong {
    (Rule::WellFormed, expected, found.into())
}

/// A document, read token by token.
pub(super) struct Source<R> {
    xml: NsReader<Lines<R>>,
    buffer: Vec<u8>,
    depth: usize,
    is_first: bool,
    is_ascii: bool,
    line: u64,
}

impl<R: BufRead> Source<R> {
    pub(super) fn new(inner: R) -> Self {
        let mut xml = NsReader::from_reader(Lines { inner, line: 1, octets: 0, budget: ESCROW_OBJECT_BYTES });
        xml.config_mut().expand_empty_elements = true;
        xml.config_mut().check_comments = true;
        xml.resolver_mut().set_max_namespace_bindings(XML_NAMESPACES);
        Self { xml, buffer: Vec::new(), depth: 0, is_first: true, is_ascii: false, line: 1 }
    }

    /// The line in which the token that was read last begins.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// Reads the next token, into `tree` what it says.
    pub(super) fn next(&mut self, tree: &mut Tree) -> Result<Token, Stop> {
        self.buffer.clear();
        let lines = self.xml.get_mut();
        self.line = lines.line;
        lines.budget = ESCROW_OBJECT_BYTES;
        let mut line = self.line;
        let event = match self.xml.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) if error.kind() != io::ErrorKind::FileTooLarge => {
                return Err(Stop::Io(io::Error::new(error.kind(), error)));
            }
            Err(error) => return Err(stop(line, ill_formed(&error))),
        };
        if let Event::Text(text) = &event {
            // Where it says something.
            let blank = text.bytes().take_while(|octet| is_space(*octet));
            line += blank.filter(|octet| *octet == b'\n').count() as u64;
            self.line = line;
        }
        let fault = |wrong| stop(line, wrong);
        let is_first = std::mem::take(&mut self.is_first);
        let token = match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > XML_DEPTH {
                    return Err(fault((Rule::Depth, "elements that are less deep", tag.name().as_ref().to_owned())));
                }
                start(&self.xml, &tag, tree, line, self.is_ascii).map_err(fault)?;
                Token::Start
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                tree.end();
                Token::End
            }
            Event::Eof if self.depth > 0 => return Err(fault(ill("end tags of all elements", ""))),
            Event::Eof => Token::Eof,
            Event::Decl(text) => {
                let text = text.strip_prefix("xml").filter(|_| is_first);
                let text = text.ok_or_else(|| fault(ill("an XML declaration at the very start only", "")))?;
                let wrong = |expected: &'static str| fault((Rule::Encoding, expected, text.to_owned()));
                self.is_ascii = declaration(text).map_err(wrong)? == Encoding::Ascii;
                Token::Nothing
            }
            other => plain(other, tree, self.depth > 0, self.is_ascii).map_err(fault)?,
        };
        Ok(token)
    }

    /// Reads to the end of the element that was begun last; false: it is too long, and `tree` holds nothing of use.
    pub(super) fn rest(&mut self, tree: &mut Tree) -> Result<bool, Stop> {
        let (outside, from) = (self.depth.saturating_sub(1), self.xml.get_mut().octets);
        let mut is_whole = true;
        loop {
            let token = self.next(tree)?;
            is_whole &= self.xml.get_mut().octets - from <= ESCROW_OBJECT_BYTES as u64;
            if !is_whole {
                tree.clear();
            }
            if token == Token::Eof || token == Token::End && self.depth == outside {
                return Ok(is_whole);
            }
        }
    }
}

fn stop(line: u64, (rule, expected, found): Wrong) -> Stop {
    Stop::Fault(Fault::new(line, rule, String::new(), expected, &found))
}

/// An error of quick-xml, in our words.
fn ill_formed(error: &quick_xml::Error) -> Wrong {
    match error {
        quick_xml::Error::Io(_) => (Rule::Length, "tags, texts and comments that are less long", String::new()),
        quick_xml::Error::Encoding(_) => (Rule::Encoding, "UTF-8", error.to_string()),
        _ => ill("well-formed XML", error.to_string()),
    }
}

/// Judges the characters of a token.
fn survey(text: &str, is_ascii: bool) -> Result<Survey, Wrong> {
    let survey = Survey::of(text);
    if survey.has_illegal {
        return Err(ill("characters that XML has", text));
    }
    if is_ascii && survey.has_wide {
        return Err((Rule::Encoding, "US-ASCII, as it is declared", text.to_owned()));
    }
    Ok(survey)
}

/// Takes a token that is neither a tag nor a declaration.
fn plain(event: Event<'_>, tree: &mut Tree, is_inside: bool, is_ascii: bool) -> Result<Token, Wrong> {
    let outside = |text: &str| ill("nothing but comments outside of the document element", text);
    let mut take = |text: &str, raw: &str, may_be_outside: bool| {
        let is_blank = is_blank(text);
        if !(is_inside || is_blank && may_be_outside) {
            return Err(outside(raw));
        }
        tree.text(text, is_blank);
        Ok(if is_blank { Token::Nothing } else { Token::Text })
    };
    match event {
        Event::Text(text) => {
            if survey(&text, is_ascii)?.has_bracket && text.contains("]]>") {
                return Err(ill("no \"]]>\" in text", &*text));
            }
            take(&normalize_line_ends(&text), &text, true)
        }
        Event::CData(text) => {
            survey(&text, is_ascii)?;
            take(&normalize_line_ends(&text), &text, false)
        }
        Event::GeneralRef(name) => {
            let c = resolve(&name).ok_or_else(|| ill("one of the five entities or a character", &*name))?;
            take(c.encode_utf8(&mut [0; 4]), &name, false)
        }
        Event::Comment(text) => survey(&text, is_ascii).map(|_| Token::Nothing),
        Event::PI(text) => {
            survey(&text, is_ascii)?;
            let target = text.target();
            match is_ncname(target) && !target.eq_ignore_ascii_case("xml") {
                true => Ok(Token::Nothing),
                false => Err(ill("a processing instruction with a name", &*text)),
            }
        }
        Event::DocType(text) => Err((Rule::NoDoctype, "no document type declaration", text.to_string())),
        Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::Decl(_) | Event::Eof => Ok(Token::Nothing),
    }
}

/// Takes a start tag.
fn start<R>(xml: &NsReader<R>, tag: &BytesStart<'_>, tree: &mut Tree, line: u64, is_ascii: bool) -> Result<(), Wrong> {
    survey(tag, is_ascii)?;
    let (uri, name) = xml.resolver().resolve_element(qualified(tag.name())?);
    let uri = bound(uri)?;
    tree.start(Space::of(uri), uri, name.as_ref(), line);
    let raw = tag.attributes_raw();
    for (count, attribute) in tag.attributes().enumerate() {
        let attribute = attribute.map_err(|error| ill("well-formed attributes", error.to_string()))?;
        if count >= XML_ATTRIBUTES {
            return Err((Rule::Length, "fewer attributes", tag.name().as_ref().to_owned()));
        }
        let key = attribute.key.as_ref();
        // The value is a part of the tag; behind it comes the quotation mark.
        let end = (attribute.value.as_ptr() as usize).wrapping_sub(raw.as_ptr() as usize) + attribute.value.len() + 1;
        if raw.as_bytes().get(end).is_some_and(|octet| !is_space(*octet) && *octet != b'/') {
            return Err(ill("white space between attributes", raw));
        }
        if attribute.value.contains('<') {
            return Err(ill("no \"<\" in the value of an attribute", key));
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| ill("a well-formed attribute", error.to_string()))?;
        survey(&value, false)?;
        match attribute.key.as_namespace_binding() {
            Some(PrefixDeclaration::Named(prefix)) if value.is_empty() || !is_ncname(prefix) => {
                return Err(ill("a prefix with a namespace", key));
            }
            Some(_) => continue,
            None => {}
        }
        let (uri, name) = xml.resolver().resolve_attribute(qualified(attribute.key)?);
        let uri = bound(uri)?;
        if !tree.attribute(Space::of(uri), uri, name.as_ref(), &value) {
            return Err(ill("each attribute once", key));
        }
    }
    Ok(())
}

/// A name, if it is one.
fn qualified(name: QName<'_>) -> Result<QName<'_>, Wrong> {
    let (local, prefix) = name.decompose();
    match is_ncname(local.as_ref()) && prefix.is_none_or(|prefix| is_ncname(prefix.as_ref())) {
        true => Ok(name),
        false => Err(ill("a name", name.as_ref())),
    }
}

fn bound(result: ResolveResult<'_>) -> Result<&str, Wrong> {
    match result {
        ResolveResult::Bound(namespace) => Ok(namespace.into_inner()),
        ResolveResult::Unbound => Ok(""),
        ResolveResult::Unknown(prefix) => Err(ill("a prefix that is declared", prefix)),
    }
}
