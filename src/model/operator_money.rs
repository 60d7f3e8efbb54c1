//! What operators command about money and names that are not like all others: prices, accounts, billing lines, name lists.
//!
//! Amounts are texts in the decimal places of their currency (`12.50`), so that no JSON number rounds one.

use serde::{Deserialize, Serialize};

use crate::model::name_list::ListPurpose;
use crate::model::operator::{ByName, Named};

/// `price-set`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceSet {
    /// The TLD.
    pub tld: String,
    /// Code of ISO 4217.
    pub currency: String,
    /// The premium class; empty or missing: every name without one.
    #[serde(default)]
    pub class: String,
    /// From when on, in microseconds since 1970, cut to the millisecond; now when missing.
    #[serde(default)]
    pub from_micros: Option<i64>,
    /// Of the first year of a registration, the second, and so on; the last one is also that of all further years.
    pub create: Vec<String>,
    /// Of the years of a renewal, in the same way.
    pub renew: Vec<String>,
    /// Of the years that a transfer adds, in the same way.
    pub transfer: Vec<String>,
    /// Of a restore.
    pub restore: String,
}

/// `price-remove`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRemove {
    /// As in [`PriceSet`].
    pub tld: String,
    /// As in [`PriceSet`].
    pub currency: String,
    /// As in [`PriceSet`].
    #[serde(default)]
    pub class: String,
    /// From when on it would be, in microseconds since 1970.
    pub from_micros: i64,
}

/// `billing-open`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillingOpen {
    /// Which registrar.
    pub clid: String,
    /// Code of ISO 4217; it never changes.
    pub currency: String,
    /// How far below zero its balance may go by what it commands; 0 when missing.
    #[serde(default)]
    pub credit_limit: Option<String>,
    /// An amount, or hundredths of the credit limit as `10%`; none when missing.
    #[serde(default)]
    pub threshold: Option<String>,
}

/// `billing-set`; what is missing stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillingSet {
    /// Which registrar.
    pub clid: String,
    /// As in [`BillingOpen`].
    #[serde(default)]
    pub credit_limit: Option<String>,
    /// As in [`BillingOpen`]; `none` or an empty text removes it.
    #[serde(default)]
    pub threshold: Option<String>,
}

/// `billing-pay` and `billing-correct`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillingPost {
    /// Which registrar.
    pub clid: String,
    /// Above zero what the registrar gets; only a correction may be below.
    pub amount: String,
    /// Why; the registrar reads it in its statement.
    pub reason: String,
}

/// `list-load`: the whole list, in place of the one of that name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListLoad {
    /// The TLD.
    pub tld: String,
    /// What operators call the list.
    pub name: String,
    /// What being on it means: `blocked`, `reserved` or `premium`.
    pub kind: ByName<ListPurpose>,
    /// The class of its names in the price list; only of a premium list.
    #[serde(default)]
    pub class: String,
    /// Lower-case A-labels, in any order.
    pub labels: Vec<String>,
    /// Labels in which each `?` stands for any one character, in any order.
    #[serde(default)]
    pub patterns: Vec<String>,
}

/// `list-remove`, and which list a question is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListName {
    /// The TLD.
    pub tld: String,
    /// What operators call the list.
    pub name: String,
}

impl Named for ListPurpose {
    const WHAT: &'static str = "blocked, reserved, token or premium";

    fn name(self) -> &'static str {
        Self::name(self)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| Self::name(*purpose) == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operator::OperatorCommand;

    fn read(json: &str) -> Result<OperatorCommand, simd_json::Error> {
        simd_json::from_slice(&mut json.as_bytes().to_vec())
    }

    #[test]
    fn commands_read_from_json_with_their_defaults() {
        let price = PriceSet {
            tld: "example".into(),
            currency: "USD".into(),
            class: String::new(),
            from_micros: None,
            create: vec!["8.00".into(), "10".into()],
            renew: vec!["10.00".into()],
            transfer: vec!["10.00".into()],
            restore: "40.00".into(),
        };
        let list = ListLoad {
            tld: "example".into(),
            name: "icann".into(),
            kind: ByName(ListPurpose::Reserved),
            class: String::new(),
            labels: vec!["bank".into()],
            patterns: Vec::new(),
        };
        let open = BillingOpen {
            clid: "abc".into(),
            currency: "EUR".into(),
            credit_limit: None,
            threshold: Some("5%".into()),
        };
        for (json, expected) in [
            (
                r#"{"price-set":{"tld":"example","currency":"USD","create":["8.00","10"],"renew":["10.00"],
                    "transfer":["10.00"],"restore":"40.00"}}"#,
                OperatorCommand::PriceSet(price),
            ),
            (
                r#"{"list-load":{"tld":"example","name":"icann","kind":"reserved","labels":["bank"]}}"#,
                OperatorCommand::ListLoad(list),
            ),
            (
                r#"{"billing-open":{"clid":"abc","currency":"EUR","threshold":"5%"}}"#,
                OperatorCommand::BillingOpen(open),
            ),
        ] {
            assert_eq!(read(json).expect(json), expected, "{json}");
        }
    }

    #[test]
    fn every_command_writes_under_its_name_and_reads_back() {
        let (clid, tld) = (String::from("abc"), String::from("example"));
        let post = BillingPost { clid: clid.clone(), amount: "-1.00".into(), reason: "a mistake".into() };
        for command in [
            OperatorCommand::PriceRemove(PriceRemove {
                tld: tld.clone(),
                currency: "USD".into(),
                class: "gold".into(),
                from_micros: 1,
            }),
            OperatorCommand::BillingSet(BillingSet { clid, credit_limit: None, threshold: Some("none".into()) }),
            OperatorCommand::BillingPay(post.clone()),
            OperatorCommand::BillingCorrect(post),
            OperatorCommand::ListRemove(ListName { tld, name: "icann".into() }),
        ] {
            let json = simd_json::to_string(&command).expect("plain data");
            assert!(json.starts_with(&format!("{{\"{}\":", command.name())), "{json}");
            assert_eq!(read(&json).expect("its own words"), command);
        }
    }

    #[test]
    fn unknown_members_and_kinds_are_refused() {
        for json in [
            r#"{"billing-pay":{"clid":"abc","amount":5,"reason":"x"}}"#,
            r#"{"billing-pay":{"clid":"abc","amount":"5"}}"#,
            r#"{"billing-open":{"clid":"abc","currency":"EUR","limit":"1"}}"#,
            r#"{"list-load":{"tld":"example","name":"a","kind":"gold","labels":[]}}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
