//! The valid frames that are mutated: our own in `tests/epp`, and the commands printed in RFC 3915, 5730 to
//! 5733, 5910, 8334, 8495, 8748, 8807, 9154 and 9167 if at hand.

use std::fs;
use std::path::{Path, PathBuf};

/// File name and text of every seed, in the order of the names.
pub fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = read(&root.join("tests/epp"), |_| true);
    assert!(seeds.len() >= 20, "tests/epp holds our own valid frames");
    let reference = std::env::var_os("DOMESDAY_REFERENCE").map_or_else(|| root.join("../shared"), PathBuf::from);
    let printed = read(&reference.join("examples/epp"), |name| {
        [
            "rfc3915", "rfc5730", "rfc5731", "rfc5732", "rfc5733", "rfc5910", "rfc8334", "rfc8495", "rfc8748",
            "rfc8807", "rfc9154", "rfc9167",
        ]
        .iter()
        .any(|rfc| name.starts_with(rfc))
            && name.contains("command")
    });
    if printed.is_empty() {
        println!("no RFC examples below {}: mutating the frames of tests/epp only", reference.display());
    }
    seeds.extend(printed);
    seeds
}

fn read(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut seeds: Vec<(String, String)> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .map(|path| (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), path))
        .filter(|(name, _)| wanted(name))
        .map(|(name, path)| (name, fs::read_to_string(path).expect("a seed is UTF-8 text")))
        .collect();
    seeds.sort();
    seeds
}
