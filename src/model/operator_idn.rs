//! What operators do about internationalized names: tables, which of them a TLD has, and names that are judged anew.

use serde::{Deserialize, Serialize};

use crate::lgr::Lgr;
use crate::model::idn::VariantPolicy;
use crate::model::operator::{ByName, Named};

/// `idn-load` as an operator asks for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdnLoad {
    /// What TLDs and commands name the table by: 1 to 63 letters, digits and hyphens.
    pub tag: String,
    /// The table (RFC 7940).
    pub xml: String,
}

/// `idn-load` as the ledger decides about it.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledTable {
    /// What TLDs and commands name it by.
    pub tag: String,
    /// The table, compiled.
    pub lgr: Lgr,
}

/// `idn-remove`, and which table a question is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdnTag {
    /// The table's tag.
    pub tag: String,
}

/// `idn-rekey`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdnRekey {
    /// The domain's name.
    pub name: String,
}

/// How a TLD takes internationalized labels; what is missing stays, and in a new TLD is none and not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdnRules {
    /// Its tables, in the order in which they are tried.
    pub tables: Option<Vec<IdnTableUse>>,
    /// Whether a command must name the table of an A-label.
    pub tag_required: Option<bool>,
    /// Whether only A-labels are registered.
    pub only: Option<bool>,
}

/// A table of a TLD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdnTableUse {
    /// Its tag.
    pub tag: String,
    /// `blocked` or `same-holder`; `blocked` when missing.
    #[serde(default = "blocked")]
    pub variants: ByName<VariantPolicy>,
}

const fn blocked() -> ByName<VariantPolicy> {
    ByName(VariantPolicy::Blocked)
}

impl Named for VariantPolicy {
    const WHAT: &'static str = "blocked or same-holder";

    fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::SameHolder => "same-holder",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Blocked, Self::SameHolder].into_iter().find(|policy| Named::name(*policy) == name)
    }
}
