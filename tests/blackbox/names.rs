//! Objects that no other test has.

use crate::frames::{contact_create, contacts, domain_create, expect, host_create};
use crate::support::EppClient;
use crate::world::unique;

/// A name in `test`, whose domains have no contacts.
pub(crate) fn minimum() -> String {
    format!("{}.test", unique("min-"))
}

/// A name in `example`, whose domains have contacts.
pub(crate) fn maximum() -> String {
    format!("{}.example", unique("max-"))
}

/// A host name outside of the registry.
pub(crate) fn outside() -> String {
    format!("ns1.{}.icann", unique("out-"))
}

/// A contact's identifier.
pub(crate) fn contact() -> String {
    unique("con-")
}

/// A domain in `test` that the client now sponsors.
pub(crate) fn minimum_of(client: &mut EppClient) -> String {
    let name = minimum();
    expect(client, 1000, &domain_create(&name, ""));
    name
}

/// A contact that the client now sponsors.
pub(crate) fn contact_of(client: &mut EppClient) -> String {
    let id = contact();
    expect(client, 1000, &contact_create(&id));
    id
}

/// A domain in `example`, with this contact in all roles, that the client now sponsors.
pub(crate) fn maximum_of(client: &mut EppClient, contact: &str) -> String {
    let name = maximum();
    expect(client, 1000, &domain_create(&name, &contacts(contact)));
    name
}

/// An external host that the client now sponsors.
pub(crate) fn outside_of(client: &mut EppClient) -> String {
    let name = outside();
    expect(client, 1000, &host_create(&name, &[]));
    name
}

/// The same with a contact of its own.
pub(crate) fn maximum_of_own(client: &mut EppClient) -> String {
    let contact = contact_of(client);
    maximum_of(client, &contact)
}
