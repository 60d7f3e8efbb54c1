//! `domesday admin list`: lists of names, loaded whole from a file once the operator has seen what changes.

use std::io::{IsTerminal, Read, Write, stderr, stdin};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::admin::{Connection, print, print_json};
use super::admin_args::named;
use super::exit::CliError;
use super::{list_file, table};
use crate::model::operator::{ByName, ListLoad, ListName};
use crate::model::record::ListPurpose;
use crate::node::admin::{AdminRequest, ListAll, ListShow};

/// `admin list`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum ListCommand {
    /// Load a list from a file, in place of the one of that name.
    ///
    /// The file has one name a line, with or without the TLD, in any case; a ? stands for any one character. What follows
    /// a # is a comment, and empty lines say nothing. U-labels are refused: give A-labels (xn--…). What changes is shown
    /// first. Names that are registered already stay registered, in the class that they have.
    #[command(after_help = LOAD_EXAMPLES)]
    Load(LoadArgs),
    /// Print what a list is, and with --labels all that is on it.
    #[command(
        after_help = "Example:\n  domesday admin --config registry.toml list show icann --tld shop --labels > icann.txt"
    )]
    Show {
        /// The list.
        name: String,
        /// The TLD.
        #[arg(long)]
        tld: String,
        /// Print its names instead, in the form that `list load` reads.
        #[arg(long)]
        labels: bool,
    },
    /// Print all lists.
    All {
        /// Only those of this TLD.
        #[arg(long)]
        tld: Option<String>,
    },
    /// Take a list away: its names are like all others from now on.
    Remove {
        /// The list.
        name: String,
        /// The TLD.
        #[arg(long)]
        tld: String,
    },
}

const LOAD_EXAMPLES: &str = "\
Examples:
  domesday admin --config registry.toml list load icann reserved.txt --tld shop --kind reserved \\
      --dry-run
  domesday admin --config registry.toml list load gold gold.txt --tld shop --kind premium \\
      --class gold
  printf '?\\n??\\n' | domesday admin --config registry.toml list load short - --tld shop \\
      --kind blocked --yes";

/// `admin list load`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct LoadArgs {
    /// What you call the list: lower-case letters, digits and hyphens.
    name: String,
    /// The file; - for standard input.
    file: PathBuf,
    /// The TLD.
    #[arg(long)]
    tld: String,
    /// What being on it means: blocked (nobody registers it, for ever), reserved (until the registry lets it go), token (who
    /// has an allocation token that unlocks it) or premium.
    #[arg(long, value_parser = named::<ListPurpose>)]
    kind: ByName<ListPurpose>,
    /// The class of its names in the price list; only of a premium list.
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Only show what would change.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Load it without asking.
    #[arg(long)]
    yes: bool,
}

/// The columns of `list all`.
pub(super) const COLUMNS: &[&str] = &["tld", "name", "kind", "class", "labels", "patterns", "loaded"];

impl ListCommand {
    /// The request; loading takes a file and several.
    pub(super) fn request(self) -> Option<AdminRequest> {
        Some(match self {
            Self::Load(_) => return None,
            Self::Show { name, tld, labels } => AdminRequest::ListShow(ListShow { tld, name, labels }),
            Self::All { tld } => AdminRequest::ListAll(ListAll { tld }),
            Self::Remove { name, tld } => AdminRequest::ListRemove(ListName { tld, name }),
        })
    }
}

/// The names of a list as `list load` reads them.
pub(super) fn names(list: &OwnedValue) -> Option<String> {
    let names = list.get_array("names")?.iter().filter_map(|name| name.as_str());
    let head = format!("# {} {} of {}\n", text(list, "kind"), text(list, "name"), text(list, "tld"));
    Some(names.fold(head, |text, name| text + name + "\n"))
}

/// Reads the file, shows what changes, and loads the list.
///
/// # Errors
/// A file that cannot be read or has wrong lines; no answer; a refusal.
pub(super) fn load(mut admin: Connection, args: &LoadArgs, json: bool) -> Result<u8, CliError> {
    if json && !args.yes && !args.dry_run {
        return Err(CliError::Usage("with --json give --yes or --dry-run".into()));
    }
    let file = list_file::parse(&read(&args.file)?, &args.tld).map_err(|wrong| {
        let problem = format!("nothing is loaded, {} lines are wrong:\n  {}", wrong.len(), wrong.join("\n  "));
        CliError::Content { path: args.file.clone(), problem }
    })?;
    let load = ListLoad {
        tld: args.tld.clone(),
        name: args.name.clone(),
        kind: args.kind,
        class: args.class.clone().unwrap_or_default(),
        labels: file.labels,
        patterns: file.patterns,
    };
    let diff = admin.ask(&AdminRequest::ListDiff(load.clone()))?;
    if !json {
        print(&shown(&diff, file.duplicates))?;
    }
    let transaction = match () {
        () if args.dry_run => None,
        () if !changes(&diff) => {
            print(if json { "" } else { "nothing to do: the list is as given\n" })?;
            None
        }
        () if !args.yes && !confirmed(&args.file)? => {
            print("nothing is loaded\n")?;
            return Ok(1);
        }
        () => {
            let done = admin.ask(&AdminRequest::ListLoad(load))?;
            let transaction = text(&done, "transaction").to_owned();
            print(&if json { String::new() } else { format!("transaction  {transaction}\n") })?;
            Some(transaction)
        }
    };
    if json {
        let transaction = transaction.map_or(OwnedValue::null(), OwnedValue::from);
        let mut all = OwnedValue::object();
        for (name, value) in
            [("diff", diff), ("duplicates", OwnedValue::from(file.duplicates as u64)), ("transaction", transaction)]
        {
            // An object takes members.
            let _ = all.try_insert(name, value);
        }
        print_json(&all)?;
    }
    Ok(0)
}

fn read(file: &Path) -> Result<String, CliError> {
    if file != Path::new("-") {
        return std::fs::read_to_string(file).map_err(CliError::file(file));
    }
    let mut text = String::new();
    stdin().lock().read_to_string(&mut text).map_err(CliError::Terminal)?;
    Ok(text)
}

/// Whether the operator agrees to what was shown.
fn confirmed(file: &Path) -> Result<bool, CliError> {
    if file == Path::new("-") || !stdin().is_terminal() {
        return Err(CliError::Usage("nothing is loaded: give --yes, since nobody can be asked here".into()));
    }
    let mut screen = stderr();
    write!(screen, "Load it? [y/N] ").and_then(|()| screen.flush()).map_err(CliError::Terminal)?;
    let mut answer = String::new();
    stdin().read_line(&mut answer).map_err(CliError::Terminal)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn changes(diff: &OwnedValue) -> bool {
    let (before, count) = (diff.get("before"), |what: &str| diff.get(what).map_or(0, |names| number(names, "count")));
    let same = |member: &str| before.and_then(|before| before.get(member)) == diff.get(member);
    count("added") + count("removed") > 0 || !same("kind") || !same("class")
}

/// A diff for people.
fn shown(diff: &OwnedValue, duplicates: usize) -> String {
    let kind = |list: &OwnedValue| match list.get_str("class") {
        Some(class) => format!("{}, class {class}", text(list, "kind")),
        None => text(list, "kind").to_owned(),
    };
    let size = |list: &OwnedValue| format!("{} names, {} patterns", number(list, "labels"), number(list, "patterns"));
    let before = diff.get("before").filter(|before| before.is_object());
    let before = before.map_or_else(
        || "no such list".to_owned(),
        |before| format!("{}; {}; loaded {}", kind(before), size(before), text(before, "loaded")),
    );
    let rows = [
        ("list", format!("{} of {}", text(diff, "name"), text(diff, "tld"))),
        ("now", before),
        ("then", format!("{}; {}", kind(diff), size(diff))),
        ("duplicates", duplicates.to_string()),
        ("added", some(diff, "added")),
        ("removed", some(diff, "removed")),
        ("of those added, registered already", some(diff, "registered")),
    ];
    let rows: Vec<_> = rows.into_iter().map(|(name, value)| vec![name.to_owned(), table::printable(&value)]).collect();
    table::aligned(&rows)
}

/// How many, and the first few.
fn some(diff: &OwnedValue, what: &str) -> String {
    let Some(names) = diff.get(what) else { return "0".to_owned() };
    let first: Vec<&str> = names.get_array("first").into_iter().flatten().filter_map(|name| name.as_str()).collect();
    match number(names, "count") {
        0 => "0".to_owned(),
        count if count > first.len() as u64 => format!("{count}: {}, …", first.join(", ")),
        count => format!("{count}: {}", first.join(", ")),
    }
}

fn text<'v>(value: &'v OwnedValue, member: &str) -> &'v str {
    value.get_str(member).unwrap_or("-")
}

fn number(value: &OwnedValue, member: &str) -> u64 {
    value.get_u64(member).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::admin_args::tests::json;
    use super::*;

    fn value(json: &str) -> OwnedValue {
        simd_json::to_owned_value(&mut json.as_bytes().to_vec()).expect("JSON")
    }

    #[test]
    fn lines_become_requests() {
        for (line, expected) in [
            ("list load a f --tld shop --kind reserved --dry-run", ""),
            ("list load a - --tld shop --kind premium --class gold --yes", ""),
            ("list show a --tld shop --labels", r#"{"list-show":{"tld":"shop","name":"a","labels":true}}"#),
            ("list all", r#"{"list-all":{"tld":null}}"#),
            ("list all --tld shop", r#"{"list-all":{"tld":"shop"}}"#),
            ("list remove a --tld shop", r#"{"list-remove":{"tld":"shop","name":"a"}}"#),
        ] {
            assert_eq!(json(line).as_deref(), Ok(expected), "{line}");
        }
        use clap::error::ErrorKind;
        for (line, expected) in [
            ("list load a f --kind reserved", ErrorKind::MissingRequiredArgument),
            ("list load a f --tld shop", ErrorKind::MissingRequiredArgument),
            ("list load a f --tld shop --kind gold", ErrorKind::ValueValidation),
            ("list load a f --tld shop --kind blocked --yes --dry-run", ErrorKind::ArgumentConflict),
            ("list show a", ErrorKind::MissingRequiredArgument),
        ] {
            assert_eq!(json(line), Err(expected), "{line}");
        }
    }

    #[test]
    fn a_diff_is_shown_as_counts_and_first_names() {
        let new = value(
            r#"{"tld":"shop","name":"a","kind":"premium","class":"gold","labels":12,"patterns":1,"before":null,
                "added":{"count":13,"first":["aa","bb"]},"removed":{"count":0,"first":[]},
                "registered":{"count":1,"first":["aa"]}}"#,
        );
        let expected = "\
list                                a of shop
now                                 no such list
then                                premium, class gold; 12 names, 1 patterns
duplicates                          3
added                               13: aa, bb, …
removed                             0
of those added, registered already  1: aa
";
        assert_eq!(shown(&new, 3), expected);
        assert!(changes(&new));
        let diff = |before: &str, added: u32| {
            value(&format!(
                r#"{{"kind":"reserved","class":null,"before":{before},"added":{{"count":{added}}},"removed":{{"count":0}}}}"#
            ))
        };
        assert!(!changes(&diff(r#"{"kind":"reserved","class":null}"#, 0)));
        assert!(changes(&diff(r#"{"kind":"blocked","class":null}"#, 0)));
        assert!(changes(&diff(r#"{"kind":"reserved","class":"gold"}"#, 0)));
        assert!(changes(&diff(r#"{"kind":"reserved","class":null}"#, 1)));
    }
}
