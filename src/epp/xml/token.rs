//! From quick-xml's events to tokens that are well-formed in themselves.

use std::borrow::Cow;

use quick_xml::events::Event;

use crate::base::limits::XML_DEPTH;
use crate::epp::xml::Cursor;
use crate::epp::xml::chars::{is_ncname, resolve};
use crate::epp::xml::fault::{Outcome, cut, syntax};
use crate::epp::xml::prolog::{Encoding, declaration};
use crate::epp::xml::tag::{Tag, read_attributes, split_name};
use crate::model::refusal::Refusal;

/// A piece of the document; each holds its position where an error may have to name it.
pub(super) enum Token<'a> {
    /// `<a …>` or the first half of `<a/>`.
    Start(Tag<'a>),
    /// `</a>` or the second half of `<a/>`.
    End(usize),
    /// Character data as written, references not among it.
    Text(&'a str, usize),
    /// What a CDATA section holds.
    Section(&'a str),
    /// What a reference stands for.
    Character(char, usize),
    /// The end of the document.
    Eof,
}

impl<'a> Cursor<'a> {
    /// The next token; comments and processing instructions are checked and passed over.
    pub(super) fn token(&mut self) -> Outcome<Token<'a>> {
        if self.is_empty {
            self.is_empty = false;
            return Ok(self.close(self.position()));
        }
        loop {
            let start = self.reader.buffer_position() as usize;
            let position = self.mark + start;
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => return Err(self.tokenizer_error(&error)),
            };
            let raw = self.source.get(start..self.reader.buffer_position() as usize).unwrap_or_default();
            let inner = |open: usize, close: usize| raw.get(open..raw.len().saturating_sub(close));
            match event {
                Event::Start(tag) => return self.open(inner(1, 1), tag.name().as_ref().len(), position, false),
                Event::Empty(tag) => return self.open(inner(1, 2), tag.name().as_ref().len(), position, true),
                Event::End(_) => return Ok(self.close(position)),
                Event::Text(_) => return Ok(Token::Text(raw, position)),
                Event::GeneralRef(_) => {
                    // A reference is content: it has no place outside of the root (production 1).
                    return match inner(1, 1).and_then(resolve).filter(|_| self.depth > 0) {
                        Some(c) => Ok(Token::Character(c, position)),
                        None => Err(syntax(position, "one of the five entities or a character", raw)),
                    };
                }
                Event::CData(_) => match inner(9, 3) {
                    Some(text) if self.depth > 0 => return Ok(Token::Section(text)),
                    _ => return Err(syntax(position, "no CDATA section here", raw)),
                },
                Event::Comment(_) => match inner(4, 3) {
                    Some(text) if !text.contains("--") && !text.ends_with('-') => {}
                    _ => return Err(syntax(position, "a comment without --", raw)),
                },
                Event::PI(_) => check_instruction(inner(2, 2).unwrap_or_default())
                    .map_err(|expected| syntax(position, expected, raw))?,
                Event::Decl(_) => self.check_declaration(start, inner(5, 2).unwrap_or_default(), position)?,
                // RFC 5730, section 5, needs none; refusing all of them leaves no entity to expand.
                Event::DocType(_) => return Err(syntax(position, "no document type declaration", "<!DOCTYPE")),
                Event::Eof => return Ok(Token::Eof),
            }
        }
    }

    fn open(
        &mut self,
        text: Option<&'a str>,
        name_bytes: usize,
        position: usize,
        is_empty: bool,
    ) -> Outcome<Token<'a>> {
        let (name, rest) = text.and_then(|text| text.split_at_checked(name_bytes)).unwrap_or_default();
        self.depth += 1;
        self.is_empty = is_empty;
        if self.depth > XML_DEPTH {
            return Err(syntax(position, "less nesting", name));
        }
        self.attributes.clear();
        if !rest.is_empty() {
            let at = position + 1 + name_bytes;
            read_attributes(rest, at, self.depth, &mut self.namespaces, &mut self.attributes)?;
        }
        let (prefix, local) = split_name(name).ok_or_else(|| syntax(position, "an element name", name))?;
        let (namespace, schema) =
            self.namespaces.resolve(prefix).ok_or_else(|| syntax(position, "a declared prefix", name))?;
        Ok(Token::Start(Tag { position, schema, namespace, name, local }))
    }

    fn close(&mut self, position: usize) -> Token<'a> {
        self.namespaces.leave(self.depth);
        self.depth -= 1;
        Token::End(position)
    }

    fn check_declaration(&self, start: usize, text: &str, position: usize) -> Outcome<()> {
        if start != 0 {
            return Err(syntax(position, "the XML declaration at the start", "<?xml"));
        }
        match declaration(text) {
            Ok(Encoding::Ascii) if self.survey.has_wide => Err(syntax(position, "ASCII characters, as declared", text)),
            Ok(_) => Ok(()),
            Err(expected) => Err(syntax(position, expected, text)),
        }
    }

    /// What stands where it must not, as a refusal.
    #[cold]
    pub(super) fn unexpected(&self, expected: impl Into<Cow<'static, str>>, token: Token<'a>) -> Box<Refusal> {
        let here = self.position();
        match token {
            Token::Start(tag) => syntax(tag.position, expected, tag.name),
            Token::End(position) => syntax(position, expected, "an end tag"),
            Token::Text(text, position) => syntax(position, expected, text),
            Token::Section(text) => syntax(here, expected, text),
            Token::Character(c, position) => syntax(position, expected, &c.to_string()),
            Token::Eof => syntax(here, expected, "the end of the document"),
        }
    }

    #[cold]
    fn tokenizer_error(&self, error: &quick_xml::Error) -> Box<Refusal> {
        let position = self.mark + self.reader.error_position() as usize;
        syntax(position, "well-formed XML", &cut(&error.to_string()))
    }
}

/// A target that is a name and not reserved, then nothing or white space (productions 16 and 17).
fn check_instruction(text: &str) -> Result<(), &'static str> {
    let target = text.split([' ', '\t', '\n', '\r']).next().unwrap_or_default();
    if !is_ncname(target) {
        return Err("a processing instruction with a target");
    }
    if target.eq_ignore_ascii_case("xml") { Err("no target xml") } else { Ok(()) }
}
