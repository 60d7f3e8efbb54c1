//! How long resolvers keep the records of a delegation: what clients choose of it, within what a TLD has (RFC 9803).

use crate::model::record::{ArchivedDomain, ArchivedTld, HostModel};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::ttl::{ArchivedTtl, Ttl, TtlBounds, TtlGiven, TtlTold, TtlType};
use crate::model::view::View;

const TTL: Element = Element::ttl("ttl");

/// The records of a domain: those of its hosts too, where they are attributes of it.
pub(crate) fn of_domains(tld: &ArchivedTld) -> &'static [TtlType] {
    match tld.host_model.get() {
        HostModel::Objects => &[TtlType::Ns, TtlType::Ds],
        HostModel::Attributes => &TtlType::ALL,
    }
}

/// The records of a host.
pub(crate) const OF_HOSTS: &[TtlType] = &[TtlType::A, TtlType::Aaaa];

/// The TLD in whose zone a host has records: that of its superordinate domain; none for an external host.
pub(crate) fn zone<'v, V: View>(view: &'v V, superordinate: Option<&str>) -> Option<&'v ArchivedTld> {
    let domain: &ArchivedDomain = view.domain(superordinate?)?;
    view.tld(&domain.tld)
}

/// What is chosen once a command has given its TTLs, an empty one for what the TLD has. Without a TLD there are no records.
///
/// # Errors
/// 2003: no type beside `custom`; 2004: fewer or more seconds than the TLD allows; 2306: records that the object does not
/// have here.
pub(crate) fn chosen(
    tld: Option<&ArchivedTld>,
    kinds: &[TtlType],
    before: Vec<Ttl>,
    given: &[TtlGiven],
) -> Result<Vec<Ttl>, Refusal> {
    let mut chosen = before;
    for one in given {
        let kind = kind(tld, kinds, one)?;
        chosen.retain(|known| known.kind != kind);
        if let (Some(seconds), Some(tld)) = (one.seconds, tld) {
            let TtlBounds { min, max, .. } = bounds(tld, kind);
            if !(min..=max).contains(&seconds) {
                let reason = format!("{} records have a TTL of {min} to {max} seconds here", kind.name());
                return Err(Refusal::ValueRange(Fault::new(TTL, seconds.to_string(), reason)));
            }
            chosen.push(Ttl { kind, seconds });
        }
    }
    chosen.sort_unstable_by_key(|ttl| ttl.kind);
    Ok(chosen)
}

fn kind(tld: Option<&ArchivedTld>, kinds: &[TtlType], given: &TtlGiven) -> Result<TtlType, Refusal> {
    let shown = given.seconds.map_or_else(String::new, |seconds| seconds.to_string());
    let refuse = |reason: String| Err(Refusal::Policy(Fault::new(TTL, shown.as_str(), reason)));
    match (given.record, given.custom.as_deref()) {
        ("custom", None) => {
            let fault = Fault::new(TTL, shown.as_str(), "attribute custom is missing, beside for=custom");
            return Err(Refusal::MissingParameter(fault));
        }
        ("custom", Some(custom)) => return refuse(format!("there are no TTLs of {custom} records here")),
        (record, Some(_)) => return refuse(format!("attribute custom has no place beside for={record}")),
        (_, None) => {}
    }
    let known = kinds.iter().find(|kind| kind.name() == given.record);
    match known {
        Some(kind) if tld.is_some() => Ok(*kind),
        Some(_) => refuse("a host outside of this registry's zones has no records in them".to_owned()),
        None => refuse(format!("this object has no {} records here", given.record)),
    }
}

/// What a TLD has for the records of a type.
fn bounds(tld: &ArchivedTld, kind: TtlType) -> TtlBounds {
    let found = tld.ttls.iter().find(|bounds| bounds.kind.get() == kind);
    let found = found.map(|bounds| TtlBounds {
        kind,
        min: bounds.min.to_native(),
        default: bounds.default.to_native(),
        max: bounds.max.to_native(),
    });
    // TLDs have all types; one that lacked some would have what new ones have.
    found.or_else(|| TtlBounds::all().into_iter().find(|bounds| bounds.kind == kind)).unwrap_or(TtlBounds {
        kind,
        min: 0,
        default: 0,
        max: 0,
    })
}

/// What an info tells that asks for TTLs: those that differ from the TLD's, or by its policy all, with what the TLD has.
pub(crate) fn told(
    tld: Option<&ArchivedTld>,
    kinds: &[TtlType],
    chosen: &[ArchivedTtl],
    policy: Option<bool>,
) -> Vec<TtlTold> {
    let (Some(tld), Some(policy)) = (tld, policy) else { return Vec::new() };
    let told = kinds.iter().map(|kind| {
        let seconds = chosen.iter().find(|ttl| ttl.kind.get() == *kind).map(|ttl| ttl.seconds.to_native());
        let bounds = bounds(tld, *kind);
        match policy {
            true => Some(TtlTold { kind: *kind, seconds, bounds: Some(bounds) }),
            false => {
                let seconds = seconds.filter(|seconds| *seconds != bounds.default)?;
                Some(TtlTold { kind: *kind, seconds: Some(seconds), bounds: None })
            }
        }
    });
    told.flatten().collect()
}

/// What of a host's choice holds in the zone that its new name is in.
pub(crate) fn moved(tld: Option<&ArchivedTld>, chosen: Vec<Ttl>) -> Vec<Ttl> {
    let Some(tld) = tld else { return Vec::new() };
    let within = |ttl: &Ttl| {
        let bounds = bounds(tld, ttl.kind);
        (bounds.min..=bounds.max).contains(&ttl.seconds)
    };
    chosen.into_iter().filter(within).collect()
}
