//! What the lists of a TLD say of a name: whether it can be registered, and in which class.

use crate::model::record::{ArchivedNameList, ArchivedToken, ListPurpose};
use crate::model::refusal::{Element, Fault, Refusal};
use crate::model::view::View;
use crate::registry::token::{MISMATCH, TOKEN};

/// What the lists say. One that blocks counts before one that reserves, that before one that asks for a token, and all of
/// them before one that prices.
#[derive(Clone, Copy)]
pub(crate) enum Listed<'v> {
    /// Nothing.
    Free,
    /// It has a class.
    Premium(&'v str),
    /// It is not registered like others.
    Withheld(ListPurpose),
}

/// What the lists of a TLD say of a label directly below it, to who has that token. Of two premium lists the first by name
/// counts.
pub(crate) fn of<'v, V: View>(view: &'v V, tld: &str, label: &str, token: Option<&ArchivedToken>) -> Listed<'v> {
    let unlocks = token.is_some_and(|token| token.unlocks);
    let counts = |list: &ArchivedNameList| match list.purpose.get() {
        ListPurpose::Reserved | ListPurpose::Token => !unlocks,
        ListPurpose::Blocked | ListPurpose::Premium => true,
    };
    let found = view.name_lists(tld).filter(|list| counts(list) && list.has(label));
    let strongest = found.reduce(|a, b| if rank(b) < rank(a) { b } else { a });
    match strongest {
        None => Listed::Free,
        Some(list) => match list.purpose.get() {
            ListPurpose::Premium => Listed::Premium(&list.class),
            withheld => Listed::Withheld(withheld),
        },
    }
}

fn rank(list: &ArchivedNameList) -> Option<usize> {
    ListPurpose::ALL.into_iter().position(|purpose| purpose == list.purpose.get())
}

impl<'v> Listed<'v> {
    /// The class of a name that is registered now, with a token or without; empty: none.
    ///
    /// # Errors
    /// 2306 when nobody registers it; 2003 and 2201 when only tokens do, and there is none, or one for something else.
    pub(crate) fn class(self, element: Element, name: &str, has_token: bool) -> Result<&'v str, Refusal> {
        match self {
            Self::Free => Ok(""),
            Self::Premium(class) => Ok(class),
            Self::Withheld(ListPurpose::Token) if has_token => {
                Err(Refusal::Authorization(Fault::new(TOKEN, "", "the token does not open this name")))
            }
            Self::Withheld(ListPurpose::Token) => Err(Refusal::MissingParameter(Fault::new(
                TOKEN,
                "",
                "this name is registered with an allocation token",
            ))),
            Self::Withheld(purpose) => Err(Refusal::Policy(Fault::new(element, name, withheld(purpose, has_token)))),
        }
    }
}

/// Why a name cannot be registered, in 32 characters at most (`eppcom:reasonBaseType`).
pub(crate) const fn withheld(purpose: ListPurpose, has_token: bool) -> &'static str {
    match purpose {
        ListPurpose::Blocked => "Blocked name",
        ListPurpose::Token if has_token => MISMATCH,
        ListPurpose::Token => "Allocation Token required",
        ListPurpose::Reserved | ListPurpose::Premium => "Reserved name",
    }
}
