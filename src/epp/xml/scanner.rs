//! Where the pieces of a document begin and end: the same pieces as quick-xml's, without a copy and without a second look at
//! what is known to be UTF-8. Tags and text, of which commands are made, are found here; whatever else begins with `<!`, `<?`
//! or `&` is left to quick-xml, and so is the word for what is wrong.

use memchr::{memchr, memchr2, memchr3};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Walks over a document.
pub(super) struct Scanner<'a> {
    source: &'a str,
    /// Octets read.
    at: usize,
    /// Names of the elements that are open.
    open: Vec<&'a str>,
}

/// What is found; all but the end of the document with its text as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// `<a …>` or `<a …/>`: what stands between, and how many octets of that are the name.
    Start { inner: &'a str, name: usize, is_empty: bool },
    /// `</a>`, which closes the element that was opened last.
    End,
    /// Character data up to the next `<` or `&`.
    Text(&'a str),
    /// `&a;`.
    Reference(&'a str),
    /// `<![CDATA[…]]>`.
    Section(&'a str),
    /// `<!--…-->`.
    Comment(&'a str),
    /// `<?a …?>`.
    Instruction(&'a str),
    /// `<?xml …?>`.
    Declaration(&'a str),
    /// `<!DOCTYPE …>`.
    DocumentType,
    /// The end of the document.
    Eof,
}

/// The document cannot be cut into pieces any further; [`Scanner::fault`] says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

impl<'a> Scanner<'a> {
    /// Before the first octet.
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, at: 0, open: Vec::new() }
    }

    /// Octets read.
    pub(super) const fn position(&self) -> usize {
        self.at
    }

    /// The next piece.
    pub(super) fn next(&mut self) -> Result<Piece<'a>, Broken> {
        let rest = self.source.as_bytes().get(self.at..).unwrap_or_default();
        match rest {
            [] => Ok(Piece::Eof),
            [b'<', b'/', ..] => self.end(),
            [b'<', b'!' | b'?', ..] | [b'<'] | [b'&', ..] => self.rare(),
            [b'<', ..] => self.start(),
            _ => {
                let length = memchr2(b'<', b'&', rest).unwrap_or(rest.len());
                self.take(length).map(Piece::Text)
            }
        }
    }

    /// Why the document is broken, as quick-xml puts it, and at which octet.
    #[cold]
    pub(super) fn fault(&self) -> (usize, String) {
        let mut reader = Reader::from_str(self.source);
        loop {
            match reader.read_event() {
                Err(error) => return (reader.error_position() as usize, error.to_string()),
                Ok(Event::Eof) => return (self.at, "markup without an end".to_owned()),
                Ok(_) => {}
            }
        }
    }

    /// The next octets.
    fn take(&mut self, length: usize) -> Result<&'a str, Broken> {
        let taken = self.source.get(self.at..self.at + length).ok_or(Broken)?;
        self.at += length;
        Ok(taken)
    }

    fn start(&mut self) -> Result<Piece<'a>, Broken> {
        let octets = self.source.as_bytes().get(self.at + 1..).ok_or(Broken)?;
        let plain = octets.iter().position(|octet| matches!(octet, b'>' | b'"' | b'\'') || is_space(*octet));
        let mut end = plain.ok_or(Broken)?;
        let name = match octets.get(end) {
            // A name with a quote in it is none; it goes on to the white space behind.
            Some(b'"' | b'\'') => octets.iter().position(|octet| is_space(*octet)).unwrap_or(usize::MAX),
            _ => end,
        };
        // A `>` in quotes ends nothing.
        while let Some(quote) = octets.get(end).filter(|octet| **octet != b'>') {
            end += match quote {
                b'"' | b'\'' => memchr(*quote, octets.get(end + 1..).ok_or(Broken)?).ok_or(Broken)? + 2,
                _ => memchr3(b'>', b'"', b'\'', octets.get(end..).ok_or(Broken)?).ok_or(Broken)?,
            };
        }
        if end >= octets.len() {
            return Err(Broken);
        }
        let tag = self.take(end + 2)?;
        let inner = tag.get(1..end + 1).ok_or(Broken)?;
        let (inner, is_empty) = match inner.strip_suffix('/') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        let name = name.min(inner.len());
        if !is_empty {
            self.open.push(inner.get(..name).ok_or(Broken)?);
        }
        Ok(Piece::Start { inner, name, is_empty })
    }

    fn end(&mut self) -> Result<Piece<'a>, Broken> {
        let rest = self.source.as_bytes().get(self.at + 2..).ok_or(Broken)?;
        let length = memchr(b'>', rest).ok_or(Broken)?;
        let name = self.source.get(self.at + 2..self.at + 2 + length).ok_or(Broken)?;
        let opened = *self.open.last().ok_or(Broken)?;
        let trimmed = name.trim_end_matches([' ', '\t', '\n', '\r']);
        // White space alone is not what it leaves when it is taken away.
        if name != opened && (trimmed.is_empty() || trimmed != opened) {
            return Err(Broken);
        }
        self.open.pop();
        self.at += length + 3;
        Ok(Piece::End)
    }

    /// What quick-xml finds.
    fn rare(&mut self) -> Result<Piece<'a>, Broken> {
        let rest = self.source.get(self.at..).ok_or(Broken)?;
        let mut reader = Reader::from_str(rest);
        let event = reader.read_event().map_err(|_| Broken)?;
        let raw = self.take(reader.buffer_position() as usize)?;
        match event {
            Event::GeneralRef(_) => Ok(Piece::Reference(raw)),
            Event::CData(_) => Ok(Piece::Section(raw)),
            Event::Comment(_) => Ok(Piece::Comment(raw)),
            Event::PI(_) => Ok(Piece::Instruction(raw)),
            Event::Decl(_) => Ok(Piece::Declaration(raw)),
            Event::DocType(_) => Ok(Piece::DocumentType),
            Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::Text(_) | Event::Eof => Err(Broken),
        }
    }
}

const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\n' | b'\r')
}

/// The scanner and quick-xml take any document apart alike, position by position, and give up at the same place with the same
/// words.
///
/// # Panics
///
/// When they differ.
pub(in crate::epp) fn compare_with_quick_xml(source: &str) {
    let mut scanner = Scanner::new(source);
    let mut reader = Reader::from_str(source);
    loop {
        let start = scanner.position();
        let piece = scanner.next();
        let event = reader.read_event();
        let raw = source.get(start..reader.buffer_position() as usize).unwrap_or_default();
        let cut = |open: usize, close: usize| raw.get(open..raw.len() - close).expect("markup has its ends");
        let expected = match event {
            Ok(Event::Start(tag)) => {
                Ok(Piece::Start { inner: cut(1, 1), name: tag.name().as_ref().len(), is_empty: false })
            }
            Ok(Event::Empty(tag)) => {
                Ok(Piece::Start { inner: cut(1, 2), name: tag.name().as_ref().len(), is_empty: true })
            }
            Ok(Event::End(_)) => Ok(Piece::End),
            Ok(Event::Text(_)) => Ok(Piece::Text(raw)),
            Ok(Event::GeneralRef(_)) => Ok(Piece::Reference(raw)),
            Ok(Event::CData(_)) => Ok(Piece::Section(raw)),
            Ok(Event::Comment(_)) => Ok(Piece::Comment(raw)),
            Ok(Event::PI(_)) => Ok(Piece::Instruction(raw)),
            Ok(Event::Decl(_)) => Ok(Piece::Declaration(raw)),
            Ok(Event::DocType(_)) => Ok(Piece::DocumentType),
            Ok(Event::Eof) => Ok(Piece::Eof),
            Err(error) => {
                assert_eq!(piece, Err(Broken), "{source:?} at octet {start}");
                assert_eq!(scanner.fault(), (reader.error_position() as usize, error.to_string()), "{source:?}");
                return;
            }
        };
        assert_eq!(piece, expected, "{source:?} at octet {start}");
        assert_eq!(scanner.position(), reader.buffer_position() as usize, "{source:?} after octet {start}");
        if piece == Ok(Piece::Eof) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn corners_are_cut_as_quick_xml_cuts_them() {
        for source in [
            "",
            " ",
            "a",
            "<",
            "<a",
            "<a>",
            "<a/>",
            "<a></a>",
            "<a></a >",
            "<a></ a>",
            "<a></b>",
            "</a>",
            "<a",
            "<>",
            "</>",
            "< >",
            "<></>",
            "<></ >",
            "< ></\n>",
            "<a b='>'>",
            "<a b=\"/>\"/>",
            "<a b='\">",
            "<a\"b c\">",
            "<a'>'",
            "<a/ >",
            "<//>",
            "<a / />",
            "<a\n\t\r b>x</a\n>",
            "<!",
            "<!-",
            "<!---->",
            "<!-- -- -->",
            "<!--->",
            "<![CDATA[]]>",
            "<![CDATA[]]",
            "<!DOCTYPE a>",
            "<!DOCTYPE a [<!b>]>",
            "<?",
            "<??>",
            "<?a?>",
            "<?xml?>",
            "<?xml version='1.0'?>",
            "x<?xml?>",
            "&",
            "&a",
            "&a;",
            "&;",
            "&a b;",
            "a&b;c",
            "&#x0;",
            "<a>x]]>y</a>",
            "<a>&lt;<b/>&gt;</a>",
            "<a/>x<b></b>",
            "<é></é>",
            "<a><b></a></b>",
            "<a b=\"é>\">",
            "&<a>;",
            "&a<b/>",
            "<a =\"'>",
            "<a\u{a0}b>",
        ] {
            compare_with_quick_xml(source);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn any_heap_of_markup_is_cut_alike(source in "(<|</|>|/>|a|b|é|:|=|\"|'|&|;|#|!|--|\\[CDATA\\[|\\]\\]>|\\?|xml| |\n|\t|\r|DOCTYPE|<a>|</a>|<b/>|<!--|-->){0,24}") {
            compare_with_quick_xml(&source);
        }
    }
}
