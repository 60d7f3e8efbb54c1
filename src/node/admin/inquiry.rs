//! Questions about prices, accounts, billing lines, name lists and poll queues: what may be asked, and who answers.

use serde::{Deserialize, Serialize};

use crate::base::timestamp::Timestamp;
use crate::model::operator::{IdnLoad, IdnTag, ListLoad, OperatorCommand, TmchLoad};
use crate::model::record::Policy;
use crate::model::view::View;
use crate::node::admin::applications::{self, LaunchList};
use crate::node::admin::deposit::{self, EscrowFull, EscrowOf, EscrowRun, EscrowStatus};
use crate::node::admin::idn::{self, IdnJudge};
use crate::node::admin::launch::{self, LaunchPhaseList, LaunchShow};
use crate::node::admin::lordn::{self, LordnList};
use crate::node::admin::portfolio::{PortfolioOf, portfolio};
use crate::node::admin::report::{self, ReportMake};
use crate::node::admin::sessions::{self, SessionsOf};
use crate::node::admin::token::{self, TokenList, TokenOf};
use crate::node::admin::{AdminFailure, json, list, maintenance, money, queue, rdap_client, refused, walk};
use crate::node::shard::Shard;
use crate::port::clock::Clock as _;
use crate::registry::Cause;
use crate::registry::operator::decide::decide;

/// Prices of one TLD, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PriceList {
    /// Which TLD; all when missing.
    pub tld: Option<String>,
}

/// The account of one registrar, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BillingShow {
    /// Which registrar; all when missing.
    pub clid: Option<String>,
}

/// A page of a registrar's billing ledger: so many lines are looked at, and those in a span of time shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillingStatement {
    /// Which registrar.
    pub clid: String,
    /// The first line that is looked at; 1 when missing.
    #[serde(default)]
    pub first: Option<u64>,
    /// Only the last so many lines; together with `first` the later of both counts.
    #[serde(default)]
    pub last: Option<u64>,
    /// Only lines of this moment and later, in microseconds since 1970.
    #[serde(default)]
    pub from_micros: Option<i64>,
    /// Only lines of before this moment, in microseconds since 1970.
    #[serde(default)]
    pub to_micros: Option<i64>,
}

/// A name list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListShow {
    /// The TLD.
    pub tld: String,
    /// What operators call the list.
    pub name: String,
    /// Whether to show all that is on it, too.
    #[serde(default)]
    pub labels: bool,
}

/// The name lists of one TLD, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListAll {
    /// Which TLD; all when missing.
    pub tld: Option<String>,
}

/// The messages that wait for a registrar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollList {
    /// Which registrar.
    pub clid: String,
    /// The newest so many; the oldest 20 when missing.
    #[serde(default)]
    pub last: Option<u64>,
}

/// One of these questions.
pub(in crate::node) enum Inquiry {
    PriceList(PriceList),
    BillingShow(BillingShow),
    BillingStatement(BillingStatement),
    ListDiff(Box<ListLoad>),
    ListShow(ListShow),
    ListAll(ListAll),
    PollList(PollList),
    LaunchPhaseList(LaunchPhaseList),
    LaunchList(LaunchList),
    LaunchShow(LaunchShow),
    TmchDiff(TmchLoad),
    LordnList(LordnList),
    EscrowFull(EscrowFull),
    EscrowRun(EscrowRun),
    EscrowStatus(EscrowStatus),
    EscrowValidate(EscrowOf),
    ReportMake(ReportMake),
    MaintenanceList,
    MaintenanceShow(String),
    TokenList(TokenList),
    TokenShow(TokenOf),
    RdapClientList,
    PolicyShow,
    Sessions(SessionsOf),
    Portfolio(PortfolioOf),
    DryRun(Box<OperatorCommand>),
    IdnDryRun(IdnLoad),
    NoDryRun(&'static str),
    IdnList,
    IdnShow(IdnTag),
    IdnJudge(IdnJudge),
}

impl Inquiry {
    /// The answer as JSON.
    pub(super) async fn answer(self, shard: &Shard) -> Result<String, AdminFailure> {
        let now = shard.clock.now();
        match self {
            Self::PriceList(asked) => json(&money::prices(&shard.index.pin(), now, asked.tld.as_deref())?),
            Self::BillingShow(BillingShow { clid: Some(clid) }) => json(&money::account(&shard.index.pin(), &clid)?),
            Self::BillingShow(BillingShow { clid: None }) => json(&money::accounts(&shard.index.pin())),
            Self::BillingStatement(asked) => json(&money::statement(&shard.index.pin(), &asked)?),
            Self::ListDiff(load) => json(&list::diff(shard, now, &load).await?),
            Self::ListShow(asked) => json(&list::show(&shard.index.pin(), &asked)?),
            Self::ListAll(asked) => json(&list::all(&shard.index.pin(), asked.tld.as_deref())?),
            Self::PollList(asked) => json(&queue::waiting(&shard.index.pin(), now, &asked)?),
            Self::LaunchPhaseList(asked) => json(&launch::phases(&shard.index.pin(), now, asked.tld.as_deref())?),
            Self::LaunchList(asked) => json(&applications::list(&shard.index, asked).await?),
            Self::LaunchShow(asked) => json(&launch::application(&shard.index.pin(), &asked)?),
            Self::TmchDiff(load) => json(&launch::diff(&shard.index.pin(), &load)),
            Self::EscrowFull(asked) => json(&deposit::full(shard, asked).await?),
            Self::EscrowRun(asked) => json(&deposit::run(shard, asked).await?),
            Self::EscrowStatus(asked) => json(&deposit::status(shard, &asked)?),
            Self::EscrowValidate(asked) => json(&deposit::validate(shard, asked).await?),
            Self::ReportMake(asked) => json(&report::make(shard, asked).await?),
            Self::LordnList(asked) => json(&lordn::page(&shard.index.pin(), now, &asked)?),
            Self::MaintenanceList => json(&maintenance::all(&shard.index.pin())),
            Self::MaintenanceShow(id) => {
                let found = maintenance::one(&shard.index.pin(), &id);
                json(&found.ok_or_else(|| missing("maintenance event", &id, "maintenance list shows all"))?)
            }
            Self::TokenList(asked) => json(&token::list(&shard.index.pin(), now, &asked)?),
            Self::TokenShow(asked) => json(&token::show(&shard.index.pin(), now, &asked)?),
            Self::RdapClientList => json(&rdap_client::all(&shard.index.pin(), now)),
            Self::PolicyShow => json(&PolicyRow::of(shard.index.pin().policy())),
            Self::Sessions(of) => {
                if let Some(clid) = &of.clid {
                    check_registrar(&shard.index.pin(), clid)?;
                }
                json(&sessions::rows(&shard.common.logins, &of))
            }
            Self::Portfolio(of) => {
                if let Some(clid) = &of.clid {
                    check_registrar(&shard.index.pin(), clid)?;
                }
                json(&Portfolio { names: walk::walk(&shard.index, move |reader| portfolio(reader, &of)).await? })
            }
            Self::DryRun(command) => dry_run(shard, now, &command),
            Self::IdnDryRun(load) => dry_run(shard, now, &idn::compiled(shard, load).await?),
            Self::NoDryRun(name) => Err(AdminFailure {
                code: 2306,
                message: format!("{name} has no dry run: expected a change of the registry"),
            }),
            Self::IdnList => json(&idn::all(&shard.index.pin())),
            Self::IdnShow(of) => json(&idn::show(&shard.index.pin(), &of.tag)?),
            Self::IdnJudge(asked) => json(&idn::judged(shard, asked).await?),
        }
    }
}

/// Whether a command would be done now.
fn dry_run(shard: &Shard, now: Timestamp, command: &OperatorCommand) -> Result<String, AdminFailure> {
    let (command_name, now) = (command.name(), now.trunc_millis());
    let cause = Cause { command: command_name, operator: "", cl_trid: None, sv_trid: "DRY-RUN", now };
    match decide(&shard.index.pin(), &cause, command) {
        Ok(_) => json(&DryRun { would: "be done" }),
        Err(refusal) => Err(refused(&refusal.into())),
    }
}

/// The registry's policy.
#[derive(Serialize)]
struct PolicyRow {
    orphan_contact_days: u32,
    orphan_delete_days: u32,
    auth_info_least: u32,
    auth_info_kinds: u32,
    auth_info_hours: u32,
    password_least: u32,
    password_days: u32,
    password_warning_days: u32,
    extensions_off: Vec<String>,
}

impl PolicyRow {
    fn of(policy: Policy) -> Self {
        Self {
            orphan_contact_days: policy.orphan_contact_days,
            orphan_delete_days: policy.orphan_delete_days,
            auth_info_least: policy.auth_info.least,
            auth_info_kinds: policy.auth_info.kinds,
            auth_info_hours: policy.auth_info.hours,
            password_least: policy.password.least,
            password_days: policy.password.days,
            password_warning_days: policy.password.warning_days,
            extensions_off: policy.extensions_off,
        }
    }
}

/// Names and handles.
#[derive(Serialize)]
struct Portfolio {
    names: Vec<String>,
}

/// What would come of a change.
#[derive(Serialize)]
struct DryRun {
    would: &'static str,
}

/// What is asked about is not there.
pub(super) fn missing(what: &str, name: &str, advice: &str) -> AdminFailure {
    AdminFailure { code: 2303, message: format!("there is no {what} {name:?}; {advice}") }
}

/// That there is such a TLD.
pub(super) fn check_tld(view: &impl View, tld: &str) -> Result<(), AdminFailure> {
    view.tld(tld).map(|_| ()).ok_or_else(|| missing("TLD", tld, "tld list shows all"))
}

/// That there is such a registrar.
pub(super) fn check_registrar(view: &impl View, clid: &str) -> Result<(), AdminFailure> {
    view.registrar(clid).map(|_| ()).ok_or_else(|| missing("registrar", clid, "registrar list shows all"))
}
