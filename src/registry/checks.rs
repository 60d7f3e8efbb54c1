//! Small verifications that the operations share: each holds one rule of the RFCs and says no with one result code.

use crate::base::limits;
use crate::base::timestamp::Timestamp;
use crate::model::auth::ArchivedAuthDigest;
use crate::model::command::{AuthInfo, StatusValue};
use crate::model::name;
use crate::model::record::{ArchivedContact, ArchivedDomain, PollData, PollMessage};
use crate::model::refusal::{Element, Fault, Refusal};
pub(crate) use crate::model::seal::native;
use crate::model::status::{Status, Statuses};
use crate::model::transaction::Change;
use crate::model::view::View;

/// What refuses a delete: its prohibitions, and any pending action, because pending statuses are never combined (RFC
/// 5731, 5732 and 5733, section 2.3 or 2.2).
pub(crate) const PROHIBIT_DELETE: &[Status] = &[
    Status::ClientDeleteProhibited,
    Status::ServerDeleteProhibited,
    Status::PendingCreate,
    Status::PendingDelete,
    Status::PendingRenew,
    Status::PendingTransfer,
    Status::PendingUpdate,
];

/// What refuses a transfer request. A pending transfer is not among it: that has a result code of its own, 2300.
pub(crate) const PROHIBIT_TRANSFER: &[Status] = &[
    Status::ClientTransferProhibited,
    Status::ServerTransferProhibited,
    Status::PendingCreate,
    Status::PendingDelete,
    Status::PendingRenew,
    Status::PendingUpdate,
];

/// What refuses any update. `clientUpdateProhibited` has an exception: see [`may_update`].
const PROHIBIT_UPDATE: &[Status] = &[
    Status::ServerUpdateProhibited,
    Status::PendingCreate,
    Status::PendingDelete,
    Status::PendingRenew,
    Status::PendingTransfer,
    Status::PendingUpdate,
];

/// What keeps a domain from referring to a host or contact: it is not there yet, or about to go.
pub(crate) const PROHIBIT_LINK: &[Status] = &[Status::PendingCreate, Status::PendingDelete];

/// The name in registry form, of an object that should be there.
///
/// # Errors
/// 2005 when it is no host name (RFC 5731, section 2.1; RFC 5732, section 2.1).
pub(crate) fn normalized(element: Element, given: &str) -> Result<String, Refusal> {
    name::normalize(given).map_err(|fault| Refusal::ValueSyntax(Fault::new(element, given, fault.to_string())))
}

/// The name in registry form, of an object to be.
///
/// # Errors
/// 2005 when it is no host name, or an A-label of it stands for no U-label (RFC 5891, section 4.2).
pub(crate) fn normalized_new(element: Element, given: &str) -> Result<String, Refusal> {
    name::normalize_new(given).map_err(|fault| Refusal::ValueSyntax(Fault::new(element, given, fault.to_string())))
}

/// That the client sponsors the object.
///
/// # Errors
/// 2201 when another does (RFC 5731, section 3.2; RFC 5732, section 3.2; RFC 5733, section 3.2).
pub(crate) fn sponsored_by(clid: &str, sponsor: &str, element: Element, object: &str) -> Result<(), Refusal> {
    if clid == sponsor {
        return Ok(());
    }
    Err(Refusal::Authorization(Fault::new(element, object, "only its sponsoring client may do this")))
}

/// That the object has none of the `prohibiting` statuses.
///
/// # Errors
/// 2304, naming the first it has.
pub(crate) fn allowed(
    statuses: Statuses,
    prohibiting: &[Status],
    element: Element,
    object: &str,
) -> Result<(), Refusal> {
    match statuses.first_of(prohibiting) {
        None => Ok(()),
        Some(status) => {
            let fault = Fault::new(element, object, format!("the object has status {status}"));
            Err(Refusal::Status { fault, status })
        }
    }
}

/// That the object may be updated by a command that removes the statuses `removed`.
///
/// "Requests to update the object (other than to remove this status) MUST be rejected" (RFC 5731, section 2.3; RFC 5732,
/// section 2.3; RFC 5733, section 2.2). A command that removes `clientUpdateProhibited` may do more besides: the client
/// could do the same with two commands, and one is atomic.
///
/// # Errors
/// 2304, naming the status.
pub(crate) fn may_update(
    statuses: Statuses,
    removed: &[StatusValue],
    element: Element,
    object: &str,
) -> Result<(), Refusal> {
    allowed(statuses, PROHIBIT_UPDATE, element, object)?;
    if removed.iter().any(|removed| removed.status == Status::ClientUpdateProhibited) {
        return Ok(());
    }
    allowed(statuses, &[Status::ClientUpdateProhibited], element, object)
}

/// The statuses after an update's `<add>` and `<rem>`; `element` is the mapping's `status`.
///
/// # Errors
/// 2306 for a status that only the registry sets ("A client MUST NOT alter status values set by the server", RFC 5731,
/// section 2.3; RFC 5732, section 2.3; RFC 5733, section 2.2), for one added and removed at once, for one added that is
/// there, and for one removed that is not.
pub(crate) fn change_statuses(
    current: Statuses,
    add: &[StatusValue],
    rem: &[StatusValue],
    element: Element,
) -> Result<Statuses, Refusal> {
    let refuse = |status: &Status, why: &'static str| Err(Refusal::Policy(Fault::new(element, status.name(), why)));
    let (add, rem) = (statuses_of(add), statuses_of(rem));
    for status in add.iter().chain(&rem) {
        if !status.is_client() {
            return refuse(status, "a client sets and removes only statuses that begin with client");
        }
        if add.contains(status) && rem.contains(status) {
            return refuse(status, "the same status cannot be added and removed by one command");
        }
    }
    let mut after = current;
    for status in &rem {
        if !after.has(*status) {
            return refuse(status, "a status to be removed must be there");
        }
        after = after.without(*status);
    }
    for status in &add {
        if after.has(*status) {
            return refuse(status, "the status is there already");
        }
        after = after.with(*status);
    }
    Ok(after)
}

fn statuses_of(values: &[StatusValue]) -> Vec<Status> {
    values.iter().map(|value| value.status).collect()
}

/// That `auth`, given with an info or transfer command, is the domain's own authInfo, or that of the registrant or
/// contact its `roid` names (RFC 5731, sections 3.1.2 and 3.2.4). What is unset matches nothing (RFC 9154, section 4.4).
///
/// # Errors
/// 2202 when it is not; 2102 for a mechanism other than a password.
pub(crate) fn domain_auth<V: View>(view: &V, domain: &ArchivedDomain, auth: &AuthInfo) -> Result<(), Refusal> {
    let (password, roid) = given_password("domain", auth)?;
    let Some(roid) = roid else { return matching("domain", domain.auth.as_ref(), password) };
    let handles = domain.registrant.iter().chain(domain.contacts.iter().map(|contact| &contact.id));
    let owner = handles.filter_map(|handle| view.contact(handle)).find(|contact| contact.roid == *roid);
    match owner {
        Some(contact) => matching("domain", contact.auth.as_ref(), password),
        None => Err(wrong_auth("domain")),
    }
}

/// That `auth`, given with an info or transfer command, is the contact's authInfo.
///
/// # Errors
/// 2202 when it is not, or its `roid` names another object; 2102 for a mechanism other than a password.
pub(crate) fn contact_auth(contact: &ArchivedContact, auth: &AuthInfo) -> Result<(), Refusal> {
    let (password, roid) = given_password("contact", auth)?;
    if roid.is_some_and(|roid| contact.roid != *roid) {
        return Err(wrong_auth("contact"));
    }
    matching("contact", contact.auth.as_ref(), password)
}

fn given_password<'a>(schema: &'static str, auth: &'a AuthInfo) -> Result<(&'a str, Option<&'a str>), Refusal> {
    match auth {
        AuthInfo::Password { password, roid } => Ok((password, roid.as_deref())),
        AuthInfo::Extension(namespace) => Err(unknown_mechanism(schema, namespace)),
        AuthInfo::Null => Err(wrong_auth(schema)),
    }
}

fn matching(schema: &'static str, set: Option<&ArchivedAuthDigest>, password: &str) -> Result<(), Refusal> {
    // RFC 9154, section 4.4: nothing matches an unset value, and an empty value matches nothing.
    match set {
        Some(set) if !password.is_empty() && set.matches(password) => Ok(()),
        _ => Err(wrong_auth(schema)),
    }
}

/// Leaves the password out: a refusal may be logged, and "the plain-text version [...] MUST NOT be written to any logs"
/// (RFC 9154, section 4.3).
pub(crate) fn wrong_auth(schema: &'static str) -> Refusal {
    Refusal::AuthInfo(Fault::new(Element { schema, name: "pw" }, "", "it is not the authInfo of the object"))
}

pub(crate) fn unknown_mechanism(schema: &'static str, namespace: &str) -> Refusal {
    let element = Element { schema, name: "ext" };
    Refusal::UnimplementedOption(Fault::new(element, namespace, "authInfo is a password here"))
}

/// That one check names no more objects than the limit.
///
/// # Errors
/// 2306.
pub(crate) fn countable(objects: usize, element: Element) -> Result<(), Refusal> {
    if objects <= limits::CHECK_OBJECTS {
        return Ok(());
    }
    let reason = format!("one check names {} objects at most, found {objects}", limits::CHECK_OBJECTS);
    Err(Refusal::Policy(Fault::new(element, "", reason)))
}

/// A repository object identifier: `D1Z-EXAMPLE` (RFC 5730, section 2.8). The letter keeps domains (`D`), hosts (`H`)
/// and contacts (`C`) apart; the number is the sequence of the transaction that creates the object, in base 36.
pub(crate) fn roid(letter: char, sequence: u64, repository_id: &str) -> String {
    let mut digits = Vec::new();
    let mut rest = sequence;
    loop {
        digits.push(char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(rest % 36) as usize]));
        rest /= 36;
        if rest == 0 {
            break;
        }
    }
    let number: String = digits.into_iter().rev().collect();
    format!("{letter}{number}-{repository_id}")
}

/// Queues a poll message, numbered after those the registrar has and those this decision has queued for it so far.
///
/// Whoever knows an authInfo can ask for a transfer and take it back all day long. So of the messages about one object's
/// transfers [`limits::POLL_MESSAGES_PER_OBJECT`] wait at most: a further one takes the place of the newest, which says less. A
/// decision tells a registrar of an object once.
pub(crate) fn notify<V: View>(
    view: &V,
    now: Timestamp,
    changes: &mut Vec<Change>,
    registrar: &str,
    text: &str,
    data: impl Into<Option<PollData>>,
) {
    let data = data.into();
    if let Some(object) = data.as_ref().and_then(PollData::transferred) {
        let unread: Vec<u64> = view.poll_about(registrar, object).collect();
        if let Some(number) = unread.last().copied().filter(|_| unread.len() >= limits::POLL_MESSAGES_PER_OBJECT) {
            changes.push(Change::DeletePollMessage { registrar: registrar.to_owned(), number });
        }
    }
    let next = view.poll_queue(registrar).map_or(1, |queue| queue.next.to_native());
    let queued =
        changes.iter().filter(|change| matches!(change, Change::PutPollMessage(m) if m.registrar == registrar));
    let number = next + queued.count() as u64;
    let (registrar, text) = (registrar.to_owned(), text.to_owned());
    changes.push(Change::PutPollMessage(PollMessage { registrar, number, queued: now, text, data }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Kind;
    use crate::registry::invariants;
    use crate::registry::testing::{A, B, World};

    #[test]
    fn roids_are_base_36_and_end_in_the_repository() {
        assert_eq!(roid('D', 0, "EXAMPLE"), "D0-EXAMPLE");
        assert_eq!(roid('H', 35, "EXAMPLE"), "HZ-EXAMPLE");
        assert_eq!(roid('C', 36 * 36 + 1, "EXAMPLE"), "C101-EXAMPLE");
        assert_eq!(roid('D', u64::MAX, "X"), "D3W5E11264SGSF-X");
    }

    #[test]
    fn messages_of_one_decision_to_one_registrar_have_numbers_in_turn() {
        let mut world = World::new();
        let data = PollData::Pending {
            kind: Kind::Domain as u8,
            object: "foo.example".into(),
            accepted: true,
            cl_trid: None,
            sv_trid: "SV-1".into(),
            completed: world.now,
        };
        let number = |change: &Change| match change {
            Change::PutPollMessage(message) => message.number,
            _ => 0,
        };
        for expected in [[1, 1, 2], [3, 2, 4]] {
            let mut changes = Vec::new();
            for clid in [A, B, A] {
                notify(&world.memory, world.now, &mut changes, clid, "Done.", data.clone());
            }
            assert_eq!(changes.iter().map(number).collect::<Vec<_>>(), expected);
            world.put(changes);
            invariants::check(&world.memory, world.now).expect("whole");
        }
    }

    #[test]
    fn client_statuses_are_added_and_removed_once() {
        use Status::{ClientHold, ClientUpdateProhibited, Ok as OkStatus, PendingDelete, ServerHold};
        let held = Statuses::of(&[ClientHold]);
        let change = |add: &[Status], rem: &[Status]| {
            let values = |statuses: &[Status]| statuses.iter().map(|status| (*status).into()).collect::<Vec<_>>();
            change_statuses(held, &values(add), &values(rem), Element::domain("status"))
                .map_err(|refusal| refusal.code())
        };
        assert_eq!(change(&[], &[]), Ok(held));
        assert_eq!(change(&[ClientUpdateProhibited], &[]), Ok(held.with(ClientUpdateProhibited)));
        assert_eq!(change(&[], &[ClientHold]), Ok(Statuses::NONE));
        for (add, rem) in [
            (&[ClientHold][..], &[][..]),
            (&[ClientUpdateProhibited, ClientUpdateProhibited], &[]),
            (&[], &[ClientUpdateProhibited]),
            (&[], &[ClientHold, ClientHold]),
            (&[ClientHold], &[ClientHold]),
            (&[ServerHold], &[]),
            (&[], &[ServerHold]),
            (&[OkStatus], &[]),
            (&[PendingDelete], &[]),
        ] {
            assert_eq!(change(add, rem), Err(2306), "{add:?} {rem:?}");
        }
    }
}
