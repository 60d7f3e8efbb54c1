//! `domesday admin token`: allocation tokens (RFC 8495), made, listed and revoked in any number.

use clap::{Args, Subcommand};
use simd_json::OwnedValue;
use simd_json::prelude::*;

use super::admin::{Connection, print, print_json};
use super::admin_args::{moment, named};
use super::exit::CliError;
use super::table;
use crate::base::limits::ADMIN_ROWS;
use crate::model::operator::{ByName, TokenAdd, TokenRevoke, TokenTerms};
use crate::model::token::TokenAction;
use crate::node::admin::{AdminRequest, TokenGenerate, TokenList, TokenOf};

/// `admin token`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum TokenCommand {
    /// Make random tokens of 128 bits, and print them, one a line.
    ///
    /// Any number can be made; every thousand of them is a transaction of its own, and printed once it is durable.
    #[command(after_help = GENERATE_EXAMPLES)]
    Generate {
        /// How many.
        #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        count: u32,
        /// What they are for.
        #[command(flatten)]
        terms: Terms,
    },
    /// Add tokens of your own, as a word for all who have read an advertisement.
    #[command(after_help = ADD_EXAMPLES)]
    Add {
        /// The tokens: 1 to 64 visible ASCII characters each, 1000 at most.
        #[arg(required = true, value_name = "TOKEN")]
        tokens: Vec<String>,
        /// What they are for.
        #[command(flatten)]
        terms: Terms,
    },
    /// Print all batches, or all tokens of one.
    #[command(after_help = "Example:\n  domesday admin --config registry.toml token list --batch winter")]
    List {
        /// Which batch.
        #[arg(long, value_name = "NAME")]
        batch: Option<String>,
    },
    /// Print what a token is for, and how often it has been used.
    Show {
        /// The token.
        token: String,
    },
    /// Make tokens good for nothing. What they have been used for stays.
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Revoke {
        /// The tokens.
        #[arg(value_name = "TOKEN", group = "which")]
        tokens: Vec<String>,
        /// All tokens of this batch that are not revoked yet.
        #[arg(long, value_name = "NAME", group = "which")]
        batch: Option<String>,
    },
}

const GENERATE_EXAMPLES: &str = "\
Examples:
  domesday admin --config registry.toml token generate --count 100000 --batch winter --tld shop \\
      --action create --discount 50% --until 2027-03-01T00:00:00Z > winter.txt
  domesday admin --config registry.toml token generate --name bank.shop --registrar acme \\
      --action create --unlock-reserved --waive-premium";

const ADD_EXAMPLES: &str = "\
Example:
  domesday admin --config registry.toml token add SPRING27 --batch spring --tld shop --uses 0 \\
      --action create --discount EUR=5.00,USD=6.00";

/// What tokens are for.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct Terms {
    /// The batch that they join: lower-case letters, digits and hyphens.
    #[arg(long, value_name = "NAME", default_value = "default")]
    batch: String,
    /// The only name that they are for.
    #[arg(long)]
    name: Option<String>,
    /// The only TLD that they are for.
    #[arg(long)]
    tld: Option<String>,
    /// The only registrar that may use them.
    #[arg(long, value_name = "CLID")]
    registrar: Option<String>,
    /// What they are for: create, transfer or renew; repeat for more. All when missing.
    #[arg(long, value_name = "ACTION", value_parser = named::<TokenAction>)]
    action: Vec<ByName<TokenAction>>,
    /// From when on they hold.
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    from: Option<i64>,
    /// When they hold no longer.
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    until: Option<i64>,
    /// How often each can be used; 0: any number of times [1].
    #[arg(long, value_name = "NUMBER")]
    uses: Option<u32>,
    /// What commands cost less: 50%, or amounts as EUR=5.00,USD=6.00; registrars with other currencies cannot use them then.
    #[arg(long, value_name = "PERCENT|AMOUNTS")]
    discount: Option<String>,
    /// Premium names cost what others do, for the command that has the token.
    #[arg(long)]
    waive_premium: bool,
    /// Reserved names, and those of lists of kind token, can be registered.
    #[arg(long)]
    unlock_reserved: bool,
}

impl Terms {
    fn terms(self) -> TokenTerms {
        TokenTerms {
            batch: self.batch,
            name: self.name,
            tld: self.tld,
            registrar: self.registrar,
            actions: self.action,
            from_micros: self.from,
            until_micros: self.until,
            uses: self.uses,
            discount: self.discount,
            waive_premium: self.waive_premium,
            unlock_reserved: self.unlock_reserved,
        }
    }
}

/// The columns of batches, and of the tokens of one.
const BATCHES: &[&str] = &["batch", "tokens"];
const TOKENS: &[&str] = &[
    "number",
    "token",
    "state",
    "uses",
    "used",
    "name",
    "tld",
    "registrar",
    "actions",
    "until",
    "discount",
    "waive_premium",
    "unlock_reserved",
];

impl TokenCommand {
    /// The request; generating, listing and revoking a batch take several.
    pub(super) fn request(self) -> Option<AdminRequest> {
        Some(match self {
            Self::Generate { .. } | Self::List { .. } | Self::Revoke { batch: Some(_), .. } => return None,
            Self::Add { tokens, terms } => AdminRequest::TokenAdd(TokenAdd { tokens, terms: terms.terms() }),
            Self::Show { token } => AdminRequest::TokenShow(TokenOf { token }),
            Self::Revoke { tokens, .. } => AdminRequest::TokenRevoke(TokenRevoke { tokens }),
        })
    }
}

/// Does what takes more than one request.
///
/// # Errors
/// No answer, a refusal, or nobody who reads.
pub(super) fn run(admin: Connection, command: &TokenCommand, json: bool) -> Result<u8, CliError> {
    match command {
        TokenCommand::Generate { count, terms } => generate(admin, *count, &terms.clone().terms(), json),
        TokenCommand::List { batch } => list(admin, batch.as_deref(), json),
        TokenCommand::Revoke { batch: Some(batch), .. } => revoke(admin, batch, json),
        _ => unreachable!("every other command is a request by its arguments alone"),
    }
}

/// In JSON, those of each transaction are an array in a line of its own.
fn generate(mut admin: Connection, count: u32, terms: &TokenTerms, json: bool) -> Result<u8, CliError> {
    let mut left = count;
    while left > 0 {
        let count = left.min(ADMIN_ROWS as u32);
        let made = admin.ask(&AdminRequest::TokenGenerate(TokenGenerate { count, terms: terms.clone() }))?;
        match made.get("tokens") {
            Some(tokens) if json => print_json(tokens)?,
            tokens => {
                let tokens = tokens.and_then(|tokens| tokens.as_array()).into_iter().flatten();
                let tokens = tokens.filter_map(|token| token.as_str());
                print(&tokens.fold(String::new(), |text, token| text + token + "\n"))?;
            }
        }
        left -= count;
    }
    Ok(0)
}

/// The pages of a batch, each as the answer has it.
fn pages(
    admin: &mut Connection,
    batch: &str,
    mut each: impl FnMut(&mut Connection, &OwnedValue) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let mut first = None;
    loop {
        let page = admin.ask(&AdminRequest::TokenList(TokenList { batch: Some(batch.to_owned()), first }))?;
        each(admin, &page)?;
        first = page.get_u64("next");
        if first.is_none() {
            return Ok(());
        }
    }
}

fn list(mut admin: Connection, batch: Option<&str>, json: bool) -> Result<u8, CliError> {
    let show =
        |value: &OwnedValue, columns| if json { print_json(value) } else { print(&table::render(value, columns)) };
    match batch {
        None => show(&admin.ask(&AdminRequest::TokenList(TokenList::default()))?, BATCHES)?,
        // A page at a time, so that the size of the batch does not matter: in JSON, each is an array in a line of its own.
        Some(batch) => {
            pages(&mut admin, batch, |_, page| page.get("tokens").map_or(Ok(()), |page| show(page, TOKENS)))?
        }
    }
    Ok(0)
}

fn revoke(mut admin: Connection, batch: &str, json: bool) -> Result<u8, CliError> {
    let mut count = 0_u64;
    pages(&mut admin, batch, |admin, page| {
        let good =
            page.get_array("tokens").into_iter().flatten().filter(|token| token.get_str("state") != Some("revoked"));
        let tokens: Vec<_> = good.filter_map(|token| token.get_str("token").map(str::to_owned)).collect();
        if !tokens.is_empty() {
            count += tokens.len() as u64;
            admin.ask(&AdminRequest::TokenRevoke(TokenRevoke { tokens }))?;
        }
        Ok(())
    })?;
    print(&if json { format!("{{\"revoked\":{count}}}\n") } else { format!("revoked  {count}\n") })?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::super::admin_args::tests::json;

    #[test]
    fn lines_become_requests() {
        for (line, expected) in [
            ("token generate --count 5 --tld shop", ""),
            ("token list", ""),
            ("token list --batch winter", ""),
            ("token revoke --batch winter", ""),
            ("token show a", r#"{"token-show":{"token":"a"}}"#),
            ("token revoke a b", r#"{"token-revoke":{"tokens":["a","b"]}}"#),
            (
                "token add A B --batch winter --name bank.shop --tld shop --registrar acme --action create --action renew \
                 --from 2027-01-01T00:00:00Z --until 2027-01-01T00:00:01Z --uses 0 --discount 50% --waive-premium \
                 --unlock-reserved",
                concat!(
                    r#"{"token-add":{"tokens":["A","B"],"terms":{"batch":"winter","name":"bank.shop","tld":"shop","#,
                    r#""registrar":"acme","actions":["create","renew"],"from_micros":1798761600000000,"#,
                    r#""until_micros":1798761601000000,"uses":0,"discount":"50%","waive_premium":true,"#,
                    r#""unlock_reserved":true}}}"#
                ),
            ),
        ] {
            assert_eq!(json(line).as_deref(), Ok(expected), "{line}");
        }
        use clap::error::ErrorKind;
        for (line, expected) in [
            ("token add", ErrorKind::MissingRequiredArgument),
            ("token generate --count 0", ErrorKind::ValueValidation),
            ("token generate --action delete", ErrorKind::ValueValidation),
            ("token generate --until tomorrow", ErrorKind::ValueValidation),
            ("token revoke", ErrorKind::MissingRequiredArgument),
            ("token revoke a --batch winter", ErrorKind::ArgumentConflict),
            ("token show", ErrorKind::MissingRequiredArgument),
        ] {
            assert_eq!(json(line), Err(expected), "{line}");
        }
    }
}
