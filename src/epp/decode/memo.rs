//! Decoding a frame by the shape of an earlier one (see `epp::xml::memo`): the same decoder over the same tokens, which need not
//! be found again. Every value is judged as ever, and what does not fit in any way is decoded from the start.

use std::rc::Rc;

use crate::base::limits::MEMO_SHAPES;
use crate::epp::decode::{DecodeFailure, Decoder, run};
use crate::epp::xml::{Cursor, Shape, Texts};
use crate::model::command::Frame;

/// The shapes of a client's last frames; none of one that was refused. The texts of elements are not in them, attributes and
/// comments are.
#[derive(Debug, Default)]
pub struct Memo {
    /// The one used last first.
    shapes: Vec<Rc<Shape>>,
}

/// A frame whose shape is known.
#[derive(Debug)]
pub struct Known<'p> {
    shape: Rc<Shape>,
    texts: Texts<'p>,
}

impl Memo {
    /// The frame in `xml`, if its shape is known.
    pub fn find<'p>(&mut self, xml: &'p [u8]) -> Option<Known<'p>> {
        let (at, texts) = self.shapes.iter().enumerate().find_map(|(at, shape)| Some((at, shape.texts(xml)?)))?;
        self.shapes.get_mut(..=at)?.rotate_right(1);
        Some(Known { shape: self.shapes.first()?.clone(), texts })
    }

    /// As [`decode`](super::decode), and remembers the shape.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn decode<'p>(&mut self, xml: &'p [u8]) -> Result<Frame<'p>, DecodeFailure> {
        let decoded = run(xml, true).map_err(|failure| *failure)?;
        if let Some(shape) = decoded.shape.filter(|_| decoded.undeclared.is_none()) {
            self.shapes.truncate(MEMO_SHAPES - 1);
            self.shapes.insert(0, Rc::new(shape));
        }
        Ok(decoded.frame)
    }
}

impl Known<'_> {
    /// The frame, unless something about it is wrong: only a decoding from the start can say what.
    pub fn decode(&self) -> Option<Frame<'_>> {
        let mut decoder = Decoder::new(Cursor::replaying(&self.shape, &self.texts));
        let frame = decoder.frame().ok()?;
        let is_whole = decoder.misplaced.is_none() && decoder.undeclared.is_none() && decoder.cursor.was_enough();
        is_whole.then_some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::epp::decode::decode;
    use crate::epp::fuzz_alike;

    fn frame(name: &str) -> String {
        let path = format!("{}/fuzz/seeds/decode/{name}.xml", env!("CARGO_MANIFEST_DIR"));
        // A reference is no plain text: what holds one has no shape.
        std::fs::read_to_string(path).expect("a seed").replace("&amp;", "and")
    }

    /// What is found by the shape of `first`: nothing, nothing good, or the frame.
    fn second(first: &str, then: &str) -> Option<bool> {
        let mut memo = Memo::default();
        memo.decode(first.as_bytes()).expect("a good frame");
        let known = memo.find(then.as_bytes())?;
        let replayed = known.decode();
        if let Some(frame) = &replayed {
            assert_eq!(Ok(frame), decode(then.as_bytes()).as_ref());
        }
        Some(replayed.is_some())
    }

    #[test]
    fn frames_that_differ_in_texts_are_known() {
        for name in [
            "domain-check",
            "domain-info",
            "domain-create",
            "domain-update",
            "domain-renew",
            "domain-delete",
            "contact-check",
            "host-create",
            "domain-check-fee",
            "domain-create-sec-dns",
            "poll-ack",
            "logout",
            "domain-transfer-request",
        ] {
            let first = frame(name);
            let then = first.replace("ABC-12345", "another-1").replace("example", "elsewhere");
            assert_eq!(second(&first, &then), Some(true), "{name}");
        }
    }

    #[test]
    fn what_is_more_than_a_text_is_not() {
        let first = frame("domain-check");
        for (old, new) in [
            ("ABC-12345", "ABC&amp;1"),
            ("ABC-12345", ""),
            ("ABC-12345", "ABC>1"),
            ("ABC-12345", "é-12345"),
            ("ABC-12345", "ABC\r12345"),
            ("ABC-12345", "ABC<!-- -->1"),
            ("</epp>", "</epp><a/>"),
            ("</epp>", "</epp"),
            ("<check>", "<check >"),
            ("domain-1.0", "host-1.0"),
        ] {
            let then = first.replacen(old, new, 1);
            assert_ne!(first, then, "{old}");
            assert_eq!(second(&first, &then), None, "{new}");
        }
    }

    #[test]
    fn a_text_that_is_wrong_is_judged_from_the_start() {
        let first = frame("domain-check");
        assert_eq!(
            second(&first, &first.replace("ABC-12345", "AB")),
            Some(false),
            "a clTRID has three characters at least"
        );
        assert_eq!(second(&first, &first.replace("ABC-12345", " ABC ")), Some(true), "white space collapses");
    }

    #[test]
    fn the_last_shapes_are_kept_and_none_of_a_refused_frame() {
        let (check, mut memo) = (frame("domain-check"), Memo::default());
        assert!(memo.decode(check.replace("ABC-12345", "AB").as_bytes()).is_err());
        assert!(memo.find(check.as_bytes()).is_none());
        let others = ["domain-info", "domain-create", "domain-renew", "host-check"].map(frame);
        memo.decode(check.as_bytes()).expect("a good frame");
        for other in &others {
            // What is used stays.
            assert!(memo.find(check.as_bytes()).is_some());
            memo.decode(other.as_bytes()).expect("a good frame");
        }
        assert!(memo.find(check.as_bytes()).is_some());
        assert!(memo.find(others[0].as_bytes()).is_none() && memo.find(others[3].as_bytes()).is_some());
        assert_eq!(memo.shapes.len(), MEMO_SHAPES);
    }

    #[test]
    fn no_text_is_kept() {
        let create = frame("domain-create");
        let secret = create.replace("2fooandBAR", "SECRET-pw").replace("ABC-12345", "SECRET-1");
        assert_eq!(secret.matches("SECRET").count(), 2);
        let mut memo = Memo::default();
        memo.decode(secret.as_bytes()).expect("a good frame");
        assert!(memo.find(create.as_bytes()).is_some(), "there is a shape");
        assert!(!format!("{memo:?}").contains("SECRET"));
    }

    #[test]
    fn thousands_of_variants_decode_alike() {
        let mut known = 0;
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/decode")).expect("seeds") {
            let frame = std::fs::read(file.expect("a seed").path()).expect("a seed");
            known += fuzz_alike(&frame, 7, 300).enough;
        }
        assert!(known > 500, "{known} variants only were of known shape");
    }
}
