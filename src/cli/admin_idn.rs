//! `domesday admin idn`: tables of internationalized labels, and names that are judged anew.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::admin_action::{Objects, Where, each};
use super::admin_args::named;
use super::admin_batch;
use super::exit::CliError;
use crate::model::idn::VariantPolicy;
use crate::model::operator::{ByName, IdnLoad, IdnRekey, IdnRules, IdnTableUse, IdnTag};
use crate::node::admin::{AdminRequest, IdnJudge, NoMembers};

/// `admin idn`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum IdnCommand {
    /// List all tables, and which TLDs have them.
    List,
    /// Print what a table is.
    Show {
        /// The table.
        tag: String,
    },
    /// Print what a table says of a label: whether it may be registered and why (not), and its variants.
    #[command(after_help = JUDGE_EXAMPLE)]
    Judge {
        /// The table.
        tag: String,
        /// The label: an A-label, or in Unicode.
        label: String,
        /// Find the names registered in this TLD that the label is a variant of.
        #[arg(long)]
        tld: Option<String>,
    },
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

const JUDGE_EXAMPLE: &str = "\
Example:
  domesday admin --config registry.toml idn judge de söße --tld shop";

/// The columns of `idn list`.
pub(super) const COLUMNS: &[&str] = &["tag", "version", "loaded", "code_points", "variants", "languages", "tlds"];

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

impl IdnCommand {
    /// The request of a question; what changes something is asked for in [`run`].
    pub(super) fn request(self) -> Option<AdminRequest> {
        match self {
            Self::List => Some(AdminRequest::IdnList(NoMembers {})),
            Self::Show { tag } => Some(AdminRequest::IdnShow(IdnTag { tag })),
            Self::Judge { tag, label, tld } => Some(AdminRequest::IdnJudge(IdnJudge { tag, label, tld })),
            Self::Load(_) | Self::Rekey(_) | Self::Remove { .. } => None,
        }
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
        IdnCommand::List | IdnCommand::Show { .. } | IdnCommand::Judge { .. } => {
            unreachable!("a question is a request by its arguments alone")
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::super::admin_args::tests::json;

    #[test]
    fn questions_are_requests_and_changes_take_more() {
        for (line, expected) in [
            ("idn list", r#"{"idn-list":{}}"#),
            ("idn show de", r#"{"idn-show":{"tag":"de"}}"#),
            ("idn judge de sön", r#"{"idn-judge":{"tag":"de","label":"sön","tld":null}}"#),
            ("idn judge de xn--sn-fka --tld shop", r#"{"idn-judge":{"tag":"de","label":"xn--sn-fka","tld":"shop"}}"#),
            ("idn load de de.xml", ""),
            ("idn remove de", ""),
            ("idn rekey a.shop", ""),
        ] {
            assert_eq!(json(line).as_deref(), Ok(expected), "{line}");
        }
        for line in ["idn show", "idn judge de", "idn load de"] {
            assert_eq!(json(line), Err(ErrorKind::MissingRequiredArgument), "{line}");
        }
    }
}
