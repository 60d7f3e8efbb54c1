//! A second, lenient look at a frame that was refused, for the clTRID its response should echo (RFC 5730, section 2.6).

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::base::lexical::{WhiteSpace, has_length};
use crate::epp::xml::{resolve, split_name};

/// Open elements where a clTRID stands: `<epp>` and `<command>`.
const LEVEL: usize = 2;

/// The clTRID of the command, if one can be made out and is valid. Looks for an element of that name with the prefix
/// of the root element, best at its right level; damage elsewhere does not matter.
pub(super) fn find(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let (mut level, mut root, mut elsewhere) = (0_usize, None, None);
    loop {
        // Each event consumes at least one octet, and the tokenizer ends at the first fault it cannot pass.
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = tag.name();
                let (prefix, local) = split_name(name.as_ref()).unwrap_or_default();
                let root = root.get_or_insert_with(|| prefix.to_owned());
                if local == "clTRID" && prefix == root {
                    let found = value(&mut reader);
                    if level == LEVEL && found.is_some() {
                        return found;
                    }
                    elsewhere = found.or(elsewhere);
                } else {
                    level += 1;
                }
            }
            Ok(Event::End(_)) => level = level.saturating_sub(1),
            Ok(Event::Eof) | Err(quick_xml::Error::Syntax(_) | quick_xml::Error::Io(_)) => return elsewhere,
            Ok(_) | Err(_) => {}
        }
    }
}

/// The text up to the next tag, if it is an `epp:trIDStringType`.
fn value(reader: &mut Reader<&[u8]>) -> Option<String> {
    let mut text = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Text(piece)) => text.push_str(piece.into_inner().as_ref()),
            Ok(Event::CData(piece)) => text.push_str(piece.into_inner().as_ref()),
            Ok(Event::GeneralRef(name)) => text.push(resolve(name.into_inner().as_ref())?),
            Ok(Event::Comment(_) | Event::PI(_)) => {}
            Ok(Event::End(_)) => break,
            _ => return None,
        }
    }
    let value = WhiteSpace::Collapse.apply(text.into()).into_owned();
    // U+FFFD stands for octets that were no UTF-8; control characters cannot be echoed.
    let is_good = has_length(&value, 3, 64) && !value.chars().any(|c| c == '\u{fffd}' || c.is_control());
    is_good.then_some(value)
}
