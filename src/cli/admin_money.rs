//! `domesday admin price`, `admin billing` and `admin poll`: what may be typed, and the request each form makes.

use clap::{ArgGroup, Args, Subcommand};

use super::admin_args::moment;
use crate::model::operator::{BillingOpen, BillingPost, BillingSet, PriceRemove, PriceSet};
use crate::node::admin::{AdminRequest, BillingShow, BillingStatement, PollList, PriceList};

/// `admin price`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum PriceCommand {
    /// Set what names of a class cost in a currency from a moment on, or replace a price that has not taken effect.
    ///
    /// Each list has the price of the first year, the second, and so on; the last one is also that of all further years.
    /// A price that has taken effect is never changed: the next one follows it. A rise that comes with less notice than
    /// ICANN's base registry agreement asks for (30 days for create, 180 for renew) is done with a warning.
    #[command(after_help = PRICE_SET_EXAMPLES)]
    Set(PriceArgs),
    /// List the prices that were, are and will be.
    #[command(after_help = "Example:\n  domesday admin --config registry.toml price list shop")]
    List {
        /// Which TLD; all when missing.
        tld: Option<String>,
    },
    /// Take away a price that has not taken effect.
    #[command(after_help = PRICE_REMOVE_EXAMPLES)]
    Remove {
        /// The TLD.
        tld: String,
        /// Code of ISO 4217.
        #[arg(long, value_name = "CODE")]
        currency: String,
        /// The premium class; every name without one when missing.
        #[arg(long, value_name = "CLASS")]
        class: Option<String>,
        /// From when on it would be.
        #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
        from: i64,
    },
}

const PRICE_SET_EXAMPLES: &str = "\
Examples:
  domesday admin --config registry.toml price set shop --currency USD --create 2.00,10.00 \\
      --renew 10.00 --transfer 10.00 --restore 40.00
  domesday admin --config registry.toml price set shop --currency USD --class gold --create 500 \\
      --renew 100 --transfer 100 --restore 100 --from 2027-01-01T00:00:00Z";

const PRICE_REMOVE_EXAMPLES: &str = "\
Example:
  domesday admin --config registry.toml price remove shop --currency USD --class gold \\
      --from 2027-01-01T00:00:00Z";

/// `admin price set`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct PriceArgs {
    /// The TLD.
    tld: String,
    /// Code of ISO 4217.
    #[arg(long, value_name = "CODE")]
    currency: String,
    /// The premium class; every name without one when missing.
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Prices of the years of a registration.
    #[arg(long, value_name = "AMOUNT,…", required = true, value_delimiter = ',')]
    create: Vec<String>,
    /// Prices of the years of a renewal.
    #[arg(long, value_name = "AMOUNT,…", required = true, value_delimiter = ',')]
    renew: Vec<String>,
    /// Prices of the years that a transfer adds; the first one also where it adds none.
    #[arg(long, value_name = "AMOUNT,…", required = true, value_delimiter = ',')]
    transfer: Vec<String>,
    /// Price of a restore.
    #[arg(long, value_name = "AMOUNT")]
    restore: String,
    /// From when on; now when missing.
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    from: Option<i64>,
}

/// The columns of `price list`.
pub(super) const PRICE_COLUMNS: &[&str] =
    &["tld", "currency", "class", "from", "state", "create", "renew", "transfer", "restore"];

impl PriceCommand {
    pub(super) fn request(self) -> AdminRequest {
        match self {
            Self::Set(price) => AdminRequest::PriceSet(PriceSet {
                tld: price.tld,
                currency: price.currency,
                class: price.class.unwrap_or_default(),
                from_micros: price.from,
                create: price.create,
                renew: price.renew,
                transfer: price.transfer,
                restore: price.restore,
            }),
            Self::List { tld } => AdminRequest::PriceList(PriceList { tld }),
            Self::Remove { tld, currency, class, from } => {
                let class = class.unwrap_or_default();
                AdminRequest::PriceRemove(PriceRemove { tld, currency, class, from_micros: from })
            }
        }
    }
}

/// `admin billing`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum BillingCommand {
    /// Open a registrar's account. Its currency never changes.
    #[command(after_help = BILLING_OPEN_EXAMPLES)]
    Open {
        /// Which registrar.
        clid: String,
        /// Code of ISO 4217.
        #[arg(long, value_name = "CODE")]
        currency: String,
        /// How far below zero its balance may go by what it commands [0].
        #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
        credit_limit: Option<String>,
        /// Tell it when what it can still spend falls below this: an amount, or a part of the credit limit as 10%.
        #[arg(long, value_name = "AMOUNT|PERCENT")]
        threshold: Option<String>,
    },
    /// Change how far a registrar may go into debt, and at what it is warned; what is not named stays.
    #[command(group(ArgGroup::new("what").required(true).multiple(true).args(["credit_limit", "threshold"])))]
    Set {
        /// Which registrar.
        clid: String,
        /// How far below zero its balance may go by what it commands.
        #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
        credit_limit: Option<String>,
        /// As in `billing open`; none removes it.
        #[arg(long, value_name = "AMOUNT|PERCENT|none")]
        threshold: Option<String>,
    },
    /// Note money that has come in.
    #[command(
        after_help = "Example:\n  domesday admin --config registry.toml billing pay acme 500.00 --reason 'wire 4711'"
    )]
    Pay {
        /// Which registrar.
        clid: String,
        /// How much, above zero.
        #[arg(allow_negative_numbers = true)]
        amount: String,
        /// Why; the registrar's statement says it.
        #[arg(long)]
        reason: String,
    },
    /// Put right what is wrong in a billing ledger by one more line. No line is ever changed.
    #[command(
        after_help = "Example:\n  domesday admin --config registry.toml billing correct acme -50.00 --reason 'wire 4711'"
    )]
    Correct {
        /// Which registrar.
        clid: String,
        /// How much: above zero what the registrar gets, below zero what it pays.
        #[arg(allow_negative_numbers = true)]
        amount: String,
        /// Why; the registrar's statement says it.
        #[arg(long)]
        reason: String,
    },
    /// Print currency, balance, credit limit, what can still be spent, threshold and number of lines.
    Show {
        /// Which registrar; all when missing.
        clid: Option<String>,
    },
    /// Print the lines of a registrar's billing ledger, oldest first.
    #[command(after_help = STATEMENT_EXAMPLES)]
    Statement(StatementArgs),
}

const BILLING_OPEN_EXAMPLES: &str = "\
Examples:
  domesday admin --config registry.toml billing open acme --currency EUR
  domesday admin --config registry.toml billing open acme --currency USD --credit-limit 1000.00 \\
      --threshold 10%";

const STATEMENT_EXAMPLES: &str = "\
Examples:
  domesday admin --config registry.toml billing statement acme --last 20
  domesday admin --config registry.toml billing statement acme --csv \\
      --from 2027-01-01T00:00:00Z --to 2027-02-01T00:00:00Z > 2027-01.csv";

/// `admin billing statement`.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct StatementArgs {
    /// Which registrar.
    clid: String,
    /// Only lines of this moment and later.
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    from: Option<i64>,
    /// Only lines of before this moment.
    #[arg(long, value_name = "TIMESTAMP", value_parser = moment)]
    to: Option<i64>,
    /// Only the last so many lines.
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["from", "to"])]
    last: Option<u64>,
    /// Print comma-separated values (RFC 4180) with a header.
    #[arg(long)]
    pub(super) csv: bool,
}

impl StatementArgs {
    /// The question for the first page.
    pub(super) fn first_page(&self) -> BillingStatement {
        BillingStatement {
            clid: self.clid.clone(),
            first: None,
            last: self.last,
            from_micros: self.from,
            to_micros: self.to,
        }
    }
}

/// The columns of `billing show`.
pub(super) const BILLING_COLUMNS: &[&str] =
    &["registrar", "currency", "balance", "credit_limit", "available", "threshold", "lines"];

impl BillingCommand {
    /// The request; a statement takes several.
    pub(super) fn request(self) -> Option<AdminRequest> {
        Some(match self {
            Self::Open { clid, currency, credit_limit, threshold } => {
                AdminRequest::BillingOpen(BillingOpen { clid, currency, credit_limit, threshold })
            }
            Self::Set { clid, credit_limit, threshold } => {
                AdminRequest::BillingSet(BillingSet { clid, credit_limit, threshold })
            }
            Self::Pay { clid, amount, reason } => AdminRequest::BillingPay(BillingPost { clid, amount, reason }),
            Self::Correct { clid, amount, reason } => {
                AdminRequest::BillingCorrect(BillingPost { clid, amount, reason })
            }
            Self::Show { clid } => AdminRequest::BillingShow(BillingShow { clid }),
            Self::Statement(_) => return None,
        })
    }
}

/// `admin poll`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum PollCommand {
    /// Print what waits in a registrar's poll queue: how many messages, and number, age and text of the oldest 20.
    #[command(after_help = "Example:\n  domesday admin --config registry.toml poll list --registrar acme --last 5")]
    List {
        /// Which registrar.
        #[arg(long, value_name = "CLID")]
        registrar: String,
        /// The newest so many instead, 1000 at most.
        #[arg(long, value_name = "NUMBER")]
        last: Option<u64>,
    },
}

impl PollCommand {
    pub(super) fn request(self) -> AdminRequest {
        let Self::List { registrar, last } = self;
        AdminRequest::PollList(PollList { clid: registrar, last })
    }
}

#[cfg(test)]
mod tests {
    use super::super::admin_args::tests::json;

    #[test]
    fn lines_become_requests() {
        for (line, expected) in [
            (
                "price set shop --currency USD --create 8.00,10.00 --renew 10 --transfer 10 --restore 40",
                concat!(
                    r#"{"price-set":{"tld":"shop","currency":"USD","class":"","from_micros":null,"#,
                    r#""create":["8.00","10.00"],"renew":["10"],"transfer":["10"],"restore":"40"}}"#
                ),
            ),
            (
                "price set shop --currency JPY --class gold --create 8 --renew 1 --transfer 1 --restore 4 --from \
                 2027-01-01T00:00:00Z",
                concat!(
                    r#"{"price-set":{"tld":"shop","currency":"JPY","class":"gold","from_micros":1798761600000000,"#,
                    r#""create":["8"],"renew":["1"],"transfer":["1"],"restore":"4"}}"#
                ),
            ),
            ("price list", r#"{"price-list":{"tld":null}}"#),
            ("price list shop", r#"{"price-list":{"tld":"shop"}}"#),
            (
                "price remove shop --currency USD --from 2027-01-01T00:00:00.5Z",
                r#"{"price-remove":{"tld":"shop","currency":"USD","class":"","from_micros":1798761600500000}}"#,
            ),
            (
                "billing open abc --currency EUR --credit-limit 1000.00 --threshold 10%",
                r#"{"billing-open":{"clid":"abc","currency":"EUR","credit_limit":"1000.00","threshold":"10%"}}"#,
            ),
            (
                "billing set abc --threshold none",
                r#"{"billing-set":{"clid":"abc","credit_limit":null,"threshold":"none"}}"#,
            ),
            (
                "billing pay abc 12.50 --reason wire",
                r#"{"billing-pay":{"clid":"abc","amount":"12.50","reason":"wire"}}"#,
            ),
            (
                "billing correct abc -0.05 --reason rounding",
                r#"{"billing-correct":{"clid":"abc","amount":"-0.05","reason":"rounding"}}"#,
            ),
            ("billing show", r#"{"billing-show":{"clid":null}}"#),
            ("billing show abc", r#"{"billing-show":{"clid":"abc"}}"#),
            ("billing statement abc --csv --last 5", ""),
            ("poll list --registrar abc", r#"{"poll-list":{"clid":"abc","last":null}}"#),
            ("poll list --registrar abc --last 5", r#"{"poll-list":{"clid":"abc","last":5}}"#),
        ] {
            assert_eq!(json(line).as_deref(), Ok(expected), "{line}");
        }
    }

    #[test]
    fn lines_that_are_not_understood() {
        use clap::error::ErrorKind;
        for (line, expected) in [
            ("price set shop --currency USD --create 1 --renew 1 --transfer 1", ErrorKind::MissingRequiredArgument),
            ("price remove shop --currency USD --from tomorrow", ErrorKind::ValueValidation),
            ("billing open abc", ErrorKind::MissingRequiredArgument),
            ("billing set abc", ErrorKind::MissingRequiredArgument),
            ("billing pay abc 5", ErrorKind::MissingRequiredArgument),
            ("billing correct abc --reason x", ErrorKind::MissingRequiredArgument),
            ("billing statement abc --last 5 --from 2027-01-01T00:00:00Z", ErrorKind::ArgumentConflict),
            ("poll list", ErrorKind::MissingRequiredArgument),
        ] {
            assert_eq!(json(line), Err(expected), "{line}");
        }
    }
}
