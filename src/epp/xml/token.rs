//! From the pieces of a document to tokens that are well-formed in themselves.

use std::borrow::Cow;

use crate::base::limits::XML_DEPTH;
use crate::base::xml_chars::{is_ncname, resolve};
use crate::base::xml_prolog::{Encoding, declaration};
use crate::epp::xml::Cursor;
use crate::epp::xml::fault::{Outcome, cut, syntax};
use crate::epp::xml::scanner::{Broken, Piece};
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
        if let Some(replay) = &mut self.replay {
            return Ok(replay.next(&mut self.attributes));
        }
        let token = self.scanned()?;
        if let Some(recorder) = &mut self.recorder {
            recorder.note(self.source, &token, &self.attributes);
        }
        Ok(token)
    }

    fn scanned(&mut self) -> Outcome<Token<'a>> {
        if self.is_empty {
            self.is_empty = false;
            return Ok(self.close(self.position()));
        }
        loop {
            let start = self.scanner.position();
            let position = self.mark + start;
            let piece = match self.scanner.next() {
                Ok(piece) => piece,
                Err(Broken) => return Err(self.tokenizer_error()),
            };
            let inner = |raw: &'a str, open: usize, close: usize| raw.get(open..raw.len().saturating_sub(close));
            match piece {
                Piece::Start { inner, name, is_empty } => return self.open(inner, name, position, is_empty),
                Piece::End => return Ok(self.close(position)),
                Piece::Text(text) => return Ok(Token::Text(text, position)),
                Piece::Reference(raw) => {
                    // A reference is content: it has no place outside of the root (production 1).
                    return match inner(raw, 1, 1).and_then(resolve).filter(|_| self.depth > 0) {
                        Some(c) => Ok(Token::Character(c, position)),
                        None => Err(syntax(position, "one of the five entities or a character", raw)),
                    };
                }
                Piece::Section(raw) => match inner(raw, 9, 3) {
                    Some(text) if self.depth > 0 => return Ok(Token::Section(text)),
                    _ => return Err(syntax(position, "no CDATA section here", raw)),
                },
                Piece::Comment(raw) => match inner(raw, 4, 3) {
                    Some(text) if !text.contains("--") && !text.ends_with('-') => {}
                    _ => return Err(syntax(position, "a comment without --", raw)),
                },
                Piece::Instruction(raw) => check_instruction(inner(raw, 2, 2).unwrap_or_default())
                    .map_err(|expected| syntax(position, expected, raw))?,
                Piece::Declaration(raw) => {
                    self.check_declaration(start, inner(raw, 5, 2).unwrap_or_default(), position)?;
                }
                // RFC 5730, section 5, needs none; refusing all of them leaves no entity to expand.
                Piece::DocumentType => return Err(syntax(position, "no document type declaration", "<!DOCTYPE")),
                Piece::Eof => return Ok(Token::Eof),
            }
        }
    }

    fn open(&mut self, text: &'a str, name_bytes: usize, position: usize, is_empty: bool) -> Outcome<Token<'a>> {
        let (name, rest) = text.split_at_checked(name_bytes).unwrap_or_default();
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
    fn tokenizer_error(&self) -> Box<Refusal> {
        let (position, why) = self.scanner.fault();
        syntax(self.mark + position, "well-formed XML", &cut(&why))
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
