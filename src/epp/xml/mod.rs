//! A strict cursor over one XML document: a scanner finds the tokens, this checks what it does not, and hands out elements in the
//! order a schema wants them.
//!
//! The scanner finds the ends of tags, comments, sections and references and pairs end tags, as quick-xml does, against which
//! it is tested. It leaves to us: the `Char` production, names, attributes and their values, `]]>` in text, `--` in comments,
//! targets of processing instructions, the XML declaration, what stands outside of the root, namespaces, and elements left
//! open.

pub(crate) mod fault;
mod memo;
mod namespaces;
mod scanner;
mod tag;
mod token;

use std::borrow::Cow;
use std::cell::Cell;

use crate::base::lexical::{WhiteSpace, is_blank};
use crate::base::xml_chars::{self as chars, Survey};
use crate::epp::xml::fault::{Outcome, missing, syntax};
use crate::epp::xml::memo::{Recorder, Replay};
use crate::epp::xml::namespaces::Namespaces;
use crate::epp::xml::scanner::Scanner;
use crate::epp::xml::token::Token;
use crate::model::refusal::Element;

pub(crate) use crate::base::xml_chars::{is_ncname, normalize_line_ends, resolve};
pub(crate) use memo::{Shape, Texts};
pub(crate) use namespaces::{Namespace, SIGNATURE_URI};
pub(in crate::epp) use scanner::compare_with_quick_xml;
pub(crate) use tag::{Attribute, Tag, split_name};

/// Attribute values by the order of the names asked for.
pub(crate) type Values<'a, const N: usize> = [Option<Cow<'a, str>>; N];

/// Where the cursor stands in the document, and what is in scope there.
pub(crate) struct Cursor<'a> {
    /// The document without its byte order mark.
    source: &'a str,
    /// Octets of the byte order mark.
    mark: usize,
    scanner: Scanner<'a>,
    survey: Survey,
    namespaces: Namespaces<'a>,
    /// Of the start tag read last.
    attributes: Vec<Attribute<'a>>,
    /// Elements open.
    depth: usize,
    /// The start tag read last was `<a/>`, and its end is not reported yet.
    is_empty: bool,
    ahead: Option<Ahead<'a>>,
    /// What was asked for since the last element was taken; for messages only.
    asked: Vec<Element>,
    /// Takes down the shape of the document.
    recorder: Option<Recorder>,
    /// Where the tokens come from when there is no document to scan.
    replay: Option<Replay<'a>>,
    /// Something was asked that tokens alone do not tell.
    beyond_tokens: Cell<bool>,
}

/// What comes next among the children of an element.
#[derive(Clone, Copy)]
enum Ahead<'a> {
    Child(Tag<'a>),
    End,
}

impl<'a> Cursor<'a> {
    /// A cursor before the document.
    ///
    /// # Errors
    ///
    /// Characters that XML has no place for.
    pub(crate) fn new(source: &'a str) -> Outcome<Self> {
        let mark = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let source = source.get(mark..).unwrap_or_default();
        // The tokenizer would drop a second mark in silence.
        if let Some(twice) = source.strip_prefix('\u{feff}') {
            return Err(syntax(mark, "<epp>", twice));
        }
        let survey = Survey::of(source);
        if survey.has_illegal {
            let legal = source.chars().take_while(|c| chars::is_char(*c)).map(char::len_utf8).sum::<usize>();
            let found = source.get(legal..).and_then(|rest| rest.chars().next()).map_or(0, u32::from);
            return Err(syntax(mark + legal, "characters of XML", &format!("U+{found:04X}")));
        }
        Ok(Self {
            source,
            mark,
            scanner: Scanner::new(source),
            survey,
            namespaces: Namespaces::new(),
            attributes: Vec::with_capacity(4),
            depth: 0,
            is_empty: false,
            ahead: None,
            asked: Vec::with_capacity(8),
            recorder: None,
            replay: None,
            beyond_tokens: Cell::new(false),
        })
    }

    /// A cursor before a document of this shape with these texts. What it gives is good only if [`Self::was_enough`] in the
    /// end; its faults say nothing.
    pub(crate) fn replaying(shape: &'a Shape, texts: &'a Texts<'a>) -> Self {
        Self {
            source: "",
            mark: 0,
            scanner: Scanner::new(""),
            survey: Survey::default(),
            namespaces: Namespaces::none(),
            attributes: Vec::new(),
            depth: 0,
            is_empty: false,
            ahead: None,
            asked: Vec::new(),
            recorder: None,
            replay: Some(Replay::new(shape, texts)),
            beyond_tokens: Cell::new(false),
        }
    }

    /// From now on the shape of the document is taken down; nothing of it may have been read.
    pub(crate) fn record(&mut self) {
        // The shape of a document with a mark would have to begin with it.
        self.recorder = (self.mark == 0).then(Recorder::new);
    }

    /// The shape of the document, all of which was read without fault, if it was taken down and is one.
    pub(crate) fn shape(&mut self) -> Option<Shape> {
        self.recorder.take().filter(|_| !self.beyond_tokens.get())?.finish(self.source)
    }

    /// Whether tokens alone were enough.
    pub(crate) fn was_enough(&self) -> bool {
        !self.beyond_tokens.get()
    }

    /// Reads up to and including the start tag of the root element.
    pub(crate) fn root(&mut self) -> Outcome<Tag<'a>> {
        loop {
            match self.token()? {
                Token::Start(tag) => return Ok(tag),
                Token::Text(text, _) if is_blank(text) => {}
                other => return Err(self.unexpected("<epp>", other)),
            }
        }
    }

    /// Reads up to the end of the document, after the end of the root element.
    pub(crate) fn finish(&mut self) -> Outcome<()> {
        loop {
            match self.token()? {
                Token::Eof => return Ok(()),
                Token::Text(text, _) if is_blank(text) => {}
                other => return Err(self.unexpected("nothing after </epp>", other)),
            }
        }
    }

    /// Takes `element` if it is the next child; it must have no attributes.
    pub(crate) fn optional(&mut self, element: Element) -> Outcome<bool> {
        Ok(self.optional_with::<0>(element, [])?.is_some())
    }

    /// Takes `element` if it is the next child, with the values of the attributes it may have.
    pub(crate) fn optional_with<const N: usize>(
        &mut self,
        element: Element,
        names: [&'static str; N],
    ) -> Outcome<Option<Values<'a, N>>> {
        self.peek()?;
        match self.ahead {
            Some(Ahead::Child(ref tag)) if tag.is(element) => {
                self.take();
                self.attribute_values(names).map(Some)
            }
            _ => {
                self.asked.push(element);
                Ok(None)
            }
        }
    }

    /// Takes `element` if it is the next child; its attributes are not looked at.
    pub(crate) fn optional_tag(&mut self, element: Element) -> Outcome<Option<Tag<'a>>> {
        self.peek()?;
        match self.ahead {
            Some(Ahead::Child(tag)) if tag.is(element) => {
                self.take();
                Ok(Some(tag))
            }
            _ => {
                self.asked.push(element);
                Ok(None)
            }
        }
    }

    /// Begins a copy of the element whose start tag was taken last; [`Self::copied`] makes it.
    pub(crate) fn begin_copy(&self, tag: Tag<'a>) {
        self.beyond_tokens.set(true);
        let of_attributes = self.attributes.iter().map(|attribute| attribute.namespace);
        self.namespaces.forget_use(of_attributes.chain([tag.namespace]));
    }

    /// The element, whose end was passed last, as a document of its own: octet for octet, and with the declarations of the
    /// prefixes that it takes from the elements around it.
    pub(crate) fn copied(&self, tag: Tag<'a>) -> Vec<u8> {
        let start = tag.position - self.mark;
        let element = self.source.get(start..self.scanner.position()).unwrap_or_default();
        let (name, rest) = element.split_at_checked(1 + tag.name.len()).unwrap_or((element, ""));
        let mut copy = Vec::with_capacity(element.len() + 64);
        copy.extend_from_slice(name.as_bytes());
        for (prefix, uri) in self.namespaces.used() {
            copy.extend_from_slice(if prefix.is_empty() { b" xmlns" } else { b" xmlns:" });
            copy.extend_from_slice(prefix.as_bytes());
            // A namespace name is a URI: of what must be escaped in an attribute it can only hold this.
            copy.extend_from_slice(format!("=\"{}\"", uri.replace('&', "&amp;")).as_bytes());
        }
        copy.extend_from_slice(rest.as_bytes());
        copy
    }

    /// Takes `element` if it is the next child, whatever attributes it has (`xs:anyType`).
    pub(crate) fn optional_any(&mut self, element: Element) -> Outcome<bool> {
        self.peek()?;
        match self.ahead {
            Some(Ahead::Child(ref tag)) if tag.is(element) => {
                self.take();
                self.any_attributes(true)?;
                Ok(true)
            }
            _ => {
                self.asked.push(element);
                Ok(false)
            }
        }
    }

    /// Takes `element`, which must be the next child and have no attributes.
    pub(crate) fn required(&mut self, element: Element) -> Outcome<()> {
        if self.optional(element)? { Ok(()) } else { Err(self.lacking(element)) }
    }

    /// Takes `element`, which must be the next child, with the values of the attributes it may have.
    pub(crate) fn required_with<const N: usize>(
        &mut self,
        element: Element,
        names: [&'static str; N],
    ) -> Outcome<Values<'a, N>> {
        match self.optional_with(element, names)? {
            Some(values) => Ok(values),
            None => Err(self.lacking(element)),
        }
    }

    /// Takes the next child, whatever it is; `None`, and past it, at the end of the parent. Its attributes are not
    /// looked at.
    pub(crate) fn child(&mut self) -> Outcome<Option<Tag<'a>>> {
        self.peek()?;
        let ahead = self.ahead;
        self.take();
        Ok(match ahead {
            Some(Ahead::Child(tag)) => Some(tag),
            Some(Ahead::End) | None => None,
        })
    }

    /// Takes the next child of mixed content and appends the text before it; `None`, and past it, at the end of the
    /// parent.
    pub(crate) fn mixed_child_and(&mut self, before: &mut String) -> Outcome<Option<Tag<'a>>> {
        // Blank text in front of a child is in no shape.
        self.beyond_tokens.set(true);
        loop {
            match self.token()? {
                Token::Start(tag) => return Ok(Some(tag)),
                Token::End(_) => return Ok(None),
                Token::Text(text, position) => {
                    self.check_text(text, position)?;
                    before.push_str(&self.normalized(text));
                }
                Token::Section(text) => before.push_str(&self.normalized(text)),
                Token::Character(c, _) => before.push(c),
                Token::Eof => return Err(self.unexpected("an end tag", Token::Eof)),
            }
        }
    }

    /// Takes the next child of mixed content, passing over text; `None`, and past it, at the end of the parent.
    pub(crate) fn mixed_child(&mut self) -> Outcome<Option<Tag<'a>>> {
        loop {
            match self.token()? {
                Token::Start(tag) => return Ok(Some(tag)),
                Token::End(_) => return Ok(None),
                Token::Text(text, position) => self.check_text(text, position)?,
                Token::Section(_) | Token::Character(..) => {}
                Token::Eof => return Err(self.unexpected("an end tag", Token::Eof)),
            }
        }
    }

    /// Passes the end of `parent`, which must come next.
    pub(crate) fn end(&mut self, parent: Element) -> Outcome<()> {
        self.peek()?;
        match self.ahead {
            Some(Ahead::Child(tag)) => Err(syntax(tag.position, self.expected(Some(parent)), tag.name)),
            Some(Ahead::End) | None => {
                self.take();
                Ok(())
            }
        }
    }

    /// Passes the end of `parent`, whose content is empty: comments at most (XML Schema, part 1, section 3.4.4, 2.1).
    pub(crate) fn end_empty(&mut self, parent: Element) -> Outcome<()> {
        match self.token()? {
            Token::End(_) => Ok(()),
            other => Err(self.unexpected(format!("</{}:{}>", parent.schema, parent.name), other)),
        }
    }

    /// The text of `element`, whose start tag was taken last, up to and past its end.
    pub(crate) fn text(&mut self, element: Element, space: WhiteSpace) -> Outcome<Cow<'a, str>> {
        let mut value = Cow::Borrowed("");
        loop {
            match self.token()? {
                Token::Text(text, position) => {
                    self.check_text(text, position)?;
                    append(&mut value, self.normalized(text));
                }
                Token::Section(text) => append(&mut value, self.normalized(text)),
                Token::Character(c, _) => value.to_mut().push(c),
                Token::End(_) => return Ok(space.apply(value)),
                other => {
                    return Err(self.unexpected(format!("text of {}:{}", element.schema, element.name), other));
                }
            }
        }
    }

    /// Checks the attributes of the start tag read last, which are not known by name: only those that XML Schema
    /// itself gives a meaning are looked at. `is_declared`: a schema declares the element.
    pub(crate) fn any_attributes(&self, is_declared: bool) -> Outcome<()> {
        for attribute in &self.attributes {
            if !is_ncname(attribute.local) {
                return Err(syntax(attribute.position, "an attribute name", attribute.name));
            }
            let is_instance = attribute.schema == "xsi";
            // No element of the schemas is nillable, and then even xsi:nil="false" is not valid (part 1, 3.3.4, 3.1).
            if is_instance && (attribute.local == "type" || (attribute.local == "nil" && is_declared)) {
                return Err(syntax(attribute.position, "no such attribute", attribute.name));
            }
        }
        Ok(())
    }

    /// Checks that the start tag read last has no attributes but those XML Schema allows everywhere.
    pub(crate) fn no_attributes(&self) -> Outcome<()> {
        self.attribute_values::<0>([]).map(|_| ())
    }

    /// The attributes of the start tag read last, by `names`; no others may be there.
    pub(crate) fn attribute_values<const N: usize>(&self, names: [&'static str; N]) -> Outcome<Values<'a, N>> {
        let mut values = [const { None }; N];
        for attribute in &self.attributes {
            // An attribute without prefix is its own local name.
            match names.iter().zip(&mut values).find(|(name, _)| **name == attribute.name) {
                Some((_, value)) => *value = Some(attribute.value.clone()),
                None if attribute.schema == "xsi"
                    && matches!(attribute.local, "schemaLocation" | "noNamespaceSchemaLocation") => {}
                None => {
                    let expected = match names.is_empty() {
                        true => Cow::Borrowed("no attributes"),
                        false => Cow::Owned(format!("attributes {}", names.join(", "))),
                    };
                    return Err(syntax(attribute.position, expected, attribute.name));
                }
            }
        }
        Ok(values)
    }

    /// The URI of a namespace in scope.
    pub(crate) fn uri(&self, namespace: Namespace) -> Cow<'a, str> {
        self.beyond_tokens.set(true);
        self.namespaces.uri(namespace)
    }

    /// Checks the name of an element that no schema gave.
    pub(crate) fn check_name(&self, tag: Tag<'a>) -> Outcome<()> {
        if is_ncname(tag.local) { Ok(()) } else { Err(syntax(tag.position, "an element name", tag.name)) }
    }

    /// Octets of the document, its byte order mark included, before the next token.
    pub(crate) fn position(&self) -> usize {
        self.mark + self.scanner.position()
    }

    /// Sees to it that it is known what comes next. That stays where it is: it is asked for often, and large.
    fn peek(&mut self) -> Outcome<()> {
        while self.ahead.is_none() {
            match self.token()? {
                Token::Start(tag) => self.ahead = Some(Ahead::Child(tag)),
                Token::End(_) => self.ahead = Some(Ahead::End),
                Token::Text(text, _) | Token::Section(text) if is_blank(text) => {}
                Token::Character(' ' | '\t' | '\n' | '\r', _) => {}
                other => return Err(self.unexpected("an element", other)),
            }
        }
        Ok(())
    }

    fn take(&mut self) {
        self.ahead = None;
        self.asked.clear();
    }

    /// Why `element`, which the schema demands here, is not the next child: it is missing when no later sibling is it,
    /// else what is there stands in the wrong place.
    #[cold]
    fn lacking(&mut self, element: Element) -> Box<crate::model::refusal::Refusal> {
        match self.ahead {
            Some(Ahead::Child(tag)) => {
                let misplaced = syntax(tag.position, self.expected(None), tag.name);
                match self.comes_later(element) {
                    Ok(false) => missing(element, "required by the schema"),
                    Ok(true) | Err(_) => misplaced,
                }
            }
            _ => missing(element, "required by the schema"),
        }
    }

    fn comes_later(&mut self, element: Element) -> Outcome<bool> {
        // The child that stands in the way is open.
        let mut inside = 1_usize;
        self.take();
        loop {
            match self.mixed_child()? {
                Some(tag) if inside == 0 && tag.is(element) => return Ok(true),
                Some(_) => inside += 1,
                None if inside == 0 => return Ok(false),
                None => inside -= 1,
            }
        }
    }

    /// What was asked for in vain, and the end of `parent`, in words.
    #[cold]
    fn expected(&self, parent: Option<Element>) -> String {
        let mut words: Vec<String> =
            self.asked.iter().map(|element| format!("{}:{}", element.schema, element.name)).collect();
        words.extend(parent.map(|element| format!("</{}:{}>", element.schema, element.name)));
        words.join(" or ")
    }

    fn normalized(&self, text: &'a str) -> Cow<'a, str> {
        if self.survey.has_carriage_return { normalize_line_ends(text) } else { Cow::Borrowed(text) }
    }

    /// Text must not hold `]]>` (XML 1.0, production 14).
    fn check_text(&self, text: &str, position: usize) -> Outcome<()> {
        match self.survey.has_bracket.then(|| text.find("]]>")).flatten() {
            Some(at) => Err(syntax(position + at, "no ]]> in text", text)),
            None => Ok(()),
        }
    }
}

fn append<'a>(value: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if value.is_empty() {
        *value = piece;
    } else {
        value.to_mut().push_str(&piece);
    }
}
