//! `domesday admin idn`: tables of internationalized labels, and names that are judged anew.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::admin_action::{Objects, Where, each};
use super::admin_args::named;
use super::admin_batch;
use super::exit::CliError;
use crate::model::idn::VariantPolicy;
use crate::model::operator::{ByName, IdnLoad, IdnRekey, IdnRules, IdnTableUse, IdnTag};
use crate::node::admin::AdminRequest;

/// `admin idn`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum IdnCommand {
    /// Load a table (RFC 7940) in place of the one of that tag. Registered names keep their keys until a rekey.
    Load(LoadArgs),
    /// Give names the table and the variant keys that the tables of now give them.
    Rekey(Objects),
    /// Take a table away that no TLD has.
    Remove {
        /// The table.
        tag: String,
    },
}

/// `admin idn load`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct LoadArgs {
    /// What TLDs and commands name the table by: 1 to 63 letters, digits and hyphens.
    tag: String,
    /// The table's XML.
    file: PathBuf,
    /// Only say whether it would be loaded.
    #[arg(long)]
    dry_run: bool,
}

/// How a TLD takes A-labels.
#[derive(Clone, Debug, Default, PartialEq, Args)]
pub(super) struct IdnOptions {
    /// Tables that labels are judged by, in the order in which they are tried, as de,zh=same-holder; none: no tables.
    #[arg(long, value_name = "TAG[=POLICY]", value_delimiter = ',', value_parser = table)]
    idn_tables: Vec<IdnTableUse>,
    /// Whether a command must name the table of an A-label.
    #[arg(long, value_name = "true|false")]
    idn_tag_required: Option<bool>,
    /// Whether only A-labels are registered.
    #[arg(long, value_name = "true|false")]
    idn_only: Option<bool>,
}

fn table(text: &str) -> Result<IdnTableUse, String> {
    let (tag, variants) = match text.split_once('=') {
        Some((tag, policy)) => (tag, named(policy)?),
        None => (text, ByName(VariantPolicy::Blocked)),
    };
    Ok(IdnTableUse { tag: tag.to_owned(), variants })
}

impl IdnOptions {
    pub(super) fn rules(self) -> IdnRules {
        let mut tables = self.idn_tables;
        let is_named = !tables.is_empty();
        if let [only] = tables.as_slice()
            && only.tag == "none"
        {
            tables.clear();
        }
        IdnRules { tables: is_named.then_some(tables), tag_required: self.idn_tag_required, only: self.idn_only }
    }
}

/// Does it, and prints a line of what came of each.
///
/// # Errors
/// No file, no connection, or a refusal.
pub(super) fn run(at: Where<'_>, command: &IdnCommand) -> Result<u8, CliError> {
    match command {
        IdnCommand::Load(args) => {
            let xml = std::fs::read_to_string(&args.file).map_err(CliError::file(&args.file))?;
            let load = AdminRequest::IdnLoad(IdnLoad { tag: args.tag.clone(), xml });
            let request = if args.dry_run { AdminRequest::DryRun(Box::new(load)) } else { load };
            admin_batch::run(at.0, (std::slice::from_ref(&args.tag), at.1), |_| request.clone())
        }
        IdnCommand::Rekey(objects) => each(at, objects, |name| AdminRequest::IdnRekey(IdnRekey { name })),
        IdnCommand::Remove { tag } => {
            let remove = |tag: &str| AdminRequest::IdnRemove(IdnTag { tag: tag.to_owned() });
            admin_batch::run(at.0, (std::slice::from_ref(tag), at.1), remove)
        }
    }
}
