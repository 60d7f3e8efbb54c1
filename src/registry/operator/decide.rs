//! Which rule an operator's command goes to: one exhaustive match.

use crate::model::answer::{Answer, Success};
use crate::model::operator::{OperatorCommand, OperatorRefusal};
use crate::model::record::BillingKind;
use crate::model::transaction::Change;
use crate::model::view::View;
use crate::registry::launch::allocation;
use crate::registry::operator::{
    account, contact, credential, escrow, handover, idn, launch, lock, maintenance, name_list, policy, price,
    rdap_client, registrar, removal, status, tld, token,
};
use crate::registry::{Cause, Decision};

/// What the command changes. The view must hold every earlier transaction, durable or not yet. Who asked is for the log, the
/// billing ledger and whom it tells; no rule looks at it: what a registrar may do over the admin commands (its own password at login, nothing else) is the caller's to hold.
///
/// # Errors
/// An [`OperatorRefusal`] that says what to do; then nothing changes.
pub fn decide(view: &impl View, cause: &Cause<'_>, command: &OperatorCommand) -> Result<Decision, OperatorRefusal> {
    let now = cause.now;
    let changes = match command {
        OperatorCommand::TldAdd(add) => vec![Change::PutTld(tld::add(view, now, add)?)],
        OperatorCommand::TldSet(set) => vec![Change::PutTld(tld::set(view, now, set)?)],
        OperatorCommand::RegistrarAdd(add) => vec![Change::PutRegistrar(registrar::add(view, now, add)?)],
        OperatorCommand::RegistrarSet(set) => vec![Change::PutRegistrar(registrar::set(view, now, set)?)],
        OperatorCommand::RegistrarSetPassword(set) => vec![Change::PutRegistrar(credential::password(view, now, set)?)],
        OperatorCommand::RegistrarAddCert(add) => vec![Change::PutRegistrar(credential::add(view, now, add)?)],
        OperatorCommand::RegistrarRemoveCert(rem) => vec![Change::PutRegistrar(credential::remove(view, now, rem)?)],
        OperatorCommand::RegistrarSuspend(set) => vec![Change::PutRegistrar(credential::suspend(view, now, set)?)],
        OperatorCommand::StatusSet(change) => status::change(view, cause, change, true)?,
        OperatorCommand::StatusUnset(change) => status::change(view, cause, change, false)?,
        OperatorCommand::LockSet(lock) => lock::set(view, cause, lock)?,
        OperatorCommand::LockUnset(lock) => lock::unset(view, cause, lock)?,
        OperatorCommand::DomainDelete(remove) => removal::delete(view, cause, remove)?,
        OperatorCommand::DomainRestore(back) => removal::restore(view, cause, back)?,
        OperatorCommand::ObjectHandover(hand) => handover::decide(view, cause, hand)?,
        OperatorCommand::ContactRedact(redact) => contact::redact(view, cause, redact)?,
        OperatorCommand::ContactOrphan(orphan) => policy::orphan(view, cause, orphan)?,
        OperatorCommand::PolicySet(set) => policy::set(view, set)?,
        OperatorCommand::RegistrarTerminate(end) => vec![Change::PutRegistrar(credential::terminate(view, now, end)?)],
        OperatorCommand::PriceSet(set) => vec![Change::PutPriceList(price::set(view, now, set)?)],
        OperatorCommand::PriceRemove(remove) => vec![Change::PutPriceList(price::remove(view, now, remove)?)],
        OperatorCommand::BillingOpen(open) => vec![Change::PutAccount(account::open(view, now, open)?)],
        OperatorCommand::BillingSet(set) => account::set(view, now, set)?,
        OperatorCommand::BillingPay(post) => account::post(view, cause, post, BillingKind::Payment)?,
        OperatorCommand::BillingCorrect(post) => account::post(view, cause, post, BillingKind::Correction)?,
        OperatorCommand::ListLoad(load) => vec![Change::PutNameList(name_list::load(view, now, load)?)],
        OperatorCommand::ListRemove(remove) => vec![name_list::remove(view, remove)?],
        OperatorCommand::LaunchPhaseSet(set) => vec![Change::PutLaunchPlan(launch::set(view, now, set)?)],
        OperatorCommand::LaunchPhaseRemove(remove) => vec![launch::remove(view, now, remove)?],
        OperatorCommand::LaunchAllocate(id) => allocation::allocate(view, cause, id)?,
        OperatorCommand::LaunchRefuse(id) => allocation::refuse(view, cause, id)?,
        OperatorCommand::LaunchStatus(change) => allocation::status(view, cause, change)?,
        OperatorCommand::TmchLoad(load) => vec![launch::load_list(view, load)?],
        OperatorCommand::EscrowMade(made) => vec![Change::PutEscrowHistory(escrow::made(view, made)?)],
        OperatorCommand::EscrowStep(step) => vec![Change::PutEscrowHistory(escrow::step(view, now, step)?)],
        OperatorCommand::EscrowVerdict(set) => vec![Change::PutEscrowHistory(escrow::verdict(view, now, set)?)],
        OperatorCommand::MaintenanceAdd(spec) => maintenance::add(view, now, spec)?,
        OperatorCommand::MaintenanceSet(spec) => maintenance::set(view, now, spec)?,
        OperatorCommand::MaintenanceRemove(gone) => maintenance::remove(view, now, gone)?,
        OperatorCommand::TokenAdd(add) => token::add(view, now, add)?,
        OperatorCommand::TokenRevoke(revoke) => token::revoke(view, now, revoke)?,
        OperatorCommand::RdapClientAdd(add) => vec![Change::PutRdapClient(rdap_client::add(view, now, add)?)],
        OperatorCommand::RdapClientSet(set) => vec![Change::PutRdapClient(rdap_client::set(view, now, set)?)],
        OperatorCommand::RdapClientAddToken(add) => {
            vec![Change::PutRdapClient(rdap_client::add_token(view, now, add)?)]
        }
        OperatorCommand::RdapClientRemoveToken(remove) => {
            vec![Change::PutRdapClient(rdap_client::remove_token(view, now, remove)?)]
        }
        OperatorCommand::RdapClientAddCert(add) => vec![Change::PutRdapClient(rdap_client::add_cert(view, now, add)?)],
        OperatorCommand::RdapClientRemoveCert(remove) => {
            vec![Change::PutRdapClient(rdap_client::remove_cert(view, now, remove)?)]
        }
        OperatorCommand::RdapClientSuspend(set) => vec![Change::PutRdapClient(rdap_client::suspend(view, now, set)?)],
        OperatorCommand::RdapClientRemove(remove) => vec![rdap_client::remove(view, remove)?],
        OperatorCommand::IdnLoad(load) => vec![Change::PutIdnTable(idn::load(view, now, load)?)],
        OperatorCommand::IdnRemove(remove) => vec![idn::remove(view, remove)?],
        OperatorCommand::IdnRekey(rekey) => vec![idn::rekey(view, rekey)?],
    };
    Ok(Decision { changes, success: Success::Completed, answer: Answer::Empty })
}
