//! A file of names, one a line: what it says, or every line that is wrong.

use super::table::printable;
use crate::model::name::check_label;
use crate::model::name_list::check_pattern;

/// Characters of a wrong line that are shown.
const SHOWN: usize = 80;

/// What a file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ListFile {
    /// Labels without the TLD, ascending, each once.
    pub(super) labels: Vec<String>,
    /// The same of patterns.
    pub(super) patterns: Vec<String>,
    /// Lines that say what another line says.
    pub(super) duplicates: usize,
}

/// Reads names with or without the TLD, in any case. What follows a `#` is a comment.
///
/// # Errors
/// Every wrong line, with its number.
pub(super) fn parse(text: &str, tld: &str) -> Result<ListFile, Vec<String>> {
    let suffix = format!(".{}", tld.to_ascii_lowercase());
    let (mut labels, mut patterns, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let name = line.split('#').next().unwrap_or_default().trim();
        if name.is_empty() {
            continue;
        }
        let label = name.to_ascii_lowercase();
        let label = label.strip_suffix(&suffix).unwrap_or(&label);
        match check(label, &suffix) {
            Ok(()) if label.contains('?') => patterns.push(label.to_owned()),
            Ok(()) => labels.push(label.to_owned()),
            Err(why) => {
                let shown: String = name.chars().take(SHOWN).collect();
                wrong.push(format!("line {}: {}: {why}", index + 1, printable(&shown)));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let given = labels.len() + patterns.len();
    for names in [&mut labels, &mut patterns] {
        names.sort_unstable();
        names.dedup();
    }
    let duplicates = given - labels.len() - patterns.len();
    Ok(ListFile { labels, patterns, duplicates })
}

fn check(label: &str, suffix: &str) -> Result<(), String> {
    if !label.is_ascii() {
        return Err(match idna::domain_to_ascii(label) {
            Ok(a_label) if !label.contains('.') => match check_label(&a_label) {
                Ok(()) => format!("give the A-label instead: {a_label}"),
                Err(fault) => fault.to_string(),
            },
            _ => "only A-labels are taken (xn--…)".to_owned(),
        });
    }
    if label.contains('.') {
        return Err(format!("not directly below {suffix}"));
    }
    let checked = if label.contains('?') { check_pattern(label) } else { check_label(label) };
    checked.map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_file_is_read_line_by_line() {
        let text = "\u{feff}# reserved by ICANN\n\nwww\r\n  Bank.Co.Example  # and why\nxn--bcher-kva\n??\nbank\nA?.co.example\n\
                    example\nWWW.CO.EXAMPLE";
        let expected = ListFile {
            labels: names(&["bank", "example", "www", "xn--bcher-kva"]),
            patterns: names(&["??", "a?"]),
            duplicates: 2,
        };
        assert_eq!(parse(text, "co.example"), Ok(expected));
        let nothing = ListFile { labels: vec![], patterns: vec![], duplicates: 0 };
        assert_eq!(parse("# nothing\n", "example"), Ok(nothing));
    }

    #[test]
    fn every_wrong_line_is_named() {
        let text =
            "good\nBücher\nwww.test\na_b\n-a\nab--?\nb\u{1b}[2Jd\nxn--a\ntwo words\nbank.example.\nbücher.example\n☃\n";
        let wrong = parse(text, "example").expect_err("wrong lines");
        let expected = [
            ("line 2: Bücher: ", "xn--bcher-kva"),
            ("line 3: www.test: ", "not directly below .example"),
            ("line 4: a_b: ", "only letters, digits and hyphens"),
            ("line 5: -a: ", "begin or end with a hyphen"),
            ("line 6: ab--?: ", "reserved for A-labels"),
            ("line 7: b\\u{1b}[2Jd: ", "only letters"),
            ("line 8: xn--a: ", "no valid A-label"),
            ("line 9: two words: ", "only letters"),
            ("line 10: bank.example.: ", "not directly below .example"),
            ("line 11: bücher.example: ", "give the A-label instead: xn--bcher-kva"),
            ("line 12: ☃: ", "U+2603 in place 1 is not allowed"),
        ];
        assert_eq!(wrong.len(), expected.len(), "{wrong:#?}");
        for (line, (begins, holds)) in wrong.iter().zip(expected) {
            assert!(line.starts_with(begins) && line.contains(holds), "{line}: {holds}");
        }
        let long = parse(&"_".repeat(500), "example").expect_err("a wrong line");
        assert!(long[0].len() < 200, "{long:?}");
    }
}
