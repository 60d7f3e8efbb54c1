//! The reference tables of ICANN: all of them load, and judge labels as `labels/TABLE.txt` says.
//!
//! The lines there were derived from the XML of the tables, by hand or by a program that shares nothing with this one: it
//! permutes labels by brute force and matches rules as regular expressions.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Stored, reference};
use crate::lgr::parse;

/// The reference tables with their names.
fn tables() -> Vec<(String, PathBuf)> {
    let Some(folder) = reference("labels by ICANN's reference tables") else { return Vec::new() };
    let paths = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let name = |path: &Path| {
        let name = path.file_name()?.to_str()?.strip_prefix("lgr-second-level-")?;
        Some(name.strip_suffix("-31may22-en.xml")?.to_owned())
    };
    let mut found: Vec<(String, PathBuf)> = paths.filter_map(|path| Some((name(&path)?, path))).collect();
    found.sort();
    assert_eq!(found.len(), 50, "the reference has 50 tables");
    found
}

/// The label that code points in hexadecimal make.
fn label(points: &str) -> String {
    let points = points.split_whitespace().map(|point| u32::from_str_radix(point, 16).ok().and_then(char::from_u32));
    points.collect::<Option<String>>().expect("code points in hexadecimal")
}

/// What a line of a text table complains about.
fn check(stored: &Stored, line: &str) -> Option<String> {
    let mut columns = line.split('|').map(str::trim);
    let mut column = || columns.next().expect("three columns");
    let (labels, expected, because) = (column(), column(), column());
    let Some((original, variant)) = labels.split_once('>') else {
        let judgement = stored.table().judge(&label(labels)).to_string();
        let is_right = judgement.starts_with(&format!("{expected}:")) && judgement.contains(because);
        return (!is_right).then(|| format!("{line}: {judgement}"));
    };
    let (original, variant) = (label(original), label(variant));
    let found = stored.table().disposition(&original, &variant);
    let text = found.map_or("none".to_owned(), |found| {
        format!("{}{}", found.name, if found.is_duplicate { " duplicate" } else { "" })
    });
    if text != expected {
        return Some(format!("{line}: {text}"));
    }
    let keys = (stored.table().variant_key(&original), stored.table().variant_key(&variant));
    (found.is_some() && keys.0 != keys.1).then(|| format!("{line}: keys {keys:?}"))
}

#[test]
fn labels_by_the_reference_tables() {
    let mut complaints = Vec::new();
    for (name, path) in tables() {
        let stored = match parse(&fs::read_to_string(&path).expect("UTF-8")) {
            Ok(table) => Stored::new(&table),
            Err(error) => {
                complaints.push(format!("{name}: {error}"));
                continue;
            }
        };
        assert!(!stored.table().meta.languages.is_empty());
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/lgr/tests/labels/{name}.txt"));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert!(lines.len() >= 20, "{name} has {} labels", lines.len());
        complaints.extend(lines.iter().filter_map(|line| Some(format!("{name}: {}", check(&stored, line)?))));
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn related_labels_share_a_key_and_unrelated_ones_do_not() {
    for (name, path) in tables() {
        let stored = Stored::of(&fs::read_to_string(&path).expect("UTF-8"));
        let key = |points: &str| stored.table().variant_key(&label(points));
        let (same, different): (&[[&str; 2]], &[[&str; 2]]) = match name.as_str() {
            "german-language" => (&[["0061 00DF", "0061 0073 0073"]], &[["00DF", "0073"]]),
            // The letters below COENG are variants of each other, those above are not.
            "khmer-script" => (&[["1780 17D2 178A", "1780 17D2 178F"]], &[["178A", "178F"]]),
            "bengali-script" => (&[["09A8 09CD 09A5", "09A8 09CD 09B9"]], &[["09A5", "09B9"]]),
            // A nukta is nothing after some letters, but not after others.
            "devanagari-script" => (&[["0906 093C", "0906"], ["0905 0902", "0973"]], &[["0915 093C", "0915"]]),
            "myanmar-script" => (&[["1004 103A 1039", "1004 103A"]], &[["1000 1039 1000", "1000 1000"]]),
            "latin-script" => (&[["00DF 0073", "0073 03B2"], ["0455 0455", "00DF"]], &[["0067", "1E21"]]),
            _ => (&[], &[]),
        };
        for [a, b] in same {
            assert_eq!(key(a), key(b), "{name}: {a} and {b}");
        }
        for [a, b] in different {
            assert_ne!(key(a), key(b), "{name}: {a} and {b}");
        }
    }
}
