//! All objects that a registrar sponsors, and all contacts that no domain refers to: by a walk through the whole index.

use serde::{Deserialize, Serialize};

use crate::index::Reader;
use crate::model::operator::ObjectKind;
use crate::model::record::Kind;
use crate::model::version::tag;
use crate::model::view::View;

/// Which objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortfolioOf {
    /// The sponsoring registrar; missing: any.
    #[serde(default)]
    pub clid: Option<String>,
    /// What they are. Of hosts those outside of the registry's TLDs; the others follow their domains.
    pub object: ObjectKind,
    /// Only contacts that no domain refers to, and whose end has not begun.
    #[serde(default)]
    pub unlinked: bool,
}

/// The names and handles, ascending.
pub(super) fn portfolio(reader: &Reader, of: &PortfolioOf) -> Vec<String> {
    let snapshot = reader.pin();
    let kind = match of.object {
        ObjectKind::Domain => Kind::Domain,
        ObjectKind::Host => Kind::Host,
        ObjectKind::Contact => Kind::Contact,
    };
    let sponsored = |sponsor: &str| of.clid.as_deref().is_none_or(|clid| clid == sponsor);
    let mut names = Vec::new();
    snapshot.for_each(tag(kind), |key, _| {
        let found = match of.object {
            ObjectKind::Domain => std::str::from_utf8(key).ok().and_then(|name| {
                let domain = snapshot.domain(name)?;
                (sponsored(&domain.sponsor) && !of.unlinked).then(|| name.to_owned())
            }),
            ObjectKind::Host => <[u8; 8]>::try_from(key).ok().and_then(|id| {
                let host = snapshot.host(u64::from_be_bytes(id))?;
                let outside = host.superordinate.is_none();
                (outside && sponsored(&host.sponsor) && !of.unlinked).then(|| host.name.to_string())
            }),
            ObjectKind::Contact => std::str::from_utf8(key).ok().and_then(|id| {
                let contact = snapshot.contact(id)?;
                let wanted = !of.unlinked || (contact.orphan.is_none() && snapshot.contact_links(id) == 0);
                (wanted && sponsored(&contact.sponsor)).then(|| id.to_owned())
            }),
        };
        names.extend(found);
    });
    names.sort_unstable();
    names
}
