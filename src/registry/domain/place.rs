//! Where a name stands among the TLDs, and so whether it can be a domain here at all.

use crate::model::name;
use crate::model::record::ArchivedTld;
use crate::model::refusal::{Fault, Refusal};
use crate::model::view::View;
use crate::registry::domain::NAME;

/// Why a valid name can be no domain of this registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misplaced {
    /// It is the name of a TLD.
    Tld,
    /// It stands under none of the TLDs.
    Elsewhere,
    /// It stands under a TLD, but not directly.
    Deep,
    /// It is an A-label, and the TLD takes none.
    Idn,
}

impl Misplaced {
    /// The reason in 32 characters at most (`eppcom:reasonBaseType`).
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Tld => "Name of a TLD",
            Self::Elsewhere => "Not a TLD of this registry",
            Self::Deep => "Not directly below a TLD",
            Self::Idn => "No IDNs in this TLD",
        }
    }

    /// 2306.
    pub(super) fn refusal(self, name: &str) -> Refusal {
        Refusal::Policy(Fault::new(NAME, name, self.reason()))
    }
}

/// The label of a name that stands directly under the TLD.
pub(super) fn label<'n>(name: &'n str, tld: &ArchivedTld) -> &'n str {
    name.strip_suffix(tld.name.as_str()).and_then(|label| label.strip_suffix('.')).unwrap_or(name)
}

/// The TLD a normalized name can be registered in.
///
/// # Errors
/// [`Misplaced`] when there is none.
pub(super) fn tld<'v, V: View>(view: &'v V, name: &str) -> Result<&'v ArchivedTld, Misplaced> {
    // A TLD of two labels (co.example) may stand under one of one label: its own name is nobody's to register.
    if view.tld(name).is_some() {
        return Err(Misplaced::Tld);
    }
    let (labels, tld) = view.tld_of(name).ok_or(Misplaced::Elsewhere)?;
    if labels.contains('.') {
        return Err(Misplaced::Deep);
    }
    if name::has_a_label(labels) && !tld.idn {
        return Err(Misplaced::Idn);
    }
    Ok(tld)
}
