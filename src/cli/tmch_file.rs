//! Lists of the Trademark Clearinghouse (RFC 9361, section 6): what a file says, or every line that is wrong.

use super::admin_args::moment;
use super::table::printable;
use crate::model::operator::TmchEntry;
use crate::model::operator_launch::TmchList;

/// Characters of a wrong line that are shown.
const SHOWN: usize = 80;
/// Octets of a label, key or identifier at most.
const FIELD_OCTETS: usize = 255;

/// What a file says.
#[derive(Debug, PartialEq)]
pub(super) struct TmchFile {
    /// When it was made, as it says.
    pub(super) created: String,
    /// Its lines, in its order.
    pub(super) entries: Vec<TmchEntry>,
}

/// Reads a list of that kind: version and time, a header, and the lines.
///
/// # Errors
/// Every wrong line, with its number.
pub(super) fn parse(text: &str, list: TmchList) -> Result<TmchFile, Vec<String>> {
    let header = match list {
        TmchList::Dnl => "DNL,lookup-key,insertion-datetime",
        TmchList::Surl => "DNL,insertion-datetime",
        TmchList::Smdrl => "smd-id,insertion-datetime",
    };
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().map(|(at, line)| (at + 1, line.trim_end()));
    let mut wrong = Vec::new();
    let mut refuse = |at: usize, line: &str, expected: &str| {
        let shown: String = line.chars().take(SHOWN).collect();
        wrong.push(format!("line {at}: {}: expected {expected}", printable(&shown)));
    };
    let (at, first) = lines.next().unwrap_or((1, ""));
    let created = first.strip_prefix("1,").filter(|time| moment(time).is_ok());
    if created.is_none() {
        refuse(at, first, "1 and the time of creation");
    }
    let (at, second) = lines.next().unwrap_or((2, ""));
    if second != header {
        refuse(at, second, header);
    }
    let mut entries = Vec::new();
    for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
        match entry(line, list) {
            Some(entry) => entries.push(entry),
            None => refuse(at, line, header),
        }
    }
    match wrong.is_empty() {
        true => Ok(TmchFile { created: created.unwrap_or_default().to_owned(), entries }),
        false => Err(wrong),
    }
}

fn entry(line: &str, list: TmchList) -> Option<TmchEntry> {
    let (name, rest) = line.split_once(',')?;
    let (key, time) = match list {
        TmchList::Dnl => rest.split_once(',')?,
        TmchList::Surl | TmchList::Smdrl => ("", rest),
    };
    let is_good = |field: &str| field.len() <= FIELD_OCTETS && field.bytes().all(|octet| octet.is_ascii_graphic());
    let good = !name.is_empty() && is_good(name) && is_good(key) && (list != TmchList::Dnl || !key.is_empty());
    let name = match list {
        TmchList::Dnl | TmchList::Surl => name.to_ascii_lowercase(),
        TmchList::Smdrl => name.to_owned(),
    };
    good.then_some(TmchEntry { name, key: key.to_owned(), inserted_micros: moment(time).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_has_its_lines() {
        let dnl = "1,2013-11-24T23:15:37.4Z\nDNL,lookup-key,insertion-datetime\n\
                   test---validate,2013112500/6/1/d/YduYflFKIFHoOYwDfN,2013-09-05T00:00:00.0Z\r\n";
        let file = parse(dnl, TmchList::Dnl).expect("good");
        let entry = TmchEntry {
            name: "test---validate".into(),
            key: "2013112500/6/1/d/YduYflFKIFHoOYwDfN".into(),
            inserted_micros: 1_378_339_200_000_000,
        };
        assert_eq!((file.created.as_str(), file.entries), ("2013-11-24T23:15:37.4Z", vec![entry]));
        let smdrl = "1,2022-11-22T01:49:36.9Z\nsmd-id,insertion-datetime\n0000001761385117375880-65535,2013-07-15T00:00:00.0Z\n";
        let file = parse(smdrl, TmchList::Smdrl).expect("good");
        assert_eq!((file.entries[0].name.as_str(), file.entries[0].key.as_str()), ("0000001761385117375880-65535", ""));
        let surl = "1,2012-08-16T00:00:00.0Z\nDNL,insertion-datetime\nExample,2010-07-14T00:00:00.0Z\n";
        assert_eq!(parse(surl, TmchList::Surl).expect("good").entries[0].name, "example");
    }

    #[test]
    fn every_wrong_line_is_told() {
        for (text, list, wrong) in [
            ("", TmchList::Dnl, 2),
            ("2,2012-08-16T00:00:00.0Z\nDNL,insertion-datetime\n", TmchList::Surl, 1),
            ("1,yesterday\nDNL,insertion-datetime\n", TmchList::Surl, 1),
            ("1,2012-08-16T00:00:00.0Z\nsmd-id,insertion-datetime\n", TmchList::Surl, 1),
            (
                "1,2012-08-16T00:00:00.0Z\nsmd-id,insertion-datetime\na,b\na\n,2012-08-16T00:00:00.0Z\n",
                TmchList::Smdrl,
                3,
            ),
            (
                "1,2012-08-16T00:00:00.0Z\nDNL,lookup-key,insertion-datetime\na,,2012-08-16T00:00:00.0Z\n",
                TmchList::Dnl,
                1,
            ),
            ("1,2012-08-16T00:00:00.0Z\nDNL,insertion-datetime\na b,2012-08-16T00:00:00.0Z\n", TmchList::Surl, 1),
        ] {
            assert_eq!(parse(text, list).expect_err(text).len(), wrong, "{text}");
        }
    }
}
