//! Extensions that operators have switched off, in the whole registry or for the names of a TLD: the one place that says
//! so, for all extensions, before a command meets its rules and before its answer is written.
//!
//! What is off in the registry is as if it had never been there: not announced, not to be asked for, 2103, or 2307 for an
//! object mapping. What is off in
//! a TLD is known and refused beside its names, 2306; their answers do not carry it. A command with names of several TLDs
//! is of all of them.

use std::borrow::Cow;

use crate::epp::extensions::{Extension, ExtensionSet};
use crate::epp::offer::Offer;
use crate::epp::session::{HOST_URI, object_uri, unimplemented_extension, unimplemented_object};
use crate::model::answer::Answer;
use crate::model::change::ArchivedSnapshot;
use crate::model::command::{Action, Envelope, Query, Transform};
use crate::model::record::{ArchivedDomain, ArchivedHost, ArchivedPollData, Kind, Policy};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::seal;
use crate::model::view::{View, key};

/// What is off in the whole registry.
pub fn in_registry<V: View>(view: &V) -> ExtensionSet {
    let policy = view.record::<Policy>(key::POLICY);
    let names = policy.map(|policy| policy.extensions_off.iter().map(|name| name.as_str()));
    names.map_or(ExtensionSet::NONE, ExtensionSet::named)
}

/// What is off for a command, unless the command asks for any of it.
///
/// # Result codes
/// - 2103 an extension that is off in the registry, in a command's `<extension>` or among the services of a login
/// - 2306 an element of an extension that is off in the TLD of one of the command's names
/// - 2307 a command of an object mapping that is off, or of hosts where no TLD has host objects
///
/// # Errors
/// The [`Refusal`] to answer with.
pub fn check<V: View>(view: &V, envelope: &Envelope<'_>) -> Result<ExtensionSet, Refusal> {
    let Envelope { action, extensions, .. } = envelope;
    let mut off = in_registry(view);
    // A session may be older than the first TLD, when the greeting announced all.
    let is_gone = |uri: &&str| off.has_uri(uri) || (*uri == HOST_URI && !Offer::has_hosts(view));
    if let Some(uri) = object_uri(action).filter(is_gone) {
        return Err(unimplemented_object(uri));
    }
    let asked = match action {
        Action::Login(login) => login.extensions.iter().find(|uri| off.has_uri(uri)),
        _ => None,
    };
    if let Some(uri) = asked {
        return Err(unimplemented_extension(uri));
    }
    let sent: Vec<Extension> = Extension::ALL.into_iter().filter(|extension| extension.is_in(extensions)).collect();
    if let Some(extension) = sent.iter().find(|extension| off.has(**extension)) {
        return Err(unimplemented_extension(extension.uri()));
    }
    for name in names(action) {
        let in_tld = in_tld_of(view, name);
        if let Some(extension) = sent.iter().find(|extension| in_tld.has(**extension)) {
            let reason = format!("{} is not served for {name}: it is off in its TLD", extension.schema());
            return Err(Refusal::Policy(Fault::new(Element::epp("extURI"), extension.uri(), reason)));
        }
        off = off.and(in_tld);
    }
    Ok(off)
}

/// Whether something may be off for a command also in a session that speaks no extension: an object mapping that a registry can do
/// without, or what a message tells in one.
pub const fn concern_objects(action: &Action<'_>) -> bool {
    match action {
        Action::Query(query) => matches!(
            query,
            Query::BalanceInfo
                | Query::MaintenanceInfo { .. }
                | Query::PollRequest
                | Query::HostCheck(_)
                | Query::HostInfo { .. }
        ),
        Action::Transform(transform) => {
            matches!(transform, Transform::HostCreate { .. } | Transform::HostUpdate(_) | Transform::HostDelete { .. })
        }
        _ => false,
    }
}

/// What is off for an answer by what it tells of, where the command does not name it: a message of the poll queue.
pub fn of_message<V: View>(view: &V, answer: &Answer<'_>) -> ExtensionSet {
    let data = match answer {
        Answer::PollMessage { message, .. } => message.data.as_ref(),
        _ => None,
    };
    let name = match data {
        Some(ArchivedPollData::Changed(change)) => changed(&change.object),
        Some(ArchivedPollData::DomainTransfer { name, .. }) => Some(name.to_string()),
        Some(ArchivedPollData::Pending { object, .. }) => Some(object.to_string()),
        Some(ArchivedPollData::Launch(news)) => Some(news.name.to_string()),
        Some(
            ArchivedPollData::ContactTransfer { .. }
            | ArchivedPollData::LowBalance { .. }
            | ArchivedPollData::Maintenance { .. },
        )
        | None => None,
    };
    name.map_or_else(ExtensionSet::default, |name| in_tld_of(view, &name))
}

/// The name of a domain or host of which a change is told; none for what has no name, or cannot be read any more.
fn changed(snapshot: &ArchivedSnapshot) -> Option<String> {
    let (kind, record) = snapshot.present().ok()?;
    match kind {
        Kind::Domain => Some(seal::access::<ArchivedDomain>(kind, &record).ok()?.name.to_string()),
        Kind::Host => Some(seal::access::<ArchivedHost>(kind, &record).ok()?.name.to_string()),
        _ => None,
    }
}

fn in_tld_of<V: View>(view: &V, name: &str) -> ExtensionSet {
    let lower = match name.bytes().any(|octet| octet.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    };
    let names = view.tld_of(lower.trim_end_matches('.')).map(|(_, tld)| tld.extensions_off.iter());
    names.map_or(ExtensionSet::NONE, |names| ExtensionSet::named(names.map(|name| name.as_str())))
}

/// The names of domains and hosts in a command, as the client wrote them.
fn names<'a>(action: &'a Action<'_>) -> Vec<&'a str> {
    match action {
        Action::Login(_) | Action::Logout | Action::UnknownObject(_) => Vec::new(),
        Action::Query(query) => match query {
            Query::DomainCheck { names, .. } | Query::LaunchCheck { names, .. } | Query::HostCheck(names) => {
                names.iter().map(|name| &**name).collect()
            }
            Query::DomainInfo { name, .. }
            | Query::LaunchInfo { name, .. }
            | Query::DomainTransferQuery { name, .. }
            | Query::HostInfo { name, .. } => {
                vec![name]
            }
            Query::ContactCheck(_)
            | Query::ContactInfo { .. }
            | Query::ContactTransferQuery { .. }
            | Query::PollRequest
            | Query::BalanceInfo
            | Query::MaintenanceInfo { .. } => Vec::new(),
        },
        Action::Transform(transform) => match transform {
            Transform::DomainCreate(create) => vec![&create.name],
            Transform::DomainUpdate(update) | Transform::ApplicationUpdate { update, .. } => vec![&update.name],
            Transform::HostUpdate(update) => vec![&update.name],
            Transform::DomainDelete { name }
            | Transform::ApplicationDelete { name, .. }
            | Transform::DomainRenew { name, .. }
            | Transform::DomainTransfer { name, .. }
            | Transform::HostCreate { name, .. }
            | Transform::HostDelete { name } => vec![name],
            Transform::ContactCreate(_)
            | Transform::ContactUpdate(_)
            | Transform::ContactDelete { .. }
            | Transform::ContactTransfer { .. }
            | Transform::PollAck { .. } => Vec::new(),
        },
    }
}
