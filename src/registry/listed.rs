//! What the lists of a TLD say of a name: whether it can be registered, and in which class.

use crate::model::record::{ArchivedNameList, ListPurpose};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;

/// What the lists say. One that blocks counts before one that reserves, and both before one that prices.
#[derive(Clone, Copy)]
pub(crate) enum Listed<'v> {
    /// Nothing.
    Free,
    /// It has a class.
    Premium(&'v str),
    /// Nobody registers it.
    Withheld(ListPurpose),
}

/// What the lists of a TLD say of a label directly below it. Of two premium lists the first by name counts.
pub(crate) fn of<'v, V: View>(view: &'v V, tld: &str, label: &str) -> Listed<'v> {
    let found = view.name_lists(tld).filter(|list| list.has(label));
    let strongest = found.reduce(|a, b| if purpose(b) < purpose(a) { b } else { a });
    match strongest {
        None => Listed::Free,
        Some(list) => match list.purpose.get() {
            ListPurpose::Premium => Listed::Premium(&list.class),
            withheld => Listed::Withheld(withheld),
        },
    }
}

fn purpose(list: &ArchivedNameList) -> ListPurpose {
    list.purpose.get()
}

impl<'v> Listed<'v> {
    /// The class of a name that is registered now; empty: none.
    ///
    /// # Errors
    /// 2306 when nobody registers it.
    pub(crate) fn class(self, element: Element, name: &str) -> Result<&'v str, Refusal> {
        match self {
            Self::Free => Ok(""),
            Self::Premium(class) => Ok(class),
            Self::Withheld(purpose) => Err(Refusal::Policy(Fault::new(element, name, withheld(purpose)))),
        }
    }
}

/// Why a name cannot be registered, in 32 characters at most (`eppcom:reasonBaseType`).
pub(crate) const fn withheld(purpose: ListPurpose) -> &'static str {
    match purpose {
        ListPurpose::Blocked => "Blocked name",
        ListPurpose::Reserved | ListPurpose::Premium => "Reserved name",
    }
}
