//! `domesday admin tmch`: the daily lists of the Trademark Clearinghouse, loaded from files. Only the parts that changed are
//! written, each in a transaction of its own. What is reported back is in [`super::admin_lordn`].

use std::path::PathBuf;

use clap::{Args, Subcommand};
use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::admin::{Connection, print, print_json};
use super::admin_args::named;
use super::admin_lordn::{LORDN_EXAMPLES, LordnArgs};
use super::exit::CliError;
use crate::model::launch_record::shard;
use crate::model::operator::{ByName, TmchEntry, TmchLoad};
use crate::model::operator_launch::TmchList;
use crate::node::admin::AdminRequest;
use crate::tmch::lists;

/// `admin tmch`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum TmchCommand {
    /// Load a list from a file, in place of what is known of it, and print what changed.
    ///
    /// A list is a file of comma-separated values (RFC 9361, section 6). Check its signature first: this does not.
    #[command(after_help = LOAD_EXAMPLES)]
    Load(TmchArgs),
    /// Write the file of registered names that is reported to the clearinghouse (LORDN), and print which lines it holds.
    ///
    /// Each registration with a signed mark or a claims notice is a line, numbered by TLD and kind; the next report begins
    /// where this one has ended. Where there is nothing to report, no file is written.
    #[command(after_help = LORDN_EXAMPLES)]
    Lordn(LordnArgs),
}

const LOAD_EXAMPLES: &str = "\
Examples:
  domesday admin --config registry.toml tmch load dnl dnl-latest.csv
  domesday admin --config registry.toml tmch load smdrl smdrl-latest.csv --dry-run";

/// `admin tmch load`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct TmchArgs {
    /// dnl (labels that need claims notices), surl (labels that are eligible for sunrise) or smdrl (revoked signed marks).
    #[arg(value_parser = named::<TmchList>)]
    list: ByName<TmchList>,
    /// The file.
    file: PathBuf,
    /// Only print what would change.
    #[arg(long)]
    dry_run: bool,
}

/// What changes, counted.
#[derive(Default)]
struct Changes {
    added: u64,
    removed: u64,
    changed: u64,
    transactions: u64,
}

/// Reads the file, and loads each shard that differs.
///
/// # Errors
/// A file that cannot be read or has wrong lines; a refusal. What was loaded until then stays: loading again goes on.
pub(super) fn load(mut admin: Connection, args: &TmchArgs, json: bool) -> Result<u8, CliError> {
    let text = std::fs::read_to_string(&args.file).map_err(CliError::file(&args.file))?;
    let file = lists::parse(&text, args.list.0).map_err(|wrong| {
        let lines = wrong.iter().map(|fault| format!("\n  {fault}")).collect::<String>();
        let problem = format!("nothing is loaded, {} lines are wrong:{lines}", wrong.len());
        CliError::Content { path: args.file.clone(), problem }
    })?;
    let count = file.entries.len();
    let mut shards: Vec<Vec<TmchEntry>> = vec![Vec::new(); 256];
    for lists::Entry { name, key, inserted } in file.entries {
        shards[usize::from(shard(&name))].push(TmchEntry { name, key, inserted_micros: inserted.micros() });
    }
    let mut changes = Changes::default();
    for (number, entries) in (0..=u8::MAX).zip(shards) {
        let load = TmchLoad { list: args.list, shard: number, entries };
        let diff = admin.ask(&AdminRequest::TmchDiff(load.clone()))?;
        let [added, removed, changed] =
            ["added", "removed", "changed"].map(|member| diff.get_u64(member).unwrap_or_default());
        changes.added += added;
        changes.removed += removed;
        changes.changed += changed;
        if added + removed + changed > 0 && !args.dry_run {
            admin.ask(&AdminRequest::TmchLoad(load))?;
            changes.transactions += 1;
        }
    }
    show(&changes, &file.created.to_string(), count, json)?;
    Ok(0)
}

fn show(changes: &Changes, created: &str, count: usize, json: bool) -> Result<(), CliError> {
    let Changes { added, removed, changed, transactions } = changes;
    if !json {
        return print(&format!(
            "created       {created}\nentries       {count}\nadded         {added}\nremoved       {removed}\n\
             changed       {changed}\ntransactions  {transactions}\n"
        ));
    }
    let mut all = OwnedValue::object();
    for (name, value) in [
        ("created", OwnedValue::from(created)),
        ("entries", OwnedValue::from(count as u64)),
        ("added", OwnedValue::from(*added)),
        ("removed", OwnedValue::from(*removed)),
        ("changed", OwnedValue::from(*changed)),
        ("transactions", OwnedValue::from(*transactions)),
    ] {
        // An object takes members.
        let _ = all.try_insert(name, value);
    }
    print_json(&all)
}
