//! The shape of a document: all of it but the text of its leaves, and the tokens that it was taken apart into.
//!
//! A client's commands are alike octet for octet, save for names, identifiers and the like. A document that matches a shape has
//! the same tokens as the one the shape was taken from, with other texts: nothing else can hold where all markup is equal and no
//! text has an octet that could be read as markup. So its tokens are known without a scan, and whatever reads tokens, reads these
//! and cannot tell the difference. What depends on more than tokens (the namespaces in scope, blank text between elements) makes
//! a document one that has no shape.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use crate::base::limits::{MEMO_SHAPE_BYTES, MEMO_VALUES};
use crate::epp::xml::namespaces::Namespace;
use crate::epp::xml::tag::{Attribute, Tag};
use crate::epp::xml::token::Token;

/// A shape.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The document without the texts of its leaves.
    literals: Box<str>,
    /// Where in `literals` each of these texts stood.
    gaps: Box<[u32]>,
    tokens: Box<[Known]>,
    attributes: Box<[KnownAttribute]>,
}

/// A token without what it says; names lie in the literals.
#[derive(Clone, Copy, Debug)]
enum Known {
    Start {
        schema: &'static str,
        name: Span,
        local: Span,
        attributes: u16,
    },
    End,
    /// The text of a leaf.
    Text,
}

#[derive(Clone, Copy, Debug)]
struct KnownAttribute {
    schema: &'static str,
    name: Span,
    local: Span,
    value: Span,
}

/// A piece of the literals.
#[derive(Clone, Copy, Debug)]
struct Span {
    at: u32,
    length: u32,
}

/// The texts of a document that matches a shape, in order.
pub(crate) type Texts<'a> = Vec<&'a str>;

impl Shape {
    /// The texts of `document`, if it matches.
    pub(crate) fn texts<'a>(&self, document: &'a [u8]) -> Option<Texts<'a>> {
        let literals = self.literals.as_bytes();
        let (mut rest, mut done) = (document, 0);
        let mut texts = Vec::new();
        for gap in &self.gaps {
            let gap = *gap as usize;
            rest = rest.strip_prefix(literals.get(done..gap)?)?;
            if texts.is_empty() {
                // Not before: most documents that do not match differ in the name of the command.
                texts.reserve_exact(self.gaps.len());
            }
            done = gap;
            // Without text there would be no token of it.
            let length = memchr(b'<', rest).filter(|length| *length > 0)?;
            let (text, after) = rest.split_at_checked(length)?;
            texts.push(plain(text)?);
            rest = after;
        }
        (rest == literals.get(done..)?).then_some(texts)
    }

    /// Octets it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.literals.len()
            + size_of_val(&*self.gaps)
            + size_of_val(&*self.tokens)
            + size_of_val(&*self.attributes)
            + size_of::<Self>()
    }

    fn piece(&self, span: Span) -> &str {
        self.literals.get(span.at as usize..(span.at + span.length) as usize).unwrap_or_default()
    }
}

/// The text, if it is ASCII and reads the same anywhere: nothing to resolve, to normalize or to refuse in it.
fn plain(text: &[u8]) -> Option<&str> {
    let odd = |octet: u8| !matches!(octet, b' '..=b'%' | b'\''..=b'=' | b'?'..=b'~');
    if text.iter().fold(false, |found, octet| found | odd(*octet)) {
        return None;
    }
    std::str::from_utf8(text).ok()
}

/// Takes down the tokens of a document while they are read.
#[derive(Debug)]
pub(super) struct Recorder {
    tokens: Vec<Known>,
    attributes: Vec<KnownAttribute>,
    /// Where the texts of leaves stand in the document.
    texts: Vec<Range<usize>>,
    /// Octets of these.
    left_out: usize,
    has_shape: bool,
}

impl Recorder {
    pub(super) fn new() -> Self {
        Self {
            tokens: Vec::with_capacity(64),
            attributes: Vec::new(),
            texts: Vec::with_capacity(16),
            left_out: 0,
            has_shape: true,
        }
    }

    /// The next token of `source`, with its attributes if it is a start tag.
    pub(super) fn note(&mut self, source: &str, token: &Token<'_>, attributes: &[Attribute<'_>]) {
        if !self.has_shape {
            return;
        }
        let noted = match token {
            Token::Start(tag) => {
                self.forget_text_between_elements();
                self.start(source, tag, attributes)
            }
            Token::End(_) => {
                self.tokens.push(Known::End);
                Some(())
            }
            Token::Text(text, _) => self.text(source, text),
            Token::Section(_) | Token::Character(..) => None,
            Token::Eof => Some(()),
        };
        self.has_shape = noted.is_some();
    }

    /// The shape of `source`, all of which has been read; most have one.
    pub(super) fn finish(self, source: &str) -> Option<Shape> {
        if !self.has_shape || self.texts.len() > MEMO_VALUES {
            return None;
        }
        let mut literals = String::with_capacity(source.len() - self.left_out);
        let (mut gaps, mut done) = (Vec::with_capacity(self.texts.len()), 0);
        for text in self.texts {
            literals.push_str(source.get(done..text.start)?);
            gaps.push(u32::try_from(literals.len()).ok()?);
            done = text.end;
        }
        literals.push_str(source.get(done..)?);
        let shape = Shape {
            literals: literals.into(),
            gaps: gaps.into(),
            tokens: self.tokens.into(),
            attributes: self.attributes.into(),
        };
        (shape.bytes() <= MEMO_SHAPE_BYTES).then_some(shape)
    }

    /// Text in front of a first child is none of a leaf.
    fn forget_text_between_elements(&mut self) {
        if let Some(Known::Text) = self.tokens.last() {
            self.tokens.pop();
            self.left_out -= self.texts.pop().map_or(0, |text| text.len());
        }
    }

    fn start(&mut self, source: &str, tag: &Tag<'_>, attributes: &[Attribute<'_>]) -> Option<()> {
        let (name, local) = (self.span(source, tag.name)?, self.span(source, tag.local)?);
        let count = u16::try_from(attributes.len()).ok()?;
        for attribute in attributes {
            let (name, local) = (self.span(source, attribute.name)?, self.span(source, attribute.local)?);
            // A value that was put together stands nowhere.
            let Cow::Borrowed(value) = attribute.value else { return None };
            let value = self.span(source, value)?;
            self.attributes.push(KnownAttribute { schema: attribute.schema, name, local, value });
        }
        self.tokens.push(Known::Start { schema: tag.schema, name, local, attributes: count });
        Some(())
    }

    fn text(&mut self, source: &str, text: &str) -> Option<()> {
        match self.tokens.last() {
            Some(Known::Start { .. }) => {
                let at = offset(source, text)?;
                self.texts.push(at..at + text.len());
                self.left_out += text.len();
                self.tokens.push(Known::Text);
                Some(())
            }
            // A leaf's text in two pieces.
            Some(Known::Text) => None,
            Some(Known::End) | None => Some(()),
        }
    }

    /// Where in the literals a piece of the source will lie that is read after all texts so far.
    fn span(&self, source: &str, piece: &str) -> Option<Span> {
        let at = offset(source, piece)?.checked_sub(self.left_out)?;
        Some(Span { at: u32::try_from(at).ok()?, length: u32::try_from(piece.len()).ok()? })
    }
}

/// Where in `whole` the slice `piece` of it begins.
fn offset(whole: &str, piece: &str) -> Option<usize> {
    let at = (piece.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    (at + piece.len() <= whole.len()).then_some(at)
}

/// Gives the tokens of a shape with the texts of another document.
pub(super) struct Replay<'a> {
    shape: &'a Shape,
    tokens: std::slice::Iter<'a, Known>,
    attributes: std::slice::Iter<'a, KnownAttribute>,
    texts: std::slice::Iter<'a, &'a str>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(shape: &'a Shape, texts: &'a Texts<'a>) -> Self {
        Self { shape, tokens: shape.tokens.iter(), attributes: shape.attributes.iter(), texts: texts.iter() }
    }

    /// The next token; its attributes replace `attributes` if it is a start tag. Positions are all zero: they are for faults,
    /// and a document with one is read again.
    pub(super) fn next(&mut self, attributes: &mut Vec<Attribute<'a>>) -> Token<'a> {
        match self.tokens.next() {
            Some(Known::Start { schema, name, local, attributes: count }) => {
                let shape = self.shape;
                attributes.clear();
                attributes.extend(self.attributes.by_ref().take(usize::from(*count)).map(|known| Attribute {
                    position: 0,
                    schema: known.schema,
                    namespace: Namespace::ABSENT,
                    name: shape.piece(known.name),
                    local: shape.piece(known.local),
                    value: Cow::Borrowed(shape.piece(known.value)),
                }));
                Token::Start(Tag {
                    position: 0,
                    schema,
                    namespace: Namespace::ABSENT,
                    name: shape.piece(*name),
                    local: shape.piece(*local),
                })
            }
            Some(Known::End) => Token::End(0),
            Some(Known::Text) => Token::Text(self.texts.next().copied().unwrap_or_default(), 0),
            None => Token::Eof,
        }
    }
}
