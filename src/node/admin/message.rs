//! The words of the admin socket: what an operator may ask, and how it is answered. One JSON text a line, both ways.
//!
//! A request is an object with one member, the command's name: `{"tld-list": {}}`, `{"domain-show": {"name":
//! "hello.example"}}`. The answer is `{"ok": …}` or `{"error": {"code": 2303, "message": "…"}}` with an EPP result code
//! (RFC 5730, section 3).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::operator::{
    BillingOpen, BillingPost, BillingSet, ContactOrphan, ContactRedact, DomainRemove, DomainReturn, EscrowVerdictSet,
    Handover, IdnLoad, IdnRekey, IdnTag, LaunchAllocate, LaunchPhaseRemove, LaunchPhaseSet, LaunchRefuse, LaunchStatus,
    ListLoad, ListName, LockChange, MaintenanceRemove, MaintenanceSpec, OperatorCommand, PolicySet, PriceRemove,
    PriceSet, RdapClientAdd, RdapClientAddCert, RdapClientAddToken, RdapClientRemove, RdapClientRemoveCert,
    RdapClientRemoveToken, RdapClientSet, RdapClientSuspend, RegistrarAdd, RegistrarAddCert, RegistrarRemoveCert,
    RegistrarSet, RegistrarSuspend, RegistrarTerminate, StatusChange, TldAdd, TldSet, TmchLoad, TokenAdd, TokenRevoke,
};
use crate::node::admin::applications::LaunchList;
use crate::node::admin::deposit::{EscrowFull, EscrowOf, EscrowRun, EscrowStatus};
use crate::node::admin::idn::IdnJudge;
use crate::node::admin::inquiry::{BillingShow, BillingStatement, Inquiry, ListAll, ListShow, PollList, PriceList};
use crate::node::admin::launch::{LaunchPhaseList, LaunchShow};
use crate::node::admin::lordn::LordnList;
use crate::node::admin::portfolio::PortfolioOf;
use crate::node::admin::rdap_client::RdapClientMakeToken;
use crate::node::admin::report::ReportMake;
use crate::node::admin::sessions::SessionsOf;
use crate::node::admin::token::{TokenGenerate, TokenList, TokenOf};

/// What an operator asks. The changes are those of [`OperatorCommand`]; only the password differs, which comes in the
/// clear over this socket and is hashed before anything else sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdminRequest {
    /// As [`OperatorCommand::TldAdd`].
    TldAdd(TldAdd),
    /// As [`OperatorCommand::TldSet`].
    TldSet(TldSet),
    /// All TLDs.
    TldList(NoMembers),
    /// As [`OperatorCommand::RegistrarAdd`].
    RegistrarAdd(RegistrarAdd),
    /// As [`OperatorCommand::RegistrarSet`].
    RegistrarSet(RegistrarSet),
    /// All registrars.
    RegistrarList(NoMembers),
    /// Who is logged in.
    RegistrarSessions(SessionsOf),
    /// A registrar's new password.
    RegistrarSetPassword(NewPassword),
    /// As [`OperatorCommand::RegistrarAddCert`].
    RegistrarAddCert(RegistrarAddCert),
    /// As [`OperatorCommand::RegistrarRemoveCert`].
    RegistrarRemoveCert(RegistrarRemoveCert),
    /// As [`OperatorCommand::RegistrarSuspend`].
    RegistrarSuspend(RegistrarSuspend),
    /// One domain, whole.
    DomainShow(ObjectName),
    /// As [`OperatorCommand::StatusSet`].
    StatusSet(StatusChange),
    /// As [`OperatorCommand::StatusUnset`].
    StatusUnset(StatusChange),
    /// Figures of the ledger, the log and the index.
    Stats(NoMembers),
    /// Everything that is counted with every command, since the start: for `domesday top`.
    Meters(NoMembers),
    /// A checkpoint, now.
    Checkpoint(NoMembers),
    /// What the machine's clock says and whether it is believed.
    ClockShow(NoMembers),
    /// The machine's clock is right: it is believed from now on.
    ClockAccept(NoMembers),
    /// Time is driven ahead, where it is virtual; answered when everything that falls due until then is done.
    ClockAdvance(ClockAdvance),
    /// As [`OperatorCommand::LockSet`].
    LockSet(LockChange),
    /// As [`OperatorCommand::LockUnset`].
    LockUnset(LockChange),
    /// As [`OperatorCommand::DomainDelete`].
    DomainDelete(DomainRemove),
    /// As [`OperatorCommand::DomainRestore`].
    DomainRestore(DomainReturn),
    /// As [`OperatorCommand::ObjectHandover`].
    ObjectHandover(Handover),
    /// As [`OperatorCommand::ContactRedact`].
    ContactRedact(ContactRedact),
    /// As [`OperatorCommand::ContactOrphan`].
    ContactOrphan(ContactOrphan),
    /// As [`OperatorCommand::RegistrarTerminate`].
    RegistrarTerminate(RegistrarTerminate),
    /// As [`OperatorCommand::PolicySet`].
    PolicySet(PolicySet),
    /// What holds for the whole registry.
    PolicyShow(NoMembers),
    /// All objects that a registrar sponsors.
    Portfolio(PortfolioOf),
    /// Whether a change would be done now; nothing is changed.
    DryRun(Box<AdminRequest>),
    /// As [`OperatorCommand::PriceSet`].
    PriceSet(PriceSet),
    /// As [`OperatorCommand::PriceRemove`].
    PriceRemove(PriceRemove),
    /// Prices: those that were, are and will be.
    PriceList(PriceList),
    /// As [`OperatorCommand::BillingOpen`].
    BillingOpen(BillingOpen),
    /// As [`OperatorCommand::BillingSet`].
    BillingSet(BillingSet),
    /// As [`OperatorCommand::BillingPay`].
    BillingPay(BillingPost),
    /// As [`OperatorCommand::BillingCorrect`].
    BillingCorrect(BillingPost),
    /// What registrars have and may owe.
    BillingShow(BillingShow),
    /// A page of a registrar's billing ledger.
    BillingStatement(BillingStatement),
    /// As [`OperatorCommand::ListLoad`].
    ListLoad(ListLoad),
    /// What [`AdminRequest::ListLoad`] would change.
    ListDiff(ListLoad),
    /// As [`OperatorCommand::ListRemove`].
    ListRemove(ListName),
    /// As [`OperatorCommand::LaunchPhaseSet`].
    LaunchPhaseSet(LaunchPhaseSet),
    /// As [`OperatorCommand::LaunchPhaseRemove`].
    LaunchPhaseRemove(LaunchPhaseRemove),
    /// The phases of launches.
    LaunchPhaseList(LaunchPhaseList),
    /// As [`OperatorCommand::LaunchAllocate`].
    LaunchAllocate(LaunchAllocate),
    /// As [`OperatorCommand::LaunchRefuse`].
    LaunchRefuse(LaunchRefuse),
    /// As [`OperatorCommand::LaunchStatus`].
    LaunchStatus(LaunchStatus),
    /// A page of applications.
    LaunchList(LaunchList),
    /// An application.
    LaunchShow(LaunchShow),
    /// As [`OperatorCommand::TmchLoad`].
    TmchLoad(TmchLoad),
    /// What [`AdminRequest::TmchLoad`] would change.
    TmchDiff(TmchLoad),
    /// A page of the lines to report to the Trademark Clearinghouse.
    LordnList(LordnList),
    /// A full deposit of a TLD with its escrow agent.
    EscrowFull(EscrowFull),
    /// What is due of the schedule, done now.
    EscrowRun(EscrowRun),
    /// The deposits that were made by schedule.
    EscrowStatus(EscrowStatus),
    /// A deposit is to be made again: the agent has refused it.
    EscrowResend(EscrowOf),
    /// A deposit is to be made once more and compared.
    EscrowValidate(EscrowOf),
    /// As [`OperatorCommand::EscrowVerdict`].
    EscrowVerdict(EscrowVerdictSet),
    /// A monthly report.
    ReportMake(ReportMake),
    /// A name list.
    ListShow(ListShow),
    /// Name lists.
    ListAll(ListAll),
    /// What waits in a registrar's poll queue.
    PollList(PollList),
    /// As [`OperatorCommand::MaintenanceAdd`].
    MaintenanceAdd(MaintenanceSpec),
    /// As [`OperatorCommand::MaintenanceSet`].
    MaintenanceSet(MaintenanceSpec),
    /// As [`OperatorCommand::MaintenanceRemove`].
    MaintenanceRemove(MaintenanceRemove),
    /// All maintenance events.
    MaintenanceList(NoMembers),
    /// One event.
    MaintenanceShow(MaintenanceRemove),
    /// As [`OperatorCommand::TokenAdd`].
    TokenAdd(TokenAdd),
    /// The same, of random tokens; the answer has them.
    TokenGenerate(TokenGenerate),
    /// As [`OperatorCommand::TokenRevoke`].
    TokenRevoke(TokenRevoke),
    /// A page of a batch of allocation tokens, or all batches.
    TokenList(TokenList),
    /// An allocation token.
    TokenShow(TokenOf),
    /// As [`OperatorCommand::RdapClientAdd`].
    RdapClientAdd(RdapClientAdd),
    /// As [`OperatorCommand::RdapClientSet`].
    RdapClientSet(RdapClientSet),
    /// All clients of RDAP.
    RdapClientList(NoMembers),
    /// As [`OperatorCommand::RdapClientAddToken`].
    RdapClientAddToken(RdapClientAddToken),
    /// The same, of a random token; the answer has it.
    RdapClientMakeToken(RdapClientMakeToken),
    /// As [`OperatorCommand::RdapClientRemoveToken`].
    RdapClientRemoveToken(RdapClientRemoveToken),
    /// As [`OperatorCommand::RdapClientAddCert`].
    RdapClientAddCert(RdapClientAddCert),
    /// As [`OperatorCommand::RdapClientRemoveCert`].
    RdapClientRemoveCert(RdapClientRemoveCert),
    /// As [`OperatorCommand::RdapClientSuspend`].
    RdapClientSuspend(RdapClientSuspend),
    /// As [`OperatorCommand::RdapClientRemove`].
    RdapClientRemove(RdapClientRemove),
    /// A table (RFC 7940) in place of the one of that tag.
    IdnLoad(IdnLoad),
    /// As [`OperatorCommand::IdnRemove`].
    IdnRemove(IdnTag),
    /// As [`OperatorCommand::IdnRekey`].
    IdnRekey(IdnRekey),
    /// All tables.
    IdnList(NoMembers),
    /// A table.
    IdnShow(IdnTag),
    /// What a table says of a label.
    IdnJudge(IdnJudge),
}

/// How far time is driven: one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClockAdvance {
    /// So many days.
    pub days: Option<u32>,
    /// Up to this moment, in microseconds since 1970.
    pub to_micros: Option<i64>,
}

/// A request without parameters: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoMembers {}

/// Which object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectName {
    /// Its name, in any case.
    pub name: String,
}

/// A registrar's new password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// Whose.
    pub clid: String,
    /// 6 to 255 characters; a client that does not speak loginSec-1.0 can give 16 (RFC 5730, `pwType`).
    pub password: String,
}

/// Without the password, which is for no log.
impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPassword").field("clid", &self.clid).finish_non_exhaustive()
    }
}

impl NewPassword {
    /// Whether EPP can carry the password: an XML token, so without control characters and without spaces at an end or
    /// side by side. How long it may be is the registry's policy.
    pub fn is_usable(&self) -> bool {
        let password = self.password.as_str();
        password.trim() == password && !password.contains("  ") && !password.chars().any(char::is_control)
    }
}

/// What an admin request comes to before it is executed.
pub(super) enum Task {
    /// A command for the ledger.
    Change(Box<OperatorCommand>),
    /// A table, to be compiled first.
    Table(IdnLoad),
    /// Allocation tokens, of which the texts are to be found first.
    Tokens(TokenGenerate),
    /// A token of a client of RDAP, to be made first.
    RdapToken(RdapClientMakeToken),
    /// A deposit to be found first that is to be made again.
    Resend(EscrowOf),
    /// A password to be hashed first.
    Password(NewPassword),
    /// A question.
    Question(Question),
}

/// What is answered without a change of the registry.
pub(super) enum Question {
    TldList,
    RegistrarList,
    DomainShow(String),
    Stats,
    Meters,
    Checkpoint,
    ClockShow,
    ClockAccept,
    ClockAdvance(ClockAdvance),
    Inquiry(Inquiry),
}

/// Requests of these names are commands of an operator; what becomes of the others is told as in a `match`.
macro_rules! task {
    ($request:ident: { $($change:ident),* } { $($rest:tt)* }) => {
        match $request {
            $(Self::$change(given) => Task::Change(Box::new(OperatorCommand::$change(given))),)*
            $($rest)*
        }
    };
}

/// Requests of these names concern no object, or the one that they name; what the others are called and concern is told as
/// in a `match`.
macro_rules! label {
    ($request:ident: { $($bare:ident $name:literal),* } { $($named:ident $of:literal),* } { $($rest:tt)* }) => {
        match $request {
            $(Self::$bare(_) => ($name, ""),)*
            $(Self::$named(given) => ($of, &given.name),)*
            $($rest)*
        }
    };
}

impl AdminRequest {
    /// Sorts the request by who executes it.
    pub(super) fn task(self) -> Task {
        let inquiry = |inquiry| Task::Question(Question::Inquiry(inquiry));
        task!(self: {
            TldAdd, TldSet, RegistrarAdd, RegistrarSet, RegistrarAddCert, RegistrarRemoveCert,
            RegistrarSuspend, StatusSet, StatusUnset, LockSet, LockUnset, DomainDelete, DomainRestore,
            ObjectHandover, ContactRedact, ContactOrphan, RegistrarTerminate, PolicySet, PriceSet,
            PriceRemove, BillingOpen, BillingSet, BillingPay, BillingCorrect, ListLoad, ListRemove, IdnRemove, IdnRekey,
            LaunchPhaseSet, LaunchPhaseRemove, LaunchAllocate, LaunchRefuse, LaunchStatus, TmchLoad,
            MaintenanceAdd, MaintenanceSet, MaintenanceRemove, TokenAdd, TokenRevoke, RdapClientAdd, RdapClientSet,
            RdapClientAddToken, RdapClientRemoveToken, RdapClientAddCert, RdapClientRemoveCert, RdapClientSuspend,
            RdapClientRemove, EscrowVerdict
        } {
            Self::RegistrarSetPassword(new) => Task::Password(new),
            Self::RdapClientMakeToken(make) => Task::RdapToken(make),
            Self::RdapClientList(_) => inquiry(Inquiry::RdapClientList),
            Self::IdnLoad(load) => Task::Table(load),
            Self::IdnList(_) => inquiry(Inquiry::IdnList),
            Self::IdnShow(of) => inquiry(Inquiry::IdnShow(of)),
            Self::IdnJudge(asked) => inquiry(Inquiry::IdnJudge(asked)),
            Self::TldList(_) => Task::Question(Question::TldList),
            Self::RegistrarList(_) => Task::Question(Question::RegistrarList),
            Self::DomainShow(object) => Task::Question(Question::DomainShow(object.name)),
            Self::Stats(_) => Task::Question(Question::Stats),
            Self::Meters(_) => Task::Question(Question::Meters),
            Self::Checkpoint(_) => Task::Question(Question::Checkpoint),
            Self::ClockShow(_) => Task::Question(Question::ClockShow),
            Self::ClockAccept(_) => Task::Question(Question::ClockAccept),
            Self::ClockAdvance(advance) => Task::Question(Question::ClockAdvance(advance)),
            Self::PolicyShow(_) => inquiry(Inquiry::PolicyShow),
            Self::RegistrarSessions(of) => inquiry(Inquiry::Sessions(of)),
            Self::Portfolio(of) => inquiry(Inquiry::Portfolio(of)),
            Self::DryRun(request) => {
                let name = request.label().0;
                match request.task() {
                    Task::Change(change) => inquiry(Inquiry::DryRun(change)),
                    Task::Table(load) => inquiry(Inquiry::IdnDryRun(load)),
                    Task::Tokens(_)
                    | Task::RdapToken(_)
                    | Task::Password(_)
                    | Task::Resend(_)
                    | Task::Question(_) => {
                        inquiry(Inquiry::NoDryRun(name))
                    }
                }
            }
            Self::LaunchPhaseList(asked) => inquiry(Inquiry::LaunchPhaseList(asked)),
            Self::LaunchList(asked) => inquiry(Inquiry::LaunchList(asked)),
            Self::LaunchShow(asked) => inquiry(Inquiry::LaunchShow(asked)),
            Self::TmchDiff(load) => inquiry(Inquiry::TmchDiff(load)),
            Self::LordnList(asked) => inquiry(Inquiry::LordnList(asked)),
            Self::EscrowFull(asked) => inquiry(Inquiry::EscrowFull(asked)),
            Self::EscrowRun(asked) => inquiry(Inquiry::EscrowRun(asked)),
            Self::EscrowStatus(asked) => inquiry(Inquiry::EscrowStatus(asked)),
            Self::EscrowValidate(asked) => inquiry(Inquiry::EscrowValidate(asked)),
            Self::EscrowResend(asked) => Task::Resend(asked),
            Self::ReportMake(asked) => inquiry(Inquiry::ReportMake(asked)),
            Self::PriceList(asked) => inquiry(Inquiry::PriceList(asked)),
            Self::BillingShow(asked) => inquiry(Inquiry::BillingShow(asked)),
            Self::BillingStatement(asked) => inquiry(Inquiry::BillingStatement(asked)),
            Self::ListDiff(load) => inquiry(Inquiry::ListDiff(Box::new(load))),
            Self::ListShow(asked) => inquiry(Inquiry::ListShow(asked)),
            Self::ListAll(asked) => inquiry(Inquiry::ListAll(asked)),
            Self::PollList(asked) => inquiry(Inquiry::PollList(asked)),
            Self::MaintenanceList(_) => inquiry(Inquiry::MaintenanceList),
            Self::MaintenanceShow(asked) => inquiry(Inquiry::MaintenanceShow(asked.id)),
            Self::TokenGenerate(generate) => Task::Tokens(generate),
            Self::TokenList(asked) => inquiry(Inquiry::TokenList(asked)),
            Self::TokenShow(asked) => inquiry(Inquiry::TokenShow(asked)),
        })
    }

    /// The command's name on the wire, and the object it concerns (empty: none).
    pub fn label(&self) -> (&'static str, &str) {
        label!(self: {
            TldList "tld-list", RegistrarList "registrar-list", Stats "stats", Meters "meters", Checkpoint "checkpoint",
            ClockShow "clock-show", ClockAccept "clock-accept", ClockAdvance "clock-advance",
            PolicySet "policy-set", PolicyShow "policy-show", DryRun "dry-run", PriceList "price-list",
            BillingShow "billing-show", LaunchPhaseList "launch-phase-list", TmchLoad "tmch-load",
            TmchDiff "tmch-diff", ListAll "list-all", MaintenanceList "maintenance-list",
            IdnList "idn-list", RdapClientList "rdap-client-list",
            TokenRevoke "token-revoke", TokenShow "token-show"
        } {
            TldAdd "tld-add", TldSet "tld-set", DomainShow "domain-show", StatusSet "status-set",
            StatusUnset "status-unset", LockSet "lock-set", LockUnset "lock-unset",
            DomainDelete "domain-delete", DomainRestore "domain-restore", ObjectHandover "object-handover",
            ListLoad "list-load", ListDiff "list-diff", ListRemove "list-remove", ListShow "list-show",
            IdnRekey "idn-rekey", RdapClientAdd "rdap-client-add", RdapClientSet "rdap-client-set",
            RdapClientAddToken "rdap-client-add-token", RdapClientMakeToken "rdap-client-make-token",
            RdapClientRemoveToken "rdap-client-remove-token", RdapClientAddCert "rdap-client-add-cert",
            RdapClientRemoveCert "rdap-client-remove-cert", RdapClientSuspend "rdap-client-suspend",
            RdapClientRemove "rdap-client-remove"
        } {
            Self::RegistrarAdd(add) => ("registrar-add", &add.clid),
            Self::RegistrarSet(set) => ("registrar-set", &set.clid),
            Self::RegistrarSetPassword(new) => ("registrar-set-password", &new.clid),
            Self::RegistrarAddCert(add) => ("registrar-add-cert", &add.clid),
            Self::RegistrarRemoveCert(remove) => ("registrar-remove-cert", &remove.clid),
            Self::RegistrarSuspend(suspend) => ("registrar-suspend", &suspend.clid),
            Self::ContactRedact(redact) => ("contact-redact", &redact.id),
            Self::ContactOrphan(orphan) => ("contact-orphan", &orphan.id),
            Self::RegistrarTerminate(end) => ("registrar-terminate", &end.clid),
            Self::RegistrarSessions(of) => ("registrar-sessions", of.clid.as_deref().unwrap_or_default()),
            Self::Portfolio(of) => ("portfolio", of.clid.as_deref().unwrap_or_default()),
            Self::PriceSet(set) => ("price-set", &set.tld),
            Self::PriceRemove(remove) => ("price-remove", &remove.tld),
            Self::BillingOpen(open) => ("billing-open", &open.clid),
            Self::BillingSet(set) => ("billing-set", &set.clid),
            Self::BillingPay(post) => ("billing-pay", &post.clid),
            Self::BillingCorrect(post) => ("billing-correct", &post.clid),
            Self::BillingStatement(asked) => ("billing-statement", &asked.clid),
            Self::LaunchPhaseSet(set) => ("launch-phase-set", &set.tld),
            Self::LaunchPhaseRemove(remove) => ("launch-phase-remove", &remove.tld),
            Self::LaunchAllocate(of) => ("launch-allocate", &of.id),
            Self::LaunchRefuse(of) => ("launch-refuse", &of.id),
            Self::LaunchStatus(of) => ("launch-status", &of.id),
            Self::LaunchList(of) => ("launch-list", of.name.as_deref().unwrap_or_default()),
            Self::LaunchShow(of) => ("launch-show", &of.id),
            Self::LordnList(asked) => ("lordn-list", &asked.tld),
            Self::EscrowFull(asked) => ("escrow-full", &asked.tld),
            Self::EscrowRun(asked) => ("escrow-run", &asked.tld),
            Self::EscrowStatus(asked) => ("escrow-status", asked.tld.as_deref().unwrap_or_default()),
            Self::EscrowResend(asked) => ("escrow-resend", &asked.tld),
            Self::EscrowValidate(asked) => ("escrow-validate", &asked.tld),
            Self::EscrowVerdict(set) => ("escrow-verdict", &set.tld),
            Self::ReportMake(asked) => ("report-make", &asked.tld),
            Self::IdnLoad(load) => ("idn-load", &load.tag),
            Self::IdnRemove(remove) => ("idn-remove", &remove.tag),
            Self::IdnShow(of) => ("idn-show", &of.tag),
            Self::IdnJudge(asked) => ("idn-judge", &asked.label),
            Self::PollList(asked) => ("poll-list", &asked.clid),
            Self::MaintenanceAdd(spec) => ("maintenance-add", &spec.id),
            Self::MaintenanceSet(spec) => ("maintenance-set", &spec.id),
            Self::MaintenanceShow(asked) => ("maintenance-show", &asked.id),
            Self::MaintenanceRemove(gone) => ("maintenance-remove", &gone.id),
            Self::TokenAdd(add) => ("token-add", &add.terms.batch),
            Self::TokenGenerate(generate) => ("token-generate", &generate.terms.batch),
            Self::TokenList(asked) => ("token-list", asked.batch.as_deref().unwrap_or_default()),
        })
    }
}

/// How a request is answered when it cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminFailure {
    /// An EPP result code (RFC 5730, section 3).
    pub code: u16,
    /// What was wrong and what to do.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<AdminRequest, simd_json::Error> {
        simd_json::from_slice(&mut json.as_bytes().to_vec())
    }

    #[test]
    fn requests_read_under_the_name_they_are_logged_with() {
        for json in [
            r#"{"tld-list":{}}"#,
            r#"{"registrar-list":{}}"#,
            r#"{"registrar-set-password":{"clid":"abc","password":"secret1"}}"#,
            r#"{"registrar-suspend":{"clid":"abc","suspended":true}}"#,
            r#"{"domain-show":{"name":"hello.example"}}"#,
            r#"{"registrar-sessions":{"clid":null}}"#,
            r#"{"stats":{}}"#,
            r#"{"checkpoint":{}}"#,
            r#"{"clock-show":{}}"#,
            r#"{"clock-accept":{}}"#,
            r#"{"price-list":{"tld":"shop"}}"#,
            r#"{"billing-show":{"clid":null}}"#,
            r#"{"billing-pay":{"clid":"abc","amount":"1.00","reason":"wire"}}"#,
            r#"{"list-diff":{"tld":"shop","name":"a","kind":"reserved","class":"","labels":["www"],"patterns":[]}}"#,
            r#"{"list-show":{"tld":"shop","name":"a","labels":true}}"#,
            r#"{"list-all":{"tld":null}}"#,
            r#"{"lordn-list":{"tld":"shop","kind":"claims","first":7}}"#,
            r#"{"poll-list":{"clid":"abc","last":7}}"#,
            r#"{"token-revoke":{"tokens":["a","b"]}}"#,
            r#"{"token-list":{"batch":"winter","first":1001}}"#,
            r#"{"token-show":{"token":"a"}}"#,
            r#"{"idn-list":{}}"#,
            r#"{"rdap-client-list":{}}"#,
            r#"{"rdap-client-make-token":{"name":"police","label":""}}"#,
            r#"{"rdap-client-remove":{"name":"police"}}"#,
            r#"{"idn-show":{"tag":"de"}}"#,
            r#"{"idn-judge":{"tag":"de","label":"sön","tld":null}}"#,
            r#"{"dry-run":{"idn-load":{"tag":"de","xml":"<lgr/>"}}}"#,
        ] {
            let request = read(json).expect(json);
            assert!(json.contains(&format!("\"{}\"", request.label().0)), "{json}");
            assert_eq!(simd_json::to_string(&request).expect("plain data"), json);
        }
    }

    #[test]
    fn what_has_no_dry_run_is_not_done_instead() {
        for json in [
            r#"{"dry-run":{"checkpoint":{}}}"#,
            r#"{"dry-run":{"clock-accept":{}}}"#,
            r#"{"dry-run":{"registrar-set-password":{"clid":"abc","password":"secret-1"}}}"#,
            r#"{"dry-run":{"dry-run":{"checkpoint":{}}}}"#,
        ] {
            let task = read(json).expect(json).task();
            assert!(matches!(task, Task::Question(Question::Inquiry(Inquiry::NoDryRun(_)))), "{json}");
        }
        let task = read(r#"{"dry-run":{"maintenance-remove":{"id":"a"}}}"#).expect("known").task();
        assert!(matches!(task, Task::Question(Question::Inquiry(Inquiry::DryRun(_)))));
    }

    #[test]
    fn unknown_commands_and_members_are_refused() {
        for json in [r#"{"shutdown":{}}"#, r#"{"stats":{"all":true}}"#, r#"{"domain-show":{}}"#, r#"["stats"]"#, ""] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_password_that_epp_cannot_carry_is_not_usable() {
        for (password, usable) in [
            ("secret", true),
            ("sixteen letters!", true),
            ("seventeen letters", true),
            (" secret", false),
            ("sec  ret", false),
            ("sec\tret", false),
        ] {
            let new = NewPassword { clid: "abc".into(), password: password.into() };
            assert_eq!(new.is_usable(), usable, "{password:?}");
            assert!(!format!("{new:?}").contains(password));
        }
    }
}
