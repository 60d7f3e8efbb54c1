//! The command column: words, some with a key (`years=2`).

use std::collections::BTreeMap;

/// The words of one command. Each is taken by what becomes of it; one that is left was of no use.
pub(super) struct Words {
    /// Words without key, in order.
    plain: Vec<String>,
    /// The others, by key, each with all its values.
    keyed: BTreeMap<String, Vec<String>>,
}

impl Words {
    /// Reads words as told at the top of `cases.rs`.
    pub(super) fn read(text: &str) -> Self {
        let mut words = Self { plain: Vec::new(), keyed: BTreeMap::new() };
        for word in split(text) {
            match word.split_once('=') {
                None => words.plain.extend(expanded(&word)),
                Some((key, values)) => {
                    let known = words.keyed.entry(key.to_owned()).or_default();
                    // Braces may bring commas of their own.
                    let values = listed(values).into_iter().flat_map(expanded).collect::<Vec<_>>().join(",");
                    known.extend(values.split(',').map(str::to_owned));
                }
            }
        }
        words
    }

    /// All words without key.
    pub(super) fn names(&mut self) -> Vec<String> {
        std::mem::take(&mut self.plain)
    }

    /// The first word without key, which stays.
    pub(super) fn first(&self) -> &str {
        self.plain.first().map_or("", String::as_str)
    }

    /// The one word without key.
    pub(super) fn name(&mut self) -> String {
        let names = self.names();
        let [name] = names.try_into().expect("one name");
        name
    }

    /// The value of a key.
    pub(super) fn one(&mut self, key: &str) -> Option<String> {
        let values = self.keyed.remove(key)?;
        let [value] = values.try_into().unwrap_or_else(|values| panic!("one {key}, not {values:?}"));
        Some(value)
    }

    /// All values of a key.
    pub(super) fn all(&mut self, key: &str) -> Vec<String> {
        self.keyed.remove(key).unwrap_or_default()
    }

    /// Gives a key that is not there a value.
    pub(super) fn put(&mut self, key: &str, value: &str) {
        self.keyed.entry(key.to_owned()).or_insert_with(|| vec![value.to_owned()]);
    }

    /// Whether one of the keys is there.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.keyed.contains_key(*key))
    }

    /// That nothing is left.
    pub(super) fn done(self) {
        assert!(self.plain.is_empty() && self.keyed.is_empty(), "of no use: {:?} {:?}", self.plain, self.keyed);
    }
}

/// Parts at white space outside of quotes; the quotes go.
fn split(text: &str) -> Vec<String> {
    let (mut words, mut quoted, mut word) = (Vec::new(), false, None::<String>);
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    assert!(!quoted, "a quote without end: {text}");
    words.extend(word);
    words
}

/// Parts at commas outside of braces.
fn listed(values: &str) -> Vec<&str> {
    let mut inside = false;
    let part = |c: char| {
        inside = if inside { c != '}' } else { c == '{' };
        c == ',' && !inside
    };
    values.split(part).collect()
}

/// `x{1..3}` is three words, `{x*3}` is one.
fn expanded(word: &str) -> Vec<String> {
    let Some((before, rest)) = word.split_once('{') else { return vec![word.to_owned()] };
    let (inside, after) = rest.split_once('}').expect("a closing brace");
    if let Some((first, last)) = inside.split_once("..") {
        let (first, last): (u32, u32) = (first.parse().expect("a number"), last.parse().expect("a number"));
        return (first..=last).map(|n| format!("{before}{n}{after}")).collect();
    }
    let (text, times) = inside.split_once('*').expect("{a..b} or {text*n}");
    vec![format!("{before}{}{after}", text.repeat(times.parse().expect("a number")))]
}

#[test]
fn words_are_read_as_told() {
    let mut words = Words::read("a{1..3}.test  pw=\"two words\" ns=x,y{1..2} all={no,*2}yes long={ab*2}c ns=z none=");
    assert_eq!(words.names(), ["a1.test", "a2.test", "a3.test"]);
    assert_eq!(words.one("pw").as_deref(), Some("two words"));
    assert_eq!(words.all("ns"), ["x", "y1", "y2", "z"]);
    assert_eq!((words.one("long").as_deref(), words.one("none").as_deref()), (Some("ababc"), Some("")));
    assert_eq!(words.all("all"), ["no", "no", "yes"]);
    assert!(!words.has(&["ns", "pw"]));
    words.done();
    assert_eq!(Words::read("\"\"").name(), "");
}
