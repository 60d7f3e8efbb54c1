//! The rules of the house (told in src/lib.rs) as tests: the floors, what may appear where, and how long things may be.
//!
//! Each rule is a function from one source file to complaints; beside it stands a test with a planted violation.

use std::fs;
use std::path::Path;

/// Floor of each folder or file directly below `src/`. A file imports `crate::X` only from lower floors.
const FLOORS: &[(&str, u8)] = &[
    ("base", 0),
    ("ulabel", 0),
    ("lgr", 0),
    ("model", 1),
    ("port", 1),
    ("registry", 2),
    ("epp", 2),
    ("rdap", 2),
    ("index", 2),
    ("config", 2),
    ("escrow", 2),
    ("dns", 2),
    ("tmch", 2),
    ("gateway", 2),
    ("reports", 2),
    ("wal", 3),
    ("replica", 4),
    ("runtime", 5),
    ("sim", 5),
    ("node", 6),
    ("tuning", 6),
    ("cli", 7),
    ("lib.rs", 8),
    ("main.rs", 8),
    ("manual", 9), // only rustdoc, may link to all
];
const FILE_LINES: usize = 800;
const FUNCTION_LINES: usize = 70;
/// Where `unsafe` may appear, below `src/`.
const UNSAFE: &[&str] = &["index/", "runtime/probe.rs", "runtime/shared_words.rs"];
const CLOCKS: &[&str] = &["SystemTime::now", "Instant::now", "Timestamp::now", "UtcDateTime::now"];
/// Clocks that somebody can set.
const WALL_CLOCKS: &[&str] = &["SystemTime", "UnixTime::now", "ClockId::Realtime"];
/// What draws random octets; they arrive as arguments, as time does.
const RANDOMNESS: &[&str] = &["getrandom", "SystemRandom", "OsRng", "thread_rng"];
/// Where the input is hostile, so that nothing may be unwrapped.
const NO_UNWRAP: &[&str] =
    &["base/lexical/", "base/xml_", "epp/", "escrow/", "rdap/", "wal/", "index/", "tmch/", "lgr/"];

/// One source file, its path relative to the repository.
struct Source {
    path: String,
    text: String,
    /// The text with comments and literals blanked out, line for line.
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), code: blank_comments_and_literals(text) }
    }

    /// The path below `src/`; nothing for tests, benches and the other crates.
    fn in_house(&self) -> Option<&str> {
        self.path.strip_prefix("src/")
    }

    fn is_in(&self, places: &[&str]) -> bool {
        self.in_house().is_some_and(|path| places.iter().any(|place| path.starts_with(place)))
    }

    /// The folder or file directly below `src/`.
    fn room(&self) -> Option<&str> {
        self.in_house().map(|path| path.split('/').next().unwrap_or(path)).map(|room| match room {
            "lib.rs" | "main.rs" => room,
            file => file.trim_end_matches(".rs"),
        })
    }

    /// The code up to its `mod tests`, which by house rule comes last; nothing of a file that is all tests.
    fn code_without_tests(&self) -> &str {
        if ["/tests.rs", "/tests/", "_tests.rs"].iter().any(|mark| self.path.contains(mark)) {
            return "";
        }
        let end = self.code.find("#[cfg(test)]\nmod ").unwrap_or(self.code.len());
        &self.code[..end]
    }

    /// A complaint for each line of `code` that holds one of `words`.
    fn lines_with(&self, code: &str, words: &[&str], why: &str) -> Vec<String> {
        let found = code.lines().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        found.map(|(index, line)| format!("{}:{}: {why}: {}", self.path, index + 1, line.trim())).collect()
    }
}

/// Comments and the insides of string and character literals replaced by spaces, so that only code is searched.
fn blank_comments_and_literals(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let (end, keep) = piece_at(&chars, at);
        for (offset, c) in chars[at..end].iter().enumerate() {
            let inside = offset >= keep && offset + keep < end - at;
            let blank = keep < end - at && (keep == 0 || inside) && *c != '\n';
            out.push(if blank { ' ' } else { *c });
        }
        at = end;
    }
    out
}

/// The end of the comment, literal or other character at `at`, and how many characters at its edges are kept.
fn piece_at(chars: &[char], at: usize) -> (usize, usize) {
    let rest = &chars[at..];
    let until = |from: usize, end: &[char]| {
        (from..rest.len()).find(|i| rest[*i..].starts_with(end)).map_or(chars.len(), |i| at + i + end.len())
    };
    let hashes = rest.iter().skip(1).take_while(|c| **c == '#').count();
    let begins_word = at == 0 || !(chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match rest {
        ['/', '/', ..] => ((at..chars.len()).find(|i| chars[*i] == '\n').unwrap_or(chars.len()), 0),
        ['/', '*', ..] => (until(2, &['*', '/']), 0),
        ['r', ..] if (begins_word || chars[at - 1] == 'b') && rest.get(hashes + 1) == Some(&'"') => {
            let mut end = vec!['"'];
            end.extend(std::iter::repeat_n('#', hashes));
            (until(hashes + 2, &end), 0)
        }
        ['"', ..] => {
            let mut i = 1;
            while i < rest.len() && rest[i] != '"' {
                i += if rest[i] == '\\' { 2 } else { 1 };
            }
            ((at + i + 1).min(chars.len()), 1)
        }
        ['\'', '\\', _, ..] => (until(3, &['\'']), 1),
        ['\'', _, '\'', ..] => (at + 3, 1),
        _ => (at + 1, 1),
    }
}

fn opens_with_inner_doc(source: &Source) -> Vec<String> {
    let opens = source.text.starts_with("//! ");
    if opens { vec![] } else { vec![format!("{}: the file must open with `//!` that tells its one idea", source.path)] }
}

fn imports_only_downward(source: &Source) -> Vec<String> {
    let floor = |room: &str| FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor);
    let Some(room) = source.room() else { return vec![] };
    let Some(own) = floor(room) else {
        return vec![format!(
            "{}: src/{room} stands on no floor: give it one in tests/tidy.rs and src/lib.rs",
            source.path
        )];
    };
    let mut complaints = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for part in source.code.split("crate::").skip(1) {
        // `$crate::` in a macro and `use crate::{a, b::c}` are imports too.
        match part.strip_prefix('{') {
            Some(group) => names.extend(top_level_names(group)),
            None => names.push(leading_name(part)),
        }
    }
    // The simulated outside world is a floor above what it is there to test.
    let is_test = source.path.contains("/tests/") || source.path.ends_with("/tests.rs");
    for name in names {
        match floor(name) {
            _ if name == room => {}
            _ if name == "sim" && is_test => {}
            // The tables of the rules are written as what registrars send.
            _ if (room, name) == ("registry", "epp") && is_test => {}
            Some(other) if other < own => {}
            Some(_) => complaints
                .push(format!("{}: src/{room} (floor {own}) imports crate::{name}, which is not below", source.path)),
            None => complaints.push(format!("{}: imports crate::{name}, which stands on no floor", source.path)),
        }
    }
    complaints
}

fn leading_name(text: &str) -> &str {
    &text[..text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())]
}

/// The first names of each part of `a::{b, c}, d}`: `a` and `d`.
fn top_level_names(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (index, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(leading_name(group[start..index].trim_start()));
                start = index + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

fn file_is_short(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines <= FILE_LINES { vec![] } else { vec![format!("{}: {lines} lines, more than {FILE_LINES}", source.path)] }
}

fn functions_are_short(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.code.lines().collect();
    let mut complaints = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if !is_function_head(line.trim_start()) {
            continue;
        }
        // rustfmt closes a function's body at the indentation of its head.
        let closing = format!("{}}}", " ".repeat(indent));
        let is_end = |line: &&str| line.trim_end() == closing || line.trim_end() == format!("{closing},");
        let single = line.trim_end().ends_with(['}', ';']);
        let length = if single { 1 } else { lines[start..].iter().position(is_end).map_or(1, |offset| offset + 1) };
        if length > FUNCTION_LINES {
            complaints.push(format!(
                "{}:{}: a function of {length} lines, more than {FUNCTION_LINES}",
                source.path,
                start + 1
            ));
        }
    }
    complaints
}

fn is_function_head(line: &str) -> bool {
    const QUALIFIERS: &[&str] =
        &["const", "async", "unsafe", "extern", "default", "pub", "pub(crate)", "pub(super)", "\"C\"", "\" \""];
    let mut words = line.split_whitespace().skip_while(|word| QUALIFIERS.contains(word) || word.starts_with("pub("));
    words.next() == Some("fn")
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        edge(line[..at].chars().next_back()) && edge(line[at + word.len()..].chars().next())
    })
}

fn unsafe_is_confined(source: &Source) -> Vec<String> {
    if source.is_in(UNSAFE) || source.in_house().is_none() {
        return vec![];
    }
    let lines = source.code.lines().enumerate().filter(|(_, line)| has_word(line, "unsafe"));
    lines
        .map(|(index, line)| {
            format!("{}:{}: `unsafe` belongs into {UNSAFE:?}: {}", source.path, index + 1, line.trim())
        })
        .collect()
}

fn unsafe_is_argued(source: &Source) -> Vec<String> {
    let text: Vec<&str> = source.text.lines().collect();
    let code: Vec<&str> = source.code.lines().collect();
    let argued = |index: usize| {
        let above = text[..index].iter().rev().take_while(|line| {
            let line = line.trim_start();
            line.starts_with("//") || line.starts_with("#[") || line.is_empty()
        });
        let mut lines = above.chain([&text[index]]);
        lines.any(|line| line.contains("SAFETY:") || line.contains("# Safety"))
    };
    let opens = |line: &str| {
        has_word(line, "unsafe") && !line.contains("unsafe_code") && (line.contains('{') || line.contains("impl"))
    };
    let found = code.iter().enumerate().filter(|(index, line)| opens(line) && !argued(*index));
    found
        .map(|(index, line)| format!("{}:{}: no `// SAFETY:` above: {}", source.path, index + 1, line.trim()))
        .collect()
}

fn glommio_is_confined(source: &Source) -> Vec<String> {
    if source.in_house().is_none() || source.is_in(&["runtime/"]) {
        return vec![];
    }
    source.lines_with(&source.code, &["glommio"], "glommio is named in src/runtime/ only")
}

fn clocks_are_confined(source: &Source) -> Vec<String> {
    if source.in_house().is_none() || source.is_in(&["runtime/", "cli/", "node/", "main.rs"]) {
        return vec![];
    }
    source.lines_with(&source.code, CLOCKS, "time is given from outside")
}

fn randomness_is_confined(source: &Source) -> Vec<String> {
    if source.in_house().is_none() || source.is_in(&["runtime/", "cli/", "node/"]) {
        return vec![];
    }
    source.lines_with(&source.code, RANDOMNESS, "randomness is given from outside")
}

fn the_wall_clock_is_read_in_one_place(source: &Source) -> Vec<String> {
    if source.in_house().is_none() || source.is_in(&["runtime/clock/"]) {
        return vec![];
    }
    source.lines_with(&source.code, WALL_CLOCKS, "it can jump: ask the checked clock, or Instant for a limit")
}

fn hostile_input_is_not_unwrapped(source: &Source) -> Vec<String> {
    if !source.is_in(NO_UNWRAP) {
        return vec![];
    }
    source.lines_with(source.code_without_tests(), &[".unwrap()", ".unwrap_err()"], "no unwrap where input is hostile")
}

fn nothing_is_left_undone(source: &Source) -> Vec<String> {
    source.lines_with(&source.code, &["todo!", "unimplemented!", "#[ignore", "dbg!("], "left undone")
}

fn no_workplace_paths(source: &Source) -> Vec<String> {
    let leftover = ["/", "work/"].concat();
    let found = source.text.lines().enumerate().filter(|(_, line)| line.contains(&leftover));
    found.map(|(index, _)| format!("{}:{}: names a path of one machine", source.path, index + 1)).collect()
}

type Rule = fn(&Source) -> Vec<String>;

const RULES: &[Rule] = &[
    opens_with_inner_doc,
    imports_only_downward,
    file_is_short,
    functions_are_short,
    unsafe_is_confined,
    unsafe_is_argued,
    glommio_is_confined,
    clocks_are_confined,
    randomness_is_confined,
    the_wall_clock_is_read_in_one_place,
    hostile_input_is_not_unwrapped,
    nothing_is_left_undone,
    no_workplace_paths,
];

/// Every hand-written Rust file of the workspace.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests", "benches", "loadtest", "fuzz"] {
        collect(root, &root.join(folder), &mut found);
    }
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.ends_with("target") {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            found.push(Source::new(&name, &fs::read_to_string(&path).expect("a source file is UTF-8")));
        }
    }
}

#[test]
fn house_is_tidy() {
    let sources = sources();
    assert!(sources.len() > 5, "the sources were found");
    let complaints: Vec<String> =
        sources.iter().flat_map(|source| RULES.iter().flat_map(|rule| rule(source))).collect();
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// Asserts that `rule` complains about `bad` at `path` and not about `good`.
fn catches(rule: Rule, path: &str, bad: &str, good: &str) {
    let found = rule(&Source::new(path, bad));
    assert_eq!(found.len(), 1, "the planted violation must be the only complaint: {found:?}");
    let found = rule(&Source::new(path, good));
    assert!(found.is_empty(), "no complaint is due: {found:?}");
}

#[test]
fn missing_inner_doc_is_caught() {
    catches(opens_with_inner_doc, "src/base/a.rs", "use std::fmt;\n", "//! The idea.\nuse std::fmt;\n");
}

#[test]
fn upward_and_sibling_imports_are_caught() {
    catches(imports_only_downward, "src/epp/a.rs", "use crate::wal::X;", "use crate::model::X;\nuse crate::epp::Y;");
    catches(imports_only_downward, "src/epp/a.rs", "use crate::rdap::X;", "// use crate::rdap::X;");
    catches(imports_only_downward, "src/wal/a.rs", "fn f(x: crate::node::N) {}", "fn f(x: crate::base::N) {}");
    catches(
        imports_only_downward,
        "src/epp/a.rs",
        "use crate::{base::x, wal::{y, z}};",
        "use crate::{base::x, model::{y, z}};",
    );
    catches(imports_only_downward, "src/registry/a.rs", "use crate::epp::X;", "");
    assert!(imports_only_downward(&Source::new("src/registry/tests/a.rs", "use crate::epp::X;")).is_empty());
    catches(imports_only_downward, "src/epp/a.rs", "#[cfg(test)]\nmod tests {\n use crate::index::I;\n}", "");
    assert_eq!(imports_only_downward(&Source::new("src/attic/a.rs", "//! x")).len(), 1, "a room without a floor");
}

#[test]
fn long_files_and_functions_are_caught() {
    catches(file_is_short, "tests/a.rs", &"//\n".repeat(FILE_LINES + 1), &"//\n".repeat(FILE_LINES));
    let function = |lines: usize| {
        format!(
            "impl A {{\n    pub(crate) async fn f(\n        &self,\n    ) {{\n{}    }}\n}}\n",
            "        g();\n".repeat(lines)
        )
    };
    catches(functions_are_short, "src/base/a.rs", &function(FUNCTION_LINES - 3), &function(FUNCTION_LINES - 4));
    catches(
        functions_are_short,
        "src/base/a.rs",
        &format!("fn f() {{\n{}}}\n", "    g();\n".repeat(69)),
        "fn f();\nfn g() {}\n",
    );
}

#[test]
fn unsafe_outside_its_rooms_is_caught() {
    catches(
        unsafe_is_confined,
        "src/model/a.rs",
        "fn f() { unsafe { g() } }",
        "// unsafe\n#![deny(unsafe_code)]\nlet a = \"unsafe\";",
    );
    catches(unsafe_is_confined, "src/runtime/a.rs", "unsafe impl Send for A {}", "");
    assert!(unsafe_is_confined(&Source::new("src/index/a.rs", "unsafe { g() }")).is_empty());
    catches(
        unsafe_is_argued,
        "src/index/a.rs",
        "let a = unsafe { g() };",
        "// SAFETY: because.\nlet a = unsafe { g() };",
    );
}

#[test]
fn glommio_clocks_and_randomness_outside_their_rooms_are_caught() {
    catches(glommio_is_confined, "src/node/a.rs", "use glommio::Task;", "//! glommio runs this.\n");
    assert!(glommio_is_confined(&Source::new("src/runtime/a.rs", "use glommio::Task;")).is_empty());
    catches(clocks_are_confined, "src/wal/a.rs", "let t = Instant::now();", "let t = now;");
    assert!(clocks_are_confined(&Source::new("src/runtime/time.rs", "Instant::now()")).is_empty());
    catches(randomness_is_confined, "src/rdap/a.rs", "getrandom::fill(&mut key)?;", "let key = key(octets);");
    assert!(randomness_is_confined(&Source::new("src/node/a.rs", "getrandom::u64()")).is_empty());
    catches(the_wall_clock_is_read_in_one_place, "src/node/a.rs", "let t = SystemTime::now();", "let t = clock.now();");
    assert!(the_wall_clock_is_read_in_one_place(&Source::new("src/runtime/clock/mod.rs", "SystemTime")).is_empty());
}

#[test]
fn unwrap_and_leftovers_are_caught() {
    let tested = "fn f() {}\n#[cfg(test)]\nmod tests {\n    fn g() { h().unwrap(); }\n}\n";
    catches(hostile_input_is_not_unwrapped, "src/epp/a.rs", "let a = b.unwrap();", tested);
    for leftover in ["todo!()", "unimplemented!(\"later\")", "#[ignore]", "dbg!(x)"] {
        catches(nothing_is_left_undone, "src/cli/a.rs", leftover, "// todo! later");
    }
    catches(no_workplace_paths, "tests/a.rs", &["//! in /", "work/x"].concat(), "//! in work\n");
}

#[test]
fn comments_and_literals_are_blanked() {
    let text = "a('\"'); // unsafe\nb(\"unsafe \\\" unsafe\", r#\"unsafe\"#, 'x', b'\\'') /* unsafe\n */ &'a c";
    let code = blank_comments_and_literals(text);
    assert!(!code.contains("unsafe"), "{code}");
    assert!(code.contains("&'a c") && code.starts_with("a('"), "{code}");
    assert_eq!(code.lines().count(), text.lines().count());
}
